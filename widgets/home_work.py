"""The long work of the list's page, as generators of progress for the job runner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from app import summaries
from app.progress import Progress
from app.search import search_of
from app.workbench import Workbench
from forms.errors import UserError

_NOTES_SHOWN = 5


def import_files(bench: Workbench, paths: Sequence[Path]) -> Iterator[Progress]:
    """Take in dossier files and registries; what is left out is named once the others are in."""
    notes: list[str] = []
    for done, path in enumerate(paths, 1):
        yield Progress(done, len(paths), f"导入“{path.name}”")
        try:
            yield from _import_one(bench, path, notes)
        except UserError as error:
            notes.append(f"“{path.name}”：{error}")
    if notes:
        more = f"\n另有 {len(notes) - _NOTES_SHOWN} 处。" if len(notes) > _NOTES_SHOWN else ""
        raise UserError("\n".join(notes[:_NOTES_SHOWN]) + more)


def _import_one(bench: Workbench, path: Path, notes: list[str]) -> Iterator[Progress]:
    from app.registry import SUFFIXES, import_registry

    if path.suffix.lower() not in SUFFIXES:
        bench.summary(bench.import_dossier(path))
        return
    for done, entry in enumerate(import_registry(bench, path), 1):
        if entry.dossier_id is None:
            notes.append(entry.note)
        yield Progress(done, 0, f"建立“{entry.name}”")


def list_dossiers(bench: Workbench, path: Path) -> Iterator[Progress]:
    """Write the registry of all dossiers; the last Progress says where."""
    from app.registry_export import export_registry  # loaded late: it brings a spreadsheet's writer

    yield from export_registry(bench, path)


def drop_backups(bench: Workbench) -> Iterator[Progress]:
    """Remove the backups made before, which hold still what was erased here."""
    from app.purge import drop_backups as drop

    yield from drop(bench.store)


def open_sample(bench: Workbench) -> Iterator[Progress | UUID]:
    """Load the bundled sample, drawing its photos on the way; the dossier's id comes last."""
    from app.samples import COMPLETE, load_sample

    made: Progress | UUID | None = None
    for made in load_sample(bench, COMPLETE[0]):
        if isinstance(made, Progress):
            yield made
    if isinstance(made, UUID):
        bench.summary(made)
        yield made


def judge_all(bench: Workbench) -> Iterator[bool]:
    """Begin the summaries that are missing, take what was edited into the search, and work out
    again what the list shows of dossiers that changed, or that a new day changes.

    Yields whether anything new came of it.
    """
    news = summaries.settle(bench.store)
    yield news
    for _ in search_of(bench.store).catch_up(bench):
        yield news
    today = dt.date.today()
    for dossier_id in summaries.stale(bench.store, today):
        bench.summary(dossier_id, today)
        news = True
        yield news
