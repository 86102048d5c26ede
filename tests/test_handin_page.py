"""The hand-in page: what stands in the way, real documents into a real folder, a bundle's check."""

from __future__ import annotations

import random
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Mm
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.bundle_check import check
from app.progress import Progress
from app.signers import Signers, Standing, read_contact, save_contact
from app.uploads import limit_mb
from app.workbench import Workbench
from forms.dossier import Paragraph, Sending
from forms.sending import UPLOAD
from grading.finding import Target
from widgets.controls import SegmentedControl
from widgets.desk import Desk
from widgets.findings_panel import FindingCard
from widgets.pages.handin import HandinPage
from widgets.pages.handin_closing import CLEAR, COLLEAGUES, PASSPHRASE, WAYS
from widgets.pages.handin_export import FileLine

LEFT = Qt.MouseButton.LeftButton
SLOW = 20_000


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one dossier, made once: migrations take their time."""
    folder = tmp_path_factory.mktemp("template") / "data"
    bench = Workbench.open(folder)
    dossier_id = bench.create("示例企业")
    bench.add(dossier_id, "paragraph", section="1.profile", text="企业位于示例区。")
    bench.close()
    return folder


@pytest.fixture
def desk(qapp: QApplication, template: Path, data_folder: Path) -> Iterator[Desk]:
    shutil.copytree(template, data_folder)
    bench = Workbench.open()
    made = Desk(bench, bench.summaries()[0].id)
    yield made
    made.close()
    bench.close()


@pytest.fixture
def page(desk: Desk, qtbot: QtBot, tmp_path: Path) -> HandinPage:
    made = HandinPage(desk)
    qtbot.addWidget(made)
    made.resize(960, 760)
    made.export.set_folder(tmp_path / "导出 到")
    with qtbot.waitExposed(made):
        made.show()
    with qtbot.waitSignal(desk.reviewed, timeout=SLOW):
        desk.refresh()
    return made


def export_draft(page: HandinPage, qtbot: QtBot, *parts: str) -> list[FileLine]:
    for part, box in page.export.boxes.items():
        box.setChecked(part in parts)
    with qtbot.waitSignal(page.export.exported, timeout=SLOW):
        QTest.mouseClick(page.export.draft, LEFT)
    qtbot.waitUntil(lambda: page.export.draft.isEnabled(), timeout=SLOW)
    return page.export.findChildren(FileLine)


def closing_by(page: HandinPage, way: str) -> None:
    button = next(
        button
        for button, segment in zip(
            page.export.closing.way.findChildren(QPushButton), WAYS, strict=True
        )
        if segment.key == way
    )
    button.click()


def said(page: HandinPage, qtbot: QtBot, part: str) -> str:
    """What the check of a bundle says, once it says that."""
    words = (page.verify.words, page.verify.signed)
    qtbot.waitUntil(lambda: any(part in each.text() for each in words), timeout=SLOW)
    qtbot.waitUntil(lambda: page.verify._job is None, timeout=SLOW)
    return "".join(each.text() for each in words if not each.isHidden())


def documents(folder: Path) -> list[Path]:
    """The files somebody would see there."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))


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


def test_a_bundle_is_checked_and_every_name_shown(
    page: HandinPage, qtbot: QtBot, tmp_path: Path
) -> None:
    closing_by(page, CLEAR)
    export_draft(page, qtbot, "bundle")
    bundle = next((tmp_path / "导出 到").rglob("*.zip"))
    page.verify.check(bundle)
    qtbot.waitUntil(lambda: "与清单一致" in page.verify.words.text(), timeout=SLOW)
    spoilt = tmp_path / "坏 包.zip"
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            if name != "changes.jsonl":
                data = old.read(name)
                new.writestr(name, data + b" " if name == "dossier.json" else data)
        new.writestr("多余.txt", b"x")
    page.verify.check(spoilt)
    qtbot.waitUntil(lambda: "不一致" in page.verify.words.text(), timeout=SLOW)
    said = page.verify.words.text()
    assert "缺少 1 个：changes.jsonl" in said
    assert "改动 1 个：dossier.json" in said
    assert "多出 1 个：多余.txt" in said
    (tmp_path / "不是包.zip").write_bytes(b"PK nothing")
    page.verify.check(tmp_path / "不是包.zip")
    qtbot.waitUntil(lambda: "不是可读的文件包" in page.verify.words.text(), timeout=SLOW)


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


def test_a_bundle_is_closed_by_a_passphrase_unless_somebody_says_otherwise(
    page: HandinPage, qtbot: QtBot, tmp_path: Path, desk: Desk
) -> None:
    export_draft(page, qtbot, "bundle")
    (made,) = documents(tmp_path / "导出 到")
    assert made.name == "示例企业-文件包（草稿）（保密）.zip"
    secret = page.export.closing.field.text()
    page.verify.check(made)
    said(page, qtbot, "已用口令加密")
    assert page.verify.secret.isVisibleTo(page)
    page.verify.secret.field.setText("wrong-horse-battery")
    QTest.keyClick(page.verify.secret.field, Qt.Key.Key_Return)
    assert "。。" not in said(page, qtbot, "口令打不开") and page.verify.secret.isVisibleTo(page)
    page.verify.secret.field.setText(secret)
    QTest.keyClick(page.verify.secret.field, Qt.Key.Key_Return)
    assert "即本机" in said(page, qtbot, "与清单一致")
    assert not page.verify.secret.isVisibleTo(page) and not page.verify.remember.isVisibleTo(page)
    page.export.closing.field.setText("short")
    QTest.mouseClick(page.export.draft, LEFT)
    qtbot.waitUntil(lambda: "少于 12 个字符" in page.export.status.text(), timeout=SLOW)
    page.export.closing.field.clear()
    QTest.mouseClick(page.export.draft, LEFT)
    assert "没有填写文件包口令" in page.export.status.text()


