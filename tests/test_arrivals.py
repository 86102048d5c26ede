"""Bundles in the real window: dropped, looked at, decided by keys, taken in and taken back."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.clashes import clashes
from app.closing import Closing
from app.merging import Taken
from app.progress import Progress
from app.signers import Standing
from app.workbench import Workbench
from forms.dossier import Enterprise, Equipment, Photo
from forms.evaluation import Stage
from tests.arrivals_kit import (
    SLOW,
    Laptop,
    arrival,
    bundle,
    give,
    laptops,
    ours,
    over,
    say,
    shared_dossier,
    window_over,
)
from tests.photo_files import photo
from tests.window_kit import drop, in_front, kept, press
from widgets.clash_words import Ground, Mark, differing
from widgets.main_window import MainWindow
from widgets.pages.merge import CLASHES, TAKINGS, MergePage
from widgets.theme import theme
from widgets.trail_table import TrailTable

CONTROL = Qt.KeyboardModifier.ControlModifier
SECRET = "ABCD-EFGH-2345"
Key = Qt.Key
Taking = Generator[Progress, None, Taken]


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    with laptops(tmp_path) as open_:
        yield open_


@pytest.fixture
def window(qtbot: QtBot, data_folder: Path) -> Iterator[MainWindow]:
    with window_over(qtbot, data_folder) as (made, crashes):
        yield made
    assert crashes == []


def tips(table: TrailTable) -> str:
    """What stands under the mouse over any cell."""
    model, role = table.trail, Qt.ItemDataRole.ToolTipRole
    cells = ((row, 6) for row in range(model.rowCount()))
    return "\n".join(str(model.data(model.index(*cell), role)) for cell in cells)


def test_a_new_dossier_is_dropped_on_the_list_looked_at_and_taken_in(
    qtbot: QtBot, window: MainWindow, laptop: Laptop, tmp_path: Path
) -> None:
    theirs = laptop("李样本")
    dossier = theirs.create("示例・乙厂", district="绿园区", address="<img src='file:///x'>")
    list(theirs.import_photos(dossier, [photo(tmp_path / "a.jpg")]))
    path = bundle(theirs, dossier, tmp_path / "out")
    assert window.home is not None
    drop(window.home, path)
    page = arrival(qtbot, window)
    assert ours(window).summaries() == [], "nothing is taken in before somebody says so"
    assert page.told.checked.standing is Standing.UNKNOWN
    assert page.told.checked.fingerprint in page.signer.words.text()
    qtbot.waitUntil(lambda: bool(page.edits.trail.entries), timeout=SLOW)
    assert "&lt;img" in tips(page.edits), "what comes from outside is no HTML"
    assert "绿园区" in {entry.after for entry in page.edits.trail.entries}
    assert page.take.text() == f"收入 {page.told.edits} 条改动、1 张照片"
    assert page.take.hasFocus()
    page.signer.button.click()
    press(Key.Key_Return)
    over(qtbot, window)
    (row,) = ours(window).summaries()
    assert row.name == "示例・乙厂"
    assert path.name in window.home.told.text()
    window.home.told.act.click()
    assert window.dossier is not None and window.dossier.desk.dossier_id == dossier
    # The same again changes nothing, and is said without asking; its signer is known now.
    drop(window.dossier, path)
    shown = window.dossier.came
    qtbot.waitUntil(lambda: "本机均已有" in shown.text(), timeout=SLOW)


@pytest.fixture
def shared(window: MainWindow, laptop: Laptop, tmp_path: Path) -> tuple[UUID, Workbench]:
    """A dossier that both have, with what a colleague wrote in it since."""
    theirs = laptop("李样本")
    return shared_dossier(ours(window), theirs, tmp_path / "out"), theirs


def field_of(window: MainWindow, name: str) -> QLineEdit:
    assert window.dossier is not None
    fields = window.dossier.page().findChildren(QLineEdit)
    return next(each for each in fields if each.accessibleName().startswith(name))


def test_a_field_that_is_being_typed_is_kept_and_decided_by_keys(
    qtbot: QtBot, window: MainWindow, shared: tuple[UUID, Workbench], tmp_path: Path
) -> None:
    dossier, theirs = shared
    path = bundle(theirs, dossier, tmp_path / "back")
    window.open_dossier(dossier, "enterprise")
    assert window.dossier is not None
    field = field_of(window, "企业联系人")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Zhang")
    drop(field, path)
    page = arrival(qtbot, window)
    assert field.text() == "Zhang", "the file's address is not typed into the field"
    assert page.head.accessibleName() == "收取文件包"
    by_label = {clash.label: clash for clash in page.clashes}
    assert set(by_label) == {"企业联系人", "数量", "场景等级"}
    said = [side.words for side in by_label["企业联系人"].sides]
    assert said == ["Zhang", "赵样本"]
    assert by_label["数量"].sides[0].device == "本机"
    assert [side.words for side in by_label["数量"].sides] == ["46 台", "44 台"]
    assert by_label["数量"].base is not None and by_label["数量"].base.words == "3 台"
    page.desk.go_to(by_label["企业联系人"].where)
    assert page.desk.list.hasFocus()
    press(Key.Key_B)
    assert (
        page.desk.list.currentItem()
        .data(Qt.ItemDataRole.AccessibleTextRole)
        .startswith("企业基本情况　企业联系人，两者都留")
    )
    press(Key.Key_Right)
    QTest.keyClick(page.desk.list, Key.Key_Z, CONTROL)  # back to both
    QTest.keyClick(page.desk.list, Key.Key_Z, CONTROL)  # back to nothing
    assert page.choices == {}
    press(Key.Key_Left)
    page.desk.go_to(by_label["数量"].where)
    press(Key.Key_B)
    assert len(page.choices) == 1, "a number cannot be both"
    press(Key.Key_Right)
    assert page.state.text() == "未定 1 处，可先收入"
    page.take.click()
    over(qtbot, window)
    win = window.dossier
    assert win.key == "merge", "a conflict was left"
    after = kept(win.desk).dossier
    assert after.one(Enterprise).contact == "Zhang" and after.one(Enterprise).address
    assert [each.quantity for each in after.all(Equipment)] == [44]
    win.show_page("enterprise")
    assert field_of(window, "企业联系人").text() == "Zhang"
    assert field_of(window, "注册地址").text() == "示例路 1 号"


def test_what_was_left_is_decided_later_undone_and_the_whole_taken_back(
    qtbot: QtBot, window: MainWindow, shared: tuple[UUID, Workbench], tmp_path: Path
) -> None:
    dossier, theirs = shared
    say(ours(window), dossier, "contact", "张示例")
    give(ours(window), bundle(theirs, dossier, tmp_path / "back"))
    window.open_dossier(dossier, "team")
    win = window.dossier
    assert win is not None
    qtbot.waitUntil(lambda: win.desk.review is not None, timeout=SLOW)
    assert win.desk.review is not None
    (told,) = [f for f in win.desk.review.findings if f.rule == "CONFLICT" and "等级" in f.message]
    assert told.target is not None
    win.mend(told.target)
    page = win.page()
    assert isinstance(page, MergePage) and page.clashes.list.hasFocus()
    clash = page.clashes.current()
    assert clash is not None and clash.path == "level"
    ground = Ground(win.desk.dossier, win.desk.pack.instrument)
    outcomes = [ground.outcome(clash, side) for side in clash.sides]
    assert outcomes == ["达三级 1 个场景，企业等级待定", "达三级 0 个场景，企业等级待定"]
    scene = win.desk.pack.instrument.scene("生产管控")
    assert [ground.criterion(clash, side) for side in clash.sides] == [*scene.criteria[2:0:-1]]
    contact = next(n for n, each in enumerate(page.clashes.clashes) if each.path == "contact")
    page.clashes.list.setCurrentRow(contact)
    people = {side.person for side in page.clashes.clashes[contact].sides}
    press(Key.Key_Right)
    words = page.clashes.list.currentItem().data(Qt.ItemDataRole.AccessibleTextRole)
    assert "取右" in words and len(clashes(win.desk.bench, dossier)) == 2
    QTest.keyClick(page.clashes.list, Key.Key_Z, CONTROL)
    again = next(each for each in clashes(win.desk.bench, dossier) if each.path == "contact")
    assert {side.person for side in again.sides} == people == {"周示例", "李样本"}
    assert again.base is not None and again.base.words == "王示例"
    assert page.choices == {}
    page.show_tab(TAKINGS)
    page.back.click()
    qtbot.waitUntil(lambda: "已撤回这次收取" in page.told.text(), timeout=SLOW)
    assert not page.back.isEnabled()
    after = kept(win.desk).dossier
    assert after.one(Enterprise).address == "" and not clashes(win.desk.bench, dossier)
    page.show_tab(CLASHES)
    assert page._views.currentIndex() == 1, "nothing is left to decide"


def test_two_dossiers_and_a_damaged_file_in_one_drop(
    qtbot: QtBot, window: MainWindow, laptop: Laptop, tmp_path: Path
) -> None:
    theirs = laptop("李样本")
    made = [theirs.create(name) for name in ("示例・乙厂", "示例・丙厂")]
    paths = [bundle(theirs, each, tmp_path / "out") for each in made]
    broken = tmp_path / "坏.zip"
    broken.write_bytes(paths[0].read_bytes()[:900])
    assert window.home is not None
    drop(window.home, paths[0], broken, paths[1])
    first = arrival(qtbot, window)
    assert first.arrival.name == paths[0].name
    first.leave.click()
    qtbot.waitUntil(lambda: arrival(qtbot, window) is not first, timeout=SLOW)
    second = arrival(qtbot, window)
    assert second.arrival.name == paths[1].name
    QTest.keyClick(second.take, Key.Key_Return, CONTROL)
    over(qtbot, window)
    qtbot.waitUntil(lambda: bool(window.home and window.home.notice.text()), timeout=SLOW)
    assert "“坏.zip”" in window.home.notice.text() and "没有" in window.home.notice.text()
    assert [row.name for row in ours(window).summaries()] == ["示例・丙厂"]


def test_a_passphrase_is_asked_for_until_it_fits(
    qtbot: QtBot, window: MainWindow, laptop: Laptop, tmp_path: Path
) -> None:
    theirs = laptop("李样本")
    path = bundle(theirs, theirs.create("示例・乙厂"), tmp_path / "out", Closing(SECRET))
    assert window.home is not None
    window.home.bring_in([path])
    found = window.arrivals
    assert found is not None
    qtbot.waitUntil(lambda: found.asking is not None, timeout=SLOW)
    asked = found.asking
    assert asked is not None
    asked.secret.fields[0].setText("not this one")
    asked.go_on.click()
    qtbot.waitUntil(lambda: found.asking not in (None, asked), timeout=SLOW)
    again = found.asking
    assert again is not None
    again.secret.fields[0].setText(SECRET)
    again.go_on.click()
    page = arrival(qtbot, window)
    assert page.told.enterprise == "示例・乙厂"
    page.refuse()
    over(qtbot, window)
    assert ours(window).summaries() == [] and list(ours(window).store.vault.paths()) == []


def test_a_photo_of_the_bundle_is_shown_beside_the_level_that_it_proves(
    qtbot: QtBot, window: MainWindow, shared: tuple[UUID, Workbench], tmp_path: Path
) -> None:
    dossier, theirs = shared
    list(theirs.import_photos(dossier, [photo(tmp_path / "a.jpg")]))
    (shot,) = theirs.dossier(dossier).all(Photo)
    theirs.answer(dossier, Stage.DIAGNOSIS, "生产管控", f"photos.{shot.id}", True)
    theirs.seal(dossier)
    assert window.home is not None
    window.home.bring_in([bundle(theirs, dossier, tmp_path / "back")])
    page = arrival(qtbot, window)
    clash = next(each for each in page.clashes if each.path == "level")
    mine, came = clash.sides
    assert (mine.photos, came.photos) == ((), (shot.id,))
    page.desk.go_to(clash.where)
    (picture,) = page.desk.blocks[0].cards[1].pictures
    qtbot.waitUntil(lambda: not picture.image.isNull(), timeout=SLOW)
    assert page.arrival.photo(shot.sha256)[:2] == b"\xff\xd8"
    page.refuse()


def test_of_three_sides_one_is_taken_by_its_number(
    qtbot: QtBot, window: MainWindow, laptop: Laptop, tmp_path: Path
) -> None:
    bench = ours(window)
    dossier = bench.create("示例・甲厂")
    others = [laptop(person) for person in ("李样本", "王试例")]
    start = bundle(bench, dossier, tmp_path / "start")
    for number, each in enumerate(others):
        give(each, start)
        say(each, dossier, "contact", f"{number} 号")
    say(bench, dossier, "contact", "本人")
    for each in others:
        give(bench, bundle(each, dossier, tmp_path / each.person))
    assert window.home is not None
    window.home.list.look("conflicts")
    window.open_dossier(dossier)  # from the list of those with conflicts, at these
    win = window.dossier
    assert win is not None
    page = win.page()
    assert isinstance(page, MergePage)
    (block,) = page.clashes.blocks
    assert [card.take.text() for card in block.cards] == ["取第 1 个", "取第 2 个", "取第 3 个"]
    qtbot.waitUntil(lambda: 0 < block.cards[0].y() < block.cards[1].y() < block.cards[2].y())
    wanted = block.cards[1].value.text()
    qtbot.waitUntil(lambda: in_front(window), timeout=SLOW)
    block.cards[0].take.setFocus()
    press(Key.Key_Left)  # of three there is no left
    assert len(clashes(bench, dossier)) == 1
    press(Key.Key_2)
    assert kept(win.desk).dossier.one(Enterprise).contact == wanted
    words = page.clashes.list.currentItem().data(Qt.ItemDataRole.AccessibleTextRole)
    assert "取第 2 个" in words


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("甲乙丙丁", "甲乙丙丁", ([], [])),
        ("甲乙丙丁", "甲乙戊丁", ([(2, 3)], [(2, 3)])),
        ("领料为纸质单。", "领料", ([(2, 7)], [])),
        ("共同甲甲系统乙乙结尾", "共同丙丙系统丁丁结尾", ([(2, 8)], [(2, 8)])),
        (
            "共同甲甲生产管理系统乙乙",
            "共同丙生产管理系统丁",
            ([(2, 4), (10, 12)], [(2, 3), (9, 10)]),
        ),
        ("𠮷甲", "𠮷乙", ([(1, 2)], [(1, 2)])),
        ("", "乙", ([], [(0, 1)])),
    ],
)
def test_the_parts_that_differ(one: str, other: str, apart: tuple[list[Mark], list[Mark]]) -> None:
    assert differing(one, other) == apart


def test_very_long_texts_are_told_apart_at_once() -> None:
    one, other = "甲" + "一二三四五" * 1000 + "乙", "丙" + "五四三二一" * 1000 + "丁"
    assert differing(one, other) == ([(0, len(one))], [(0, len(other))])
