"""The hand-in page: what stands in the way, and real documents into a real folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Mm
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.progress import Progress
from app.uploads import limit_mb
from forms.dossier import Paragraph, Sending
from forms.sending import UPLOAD
from grading.finding import Target
from tests.handin_kit import LEFT, SLOW, desk, documents, export_draft, page, template
from widgets.desk import Desk
from widgets.findings_panel import FindingCard
from widgets.pages.handin import HandinPage


def test_what_blocks_is_listed_and_leads_to_its_page(
    page: HandinPage, desk: Desk, qtbot: QtBot
) -> None:
    assert desk.review is not None
    blocking = desk.review.blocking
    cards = page.blocking.findChildren(FindingCard)
    assert len(cards) == len(blocking) > 3
    assert str(len(blocking)) in page.blocking.words.text()
    jumps: list[Target] = []
    page.jump.connect(jumps.append)
    qtbot.waitUntil(lambda: cards[0].height() > 40)
    QTest.mouseClick(cards[0], LEFT)
    assert jumps == [blocking[0].target]


def test_a_final_is_refused_in_place_while_findings_block(
    page: HandinPage, qtbot: QtBot, tmp_path: Path
) -> None:
    QTest.mouseClick(page.export.final, LEFT)
    qtbot.waitUntil(lambda: "没有导出终稿" in page.export.status.text(), timeout=SLOW)
    qtbot.waitUntil(page.export.final.isEnabled, timeout=SLOW)
    assert page.export.stop.isHidden()
    assert not (tmp_path / "导出 到").exists()


def test_nothing_ticked_exports_nothing(page: HandinPage, tmp_path: Path) -> None:
    for box in page.export.boxes.values():
        box.setChecked(False)
    QTest.mouseClick(page.export.draft, LEFT)
    assert "没有勾选" in page.export.status.text()
    page.export.boxes["mail"].setChecked(True)
    QTest.mouseClick(page.export.draft, LEFT)
    assert "邮件草稿" in page.export.status.text()
    assert not (tmp_path / "导出 到").exists()


class Opener(QObject):
    """Stands in for the system's file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


def test_a_draft_is_made_listed_and_opened(
    page: HandinPage, qtbot: QtBot, tmp_path: Path, desk: Desk
) -> None:
    lines = export_draft(page, qtbot, "report", "checksheet")
    home = tmp_path / "导出 到" / "示例企业"
    made = documents(home)
    assert len(made) == 4 and any(path.name == "咨询诊断报告（草稿）.docx" for path in made)
    assert "已导出 4 个文件" in page.export.status.text()
    assert page.focusWidget() is lines[0].button  # who waited has only to press 空格
    opener = Opener()
    QDesktopServices.setUrlHandler("file", opener, "take")  # type: ignore[arg-type]
    try:
        for line in lines:
            QTest.mouseClick(line.button, LEFT)
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert opener.opened[0] == home
    assert sorted(opener.opened[1:]) == made
    again = HandinPage(desk)
    qtbot.addWidget(again)
    assert again.export.folder == tmp_path / "导出 到"


