"""文书与签章 on a real store: papers shown as printed, signed, opened, their scans filed."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app import paper_files
from app.pdf_pages import PdfPages
from app.review import Review
from app.workbench import Workbench
from forms.dossier import Attachment, Enterprise, Signature, Visit
from forms.papers import PAPERS, Role
from grading.finding import Target
from tests.window_kit import child, click, in_front, opened, press, refusing, window
from widgets.controls import Button, Kind
from widgets.dossier_window import DossierWindow
from widgets.page_preview import PagePreview
from widgets.pages.papers import PapersPage
from widgets.signature_pad import SignatureDialog, SignaturePad
from widgets.text import TextLabel
from widgets.theme import NAV, theme

SLOW = 30_000
INK = {"strokes": [[[0.1, 0.1], [0.4, 0.3], [0.8, 0.1]]], "height": 0.4}


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with opened(tmp_path / "data") as made:
        yield made


@pytest.fixture
def frame(qtbot: QtBot, bench: Workbench) -> DossierWindow:
    dossier = bench.create("示例・文书页")
    visit = bench.add(dossier, "visit", date="2025-06-17", counterpart="钱样例")
    bench.add(dossier, "stay", visit, start="09:00", end="12:30")
    return window(qtbot, bench, dossier, "papers", judged=True)


@pytest.fixture
def page(frame: DossierWindow) -> PapersPage:
    found = frame.page()
    assert isinstance(found, PapersPage)
    return found


def shown(qtbot: QtBot, preview: PagePreview) -> None:
    """Wait for the paper's first page to be drawn."""
    qtbot.waitUntil(lambda: preview.count() > 0 and 0 in preview._images, timeout=SLOW)


def test_every_paper_stands_in_the_list_and_shows_its_pages(page: PapersPage, qtbot: QtBot) -> None:
    assert {row.state.sheet.paper for row in page.list.rows.values()} == set(PAPERS)
    page.choose(("agreement", None))
    shown(qtbot, page.view.preview)
    assert page.view.page.text().startswith("第 1 页，共 ")
    image = page.view.preview._images[0][1]
    assert abs(image.width() - page.view.preview._scale * 595.3) < 3
    assert image.pixelColor(2, 2) == Qt.GlobalColor.white


def test_the_pages_follow_what_is_typed(page: PapersPage, qtbot: QtBot, bench: Workbench) -> None:
    page.choose(("agreement", None))
    shown(qtbot, page.view.preview)
    before = page.view.preview._images[0][1]
    enterprise = page.desk.dossier.one(Enterprise).id
    page.desk.put("enterprise", enterprise, "name", "示例・改了名的企业")

    def redrawn() -> bool:
        shown = page.view.preview._images.get(0)
        return shown is not None and shown[1] != before

    qtbot.waitUntil(redrawn, timeout=SLOW)
    assert redrawn()


def test_it_is_looked_at_nearer_and_turned(page: PapersPage, qtbot: QtBot) -> None:
    page.choose(("library", None))
    preview = page.view.preview
    shown(qtbot, preview)
    wide = preview._scale
    QTest.keyClicks(preview, "+")
    assert preview._scale > wide
    QTest.keyClicks(preview, "0")
    assert preview._scale == wide
    QTest.keyClick(preview, Qt.Key.Key_End)
    assert page.view.page.text() == f"第 {preview.count()} 页，共 {preview.count()} 页"
    QTest.keyClick(preview, Qt.Key.Key_Home)
    assert page.view.page.text().startswith("第 1 页")


def test_a_signature_is_written_kept_and_taken_back(page: PapersPage, qtbot: QtBot) -> None:
    page.choose(next(key for key in page.list.rows if key[0] == "record"))
    assert set(page.signers) == {Role.TEAM, Role.COUNTERPART}
    dialog = SignatureDialog(page, "记录表", Role.COUNTERPART.value, "")
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.take.isEnabled()
    for at in (QPoint(40, 60), QPoint(120, 90), QPoint(200, 40)):
        if at.x() == 40:
            QTest.mousePress(dialog.pad, Qt.MouseButton.LeftButton, pos=at)
        else:
            QTest.mouseMove(dialog.pad, at)
            dialog.pad.move_to(QPointF(at))
    QTest.mouseRelease(dialog.pad, Qt.MouseButton.LeftButton, pos=QPoint(200, 40))
    dialog.name.setText("钱样例")
    assert dialog.take.isEnabled()

    page.keep(Role.COUNTERPART, dialog.name.text(), dialog.pad.ink())

    qtbot.waitUntil(lambda: bool(page.state() and page.state().signed), timeout=SLOW)  # type: ignore[union-attr]
    (signature,) = page.desk.dossier.all(Signature)
    assert signature.name == "钱样例" and signature.fingerprint
    state = page.state()
    assert state is not None and state.words == "一方已签名"
    page.take_back(signature.id)
    qtbot.waitUntil(lambda: page.state() is not None and not page.state().signed, timeout=SLOW)  # type: ignore[union-attr]


