"""One small widget a field kind: what is typed arrives as a value, what arrives is shown."""

from __future__ import annotations

from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from forms import fields as f
from forms.fields import Kind, Spec
from tests.field_kit import CONTEXT, host
from tests.window_kit import child, click_check, press
from widgets.field_base import LineEdit
from widgets.field_choice import Boxes, ChoiceField, ChoicesField, Combo, RefsField
from widgets.field_text import FigureField, NumbersField, ProseEdit, ProseField, TextField
from widgets.field_widgets import make_field
from widgets.theme import theme


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


def test_text_is_sent_within_300_ms_of_the_last_key(qtbot: QtBot) -> None:
    made = host(qtbot, f.text("企业名称", 80))
    made.field.focus_editor()
    with qtbot.waitSignal(made.field.value_changed, timeout=300):
        QTest.keyClicks(child(made, LineEdit, "企业名称"), "abc")
    assert made.said == [("it", "abc")]


def test_text_is_sent_at_once_when_the_focus_leaves(qtbot: QtBot) -> None:
    made = host(qtbot, f.text("企业名称", 80))
    made.field.focus_editor()
    QTest.keyClicks(child(made, LineEdit, "企业名称"), "abc")
    made.other.setFocus()
    assert made.said == [("it", "abc")] and made.left == 1


def test_a_refresh_leaves_the_field_one_types_in_alone(qtbot: QtBot) -> None:
    made = host(qtbot, f.text("企业名称", 80))
    edit = child(made, LineEdit, "企业名称")
    made.field.set_value("旧名")
    made.field.focus_editor()
    QTest.keyClicks(edit, "new")
    edit.setCursorPosition(1)
    made.field.set_value("别处来的")
    assert edit.text() == "new" and edit.cursorPosition() == 1
    made.other.setFocus()
    made.field.set_value("别处来的")
    assert edit.text() == "别处来的"


def test_a_composition_is_neither_sent_nor_disturbed(qtbot: QtBot) -> None:
    made = host(qtbot, f.text("企业名称", 80))
    edit = child(made, LineEdit, "企业名称")
    made.field.focus_editor()
    QApplication.sendEvent(edit, QInputMethodEvent("qi'ye", []))
    made.field.set_value("别处来的")
    qtbot.wait(260)
    assert made.said == [] and edit.text() == ""
    done = QInputMethodEvent()
    done.setCommitString("企业")
    QApplication.sendEvent(edit, done)
    qtbot.waitUntil(lambda: made.said == [("it", "企业")], timeout=300)


def test_a_refused_text_stays_in_its_field_with_the_sentence(qtbot: QtBot) -> None:
    made = host(qtbot, f.count("数量", "台"))
    edit = child(made, LineEdit, "数量")
    made.field.focus_editor()
    QTest.keyClicks(edit, "abc")
    made.other.setFocus()
    made.field.refuse("“数量”应为整数，原有内容已保留，请改正后再填。")
    made.field.set_value(7)
    assert edit.text() == "abc" and "应为整数" in made.field.wrong.text()
    assert made.field.wrong.isVisible() and edit.property("wrong") is True
    made.field.load(8)
    assert edit.text() == "8" and not made.field.wrong.isVisible()


@pytest.mark.parametrize(
    ("typed", "sent"), [("46", 46), ("1,200", 1200), ("", None), ("4.5", "4.5")]
)
def test_a_whole_number_arrives_as_a_number(qtbot: QtBot, typed: str, sent: object) -> None:
    made = host(qtbot, f.count("数量", "台"))
    edit = child(made, LineEdit, "数量")
    made.field.load(3)
    made.field.focus_editor()
    edit.selectAll()
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    QTest.keyClicks(edit, typed)
    made.other.setFocus()
    assert made.said[-1] == ("it", sent)


def test_prose_counts_its_characters_and_grows(qtbot: QtBot) -> None:
    made = host(qtbot, f.prose("企业基本情况", 10))
    field = made.field
    assert isinstance(field, ProseField)
    low = field.edit.height()
    field.focus_editor()
    QTest.keyClicks(field.edit, "123456789")
    assert field.counter.text() == "9 / 10 字"
    press(*[Qt.Key.Key_Return] * 4)
    QTest.keyClicks(field.edit, "12345")
    assert field.counter.text() == "18 / 10 字" and field.edit.height() > low
    made.other.setFocus()
    assert made.said[-1] == ("it", "123456789\n\n\n\n12345")


def test_tab_leaves_prose(qtbot: QtBot) -> None:
    made = host(qtbot, f.prose("企业基本情况", 10))
    made.field.focus_editor()
    QTest.keyClick(made.field.findChildren(ProseEdit)[0], Qt.Key.Key_Tab)
    assert made.other.hasFocus()


def test_a_few_choices_are_boxes(qtbot: QtBot) -> None:
    made = host(qtbot, f.choice("企业性质", "国有", "民营", "外资"))
    boxes = made.field.findChildren(Boxes)[0]
    made.field.set_value("民营")
    assert boxes.current() == "民营"
    made.field.focus_editor()
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    assert made.said == [("it", "外资")]
    press(Qt.Key.Key_Delete)
    assert made.said[-1] == ("it", "") and boxes.current() == ""


