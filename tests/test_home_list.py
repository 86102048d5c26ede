"""The home list at work: chips, views, orders, the funnel, and what a search found, by keyboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.portfolio import PAGE, Entry, Facet, Query, Sort
from app.summaries import SummaryRow
from app.workbench import Workbench
from forms.record import single_id
from grading.finding import Severity
from tests.window_kit import click, press, running
from widgets.application import Program
from widgets.dossier_model import DUE, NAME, DossierModel
from widgets.home_filters import ChoicePopup
from widgets.home_panel import _PressingLine
from widgets.home_rows import row_of
from widgets.pages.home import HomePage
from widgets.step_bars import _StepRow
from widgets.theme import theme

K = Qt.Key
TODAY = dt.date.today()


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def program(qtbot: QtBot, data_folder: Path) -> Iterator[Program]:
    with running(qtbot, data_folder) as made:
        yield made


@pytest.fixture
def home(program: Program) -> HomePage:
    """The list of six dossiers in two districts, as if all had been judged."""
    page = program.window.home
    assert page is not None
    page.rest()
    page.bench.set_person("王工")
    page.name_band.hide()
    for number in range(6):
        district = "绿园区" if number % 2 else "南关区"
        dossier = page.bench.create(f"Factory {number}", district=district)
        owner = "王工" if number == 3 else "李工"
        bench_put(page.bench, dossier, "owner", owner)
        due = TODAY + dt.timedelta(number - 2) if number < 5 else None
        judge(page.bench, dossier, step=number + 1, level=number % 3, due=due, block=number % 2)
    page.list.show()
    page.table.setFocus()
    return page


def bench_put(bench: Workbench, dossier: UUID, field: str, value: str) -> None:
    bench.put(dossier, "dossier", dossier, field, value)


def judge(bench: Workbench, dossier: UUID, **columns: Any) -> None:
    with bench.writing() as (session, _log, _records):
        table: Any = SummaryRow.__table__  # type: ignore[attr-defined]
        wanted = update(table).where(table.c.dossier_id == dossier)
        session.connection().execute(wanted.values(judged_on=TODAY, **columns))


def listed(home: HomePage) -> list[str]:
    model = home.table.model()
    assert isinstance(model, DossierModel)
    return [model.row_at(place).name[-1] for place in range(model.rowCount())]


def header(home: HomePage) -> list[object]:
    model = home.table.model()
    return [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]


def test_a_column_is_sorted_by_its_head_and_by_its_number(home: HomePage) -> None:
    assert listed(home) == list("543210")
    home.table.horizontalHeader().sectionClicked.emit(NAME)
    assert listed(home) == list("012345") and header(home)[NAME] == "企业 ↑"
    QTest.keyClick(home.table, K.Key_7)
    assert listed(home) == list("012345") and header(home)[DUE] == "协议余期 ↑"
    QTest.keyClick(home.table, K.Key_7)
    assert listed(home) == list("432105") and header(home)[DUE] == "协议余期 ↓"
    QTest.keyClick(home.table, K.Key_7)
    assert listed(home) == list("543210") and header(home)[DUE] == "协议余期"
    QTest.keyClick(home.table, K.Key_6)
    assert listed(home) == list("531420")
    assert header(home)[5] == "待办问题 ↓"


def test_the_chosen_dossier_stays_chosen_whatever_the_order(home: HomePage) -> None:
    home.table.selectRow(4)
    held = home.table.current()
    home.list.sort(NAME)
    assert home.table.current() == held and home.table.currentIndex().row() == 1
    home.list.choose(Facet.DISTRICT, frozenset({"南关区"}))
    assert home.table.current() != held and home.table.currentIndex().row() == 0


def test_chips_take_several_values_by_keyboard(home: HomePage, qtbot: QtBot) -> None:
    chip = home.filters.chips[Facet.DISTRICT]
    chip.setFocus()
    QTest.keyClick(chip, K.Key_Return)
    (popup,) = chip.findChildren(ChoicePopup)
    texts = [popup.list.item(n).text() for n in range(popup.list.count())]
    assert texts == ["南关区　3", "绿园区　3"]  # in the pack's order
    QTest.keyClick(popup.list, K.Key_Down)
    QTest.keyClick(popup.list, K.Key_Space)
    assert listed(home) == list("531") and chip.text() == "县（市、区）：1 项"
    QTest.keyClick(popup.list, K.Key_Up)
    QTest.keyClick(popup.list, K.Key_Space)
    assert listed(home) == list("543210") and chip.text() == "县（市、区）：2 项"
    QTest.keyClick(popup.list, K.Key_Space)
    QTest.keyClick(popup.list, K.Key_Return)
    assert listed(home) == list("531") and home.clear.isVisible()
    steps = [choice.text for choice in home.list.choices(Facet.STEP)]
    assert steps == ["2. 联系试点企业", "4. 开展现场服务", "6. 编制诊断报告"]
    QTest.keyClick(chip, K.Key_Delete)
    assert listed(home) == list("543210") and not home.clear.isVisible()


def test_a_chip_is_taken_off_by_its_cross(home: HomePage, qtbot: QtBot) -> None:
    chip = home.filters.chips[Facet.LEVEL]
    home.list.choose(Facet.LEVEL, frozenset({0, 1}))
    assert listed(home) == list("4310") and chip.text() == "等级：2 项"
    qtbot.waitUntil(lambda: chip.width() >= chip.sizeHint().width())
    spot = chip.rect().center()
    spot.setX(chip.width() - 12)
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=spot)
    assert listed(home) == list("543210") and not chip.findChildren(ChoicePopup)
    home.list.choose(Facet.LEVEL, frozenset({2}))
    click(home.clear)
    assert listed(home) == list("543210") and home.list.query == Query()


def test_views_and_the_funnel_count_all_and_narrow(home: HomePage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "6 家" in home.head._note.text())
    rows = {row.accessibleName(): row for row in home.panel.findChildren(_StepRow)}
    assert len(rows) == 14 and "14. 专项资金拨付 0 家" in rows
    assert [home.nav._rows[key].accessibleName() for key in ("own", "near", "blocked")]
    for view, left in (("own", "3"), ("near", "43210"), ("blocked", "531"), ("conflicts", "")):
        home.nav.opened.emit(view)
        assert listed(home) == list(left), view
    home.nav.opened.emit("all")
    QTest.keyClick(rows["3. 签订诊断合同 1 家"], K.Key_Space)
    assert listed(home) == ["2"]
    qtbot.waitUntil(lambda: "1 / 6 家" in home.head._note.text())
    row = next(r for r in home.panel.findChildren(_StepRow) if r._current)
    assert row.accessibleName() == "3. 签订诊断合同 1 家"
    row.click()
    assert listed(home) == list("543210")
    pressing = [line.text() for line in home.panel.findChildren(_PressingLine)]
    assert pressing[0] == "Factory 0：协议逾期 2 天" and len(pressing) == 5


def test_what_stands_behind_a_bar_is_listed_in_the_order_there_was(home: HomePage) -> None:
    home.list.sort(NAME)
    home.narrow_to(Query(chosen={Facet.DISTRICT: frozenset({"绿园区"})}, blocked=True))
    assert listed(home) == list("135") and home.list.query.sort is Sort.NAME
    assert home.filters.chips[Facet.DISTRICT].text() == "县（市、区）：1 项"


def test_a_search_finds_what_is_typed_and_leads_there(
    home: HomePage, program: Program, qtbot: QtBot
) -> None:
    dossier = UUID(home.table.model().row_at(3).key)  # type: ignore[attr-defined]
    made = home.bench.add(dossier, "equipment", name="Lathe with a long name")
    home.finder.setFocus()
    QTest.keyClicks(home.finder, "lathe")
    qtbot.waitUntil(lambda: listed(home) == ["2"], timeout=10_000)
    row = home.table.model().row_at(0)  # type: ignore[attr-defined]
    assert row.hit == "生产设备“设备名称”：Lathe with a long name"
    assert row.hit[slice(*row.found)] == "Lathe"
    press(K.Key_Return)
    assert home.table.hasFocus()
    press(K.Key_Return)
    window = program.window.dossier
    assert window is not None and window.desk.dossier_id == dossier
    assert window.key == "inventory"
    assert window.desk.dossier.all(type(window.desk.dossier.records["equipment"][0]))[0].id == made


def test_a_name_that_is_found_opens_the_dossier_as_usual(
    home: HomePage, program: Program, qtbot: QtBot
) -> None:
    QTest.keyClicks(home.finder, "Factory 4")
    qtbot.waitUntil(lambda: listed(home) == ["4"], timeout=10_000)
    assert home.table.model().row_at(0).hit == ""  # type: ignore[attr-defined]
    home.table.opened.emit(home.table.current())
    assert program.window.dossier is not None


def test_rows_beyond_the_first_page_come_as_they_are_scrolled_to(
    home: HomePage, qtbot: QtBot
) -> None:
    for number in range(2 * PAGE):
        home.bench.create(f"More {number:03}")
    home.list.sort(NAME)
    home.table.selectRow(0)
    model = home.table.model()
    assert isinstance(model, DossierModel) and model.rowCount() == 2 * PAGE + 6
    QTest.keyClick(home.table, K.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert home.table.currentIndex().row() == model.rowCount() - 1
    assert model.row_at(model.rowCount() - 1).name == f"More {2 * PAGE - 1:03}"
    held = home.table.current()
    home.list.show()
    assert home.table.current() == held and home.table.currentIndex().row() == 2 * PAGE + 5
    record = single_id(UUID(held), "enterprise")
    home.bench.put(UUID(held), "enterprise", record, "name", "A first one")
    home.list.show()
    assert home.table.currentIndex().row() == 0


def entry(**values: Any) -> Entry:
    empty = {each.name: None for each in fields(Entry)}
    known = {"name": "示例・甲厂", "district": "绿园区", "industry": "汽车零部件配件制造业"}
    return Entry(**{**empty, "id": UUID(int=1), **known, **values})


def test_rows_say_how_a_dossier_stands() -> None:
    day = dt.date(2025, 7, 1)
    held = entry(step=4, level=1, target=2, due=day + dt.timedelta(3), block=2, warn=1, info=0)
    row = row_of(held, day)
    assert (row.step, row.step_name, row.level) == (4, "开展现场服务", 1)
    assert (row.goal, row.due, row.due_token) == ("二级", "3 天", "warn")
    assert row.counts[Severity.BLOCK] == 2
    late = row_of(replace(held, due=day - dt.timedelta(2), level=2), day)
    assert (late.due, late.due_token, late.goal) == ("逾期 2 天", "block", "已达目标")
    assert row_of(replace(held, handed=True), day).due == "已备齐"
    fresh = row_of(entry(), day)
    assert (fresh.step, fresh.level, fresh.due) == (1, None, "未签")
