"""The road as people see it: each step with its state, days, owner, papers, findings and what is
next; nothing of it is kept, all of it follows from the dossier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from forms.assignment import PAGE, SECTION, SUBJECT, VISIT
from forms.dossier import (
    Acceptance,
    Assessment,
    Assignment,
    Attachment,
    Dossier,
    File,
    Member,
    Provider,
    Visit,
)
from forms.fields import Kind, chosen
from forms.papers import PAPERS, Paper
from forms.places import page_of, records_in_view
from forms.record import Record, form_of, specs
from forms.steps import BY_KEY, STEP_OF_PAGE, STEPS, Party, Step
from grading.finding import Finding, Severity, Target
from grading.road import began_on, begun, ended_on
from grading.rules.case import Case
from grading.rules.deadlines import Deadline, deadlines
from grading.rules.papers import scans_in, signed_by
from grading.steps import page_states
from grading.todo import Todo, next_of

STEP_OF_PAPER = {
    "library": "needs",
    "outline": "contact",
    "plan": "contact",
    "agreement": "agreement",
    "servicenote": "agreement",
    "record": "visit",
    "points": "briefing",
    "scenes": "briefing",
    "minutes": "briefing",
    "satisfaction": "report",
    "report": "report",
    "checksheet": "handin",
    "rectification": "handin",
    "filing": "filing",
    "comparison": "assessment",
    "acceptance": "acceptance",
    "subsidy": "subsidy",
}
"""The step in which each paper comes to be."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A document of a step: one of the plan's papers with how its signing stands, or another file
    that the step's records point to. `state` is one of SIGNED to UNSIGNED, "" where nobody signs
    it."""

    name: str
    state: str
    target: Target


SCANNED, SIGNED, CHANGED, WAITING, KEPT = "已归扫描件", "已签名", "签后有改动", "待签字盖章", "已附"


@dataclass(frozen=True, slots=True)
class StepView:
    """One step as it stands. `roles` are those who must act now, none where nobody has to;
    `owner` "" where the dossier names nobody."""

    step: Step
    state: str
    began: dt.date | None
    ended: dt.date | None
    owner: str
    roles: tuple[Party, ...]
    papers: tuple[Proof, ...]
    findings: tuple[Finding, ...]
    next: str

    def count(self, severity: Severity) -> int:
        """How many findings of a weight."""
        return sum(each.severity is severity for each in self.findings)


@dataclass(frozen=True, slots=True)
class Road:
    """All fourteen steps; `current` is the first that is not done, None where all are."""

    steps: tuple[StepView, ...]
    deadlines: tuple[Deadline, ...]
    current: StepView | None

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(each.state == "done" for each in self.steps)


def road(case: Case, findings: Sequence[Finding], states: Mapping[str, str]) -> Road:
    """The road of a dossier, from its findings and its steps' states."""
    papers = _papers(case)
    files = _files(case.dossier)
    pages = page_states(case, findings)
    first = next((step.key for step in STEPS if states[step.key] != "done"), "")
    steps = []
    for step in STEPS:
        own = tuple(f for f in findings if _step_of(f) is step)
        state = states[step.key]
        todo = None if state == "done" else next_of(step.key, case.dossier, case.pack)
        waited_for = step.half == 2 and begun(case, step.key)
        acting = state != "empty" or step.key == first or waited_for
        steps.append(
            StepView(
                step=step,
                state=state,
                began=None if state == "empty" else began_on(case.dossier, step.key),
                ended=ended_on(case.dossier, step.key) if state == "done" else None,
                owner=_owner(case.dossier, step),
                roles=(todo.acts if todo else step.roles) if acting and state != "done" else (),
                papers=(*papers.get(step.key, ()), *files.get(step.key, ())),
                findings=own,
                next=_next(state, todo, own, _unfinished(step, pages)) if acting else "",
            )
        )
    current = next((each for each in steps if each.step.key == first), None)
    return Road(tuple(steps), deadlines(case), current)


def _step_of(finding: Finding) -> Step | None:
    """The step that a finding stands at: that of its page, or of the paper that it is about."""
    target = finding.target
    if target is None:
        return None
    if target.page == "papers" and target.field in STEP_OF_PAPER:
        return BY_KEY[STEP_OF_PAPER[target.field]]
    return STEP_OF_PAGE.get(target.page)


