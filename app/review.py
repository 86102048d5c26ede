"""All judgements over one dossier at one moment: grades, words, photo verdicts, findings, steps."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Column, String, Uuid, text

from app.log_row import Row
from app.store import Store
from exporters import papers, report, words
from exporters.source import Source
from forms.dossier import Agreement, Dossier, Enterprise, File
from forms.evaluation import Stage
from forms.pack import Pack
from forms.papers import Paper
from forms.steps import BY_KEY, STEP_OF_PAGE, STEPS
from grading.across import Across, across
from grading.finding import Finding, Severity
from grading.journey import STEP_OF_PAPER, Road, road
from grading.photo_verdict import PhotoVerdict
from grading.presence import Presence
from grading.prose_check import Shared
from grading.rules import Case, check
from grading.rules.case import Edit
from grading.rules.view import Judged
from grading.score import Grade, grade
from grading.sheet import sheet_of
from grading.statistics import facts_of
from grading.steps import step_states
from grading.twins import Twin


@dataclass(frozen=True)
class Review:
    """What the program thinks of a dossier; computed, never stored.

    `words` is the 字数 by chapter ("一".."四") and under "body"; `steps` the state by step key;
    `outdated` the signatures and scans of another state of their paper; `across` what it has in
    common with other dossiers.
    """

    dossier: Dossier
    pack: Pack
    today: dt.date
    grades: Mapping[Stage, Grade]
    words: Mapping[str, int]
    photos: Mapping[UUID, Judged]
    outdated: frozenset[UUID]
    findings: tuple[Finding, ...]
    steps: Mapping[str, str]
    across: tuple[Across, ...]

    @property
    def verdicts(self) -> Mapping[UUID, PhotoVerdict]:
        """What is thought of each photo of which facts were kept."""
        return {key: each.verdict for key, each in self.photos.items() if each.verdict is not None}

    @property
    def blocking(self) -> list[Finding]:
        """The findings that stop a final export of the diagnosis's papers."""
        return self.blocking_half(1)

    def blocking_half(self, half: int) -> list[Finding]:
        """The findings that stop the final papers of one half of the plan (方案 三)."""
        return [f for f in self.findings if f.severity is Severity.BLOCK and f.half == half]

    def blocking_paper(self, paper: Paper) -> list[Finding]:
        """The findings that stop the final copy of one paper by itself: an early one leaves without
        the rest, and is stopped only by words in it that nobody confirmed yet. A paper of the
        retrofit belongs to its step, and waits for none that comes after it."""
        if paper.early:
            drafted = ("LIBRARY-DRAFTED", "library")
            return [f for f in self.blocking if (f.rule, paper.key) == drafted]
        found = self.blocking_half(paper.half)
        step = BY_KEY.get(STEP_OF_PAPER.get(paper.key, "")) if paper.half == 2 else None
        return found if step is None else [f for f in found if _number(f) <= step.number]

    @property
    def step(self) -> str:
        """The first step, in the plan's order, that is not done; the last one where all are."""
        return next((s.key for s in STEPS if self.steps[s.key] != "done"), STEPS[-1].key)

    @cached_property
    def road(self) -> Road:
        """The fourteen steps as they stand, with the deadlines."""
        case = Case(self.dossier, self.pack, self.today, outdated=self.outdated)
        return road(case, self.findings, self.steps)

    @property
    def days_left(self) -> int | None:
        """Days until the agreement's term ends (附件2 第一条 2); None before it is signed."""
        signed = self.dossier.one(Agreement).signed_on
        return None if signed is None else self.pack.term_days - (self.today - signed).days

    def source(self, draft: bool) -> Source:
        """What documents are composed from, as yet without any picture's file."""
        return Source(
            dossier=self.dossier,
            pack=self.pack,
            grades=self.grades,
            photos=self.photos,
            findings=self.findings,
            outdated=self.outdated,
            words=self.words,
            today=self.today,
            draft=draft,
        )

    def summary(self) -> dict[str, Any]:
        """What lists show, as JSON types; the score in thousandths."""
        own, diagnosis = self.grades[Stage.SELF], self.grades[Stage.DIAGNOSIS]
        weights = Counter(f.severity.value for f in self.findings)
        return {
            **facts_of(self.dossier, self.pack.instrument, self.grades, self.across),
            "step": self.step,
            "steps": dict(self.steps),
            "own_level": own.level if own.complete else None,
            "level": diagnosis.level if diagnosis.complete else None,
            "target": self.dossier.one(File).target_level,
            "score": diagnosis.total,
            "findings": {s.value: weights[s.value] for s in Severity},
            "days_left": self.days_left,
            "words": self.words.get("body", 0),
            "enterprise": self.dossier.one(Enterprise).name,
        }


def _number(finding: Finding) -> int:
    """The step that a finding is mended in; one that leads to no step's page stops every paper."""
    step = STEP_OF_PAGE.get(finding.target.page) if finding.target else None
    return step.number if step else 0


def edits_of(store: Store, dossier_id: UUID) -> tuple[Edit, ...]:
    """The dated rows of a dossier's change log, in their order."""
    with store.session() as session:
        return _dated(session.connection().execute(_EDITS, {"dossier": dossier_id.hex}))


def edits_in(rows: Iterable[Row]) -> tuple[Edit, ...]:
    """The same of rows that are in no store."""
    ordered = sorted(rows, key=lambda row: (row.counter, row.device))
    return _dated((row.device, row.record_id, row.at) for row in ordered)


def _dated(rows: Iterable[Any]) -> tuple[Edit, ...]:
    found = []
    for device, record, at in rows:
        with suppress(ValueError):  # what came from outside may say anything
            moment = dt.datetime.fromisoformat(at)
            if moment.tzinfo is not None:
                found.append(Edit(device, record, moment))
    return tuple(found)


_EDITS = text(
    "SELECT device, record_id, at FROM log WHERE dossier_id = :dossier AND at <> '' "
    "ORDER BY counter, device"
).columns(Column("device", Uuid), Column("record_id", Uuid), Column("at", String))


def review(
    dossier: Dossier,
    pack: Pack,
    today: dt.date,
    twins: Mapping[str, tuple[Twin, ...]],
    shared: Callable[[Dossier, int | None], tuple[Shared, ...]] = lambda *_: (),
    edits: tuple[Edit, ...] = (),
    elsewhere: tuple[Presence, ...] = (),
) -> Review:
    """Judge a dossier. `twins` are, by photo hash, the others that show the same picture; `shared`
    tells which other reports have text of this one's, at its enterprise's level (None: open);
    `elsewhere` are the visits of other dossiers on this one's days."""
    instrument = pack.instrument
    grades = {s: grade(instrument, sheet_of(dossier, s, instrument)) for s in Stage}
    source = Source(dossier, pack, grades, today=today)
    counted = words.count_body(report.compose_body(source), len(source.pack.outline.chapters))
    held = grades[Stage.DIAGNOSIS]
    alike = shared(dossier, held.level if held.complete else None)
    case = Case(
        *(dossier, pack, today, counted, twins, grades),
        shared=alike,
        edits=edits,
        elsewhere=elsewhere,
    )
    findings = check(case)
    # A record's timeline shows what is missing, so that papers are composed with their findings.
    outdated = papers.outdated(replace(source, photos=case.photos, findings=tuple(findings)))
    if outdated:
        findings = check(replace(case, outdated=outdated))
    return Review(
        dossier=dossier,
        pack=pack,
        today=today,
        grades=grades,
        words=counted,
        photos=case.photos,
        outdated=outdated,
        findings=tuple(findings),
        steps=step_states(case, findings),
        across=across(case),
    )
