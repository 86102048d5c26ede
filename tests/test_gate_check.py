"""离场检查 on the drawn visit: at 14:05 of its day what is still to do, in which order, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdf
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gate_sheet import write
from app.tables import ReadingRow
from app.watermark_reader import ENGINE
from app.workbench import Workbench
from exporters import gate_check as paper
from exporters.blocks import texts
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces
from forms.dossier import Enterprise, Site
from forms.photo_facts import BEIJING, PhotoFacts
from forms.watermark import Watermark
from grading.finding import Severity
from grading.gate_check import Todo, When, as_text, before_leaving, request_text, summary, todo
from grading.rules.view import Judged
from grading.visit_day import Scene
from tests.window_kit import child, click, opened, reopened
from widgets.controls import Button
from widgets.desk import Desk
from widgets.pages.visit_check import CheckRow
from widgets.pages.visit_view import scenes, stats
from widgets.pages.visits import VisitsPage
from widgets.theme import theme

DAY = dt.date(2025, 6, 17)
GATE = (43.88, 125.26)


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


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


def test_at_five_past_two_the_list_is_the_drawn_one(drawn: Drawn) -> None:
    items = todo(drawn.scene(at(14, 5)))
    assert said(items) == [
        ("现在能补", "再留 10 分"),
        ("现在能补", "办公场所再拍 1 张"),
        ("现在能补", "李样本不在任何照片中"),
        ("现在能补", "对接人钱虚构尚未签字"),
        ("出门时补", "离场照片（下午）"),
        ("只能说明", "离场照片缺失（上午）"),
        ("回去后补", "2 张照片凭据不足"),
    ]
    assert [item.text for item in items] == [
        "留到 14:15，两场合计满 3 小时。",
        "现有 1 张可用；13:44 人员访谈照片矛盾，不计入。",
        "请其进入下一张照片，或在照片的“人物”一栏补认。",
        "现场诊断记录表可打印，签字后在此注明。",
        "到场 3 人同框，企业 LOGO 可见，出门时拍。",
        "11:20 离场时的照片没有导入；未拍的不能补拍，请写明原因。"
        "本次另有离场照片的，说明方可代替。",
        "10:26 生产现场、无时间 生产现场：请拍摄人以原图或文件方式重发。",
    ]
    assert summary(items) == "离开前可补 5 件，其中阻断 3 件，按还能补的先后排。"
    assert [item.act for item in items if item.act != "jump"] == ["import", "import", "request"]


def test_the_strip_holds_the_drawn_figures(drawn: Drawn) -> None:
    cells = [(s.name, s.value, s.note, s.state) for s in stats(drawn.scene(at(14, 5)))]
    block, warn = Severity.BLOCK, Severity.WARN
    assert cells == [
        ("时长", "2 小时 50 分", "须满 3 小时", block),
        ("照片", "7 / 5", "不少于 5 张", None),
        ("入场、离场", "2 / 4", "每次进出各一张", block),
        ("办公场所", "1 / 2", "宣贯、访谈不少于 2 张", block),
        ("生产现场", "4 / 1", "不少于 1 张", None),
        ("到场人员", "3 / 3", "1 人未在照片中", warn),
    ]


def test_ten_minutes_later_the_hours_are_off_the_list(drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "stay", drawn.afternoon, "end", "14:15")
    titles = [item.title for item in todo(drawn.scene(at(14, 15)))]
    assert titles[0] == "办公场所再拍 1 张"


def test_an_exit_to_come_is_filled_in_at_the_door(drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "stay", drawn.afternoon, "end", None)
    items = todo(drawn.scene(at(14, 5)))
    door = [item.title for item in items if item.when is When.DOOR]
    assert items[0].title == "再留 10 分"
    assert door == ["离场照片（下午）", "第 2 场离场时间"]


def test_an_hour_after_the_exit_nothing_is_promised_of_the_door(drawn: Drawn) -> None:
    scene = drawn.scene(at(15, 5))
    found = {item.title: item for item in todo(scene)}
    assert scene.until is None
    assert found["离场照片缺失（下午）"].when is When.EXPLAIN
    assert found["时长差 10 分"].text == "再次入场的另登记一场，合计满 3 小时。"


def test_on_another_day_nothing_can_be_mended_before_leaving(drawn: Drawn) -> None:
    items = todo(drawn.scene(at(14, 5, days=3)))
    assert before_leaving(items) == []
    assert summary(items) == f"离开后处理 {len(items)} 件。"
    assert {item.when for item in items} == {When.EXPLAIN, When.BACK, When.AGAIN}
    assert ("另行安排", "时长差 10 分") in said(items)
    assert ("回去后补", "办公场所照片差 1 张") in said(items)


def test_photos_that_other_rows_ask_for_are_not_asked_for_twice(drawn: Drawn) -> None:
    def withdraw(*places: int) -> list[str]:
        for place in places:
            photo = drawn.view_before[place].photo.id
            drawn.bench.withdraw(drawn.id, "photo", photo)
        return [item.title for item in todo(drawn.scene(at(14, 5)))]

    # Of 7 that count 4 stay: the second one of the office and the exit's make six.
    assert not [title for title in withdraw(2, 3, 4) if "另拍" in title]
    # Without a photo of the entries, which cannot be made up for, those rows are not enough.
    assert "照片另拍 1 张" in withdraw(0, 5)
    past = [item.title for item in todo(drawn.scene(at(14, 5, days=3)))]
    assert "照片差 3 张" in past


def test_a_photo_that_does_not_count_shows_nobody(drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "photo", drawn.talk, f"people.{drawn.people[1]}", True)
    titles = [item.title for item in todo(drawn.scene(at(14, 5)))]
    assert "李样本不在可计入的照片中" in titles


def test_a_record_is_filled_in_before_it_is_signed(drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "visit", drawn.visit, "results", "")
    items = todo(drawn.scene(at(14, 5)))
    titles = [item.title for item in items]
    assert titles.index("未填本次服务成果") < titles.index("对接人钱虚构尚未签字")
    signature = next(item for item in items if "尚未签字" in item.title)
    assert signature.text == "填写诊断主题、服务成果后，打印现场诊断记录表签字。"


def test_a_contradiction_that_costs_no_count_is_told_with_its_reason(drawn: Drawn) -> None:
    drawn.photo("14:01", "人员访谈", 30)
    items = todo(drawn.scene(at(14, 5)))
    (against,) = [item for item in items if "矛盾" in item.title]
    assert (against.when, against.title) == (When.BACK, "1 张照片矛盾，不计入")
    assert against.text.startswith("13:44 人员访谈：拍摄信息记录 2025年6月16日 13:44，水印写作")


def test_a_photo_that_is_still_being_read_is_waited_for_and_not_asked_for(drawn: Drawn) -> None:
    for _ in range(2):
        drawn.photo("", "人员访谈", None, facts=False, read=False)
    items = todo(drawn.scene(at(14, 5)))
    (waiting,) = [item for item in items if "尚未读完" in item.title]
    assert (waiting.when, waiting.severity) == (When.NOW, Severity.INFO)
    assert waiting.title == "2 张照片的水印尚未读完"
    assert waiting.text == (
        "无时间 人员访谈、无时间 人员访谈：读完后本清单自动更新；"
        "原图在同事处的，收入含原图的文件包后读取；原图遗失的，请重新导入。"
    )
    assert ("回去后补", "2 张照片凭据不足") in said(items)
    asked = request_text(drawn.scene(at(14, 5)))
    assert "IMG_8.jpg" in asked and "IMG_9.jpg" not in asked
    later = todo(drawn.scene(at(14, 5, days=3)))
    assert ("回去后补", "2 张照片的水印尚未读完") in said(later)

    drawn.read(9, Watermark(day=DAY, clock=dt.time(13, 50)))
    drawn.read(10, Watermark())
    titles = [item.title for item in todo(drawn.scene(at(14, 5)))]
    assert "4 张照片凭据不足" in titles
    assert not any("尚未读完" in title for title in titles)


def test_doubtful_coordinates_are_looked_at_and_not_asked_for_again(drawn: Drawn) -> None:
    drawn.photo("", "人员访谈", None, facts=False, read=False)
    doubt: dict[str, Any] = {"unsure": {"position"}, "latitude": GATE[0], "longitude": GATE[1]}
    drawn.read(9, Watermark(day=DAY, clock=dt.time(13, 50), **doubt))
    found = {item.title: item for item in todo(drawn.scene(at(14, 5)))}
    assert found["1 张照片的水印待核对"].text == (
        "13:50 人员访谈：请对照原图核对水印内容，予以确认或更正。"
    )
    assert "2 张照片凭据不足" in found


def test_what_was_copied_says_it_all(drawn: Drawn) -> None:
    scene = drawn.scene(at(14, 5))
    lines = as_text(scene, todo(scene)).splitlines()
    assert lines[0] == "第 1 次现场诊断（6月17日）离场检查"
    assert lines[1] == "1. 再留 10 分（现在能补）留到 14:15，两场合计满 3 小时。"
    assert len(lines) == 8


def test_on_paper_it_is_one_page_to_tick(drawn: Drawn, tmp_path: Path) -> None:
    scene = drawn.scene(at(14, 5))
    *_, last = write(scene, todo(scene), at(14, 5))
    assert last.made is not None
    (page,) = pypdf.PdfReader(last.made).pages
    text = page.extract_text().replace("\n", "").replace(" ", "")
    for words in (
        "示例・长春启明汽车零部件有限公司",
        "第1次，2025年6月17日",
        "2025年6月17日14:05",
        "离开前可补5件，其中阻断3件",
        "再留10分",
        "现有1张可用；13:44人员访谈照片矛盾，不计入。",
        "离开后",
        "回去后补",
    ):
        assert words in text, words
    assert text.count("□") == 7


def test_a_long_list_stays_on_its_page_and_says_what_it_left_out(drawn: Drawn) -> None:
    scene = drawn.scene(at(14, 5))
    long = Todo(When.NOW, Severity.BLOCK, "很长的事项" * 30, "很长的说明。" * 60, "去填写")
    short = Todo(When.BACK, Severity.WARN, "短", "", "去填写")
    enterprise = scene.dossier.one(Enterprise)
    enterprise.name = "很长的名称" * 40
    for items in ([], [short], [long] * 40, [short] * 60, [long, short] * 20):
        document = paper.compose(scene, items, at(14, 5))
        assert len(lay_out(document, faces(None)).pages) == 1
        told = "".join(texts(document.blocks))
        shown = told.count("□")
        assert shown == len(items) or f"另有{len(items) - shown}件" in told


def page_at(qtbot: QtBot, drawn: Drawn, now: Callable[[], dt.datetime]) -> VisitsPage:
    """The page by itself, at a time of the test's own, with the check open."""
    desk = Desk(drawn.bench, drawn.id)
    page = VisitsPage(desk, clock=now)
    desk.setParent(page)
    qtbot.addWidget(page, before_close_func=lambda _page: desk.close())
    page.resize(900, 700)
    with qtbot.waitExposed(page):
        page.show()
    desk.refresh()
    qtbot.waitUntil(lambda: desk.review is not None, timeout=10_000)
    return page


