"""判定依据 under real keys, clicks and drops: the note, the photos and the attachments."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from forms.dossier import Attachment, Photo
from forms.evaluation import Stage, answer_id
from grading.finding import Target
from tests.walk_kit import KEY, bench, desk, item_panel, letters, press, stored, walk
from tests.window_kit import drop, refusing
from widgets.desk import Desk
from widgets.pages.walk import WalkPage
from widgets.pages.walk_basis import PhotoIntake
from widgets.pages.walk_evidence import Cross, FileCard


def test_n_goes_to_the_note_unless_it_is_an_option(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="数据采集")
    press("n")
    assert letters(desk, "数据采集") == "N"
    press(KEY.Key_N, held=Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is page.panel.basis.note
    page.open("信息系统")
    press("n")
    note = page.panel.basis.note
    assert QApplication.focusWidget() is note
    press("abc 1")
    assert letters(desk, "信息系统") == ""
    assert note.toPlainText() == "abc 1"


def test_a_note_is_saved_while_typing_and_when_focus_leaves(
    qtbot: QtBot, desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="生产管控")
    page.panel.basis.focus_note()
    press("a")
    qtbot.waitUntil(
        lambda: desk.dossier.answer(Stage.DIAGNOSIS, "生产管控").note == "a", timeout=600
    )
    press("b")
    desk.refresh()
    assert page.panel.basis.note.toPlainText() == "ab"
    page._body.setFocus()
    assert stored(desk, Stage.DIAGNOSIS, "生产管控").note == "ab"
    press("2")
    assert stored(desk, Stage.DIAGNOSIS, "生产管控").level == 2


def test_moving_on_saves_what_was_being_typed(desk: Desk, walk: Callable[..., WalkPage]) -> None:
    page = walk(subject="生产管控")
    page.panel.basis.focus_note()
    press("q")
    page.open("质量管理")
    assert stored(desk, Stage.DIAGNOSIS, "生产管控").note == "q"
    assert page.panel.basis.note.toPlainText() == ""


def test_nothing_of_one_note_comes_into_the_next(desk: Desk, walk: Callable[..., WalkPage]) -> None:
    """The field is the same for all of them."""
    page = walk(subject="生产管控")
    page.panel.basis.focus_note()
    press("q")
    QApplication.sendEvent(page.panel.basis.note, QInputMethodEvent("zhi", []))
    for subject, key in (("质量管理", "w"), ("设备管理", "x")):
        page.open(subject)
        note = page.panel.basis.note
        assert not note.hasFocus() and not note.textCursor().block().layout().preeditAreaText()
        page.panel.basis.focus_note()
        press(KEY.Key_Z, held=Qt.KeyboardModifier.ControlModifier)
        assert note.toPlainText() == ""
        press(key)
    page.open("生产管控")
    notes = [stored(desk, Stage.DIAGNOSIS, s).note for s in ("生产管控", "质量管理", "设备管理")]
    assert notes == ["q", "w", "x"] and page.panel.basis.note.toPlainText() == "q"


def test_what_is_wrong_with_photos_is_said_at_their_own_item(
    qtbot: QtBot, desk: Desk, walk: Callable[..., WalkPage], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    page = walk(subject="生产管控")
    basis = page.panel.basis
    drop(page.panel.basis.note, broken)
    qtbot.waitUntil(lambda: "broken.jpg" in basis._trouble.text(), timeout=20_000)
    drop(page.panel.basis.note, broken)
    page.open("质量管理")
    assert basis._trouble.text() == "" and desk.findChildren(PhotoIntake)
    qtbot.waitUntil(lambda: not desk.findChildren(PhotoIntake), timeout=20_000)
    assert basis._trouble.text() == ""


def test_what_is_refused_holds_the_walk_where_it_is(
    qtbot: QtBot, desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="决策支持")
    basis, away = page.panel.basis, list[object]()
    page.jump.connect(away.append)
    with refusing(desk.bench):
        basis.focus_note()
        press("q")
        page._body.setFocus()
        press(KEY.Key_Left, KEY.Key_Right)
        page.open("质量管理")
        page.switch(Stage.RETROFIT)
        page.switch(Stage.SELF)
        page.go_to(Target("walk", answer_id(desk.dossier_id, Stage.DIAGNOSIS, "质量管理")))
        assert (page.subject, page.stage, away) == ("决策支持", Stage.DIAGNOSIS, [])
        assert page.panel.basis is basis and basis.note.toPlainText() == "q"
        assert "没有存上" in basis._trouble.text() and not page.flush()
        assert page.panel.head.stages.current() == Stage.DIAGNOSIS.value
    page.switch(Stage.RETROFIT)
    assert away == [Target("regrade", answer_id(desk.dossier_id, Stage.RETROFIT, "决策支持"))]
    assert stored(desk, Stage.DIAGNOSIS, "决策支持").note == "q"


def test_a_refused_figure_holds_its_item(desk: Desk, walk: Callable[..., WalkPage]) -> None:
    page = walk(subject="设备数字化")
    card = item_panel(page).card
    assert card is not None
    field = card.fields["equipment_total"]
    with refusing(desk.bench):
        press(KEY.Key_Tab, "46")
        page.step(1)
        assert page.subject == "设备数字化" and field.text() == "46"
    page.step(1)
    assert page.subject != "设备数字化"
    assert stored(desk, Stage.DIAGNOSIS, "设备数字化").figures == {"equipment_total": "46"}


def test_the_input_method_is_off_except_in_notes(walk: Callable[..., WalkPage]) -> None:
    page = walk(subject="设备数字化")
    enabled = Qt.WidgetAttribute.WA_InputMethodEnabled
    card = item_panel(page).card
    assert card is not None
    quiet: list[QWidget] = [page, page._body, *card.fields.values()]
    assert not any(widget.testAttribute(enabled) for widget in quiet)
    assert page.panel.basis.note.testAttribute(enabled)
    assert page.panel.reason.field.testAttribute(enabled)


def test_photos_and_attachments_are_tied_by_a_click(
    qtbot: QtBot, desk: Desk, walk: Callable[..., WalkPage], tmp_path: Path
) -> None:
    photo = desk.add("photo", filename="a.jpg", caption="工单看板")
    plan = tmp_path / "设备台账.xlsx"
    plan.write_bytes(b"PK")
    paper = desk.attach(plan, "其他材料")
    page = walk(subject="生产管控")
    basis = page.panel.basis
    press("p")
    assert basis.picker.isVisible()
    spot = basis.picker.grid.spot(str(photo))
    assert spot is not None
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(basis.picker.grid, left, plain, spot.center())
    assert stored(desk, Stage.DIAGNOSIS, "生产管控").photos == {str(photo): True}
    basis.pick("attachments")
    card = basis.picker.findChildren(FileCard)[0]
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert stored(desk, Stage.DIAGNOSIS, "生产管控").attachments == {str(paper): True}
    assert basis._count.text() == "备注 0 ・ 照片 1 ・ 附件 1"
    kept = basis.files.findChildren(FileCard)[0]
    qtbot.waitUntil(lambda: kept.height() >= 50)
    QTest.mouseClick(basis.files.findChildren(Cross)[0], left)
    spot = basis.photos.spot(str(photo))
    assert spot is not None
    QTest.mouseClick(basis.photos, left, plain, spot.topRight() + QPoint(-14, 14))
    answer = stored(desk, Stage.DIAGNOSIS, "生产管控")
    assert (answer.photos, answer.attachments) == ({}, {})
    assert len(desk.dossier.all(Photo)) == 1


def test_dropped_files_are_taken_in_and_tied(
    qtbot: QtBot, desk: Desk, walk: Callable[..., WalkPage], tmp_path: Path
) -> None:
    picture, paper = tmp_path / "看板.jpg", tmp_path / "台账.pdf"
    exif = Image.Exif()
    exif[306] = f"{datetime(2025, 6, 17, 10, 21):%Y:%m:%d %H:%M:%S}"
    Image.new("RGB", (64, 48), "grey").save(picture, exif=exif)
    paper.write_bytes(b"%PDF-1.4")
    page = walk(subject="生产管控")
    drop(page.panel.basis.note, picture, paper)
    page.open("质量管理")  # whoever goes on meanwhile still finds the photo where it was dropped
    qtbot.waitUntil(
        lambda: bool(desk.dossier.answer(Stage.DIAGNOSIS, "生产管控").photos), timeout=20_000
    )
    answer = stored(desk, Stage.DIAGNOSIS, "生产管控")
    assert list(answer.photos) == [str(p.id) for p in desk.dossier.all(Photo)]
    assert list(answer.attachments) == [str(a.id) for a in desk.dossier.all(Attachment)]
    page.open("生产管控")
    assert page.panel.basis.photos.spot(next(iter(answer.photos))) is not None


def test_a_dropped_photo_is_tied_and_no_other_that_came_meanwhile(
    qtbot: QtBot, desk: Desk, walk: Callable[..., WalkPage], tmp_path: Path
) -> None:
    known, fresh = tmp_path / "known.jpg", tmp_path / "fresh.jpg"
    Image.new("RGB", (64, 48), "grey").save(known)
    Image.new("RGB", (64, 48), "white").save(fresh)
    (there,) = desk.bench.import_photos(desk.dossier_id, [known])
    desk.refresh()
    page = walk(subject="生产管控")
    drop(page.panel.basis.note, known, fresh)
    desk.bench.add(desk.dossier_id, "photo", filename="another.jpg")  # another import's
    qtbot.waitUntil(
        lambda: len(desk.dossier.answer(Stage.DIAGNOSIS, "生产管控").photos) == 2, timeout=20_000
    )
    tied = set(stored(desk, Stage.DIAGNOSIS, "生产管控").photos)
    names = {photo.filename for photo in desk.dossier.all(Photo) if str(photo.id) in tied}
    assert names == {"known.jpg", "fresh.jpg"} and str(there.record) in tied
    assert len(desk.dossier.all(Photo)) == 3
