"""What a photo's lines state as a watermark, and that scenes state nothing."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.watermark_text import parse
from forms.watermark import LINE_CEILING, Line, Watermark
from tests.watermark_lines import block, line

SUNDAY = date(2025, 6, 22)
ADDRESS = "吉林省长春市绿园区锦程大街1888号"


def states_nothing(mark: Watermark) -> bool:
    return not (mark.states_anything or mark.place or mark.weekday is not None or mark.seen_in)


# --- layouts -------------------------------------------------------------------------------------


def test_the_card_with_a_large_time() -> None:
    card = [
        line("打卡", 0.05, 0.74, tall=0.04),
        line("09:29", 0.12, 0.73, tall=0.075),
        *block(["2025.06.22 星期日", ADDRESS, "备注：诊断现场"], left=0.05),
    ]
    mark = parse(card)
    assert (mark.day, mark.clock, mark.weekday) == (SUNDAY, time(9, 29), 6)
    assert mark.address == ADDRESS
    assert mark.unsure == frozenset()
    assert [mark.lines[n].text for n in mark.seen_in["clock"]] == ["09:29"]
    assert [mark.lines[n].text for n in mark.seen_in["address"]] == [ADDRESS]


def test_lines_at_the_lower_right_with_brand_and_code() -> None:
    mark = parse(
        block(
            ["2025-06-22 09:29:17", ADDRESS, "今日水印相机 时间真实", "防伪 A1B2C3D4E5F6G7"],
            right=0.97,
        )
    )
    assert mark.taken_local == datetime(2025, 6, 22, 9, 29, 17)
    assert (mark.seconds, mark.brand, mark.code) == (True, "今日水印相机", "A1B2C3D4E5F6G7")
    assert mark.unsure == frozenset()


def test_brand_and_code_in_a_corner_of_their_own() -> None:
    lines = block(["2025-06-22 09:29", ADDRESS]) + block(
        ["马克水印相机", "防伪码：", "ZXCV1234QWER"], right=0.98
    )
    mark = parse(lines)
    assert (mark.brand, mark.code) == ("马克水印相机", "ZXCV1234QWER")
    assert mark.taken_local == datetime(2025, 6, 22, 9, 29)


@pytest.mark.parametrize(
    "texts",
    [
        ["时间：2025年6月22日 星期日 9:29", f"地点：{ADDRESS}", "经纬度：43.886841,125.324461"],
        ["经度：125.324461 纬度：43.886841", "2025-06-2209:29周日", f"地址:{ADDRESS}"],
        ["09:29 | 2025.06.22 星期日", ADDRESS, "N43.886841 E125.324461", "天气：晴 26℃"],
        ["经度：125.324461", "纬度：43.886841", "海拔：221.3米", "2025/6/22 星期日 09:29", ADDRESS],
        [f"2025-06-22 09:29 星期日 {ADDRESS}", "43.886841°N,125.324461°E"],
    ],
)
@pytest.mark.parametrize("where", [{}, {"right": 0.98}, {"centre": 0.5}, {"bottom": 0.25}])
def test_the_same_in_any_order_and_place(texts: list[str], where: dict[str, float]) -> None:
    mark = parse(block(texts, **where))
    assert mark.taken_local == datetime(2025, 6, 22, 9, 29)
    assert mark.weekday == 6
    assert mark.position == (43.886841, 125.324461)
    assert mark.address == ADDRESS
    assert mark.unsure == frozenset()


def test_a_plain_stamp_in_a_corner() -> None:
    mark = parse(block(["2025/06/22 09:29"], right=0.98))
    assert mark.taken_local == datetime(2025, 6, 22, 9, 29)
    assert mark.unsure == frozenset()


def test_lines_without_places_are_one_block() -> None:
    texts = ["2025-06-22 09:29", ADDRESS, "43.886841°N,125.324461°E"]
    mark = parse([Line(text=text, score=0.99) for text in texts])
    assert mark.taken_local == datetime(2025, 6, 22, 9, 29)
    assert (mark.address, mark.position) == (ADDRESS, (43.886841, 125.324461))


def test_a_row_in_pieces_is_read_as_one() -> None:
    pieces = [
        line("2025.06.22", 0.03, 0.9), line("星期日", 0.17, 0.9), line("上午", 0.24, 0.9),
        line("9:29", 0.285, 0.9), line(ADDRESS, 0.03, 0.94),
    ]  # fmt: skip
    mark = parse(pieces[::-1])
    assert (mark.taken_local, mark.weekday) == (datetime(2025, 6, 22, 9, 29), 6)


# --- address and place ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("吉林省长春市绿园区锦程大街18", "88号"),
        ("吉林省长春市绿园区锦程大街1888", "号"),
        ("吉林省长春市绿园区锦程大", "街1888号"),
        ("吉林省长春市绿园区西新镇", "锦程大街1888号"),
        ("吉林省长春市二道区东盛大街", "与吉林大路交叉口西50米"),
        ("长春市净月高新技术产业开", "发区机场大路470号"),
    ],
)
def test_an_address_over_two_rows(above: str, below: str) -> None:
    mark = parse(block(["2025-06-22 09:29", above, below, "海拔：221.3米"]))
    assert mark.address == above + below
    assert "address" not in mark.unsure


@pytest.mark.parametrize(
    "below", ["备注：诊断现场", "天气：晴 26℃", "今日水印相机", "N43.8868 E125.3244", "王建国"]
)
def test_what_stands_below_an_address_is_none(below: str) -> None:
    assert parse(block(["2025-06-22 09:29", ADDRESS, below])).address == ADDRESS


def test_an_address_that_seems_cut_off_is_unsure() -> None:
    for text in (
        "吉林省长春市绿园区锦程大街1888",
        "吉林省长春市绿园区锦程",
        "林省长春市绿园区锦程路",
    ):
        mark = parse(block(["2025-06-22 09:29", text]))
        assert mark.address == text
        assert mark.unsure == {"address"}


@pytest.mark.parametrize(
    ("texts", "address", "place"),
    [
        ([f"{ADDRESS}・一汽富维工业园"], ADDRESS, "一汽富维工业园"),
        ([ADDRESS, "一汽富维工业园"], ADDRESS, "一汽富维工业园"),
        (["长客装备厂", ADDRESS], ADDRESS, "长客装备厂"),
        ([f"9 {ADDRESS} >"], ADDRESS, ""),
        (["地点：一汽富维工业园"], "", "一汽富维工业园"),
        (["长春市·绿园区锦程大街"], "长春市·绿园区锦程大街", ""),
    ],
)
def test_address_and_place(texts: list[str], address: str, place: str) -> None:
    mark = parse(block(["2025-06-22 09:29", *texts]))
    assert (mark.address, mark.place) == (address, place)


# --- what is unsure, and what is impossible ------------------------------------------------------


def test_a_weekday_that_contradicts_the_date_leaves_both_to_a_person() -> None:
    for texts in (["2025-06-22 星期三 09:29"], ["09:29", "2025-06-22", "星期三"]):
        mark = parse(block([*texts, ADDRESS]))
        assert (mark.day, mark.weekday) == (SUNDAY, 2)
        assert mark.unsure == {"day", "weekday"}


def test_an_impossible_date_is_told_and_not_mended() -> None:
    mark = parse(block(["2025年2月30日 09:29", ADDRESS]))
    assert (mark.impossible, mark.day, mark.clock) == ("2025年2月30日", None, time(9, 29))
    mark = parse(block(["2025-06-22 25:10", ADDRESS]))
    assert (mark.impossible, mark.day, mark.clock) == ("25:10", SUNDAY, None)


def test_a_weak_reading_is_unsure() -> None:
    mark = parse(block(["2025-06-22 09:29", ADDRESS], score=0.4))
    assert mark.unsure == {"day", "clock", "address"}
    mark = parse(block(["2025-06-22 09:29", ADDRESS], score=0.7))
    assert mark.unsure == {"address", "clock"}
    mark = parse(block(["2025-06-22 09:29", ADDRESS], score=0.91))
    assert mark.unsure == {"address"}
    assert parse(block(["2025-06-22 09:29", ADDRESS], score=0.95)).unsure == set()


def test_mended_characters_are_unsure_unless_the_weekday_confirms() -> None:
    assert "day" in parse(block(["2O25-06-22 09:29", ADDRESS])).unsure
    mark = parse(block(["2O25-06-22 09:29", "星期日", ADDRESS]))
    assert mark.day == SUNDAY
    assert mark.unsure == frozenset()


def test_coordinates_that_lost_digits_are_unsure() -> None:
    for text in ("N43.886841 E125.32", "N43.886841 E25.324461", "43041'50\"N 125°19'28\"E"):
        mark = parse(block(["2025-06-22 09:29", text]))
        assert mark.position is not None
        assert mark.unsure == {"position"}, text


def test_a_dash_that_may_be_a_stroke_leaves_the_position_to_a_person() -> None:
    mark = parse(block(["2025-06-22 09:29", "经度：125.324461 纬度：-43.886841"]))
    assert mark.position == (43.886841, 125.324461)
    assert "position" in mark.unsure


def test_no_position_is_none() -> None:
    assert parse(block(["2025-06-22 09:29", "N0.0 E0.0"])).position is None
    assert parse(block(["2025-06-22 09:29", "经度：125.324461"])).position is None


def test_two_watermarks_with_different_times_leave_it_to_a_person() -> None:
    mark = parse(
        block(["2025-06-22 09:29", ADDRESS]) + block(["2025-06-23 10:30", ADDRESS], bottom=0.2)
    )
    assert {"day", "clock"} <= mark.unsure


def test_a_time_to_the_minute_gives_way_to_the_same_to_the_second() -> None:
    mark = parse(block(["09:29", "2025-06-22 09:29:17", ADDRESS]))
    assert (mark.clock, mark.seconds, mark.unsure) == (time(9, 29, 17), True, frozenset())


# --- writing that gets into one another ----------------------------------------------------------

BLUE, DARK, WHITE = (26, 69, 122), (30, 28, 25), (250, 250, 250)


def inked(lines: list[Line], ink: tuple[int, int, int] | None) -> list[Line]:
    return [one.model_copy(update={"ink": ink}) for one in lines]


@pytest.mark.parametrize(
    ("written", "sure"),
    [("09:29", True), ("0929", False), ("09:290", False), ("09:29电话0431", False)],
)
def test_a_time_on_a_plate_has_a_colour_of_its_own(written: str, sure: bool) -> None:
    card = [
        *inked([line("打卡", 0.05, 0.74, tall=0.04)], DARK),
        *inked([line(written, 0.12, 0.73, tall=0.075)], BLUE),
        *inked(block(["2025.06.22 星期日", ADDRESS, "备注：诊断现场"], left=0.05), WHITE),
    ]
    mark = parse(card)
    assert (mark.day, mark.clock) == (SUNDAY, time(9, 29))
    assert ("clock" in mark.unsure) is not sure


def test_a_notice_in_another_colour_is_not_read_along() -> None:
    """The row that joins both has no colour that could be told."""
    notice = block(
        ["联系人：综合办公室", "地址：长春市九台区示范大街2121号"], left=0.3, bottom=0.85
    )
    mark = parse(
        inked(notice, DARK)
        + inked(block(["日期：09:29 2025年6月22日 星期日"], bottom=0.89), None)
        + inked(block([f"地址：{ADDRESS}"], bottom=0.93), WHITE)
    )
    assert (mark.day, mark.address) == (SUNDAY, ADDRESS)


def test_a_watermark_that_touches_the_scene_is_read_by_itself() -> None:
    lines = block(["招聘", "电话：0431-85001234", "报名截止 2025年9月24日"], left=0.1, bottom=0.9)
    mark = parse(lines + block(["2025-06-22 09:29 星期日", ADDRESS], left=0.02, bottom=0.98))
    assert (mark.taken_local, mark.address) == (datetime(2025, 6, 22, 9, 29), ADDRESS)


def test_a_screens_small_clock_under_a_watermark_is_unsure() -> None:
    lines = block(["2025-06-22 星期日", ADDRESS, "经度:125.324461 纬度:43.886841"], left=0.03)
    mark = parse([*lines, line("16:09", 0.05, lines[1].box[3] + 0.002, tall=0.015)])
    assert mark.day == SUNDAY and "day" not in mark.unsure
    assert mark.clock is None or "clock" in mark.unsure


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("2025-06-22 09:29 经度125.324461 纬度", "43.886841"),
        ("2025-06-22 09:29 星期日 坐标：", "43.886841,125.324461"),
        (f"2025-06-22 09:29 {ADDRESS} 东经：", "125.324461°北纬43.886841°"),
    ],
)
def test_a_number_is_read_with_its_name_on_the_row_above(above: str, below: str) -> None:
    mark = parse(block([above, below], right=0.98))
    assert mark.position == (43.886841, 125.324461)
    assert mark.address in ("", ADDRESS)


@pytest.mark.parametrize(
    "after", ["联系电话：0431-85001234", "备注:入户调研第2次", "编号：20250701672"]
)
def test_a_remark_behind_the_time_does_not_hide_it(after: str) -> None:
    mark = parse(block([f"2025-06-22 09:29{after}", ADDRESS]))
    assert mark.taken_local == datetime(2025, 6, 22, 9, 29)


def test_a_remarks_time_is_not_the_photos() -> None:
    mark = parse(block(["2025-06-22 下午12:51177.3米", ADDRESS, "备注：例会10:00"]))
    assert mark.clock == time(12, 51)
    assert parse(block(["2025-06-22", ADDRESS, "备注：例会10:00"])).clock is None


def test_writing_over_writing_is_unsure() -> None:
    """Of strokes that cross, some may be taken for the watermark's."""
    lines = block(["2025-06-22 09:29 星期日", ADDRESS])
    left, top, right, bottom = lines[1].box
    under = Line(text="PO55568", score=0.9, box=(left + 0.1, top + 0.01, right, bottom + 0.01))
    assert "address" in parse([*lines, under]).unsure


