"""The pages that are tables, on a real store: rows entered, pasted, moved, withdrawn, refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import Equipment, Member, Need, Product, Training
from forms.errors import UserError
from grading.finding import Target
from tests.window_kit import (
    LEFT,
    NAME,
    child,
    click,
    in_front,
    kept,
    list_page,
    opened,
    press,
    refusing,
    window,
)
from widgets import after_paint
from widgets.controls import Button
from widgets.field_base import LineEdit
from widgets.list_page import ListPage
from widgets.paste import ROWS_CEILING, read_rows
from widgets.theme import theme

K = Qt.Key


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


def add_equipment(page: ListPage, *names: str) -> None:
    for name in names:
        QTest.keyClick(page, K.Key_N, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(child(page.pane, LineEdit, "设备名称"), name)
    press(K.Key_Tab)


def test_rows_are_entered_by_keyboard_alone(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = list_page(qtbot, bench, "inventory")
    add_equipment(page, "saw", "lathe")
    rows = kept(desk).dossier.all(Equipment)
    assert [row.name for row in rows] == ["saw", "lathe"]
    press(K.Key_Escape)
    assert page.pane.table.hasFocus()
    press(K.Key_Up, K.Key_Return)
    assert child(page.pane, LineEdit, "设备名称").text() == "saw"
    assert child(page.pane, LineEdit, "设备名称").hasFocus()


def test_refused_typing_holds_its_row_until_it_is_mended(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = list_page(qtbot, bench, "inventory")
    add_equipment(page, "saw", "lathe")
    quantity = page.pane.form.fields["quantity"]
    edit = child(page.pane, LineEdit, "数量")
    quantity.focus_editor()
    QTest.keyClicks(edit, "two")
    page.pane.table.setFocus()
    press(K.Key_Up)
    lathe = page.pane.table.records.rows[1].id
    qtbot.waitUntil(lambda: page.pane.table.current() == lathe)
    assert edit.text() == "two" and page.window().focusWidget() is edit
    assert "应为整数" in quantity.wrong.text()
    page.pane.table.setFocus()
    click_row(page, 0)
    qtbot.waitUntil(lambda: page.pane.table.current() == lathe)
    assert [index.row() for index in page.pane.table.selectionModel().selectedRows()] == [1]
    page.show_tab("system")
    page.pane.add()
    page.pane.duplicate()
    assert page.pane is page.panes[0] and page.pane.count() == 2 and edit.text() == "two"
    edit.selectAll()
    QTest.keyClicks(edit, "2")
    qtbot.waitUntil(lambda: in_front(page.window()))
    page.pane.table.setFocus()
    press(K.Key_Up)
    qtbot.wait(20)
    assert page.pane.table.currentIndex().row() == 0 and edit.text() == ""
    assert [row.quantity for row in kept(desk).dossier.all(Equipment)] == [None, 2]


def test_a_withdrawn_row_takes_its_refused_typing_along(qtbot: QtBot, bench: Workbench) -> None:
    _, page = list_page(qtbot, bench, "inventory")
    add_equipment(page, "saw", "lathe")
    page.pane.form.fields["quantity"].focus_editor()
    QTest.keyClicks(child(page.pane, LineEdit, "数量"), "two")
    page.pane.withdraw()
    assert page.pane.count() == 1 and page.flush()
    assert child(page.pane, LineEdit, "设备名称").text() == "saw"


def test_what_a_full_disk_refused_is_tried_again(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = list_page(qtbot, bench, "inventory")
    add_equipment(page, "saw", "lathe")
    edit = child(page.pane, LineEdit, "设备名称")
    with refusing(bench):
        edit.setFocus()
        QTest.keyClicks(edit, "s")
        page.pane.table.setFocus()
        press(K.Key_Up)
        qtbot.wait(20)
        assert page.pane.table.currentIndex().row() == 1
    qtbot.waitUntil(lambda: in_front(page.window()))
    press(K.Key_Escape, K.Key_Up)
    assert page.pane.table.currentIndex().row() == 0
    assert [row.name for row in kept(desk).dossier.all(Equipment)] == ["saw", "lathes"]


def click_row(page: ListPage, row: int) -> None:
    table = page.pane.table
    at = table.visualRect(table.records.index(row, 1)).center()
    QTest.mouseClick(table.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)


def test_the_table_shows_what_is_typed_beneath_it(qtbot: QtBot, bench: Workbench) -> None:
    _, page = list_page(qtbot, bench, "inventory")
    add_equipment(page, "saw")
    table = page.pane.table.records
    assert table.data(table.index(0, 1)) == "saw" and table.data(table.index(0, 0)) == "1"
    assert "saw" in page.pane._words.text()


def test_rows_move_up_and_down(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = list_page(qtbot, bench, "inventory")
    add_equipment(page, "a", "b", "c")

    def names() -> list[str]:
        return [row.name for row in kept(desk).dossier.all(Equipment)]

    page.pane.move_by(-1)
    assert names() == ["a", "c", "b"]
    page.pane.move_by(-1)
    assert names() == ["c", "a", "b"]
    page.pane.move_by(-1)
    assert names() == ["c", "a", "b"]
    page.pane.move_by(1)
    assert names() == ["a", "c", "b"]
    QTest.keyClick(page.pane.table, K.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert names() == ["a", "b", "c"]


def test_a_row_is_withdrawn_and_comes_back(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = list_page(qtbot, bench, "inventory")
    add_equipment(page, "saw", "lathe")
    press(K.Key_Escape, K.Key_Delete)
    assert [row.name for row in kept(desk).dossier.all(Equipment)] == ["saw"]
    assert page.pane.toast.isVisible()
    click(next(b for b in page.pane.toast.findChildren(Button) if b.text() == "撤销"))
    assert [row.name for row in kept(desk).dossier.all(Equipment)] == ["saw", "lathe"]


def test_a_copy_stands_behind_its_original(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = list_page(qtbot, bench, "inventory")
    add_equipment(page, "saw", "lathe")
    press(K.Key_Escape, K.Key_Up)
    QTest.keyClick(page.pane.table, K.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert [row.name for row in kept(desk).dossier.all(Equipment)] == ["saw", "saw", "lathe"]


def test_rows_of_a_spreadsheet_are_pasted(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = list_page(qtbot, bench, "inventory")
    QApplication.clipboard().setText(
        "序号\t设备名称\t规格型号\t数量\t是否联网\n"
        "1\t棒料带锯床\tSL-GB4230\t3\t否\n"
        "2\t数控车床\tSL-CK6140\t十二\t是\n"
    )
    page.pane.paste()
    qtbot.waitUntil(lambda: page.pane.count() == 2, timeout=5_000)
    rows = kept(desk).dossier.all(Equipment)
    assert [(r.name, r.quantity, r.networked) for r in rows] == [
        ("棒料带锯床", 3, "否"),
        ("数控车床", None, "是"),
    ]
    assert "第 2 行“数量”的“十二”" in page.pane.trouble.text()
    qtbot.waitUntil(page.pane.toast.isVisible, timeout=2_000)
    page.pane._undo()
    assert kept(desk).dossier.all(Equipment) == []


def test_a_row_keeps_its_typing_when_another_is_chosen(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = list_page(qtbot, bench, "inventory")
    add_equipment(page, "saw", "lathe")
    edit = child(page.pane, LineEdit, "规格型号")
    edit.setFocus()
    QTest.keyClicks(edit, "X1")
    page.pane.choose(desk.dossier.all(Equipment)[0].id)
    assert edit.text() == ""
    assert [row.model for row in kept(desk).dossier.all(Equipment)] == ["", "X1"]


def test_tabs_lead_to_the_other_tables(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = list_page(qtbot, bench, "projects")
    page.show_tab("product")
    click(page._add)
    QTest.keyClicks(child(page.pane, LineEdit, "产品/服务名称"), "MES")
    press(K.Key_Tab)
    assert [row.name for row in kept(desk).dossier.all(Product)] == ["MES"]
    page.show_tab("project")
    page.go_to(Target("projects", desk.dossier.all(Product)[0].id, "scene"))
    assert page.pane.listed.kind is Product
    assert child(page.pane, LineEdit, "应用场景").hasFocus()


def test_a_training_names_its_visit(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "trainings")
    visit = win.desk.add("visit", date=dt.date(2025, 6, 24))
    page = win.page()
    assert isinstance(page, ListPage)
    page.pane.add()
    field = page.pane.form.fields["visit"]
    field.focus_editor()
    press(K.Key_Down)
    assert kept(win.desk).dossier.all(Training)[0].visit == visit


def test_a_member_is_filled_in(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = list_page(qtbot, bench, "team")
    page.pane.add()
    QTest.keyClicks(child(page.pane, LineEdit, "姓名"), "Wang")
    years = child(page.pane.form.fields["years"], LineEdit, "相关从业年限")
    years.setFocus()
    QTest.keyClicks(years, "99")
    press(K.Key_Tab)
    member = kept(desk).dossier.all(Member)[0]
    assert (member.name, member.years) == ("Wang", 99)
    assert "大于 60" in page.pane.form.fields["years"].wrong.text()


def test_the_fields_of_a_list_come_with_its_first_paint(
    qtbot: QtBot, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only once it was waited in vain for a form without fields to be painted."""
    monkeypatch.setattr(after_paint, "_UNSEEN_MS", 3_600_000)
    desk, page = list_page(qtbot, bench, "team")
    for name in ("Wang", "Li", "Zhao"):
        desk.add("member", name=name)
    desk.refresh()
    form = page.pane.form
    qtbot.waitUntil(lambda: not form._coming, timeout=20_000)
    assert len(form._fields) > 5


