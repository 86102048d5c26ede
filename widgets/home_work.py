"""The long work of the list's page, as generators of progress for the job runner; and a dialog.

The page is made before what they need is loaded, so that each loads its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app.progress import Progress
from forms.errors import UserError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.registry import Plan
    from app.workbench import Workbench

_NOTES_SHOWN = 5
_SHOWN_EVERY = 50


def import_files(bench: Workbench, paths: Sequence[Path]) -> Iterator[Progress]:
    """Take in dossier files; what is left out is named once the others are in."""
    notes: list[str] = []
    for done, path in enumerate(paths, 1):
        yield Progress(done, len(paths), f"导入“{path.name}”")
        try:
            bench.summary(bench.import_dossier(path))
        except UserError as error:
            notes.append(f"“{path.name}”：{error}")
    if notes:
        more = f"\n另有 {len(notes) - _NOTES_SHOWN} 处。" if len(notes) > _NOTES_SHOWN else ""
        raise UserError("\n".join(notes[:_NOTES_SHOWN]) + more)


def look_at_registry(bench: Workbench, path: Path) -> Iterator[Progress | Plan]:
    """Read a registry and compare it; what it would bring comes last."""
    from app.registry import preview

    yield Progress(0, 1, f"正在读取“{path.name}”")
    yield preview(bench, path)


def take_registry(bench: Workbench, plan: Plan, *, update: bool) -> Iterator[Progress]:
    """Make the dossiers of a registry; the last Progress says how many."""
    from app.import_plan import State
    from app.registry import apply

    made = 0
    for done, entry in enumerate(apply(bench, plan, update=update), 1):
        made += entry.dossier_id is not None
        if not done % _SHOWN_EVERY:
            yield Progress(done, len(plan.rows), f"已导入到第 {entry.row} 行")
    wrong = plan.count(State.WRONG)
    left = f"，{wrong} 行有误未导入" if wrong else ""
    yield Progress(1, 1, f"已导入 {made} 家企业{left}。")


def list_dossiers(bench: Workbench, path: Path) -> Iterator[Progress]:
    """Write the registry of all dossiers; the last Progress says where."""
    from app.registry_export import export_registry

    yield from export_registry(bench, path)


def list_schedule(bench: Workbench, path: Path) -> Iterator[Progress]:
    """Write the calendar of all dossiers; the last Progress says where."""
    from app.schedule import export_schedule

    yield from export_schedule(bench, path)


@dataclass(frozen=True, slots=True)
class Export:
    """What is written of all dossiers: its dialog's title, the file's name and kind, and how."""

    title: str
    name: str
    kinds: str
    write: Callable[[Workbench, Path], Iterator[Progress]]


REGISTRY = Export("导出台账", "一企一档台账.xlsx", "台账 (*.xlsx)", list_dossiers)
SCHEDULE = Export("导出日程", "诊改日程.ics", "日历文件 (*.ics)", list_schedule)


def list_subsidies(bench: Workbench, path: Path) -> Iterator[Progress]:
    """Write the subsidies of all dossiers by district; the last Progress says where."""
    from app.subsidy_export import export_subsidies  # loaded late, as above

    yield from export_subsidies(bench, path)


def drop_backups(bench: Workbench) -> Iterator[Progress]:
    """Remove the backups made before, which hold still what was erased here."""
    from app.purge import drop_backups as drop

    yield from drop(bench.store)


def open_sample(bench: Workbench) -> Iterator[Progress | UUID]:
    """Load the bundled sample, drawing its photos on the way; the dossier's id comes last."""
    from app.samples import OF_PACK, load_sample

    made: Progress | UUID | None = None
    for made in load_sample(bench, OF_PACK[bench.pack.id][0]):
        if isinstance(made, Progress):
            yield made
    if isinstance(made, UUID):
        bench.summary(made)
        yield made


def show_update(page: QWidget, crashed: Callable[[object], None]) -> None:
    """Show which version this is, and look update files through."""
    from widgets.update_dialog import UpdateDialog

    dialog = UpdateDialog(page)
    dialog.crashed.connect(crashed)
    dialog.open()


def judge_all(bench: Workbench) -> Iterator[bool]:
    """Begin the summaries that are missing, take what was edited into the search, and work out
    again what the list shows of dossiers that changed, or that a new day changes.

    Yields whether anything new came of it.
    """
    from app import summaries
    from app.search import search_of

    news = summaries.settle(bench.store)
    yield news
    for _ in search_of(bench.store).catch_up(bench):
        yield news
    today = dt.date.today()
    for dossier_id in summaries.stale(bench.store, today):
        bench.summary(dossier_id, today)
        news = True
        yield news