def test_cancelling_leaves_nothing_behind(page: HandinPage, qtbot: QtBot, tmp_path: Path) -> None:
    QTest.keyClick(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert page.export.stop.isVisible() and not page.export.draft.isEnabled()
    QTest.mouseClick(page.export.stop, LEFT)
    qtbot.waitUntil(page.export.draft.isEnabled, timeout=SLOW)
    assert "已取消" in page.export.status.text()
    assert documents(tmp_path / "导出 到") == []


def test_a_file_that_another_program_holds_is_named(
    page: HandinPage, qtbot: QtBot, tmp_path: Path
) -> None:
    """A folder in its place stands in for what Windows refuses; the one before is new by then."""
    others = tmp_path / "导出 到" / "示例企业" / "文书"
    (others / "供需适配库（草稿）.docx" / "x").mkdir(parents=True)
    for part, box in page.export.boxes.items():
        box.setChecked(part == "library")
    QTest.mouseClick(page.export.draft, LEFT)
    qtbot.waitUntil(lambda: "不能替换" in page.export.status.text(), timeout=SLOW)
    said = page.export.status.text()
    assert "供需适配库（草稿）.docx”不能替换" in said and "请关闭正在使用该文件的程序" in said
    assert "此前 1 个文件已换成新的，其余未变" in said
    assert (others / "供需适配库（草稿）.pdf").is_file()


def test_what_cannot_be_stopped_any_more_is_not_called_stopped(
    page: HandinPage, desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """取消 comes while the first file is being put in its place: all are, and it is said so."""
    export = desk.bench.export

    def too_late(*words: Any) -> Iterator[Progress]:
        for step in export(*words):
            if step.made is not None and page.export._job is not None:
                page.export._job.cancel()
            yield step

    monkeypatch.setattr(desk.bench, "export", too_late)
    assert len(export_draft(page, qtbot, "library")) == 3  # two papers and their folder
    assert page.export.status.text() == "已导出 2 个文件。"
    assert len(documents(page.export.folder)) == 2


def test_a_layout_that_is_not_followed_is_said(
    page: HandinPage, desk: Desk, tmp_path: Path
) -> None:
    words = page.export._style
    assert words.text().startswith("GB/T 9704")
    package = docx.Document()
    package.sections[0].left_margin = Mm(3)
    package.save(str(tmp_path / "本单位.docx"))
    page.export.use_style(tmp_path / "本单位.docx")
    assert words.text().startswith("采用“本单位.docx”。") and "页边距不便使用" in words.text()
    (desk.bench.store.folder / "style.docx").write_bytes(b"spoilt")
    again = HandinPage(desk)
    assert "已不能读取，文书暂按国标版式编排" in again.export._style.text()
    again.export.use_standard()
    assert again.export._style.text().startswith("GB/T 9704")


def test_the_check_sheet_shows_limits_and_what_there_is(page: HandinPage, desk: Desk) -> None:
    assert desk.review is not None
    lines = {line.name: line for line in page.sheet.lines}
    words = next(line for line in page.sheet.lines if "15000" in line.asked)
    assert str(desk.review.words["body"]) in words.held and words.verdict == "不符合"
    assert lines["现场诊断"].held == "没有现场诊断"
    visit = desk.add("visit")
    assert visit is not None
    page.show_review(desk.bench.review(desk.dossier_id))
    seen = [line for line in page.sheet.lines if line.name.startswith("现场诊断")]
    assert len(seen) == 1 and seen[0].name != "现场诊断"
    assert "时长≥3小时" in seen[0].asked and "照片合计0" in seen[0].held


def test_what_was_uploaded_is_ticked_and_taken_back(
    page: HandinPage, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A dossier without a blocking finding takes a minute to make.
    monkeypatch.setattr("app.handin_choice._refuse", lambda *_: None)
    card = page.uploads
    assert card.lines == [] and "尚未导出终稿" in card.hint.text()
    for part, box in page.export.boxes.items():
        box.setChecked(part == "report")
    with qtbot.waitSignal(page.export.exported, timeout=SLOW):
        QTest.mouseClick(page.export.final, LEFT)
    qtbot.waitUntil(lambda: len(card.lines) == 2, timeout=SLOW)
    assert [line.standing.text() for line in card.lines] == ["未上传", "未上传"]
    qtbot.waitUntil(page.export.final.isEnabled, timeout=SLOW)
    with qtbot.waitSignal(desk.reviewed, timeout=SLOW):
        card.lines[0].tick.click()
    (sent,) = desk.dossier.all(Sending)
    assert sent.way == UPLOAD and "咨询诊断报告.pdf" in sent.files
    qtbot.waitUntil(lambda: "上传" in card.lines[0].standing.text()[4:], timeout=SLOW)
    assert card.lines[0].tick.isChecked() and not card.lines[1].tick.isChecked()
    paragraph = desk.dossier.all(Paragraph)[0].id
    with qtbot.waitSignal(desk.reviewed, timeout=SLOW):
        desk.put("paragraph", paragraph, "text", "企业位于另一区。")
    assert "需重新上传" in card.lines[0].standing.text()
    assert not card.lines[0].tick.isChecked()
    with qtbot.waitSignal(desk.reviewed, timeout=SLOW):
        desk.put("paragraph", paragraph, "text", "企业位于示例区。")
    with qtbot.waitSignal(desk.reviewed, timeout=SLOW):
        card.lines[0].tick.click()
    assert desk.dossier.all(Sending) == []
    assert card.lines[0].standing.text() == "未上传"
    card.limit.setValue(1)
    assert limit_mb(desk.bench.store, desk.pack) == 1