def test_many_choices_are_a_list(qtbot: QtBot) -> None:
    made = host(qtbot, f.choice("所属县（市、区）", choices_from="districts"))
    combo = made.field.findChildren(Combo)[0]
    made.field.set_value("旧县")
    assert combo.currentText() == "旧县"  # what was kept shows, also where it is no choice
    made.field.set_value("")
    assert combo.currentText() == "请选择"
    made.field.focus_editor()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert made.said == [("it", "绿园区")]


def test_yes_and_no_start_unanswered(qtbot: QtBot) -> None:
    made = host(qtbot, f.yesno("担任组长"))
    boxes = made.field.findChildren(Boxes)[0]
    assert boxes.current() == ""
    made.field.focus_editor()
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    assert made.said == [("it", False)]
    press(Qt.Key.Key_Delete)
    assert made.said[-1] == ("it", None)


def test_boxes_are_entries_of_their_own_and_wu_stands_alone(qtbot: QtBot) -> None:
    made = host(qtbot, f.choices("优质中小企业情况", "小巨人", "创新型", "无", excludes="无"))
    field = made.field
    assert isinstance(field, ChoicesField)
    click_check(field.boxes["小巨人"])
    click_check(field.boxes["创新型"])
    assert made.said == [("it.小巨人", True), ("it.创新型", True)]
    click_check(field.boxes["无"])
    assert made.said[2:] == [("it.无", True), ("it.小巨人", False), ("it.创新型", False)]
    click_check(field.boxes["创新型"])
    assert made.said[5:] == [("it.创新型", True), ("it.无", False)]


def test_groups_keep_equal_names_apart(qtbot: QtBot) -> None:
    made = host(
        qtbot, f.choices("方向", groups=(("研发", ("CAD", "其他")), ("仓储", ("WMS", "其他"))))
    )
    field = made.field
    assert isinstance(field, ChoicesField)
    click_check(field.boxes["仓储/其他"])
    assert made.said == [("it.仓储/其他", True)] and not field.boxes["研发/其他"].isChecked()


def test_a_reference_offers_the_records(qtbot: QtBot) -> None:
    made = host(qtbot, f.ref("讲师", "member"))
    made.field.set_value(None)
    combo = made.field.findChildren(Combo)[0]
    made.field.focus_editor()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert made.said == [("it", UUID(int=1))] and combo.currentText() == "王示例"


def test_references_are_ticked(qtbot: QtBot) -> None:
    made = host(qtbot, f.refs("到场诊断人员", "member"))
    field = made.field
    assert isinstance(field, RefsField)
    field.set_value({str(UUID(int=2)): True})
    assert [box.isChecked() for box in field.boxes.values()] == [False, True]
    click_check(field.boxes[str(UUID(int=1))])
    assert made.said == [(f"it.{UUID(int=1)}", True)]


def test_no_records_says_where_they_are_made(qtbot: QtBot) -> None:
    made = host(qtbot, f.refs("签到表", "attachment"))
    made.field.set_value({})
    assert "诊断团队" in made.field._none.text() and made.field._none.isVisible()  # type: ignore[attr-defined]


def test_a_figure_has_its_year_and_definition(qtbot: QtBot) -> None:
    made = host(qtbot, f.figure("上年度营业收入", "万元", "年度利润表营业收入"))
    field = made.field
    assert isinstance(field, FigureField)
    field.focus_editor()
    QTest.keyClicks(field.parts["value"], "7560.00")
    field.parts["year"].setFocus()
    QTest.keyClicks(field.parts["year"], "2024")
    made.other.setFocus()
    assert made.said == [("it.value", "7560.00"), ("it.year", "2024")]
    assert "年度利润表营业收入" in field.parts["basis"].placeholderText()


def test_free_keys_have_a_line_each(qtbot: QtBot) -> None:
    made = host(qtbot, Spec("其他方向的名称", Kind.NUMBERS, choices=("研发设计类", "生产制造")))
    field = made.field
    assert isinstance(field, NumbersField)
    field.focus_editor("生产制造")
    QTest.keyClicks(field.parts["生产制造"], "x")
    made.other.setFocus()
    assert made.said == [("it.生产制造", "x")]


def test_complaints_stand_beneath_in_plain_words(qtbot: QtBot) -> None:
    made = host(qtbot, f.text("姓名", 2))
    made.field.complain(["“姓名”已写 3 字，超过 2 字。"])
    assert made.field.wrong.isVisible()
    assert made.field.accessibleDescription() == "“姓名”已写 3 字，超过 2 字。"
    made.field.complain([])
    assert not made.field.wrong.isVisible()


def test_every_typed_kind_has_its_widget(qtbot: QtBot) -> None:
    made = make_field("it", f.number("金额", "万元"), CONTEXT)
    qtbot.addWidget(made)
    assert isinstance(made, TextField)
    assert isinstance(make_field("it", f.choice("性质", "甲"), CONTEXT), ChoiceField)
    with pytest.raises(KeyError):
        make_field("it", Spec("照片信息", Kind.FACTS), CONTEXT)


def test_a_number_beyond_all_counting_stays_in_sight(qtbot: QtBot) -> None:
    made = host(qtbot, f.count("数量", "台"))
    edit = made.findChildren(LineEdit)[0]
    edit.setMaxLength(10_000)
    edit.insert("9" * 5_000)
    edit.textEdited.emit(edit.text())
    edit.flush()
    assert made.said == [("it", "9" * 5_000)] and edit.text() == "9" * 5_000