def test_a_pad_keeps_to_its_bounds(qtbot: QtBot) -> None:
    pad = SignaturePad()
    qtbot.addWidget(pad)
    pad.resize(400, 160)
    pad.begin(QPointF(10, 10))
    for step in range(6000):
        pad.move_to(QPointF(step % 400 * 3, step % 160 * 5 - 60))
    pad.end()
    (stroke,) = pad.ink()["strokes"]
    assert len(stroke) <= 4000
    assert all(0 <= x <= 1 and 0 <= y <= 0.4 for x, y in stroke)
    pad.clear()
    assert pad.ink()["strokes"] == []


@pytest.fixture
def scan(page: PapersPage, tmp_path: Path) -> Path:
    """The agreement as a scanner returns it, alone in a folder but for a file that is no scan."""
    *_, last = paper_files.make(page.desk.bench, page.desk.dossier_id, "agreement", None, "pdf")
    assert last.made is not None and last.made.name == "咨询诊断服务协议.pdf"
    folder = tmp_path / "扫描"
    folder.mkdir()
    (folder / "说明.txt").write_text("x")
    with PdfPages(last.made) as pdf:
        pdf.picture(0, 150).save(folder / "协议.png")
    return folder / "协议.png"


def test_scans_are_filed_where_they_are_dropped(
    page: PapersPage, qtbot: QtBot, scan: Path, tmp_path: Path
) -> None:
    (tmp_path / "空白.txt").write_text("x")
    with qtbot.waitSignal(page.filing.ended, timeout=SLOW):
        page.filing.start([scan, tmp_path / "空白.txt"])
    assert page.filing.words.text() == "归入扫描件 1 份，另有 1 处需要核对，见下。"
    assert len(page.filing.lines) == 2
    (filed,) = page.desk.dossier.all(Attachment)
    qtbot.waitUntil(
        lambda: page.list.rows["agreement", None].state.words == "已归入扫描件", timeout=SLOW
    )
    page.go_to(Target("papers", filed.id))
    assert page.list.rows["agreement", None].isChecked()


def test_a_folder_of_scans_is_filed_and_a_second_lot_is_told_to_wait(
    page: PapersPage, qtbot: QtBot, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_more: str(scan.parent))
    with qtbot.waitSignal(page.filing.ended, timeout=SLOW):
        click(child(page.head, Button, "归入文件夹"))
        page.filing.start([scan])
        assert page.filing.isVisibleTo(page)
        assert page.filing.words.text().startswith("上一批扫描件尚未归完")
    assert page.filing.words.text() == "归入扫描件 1 份，另有 1 处需要核对，见下。"
    assert "没有归入" in page.filing.lines[0][0]
    assert len(page.desk.dossier.all(Attachment)) == 1


def test_what_came_of_many_scans_is_cut_with_a_word(page: PapersPage) -> None:
    page.filing._tell("已停止，")
    assert page.filing.words.text() == "已停止，没有归入扫描件，档案未变。"
    page.filing.lines = [(f"第 {line} 条。", "warn") for line in range(203)]
    page.filing._tell("")
    said = [each.text() for each in page.filing.findChildren(TextLabel)]
    assert said[-1] == "其余 3 条从略。" and "第 200 条。" not in said


def test_a_finding_leads_to_its_own_paper(page: PapersPage) -> None:
    visit = page.desk.dossier.all(Visit)[0].id
    for record, field in ((None, "satisfaction"), (visit, "record"), (None, "agreement")):
        page.go_to(Target("papers", record, field))
        assert page.state() is page._states[list(page.list.rows).index((field, record))]
        assert page.list.rows[field, record].hasFocus()


def test_the_arrows_choose_and_stay_within_the_list(page: PapersPage) -> None:
    keys = list(page.list.rows)
    page.choose(keys[0])
    page.list.rows[keys[0]].setFocus()
    press(Qt.Key.Key_Down)
    assert page._current == keys[1] and page.list.rows[keys[1]].hasFocus()
    press(Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert page._current == keys[0] and page.list.rows[keys[0]].hasFocus()
    page.choose(keys[-1])
    page.list.rows[keys[-1]].setFocus()
    press(Qt.Key.Key_Down)
    assert page._current == keys[-1] and page.list.rows[keys[-1]].hasFocus()


def test_a_judgement_leaves_the_focus_where_it_is(page: PapersPage, qtbot: QtBot) -> None:
    page.choose(("agreement", None))
    button = page.signers[Role.ENTERPRISE]
    button.setFocus()
    enterprise = page.desk.dossier.one(Enterprise).id
    with qtbot.waitSignal(page.desk.reviewed, timeout=SLOW):
        page.desk.put("enterprise", enterprise, "name", "示例・另一个名")
    assert page.signers[Role.ENTERPRISE] is button and button.hasFocus()
    page.keep(Role.ENTERPRISE, "钱样例", INK)
    qtbot.waitUntil(lambda: bool(page.state() and page.state().signed), timeout=SLOW)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: page.signers[Role.ENTERPRISE].hasFocus(), timeout=SLOW)