def test_the_page_lists_prints_and_reminds(
    qtbot: QtBot, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_at(qtbot, drawn, lambda: at(14, 5))
    panel = page.check
    panel.resize(322, 868)
    panel.setParent(None)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    rows = [row.accessibleName() for row in panel.findChildren(CheckRow)]
    assert rows[0] == "1. 阻断，现在能补：再留 10 分。留到 14:15，两场合计满 3 小时。"
    assert page.head.check.text() == "离场检查 5"
    assert child(panel, Button, "14:15 提醒我").isEnabled()
    opened_here: list[QUrl] = []

    def viewer(url: QUrl) -> bool:
        opened_here.append(url)
        return True

    monkeypatch.setattr(panel, "_open_url", viewer)
    click(child(panel, Button, "打印清单"))
    qtbot.waitUntil(lambda: bool(opened_here), timeout=20_000)
    (page_made,) = pypdf.PdfReader(opened_here[0].toLocalFile()).pages
    assert "离场检查清单" in page_made.extract_text()
    qtbot.waitUntil(lambda: child(panel, Button, "打印清单").isEnabled())
    click(child(panel, Button, "14:15 提醒我"))
    assert not child(panel, Button, "14:15 提醒我").isEnabled()
    click(child(panel, Button, "复制清单"))
    assert "再留 10 分" in QApplication.clipboard().text()


class Hands:
    """A clock that a test sets."""

    def __init__(self, hour: int, minute: int) -> None:
        self.now = at(hour, minute)

    def __call__(self) -> dt.datetime:
        return self.now


def reminded(qtbot: QtBot, drawn: Drawn) -> tuple[VisitsPage, Hands]:
    """The page at 14:05 of the day, with the reminder set for 14:15."""
    hands = Hands(14, 5)
    page = page_at(qtbot, drawn, hands)
    page.check.remind()
    assert page.check._said.text().startswith("到 14:15 将提醒")
    return page, hands


def ring(page: VisitsPage) -> None:
    """The reminder's time has come."""
    assert page.check._reminder.isActive()
    page.check._reminder.stop()
    page.check._reminder.timeout.emit()


def test_the_reminder_speaks_up_once_the_stay_was_long_enough(qtbot: QtBot, drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "stay", drawn.afternoon, "end", None)
    page, hands = reminded(qtbot, drawn)
    hands.now = at(14, 15)
    ring(page)
    assert page.check._said.text() == "现场时长已满 3 小时，离开前请拍摄离场照片。"
    assert not page.check._reminder.isActive()


def test_the_reminder_of_a_team_that_left_says_what_is_missing(qtbot: QtBot, drawn: Drawn) -> None:
    page, hands = reminded(qtbot, drawn)
    hands.now = at(14, 55)
    ring(page)
    assert page.check._said.text() == (
        "现场时长还差 10 分，已登记离场；再次入场的另登记一场，合计满 3 小时。"
    )
    assert not page.check._reminder.isActive()


def test_the_reminder_follows_a_stay_that_began_later(qtbot: QtBot, drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "stay", drawn.afternoon, "end", None)
    page, hands = reminded(qtbot, drawn)
    page.desk.put("stay", drawn.afternoon, "start", "13:40")
    page.lay_out()
    assert child(page.check, Button, "14:25 提醒我").isEnabled()
    hands.now = at(14, 15)
    ring(page)
    assert page.check._said.text() == "现场时长还差 10 分，改在 14:25 提醒。"
    page.lay_out()
    assert not child(page.check, Button, "14:25 提醒我").isEnabled()
    hands.now = at(14, 25)
    ring(page)
    assert page.check._said.text().startswith("现场时长已满 3 小时")


def test_the_reminder_names_its_visit_where_another_one_shows(qtbot: QtBot, drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "stay", drawn.afternoon, "end", None)
    other = drawn.bench.add(drawn.id, "visit", date=dt.date(2025, 6, 19))
    page, hands = reminded(qtbot, drawn)
    page.choose(other)
    assert page.check._said.isHidden()
    hands.now = at(14, 15)
    ring(page)
    assert page.check._said.text().startswith("第 1 次现场诊断：现场时长已满 3 小时")


def test_the_reminder_of_a_visit_that_was_withdrawn_is_silent(qtbot: QtBot, drawn: Drawn) -> None:
    page, _hands = reminded(qtbot, drawn)
    page.desk.withdraw("visit", drawn.visit)
    page.check._said.setText("")
    ring(page)
    assert page.check._said.text() == ""
