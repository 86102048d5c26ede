"""供需适配库 in the window: the tree, an entry, its tracking and products, drafts, tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.library import StoredProduct
from app.workbench import Workbench
from exporters.library_table import HEADS
from forms.dossier import LibraryEntry, NeedStep, Solution
from forms.evaluation import Stage
from grading.finding import Target
from grading.library import listed_id
from tests.window_kit import child, click, kept, opened, press, window
from widgets.controls import Button
from widgets.desk import Desk
from widgets.field_text import ProseEdit
from widgets.library_overview import OverviewDialog
from widgets.pages.home import HomePage
from widgets.pages.library import LibraryPage
from widgets.pages.library_tree import Leaf
from widgets.pages.report import ReportPage
from widgets.palette import Palette
from widgets.theme import DARK, LIGHT, theme

NAME = "示例·甲厂"
FIRST, SECOND = "2.1.1数字化排产与优化", "2.1.2生产现场管理"
TOP, GROUP = "2.生产过程数字化", "2.1计划调度"
K = Qt.Key


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


def library_page(qtbot: QtBot, bench: Workbench, dossier_id: UUID) -> tuple[Desk, LibraryPage]:
    win = window(qtbot, bench, dossier_id, "library")
    page = win.page()
    assert isinstance(page, LibraryPage)
    return win.desk, page


def entries(desk: Desk) -> list[LibraryEntry]:
    return kept(desk).dossier.all(LibraryEntry)


def test_a_scene_is_filled_in_tracked_and_served(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = library_page(qtbot, bench, bench.create(NAME))
    assert len(page.tree._words) == 54
    page.tree.choose(Leaf(TOP, GROUP, FIRST))
    assert page.name.text() == FIRST
    click(page.begin_entry)

    QTest.keyClicks(child(page.pane.form, ProseEdit, "行业共性需求"), "need")
    assert page.flush()
    click(page.pane.track)
    click(page.pane.track)
    click(page.pane.offer)
    (form,) = page.pane.products.forms.values()
    QTest.keyClicks(child(form, QLineEdit, "名称"), "MES")
    assert page.flush()

    (entry,) = entries(desk)
    assert (entry.id, entry.scene) == (listed_id(desk.dossier_id, FIRST), FIRST)
    assert entry.common_need == "need"
    steps = desk.dossier.all(NeedStep, entry.id)
    assert [step.state for step in steps] == ["提出", "已对接"] and all(s.date for s in steps)
    assert [each.name for each in desk.dossier.all(Solution, entry.id)] == ["MES"]

    def shown(column: int) -> str:
        item = page.tree.tree.currentItem()
        return item.text(column) if item is not None else ""

    qtbot.waitUntil(lambda: shown(2) == "1")
    assert shown(1) == "已对接"
    assert page.pane._state.text() == "当前状态：已对接"


def test_an_own_scene_stands_under_its_level(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = library_page(qtbot, bench, bench.create(NAME))
    page.tree.choose(Leaf(TOP, GROUP))
    click(page.add_scene)
    QTest.keyClicks(child(page.pane.form, QLineEdit, "三级场景"), "night")
    assert page.flush() and page.pane.form.cards[0].isVisible()
    desk.refresh()

    (entry,) = entries(desk)
    assert (entry.first, entry.group, entry.scene) == (TOP, GROUP, "night")
    leaf = page.tree.leaf()
    assert leaf == Leaf(TOP, GROUP, "night", entry.id)


def test_withdrawing_is_undone(qtbot: QtBot, bench: Workbench) -> None:
    dossier_id = bench.create(NAME)
    entry = bench.add(dossier_id, "libraryentry", scene=FIRST, own_need="甲")
    bench.add(dossier_id, "solution", entry, name="乙")
    desk, page = library_page(qtbot, bench, dossier_id)
    page.go_to(Target("library", entry))
    click(child(page.pane, Button, "撤回本项产品"))
    assert not kept(desk).dossier.all(Solution)
    page.toast.undone.emit()
    assert kept(desk).dossier.all(Solution)
    click(page.pane.remove)
    assert not entries(desk) and page.begin_entry.isVisible()
    click(page.begin_entry)
    (fresh,) = entries(desk)
    assert fresh.id != entry and fresh.own_need == ""


def test_a_product_of_another_dossier_is_taken_on(qtbot: QtBot, bench: Workbench) -> None:
    other = bench.create("示例·乙厂")
    held = bench.add(other, "libraryentry", scene=FIRST, own_need="甲")
    bench.add(other, "solution", held, name="排产系统", vendor="示例软件", price="22", kind="已有")
    mine = bench.create(NAME)
    entry = bench.add(mine, "libraryentry", scene=SECOND, own_need="乙")
    desk, page = library_page(qtbot, bench, mine)
    page.go_to(Target("library", entry, "solution"))
    assert page.pane.offer.hasFocus()
    click(page.pane.shared)
    (palette,) = page.window().findChildren(Palette)
    QTest.keyClicks(palette.field, "22")
    press(K.Key_Return)

    (product,) = kept(desk).dossier.all(Solution, entry)
    assert (product.name, product.vendor, product.price, product.kind) == (
        *("排产系统", "示例软件"),
        *("22", "已有"),
    )
    page.pane.take_product(StoredProduct("看板", "", "", "", ""))
    assert len(kept(desk).dossier.all(Solution, entry)) == 2


def test_what_the_library_says_is_put_at_the_caret_of_the_report(
    qtbot: QtBot, bench: Workbench
) -> None:
    mine = bench.create(NAME)
    bench.add(mine, "libraryentry", scene=FIRST, own_need="插单以后\n看不清影响。")
    bench.add(mine, "paragraph", section="1.profile", text="企业说：到此为止。")
    win = window(qtbot, bench, mine, "report")
    page = win.page()
    assert isinstance(page, ReportPage)
    page.go_to(Target("report", field="1.profile"))
    editor = next(p.editor for p in page.sheet.parts if p.section.key == "1.profile")
    cursor = editor.textCursor()
    cursor.setPosition(len("企业说："))
    editor.setTextCursor(cursor)
    editor.setFocus()
    QTest.keyClick(editor, K.Key_L, Qt.KeyboardModifier.ControlModifier)
    (palette,) = win.findChildren(Palette)
    palette.field.setText("企业个性需求 排产")
    press(K.Key_Return)

    (paragraph,) = editor.blocks()
    assert paragraph.text == "企业说：插单以后看不清影响。到此为止。"
    editor.undo()
    assert editor.blocks()[0].text == "企业说：到此为止。"


def test_drafts_are_shown_as_such_until_confirmed(qtbot: QtBot, bench: Workbench) -> None:
    dossier_id = bench.create(NAME)
    desk, page = library_page(qtbot, bench, dossier_id)
    click(page._draft)
    assert "没有预填" in page.trouble.text()
    bench.answer(dossier_id, Stage.DIAGNOSIS, "计划排程", "level", 0)
    click(page._draft)
    drafts = entries(desk)
    assert drafts and all(each.drafted for each in drafts)

    page.go_to(Target("library", drafts[0].id, "drafted"))
    assert page.pane._draft.isVisible()
    click(page.pane.confirm)
    assert not page.pane._draft.isVisible()
    assert [each.drafted for each in entries(desk)] == [False, *[True] * (len(drafts) - 1)]
    page._leaf = None
    page.confirm_level()
    assert not any(each.drafted for each in entries(desk))


def test_the_tree_follows_a_change_to_dark_colours(qtbot: QtBot, bench: Workbench) -> None:
    dossier_id = bench.create(NAME)
    bench.add(dossier_id, "libraryentry", scene=FIRST, common_need="插单看不清", drafted=True)
    _, page = library_page(qtbot, bench, dossier_id)

    def tinted() -> set[str]:
        rows = page.tree._items()
        return {item.foreground(1).color().name() for item in rows if item.text(1) == "待确认"}

    try:
        theme().use(DARK)
        assert tinted() == {DARK.draft.lower()}
    finally:
        theme().use(LIGHT)
    assert tinted() == {LIGHT.draft.lower()}


def test_the_tree_is_narrowed_by_words_and_views(qtbot: QtBot, bench: Workbench) -> None:
    dossier_id = bench.create(NAME)
    bench.add(dossier_id, "libraryentry", scene=FIRST, own_need="插单看不清")
    _, page = library_page(qtbot, bench, dossier_id)

    def shown() -> list[str]:
        items = page.tree._items()
        return [i.text(0) for i in items if not i.childCount() and not i.isHidden()]

    assert len(shown()) == 54
    page.tree.finder.setText("插单")
    assert shown() == [FIRST]
    page.tree.finder.setText("")
    page.tree.views.chosen.emit("在用")
    page.tree.views.set_current("缺产品")
    page.tree._narrow()
    assert shown() == [FIRST]


def test_a_table_is_previewed_and_taken_in(qtbot: QtBot, bench: Workbench, tmp_path: Path) -> None:
    desk, page = library_page(qtbot, bench, bench.create(NAME))
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(list(HEADS))
    book.active.append(["", "", FIRST, "企业个性需求：甲", "", "排产系统", "", "x", ""])
    book.active.append(["", "", SECOND, "企业个性需求：乙", "", "看板", "", 3, ""])
    book.save(tmp_path / "a.xlsx")

    page.bring_in(tmp_path / "a.xlsx")
    qtbot.waitUntil(lambda: hasattr(page, "dialog") and page.dialog.isVisible(), timeout=10_000)
    assert "有误 1 行，新增 1 行" in page.dialog.words.text()
    cell = page.dialog.table.item(0, 4)
    assert cell is not None and "H2" in cell.text()
    assert not entries(desk)
    click(page.dialog.take)
    qtbot.waitUntil(lambda: len(entries(desk)) == 1, timeout=10_000)
    assert entries(desk)[0].own_need == "乙"

    page.write(tmp_path / "out")
    qtbot.waitUntil(lambda: (tmp_path / "out.xlsx").is_file(), timeout=10_000)


def test_the_needs_of_all_dossiers_open_from_the_list(
    qtbot: QtBot, bench: Workbench, tmp_path: Path
) -> None:
    dossier_id = bench.create(NAME, industry="电子元器件制造业")
    entry = bench.add(dossier_id, "libraryentry", scene=FIRST, own_need="甲")
    bench.add(dossier_id, "needstep", entry, state="改造中")
    home = HomePage(bench.store)
    home.attach(bench)
    qtbot.addWidget(home, before_close_func=lambda _widget: home.finish())
    home.survey()
    (dialog,) = home.findChildren(OverviewDialog)
    assert dialog.counted.rowCount() == 1 and "1 家企业" in dialog.words.text()
    dialog.finder.setText("已满足")
    assert not dialog.counted.rowCount() and "筛出 0 条" in dialog.words.text()
    dialog.finder.setText("改造中 排产")
    dialog.views.set_current("逐条")
    dialog._narrow()
    assert dialog.listed.rowCount() == 1 and "筛出 1 条" in dialog.words.text()
    job = dialog.run(lambda: dialog._write_needs(tmp_path / "needs"))
    qtbot.waitUntil(lambda: (tmp_path / "needs.xlsx").is_file(), timeout=10_000)
    job.wait()
    with qtbot.waitSignal(home.opened) as told:
        dialog._open(0)
    assert told.args == [dossier_id]
