"""Where a record is filled in, and which pages somebody filled in something on."""

from __future__ import annotations

from collections.abc import Iterator

from forms.dossier import (
    Answer,
    DiagnosisAcceptance,
    Dossier,
    Examination,
    File,
    ReturnPoint,
    Training,
)
from forms.evaluation import Stage
from forms.record import Record, form_of, forms, paths
from forms.steps import PAGES, STEP_OF_PAGE

_PAGE_OF = {form: page.key for page in PAGES.values() for form in page.forms}
_PAGE_OF[form_of(File)] = "enterprise"
PAGE_OF_STAGE = {stage: _PAGE_OF[f"{form_of(Answer)}:{stage.value}"] for stage in Stage}
"""Where each stage of the evaluation is answered."""
#: What the program puts into a record when it makes it; it says nothing about work done.
_BY_PROGRAM = {
    form_of(File): {"pack"},
    form_of(Answer): {"stage", "subject"},
}


def page_of(record: Record) -> str:
    """The page of the window on which a record is filled in, "" where none is."""
    form = form_of(record)
    if isinstance(record, Answer):
        form = f"{form}:{record.stage}"
    elif isinstance(record, Training) and record.phase:
        form = f"{form}:retrofit"
    return _PAGE_OF.get(form, "")


def page_in(dossier: Dossier, record: Record) -> str:
    """The same, also where it depends on what a record lies below: a point to be mended is closed
    beside the examination, or the acceptance of the diagnosis, that asks for it."""
    if isinstance(record, ReturnPoint):
        for form in (Examination, DiagnosisAcceptance):
            if dossier.find(form, record.parent_id) is not None:
                return _PAGE_OF[form_of(form)]
    return page_of(record)


def half_of(record: Record) -> int:
    """The half of the plan to which a record belongs: that of its page, else its form's."""
    page = page_of(record)
    return STEP_OF_PAGE[page].half if page else record.half


def records_in_view(dossier: Dossier) -> Iterator[tuple[int, Record]]:
    """Every record that counts, with its number within its form, from 1; empty single forms too."""
    for form in forms().values():
        rows = [dossier.one(form)] if form.single else dossier.all(form)
        yield from enumerate(rows, 1)


def filled_pages(dossier: Dossier) -> frozenset[str]:
    """The pages on whose forms somebody filled in something."""
    return frozenset(
        page_in(dossier, record) for _, record in records_in_view(dossier) if says(record)
    )


def says(record: Record) -> bool:
    """Whether somebody filled in something of a record. A row added to a list is a beginning, even
    before anything is typed into it."""
    if not record.single and not isinstance(record, Answer):
        return True
    own = _BY_PROGRAM.get(form_of(record), set())
    values = (value for path, value in paths(record).items() if path not in own)
    return any(value not in (None, "", False, {}) for value in values)
