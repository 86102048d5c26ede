"""The window's components under real clicks and keys: signals, reach by keyboard, nothing cut."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from grading.finding import Finding, Severity, Target
from tests.window_kit import press_in_window
from widgets.bars import KeyBar, KeyHint, PageFooter, PageHeader, TopBar
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.findings_panel import FindingCard, FindingsPanel
from widgets.focus import FocusRing
from widgets.frame import Frame
from widgets.ladder import Ladder, Rung
from widgets.nav import NavEntry, NavGroup, NavPanel, StepState
from widgets.surfaces import TOAST_MS
from widgets.text import text_width
from widgets.theme import LIGHT, theme
from widgets.walk_strip import Cell, CellRow, WalkState, WalkStrip

LONG = "示例・长春净月高新技术产业开发区轨道交通高端装备智能制造（集团）有限责任公司第二分公司"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def _themed(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().use(LIGHT)
    yield
    theme().use(LIGHT)


def shown(qtbot: QtBot, widget: QWidget, width: int = 0, height: int = 0) -> None:
    qtbot.addWidget(widget)
    if width:
        widget.resize(width, height or widget.sizeHint().height())
    with qtbot.waitExposed(widget):
        widget.show()
    widget.activateWindow()


def child(parent: QWidget | None, x: int, y: int) -> QWidget:
    found = parent.childAt(x, y) if parent is not None else None
    assert found is not None
    return found


def tall(ladder: Ladder, width: int) -> int:
    layout = ladder.layout()
    assert layout is not None
    return layout.totalHeightForWidth(width)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_button_is_pressed_by_click_enter_and_space(qtbot: QtBot, kind: Kind) -> None:
    button = Button("收入 214 条改动", kind)
    shown(qtbot, button)
    with qtbot.waitSignal(button.clicked):
        QTest.mouseClick(button, LEFT)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        with qtbot.waitSignal(button.clicked):
            QTest.keyClick(button, key)


def test_a_button_leaves_arrows_and_letters_to_the_page(qtbot: QtBot) -> None:
    class Page(QWidget):
        def keyPressEvent(self, event: QKeyEvent) -> None:
            got.append(event.key())

    got: list[int] = []
    page = Page()
    button = Button("添加照片")
    QVBoxLayout(page).addWidget(button)
    shown(qtbot, page)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_A):
        QTest.keyClick(button, key)
    assert got == [Qt.Key.Key_Left, Qt.Key.Key_A]


def test_a_segment_tells_what_was_picked(qtbot: QtBot) -> None:
    control = SegmentedControl([Segment("self", "自评"), Segment("now", "诊断", "一级")], "self")
    shown(qtbot, control)
    target = child(control, control.width() - 12, control.height() // 2)
    with qtbot.waitSignal(control.chosen) as caught:
        QTest.mouseClick(target, LEFT)
    assert caught.args == ["now"]
    assert control.current() == "now"


RUNGS = [
    Rung("0", "未达到一级要求。", "无等级"),
    Rung("1", "应用信息技术工具辅助人工进行生产工单数据的记录。", "一级"),
    Rung("2", LONG * 3, "二级", tag="自评", missing="尚缺：领料仍为纸质单。"),
]
OPTIONS = [Rung("A", "[0,10%]", points="0 分"), Rung("B", "(10%,20%]", points="1.5 分")]


def test_the_whole_row_of_a_ladder_takes_the_click(qtbot: QtBot) -> None:
    ladder = Ladder(steps=True)
    ladder.set_rungs(RUNGS, ["1"])
    shown(qtbot, ladder, 700)
    for y, key in ((10, "0"), (ladder.height() - 8, "2")):
        for x in (3, 350, 690):
            with qtbot.waitSignal(ladder.chosen) as caught:
                QTest.mouseClick(child(ladder, x, y), LEFT)
            assert caught.args == [key]
    assert ladder.chosen_key() == "1", "the page marks a choice, once it is kept"


def test_a_ladder_is_worked_by_its_chips_and_arrows(qtbot: QtBot) -> None:
    ladder = Ladder(steps=True)
    ladder.set_rungs(RUNGS)
    shown(qtbot, ladder, 700)
    with qtbot.waitSignal(ladder.chosen) as caught:
        QTest.keyClick(ladder, Qt.Key.Key_2)
    assert caught.args == ["2"]
    assert not ladder.press("9")
    first = child(ladder, 350, 10)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    second = ladder.focusWidget()
    with qtbot.waitSignal(ladder.chosen) as caught:
        QTest.keyClick(second, Qt.Key.Key_Space)
    assert caught.args == ["1"]


def test_a_multiple_choice_toggles(qtbot: QtBot) -> None:
    ladder = Ladder(multiple=True)
    ladder.set_rungs(OPTIONS, ["B"])
    shown(qtbot, ladder, 500)
    with qtbot.waitSignal(ladder.toggled) as caught:
        QTest.keyClick(ladder, Qt.Key.Key_B)
    assert caught.args == ["B", False]
    with qtbot.waitSignal(ladder.toggled) as caught:
        QTest.mouseClick(child(ladder, 200, 10), LEFT)
    assert caught.args == ["A", True]


def test_choosing_moves_nothing_and_narrow_rows_grow(qtbot: QtBot) -> None:
    ladder = Ladder(steps=True)
    ladder.set_rungs(RUNGS)
    shown(qtbot, ladder, 900)
    before = tall(ladder, 900)
    ladder.set_chosen(["2"])
    assert tall(ladder, 900) == before
    assert tall(ladder, 500) > before


def walk() -> WalkState:
    items = tuple(Cell(f"i{n}", f"采集项 {n}", n < 2) for n in range(15))
    scenes = tuple(Cell(f"s{n}", f"场景 {n}", True, Severity.WARN) for n in range(16))
    return WalkState(items, scenes, "i1", 38_175, "距二级 1.825", 40_000, 1, "至少一级", "目标二级")


def test_a_cell_of_the_strip_is_clicked_or_reached_by_key(qtbot: QtBot) -> None:
    strip = WalkStrip()
    strip.set_state(walk())
    shown(qtbot, strip, 900)
    row = strip.findChildren(CellRow)[0]
    with qtbot.waitSignal(strip.cell_activated) as caught:
        QTest.mouseClick(row, LEFT, pos=QPoint(3 * 14 + 5, 20))
    assert caught.args == ["i3"]
    QTest.keyClick(row, Qt.Key.Key_Down)
    with qtbot.waitSignal(strip.cell_activated) as caught:
        QTest.keyClick(row, Qt.Key.Key_Return)
    assert caught.args == ["i2"]
    assert row.accessibleName() == "采集项 2/15"
    button = strip.findChildren(Button)[0]
    with qtbot.waitSignal(strip.next_unanswered):
        QTest.mouseClick(button, LEFT)


def finding(severity: Severity, page: str, rule: str = "r") -> Finding:
    return Finding(rule, severity, LONG, "方案 四（三）", "请补录。", Target(page, None, "hours"))


def test_findings_are_grouped_by_nearness_and_jump(qtbot: QtBot) -> None:
    panel = FindingsPanel()
    all_ = [finding(Severity.INFO, "visit"), finding(Severity.BLOCK, "visit", "b"),
            finding(Severity.WARN, "team"), finding(Severity.WARN, "report")]  # fmt: skip
    panel.set_findings(all_, "visit", {"visit", "team"}, {"team": "诊断团队"})
    shown(qtbot, panel, 308, 900)
    groups = panel.groups()
    assert [name for name, _ in groups] == ["与本页有关", "本步其他"]
    assert [f.rule for f in groups[0][1]] == ["b", "r"], "the graver first"
    cards = panel.findChildren(FindingCard)
    with qtbot.waitSignal(panel.activated) as caught:
        QTest.mouseClick(cards[2], LEFT)
    assert caught.args == [Target("team", None, "hours")]
    QTest.mouseClick(child(panel.findChild(SegmentedControl), 70, 15), LEFT)
    assert [name for name, _ in panel.groups()][-1] == "其他步骤"
    for card in panel.findChildren(FindingCard):
        assert card.height() >= card.heightForWidth(card.width())
        assert card.accessibleName().startswith(("阻断：", "警告：", "提示："))


def steps() -> list[NavGroup]:
    pages = (NavEntry("walk", "水平评测", "27/31"), NavEntry("visit", "现场诊断", "1 次"))
    return [NavGroup("数字化咨询诊断", (
        NavEntry("s3", "签订诊断合同", number=3, state=StepState.DONE),
        NavEntry("s4", "开展现场服务", number=4, state=StepState.BLOCKED, pages=pages),
        NavEntry("s5", "诊断结果汇报", number=5, state=StepState.HALF,
                 pages=(NavEntry("results", "评测结果"),)),
    ))]  # fmt: skip


def row_named(nav: QWidget, name: str) -> QWidget:
    rows = [w for w in nav.findChildren(QWidget) if w.accessibleName().startswith(name)]
    assert len(rows) == 1, name
    return rows[0]


def test_only_the_open_step_unfolds_and_rows_say_their_state(qtbot: QtBot) -> None:
    nav = NavPanel()
    nav.set_groups(steps(), [NavEntry("files", "附件与凭据", icon="clip")])
    shown(qtbot, nav, 212, 700)
    nav.set_current("visit")
    qtbot.waitUntil(lambda: row_named(nav, "现场诊断").visibleRegion().boundingRect().height() > 20)
    assert row_named(nav, "评测结果").visibleRegion().isEmpty()
    assert "受阻" in row_named(nav, "4. 开展现场服务").accessibleName()
    with qtbot.waitSignal(nav.opened) as caught:
        QTest.mouseClick(row_named(nav, "现场诊断"), LEFT)
    assert caught.args == ["visit"]
    # A step that is left while it still unfolds folds again.
    nav.set_current("results")
    nav.set_current("visit")
    qtbot.waitUntil(lambda: row_named(nav, "现场诊断").visibleRegion().boundingRect().height() > 20)
    assert row_named(nav, "评测结果").visibleRegion().isEmpty()
    with qtbot.waitSignal(nav.opened) as caught:
        QTest.keyClick(row_named(nav, "附件与凭据"), Qt.Key.Key_Return)
    assert caught.args == ["files"]


def test_a_row_says_another_figure_without_being_made_anew(qtbot: QtBot) -> None:
    nav = NavPanel()
    nav.set_groups(steps())
    shown(qtbot, nav, 212, 700)
    nav.set_current("visit")
    row, before = row_named(nav, "现场诊断"), nav.grab().toImage()
    (group,) = steps()
    third, fourth, fifth = group.entries
    moved = tuple(replace(page, note="7 次") for page in fourth.pages)
    fourth = replace(fourth, state=StepState.DONE, pages=moved)
    nav.set_groups([NavGroup(group.title, (third, fourth, fifth))])
    assert row_named(nav, "现场诊断") is row and row.accessibleName() == "现场诊断 7 次"
    assert "已完成" in row_named(nav, "4. 开展现场服务").accessibleName()
    assert nav.grab().toImage() != before
    nav.set_groups([NavGroup(group.title, (third, fourth))])  # a row less: all are made anew
    with pytest.raises(AssertionError):
        row_named(nav, "5. 诊断结果汇报")


def test_in_a_small_window_the_steps_scroll_and_the_open_one_keeps_its_pages(qtbot: QtBot) -> None:
    nav = NavPanel()
    nav.set_groups(steps(), [NavEntry("files", "附件与凭据", icon="clip")])
    shown(qtbot, nav, 212, 200)  # as high as three steps, and no higher
    nav.set_current("visit")
    qtbot.waitUntil(lambda: row_named(nav, "现场诊断").visibleRegion().boundingRect().height() > 20)
    assert row_named(nav, "水平评测").height() > 20


@pytest.fixture
def frame(qtbot: QtBot) -> Frame:
    made = Frame()
    made.top.set_identity(LONG, ["绿园区"])
    made.nav.set_groups(steps())
    page = QWidget()
    QVBoxLayout(page).addWidget(QLineEdit())
    made.set_page(page, PageHeader("评测结果"))
    made.set_findings([finding(Severity.BLOCK, "visit")], "visit", {"visit"})
    shown(qtbot, made, 1440, 900)
    return made


def test_the_frame_gives_way_by_width(qtbot: QtBot, frame: Frame) -> None:
    button = row_named(frame, "待办问题，")
    assert frame.panel_docked()
    assert not button.isVisible()
    frame.resize(1359, 800)
    assert not frame.panel_docked()
    assert button.isVisible()
    assert not frame.findings.isVisible()
    assert not frame.nav.is_rail()
    frame.resize(1199, 800)
    assert frame.nav.is_rail()
    QTest.mouseClick(row_named(frame.nav, "展开导航"), LEFT)
    assert not frame.nav.is_rail()
    frame.resize(1440, 900)
    assert frame.findings.isVisible()


def test_a_pulled_out_panel_jumps_and_goes_away(qtbot: QtBot, frame: Frame) -> None:
    frame.resize(1280, 800)
    QTest.keyClick(frame, Qt.Key.Key_F6)
    assert frame.findings.isVisible()
    card = frame.findings.findChildren(FindingCard)[0]
    with qtbot.waitSignal(frame.finding_activated) as caught:
        QTest.keyClick(card, Qt.Key.Key_Return)
    assert caught.args == [Target("visit", None, "hours")]
    assert not frame.findings.isVisible()


def test_the_frame_passes_on_what_the_bars_are_told(qtbot: QtBot, frame: Frame) -> None:
    with qtbot.waitSignal(frame.page_requested) as caught:
        QTest.mouseClick(row_named(frame.nav, "3. 签订诊断合同"), LEFT)
    assert caught.args == ["s3"]
    with qtbot.waitSignal(frame.back):
        QTest.mouseClick(row_named(frame.top, "一企一档"), LEFT)
    with qtbot.waitSignal(frame.search):
        QTest.keyClick(frame, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)


def test_the_frame_outlives_pages_that_were_deleted(qtbot: QtBot, frame: Frame) -> None:
    first, header = QWidget(), PageHeader("现场诊断")
    frame.set_page(first, header, panel=0)
    assert not frame.panel_docked()
    for gone in (first, header):
        shiboken6.delete(gone)
    second = QWidget()
    frame.set_page(second, PageHeader("主题培训"))
    assert frame.page() is second
    assert frame.panel_docked()


def test_a_toast_stands_above_the_key_bar_and_takes_back(qtbot: QtBot, frame: Frame) -> None:
    assert TOAST_MS == 6000
    frame.toast.say("已撤回照片“入场”。")
    assert frame.toast.geometry().bottom() < frame.keys.geometry().top()
    assert frame.toast.width() >= text_width("已撤回照片“入场”。", "body")
    with qtbot.waitSignal(frame.undone):
        QTest.mouseClick(frame.toast.findChildren(Button)[0], LEFT)
    assert not frame.toast.isVisible()


def test_the_footer_names_both_ways_and_hides_what_leads_nowhere(qtbot: QtBot) -> None:
    footer = PageFooter()
    shown(qtbot, footer, 800)
    footer.set_ways("", "设备联网")
    back, forward = footer.findChildren(Button)
    assert not back.isVisible()
    with qtbot.waitSignal(footer.forward):
        QTest.mouseClick(forward, LEFT)


def test_the_ring_comes_with_the_keyboard_only(qtbot: QtBot, qapp: QApplication) -> None:
    ring = FocusRing(qapp)
    page = QWidget()
    column = QVBoxLayout(page)
    buttons = [Button("一"), Button("二")]
    for button in buttons:
        column.addWidget(button)
    shown(qtbot, page, 300, 200)
    buttons[0].setFocus()
    QTest.mousePress(buttons[0], LEFT)
    before = page.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert len(before) == 2
    press_in_window(Qt.Key.Key_Tab)
    assert buttons[1].hasFocus()
    drawn = [w for w in page.findChildren(QWidget) if w not in buttons and w.isVisible()]
    assert [w.geometry() for w in drawn] == [buttons[1].geometry().adjusted(-4, -4, 4, 4)]
    window, plain = page.windowHandle(), Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(window, LEFT, plain, buttons[0].geometry().center())
    buttons[1].setFocus()  # as a page does that a click has opened
    drawn = [w for w in page.findChildren(QWidget) if w not in buttons and w.isVisible()]
    assert buttons[1].hasFocus() and not drawn
    for button in buttons:
        button.deleteLater()
    other = QLineEdit()
    shown(qtbot, other)
    other.setFocus()
    page.close()
    ring.deleteLater()


def test_the_key_bar_says_its_keys_to_a_screen_reader(qtbot: QtBot) -> None:
    bar = KeyBar()
    shown(qtbot, bar, 500)
    bar.set_hints([KeyHint(("←", "→"), "上一项／下一项"), KeyHint(("A", "E"), "选项", True)])
    assert bar.accessibleName() == "←、→ 上一项／下一项；A、E 选项"
    top = TopBar()
    qtbot.addWidget(top)
    top.set_identity(LONG)
    assert top.minimumSizeHint().width() < 700, "a long name must not widen the window"
