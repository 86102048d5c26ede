"""The report page's outdated paragraphs: what changed, decided by a person, undone by a key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import Paragraph
from forms.evaluation import Stage
from grading.cites import Facts, kept, read
from tests.evidence_kit import (
    NETWORK,
    SECTION,
    Shown,
    connect_fewer,
    copy_of,
    drafted_store,
    gone_stale,
    paragraph,
    the,
)
from tests.window_kit import child, click, in_front
from widgets.controls import Button
from widgets.pages.report_basis import difference
from widgets.pages.report_cards import DifferenceView
from widgets.pages.report_outline import State

KEY = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drafted_store(tmp_path_factory.mktemp("drafted") / "data")


@pytest.fixture
def bench(drafted: Path, tmp_path: Path) -> Iterator[Workbench]:
    with copy_of(drafted, tmp_path / "store") as made:
        yield made


@pytest.fixture
def shown(qtbot: QtBot, bench: Workbench) -> Shown:
    return Shown(qtbot, bench)


@pytest.fixture
def stale(qtbot: QtBot, bench: Workbench) -> Shown:
    return gone_stale(qtbot, bench)


# -- out of date -----------------------------------------------------------------------------------


def test_an_outdated_paragraph_names_what_changed_and_shows_the_difference(stale: Shown) -> None:
    bar = stale.bar()
    assert bar is not None and bar.accessibleName() == (
        "已过时，设备联网“实现联网的生产设备数量”由 34 台改为 36 台"
    )
    assert bar.adopt.isVisible() and bar.hold.isVisible() and not bar.confirm.isVisible()
    held = stale.part.standing(stale.place)
    assert held is not None and held.fresh and held.anew is not None
    struck = [s.cursor.selectedText() for s in stale.part.editor.extraSelections()]
    gone = [p.text for p in difference(held.text, held.anew.text) if not p.new]
    assert struck == gone and gone
    (view,) = stale.page.panel.findChildren(DifferenceView)
    assert "36台" in view.accessibleName()
    assert paragraph(stale.bench).text == held.text, "nothing is overwritten by itself"
    index = stale.page.index
    assert index.rows["2.base"].state() is State.STALE
    assert "已过时" in index._legend[State.STALE].text()


def test_alt_enter_takes_the_new_draft_and_undo_brings_back_text_and_mark(stale: Shown) -> None:
    old = paragraph(stale.bench)
    held = stale.part.standing(stale.place)
    assert held is not None and held.anew is not None
    stale.key(KEY.Key_Return, ALT)
    now = paragraph(stale.bench)
    assert now.text == now.proposed == held.anew.text and now.id == old.id
    assert now.cites == kept(held.anew.cites) and not now.drafted
    assert not stale.outdated() and stale.bar() is None
    stale.key(KEY.Key_Z, CTRL)
    stale.part.save()
    back = paragraph(stale.bench)
    assert (back.text, back.proposed, back.cites) == (old.text, old.proposed, old.cites)
    assert stale.outdated(), "the old text is as outdated as it was"
    stale.key(KEY.Key_Z, CTRL | SHIFT)
    stale.part.save()
    assert paragraph(stale.bench).cites == kept(held.anew.cites)


@pytest.mark.parametrize("way", ["key", "bar", "panel"])
def test_a_text_can_be_left_as_it_is_and_is_then_up_to_date(stale: Shown, way: str) -> None:
    old = paragraph(stale.bench)
    if way == "key":
        stale.key(KEY.Key_Return, CTRL)
    elif way == "bar":
        bar = stale.bar()
        assert bar is not None
        click(bar.hold)
    else:
        click(child(stale.page.panel, Button, "保留原文"))
    now = paragraph(stale.bench)
    assert now.text == old.text and now.cites != old.cites
    assert not stale.outdated() and stale.bar() is None
    assert Facts(the(stale.bench)).changed(read(now.cites)) == []
    stale.qtbot.waitUntil(lambda: stale.place not in stale.part.editor._marks, timeout=5000)


def test_edited_words_stay_until_the_press_and_come_back(qtbot: QtBot, bench: Workbench) -> None:
    own = "我按现场情况改写的一段，联网设备34台。"
    bench.put(the(bench).id, "paragraph", paragraph(bench).id, "text", own)
    bench.put(the(bench).id, "paragraph", paragraph(bench).id, "drafted", False)
    connect_fewer(bench)
    shown = Shown(qtbot, bench)
    shown.page.propose(shown.page.sheet.entry)
    qtbot.waitUntil(lambda: shown.window.jobs.isHidden(), timeout=20_000)
    assert paragraph(bench).text == own and shown.outdated()
    shown.part.editor.focus_paragraph(shown.place)
    shown.key(KEY.Key_Return, ALT)
    assert "36台" in paragraph(bench).text
    shown.key(KEY.Key_Z, CTRL)
    shown.part.save()
    assert paragraph(bench).text == own


def test_the_mark_is_no_step_to_be_undone_and_spoils_no_step(
    qtbot: QtBot, bench: Workbench
) -> None:
    shown = Shown(qtbot, bench)
    editor = shown.part.editor
    first = paragraph(bench).text
    editor.moveCursor(QTextCursor.MoveOperation.EndOfBlock)
    QTest.keyClicks(editor, "abc")
    shown.part.save()
    shown.window.desk.answer(Stage.DIAGNOSIS, "设备联网", "figures.equipment_networked", "36")
    qtbot.waitUntil(shown.outdated, timeout=10_000)
    assert shown.bar() is not None
    shown.key(KEY.Key_Z, CTRL)
    shown.part.save()
    assert paragraph(bench).text == first, "one press takes the typing back"
    assert editor.document().isRedoAvailable()
    shown.key(KEY.Key_Z, CTRL | SHIFT)
    shown.part.save()
    assert paragraph(bench).text == first + "abc"


def test_a_composition_is_not_disturbed_by_a_mark(qtbot: QtBot, bench: Workbench) -> None:
    shown = Shown(qtbot, bench)
    editor = shown.part.editor
    QApplication.sendEvent(editor, QInputMethodEvent("zheng", []))
    shown.window.desk.answer(Stage.DIAGNOSIS, "设备联网", "figures.equipment_networked", "36")
    qtbot.waitUntil(shown.outdated, timeout=10_000)
    assert editor._composing and editor.textCursor().block().layout().preeditAreaText() == "zheng"
    done = QInputMethodEvent()
    done.setCommitString("诊改")
    QApplication.sendEvent(editor, done)
    shown.part.save()
    assert "诊改" in paragraph(bench).text


def test_a_section_is_confirmed_without_what_is_out_of_date(qtbot: QtBot, bench: Workbench) -> None:
    connect_fewer(bench)
    shown = Shown(qtbot, bench)
    shown.key(KEY.Key_Return, CTRL | SHIFT)
    rows = {p.origin: bool(p.drafted) for p in the(bench).section(SECTION)}
    assert rows.pop(NETWORK) and not any(rows.values())
    bar = shown.bar()
    assert bar is not None and bar.accessibleName().startswith("草稿，已过时")
    click(bar.adopt)
    assert paragraph(bench).drafted and not shown.outdated()
    bar = shown.bar()
    assert bar is not None and bar.accessibleName() == "草稿，待确认，依据 2 处"
    click(bar.rewrite)
    assert shown.part.editor.textCursor().atBlockEnd()


def test_f8_leads_to_what_is_out_of_date(stale: Shown) -> None:
    dossier = the(stale.bench)
    for row in dossier.all(Paragraph):
        if row.drafted and row.section == SECTION:
            stale.bench.put(dossier.id, "paragraph", row.id, "drafted", False)
    stale.window.desk.refresh()
    stale.qtbot.waitUntil(lambda: stale.part.drafts() == 0 or in_front(stale.window), timeout=5000)
    stale.part.editor.focus_paragraph(0)
    stale.key(KEY.Key_F8)
    assert stale.part.editor.hasFocus() and stale.part.editor.current() == stale.place


# -- the difference --------------------------------------------------------------------------------

TEXTS = st.text("甲乙丙丁𬭎，。0123456789.%ab\n", max_size=60)


@given(TEXTS, TEXTS)
def test_the_difference_holds_both_texts_whole(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(p.text for p in pieces if p.old) == old
    assert "".join(p.text for p in pieces if p.new) == new
    assert all(p.old or p.new for p in pieces)


def test_a_number_changes_as_a_whole() -> None:
    pieces = difference("联网率15.2%，均在三车间。", "联网率17.4%，均在三车间。")
    assert [p.text for p in pieces if p.old != p.new] == ["15.2%", "17.4%"]
