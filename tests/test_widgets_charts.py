"""The painted widgets: what a click hits, what collides, what the figures say."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from grading.finding import Severity
from grading.photo_verdict import PhotoWord
from grading.results import RadarAxis, Rung, RungGroup
from grading.site_plan import SitePoint
from grading.visit_day import Mark, Session, VisitDay
from widgets.bracket_bar import Bracket, BracketBar, ComputedFigure
from widgets.dossier_model import DossierRow
from widgets.dossier_table import DossierTable
from widgets.level_table import Condition, LevelRow, LevelTable
from widgets.radar import Radar
from widgets.scene_bars import SceneBars
from widgets.site_map import SiteMap
from widgets.stat_strip import Stat, StatStrip
from widgets.step_bars import StepBars, StepCount
from widgets.text import text_width
from widgets.theme import LIGHT, theme
from widgets.timeline import VisitTimeline
from widgets.word_meter import WordMeter

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def _themed(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().use(LIGHT)
    yield


def shown(qtbot: QtBot, widget: QWidget, width: int, height: int) -> QImage:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget.grab().toImage()


def day(marks: tuple[Mark, ...]) -> VisitDay:
    rows = ("入场离场", "办公场所", "生产现场")
    sums = (135, 180, "2 小时 15 分 / 3 小时")
    return VisitDay(rows, (Session(545, 680, "上午"),), marks, *sums, 690, 735, "还需 45 分")


def test_colliding_marks_stand_side_by_side_and_take_the_click(qtbot: QtBot) -> None:
    marks = (
        Mark("one", 2, 621, PhotoWord.CONSISTENT),
        Mark("two", 2, 622, PhotoWord.WATERMARK),
        Mark("gone", 0, 680, missing="缺上午离场"),
        Mark("untimed", 2, None, PhotoWord.UNSUPPORTED),
    )
    chart = VisitTimeline()
    chart.set_day(day(marks))
    shown(qtbot, chart, 840, chart.sizeHint().height())
    spots = {mark.key: chart.spot_of(mark.key) for mark in marks}
    one, two = spots["one"], spots["two"]
    assert one is not None
    assert two is not None
    assert two.x() - one.x() >= 16
    for key, spot in spots.items():
        assert spot is not None
        with qtbot.waitSignal(chart.mark_activated) as caught:
            QTest.mouseClick(chart, LEFT, pos=spot)
        assert caught.args == [key]
    assert "缺上午离场" in chart.accessibleName()


def test_the_timeline_is_walked_by_keys(qtbot: QtBot) -> None:
    chart = VisitTimeline()
    chart.set_day(day((Mark("in", 0, 545, PhotoWord.CONSISTENT), Mark("talk", 1, 600))))
    shown(qtbot, chart, 840, 230)
    for _ in range(2):
        QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.accessibleDescription() == "办公场所 10:00 无凭据"
    with qtbot.waitSignal(chart.mark_activated) as caught:
        QTest.keyClick(chart, Qt.Key.Key_Return)
    assert caught.args == ["talk"]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.none() | st.integers(0, 1439)), max_size=12),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_two_marks_of_a_row_overlap(qtbot: QtBot, places: list[tuple[int, int | None]]) -> None:
    marks = tuple(Mark(str(n), row, minute) for n, (row, minute) in enumerate(places))
    chart = VisitTimeline()
    qtbot.addWidget(chart)
    chart.set_day(day(marks))
    chart.resize(840, 230)
    chart.grab()
    at = [chart.spot_of(mark.key) for mark in marks]
    assert all(
        one is not None
        and other is not None
        and max(abs(one.x() - other.x()), abs(one.y() - other.y())) >= 16
        for one, other in combinations(at, 2)
    )


def test_the_map_shows_and_opens_what_is_outside(qtbot: QtBot) -> None:
    chart = SiteMap()
    chart.set_points([SitePoint("near", 40, 80), SitePoint("far", 1750, 740, "人员访谈")], 500)
    image = shown(qtbot, chart, 250, 250)
    red, ratio = QColor(LIGHT.block), image.devicePixelRatio()
    hits = [QPoint(x, y) for x in range(0, 250, 2) for y in range(0, 250, 2)
            if image.pixelColor(int(x * ratio), int(y * ratio)) == red]  # fmt: skip
    # The diamond is the one place where red stands on both sides of red.
    round_it = (QPoint(2, 0), QPoint(-2, 0), QPoint(0, 2))
    middle = next(p for p in hits if {p + step for step in round_it} <= set(hits))
    with qtbot.waitSignal(chart.point_activated) as caught:
        QTest.mouseClick(chart, LEFT, pos=middle)
    assert caught.args == ["far"]
    assert chart.accessibleName() == "位置：1 张在围栏内，1 张在围栏外"


def test_the_meter_says_how_far_it_is(qtbot: QtBot) -> None:
    meter = WordMeter()
    meter.set_chapters([("一", 3204), ("二", 5318), ("三", 3512), ("四", 812)])
    shown(qtbot, meter, 280, meter.sizeHint().height())
    assert meter.accessibleName() == "12,846 字，还差 2,154 字"
    with qtbot.waitSignal(meter.chapter_activated) as caught:
        QTest.mouseClick(meter, LEFT, pos=QPoint(100, 45))
    assert caught.args == [1]
    meter.set_chapters([("一", 15_000)])
    assert meter.remark() == "已达要求，余量 0 字"
    meter.set_chapters([("一", 15_500)])
    assert meter.remark() == "已达要求"
    assert meter.minimumSizeHint().width() <= 280


def test_the_bracket_that_holds_is_blue_and_the_pointer_is_in_it(qtbot: QtBot) -> None:
    bar = BracketBar()
    bar.set_brackets([Bracket("A", 0, 40), Bracket("B", 40, 60), Bracket("C", 60, 100)])
    bar.set_value(45.65, "45.7%", "B")
    image = shown(qtbot, bar, 680, 72)
    ratio = image.devicePixelRatio()
    row = [image.pixelColor(int(x * ratio), int(40 * ratio)).name().upper() for x in range(680)]
    blue = [x for x, color in enumerate(row) if color == LIGHT.accent_bg]
    assert 24 + 0.38 * 632 < min(blue) < max(blue) < 24 + 0.62 * 632
    pointer = [x for x, color in enumerate(row) if color == LIGHT.ink]
    assert pointer
    assert abs(pointer[0] - (24 + 0.4565 * 632)) <= 2
    assert bar.accessibleName() == "45.7%，B 档"
    figure = ComputedFigure("生产设备数字化率（自动计算）")
    figure.set_figure("45.7%", "21 ÷ 46 × 100% = 45.652…%，按未舍入值定档")
    qtbot.addWidget(figure)
    assert figure.minimumSizeHint().width() >= text_width("21 ÷ 46 × 100% = 45.652…%", "meta")


def test_the_level_table_has_room_for_its_sentences_and_frames_the_level(qtbot: QtBot) -> None:
    table = LevelTable()
    asked = Condition("≥6 场景，约束性 ≥3", "13，约束性 9", True)
    second = LevelRow(2, "规范级", Condition("≥40 分", "差 1.825", False), asked)
    first = LevelRow(1, "初始级", Condition("≥20 分", "38.175", True), asked)
    table.set_rows([second, first], 1)
    assert table.minimumSizeHint().width() >= 66 + 72 + text_width(asked.asked, "dense")
    size = table.sizeHint()
    image = shown(qtbot, table, size.width(), size.height())
    ratio = image.devicePixelRatio()
    frame = QColor(LIGHT.measured)
    assert image.pixelColor(int(0.5 * ratio), int(100 * ratio)) == frame
    assert image.pixelColor(int(0.5 * ratio), int(30 * ratio)) != frame


def test_scenes_and_stats_are_taken_by_click_and_key(qtbot: QtBot) -> None:
    bars = SceneBars()
    scenes = (Rung("生产管控", True, 2, 3), Rung("质量管理"))
    bars.set_groups([RungGroup("生产执行数字化", scenes)])
    shown(qtbot, bars, 340, bars.sizeHint().height())
    rows = [w for w in bars.findChildren(QWidget) if w.accessibleName()]
    names = [row.accessibleName() for row in rows]
    assert names == ["生产管控（约束性）二级", "质量管理（指导性）未评"]
    with qtbot.waitSignal(bars.activated) as caught:
        QTest.mouseClick(rows[0], LEFT)
    assert caught.args == ["生产管控"]
    assert rows[0].accessibleDescription() == "达到三级可计入下一等级"
    strip = StatStrip()
    strip.set_stats([Stat("hours", "时长", "2 小时 50 分", "须满 3 小时", Severity.BLOCK)])
    shown(qtbot, strip, 300, 81)
    cell = next(w for w in strip.findChildren(QWidget) if "阻断" in w.accessibleName())
    with qtbot.waitSignal(strip.activated) as caught:
        QTest.keyClick(cell, Qt.Key.Key_Return)
    assert caught.args == ["hours"]
    assert strip.minimumSizeHint().width() >= text_width("2 小时 50 分", "identity")


def test_a_step_filters_and_shares_one_scale(qtbot: QtBot) -> None:
    bars = StepBars()
    steps = [StepCount(3, "签订诊断合同", 5), StepCount(4, "开展现场服务", 10)]
    bars.set_groups([("数字化咨询诊断", steps)], {4})
    image = shown(qtbot, bars, 250, bars.sizeHint().height())
    rows = [w for w in bars.findChildren(QWidget) if w.accessibleName()]
    with qtbot.waitSignal(bars.activated) as caught:
        QTest.mouseClick(rows[0], LEFT)
    assert caught.args == [3]
    ratio = image.devicePixelRatio()
    lengths = []
    for row, color in zip(rows, (LIGHT.ctl, LIGHT.accent), strict=True):
        y = int((row.y() + 12) * ratio)
        line = [image.pixelColor(x, y).name().upper() for x in range(image.width())]
        lengths.append(line[int(90 * ratio) :].count(color))
    assert abs(lengths[1] - 2 * lengths[0]) <= 4


def test_the_radar_says_its_points(qtbot: QtBot) -> None:
    radar = Radar()
    names = ("设备", "规划", "市场")
    radar.set_axes([RadarAxis(n, 4_875, 15_000, 6_000, n == "规划") for n in names])
    image = shown(qtbot, radar, 420, 380)
    assert radar.accessibleName().startswith("设备 4.875/15")
    assert radar.accessibleName().endswith("市场 4.875/15")
    colors = {image.pixelColor(x, y).name() for x in range(0, 420, 2) for y in range(0, 380, 2)}
    assert QColor(LIGHT.accent).name() in colors


def rows(count: int) -> list[DossierRow]:
    name = "示例・长春启明汽车零部件有限公司"
    return [
        DossierRow(
            str(n), name, "公主岭市", "轨道交通高端装备", 4, "开展现场服务", 1, "二级", "11 天",
            counts={Severity.BLOCK: 2},
        )
        for n in range(count)
    ]  # fmt: skip


def test_a_dossier_is_opened_and_its_name_is_never_cut_first(qtbot: QtBot) -> None:
    table = DossierTable()
    table.set_rows(rows(3), "1")
    shown(qtbot, table, 944, 400)
    assert table.current() == "1"
    with qtbot.waitSignal(table.opened) as caught:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert caught.args == ["1"]
    spot = table.visualRect(table.model().index(2, 3)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=spot)
    with qtbot.waitSignal(table.opened) as caught:
        QTest.mouseDClick(table.viewport(), LEFT, pos=spot)
    assert caught.args == ["2"]
    wide = text_width("示例・长春启明汽车零部件有限公司", "body", bold=True) + 28
    for width in (944, 880, 740):
        table.resize(width, 400)
        assert table.columnWidth(0) >= wide, width