def test_a_signature_is_judged_by_another_thread_and_a_refusal_is_told(
    page: PapersPage, frame: DossierWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[bool] = []
    review = page.desk.bench.review

    def watched(*more: Any) -> Review:
        judged.append(threading.current_thread() is threading.main_thread())
        return review(*more)

    page.choose(("agreement", None))
    monkeypatch.setattr(page.desk.bench, "review", watched)
    page.keep(Role.ENTERPRISE, "钱样例", INK)
    qtbot.waitUntil(lambda: bool(page.state() and page.state().signed), timeout=SLOW)  # type: ignore[union-attr]
    assert judged and not any(judged)
    assert "的签名（20" in page.signed[0].text()
    (signature,) = page.desk.dossier.all(Signature)
    with refusing(page.desk.bench):
        page.take_back(signature.id)
    assert frame.notice.text()
    assert page.desk.dossier.all(Signature) == [signature]


def test_what_cannot_be_printed_is_told_above_the_pages(page: PapersPage, qtbot: QtBot) -> None:
    enterprise = page.desk.dossier.one(Enterprise).id
    page.choose(("agreement", None))
    page.desk.put("enterprise", enterprise, "name", "示例・𱁬机械")
    qtbot.waitUntil(lambda: "U+3106C" in page.view.note.text(), timeout=SLOW)
    assert page.view.note.isVisibleTo(page)
    page.desk.put("enterprise", enterprise, "name", "示例・机械")
    qtbot.waitUntil(lambda: not page.view.note.isVisibleTo(page), timeout=SLOW)


def test_a_dossier_is_left_while_a_paper_is_composed(
    page: PapersPage, frame: DossierWindow, qtbot: QtBot
) -> None:
    page.choose(("report", None))
    page.view.refresh()
    job = page.view._job
    assert job is not None
    frame.close_desk()
    assert job._thread.isFinished()
    qtbot.waitUntil(lambda: page.view._job is None, timeout=SLOW)
    assert page.view.preview.count() == 0 and page.view.preview._pool.activeThreadCount() == 0


def test_a_paper_is_opened_as_a_copy_that_cannot_be_saved(page: PapersPage, qtbot: QtBot) -> None:
    opened_urls: list[QUrl] = []

    def take(url: QUrl) -> bool:
        opened_urls.append(url)
        return len(opened_urls) == 1

    page.view._open_url = take
    page.choose(("plan", None))
    page.view.open_as("docx")
    qtbot.waitUntil(lambda: len(opened_urls) == 1, timeout=SLOW)
    path = Path(opened_urls[0].toLocalFile())
    assert path.name == "现场调研计划.docx" and path.stat().st_size > 5000
    assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    assert page.view.note.text().endswith("在副本中的修改不会回到档案。")
    page.view.open_as("pdf")
    qtbot.waitUntil(lambda: page.view.note.text().startswith("没有程序可以打开"), timeout=SLOW)


def looks(button: Button) -> Kind:
    return button.kind


def test_the_paper_stands_beside_the_form_that_fills_it_in(
    frame: DossierWindow, qtbot: QtBot
) -> None:
    frame.show_page("agreement")
    button = child(frame._headers["agreement"], Button, "看纸面")
    QTest.keyClick(frame, Qt.Key.Key_F7)
    paper = frame._paper
    assert paper is not None and paper.isVisibleTo(frame)
    assert looks(button) is Kind.CHOSEN
    shown(qtbot, paper.preview)
    QTest.qWait(0)
    assert paper.word.width() == paper.word.sizeHint().width()  # no tool is cut
    assert paper.word.y() < paper.page.y()
    assert frame.frame.nav.width() < NAV  # the form has the room that it needs
    assert paper.sheet is not None and paper.sheet.key == ("agreement", None)
    frame.show_page("satisfaction")
    assert paper.sheet.key == ("satisfaction", None)
    frame.show_page("visits")
    assert paper.sheet.paper.key == "record"
    frame.show_page("agreement")
    qtbot.waitUntil(lambda: in_front(frame), timeout=SLOW)
    click(button)
    assert not paper.isVisibleTo(frame) and looks(button) is Kind.OUTLINED
    with qtbot.waitSignal(frame.desk.reviewed, timeout=SLOW):  # a view put away must not answer
        frame.desk.put("enterprise", frame.desk.dossier.one(Enterprise).id, "name", "示例・后来")
    click(button)
    assert paper.isVisibleTo(frame)


def test_where_there_is_no_paper_its_key_does_nothing(frame: DossierWindow, qtbot: QtBot) -> None:
    frame.resize(1280, 720)
    frame.show_page("attachments")
    assert "看纸面" not in [
        each.text() for each in frame._headers["attachments"].findChildren(Button)
    ]
    qtbot.waitUntil(lambda: in_front(frame), timeout=SLOW)
    QTest.keyClick(frame, Qt.Key.Key_F7)
    assert frame._paper is None and not frame.frame.findings.isVisibleTo(frame)