@pytest.mark.parametrize("below", ["175.1米", "29%", "20240906863"])
def test_a_figure_below_an_address_is_no_part_of_it(below: str) -> None:
    mark = parse(block(["2025-06-22 09:29", "长春市绿园区锦程大街18号南侧120", below]))
    assert mark.address == "长春市绿园区锦程大街18号南侧120"


# --- scenes --------------------------------------------------------------------------------------

SCENES = {
    "panel": ["设备运行状态", "14:05:09", "温度 36.5℃", "转速 1500 r/min", "报警 0"],
    "panel with date": ["2025-06-22 14:05:09", "温度 36.5℃", "压力 0.6MPa", "自动运行"],
    "board": ["生产看板", "计划 1200 完成 986", "2025-06-22 14:05:00", "合格率 98.6%"],
    "notice": ["通知", "兹定于2025年6月23日（星期一）14:00", "在二楼会议室召开安全生产会议"],
    "meeting": ["会议通知", "时间：2025年6月23日 14:00", "地点：二楼会议室", "请准时参加"],
    "shop": ["营业时间 8:30-17:30", "电话：0431-85001234", f"地址：{ADDRESS}"],
    "sign": ["长春市绿园区示例精密机械有限公司", "成立于1998年"],
    "plate": ["吉A·8K23F"],
    "whiteboard": ["会议 14:00", "1. 数字化诊断启动", "2. 现场调研"],
    "erp": ["单号 WO20250622001", "开工 2025-06-22 08:00", "完工 2025-06-23 17:30", "操作员 张三"],
    "report": ["质量检验报告", "编号：QC-2025-0618", "检验日期：2025.06.18"],
    "hours": ["作息时间表", "上班 08:00", "午休 11:30-12:30", "下班 17:00"],
    "camera": ["3D工业相机", "型号 MV-CA050", "SN:2025062209291"],
    "slogan": ["安全生产 2025年", "安全运行 368 天"],
    "clock": ["14:05"],
    "date": ["2025年6月22日"],
    "date and day": ["2025年6月22日", "星期日"],
    "road sign": ["吉林省长春市二道区", "东盛大街", "消防重点单位"],
    "label": ["生产日期 2025-06-22 09:29", "有效期至 2026-06-21"],
    "table": ["2025-06-20 08:00", "2025-06-21 08:10", "2025-06-22 09:29"],
}
PLACES = {
    "corner": {"left": 0.02, "bottom": 0.98},
    "edge": {"left": 0.02, "bottom": 0.6},
    "middle": {"left": 0.35, "bottom": 0.6},
    "top": {"left": 0.7, "bottom": 0.3},
}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("place", PLACES)
def test_writing_of_the_scene_is_no_watermark(scene: str, place: str) -> None:
    assert states_nothing(parse(block(SCENES[scene], **PLACES[place])))


