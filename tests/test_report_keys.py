"""The report page's keys: drafts are confirmed, headings walked, words counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy.event import listen

from grading.finding import Target
from grading.wordcount import count as words_in
from tests.report_kit import FIRST, PROFILE, SECOND, desk_on, ids, page_on, part_of, two_paragraphs
from widgets.desk import Desk
from widgets.pages.report import ReportPage
from widgets.pages.report_bar import DraftBar
from widgets.pages.report_outline import State

KEY = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


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


def test_a_section_is_confirmed_in_one_commit_and_one_step(desk: Desk, page: ReportPage) -> None:
    for text in ("系统拟写的一段。", "系统拟写的又一段。", "系统拟写的第三段。"):
        desk.add("paragraph", section="2.pain", text=text, drafted=True)
    part = part_of(page, "2.pain")
    edits: list[None] = []
    part.editor.edited.connect(lambda: edits.append(None))
    commits: list[object] = []
    listen(desk.bench.store.engine, "commit", commits.append)

    def drafts() -> list[bool]:
        return [bool(p.drafted) for p in desk.bench.dossier(desk.dossier_id).section("2.pain")]

    page.confirm_section()
    assert (drafts(), len(commits), len(edits)) == ([False] * 3, 1, 1)
    page.confirm_section()
    assert (len(commits), len(edits)) == (1, 1), "there was nothing to confirm"
    part.editor.undo()
    part.save()
    assert drafts() == [True] * 3


def test_a_draft_is_confirmed_by_key_and_by_click_and_undone(desk: Desk, page: ReportPage) -> None:
    for text in ("系统拟写的一段。", "系统拟写的又一段。"):
        desk.add("paragraph", section="2.pain", text=text, drafted=True)
    part = part_of(page, "2.pain")

    def drafts() -> list[bool]:
        return [bool(p.drafted) for p in desk.bench.dossier(desk.dossier_id).section("2.pain")]

    assert page.index.rows["2.pain"].state() is State.DRAFTED
    part.editor.focus_paragraph(0)
    QTest.keyClick(part.editor, KEY.Key_Return, CTRL)
    assert drafts() == [False, True]
    assert part.editor.current() == 1
    QTest.keyClick(part.editor, KEY.Key_Z, CTRL)
    part.save()
    assert drafts() == [True, True]
    bars = [bar for bar in part.editor.findChildren(DraftBar) if bar.isVisible()]
    assert len(bars) == 2
    QTest.mouseClick(bars[1].confirm, Qt.MouseButton.LeftButton)
    part.save()
    assert drafts() == [True, False]
    QTest.keyClick(part.editor, KEY.Key_Return, CTRL | SHIFT)
    assert drafts() == [False, False]
    assert page.index.rows["2.pain"].state() is State.WRITTEN


def test_what_is_written_behind_a_draft_is_ones_own(desk: Desk, page: ReportPage) -> None:
    desk.add("paragraph", section="2.pain", text="系统拟写的一段。", drafted=True)
    part = part_of(page, "2.pain")
    QTest.keyClick(part.editor, KEY.Key_Return)
    QTest.keyClicks(part.editor, "own")
    part.save()
    rows = desk.bench.dossier(desk.dossier_id).section("2.pain")
    assert [(p.text, bool(p.drafted)) for p in rows] == [
        ("系统拟写的一段。", True),
        ("own", False),
    ]
    part.editor.remove(0)
    part.save()
    rows = desk.bench.dossier(desk.dossier_id).section("2.pain")
    assert [(p.text, bool(p.drafted)) for p in rows] == [("own", False)]


def test_the_count_follows_the_keys_and_the_review_agrees(
    desk: Desk, page: ReportPage, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(desk.reviewed, timeout=10_000):
        desk.refresh()
    assert desk.review is not None
    base = desk.review.words["body"]
    assert page.index.meter.total() == base
    part = part_of(page)
    note = "本节新写的一句话，共计十六个字。"
    with qtbot.waitSignal(desk.reviewed, timeout=10_000):
        part.editor.textCursor().insertText(note)
        assert page.index.meter.total() == base + words_in(note), "at once, before any review"
        assert page.index.rows[PROFILE].note() == str(words_in(FIRST + SECOND + note))
    assert desk.review.words["body"] == base + words_in(note)
    assert page.index.meter.total() == base + words_in(note)


def test_a_finding_leads_to_its_paragraph_or_section(desk: Desk, page: ReportPage) -> None:
    two = ids(desk)[1]
    page.open("4")
    page.go_to(Target("report", two, "text"))
    part = page.sheet.focused()
    assert part is not None and part.section.key == PROFILE and part.editor.current() == 1
    page.go_to(Target("report", None, "2.base.信息安全"))
    part = page.sheet.focused()
    assert part is not None and part.section.key == "2.base.信息安全"
    assert page.sheet.entry.key == "2.base"


def test_keys_walk_paragraphs_headings_and_what_is_to_do(desk: Desk, page: ReportPage) -> None:
    made = desk.add("paragraph", section="2.base.数据采集", text="拟写一段。", drafted=True)
    part = part_of(page)
    part.editor.focus_paragraph(0)
    QTest.keyClick(part.editor, KEY.Key_Down, ALT)
    assert part.editor.current() == 1
    QTest.keyClick(part.editor, KEY.Key_PageDown, ALT)
    assert page.sheet.entry.key == "1.organisation"
    visited = []
    for _ in range(60):
        QTest.keyClick(page.sheet.parts[0].editor, KEY.Key_F8)
        here = page.sheet.focused()
        assert here is not None
        visited.append(here.section.key)
        if here.section.key == "2.base.数据采集":
            assert here.holds(made) if made else False
            break
    assert visited[:2] == ["1.regulations", "1.production"]
    assert visited[-1] == "2.base.数据采集"
    assert PROFILE not in visited


def test_arrows_cross_from_one_section_of_a_heading_to_the_next(
    desk: Desk, page: ReportPage
) -> None:
    part = part_of(page, "2.base")
    QTest.keyClick(part.editor, KEY.Key_Down)
    here = page.sheet.focused()
    assert here is not None and here.section.key == "2.base.设备系统"
    QTest.keyClick(here.editor, KEY.Key_Up)
    assert page.sheet.focused() is part
