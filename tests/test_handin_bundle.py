"""The bundle on the hand-in page: closed, divided, checked, and what it needs to leave."""

from __future__ import annotations

import random
import shutil
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.bundle_check import check
from app.signers import Signers, Standing, read_contact, save_contact
from app.workbench import Workbench
from tests.handin_kit import (
    LEFT,
    SLOW,
    closing_by,
    desk,
    documents,
    export_draft,
    page,
    said,
    template,
)
from widgets.controls import SegmentedControl
from widgets.desk import Desk
from widgets.jobs import Job
from widgets.pages.handin import HandinPage
from widgets.pages.handin_closing import CLEAR, COLLEAGUES, PASSPHRASE


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
    page.verify.check(bundle)
    page.verify.check(spoilt)  # while the other is still looked through: it comes next
    qtbot.waitUntil(lambda: "不一致" in page.verify.words.text(), timeout=SLOW)
    said = page.verify.words.text()
    assert "缺少 1 个：changes.jsonl" in said
    assert "改动 1 个：dossier.json" in said
    assert "多出 1 个：多余.txt" in said
    (tmp_path / "不是包.zip").write_bytes(b"PK nothing")
    page.verify.check(tmp_path / "不是包.zip")
    qtbot.waitUntil(lambda: "不是可读的文件包" in page.verify.words.text(), timeout=SLOW)


@pytest.mark.parametrize("how", ["cancelled", "dossier left"])
def test_a_bundle_that_waits_is_not_checked_when_nobody_waits(
    page: HandinPage, qtbot: QtBot, tmp_path: Path, how: str
) -> None:
    """A job that began on a desk that was left would be destroyed with it, as it runs."""
    paper = tmp_path / "不是包.zip"
    paper.write_bytes(b"PK nothing")
    begun: list[Job] = []
    page.desk.working.connect(begun.append)
    page.verify.check(paper)
    page.verify.check(paper)
    (job,) = begun
    if how == "cancelled":
        job.cancel()
    else:
        page.desk.close()
    qtbot.waitUntil(lambda: page.verify._job is None, timeout=SLOW)
    assert begun == [job]


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
