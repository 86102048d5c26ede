"""文书与签章 on a real store: papers shown as printed, signed, opened, their scans filed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.pdf_pages import PdfPages
from app.workbench import Workbench
from forms.dossier import Attachment, Signature
from forms.papers import PAPERS, Role
from grading.finding import Target
from tests.window_kit import in_front, opened, window
from widgets.dossier_window import DossierWindow
from widgets.page_preview import PagePreview
from widgets.pages.papers import PapersPage
from widgets.printing import print_pdf
from widgets.signature_pad import SignatureDialog, SignaturePad
from widgets.theme import theme

SLOW = 30_000


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
    assert [row.state.sheet.paper for row in page.list.rows.values()] == list(PAPERS)
    page.choose(("agreement", None))
    shown(qtbot, page.view.preview)
    assert page.view.page.text().startswith("第 1 页，共 ")
    image = page.view.preview._images[0][1]
    assert image.width() == round(page.view.preview._scale * 595.3 * image.devicePixelRatio()) or (
        abs(image.width() - page.view.preview._scale * 595.3) < 3
    )
    assert image.pixelColor(2, 2) == Qt.GlobalColor.white


def test_the_pages_follow_what_is_typed(page: PapersPage, qtbot: QtBot, bench: Workbench) -> None:
    page.choose(("agreement", None))
    shown(qtbot, page.view.preview)
    before = page.view.preview._images[0][1]
    enterprise = page.desk.dossier.one(type(page.desk.dossier.records["enterprise"][0])).id
    page.desk.put("enterprise", enterprise, "name", "示例・改了名的企业")
    qtbot.waitUntil(
        lambda: 0 in page.view.preview._images and page.view.preview._images[0][1] != before,
        timeout=SLOW,
    )


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
    preview.show_page(1)
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
    assert state is not None and state.words == "已在屏幕签名"
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


def test_scans_are_filed_where_they_are_dropped(
    page: PapersPage, qtbot: QtBot, tmp_path: Path
) -> None:
    from app import paper_files

    *_, last = paper_files.make(page.desk.bench, page.desk.dossier_id, "agreement", None, "pdf")
    assert last.made is not None and last.made.name == "咨询诊断服务协议.pdf"
    (tmp_path / "空白.txt").write_text("x")
    with qtbot.waitSignal(page.filing.ended, timeout=SLOW):
        page.filing.start([last.made, tmp_path / "空白.txt"])
    assert "归入扫描件 1 份" in page.filing.words.text()
    assert len(page.filing.lines) == 2
    (scan,) = page.desk.dossier.all(Attachment)
    qtbot.waitUntil(
        lambda: page.list.rows["agreement", None].state.words == "已归入扫描件", timeout=SLOW
    )
    page.go_to(Target("papers", scan.id))
    assert page.list.rows["agreement", None].isChecked()


def test_a_paper_is_opened_in_the_systems_program(page: PapersPage, qtbot: QtBot) -> None:
    opened_urls: list[QUrl] = []

    def take(url: QUrl) -> bool:
        opened_urls.append(url)
        return True

    page.view._open_url = take
    page.choose(("plan", None))
    page.view.open_as("docx")
    qtbot.waitUntil(lambda: bool(opened_urls), timeout=SLOW)
    path = Path(opened_urls[0].toLocalFile())
    assert path.name == "现场调研计划.docx" and path.stat().st_size > 5000


def test_a_paper_is_printed_page_by_page(page: PapersPage, tmp_path: Path, qtbot: QtBot) -> None:
    from app import paper_files

    *_, last = paper_files.make(page.desk.bench, page.desk.dossier_id, "library", None, "pdf")
    assert last.made is not None
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setFullPage(True)
    printer.setResolution(150)
    steps = list(print_pdf(last.made, printer))
    with PdfPages(last.made) as asked, PdfPages(tmp_path / "printed.pdf") as made:
        assert made.count == asked.count == len(steps) - 1
        assert made.size(0)[0] > made.size(0)[1]  # annex 1 lies on its side


def test_the_paper_stands_beside_the_form_that_fills_it_in(
    frame: DossierWindow, qtbot: QtBot
) -> None:
    frame.show_page("agreement")
    QTest.keyClick(frame, Qt.Key.Key_F7)
    paper = frame._paper
    assert paper is not None and paper.isVisibleTo(frame)
    shown(qtbot, paper.preview)
    assert paper.sheet is not None and paper.sheet.paper.key == "agreement"
    frame.show_page("satisfaction")
    assert paper.sheet.paper.key == "satisfaction"
    frame.show_page("visits")
    assert paper.sheet.paper.key == "record"
    qtbot.waitUntil(lambda: in_front(frame), timeout=SLOW)
    QTest.keyClick(frame, Qt.Key.Key_F7)
    assert frame._paper is None