@pytest.mark.parametrize("scene", SCENES)
def test_a_watermark_is_read_beside_writing_of_the_scene(scene: str) -> None:
    lines = block(SCENES[scene], left=0.4, bottom=0.5)
    lines += block(["2025-06-24 09:31", "星期二", "吉林省长春市南关区人民大街5号"])
    mark = parse(lines)
    assert (mark.taken_local, mark.weekday) == (datetime(2025, 6, 24, 9, 31), 1)
    assert mark.address == "吉林省长春市南关区人民大街5号"
    assert mark.unsure == frozenset()


def test_a_stamp_in_the_middle_of_a_scene_is_no_watermark() -> None:
    assert states_nothing(parse(block(["2025-06-22 09:29:17"], left=0.4, bottom=0.5)))


# --- any lines -----------------------------------------------------------------------------------

UNIT = st.floats(0, 1)
LINES = st.lists(
    st.builds(
        Line,
        text=st.one_of(
            st.text(max_size=40),
            st.sampled_from([text for texts in SCENES.values() for text in texts]),
            st.sampled_from(["2025-06-22 09:29", ADDRESS, "N43.88 E125.32", "防伪码", "·", "0"]),
        ),
        score=UNIT,
        box=st.tuples(UNIT, UNIT, UNIT, UNIT),
    ),
    max_size=20,
)


@given(LINES)
def test_any_lines_are_answered(lines: list[Line]) -> None:
    mark = parse(lines)
    assert mark.lines == tuple(lines)
    assert mark.unsure <= mark.seen_in.keys()
    for numbers in mark.seen_in.values():
        assert numbers and all(number < len(lines) for number in numbers)
    assert (mark.day is not None) == ("day" in mark.seen_in)
    assert (mark.position is not None) == ("position" in mark.seen_in)


def test_more_lines_than_anybody_needs_are_cut() -> None:
    lines = block(["2025-06-22 09:29", ADDRESS]) + [line("x" * 200, 0.5, 0.5)] * 500
    mark = parse(lines)
    assert len(mark.lines) == LINE_CEILING
    assert mark.day == SUNDAY
