"""汇总统计 in the window: every number can be heard, reached by keys, and leads to its dossiers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.portfolio import Facet, Query
from app.workbench import Workbench
from grading.finding import Target
from tests.rule_cases import good
from tests.window_kit import LEFT, NAME, click, opened, press, started
from widgets.controls import Button
from widgets.pages.statistics import StatisticsPage
from widgets.stacked_bars import BarRow, Part, StackedBars
from widgets.theme import DARK, LIGHT, theme

NORTH = {"latitude": "44.2", "longitude": "125.3"}


def dossier(bench: Workbench, name: str, **changed: dict[str, Any]) -> UUID:
    """The good dossier's beginning under another name, judged."""
    mapping = good()
    for form in ("id", "photo", "paragraph", "attachment", "training"):
        mapping.pop(form)
    mapping["enterprise"]["name"] = name
    for form, values in changed.items():
        held = mapping[form]
        (held[0] if isinstance(held, list) else held).update(values)
    made = bench.import_mapping(mapping)
    bench.review(made)
    return made


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("统计") / "data") as made:
        dossier(made, "示例·甲")
        dossier(made, NAME, site=NORTH, stay={"start": "12:35", "end": "16:00"})
        made.create("示例·空", district="南关区")
        for summary in made.summaries():
            made.review(summary.id)
        yield made


@pytest.fixture
def page(qtbot: QtBot, bench: Workbench, qapp: QApplication) -> StatisticsPage:
    theme().install(qapp)
    made = StatisticsPage(bench)
    qtbot.addWidget(made, before_close_func=lambda _: made.finish())
    made.resize(1280, 720)
    with qtbot.waitExposed(made):
        made.show()
    counted(qtbot, made)
    return made


def counted(qtbot: QtBot, page: StatisticsPage) -> None:
    """Wait until what the filters leave is counted and shown."""
    qtbot.waitUntil(lambda: page._counting is None and page._seen is not None, timeout=10_000)


def rows(bars: QWidget) -> list[QWidget]:
    """The rows of a picture, in order."""
    found = [each for each in bars.findChildren(QWidget) if each.toolTip()]
    return sorted(found, key=lambda each: each.mapTo(bars, QPoint(0, 0)).y())


def heard(bars: QWidget) -> list[str]:
    """What a screen reader says of a picture's rows."""
    return [row.accessibleName() for row in rows(bars)]


def test_every_picture_says_its_numbers(page: StatisticsPage) -> None:
    funnel = heard(page.funnel)
    assert len(funnel) == 14
    assert funnel[0] == "1. 征集企业需求，共 3 家，正在该步 1、已过该步 2"
    assert funnel[-1] == "14. 专项资金拨付，共 0 家"
    assert heard(page.levels["industry"]) == [
        "汽车零部件配件制造业，共 2 家，一级 2",
        "未填，共 1 家，未评 1",
    ]
    assert heard(page.levels["district"]) == [
        "南关区，共 1 家，未评 1", "绿园区，共 2 家，一级 2"
    ]  # fmt: skip
    assert len(heard(page.scenes)) == 16
    assert heard(page.scenes)[0] == "产品设计：未评 1 家、一级 2 家，平均 1.0 级"
    assert heard(page.districts)[1].startswith("绿园区，共 2 家，已逾期 2，有阻断 2 家")
    assert heard(page.providers)[0].startswith("示例服务商，共 2 家")
    assert heard(page.people)[0].startswith("王（示例服务商），共 2 份档案，担任组长 2，现场 2 次")


def test_keys_reach_rows_and_parts_and_open_what_they_count(
    page: StatisticsPage, qtbot: QtBot
) -> None:
    asked: list[Query] = []
    page.narrowed.connect(asked.append)
    first, second = rows(page.levels["district"])
    first.setFocus()
    press(Qt.Key.Key_Down)
    assert second.hasFocus()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Right)
    assert second.accessibleDescription() == "已选中一级"
    press(Qt.Key.Key_Return)
    rows(page.levels["industry"])[1].setFocus()
    press(Qt.Key.Key_Return)
    rows(page.funnel)[3].setFocus()
    press(Qt.Key.Key_Return)
    rows(page.funnel)[0].setFocus()
    press(Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Return)
    scenes = rows(page.scenes)
    scenes[0].setFocus()
    press(Qt.Key.Key_Down)
    assert scenes[1].hasFocus()
    click(rows(page.people)[0])
    district = {Facet.DISTRICT: frozenset({"绿园区"})}
    assert asked == [
        Query(chosen=district),
        Query(chosen=district | {Facet.LEVEL: frozenset({1})}),
        Query(chosen={Facet.INDUSTRY: frozenset({""})}),
        Query(chosen={Facet.STEP: frozenset(range(4, 15))}),
        Query(chosen={Facet.STEP: frozenset({1, None})}),
        Query(chosen={Facet.STEP: frozenset(range(2, 15))}),
        Query(words="王"),
    ]