def _unfinished(step: Step, pages: Mapping[str, str]) -> str:
    """The names of a step's pages that are not done."""
    return "".join(f"“{page.name}”" for page in step.pages if pages[page.key] != "done")


def _next(state: str, todo: Todo | None, findings: Sequence[Finding], pages: str) -> str:
    """One sentence on what is next; the findings, then the `pages`, where nothing else is."""
    if state == "done":
        return ""
    blocking = [each for each in findings if each.severity is Severity.BLOCK]
    if todo is not None and state != "blocked":
        return todo.words
    if blocking:
        return f"先处理 {len(blocking)} 个阻断问题：{blocking[0].message}"
    return todo.words if todo is not None else f"尚未完成：{pages}。"


def _papers(case: Case) -> dict[str, list[Proof]]:
    """The plan's papers of which something stands in the dossier, by step."""
    found: dict[str, list[Proof]] = {}
    for paper in case.pack.papers:
        if paper.key == "rectification" and not case.dossier.points():
            continue  # nothing came back
        visits = case.dossier.all(Visit) if paper.each_visit else []
        subjects = [(v.id, n) for n, v in enumerate(visits, 1)] if paper.each_visit else [(None, 0)]
        for subject, number in subjects:
            state = _signing(case, paper, subject) if paper.scan else ""
            name = f"{paper.name}（第{number}次）" if len(subjects) > 1 else paper.name
            proof = Proof(name, state, Target("papers", subject, paper.key))
            found.setdefault(STEP_OF_PAPER[paper.key], []).append(proof)
    return found


def _signing(case: Case, paper: Paper, subject: UUID | None) -> str:
    """How a paper's signing stands: a scan or all signatures of the state that it has now."""
    scans, signed = scans_in(case, paper, subject), signed_by(case, paper, subject)
    if any(each.id not in case.outdated for each in scans):
        return SCANNED
    standing = [[s for s in rows if s.id not in case.outdated] for rows in signed.values()]
    if standing and all(standing):
        return SIGNED
    return CHANGED if scans or any(signed.values()) else WAITING


def _files(dossier: Dossier) -> dict[str, list[Proof]]:
    """The files that a step's records point to and that are no paper of the plan, by step."""
    scans = {paper.scan for paper in PAPERS if paper.scan}
    kept = {a.id: a for a in dossier.all(Attachment) if a.kind not in scans}
    found: dict[str, dict[UUID, Proof]] = {}
    for _, record in records_in_view(dossier):
        step = STEP_OF_PAGE.get(page_of(record))
        if step is None:
            continue
        for key in _named(record):
            if key in kept:
                name = kept[key].name or kept[key].filename
                proof = Proof(name, KEPT, Target("attachments", key))
                found.setdefault(step.key, {}).setdefault(key, proof)
    return {key: list(proofs.values()) for key, proofs in found.items()}


def _named(record: Record) -> Iterator[UUID]:
    """The attachments that a record names."""
    for name, spec in specs(type(record)).items():
        if spec.kind is Kind.REFS and spec.of == form_of(Attachment):
            for key in chosen(getattr(record, name)):
                try:
                    yield UUID(key)
                except ValueError:  # what came from outside may name anything
                    continue


def _owner(dossier: Dossier, step: Step) -> str:
    """Who answers for a step: those who were given its parts, else whom its own paper names, else
    who keeps the dossier or leads the team, else the provider."""
    pages = {page.key for page in step.pages}
    given = [each for each in dossier.all(Assignment) if each.person]
    names = list(dict.fromkeys(a.person for a in given if _page_given(a) in pages))
    if names:
        return "、".join(names[:2]) + (f"等 {len(names)} 人" if len(names) > 2 else "")
    lead = next((member.name for member in dossier.all(Member) if member.lead), "")
    own = {
        "assessment": dossier.one(Assessment).lead,
        "acceptance": dossier.one(Acceptance).lead,
    }.get(step.key, "")
    return own or dossier.one(File).owner or lead or dossier.one(Provider).name


_GIVEN_ON = {SECTION: "report", SUBJECT: "walk", VISIT: "visits"}


def _page_given(assignment: Assignment) -> str:
    return assignment.subject if assignment.kind == PAGE else _GIVEN_ON.get(assignment.kind, "")