@pytest.mark.parametrize("tall", [530, 800, 1100])
def test_a_list_and_its_form_share_the_height(qtbot: QtBot, bench: Workbench, tall: int) -> None:
    """Whenever the fields came."""
    desk, page = list_page(qtbot, bench, "inventory")
    page.resize(1060, tall)
    for number in range(18):
        desk.add("equipment", name=f"lathe {number}")
    desk.refresh()
    pane = page.pane
    seen = pane.table.height()
    qtbot.waitUntil(lambda: not pane.form._coming, timeout=20_000)
    qtbot.wait(10)
    table, editor = pane.table.geometry(), pane._editor.geometry()
    assert table.bottom() < editor.top() and editor.bottom() <= pane.height()
    assert pane._scroll.viewport().height() > 100 and seen <= table.height()


PASTED = [
    ("a\tb\n", [{"name": "a", "model": "b"}]),
    ("1\ta\n2\tb\n", [{"name": "a"}, {"name": "b"}]),
    ('"two\nlines"\tb', [{"name": "two\nlines", "model": "b"}]),
    ("规格型号\t设备名称（必填）\nX1\tsaw", [{"model": "X1", "name": "saw"}]),
]


@pytest.mark.parametrize(("text", "rows"), PASTED)
def test_pasted_cells_find_their_fields(text: str, rows: list[dict[str, str]]) -> None:
    assert read_rows(text, Equipment, ("name", "model", "maker", "quantity")).rows == rows


@pytest.mark.parametrize("text", ["", " \n\t\n", "saw\n" * (ROWS_CEILING + 1), "x" * (1 << 21)])
def test_what_cannot_be_pasted_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match=r"粘贴|剪贴板"):
        read_rows(text, Need, ("kind", "text"))
