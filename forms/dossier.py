"""The dossier (一企一档): its own record, and the snapshot that all others read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

from forms import fields as f
from forms.assessment import Assessment, Examination, GoLive
from forms.assignment import Assignment
from forms.contract import (
    Contract,
    ContractItem,
    Milestone,
    PlannedProduct,
    Selection,
    TrainingSync,
)
from forms.eligibility import Eligibility
from forms.enterprise import Enterprise, Site
from forms.evaluation import Answer, Paragraph, Stage, answer_id
from forms.inspection import DiagnosisAcceptance, DiagnosisExpert
from forms.inventory import CloudService, DataResource, Equipment, Need, Product, Project, System
from forms.library import LibraryEntry, NeedStep, Solution
from forms.meeting import Briefing, BriefingAttendee, Correction, Remark
from forms.preparation import AgendaItem, Background, Contact, Plan
from forms.questions import Reply, reply_id
from forms.record import Record, form_of, single_id
from forms.retrofit import Acceptance, Effect, Filing, FilingChange, Partner
from forms.returned import ReturnOpinion, ReturnPoint
from forms.route import RouteMeasure
from forms.sending import Sending
from forms.service import Adoption, Agreement, Member, Provider, Satisfaction, ServiceNote
from forms.signature import Signature
from forms.subsidy import Audit, Invoice, Payment, SubsidyEntry
from forms.visit import Attachment, Photo, Stay, Training, Visit
from forms.watermark import Watermark

R = TypeVar("R", bound=Record)

__all__ = [
    "Acceptance",
    "Adoption",
    "AgendaItem",
    "Agreement",
    "Answer",
    "Assessment",
    "Assignment",
    "Attachment",
    "Audit",
    "Background",
    "Briefing",
    "BriefingAttendee",
    "CloudService",
    "Contact",
    "Contract",
    "ContractItem",
    "Correction",
    "DataResource",
    "DiagnosisAcceptance",
    "DiagnosisExpert",
    "Dossier",
    "Effect",
    "Eligibility",
    "Enterprise",
    "Equipment",
    "Examination",
    "File",
    "Filing",
    "FilingChange",
    "GoLive",
    "Invoice",
    "LibraryEntry",
    "Member",
    "Milestone",
    "Need",
    "NeedStep",
    "Paragraph",
    "Partner",
    "Payment",
    "Photo",
    "Plan",
    "PlannedProduct",
    "Product",
    "Project",
    "Provider",
    "Remark",
    "Reply",
    "ReturnOpinion",
    "ReturnPoint",
    "RouteMeasure",
    "Satisfaction",
    "Selection",
    "Sending",
    "ServiceNote",
    "Signature",
    "Site",
    "Solution",
    "Stage",
    "Stay",
    "SubsidyEntry",
    "System",
    "Training",
    "TrainingSync",
    "Visit",
]


class File(Record, table=True):
    """The dossier's own record; its id is the dossier's."""

    __tablename__ = "dossier"
    title = "档案"
    clause = "方案 三（一）1"
    single = True

    pack: Annotated[str, f.text("方案版本", 60, required=True)] = ""
    owner: Annotated[str, f.text("负责人", 40)] = ""
    batch: Annotated[str, f.text("批次", 40)] = ""
    listed_on: Annotated[
        dt.date | None,
        f.date("试点企业名单公布日期", hint="本批名单公布后三个月内完成改造"),
    ] = None
    target_level: Annotated[int | None, f.count("目标等级", "级", "4")] = None


@dataclass(frozen=True)
class Dossier:
    """Everything of one enterprise at one moment, detached from the store.

    `records` holds every record by form, withdrawn ones too, in order of position;
    `conflicts` the (record id, field path) pairs in which two edits stand side by side;
    `watermarks` what was read off the photos, by sha256, as far as that is done; `unreadable` why
    it was tried in vain, in sentences; `version` the highest counter of the change log.
    """

    id: UUID
    records: dict[str, list[Record]] = field(default_factory=dict)
    conflicts: frozenset[tuple[UUID, str]] = frozenset()
    watermarks: Mapping[str, Watermark] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    version: int = 0
    #: The empty records that were asked for so far: one takes long to make.
    _blanks: dict[UUID, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

    def _empty(self, form: type[R], record_id: UUID, **values: Any) -> R:
        if record_id not in self._blanks:
            self._blanks[record_id] = form(id=record_id, dossier_id=self.id, **values)
        return cast(R, self._blanks[record_id])

    def one(self, form: type[R]) -> R:
        """The only record of a single form; an empty one where nothing was typed yet."""
        for record in self.records.get(form_of(form), ()):
            if isinstance(record, form):
                return record
        record_id = self.id if form is File else single_id(self.id, form_of(form))
        return self._empty(form, record_id)

    def all(self, form: type[R], parent: UUID | None = None) -> list[R]:
        """The records in view, in order: not withdrawn, nor under a withdrawn parent."""
        rows = [
            record
            for record in self.records.get(form_of(form), ())
            if isinstance(record, form)
            and not record.withdrawn
            and (parent is None or record.parent_id == parent)
        ]
        if all(record.parent_id is None for record in rows):
            return rows  # as in most forms: no need to look through everything for the parents
        hidden = self._withdrawn
        return [record for record in rows if record.parent_id not in hidden]

    @property
    def _withdrawn(self) -> frozenset[UUID]:
        return frozenset(r.id for rows in self.records.values() for r in rows if r.withdrawn)

    def trainings(self, *phases: str) -> list[Training]:
        """The trainings of these phases of the retrofit; without any, those of the diagnosis."""
        return [each for each in self.all(Training) if each.phase in (phases or ("",))]

    def points(self, *, retrofit: bool = False) -> list[ReturnPoint]:
        """What offices and experts want mended of the diagnosis, or of the retrofit."""
        examined = {row.id for row in self.all(Examination)}
        return [p for p in self.all(ReturnPoint) if (p.parent_id in examined) == retrofit]

    def find(self, form: type[R], record_id: UUID | None) -> R | None:
        """A record in view by its id."""
        return next((r for r in self.all(form) if r.id == record_id), None)

    def answer(self, stage: Stage, subject: str) -> Answer:
        """The answer to an item or scene, empty where none was given."""
        return self.given(stage, subject) or self._empty(
            Answer, answer_id(self.id, stage, subject), stage=stage.value, subject=subject
        )

    def given(self, stage: Stage, subject: str) -> Answer | None:
        """The same, None where none was given."""
        wanted = answer_id(self.id, stage, subject)
        for record in self.records.get("answer", ()):
            if record.id == wanted and isinstance(record, Answer):
                return record
        return None

    def answers(self, stage: Stage) -> list[Answer]:
        """All answers given at a stage, in no particular order."""
        return [answer for answer in self.all(Answer) if answer.stage == stage.value]

    def reply(self, question: str) -> Reply:
        """The reply to a question, by its key; empty where none was given."""
        wanted = reply_id(self.id, question)
        return self.find(Reply, wanted) or self._empty(Reply, wanted, question=question)

    def section(self, key: str) -> list[Paragraph]:
        """The paragraphs under one heading, in order."""
        return [p for p in self.all(Paragraph) if p.section == key]


def picked(values: dict[str, bool], records: Iterable[R]) -> list[R]:
    """The records that a REFS field points to, in their own order."""
    return [record for record in records if values.get(str(record.id)) is True]
