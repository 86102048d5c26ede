"""One photo on the visits' page: why it stands where it does, what it gives, what it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.likeness import METHOD
from app.tables import LikenessRow
from forms.dossier import Photo, Site
from grading.finding import Target
from grading.photo_verdict import PhotoWord
from tests.photo_files import photo
from tests.visits_kit import DAY, GATE, Case, active, alone, clock, page_of, photos
from tests.window_kit import child, click, kept, opened, refusing
from widgets.controls import Button
from widgets.field_base import LineEdit
from widgets.photo_editor import take_as_site
from widgets.theme import theme


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with opened(tmp_path / "data") as bench:
        yield Case(bench)


def test_tiles_are_filtered_by_verdict_and_say_why(qtbot: QtBot, case: Case) -> None:
    good, far = case.photo("09:32", "宣贯培训"), case.photo("13:44", "人员访谈", north=1900)
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    scene = page.album.scene
    scene.segments.chosen.emit(PhotoWord.CONTRADICTORY.value)
    assert [judged.photo.id for judged in scene.photos()] == [far]
    tile = scene.grid.cursor_at.accessibleName()
    assert "矛盾" in tile and "1.9 公里" in tile
    page.go_to(Target("visits", good))
    assert page.album.enlarged and page.album.current() == page.desk.dossier.find(Photo, good)
    page.album.step(1)
    reason = [label.text() for label in page.album.editor.findChildren(QWidget, "")
              if hasattr(label, "text") and "围栏以外" in label.text()]  # fmt: skip
    assert reason


def test_a_photo_gives_the_site_its_position_and_it_can_be_taken_back(
    qtbot: QtBot, case: Case
) -> None:
    found = case.photo("09:05", "入场", north=80)
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.album.open(str(found))
    click(page.album.editor.take_site)
    site = kept(page.desk).dossier.one(Site)
    assert (site.latitude, site.longitude) == (f"{GATE[0] + 80 / 111_195:.6f}", "125.260000")
    assert (site.source, site.photo, site.confirmed_by) == ("照片确认", found, "王示例")
    qtbot.waitUntil(lambda: not page.album.editor.take_site.isVisible())
    click(child(page.toast, Button, "撤销"))
    site = kept(page.desk).dossier.one(Site)
    assert (site.latitude, site.source, site.photo) == ("43.88", "人工填写", None)


@pytest.mark.parametrize("writes", range(1, 7))
def test_a_photo_never_gives_its_position_without_its_name(
    qtbot: QtBot, case: Case, writes: int
) -> None:
    found = case.photo("09:05", "入场", north=80)
    page = alone(qtbot, case, clock(12, 0))
    judged = next(each for each in page.album.scene.photos() if each.photo.id == found)
    with ExitStack() as stack:
        kept_so_far = count(1)

        def fill_the_disk() -> None:
            if next(kept_so_far) == writes:
                stack.enter_context(refusing(case.bench))

        page.desk.saved.connect(fill_the_disk)
        take_as_site(page.desk, judged)
    site = kept(page.desk).dossier.one(Site)
    assert site.latitude == "43.88" or (site.source, site.photo) == ("照片确认", found)
    assert site.longitude == "125.26" or site.photo == found


def test_what_is_refused_holds_its_photo_and_its_visit(qtbot: QtBot, case: Case) -> None:
    first, second = case.photo("09:05"), case.photo("09:32")
    other = case.bench.add(case.id, "visit", date=DAY + dt.timedelta(days=1))
    made = active(qtbot, case.bench, case.id, "visits")
    page = page_of(made)
    page.album.open(str(first))
    edit = child(page.album.editor, LineEdit, "照片说明")
    with refusing(case.bench):
        edit.setFocus()
        QTest.keyClicks(edit, "gate")
        page.album.step(1)
        page.album.open(str(second))
        page.album.close_photo()
        click(child(page.album.editor, Button, "撤回照片"))
        page.choose(other)
        page.go_to(Target("visits", case.morning, "start"))
        made.show_page("team")
        editor = page.album.editor
        assert made.key == "visits" and page.stack.currentWidget() is page.album
        assert page.album.enlarged and editor.photo is not None
        assert page.album.current() == editor.photo and editor.photo.id == first
        assert edit.text() == "gate" and "没有存上" in editor.form.fields["caption"].wrong.text()
    page.choose(other)
    assert kept(page.desk).dossier.all(Photo)[0].caption == "gate"
    current = page.current()
    assert current is not None and current.visit.id == other


def test_a_withdrawn_photo_leaves_its_place_to_the_next(qtbot: QtBot, case: Case) -> None:
    first, second = case.photo("09:05"), case.photo("09:32")
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.album.open(str(first))
    click(child(page.album.editor, Button, "撤回照片"))
    assert [p.id for p in photos(page)] == [second]
    assert page.album.enlarged and page.album.current() == photos(page)[0]
    click(child(page.toast, Button, "撤销"))
    assert len(photos(page)) == 2


def test_a_photo_keeps_clear_of_its_buttons_in_a_low_window(qtbot: QtBot, case: Case) -> None:
    for name in ("李示例", "张示例", "赵示例", "孙示例", "周示例"):
        case.bench.add(case.id, "member", name=name)
    case.photo("09:05", "入场")
    made = active(qtbot, case.bench, case.id, "visits")
    page = page_of(made)
    page.album.open(str(photos(page)[0].id))
    made.resize(960, 540)
    editor = page.album.editor
    qtbot.waitUntil(lambda: editor.height() < 420)
    QApplication.processEvents()
    assert editor.picture.geometry().bottom() < editor.kinds.geometry().top()


def test_a_correction_that_is_asked_for_comes_into_view(
    qtbot: QtBot, case: Case, tmp_path: Path
) -> None:
    list(case.bench.import_photos(case.id, [photo(tmp_path / "a.jpg")], case.visit))
    page = alone(qtbot, case, clock(20, 0))
    (shot,) = photos(page)
    for field in ("stated_code", "stated_date"):
        page.album.go_to(shot, field)
        editor = page.album.editor.evidence.form.fields[field]
        qtbot.waitUntil(lambda editor=editor: editor.visibleRegion().contains(editor.rect()))  # type: ignore[misc]
        page.album.close_photo()


def test_the_same_shot_twice_in_a_visit_is_seen_side_by_side(
    qtbot: QtBot, case: Case, tmp_path: Path
) -> None:
    files = [tmp_path / "IMG_1.jpg", tmp_path / "mmexport1.jpg"]
    for path, side in zip(files, (64, 48), strict=True):
        Image.new("RGB", (side, side), "#d03020").save(path)
    list(case.bench.import_photos(case.id, files, case.visit))
    shots = case.bench.dossier(case.id).all(Photo)
    one, other = sorted(photo.sha256 for photo in shots)
    with case.bench.writing() as (session, _log, _records):
        session.add(LikenessRow(one=one, other=other, method=METHOD, alike=True))
    page = alone(qtbot, case, clock(20, 0))
    page.album.open(str(shots[0].id))
    look = child(page.album.editor, Button, "并排查看")
    assert look.accessibleDescription() == f"本次现场诊断的“{shots[1].filename}”"
    look.click()
    assert page.album.currentWidget() is page.album.compare
    assert shots[1].filename in page.album.compare.right.accessibleName()
