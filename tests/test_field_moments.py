"""Fields for days and times: read as people write them, kept when they are whole."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCalendarWidget
from pytestqt.qtbot import QtBot

from forms import fields as f
from tests.field_kit import Host, host
from tests.window_kit import child, click, press
from widgets.controls import Button
from widgets.field_base import LineEdit
from widgets.field_moment import MomentField, read_date, read_time
from widgets.theme import theme


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.mark.parametrize(
    "typed",
    ["2025-06-17", "2025/6/17", "2025.06.17", "20250617", "2025年6月17日", " 2025－06－17 "],
)
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert read_date(typed, 1999) == dt.date(2025, 6, 17)


def test_a_day_without_its_year_is_this_years() -> None:
    assert read_date("6月17日", 2025) == read_date("6-17", 2025) == dt.date(2025, 6, 17)
    assert read_date("2025-02-30", 2025) is None and read_date("明天", 2025) is None


@pytest.mark.parametrize("typed", ["09:05", "9:05", "9：05", "0905", "905", "9点5分", "9时05分"])
def test_a_time_is_read_as_people_write_it(typed: str) -> None:
    assert read_time(typed) == dt.time(9, 5)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), st.times())
def test_what_is_shown_reads_back(day: dt.date, time: dt.time) -> None:
    assert read_date(MomentField._written(day), 2000) == day
    minute = time.replace(second=0, microsecond=0)
    assert read_time(MomentField._written(minute)) == minute


@given(st.text(max_size=20))
def test_no_text_breaks_the_readers(typed: str) -> None:
    day, time = read_date(typed, 2025), read_time(typed)
    assert day is None or 1 <= day.year <= 9999
    assert time is None or time.tzinfo is None


def test_a_date_is_sent_and_written_out(qtbot: QtBot) -> None:
    made = host(qtbot, f.date("签订日期"))
    edit = child(made, LineEdit, "签订日期")
    made.field.focus_editor()
    QTest.keyClicks(edit, "2025.6.17")
    made.other.setFocus()
    assert made.said[-1] == ("it", dt.date(2025, 6, 17)) and edit.text() == "2025-06-17"


def test_what_is_no_date_stays_and_says_so(qtbot: QtBot) -> None:
    made = host(qtbot, f.date("签订日期"))
    edit = child(made, LineEdit, "签订日期")
    made.field.focus_editor()
    QTest.keyClicks(edit, "2025-02-30")
    made.other.setFocus()
    assert edit.text() == "2025-02-30" and "不是日期" in made.field.wrong.text()
    assert (("it", dt.date(2025, 2, 3)) not in made.said) or made.said[-1][1] is not None
    made.field.set_value(None)
    assert edit.text() == "2025-02-30"


def test_the_calendar_takes_a_day(qtbot: QtBot) -> None:
    made = host(qtbot, f.date("签订日期"))
    made.field.set_value(dt.date(2025, 6, 17))
    click(child(made, Button, "日历"))
    calendar = made.findChildren(QCalendarWidget)[0]
    assert calendar.selectedDate().day() == 17
    calendar.clicked.emit(calendar.selectedDate().addDays(1))
    assert made.said == [("it", dt.date(2025, 6, 18))]
    assert child(made, LineEdit, "签订日期").text() == "2025-06-18"


def typed(made: Host, text: str) -> None:
    edit = made.findChildren(LineEdit)[0]
    edit.clear()
    QTest.keyClicks(edit, text)
    edit.flush()


def test_a_moment_is_kept_when_it_is_whole_or_left(qtbot: QtBot) -> None:
    made = host(qtbot, f.time("入场时间"))
    typed(made, "113")
    assert made.said == []
    typed(made, "1130")
    assert made.said == [("it", dt.time(11, 30))]
    typed(made, "9:5")
    assert len(made.said) == 1
    made.other.setFocus()
    made.findChildren(LineEdit)[0].left.emit()
    assert made.said[-1] == ("it", dt.time(9, 5))


def test_a_moment_half_mended_is_not_kept(qtbot: QtBot) -> None:
    made = host(qtbot, f.date("签订日期"))
    made.field.load(dt.date(2025, 6, 17))
    edit = child(made, LineEdit, "签订日期")
    made.field.focus_editor()
    edit.deselect()
    edit.end(False)
    press(Qt.Key.Key_Backspace, Qt.Key.Key_Backspace)
    edit.flush()
    QTest.keyClicks(edit, "4")
    edit.flush()
    edit.selectAll()
    press(Qt.Key.Key_Delete)
    edit.flush()
    assert made.said == []
    committed = QInputMethodEvent()
    committed.setCommitString("6月4日")
    QApplication.sendEvent(edit, committed)
    edit.flush()
    assert [value.month for _, value in made.said] == [6]
    edit.selectAll()
    QTest.keyClicks(edit, "soon")
    made.other.setFocus()
    assert len(made.said) == 1 and "没有存上" in made.field.wrong.text() and made.field.refused
    edit.setFocus()
    edit.selectAll()
    press(Qt.Key.Key_Delete, Qt.Key.Key_Return)
    assert made.said[-1] == ("it", None) and not made.field.refused


def test_a_moment_is_kept_before_another_record_is_shown(qtbot: QtBot) -> None:
    made = host(qtbot, f.time("入场时间"))
    made.field.focus_editor()
    QTest.keyClicks(child(made, LineEdit, "入场时间"), "905")
    made.field.flush()
    assert made.said == [("it", dt.time(9, 5))]
    made.field.set_value(dt.time(10, 0))  # another window's
    made.other.setFocus()
    assert len(made.said) == 1


def test_a_moment_that_the_store_refused_says_so_after_leaving(qtbot: QtBot) -> None:
    made = host(qtbot, f.time("入场时间"))
    made.field.value_changed.connect(lambda path, _value: made.field.refuse("没有存上。", path))
    made.field.focus_editor()
    QTest.keyClicks(child(made, LineEdit, "入场时间"), "1130")
    made.other.setFocus()
    assert made.field.refused and made.field.wrong.text() == "没有存上。"
