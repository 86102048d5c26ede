"""The report page on a real store with two paragraphs, and keys and pastes into them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from grading.finding import Target
from widgets.desk import Desk
from widgets.pages.report import ReportPage
from widgets.pages.report_editor import SectionEditor
from widgets.pages.report_section import SectionPart

PROFILE = "1.profile"
FIRST = "企业位于示例区，主要生产轴套。"
SECOND = "现有职工一百二十六人。\n其中技术人员九人。"


def two_paragraphs(folder: Path) -> Path:
    """A data folder with one dossier of two paragraphs, made once: migrations take their time."""
    bench = Workbench.open(folder)
    dossier_id = bench.create("示例企业")
    for text in (FIRST, SECOND):
        bench.add(dossier_id, "paragraph", section=PROFILE, text=text)
    bench.close()
    return folder


@contextmanager
def desk_on(template: Path, folder: Path) -> Iterator[Desk]:
    """A desk on the one dossier of a copy of that data folder."""
    shutil.copytree(template, folder)
    bench = Workbench.open()
    made = Desk(bench, bench.summaries()[0].id)
    yield made
    made.close()
    bench.close()


def page_on(desk: Desk, qtbot: QtBot) -> ReportPage:
    made = ReportPage(desk)
    qtbot.addWidget(made)
    made.resize(1000, 760)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def part_of(page: ReportPage, key: str = PROFILE) -> SectionPart:
    page.go_to(Target("report", field=key))
    return next(part for part in page.sheet.parts if part.section.key == key)


def stored(desk: Desk, key: str = PROFILE) -> list[str]:
    return [row.text for row in desk.bench.dossier(desk.dossier_id).section(key)]


def ids(desk: Desk, key: str = PROFILE) -> list[UUID]:
    return [row.id for row in desk.bench.dossier(desk.dossier_id).section(key)]


def type_at(part: SectionPart, block: int, offset: int, text: str) -> None:
    cursor = QTextCursor(part.editor.document().findBlockByNumber(block))
    cursor.movePosition(QTextCursor.MoveOperation.Right, n=offset)
    part.editor.setTextCursor(cursor)
    QTest.keyClicks(part.editor, text)


def paste(editor: SectionEditor, text: str) -> None:
    held = QMimeData()
    held.setText(text)
    editor.insertFromMimeData(held)
