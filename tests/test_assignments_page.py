"""分工: parts are given to several at once, counted from the log, and sent as a work bundle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.assignments import hand_out, news
from app.handing_out import luggage, pack
from app.merging import arrived
from app.signers import Signers
from app.workbench import Workbench
from forms.assignment import BEGUN, DONE, PAGE, SECTION, SUBJECT, VISIT
from forms.dossier import Assignment, Photo
from forms.evaluation import Stage, answer_id
from grading.assignments import Parts
from grading.finding import Target
from tests.merging_kit import taken
from tests.photo_files import photo
from tests.window_kit import LEFT, click, opened, press, started, window
from widgets.dossier_window import DossierWindow
from widgets.pages.assignments import GIVEN, MINE, AssignmentsPage
from widgets.pages.visits import VisitsPage
from widgets.photo_editor import PhotoEditor
from widgets.photo_tile import AWAY
from widgets.theme import theme
from widgets.whose_mark import WhoseMark

ME, LI = "王示例", "李样本"  # window_kit's stores are 王示例's
K = Qt.Key


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


@pytest.fixture
def dossier(bench: Workbench) -> UUID:
    """With two of a team, and a visit."""
    made = bench.create("示例厂")
    for name in (ME, LI):
        bench.add(made, "member", name=name)
    bench.add(made, "visit", date=dt.date(2025, 6, 17))
    return made


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Workbench]:
    """李样本's laptop."""
    made = Workbench.open(tmp_path / LI)
    made.set_person(LI)
    yield made
    made.close()


def page_of(qtbot: QtBot, bench: Workbench, dossier: UUID) -> tuple[DossierWindow, AssignmentsPage]:
    win = window(qtbot, bench, dossier, "assignments", judged=True)
    page = win.page()
    assert isinstance(page, AssignmentsPage)
    return win, page


def held(bench: Workbench, dossier: UUID) -> dict[tuple[str, str], Assignment]:
    return {(row.kind, row.subject): row for row in bench.dossier(dossier).all(Assignment)}


def give(bench: Workbench, dossier: UUID, person: str, *keys: tuple[str, str]) -> None:
    parts = Parts(bench.dossier(dossier), bench.pack).by_key
    hand_out(bench, dossier, [parts[key] for key in keys], person)


def select(page: AssignmentsPage, *keys: tuple[str, str]) -> None:
    page.table.clearSelection()
    for place, row in enumerate(page.table._model.rows):
        if row.part.key in keys:
            index = page.table.model().index(place, 0)
            spot = page.table.visualRect(index).center()
            page.table.scrollTo(index)
            spot = page.table.visualRect(index).center()
            view = page.table.viewport()
            QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.ControlModifier, spot)


