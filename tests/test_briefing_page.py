"""The briefing: the deck on the whole screen, the minutes, what was contested and corrected."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from exporters import briefing
from exporters.slides import paged
from forms.dossier import Briefing, BriefingAttendee, Correction, Remark, ReturnPoint
from forms.evaluation import Stage
from forms.inspection import accepted_id
from grading.finding import Target
from tests.rule_cases import good as whole
from tests.window_kit import child, click, kept, opened, window
from widgets.briefing_show import BriefingShow
from widgets.correction_dialog import CorrectionDialog
from widgets.dossier_window import DossierWindow
from widgets.field_base import LineEdit
from widgets.kind_files import KindFiles
from widgets.pages.briefing import BriefingPage
from widgets.pages.inspection import InspectionPage
from widgets.theme import DARK, LIGHT, theme

K = Qt.Key


def good() -> dict[str, Any]:
    """Without its id, so that each test has a dossier of its own; photos are not looked at."""
    return {k: v for k, v in whole().items() if k not in ("id", "photo", "training")}


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("briefing") / "data") as made:
        yield made


@pytest.fixture
def opened_window(qtbot: QtBot, bench: Workbench) -> DossierWindow:
    return window(qtbot, bench, bench.import_mapping(good()), "briefing", judged=True)


@pytest.fixture
def page(opened_window: DossierWindow) -> BriefingPage:
    made = opened_window.page()
    assert isinstance(made, BriefingPage)
    return made


@pytest.fixture
def show(qtbot: QtBot, page: BriefingPage) -> BriefingShow:
    QTest.keyClick(page, K.Key_F5)
    qtbot.waitUntil(lambda: page.show_window is not None, timeout=20_000)
    assert page.show_window is not None
    return page.show_window


def test_f5_shows_the_decks_own_pages_and_the_arrows_walk_them(
    qtbot: QtBot, page: BriefingPage, show: BriefingShow
) -> None:
    review = page.desk.bench.review(page.desk.dossier_id)
    deck = briefing.compose(review.source(bool(review.blocking_half(1))))
    titles = [each.title for slide in deck.slides for each in paged(slide)]
    assert show.isFullScreen() and len(titles) > 5
    assert [each.title for each in show.pages if each is not None] == titles

    walked = []
    for _ in titles:
        QTest.keyClick(show, K.Key_Right)
        walked.append(show.view.accessibleName())
    assert walked == titles
    QTest.keyClick(show, K.Key_PageDown)
    assert show.place == len(titles)  # there is nothing beyond the last
    QTest.keyClick(show, K.Key_Home)
    QTest.keyClick(show, K.Key_Left)
    assert show.place == 0

    QTest.keyClick(show, K.Key_Escape)
    assert _shown(page) is None
    page._play(deck)
    again = _shown(page)
    assert again is not None
    again.close()  # as Alt F4 does
    assert _shown(page) is None

    _look_at_both(show)


def _shown(page: BriefingPage) -> BriefingShow | None:
    return page.show_window


def _look_at_both(show: BriefingShow) -> None:
    """The slides are paper: the same in either look, and each says something of its own."""
    show.resize(1280, 720)
    pictures = []
    for look in (LIGHT, DARK):
        theme().use(look)
        shown = []
        for place in range(len(show.pages)):
            show.go(place)
            shown.append(show.view.grab().toImage())
        pictures.append(shown)
    theme().use(LIGHT)

    assert pictures[0] == pictures[1]
    assert all(image.pixelColor(4, 700).name() == "#ffffff" for image in pictures[0])
    pairs = pairwise(pictures[0])
    assert all(before != after for before, after in pairs)  # each shows something of its own


def test_the_meeting_is_kept_and_findings_lead_to_its_parts(page: BriefingPage) -> None:
    edit = child(page.form, LineEdit, "主持人")
    click(edit)
    QTest.keyClicks(edit, "Sun")
    QTest.keyClick(edit, K.Key_Tab)
    page.show_tab("briefingattendee")
    page.add()
    dossier = kept(page.desk).dossier
    assert dossier.one(Briefing).chair == "Sun"
    assert len(dossier.all(BriefingAttendee)) == 2

    remark = page.desk.dossier.all(Remark)[0]
    leads = (
        (remark.id, "reply", Remark),
        (None, "leader", BriefingAttendee),
        (page.desk.dossier.one(Briefing).id, "place", None),
    )
    for record, field, form in leads:
        page.go_to(Target("briefing", record, field))
        assert (page.pane.listed.kind if page.pane else None) is form


def test_a_scan_is_filed_under_its_kind_and_a_file_that_is_gone_is_named(
    qtbot: QtBot, page: BriefingPage, tmp_path: Path
) -> None:
    (files,) = page.form.findChildren(KindFiles)
    kind = files.wanted[0].kind
    before = len(files.held(kind))
    scan = tmp_path / "纪要.pdf"
    scan.write_bytes(b"%PDF-1.4 minutes")

    files.attach(kind, [scan])
    qtbot.waitUntil(lambda: len(files.held(kind)) == before + 1, timeout=10_000)
    assert files.notes[kind].accessibleName().startswith("纪要")

    files.attach(kind, [tmp_path / "没有.pdf"])
    qtbot.waitUntil(lambda: "没有.pdf" in files.trouble.text(), timeout=10_000)
    with qtbot.waitSignal(page.jump) as told:
        click(files.sees[kind])
    assert told.args[0] == Target("attachments", files.held(kind)[-1].id)


def test_a_contested_result_is_corrected_from_the_remark(page: BriefingPage) -> None:
    page.show_tab("remark")
    click(page.mend)
    (dialog,) = page.findChildren(CorrectionDialog)
    assert dialog.name == "工艺设计" and dialog.now.text() == "一级"
    dialog.answers.item(3).setCheckState(Qt.CheckState.Checked)
    assert dialog._on() == {"3"}  # one level at a time

    click(dialog.take)
    assert "更正理由" in dialog.trouble.text() and dialog.isVisible()

    dialog.reason.setPlainText("补看了知识库。")
    dialog.agreed.setText("孙")
    click(dialog.take)

    dossier = kept(page.desk).dossier
    row = dossier.all(Correction)[-1]
    assert dossier.answer(Stage.DIAGNOSIS, "工艺设计").level == 3
    assert (row.after, row.remark) == ("三级", dossier.all(Remark)[0].id)
    assert page.pane is not None and page.pane.listed.kind is Correction

    _one_or_none(page)


def _one_or_none(page: BriefingPage) -> None:
    """无 clears the other options in the dialog."""
    dialog = CorrectionDialog(page, page.desk)
    names = [dialog.subject.itemText(place) for place in range(dialog.subject.count())]
    dialog.subject.setCurrentIndex(names.index("网络安全"))
    dialog._show()
    dialog.answers.item(2).setCheckState(Qt.CheckState.Checked)
    assert len(dialog._on()) == 2
    dialog.answers.item(0).setCheckState(Qt.CheckState.Checked)
    assert dialog._on() == {"A"}
    dialog.reject()


def test_the_experts_points_lie_below_the_acceptance(
    opened_window: DossierWindow, qtbot: QtBot
) -> None:
    page = opened_window.show_page("inspection")
    assert isinstance(page, InspectionPage)
    page.show_tab("returnpoint")
    assert page.pane is not None
    assert [row.model_dump()["text"] for row in page.pane.table.records.rows] == ["补充设备台账。"]

    page.add()

    made = page.pane.table.records.rows[-1]
    assert made.parent_id == accepted_id(page.desk.dossier_id)
    qtbot.waitUntil(lambda: "RETURN-OPEN" in _rules(page), timeout=20_000)
    page.pane.form._put("state", "不予采纳")
    point = kept(page.desk).dossier.find(ReturnPoint, made.id)
    assert point is not None and point.closed_on is not None
    returned = opened_window.show_page("returned")
    assert made.id not in {row.id for row in returned.table.records.rows}  # type: ignore[attr-defined]


def _rules(page: InspectionPage) -> set[str]:
    review = page.desk.review
    return {each.rule for each in review.findings} if review else set()
