"""The parts that work is handed out in: what each covers, what is open there, whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from forms.assignment import PAGE, SECTION, SUBJECT, VISIT, Assignment
from forms.dossier import Attachment, Dossier, Paragraph, Photo, Reply, Visit
from forms.evaluation import Stage, answer_id
from forms.fields import Kind, chosen
from forms.outline import Outline, Section
from forms.pack import Pack
from forms.places import page_of
from forms.questions import reply_id
from forms.record import Record, form_of, paths, specs
from forms.steps import PAGES, STEPS
from grading.finding import Finding, Target

OWN_PAGE = "assignments"
Key = tuple[str, str]
"""A part: its kind, and its subject within that kind."""
#: What the program puts into a record to say which it is; it says nothing about work done.
_BY_PROGRAM = {"pack", "stage", "subject", "section", "question"}
#: A page of its own kind of parts: its records are named by these first.
_WHOLE = {SECTION: "report", SUBJECT: "walk", VISIT: "visits"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the work: its name, the group it is listed under, and where it is worked on.

    `sections` are the keys of the outline that a section's part is written in.
    """

    kind: str
    subject: str
    name: str
    group: str
    target: Target
    sections: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What an assignment names it by."""
        return self.kind, self.subject


def _headings(outline: Outline) -> Iterator[tuple[Section, tuple[str, ...]]]:
    """The outline's headings, each with the keys of what is written under it: sections without a
    heading of their own go with the one before them."""
    groups: list[list[Section]] = []
    for section in outline.sections:
        if section.heading:
            groups.append([])
        groups[-1].append(section)
    for group in groups:
        keys = tuple(section.key for section in group if section.writable)
        if keys:
            yield group[0], keys


class Parts:
    """All parts of a dossier, in the order of the plan's work."""

    def __init__(self, dossier: Dossier, pack: Pack) -> None:
        self._dossier, self._pack = dossier, pack
        self.all: tuple[Part, ...] = (
            *self._visits(), *self._subjects(), *self._sections(), *_pages()
        )  # fmt: skip
        self.by_key = {part.key: part for part in self.all}

    def _visits(self) -> Iterator[Part]:
        for number, visit in enumerate(self._dossier.all(Visit), 1):
            day = f"{visit.date.month}月{visit.date.day}日" if visit.date else "未填日期"
            name = f"第 {number} 次现场诊断　{day}"
            yield Part(VISIT, str(visit.id), name, "现场诊断", Target("visits", visit.id))

    def _subjects(self) -> Iterator[Part]:
        table = self._pack.instrument
        named = [(item.name, f"采集项　{item.dimension}") for item in table.items]
        named += [(scene.name, f"应用场景　{scene.group}") for scene in table.scenes]
        for name, group in named:
            place = answer_id(self._dossier.id, Stage.DIAGNOSIS, name)
            yield Part(SUBJECT, name, name, group, Target("walk", place))

    def _sections(self) -> Iterator[Part]:
        outline = self._pack.outline
        for head, keys in _headings(outline):
            chapter = outline.by_key[head.chapter]
            group = "报告　附件" if chapter.annex else f"报告　{chapter.heading}"
            target = Target("report", None, keys[0])
            yield Part(SECTION, head.key, head.heading, group, target, keys)

    @cached_property
    def assigned(self) -> Mapping[Key, Assignment]:
        """The assignments in view, by what they name; of several the first."""
        found: dict[Key, Assignment] = {}
        for each in self._dossier.all(Assignment):
            found.setdefault((each.kind, each.subject), each)
        return found

    def of(self, person: str) -> list[Part]:
        """What a person has."""
        held = {key for key, each in self.assigned.items() if person and each.person == person}
        return [part for part in self.all if part.key in held]

    def covered(self, part: Part) -> frozenset[UUID]:
        """The records of a part, withdrawn ones and ones not yet made too."""
        if part.kind == PAGE:
            return self._by_page.get(part.subject, frozenset())
        if part.kind == VISIT:
            return self._of_visit(UUID(part.subject))
        if part.kind == SUBJECT:
            # The enterprise's own word is its own, and so is the assessor's.
            own = answer_id(self._dossier.id, Stage.DIAGNOSIS, part.subject)
            asked = (q.key for q in self._pack.questions if q.where == part.subject)
            return frozenset({own, *self._replies(asked)})
        written = (
            row.id
            for row in self._rows("paragraph")
            if isinstance(row, Paragraph) and row.section in part.sections
        )
        asked = (q.key for q in self._pack.questions if not q.where and q.section in part.sections)
        return frozenset({*written, *self._replies(asked)})

    def _replies(self, questions: Iterable[str]) -> Iterator[UUID]:
        return (reply_id(self._dossier.id, key) for key in questions)

    def _rows(self, form: str) -> list[Record]:
        return self._dossier.records.get(form, [])

    @cached_property
    def _by_page(self) -> Mapping[str, frozenset[UUID]]:
        found: dict[str, set[UUID]] = {}
        for rows in self._dossier.records.values():
            for row in rows:
                found.setdefault(page_of(row), set()).add(row.id)
        return {page: frozenset(ids) for page, ids in found.items()}

    def _of_visit(self, visit: UUID) -> frozenset[UUID]:
        """The visit, what lies under it, and what says that it belongs to it."""
        found = {visit}
        for rows in self._dossier.records.values():
            if not rows:
                continue
            fields = [n for n, s in specs(type(rows[0])).items() if (s.kind, s.of) == _TO_VISIT]
            for row in rows:
                if row.parent_id == visit or any(getattr(row, n) == visit for n in fields):
                    found.add(row.id)
        return frozenset(found)

    def empty(self, part: Part) -> bool:
        """Whether nothing is filled in there yet."""
        covered = self.covered(part)
        rows = (row for rows in self._dossier.records.values() for row in rows)
        return not any(row.id in covered and not row.withdrawn and _says(row) for row in rows)

    def open_in(self, part: Part, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Of findings, those that are about a part."""
        covered = self.covered(part)
        return tuple(f for f in findings if f.target and _about(part, covered, f.target))

    def files_for(self, person: str) -> frozenset[UUID]:
        """The photos and attachments that a person needs, by their records.

        Needed is what belongs to the person's parts or is evidence there; what belongs to no visit
        is everybody's.
        """
        mine = {record for part in self.of(person) for record in self.covered(part)}
        needed = set(mine)
        for rows in self._dossier.records.values():
            for row in rows:
                if row.id in mine and not row.withdrawn:
                    needed.update(_evidence(row))
        visits = {visit.id for visit in self._dossier.all(Visit)}
        files: list[Photo | Attachment] = [
            *self._dossier.all(Photo),
            *self._dossier.all(Attachment),
        ]
        return frozenset(f.id for f in files if f.id in needed or f.visit not in visits)


_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TO_VISIT = (Kind.REF, form_of(Visit))
_FILES = (form_of(Photo), form_of(Attachment))


def subject_name(subject: str, outline: Outline) -> str:
    """What a part is called where no dossier is at hand; a visit's number is not known there."""
    if subject in PAGES:
        return PAGES[subject].name
    if subject in outline.by_key:
        return outline.by_key[subject].heading
    return VISIT if _ID.fullmatch(subject) else subject


def holder(dossier: Dossier, kind: str, subject: str) -> str:
    """Who has a part, by itself or with the whole page that it is on; "" where nobody has."""
    wanted = ((kind, subject), (PAGE, _WHOLE.get(kind, "")))
    given = {(each.kind, each.subject): each.person for each in dossier.all(Assignment)}
    return next((given[key] for key in wanted if given.get(key)), "")


def _pages() -> Iterator[Part]:
    for step in STEPS:
        for page in step.pages:
            if page.forms and page.key != OWN_PAGE:
                group = f"步骤 {step.number}　{step.name}"
                yield Part(PAGE, page.key, page.name, group, Target(page.key))


def _says(row: Record) -> bool:
    if isinstance(row, Reply):
        return row.settled
    found = paths(row).items()
    return any(v not in (None, "", False, {}) for name, v in found if name not in _BY_PROGRAM)


def _about(part: Part, covered: frozenset[UUID], target: Target) -> bool:
    if target.record is not None:
        return target.record in covered
    if part.kind == SECTION:
        return target.page == "report" and target.field in part.sections
    return part.kind == PAGE and target.page == part.subject


def _evidence(row: Record) -> Iterator[UUID]:
    """The photos and attachments that a record names."""
    for name, spec in specs(type(row)).items():
        if spec.kind is Kind.REFS and spec.of in _FILES:
            for key in chosen(getattr(row, name)):
                with suppress(ValueError):  # what came from outside may name anything
                    yield UUID(key)