def test_several_parts_are_given_at_once_by_keyboard(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    _win, page = page_of(qtbot, bench, dossier)
    page.table.setFocus()
    page.table.selectRow(0)
    for _ in range(2):
        QTest.keyClick(page.table, K.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert len(page.table.selection()) == 3 and page.card.title.text() == "已选 3 项"
    QTest.keyClick(page.table, K.Key_Tab)
    assert page.card.who.hasFocus()
    page.card.who.setCurrentText(LI)
    page.card.due.setText("6月31日")
    QTest.keyClick(page.card.due, K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "不是日期" in page.card.wrong.text() and held(bench, dossier) == {}
    page.card.due.setText("2025-06-18")
    page.card.note.setText("拍工单看板")
    QTest.keyClick(page.card.note, K.Key_Return)
    found = held(bench, dossier)
    assert {row.person for row in found.values()} == {LI} and len(found) == 3
    assert {(r.due, r.note) for r in found.values()} == {(dt.date(2025, 6, 18), "拍工单看板")}
    assert page.toast.isVisible() and page.table.hasFocus()
    page.card.due.clear()  # of several, what is left empty stays
    page.card.who.setCurrentText(ME)
    click(page.card.give)
    assert {(r.person, r.due) for r in held(bench, dossier).values()} == {
        (ME, dt.date(2025, 6, 18))
    }
    page.card.who.setCurrentText(LI)
    click(page.card.give)
    page.show_view(GIVEN)
    assert [row.person for row in page.table._model.rows] == [LI] * 3
    assert all(row.overdue for row in page.table._model.rows)
    page.toast.undone.emit()
    assert all(row.person == ME for row in held(bench, dossier).values())


def test_what_was_done_is_counted_from_the_log_and_ones_own_progress_said(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    mine = (SUBJECT, "生产管控")
    give(bench, dossier, ME, mine, (SECTION, "1.profile"))
    bench.answer(dossier, Stage.DIAGNOSIS, "生产管控", "level", 2)
    win, page = page_of(qtbot, bench, dossier)
    page.show_view(MINE)

    def counted() -> dict[tuple[str, str], str]:
        return {row.part.key: row.done for row in page.table._model.rows}

    qtbot.waitUntil(lambda: counted().get(mine, "").startswith("改动 3 条"), timeout=10_000)
    assert "未填写" in counted()[SECTION, "1.profile"]
    select(page, mine)
    assert page.card.states.isVisible() and page.standing.isVisible()
    page.card.states.chosen.emit(BEGUN)
    assert held(bench, dossier)[mine].state == BEGUN
    select(page, (SECTION, "1.profile"))
    page.card.states.chosen.emit(DONE)
    (row,) = page.table.selection()
    assert row.doubtful  # called done, and nothing is written there
    win.desk.put("assignment", held(bench, dossier)[mine].id, "person", LI)
    win.desk.refresh()
    qtbot.waitUntil(lambda: len(page.table._model.rows) == 1, timeout=10_000)


def test_a_work_bundle_is_written_for_one_and_what_it_holds_is_told_before(
    qtbot: QtBot, bench: Workbench, dossier: UUID, other: Workbench, tmp_path: Path
) -> None:
    visit = bench.dossier(dossier).records["visit"][0].id
    list(bench.import_photos(dossier, [photo(tmp_path / "a.jpg")], visit))
    give(bench, dossier, LI, (PAGE, "team"))
    _win, page = page_of(qtbot, bench, dossier)
    select(page, (PAGE, "team"))
    QTest.keyClick(page.table, K.Key_E, Qt.KeyboardModifier.ControlModifier)
    parcel = page.parcel
    assert parcel.isVisible() and parcel.who.currentText() == LI
    assert ME not in [parcel.who.itemText(n) for n in range(parcel.who.count())]
    assert "其余 1 个" in parcel.told.text() and parcel.way.current() == "passphrase"
    parcel.way._pick("clear")
    parcel.set_folder(tmp_path)
    click(parcel.write)
    assert "请先勾选“已知悉”" in parcel.status.text() and not list(tmp_path.glob("*.zip"))
    parcel.way._pick("addressee")
    click(parcel.write)
    assert "请选定收件人的联系密钥" in parcel.status.text()
    # Once the colleague's key was compared, the bundle is closed for the colleague alone.
    Signers(bench.store).confirm(Signers(other.store).own(LI))
    parcel.show_people([LI])
    assert parcel.way.current() == "addressee" and parcel.key.currentText().startswith(LI)
    parcel.whole.setChecked(True)
    assert "照片和附件 1 个全部随包" in parcel.told.text()
    click(parcel.write)
    qtbot.waitUntil(lambda: "已写好" in parcel.status.text(), timeout=20_000)
    (made,) = tmp_path.glob("*.zip.age")
    with arrived(other, made) as arrival:
        assert arrival.checked.verdict.manifest["to"] == LI
        list(arrival.take())
    assert news(other, dossier) == 1 and news(bench, dossier) == 0
    shot = other.dossier(dossier).all(Photo)[0]
    assert other.picture(shot, "original")


def test_what_a_colleague_gave_is_seen_first(
    qtbot: QtBot, bench: Workbench, dossier: UUID, other: Workbench, tmp_path: Path
) -> None:
    give(bench, dossier, LI, (PAGE, "team"), (SECTION, "1.profile"))
    (made,) = [s.made for s in pack(bench, dossier, tmp_path, to=LI) if s.made]
    taken(other, made)
    other.close()
    with started(tmp_path / LI) as program:
        qtbot.waitUntil(lambda: program.window.bench is not None, timeout=10_000)
        program.window.open_dossier(dossier)
        assert program.window.dossier is not None
        page = program.window.dossier.page()
        assert isinstance(page, AssignmentsPage) and page.views.current() == MINE
        assert len(page.table._model.rows) == 2
        program.window.show()
        qtbot.waitExposed(program.window)
        program.window.go_home()
        program.window.open_dossier(dossier)
        assert program.window.dossier.key != "assignments"  # seen once


def test_a_mark_says_whose_it_is_and_keeps_nobody_out(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    give(bench, dossier, LI, (SUBJECT, "生产管控"), (SECTION, "1.profile"))
    visit = bench.dossier(dossier).records["visit"][0].id
    give(bench, dossier, ME, (VISIT, str(visit)))
    win, _page = page_of(qtbot, bench, dossier)

    def marks() -> list[str]:
        found = win.page().findChildren(WhoseMark)
        return [mark.accessibleName() for mark in found if mark.isVisible()]

    win.jump(Target("walk", answer_id(dossier, Stage.DIAGNOSIS, "生产管控")))
    assert marks() == [f"由{LI}负责"]
    press(K.Key_2)
    assert bench.dossier(dossier).answer(Stage.DIAGNOSIS, "生产管控").level == 2
    assert marks() == [f"由{LI}负责，本次改动已照常保存"]
    win.jump(Target("walk", answer_id(dossier, Stage.DIAGNOSIS, "质量管理")))
    assert marks() == []
    win.jump(Target("report", None, "1.profile"))
    assert marks() == [f"由{LI}负责"]
    win.jump(Target("visits", visit))
    assert marks() == [f"由{ME}负责"]


def test_a_photo_that_never_came_is_said_to_be_at_a_colleagues(
    qtbot: QtBot, bench: Workbench, dossier: UUID, other: Workbench, tmp_path: Path
) -> None:
    visit = bench.dossier(dossier).records["visit"][0].id
    list(bench.import_photos(dossier, [photo(tmp_path / "a.jpg")], visit))
    give(bench, dossier, LI, (PAGE, "team"))
    along = luggage(bench, bench.dossier(dossier), LI)
    (made,) = [s.made for s in pack(bench, dossier, tmp_path, files=along.files) if s.made]
    taken(other, made)
    win = window(qtbot, other, dossier, "visits", judged=True)
    page = win.page()
    assert isinstance(page, VisitsPage)
    (tile,) = page.album.scene.grid._photos
    assert tile.away == AWAY and AWAY in tile.words
    page.album.open(tile.key)
    qtbot.waitUntil(lambda: page.album.enlarged, timeout=10_000)
    editor = page.album.findChild(PhotoEditor)
    assert editor is not None and editor.picture.wanting == f"原图由“{ME}”收入，没有发到本机"