def test_colleagues_exchange_keys_and_open_what_was_closed_for_them(
    page: HandinPage, qtbot: QtBot, tmp_path: Path, desk: Desk
) -> None:
    closing_by(page, COLLEAGUES)
    for box in page.export.boxes.values():
        box.setChecked(False)
    page.export.boxes["bundle"].setChecked(True)
    QTest.mouseClick(page.export.draft, LEFT)
    assert "没有勾选同事" in page.export.status.text()

    theirs = Workbench.open(tmp_path / "同事")
    theirs.set_person("李工")
    contact = tmp_path / "联系密钥.json"
    save_contact(Signers(theirs.store), theirs.person, contact)
    page.signers.take(contact)
    words = Signers(theirs.store).own().fingerprint
    assert words in page.signers.status.text() and page.signers.signers.known() == []
    page.signers.other.click()
    assert page.signers.signers.known() == [] and not page.export.closing.mates
    page.signers.take(contact)
    page.signers.same.click()
    assert [each.name for each in page.signers.signers.known()] == ["李工"]

    export_draft(page, qtbot, "bundle")
    (made,) = documents(tmp_path / "导出 到")
    assert made.name.endswith("（保密）.zip.age")
    found = check(made, signers=Signers(theirs.store))
    assert found.sound and found.standing is Standing.UNKNOWN
    theirs_made = tmp_path / "对方"
    dossier = theirs.create("对方企业")
    list(theirs.export(dossier, theirs_made, ("bundle",), True))
    page.verify.check(next(theirs_made.rglob("*.zip")))
    assert "本机已核实" in said(page, qtbot, "李工")

    page.signers.findChildren(QPushButton, "")[-1].click()
    assert page.signers.signers.known() == [] and not page.export.closing.mates
    page.verify.check(next(theirs_made.rglob("*.zip")))
    assert "尚未核实" in said(page, qtbot, "尚未核实")
    page.verify.remember.click()
    page.signers.same.click()
    assert [each.name for each in page.signers.signers.known()] == ["李工"]
    theirs.close()
    spoilt = tmp_path / "坏.json"
    spoilt.write_text("{}", encoding="utf-8")
    page._take([spoilt])
    assert "不是联系密钥" in page.signers.status.text()
    page.signers.give(tmp_path / "没有" / "联系密钥.json")
    assert "没有写成" in page.signers.status.text()
    page.signers.give(tmp_path / "本机.json")
    assert read_contact(tmp_path / "本机.json").key == page.signers.signers.own().key


def choose(control: SegmentedControl, word: str) -> None:
    """Press the segment that says so."""
    next(each for each in control.findChildren(QPushButton) if word in each.text()).click()


def test_the_parts_are_foreseen_made_and_checked_together(
    page: HandinPage, qtbot: QtBot, tmp_path: Path, desk: Desk
) -> None:
    (tmp_path / "大.bin").write_bytes(random.Random(1).randbytes(9_000_000))
    desk.bench.attach(desk.dossier_id, tmp_path / "大.bin")
    page.show_review(desk.bench.review(desk.dossier_id))
    packing = page.export.packing
    assert "预计一卷即可" in packing.hint.text()
    choose(packing.parts, "不分卷")
    assert not packing.hint.isVisibleTo(page)
    choose(packing.photos, "缩小")
    assert "不能代替原始照片" in packing.hint.text()
    choose(packing.documents, "仅")
    choose(packing.parts, "10 MB")
    assert "预计分为 2 卷" in packing.hint.text()
    closing_by(page, CLEAR)
    export_draft(page, qtbot, "bundle", "library")
    assert "已单独成卷，不能以邮件发送" in page.export.status.text()
    first, second = sorted((tmp_path / "导出 到").rglob("*.zip"))
    assert first.name == "示例企业-文件包（草稿）（1-2）.zip"
    with zipfile.ZipFile(first) as archive:
        papers = [name for name in archive.namelist() if name.startswith("文档/")]
    assert papers == ["文档/供需适配库（草稿）.pdf", "文档/供需适配库（草稿）.docx"]
    page._take([first, second])
    words = said(page, qtbot, "共 2 卷，已齐全")
    assert words.count("与清单一致") == 2 and "即本机" in words
    again = tmp_path / "再收.zip"
    shutil.copyfile(first, again)
    page._take([first, again])
    assert "缺第 2 卷" in said(page, qtbot, "缺第 2 卷")


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


def test_the_enterprises_consent_is_asked_for(
    page: HandinPage, qtbot: QtBot, tmp_path: Path, desk: Desk
) -> None:
    closing = page.export.closing
    for way in (PASSPHRASE, CLEAR):
        closing_by(page, way)
        assert "没有企业的书面同意" in closing.refusal(unsent=False)
        assert closing.refusal(unsent=True) == ""
        assert closing.note.isVisibleTo(page)
    closing_by(page, COLLEAGUES)
    assert not closing.note.isVisibleTo(page)
    paper = tmp_path / "同意书.pdf"
    paper.write_bytes(b"%PDF-1.4 signed")
    desk.bench.attach(desk.dossier_id, paper, "企业书面同意", "同意报送函")
    with qtbot.waitSignal(desk.reviewed, timeout=SLOW):
        desk.refresh()
    page.show_review(desk.bench.review(desk.dossier_id))
    closing_by(page, PASSPHRASE)
    assert closing.refusal(unsent=False) == ""
    assert "同意报送函" in closing.note.accessibleName()
