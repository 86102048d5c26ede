"""What every form asks for by its own declaration; empty tables; edits that conflict."""

from typing import Any
from uuid import UUID

from forms import fields as f
from forms.dossier import (
    Acceptance,
    AgendaItem,
    Answer,
    Assessment,
    Briefing,
    CloudService,
    Contact,
    DataResource,
    DiagnosisAcceptance,
    Dossier,
    Enterprise,
    Equipment,
    File,
    Filing,
    FilingChange,
    LibraryEntry,
    Need,
    NeedStep,
    Paragraph,
    Plan,
    Product,
    Project,
    Provider,
    Reply,
    Satisfaction,
    Selection,
    ServiceNote,
    Signature,
    Site,
    Solution,
    System,
    TrainingSync,
)
from forms.enterprise import credit_code_complaint
from forms.inventory import NEED_KINDS
from forms.places import half_of, page_of, records_in_view, says
from forms.record import Record, form_of, paths, specs, split_path
from grading.rules.case import Case, Hits, hit
from grading.rules.numbers import listed
from grading.rules.photos import has_position

#: Required fields whose absence a rule of its own tells, in better words.
_TOLD_ELSEWHERE = {
    "site": {"latitude", "longitude"},
    "agreement": {"signed_on"},
    "enterprise": {"central_funds", "pilot_2022"},
    "visit": {"topics", "results"},
    "stay": {"start", "end"},
    "audit": {"auditor", "number", "date", "amount", "passed"},
    "contract": {"starts_on", "ends_on", "scan"},
    "milestone": {"planned_on"},
    "effect": {"before", "after"},
    **{
        form_of(form): {name for name, spec in specs(form).items() if spec.required}
        for form in (Assessment, Selection, TrainingSync, FilingChange)
    },
}
#: An empty paragraph is no gap, its section is; an answer and the file are made by the program; the
#: papers of other steps may stay empty as long as nobody needs them; some have rules of their own.
_NOT_ASKED = (
    *(Paragraph, Answer, Reply, File, LibraryEntry, Solution, NeedStep, Plan, AgendaItem, Contact),
    *(Filing, Acceptance, Signature, ServiceNote, Briefing, DiagnosisAcceptance),
)


def is_empty(spec: f.Spec, value: Any) -> bool:
    """Whether a field holds nothing."""
    if spec.kind is f.Kind.FIGURE:
        return not str(value.get("value", "")).strip()
    if spec.kind in f.KEYED:
        return not f.chosen(value)
    return not value.strip() if isinstance(value, str) else value is None


def _what(number: int, record: Record) -> str:
    """A record in words: 诊断人员“王示例”, or 生产设备第 3 条."""
    if record.single:
        return record.title
    name = str(getattr(record, "name", "")).strip()
    return f"{record.title}“{name[:20]}”" if name else f"{record.title}第 {number} 条"


def _asked(case: Case, record: Record) -> bool:
    if isinstance(record, Site):
        return has_position(record)
    if isinstance(record, Satisfaction):
        return any(value not in (None, "") for value in paths(record).values())
    if record.half == 2 and record.single:  # a later step's paper is asked of once it is begun
        return says(record) and not isinstance(record, _NOT_ASKED)
    return not isinstance(record, _NOT_ASKED)


def missing_fields(record: Record) -> dict[str, str]:
    """The labels of the fields that the form cannot do without and that are empty, by name."""
    return {
        name: spec.label
        for name, spec in specs(type(record)).items()
        if spec.required and is_empty(spec, getattr(record, name))
    }


def required(case: Case) -> Hits:
    """The fields that the paper cannot do without, a finding a record."""
    for number, record in records_in_view(case.dossier):
        if not _asked(case, record):
            continue
        told = _TOLD_ELSEWHERE.get(form_of(record), set())
        missing = {n: label for n, label in missing_fields(record).items() if n not in told}
        if missing:
            yield hit(
                "FIELD-REQUIRED",
                record.id,
                next(iter(missing)),
                page=page_of(record),
                clause=record.clause,
                half=half_of(record),
                what=_what(number, record),
                count=len(missing),
                names=listed(list(missing.values())),
            )


def limits(case: Case) -> Hits:
    """Every limit that a form's declaration sets."""
    for number, record in records_in_view(case.dossier):
        for name, spec in specs(type(record)).items():
            offered = case.pack.offered(spec)
            for complaint in f.complaints(spec, getattr(record, name), offered):
                yield hit(
                    "FIELD-LIMIT",
                    record.id,
                    name,
                    page=page_of(record),
                    clause=record.clause,
                    half=half_of(record),
                    what=_what(number, record),
                    complaint=complaint,
                )


def credit_codes(case: Case) -> Hits:
    """GB 32100-2015: 18 characters, the last of which follows from the others."""
    parties = (case.dossier.one(Enterprise), case.dossier.one(Provider))
    for form in parties:
        complaint = credit_code_complaint(form.credit_code)
        if complaint:
            yield hit(
                "CREDIT-CODE", form.id, "credit_code", page=page_of(form), complaint=complaint
            )


def tables(case: Case) -> Hits:
    """Tables 2 to 5 may have nothing to list; 9 to 11 are what the report is for."""
    for rule, page, entries in (
        ("TABLE-NONE", "inventory", (Equipment, System, DataResource, CloudService)),
        ("TABLE-EMPTY", "projects", (Project, Product)),
        ("TABLE-EMPTY", "needs", (Need,)),
    ):
        for form in entries:
            if not case.dossier.all(form):
                table = case.pack.cite(form.clause).rpartition(" ")[2]
                yield hit(rule, page=page, clause=form.clause, table=table, title=form.title)
    needs = case.dossier.all(Need)
    silent = [kind for kind in NEED_KINDS[:-1] if kind not in {need.kind for need in needs}]
    if needs and silent:
        yield hit("NEED-KINDS", names="、".join(silent))


DECIDED = {"position", "origin", "proposed"}
"""What nobody sees or chooses: of these the later edit holds."""
_STRUCTURE = {"withdrawn": "删去与否", "parent_id": "所属条目"}


def undecided(dossier: Dossier) -> list[tuple[UUID, str]]:
    """The conflicts that a person decides, by record and path."""
    found = (each for each in dossier.conflicts if split_path(each[1])[0] not in DECIDED)
    return sorted(found, key=str)


def conflicts(case: Case) -> Hits:
    """Two edits of one field stand side by side until a person chooses."""
    known = {r.id: r for rows in case.dossier.records.values() for r in rows}
    for record_id, path in undecided(case.dossier):
        record = known.get(record_id)
        name, _ = split_path(path)
        spec = specs(type(record)).get(name) if record else None
        yield hit(
            "CONFLICT",
            record_id,
            path,
            page="merge",
            what=record.title if record else "记录",
            label=spec.label if spec else _STRUCTURE.get(name, path),
        )


RULES = (required, limits, credit_codes, tables, conflicts)
