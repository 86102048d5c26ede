"""The visits' page on a real store, and a dossier with a visit that takes photos."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import Photo, Site
from forms.photo_facts import BEIJING, PhotoFacts
from tests.window_kit import in_front, kept, window
from widgets.desk import Desk
from widgets.dossier_window import DossierWindow
from widgets.pages.visits import VisitsPage

DAY = dt.date(2025, 6, 17)
GATE = (43.88, 125.26)


class Case:
    """A dossier with a site, two consultants and one visit of two sessions."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.id = bench.create("示例・现场诊断页")
        site = bench.dossier(self.id).one(Site)
        for name, value in {
            "latitude": "43.88", "longitude": "125.26", "datum": "WGS-84", "source": "人工填写",
        }.items():  # fmt: skip
            bench.put(self.id, "site", site.id, name, value)
        self.people = [bench.add(self.id, "member", name=name) for name in ("甲示例", "乙示例")]
        self.visit = bench.add(self.id, "visit", date=DAY)
        self.morning = bench.add(self.id, "stay", self.visit, start="09:05", end="11:20")
        self.afternoon = bench.add(self.id, "stay", self.visit, start="13:30", end="14:05")

    def photo(self, clock: str, kind: str = "", north: float = 0.0, **more: Any) -> UUID:
        """A photo that was taken at `clock`, so many metres north of the gate."""
        facts = PhotoFacts(
            width=64,
            height=48,
            format="JPEG",
            taken_local=dt.datetime.combine(DAY, dt.time.fromisoformat(clock)),
            offset="+08:00",
            latitude=GATE[0] + north / 111_195,
            longitude=GATE[1],
            make="示例",
        )
        digest = f"{len(self.bench.dossier(self.id).all(Photo)) + 1:064x}"
        return self.bench.add(
            self.id,
            "photo",
            sha256=digest,
            filename=f"IMG_{clock.replace(':', '')}.jpg",
            facts=facts.model_dump(mode="json"),
            visit=self.visit,
            kind=kind,
            **more,
        )


def active(qtbot: QtBot, bench: Workbench, dossier: UUID, page: str) -> DossierWindow:
    """The window in front; until then it has no focus to give."""
    made = window(qtbot, bench, dossier, page, judged=True)
    qtbot.waitUntil(lambda: in_front(made))
    return made


def page_of(made: DossierWindow) -> VisitsPage:
    page = made.page()
    assert isinstance(page, VisitsPage)
    return page


def alone(qtbot: QtBot, case: Case, now: dt.datetime) -> VisitsPage:
    """The page by itself, at a time of the test's own."""
    desk = Desk(case.bench, case.id)
    page = VisitsPage(desk, clock=lambda: now)
    desk.setParent(page)
    qtbot.addWidget(page, before_close_func=lambda _page: desk.close())
    page.resize(900, 700)
    with qtbot.waitExposed(page):
        page.show()
    desk.refresh()
    qtbot.waitUntil(lambda: desk.review is not None)
    return page


def clock(hour: int, minute: int) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time(hour, minute), BEIJING)


def photos(page: VisitsPage) -> list[Photo]:
    return kept(page.desk).dossier.all(Photo)
