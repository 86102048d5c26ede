"""The visits' page under its head, and photos that come to a dossier of two visits."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import Photo
from tests.photo_files import photo, taken
from tests.window_kit import in_front, kept
from widgets.desk import Desk
from widgets.pages.visits import VisitsPage

DAY, OTHER = dt.date(2025, 6, 17), dt.date(2025, 6, 16)
QUICK_MS = 250


class Case:
    """A dossier with two visits, on the 17th and the 16th."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.id = bench.create("示例・照片来源")
        self.visit = bench.add(self.id, "visit", date=DAY)
        self.other = bench.add(self.id, "visit", date=OTHER)


def page_of(qtbot: QtBot, case: Case, roots: list[Path] | None = None) -> VisitsPage:
    """The page under its head, in front; without the window, which would examine the photos."""
    host = QWidget()
    desk = Desk(case.bench, case.id, host)
    page = VisitsPage(desk)
    page.sources.phone.roots = roots or []
    column = QVBoxLayout(host)
    for part in (page.head, page):
        column.addWidget(part)
    # What is called in the end keeps the host until then.
    qtbot.addWidget(host, before_close_func=partial(shut, host, desk, page))
    host.resize(1100, 800)
    with qtbot.waitExposed(host):
        host.show()
    qtbot.waitUntil(lambda: in_front(host), timeout=10_000)
    page.album.scene.focus_current()
    return page


def shut(host: QWidget, desk: Desk, page: VisitsPage, same: QWidget) -> None:
    """As the window does it when it closes."""
    assert host is same
    if page.importing.job is not None:
        page.importing.job.cancel()
        page.importing.job.wait()
    desk.close()


def shot(path: Path, day: dt.date = DAY, clock: str = "09:05:00") -> Path:
    """A photo with the time of its taking; its pixels differ from those of any other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = (64 + len(path.name), 48 + int(clock[3:5]))
    return photo(path, detail=taken(f"{day:%Y:%m:%d} {clock}"), size=size)


def idle(qtbot: QtBot, page: VisitsPage) -> None:
    qtbot.waitUntil(lambda: not page.importing.running, timeout=60_000)


def homes(page: VisitsPage) -> dict[str, UUID | None]:
    return {each.filename: each.visit for each in kept(page.desk).dossier.all(Photo)}
