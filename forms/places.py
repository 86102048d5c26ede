"""Where a record is filled in, and which pages somebody filled in something on."""

from __future__ import annotations

from collections.abc import Iterator

from forms.dossier import Answer, Dossier, File
from forms.evaluation import Stage
from forms.record import Record, form_of, forms, paths
from forms.steps import PAGES

_PAGE_OF = {form: page.key for page in PAGES.values() for form in page.forms}
_PAGE_OF.setdefault(f"answer:{Stage.RETROFIT.value}", "walk")
_PAGE_OF[form_of(File)] = "enterprise"
#: What the program puts into a record when it makes it; it says nothing about work done.
_BY_PROGRAM = {
    form_of(File): {"pack"},
    form_of(Answer): {"stage", "subject"},
}


def page_of(record: Record) -> str:
    """The page of the window on which a record is filled in, "" where none is."""
    form = form_of(record)
    return _PAGE_OF.get(f"{form}:{record.stage}" if isinstance(record, Answer) else form, "")


def records_in_view(dossier: Dossier) -> Iterator[tuple[int, Record]]:
    """Every record that counts, with its number within its form, from 1; empty single forms too."""
    for form in forms().values():
        rows = [dossier.one(form)] if form.single else dossier.all(form)
        yield from enumerate(rows, 1)


def filled_pages(dossier: Dossier) -> frozenset[str]:
    """The pages on whose forms somebody filled in something."""
    return frozenset(page_of(record) for _, record in records_in_view(dossier) if says(record))


def says(record: Record) -> bool:
    """Whether somebody filled in something of a record. A row added to a list is a beginning, even
    before anything is typed into it."""
    if not record.single and not isinstance(record, Answer):
        return True
    own = _BY_PROGRAM.get(form_of(record), set())
    values = (value for path, value in paths(record).items() if path not in own)
    return any(value not in (None, "", False, {}) for value in values)
