"""The report page: real keys into a real store; nothing typed is lost or lands elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.report_kit import (
    FIRST,
    PROFILE,
    SECOND,
    desk_on,
    ids,
    page_on,
    part_of,
    paste,
    stored,
    two_paragraphs,
    type_at,
)
from widgets.desk import Desk
from widgets.pages.report import ReportPage
from widgets.pages.report_diff import Held, Sheet, plan
from widgets.pages.report_editor import PASTE_CEILING, SectionEditor
from widgets.pages.report_outline import entries_of
from widgets.pages.report_section import SAVE_AFTER_MS

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_paragraphs(tmp_path_factory.mktemp("template") / "data")


@pytest.fixture
def desk(qapp: QApplication, template: Path, data_folder: Path) -> Iterator[Desk]:
    with desk_on(template, data_folder) as made:
        yield made


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ReportPage:
    return page_on(desk, qtbot)


def test_typing_is_saved_while_it_goes_on_and_after_the_last_key(
    desk: Desk, page: ReportPage, qtbot: QtBot
) -> None:
    part = part_of(page)
    before = ids(desk)
    for number in range(8):
        QTest.keyClicks(part.editor, str(number))
        qtbot.wait(60)
    assert "0" in stored(desk)[1], "a long run of keys is saved before it ends"
    qtbot.waitUntil(lambda: stored(desk)[1].endswith("01234567"), timeout=3000)
    assert SAVE_AFTER_MS <= 250, "with the commit below the promised 300 ms"
    assert ids(desk) == before
    assert stored(desk)[0] == FIRST


def test_opening_every_heading_and_leaving_it_changes_nothing(desk: Desk, page: ReportPage) -> None:
    rows = len(desk.bench.whole(desk.dossier_id)[1])
    for entry in entries_of(desk.pack.outline).all:
        page.open(entry.key)
        if page.sheet.parts:
            page.sheet.parts[0].editor.clearFocus()
    assert len(desk.bench.whole(desk.dossier_id)[1]) == rows


def test_enter_splits_backspace_joins_and_undo_brings_the_same_record_back(
    desk: Desk, page: ReportPage
) -> None:
    part = part_of(page)
    one, two = ids(desk)
    type_at(part, 0, 8, "")
    QTest.keyClick(part.editor, KEY.Key_Return)
    part.save()
    assert stored(desk) == [FIRST[:8], FIRST[8:], SECOND]
    assert ids(desk)[0] == one and ids(desk)[2] == two
    QTest.keyClick(part.editor, KEY.Key_Backspace)
    part.save()
    assert (stored(desk), ids(desk)) == ([FIRST, SECOND], [one, two])
    part.editor.remove(1)
    part.save()
    assert stored(desk) == [FIRST]
    QTest.keyClick(part.editor, KEY.Key_Z, CTRL)
    part.save()
    assert (stored(desk), ids(desk)) == ([FIRST, SECOND], [one, two])


def test_a_paragraph_can_be_written_before_the_first(desk: Desk, page: ReportPage) -> None:
    part = part_of(page)
    old = ids(desk)
    type_at(part, 0, 0, "")
    QTest.keyClick(part.editor, KEY.Key_Return)
    QTest.keyClick(part.editor, KEY.Key_Up)
    QTest.keyClicks(part.editor, "abc")
    part.save()
    assert stored(desk) == ["abc", FIRST, SECOND]
    assert ids(desk)[1:] == old


def test_pasting_makes_a_record_a_line_and_too_much_is_refused_in_place(
    desk: Desk, page: ReportPage
) -> None:
    part = part_of(page)
    QTest.keyClick(part.editor, KEY.Key_Return)
    paste(part.editor, "第三段。\r\n\r\n　　第四段。\n第五段。\u2029第六段。")
    part.save()
    assert stored(desk) == [FIRST, SECOND, "第三段。", "第四段。", "第五段。", "第六段。"]
    paste(part.editor, "长" * (PASTE_CEILING + 1))
    assert "没有粘贴" in part.wrong.text() and part.wrong.isVisible()
    part.save()
    assert len(stored(desk)) == 6


def test_a_long_paste_is_saved_in_slices_and_in_order(
    desk: Desk, page: ReportPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("widgets.pages.report_section._SLICE_S", 0)
    part = part_of(page)
    QTest.keyClick(part.editor, KEY.Key_Return)
    lines = [f"粘贴的第{number}段。" for number in range(12)]
    paste(part.editor, "\n".join(lines))
    qtbot.waitUntil(lambda: len(stored(desk)) > 4, timeout=5000)
    type_at(part, 0, 0, "x")
    qtbot.waitUntil(lambda: not part.pending(), timeout=10_000)
    assert stored(desk) == ["x" + FIRST, SECOND, *lines]


def test_a_paste_reads_the_dossier_anew_once_a_slice(desk: Desk, page: ReportPage) -> None:
    part = part_of(page)
    heard: list[int] = []
    desk.restructured.connect(lambda: heard.append(len(desk.dossier.section(PROFILE))))
    lines = [f"第 {n} 段。" for n in range(40)]
    type_at(part, 1, len(SECOND), "")
    paste(part.editor, "\n" + "\n".join(lines))
    assert part.save()
    assert stored(desk)[-39:] == lines[1:]
    assert heard == [len(stored(desk))]


def test_what_the_store_refuses_stays_in_the_editor_with_the_reason(
    desk: Desk, page: ReportPage
) -> None:
    part = part_of(page)
    paste(part.editor, "长" * (PASTE_CEILING - 1))
    assert not part.save()
    assert "不超过" in part.wrong.text()
    assert part.words() > PASTE_CEILING - 1
    assert stored(desk) == [FIRST, SECOND]
    desk.refresh()
    assert part.words() > PASTE_CEILING - 1
    QTest.keyClick(part.editor, KEY.Key_Z, CTRL)
    assert part.save() and part.wrong.isHidden()
    assert stored(desk) == [FIRST, SECOND]


def test_a_composition_is_left_alone_until_it_is_committed(
    desk: Desk, page: ReportPage, qtbot: QtBot
) -> None:
    part = part_of(page)
    QApplication.sendEvent(part.editor, QInputMethodEvent("zheng", []))
    qtbot.wait(300)
    desk.refresh()
    assert part.editor._composing
    assert stored(desk) == [FIRST, SECOND]
    done = QInputMethodEvent()
    done.setCommitString("诊改")
    QApplication.sendEvent(part.editor, done)
    qtbot.waitUntil(lambda: stored(desk)[1] == SECOND + "诊改", timeout=3000)


def test_leaving_saves_at_once_and_seals(desk: Desk, page: ReportPage) -> None:
    part = part_of(page)
    QTest.keyClicks(part.editor, "a")
    part.editor.clearFocus()
    assert stored(desk)[1] == SECOND + "a"
    with desk.bench.writing() as (_, log, _records):
        assert log.open_row(desk.dossier_id) is None
    part.editor.setFocus()
    QTest.keyClicks(part.editor, "b")
    page.hide()
    assert stored(desk)[1] == SECOND + "ab"


def test_a_refresh_does_not_overwrite_what_is_being_typed(desk: Desk, page: ReportPage) -> None:
    part = part_of(page)
    one, two = ids(desk)
    QTest.keyClicks(part.editor, "x")
    desk.bench.put(desk.dossier_id, "paragraph", one, "text", "别处改写的第一段。")
    desk.refresh()
    assert part.editor.blocks()[0].text == FIRST
    part.editor.clearFocus()
    assert stored(desk) == ["别处改写的第一段。", SECOND + "x"]
    assert [block.text for block in part.editor.blocks()] == stored(desk)
    assert ids(desk) == [one, two]


OPS = st.lists(
    st.tuples(
        st.sampled_from(["type", "enter", "back", "delete", "undo", "redo", "paste", "cut"]),
        st.integers(0, 400),
        st.integers(0, 40),
        st.text("甲乙丙 ", max_size=4),
    ),
    max_size=25,
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("甲乙丙丁", min_size=1, max_size=8), max_size=5), OPS)
def test_whatever_is_done_in_the_editor_the_records_hold_it(
    qapp: QApplication, texts: list[str], ops: list[tuple[str, int, int, str]]
) -> None:
    numbers = count(1)
    sheet = Sheet(tuple(Held(UUID(int=next(numbers)), text) for text in texts))
    editor = SectionEditor("试")
    editor.load(sheet.blocks())
    start = sheet
    for kind, at, length, text in ops:
        _act(editor, kind, at, length, text)
        for edit in plan(sheet, editor.blocks(), lambda: UUID(int=next(numbers))):
            sheet = sheet.with_edit(edit)
        assert sheet.blocks() == editor.blocks()
        assert all(block.text.strip() for block in editor.blocks())
    while editor.document().isUndoAvailable():
        editor.undo()
    for edit in plan(sheet, editor.blocks(), lambda: UUID(int=next(numbers))):
        sheet = sheet.with_edit(edit)
    assert sheet.blocks() == start.blocks()
    editor.deleteLater()


def _act(editor: SectionEditor, kind: str, at: int, length: int, text: str) -> None:
    cursor = editor.textCursor()
    top = max(editor.document().characterCount() - 1, 0)
    cursor.setPosition(min(at, top))
    if kind == "cut":
        cursor.setPosition(min(at + length, top), QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    if kind == "type":
        cursor.insertText(text)
    elif kind == "paste":
        paste(editor, f"{text}\n戊{text}")
    elif kind in ("undo", "redo"):
        editor.undo() if kind == "undo" else editor.redo()
    else:
        keys = {"enter": KEY.Key_Return, "back": KEY.Key_Backspace}
        QTest.keyClick(editor, keys.get(kind, KEY.Key_Delete))
