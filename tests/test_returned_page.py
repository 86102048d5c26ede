"""退回意见 in the dossier window: a file is taken in, points are answered, evidence is attached."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.closing import Closing
from app.return_file import write
from app.workbench import Workbench
from forms.dossier import Attachment, ReturnPoint
from forms.returned import Returned, ReturnOpinion
from grading.finding import Target
from tests.receiving_kit import a_dossier
from tests.window_kit import click, kept, opened, press, window
from widgets.dossier_window import DossierWindow
from widgets.pages.returned import ReturnedPage
from widgets.theme import theme

SLOW = 15_000
PASSPHRASE = "correct-horse-battery"
K = Qt.Key


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


def sent_back(bench: Workbench, dossier: UUID, folder: Path, way: Closing | None = None) -> Path:
    """The file of an opinion of two points: of a finding that stands, and of a person's words."""
    points = (
        ReturnPoint(
            dossier_id=dossier, text="主题培训未开展。", rule="TRAINING-COUNT",
            target="trainings//", basis="方案 四（三）",
        ),
        ReturnPoint(dossier_id=dossier, text="请补写资金来源。"),
    )  # fmt: skip
    opinion = ReturnOpinion(dossier_id=dossier, number="退1号", office="示例局")
    folder.mkdir(exist_ok=True)
    returned = Returned(dossier, "示例企业", "", opinion, points)
    steps = list(write(bench, returned, folder, *([way] if way else [])))
    made = steps[-3].made
    assert made is not None
    return made


def page_of(win: DossierWindow) -> ReturnedPage:
    page = win.page()
    assert isinstance(page, ReturnedPage)
    return page


def test_a_file_is_looked_at_taken_in_and_closed_by_keyboard(
    qtbot: QtBot, bench: Workbench, tmp_path: Path
) -> None:
    dossier = bench.import_mapping(a_dossier(training=[]))
    path = sent_back(bench, dossier, tmp_path / "w")
    win = window(qtbot, bench, dossier, "returned", judged=True)
    page = page_of(win)
    assert page._empty.isVisible() and not page.table.isVisible()
    page.drop([path])
    qtbot.waitUntil(page.intake.take.isVisible, timeout=SLOW)
    assert "共 2 条" in page.intake.words.text() and "即本机" in page.intake.signed.text()
    assert kept(win.desk).dossier.all(ReturnPoint) == []
    click(page.intake.take)
    qtbot.waitUntil(lambda: len(page.table.records.rows) == 2, timeout=SLOW)
    assert "2 条待处理" in page.head._note.text() and page.table.hasFocus()
    qtbot.waitUntil(lambda: page.point.stands.accessibleName() == "档案中仍有此问题", timeout=SLOW)

    press(K.Key_Down, K.Key_Return)
    boxes = page.form.fields["state"].findChildren(QPushButton)
    assert len(boxes) == 3 and boxes[0].hasFocus()
    click(boxes[1])
    point = kept(win.desk).dossier.all(ReturnPoint)[1]
    assert (point.state, point.closed_on) == ("已整改", dt.date.today())
    assert "1 条待处理" in page.head._note.text()
    page.form.fields["reply"].focus_editor()
    field = QApplication.focusWidget()
    assert isinstance(field, QPlainTextEdit)
    QTest.keyClicks(field, "ok")
    assert page.flush()
    assert kept(win.desk).dossier.all(ReturnPoint)[1].reply == "ok"
    click(boxes[0])
    assert kept(win.desk).dossier.all(ReturnPoint)[1].closed_on is None

    page.drop([path])
    qtbot.waitUntil(page.intake.take.isVisible, timeout=SLOW)
    click(page.intake.take)
    assert "没有重复收入" in page.intake.words.text()
    assert len(kept(win.desk).dossier.all(ReturnPoint)) == 2


def test_a_dropped_file_becomes_evidence_of_the_chosen_point(
    qtbot: QtBot, bench: Workbench, tmp_path: Path
) -> None:
    dossier = bench.import_mapping(a_dossier(training=[]))
    path = sent_back(bench, dossier, tmp_path / "w")
    win = window(qtbot, bench, dossier, "returned")
    page = page_of(win)
    page.drop([path])
    qtbot.waitUntil(page.intake.take.isVisible, timeout=SLOW)
    click(page.intake.take)
    qtbot.waitUntil(lambda: len(page.table.records.rows) == 2, timeout=SLOW)
    (tmp_path / "签到表.pdf").write_bytes(b"%PDF-1.7")
    page.go_to(Target("returned", page.table.records.rows[1].id, "shown"))
    page.drop([tmp_path / "签到表.pdf"])

    def evidence() -> list[str]:
        return list(bench.dossier(dossier).all(ReturnPoint)[1].attachments)

    qtbot.waitUntil(lambda: len(evidence()) == 1, timeout=SLOW)
    held = {str(row.id): row.name for row in bench.dossier(dossier).all(Attachment)}
    assert held[evidence()[0]] == "签到表"
    jumps: list[Target] = []
    page.jump.connect(jumps.append)
    page.choose(page.table.records.rows[0].id)
    click(page.point.asked)
    assert jumps == [Target("trainings")]
    assert win.key == "trainings"


def test_what_cannot_be_taken_in_is_said_in_place(
    qtbot: QtBot, bench: Workbench, tmp_path: Path
) -> None:
    dossier, other = bench.import_mapping(a_dossier()), bench.create("另一家")
    win = window(qtbot, bench, dossier, "returned")
    page = page_of(win)

    def said(path: Path, words: str) -> None:
        page.drop([path])
        qtbot.waitUntil(lambda: words in page.intake.words.text(), timeout=SLOW)
        qtbot.waitUntil(lambda: page.intake._job is None, timeout=SLOW)
        assert not page.intake.take.isVisible()

    (tmp_path / "a.zip").write_bytes(b"no bundle")
    said(tmp_path / "a.zip", "不是可读的文件包")
    said(sent_back(bench, other, tmp_path / "w"), "另一份档案，没有收入")
    closed = sent_back(bench, dossier, tmp_path / "x", Closing(PASSPHRASE))
    shutil.copy(closed, tmp_path / "b.zip")
    said(tmp_path / "b.zip", "已用口令加密")
    assert page.intake.secret.field.hasFocus()
    QTest.keyClicks(page.intake.secret.field, PASSPHRASE)
    press(K.Key_Return)
    qtbot.waitUntil(page.intake.take.isVisible, timeout=SLOW)
