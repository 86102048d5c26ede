"""The drawn visit, in a store of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.tables import ReadingRow
from app.watermark_reader import ENGINE
from app.workbench import Workbench
from forms.dossier import Site
from forms.photo_facts import BEIJING, PhotoFacts
from forms.watermark import Watermark
from grading.gate_check import Todo
from grading.rules.view import Judged
from grading.visit_day import Scene
from tests.window_kit import opened, reopened
from widgets.pages.visit_view import scenes

DAY = dt.date(2025, 6, 17)
GATE = (43.88, 125.26)


class Drawn:
    """The visit of the drawing: two sessions, the second still open, eight photos."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.id = bench.create("示例・长春启明汽车零部件有限公司")
        self._put_site()
        names = ("王示例", "李样本", "赵演示")
        self.people = [str(bench.add(self.id, "member", name=name)) for name in names]
        self.visit = bench.add(
            self.id,
            "visit",
            date=DAY,
            results="已了解冲压车间的报工方式。",
            counterpart="钱虚构",
            signed_team=True,
        )
        for path in ("topics.情况调研", *(f"present.{person}" for person in self.people)):
            bench.put(self.id, "visit", self.visit, path, True)
        self.morning = bench.add(self.id, "stay", self.visit, start="09:05", end="11:20")
        self.afternoon = bench.add(self.id, "stay", self.visit, start="13:30", end="14:05")
        arrival = self.photo("09:05", "入场", 42, logo=True, counterpart=True)
        for person in (self.people[0], self.people[2]):
            bench.put(self.id, "photo", arrival, f"people.{person}", True)
        self.photo("09:32", "宣贯培训", 61)
        self.photo("10:21", "生产现场", 88)
        self.photo("10:26", "生产现场", None, facts=False)
        self.photo("10:52", "生产现场", 93)
        self.photo("13:30", "入场", 39, logo=True)
        self.talk = self.photo("13:44", "人员访谈", 30, stamped=DAY, day=DAY - dt.timedelta(days=1))
        self.photo("", "生产现场", None, facts=False)

    def _put_site(self) -> None:
        site = self.bench.dossier(self.id).one(Site)
        place = {"latitude": "43.88", "longitude": "125.26", "datum": "WGS-84"}
        for name, value in (place | {"source": "注册地址"}).items():
            self.bench.put(self.id, "site", site.id, name, value)

    def photo(
        self,
        clock: str,
        kind: str,
        north: float | None,
        *,
        facts: bool = True,
        read: bool = True,
        day: dt.date = DAY,
        stamped: dt.date = DAY,
        **more: Any,
    ) -> UUID:
        """A photo with its own record and its watermark, either of them or neither."""
        time = dt.time.fromisoformat(clock) if clock else None
        said = PhotoFacts(
            width=64,
            height=48,
            format="JPEG",
            taken_local=dt.datetime.combine(day, time) if facts and time else None,
            offset="+08:00" if facts else None,
            latitude=GATE[0] + north / 111_195 if north is not None else None,
            longitude=GATE[1] if north is not None else None,
            make="示例" if facts else None,
        )
        number = len(self.bench.dossier(self.id).records.get("photo", ())) + 1
        if not time and read:
            self.read(number, Watermark())
        mark: dict[str, Any] = {"stated_date": stamped, "stated_time": time} if time else {}
        return self.bench.add(
            self.id,
            "photo",
            sha256=f"{number:064x}",
            filename=f"IMG_{number}.jpg",
            facts=said.model_dump(mode="json"),
            visit=self.visit,
            kind=kind,
            caption="示例",
            **mark,
            **more,
        )

    def read(self, number: int, mark: Watermark) -> None:
        """Keep what was read off a photo's file."""
        row = ReadingRow(sha256=f"{number:064x}", engine=ENGINE, watermark=mark.model_dump_json())
        with self.bench.writing() as (session, _log, _records):
            session.merge(row)

    @cached_property
    def view_before(self) -> tuple[Judged, ...]:
        """The photos as they were at first, in order."""
        return self.scene(at(14, 5)).view.photos

    def scene(self, now: dt.datetime) -> Scene:
        """The visit at a moment."""
        return scenes(self.bench.dossier(self.id), self.bench.pack, None, now)[0]


@pytest.fixture(scope="module")
def _drawn_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Drawn]:
    """The store of the drawing, closed, and what it holds."""
    folder = tmp_path_factory.mktemp("drawn") / "data"
    with opened(folder) as bench:
        return folder, Drawn(bench)


@pytest.fixture
def drawn(_drawn_once: tuple[Path, Drawn], tmp_path: Path) -> Iterator[Drawn]:
    """A copy of it for each test."""
    folder, model = _drawn_once
    with reopened(folder, tmp_path / "data") as bench:
        made = copy(model)
        made.bench = bench
        yield made


def at(hour: int, minute: int, days: int = 0) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time(hour, minute), BEIJING) + dt.timedelta(days=days)


def said(items: list[Todo]) -> list[tuple[str, str]]:
    return [(item.when.word, item.title) for item in items]