def test_a_long_picture_is_cut_and_says_so(qtbot: QtBot) -> None:
    bars = StackedBars((Part("甲", 1), Part("乙", "ctl")), most=3)
    qtbot.addWidget(bars)
    bars.set_rows([BarRow(str(n), f"第 {n} 组", (n, 10_000)) for n in range(5)])
    assert heard(bars)[-1] == "第 2 组，共 10002 家，甲 2、乙 10000"
    assert len(heard(bars)) == 3
    assert "另有 2 行，见导出的表格。" in [label.text() for label in bars.findChildren(QLabel)]
    bars.set_rows([])
    assert heard(bars) == []


def test_a_click_takes_the_part_under_the_pointer(page: StatisticsPage, qtbot: QtBot) -> None:
    asked: list[tuple[str, int]] = []
    bars = page.levels["district"]
    bars.activated.connect(lambda key, part: asked.append((key, part)))

    def at(share: float) -> list[tuple[str, int]]:
        row = rows(bars)[1]
        place = QPoint(4 + int(row.width() * share), 12)
        QTest.mouseClick(row, LEFT, Qt.KeyboardModifier.NoModifier, place)
        return asked[-1:]

    # The window may only just have come up, and not take a first click for one.
    qtbot.waitUntil(lambda: at(0.5) == [("绿园区", 2)])
    qtbot.waitUntil(lambda: at(0.0) == [("绿园区", -1)])


def test_filters_and_stages_count_anew(page: StatisticsPage, qtbot: QtBot) -> None:
    combo = page.filters["district"]
    assert [combo.itemText(n) for n in range(combo.count())] == [
        "全部县（市、区）", "南关区", "绿园区"
    ]  # fmt: skip
    combo.setCurrentIndex(2)
    combo.activated.emit(2)
    qtbot.waitUntil(lambda: heard(page.funnel)[0].startswith("1. 征集企业需求，共 2 家"))
    counted(qtbot, page)
    assert combo.currentText() == "绿园区" and page.head.accessibleName() == "汇总统计"
    asked: list[Query] = []
    page.narrowed.connect(asked.append)
    click(rows(page.funnel)[0])
    assert asked[0].chosen == {
        Facet.DISTRICT: frozenset({"绿园区"}), Facet.STEP: frozenset(range(2, 15))
    }  # fmt: skip
    page.stage.set_current("retrofit")
    page.stage.chosen.emit("retrofit")
    assert heard(page.levels["district"]) == ["绿园区，共 2 家，未评 2"]


def test_what_two_dossiers_share_names_both_and_leads_to_both(
    page: StatisticsPage, bench: Workbench
) -> None:
    asked: list[tuple[UUID, Target]] = []
    page.opened.connect(lambda dossier, target: asked.append((dossier, target)))
    buttons = page.pairs.findChildren(Button)
    assert {button.accessibleName() for button in buttons} == {
        f"打开“{NAME}”", "打开“示例·甲”"
    }  # fmt: skip
    for button in buttons:
        click(button)
    visits = {
        s.id: bench.dossier(s.id).records["visit"][0].id
        for s in bench.summaries()
        if s.name != "示例·空"
    }
    assert dict(asked) == {key: Target("visits", visit) for key, visit in visits.items()}


def test_it_holds_in_half_the_room_and_in_the_dark(page: StatisticsPage, qtbot: QtBot) -> None:
    """A window of 1280 × 720 at 200 % has 640 × 360 of the layout's pixels."""
    page.resize(640, 360)
    qtbot.wait(50)
    assert page.width() == 640
    for bars in page.findChildren(StackedBars):
        assert bars.mapTo(page, QPoint(0, 0)).x() + bars.width() <= 640
    light = page.grab().toImage()
    theme().use(DARK)
    qtbot.wait(50)
    assert page.grab().toImage() != light
    theme().use(LIGHT)


def test_the_tables_are_written_from_here_too(
    page: StatisticsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    page.write(tmp_path / "表.xlsx")
    qtbot.waitUntil(lambda: bool(page.told.text()), timeout=20_000)
    names = openpyxl.load_workbook(tmp_path / "表.xlsx", read_only=True).sheetnames
    assert names[0] == "一企一档台账" and "跨档案核对" in names


def test_the_window_leads_there_and_back(qtbot: QtBot, tmp_path: Path) -> None:
    with started(tmp_path / "data") as program:
        window = program.window
        qtbot.waitUntil(lambda: window.bench is not None, timeout=20_000)
        bench, home = window.bench, window.home
        assert bench is not None and home is not None
        made = dossier(bench, "示例·甲")
        bench.create("示例·乙", district="南关区")
        home.refresh()
        home.nav.opened.emit("statistics")
        page = window.statistics
        assert page is not None and window.stack.currentWidget() is page
        counted(qtbot, page)
        click(rows(page.levels["district"])[1])
        assert window.stack.currentWidget() is home
        assert home.list.query.chosen == {
            Facet.DISTRICT: frozenset({"绿园区"}), Facet.LEVEL: frozenset({1})
        }  # fmt: skip
        assert home.list.count == 1
        window.open_statistics()
        assert window.statistics is not None
        window.statistics.opened.emit(made, Target("visits"))
        assert window.dossier is not None and window.dossier.key == "visits"
        window.go_home()
        window.open_statistics()
        assert window.statistics is not None
        counted(qtbot, window.statistics)
        window.statistics.setFocus()
        QTest.keyClick(window.statistics, Qt.Key.Key_Escape)
        assert window.stack.currentWidget() is home
