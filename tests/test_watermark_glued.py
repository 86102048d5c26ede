"""A moment with other writing run into its row: found, with doubt if need be, and never another."""

from datetime import date, datetime, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.watermark_agree import Reading, agree
from app.watermark_text import parse
from forms.watermark import Line, Watermark
from tests.watermark_lines import block, line

SUNDAY = date(2025, 6, 22)
ADDRESS = "吉林省长春市绿园区锦程大街1888号"
POSITION = "43.886841°N,125.324461°E"
FIELDS = (
    "方位角：东南153°", "海拔：221.3米", "天气：晴 26℃", "编号：20230702193", "地点：会议室",
    "备注：现场诊断", "备注：例会10:00", "备注：计划完成 2024-03-05", "联系电话：0431-87665509",
    "拍摄人：张工", "湿度：68%", "项目名称：中小企业数字化改造诊断", "施工单位：示例公司",
    "巡检人员:李工", "现场诊断", "重量 7150 kg",
)  # fmt: skip
DAY_STYLES = (
    "{0:%Y-%m-%d}", "{0:%Y.%m.%d}", "{0:%Y/%m/%d}", "{0:%Y年%m月%d日}",
    "{0.year}年{0.month}月{0.day}日", "{0.year}/{0.month}/{0.day}",
)  # fmt: skip
CLOCK_STYLES = ("{0:%H:%M}", "{0:%H:%M:%S}", "{0:%H：%M}")
ORDERS = ("{0} {1}", "{0}{1}", "{0} {2} {1}", "{0}{2}{1}", "{2} {0} {1}", "{0} {1} {2}")


@given(
    moment=st.datetimes(datetime(2005, 1, 1), datetime(2099, 12, 31)),
    day_style=st.sampled_from(DAY_STYLES),
    clock_style=st.sampled_from(CLOCK_STYLES),
    order=st.sampled_from(ORDERS),
    before=st.sampled_from(("", "", *FIELDS)),
    behind=st.sampled_from(("", *FIELDS)),
    joint=st.sampled_from(("", " ")),
    card=st.booleans(),
)
@settings(max_examples=150)
@example(datetime(2023, 9, 27, 12, 27), "{0:%Y年%m月%d日}", "{0:%H:%M}", "{0}{1}", "",
         "方位角：东南153°", "", False)  # fmt: skip
def test_what_is_glued_to_a_moment_hides_it_from_nobody(
    moment: datetime,
    day_style: str,
    clock_style: str,
    order: str,
    before: str,
    behind: str,
    joint: str,
    card: bool,
) -> None:
    weekday = "周" + "一二三四五六日"[moment.weekday()]
    written = order.format(day_style.format(moment), clock_style.format(moment), weekday)
    text = joint.join(part for part in (before, written, behind) if part)
    mark = parse(block([text, ADDRESS, POSITION, *(["备注：例会9:00"] if card else [])]))
    clock = moment.time().replace(microsecond=0)
    clock = clock if "%S" in clock_style else clock.replace(second=0)
    if "day" not in mark.unsure:
        assert mark.day in (moment.date(), None), text
    if "clock" not in mark.unsure:
        assert mark.clock in (clock, None), text
    digits_touch = not joint and before[-1:].isdigit() and written[:1].isdigit()
    ambiguous = order == "{0}{1}" and day_style.endswith(".day}")  # 2025/6/119:29
    if not digits_touch and not ambiguous:
        assert (mark.day, mark.clock) == (moment.date(), clock), text
    assert mark.address == ADDRESS
    assert mark.position == (43.886841, 125.324461)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("2025-06-22 09:29方位角：东南153°", time(9, 29)),
        ("2025年6月22日 周09:29 编号：20230702193", time(9, 29)),
        ("拍摄时间：2025/06/22上午09:29:1732014", time(9, 29, 17)),
        ("2025.06.2209：2920250615", time(9, 29)),
        ("2025.06.22 09：2917", time(9, 29, 17)),
        ("2025/06/22409:29×17星期日", time(9, 29, 17)),
        ("2025-06-22 0929:17", time(9, 29, 17)),
        ("2024-08-07 2025-06-22 09:29", time(9, 29)),
    ],
)
def test_a_moment_that_is_damaged_where_other_writing_touches_it(text: str, clock: time) -> None:
    mark = parse(block([text, ADDRESS, POSITION]))
    assert (mark.day, mark.clock) == (SUNDAY, clock)
    if "方位角" not in text:
        assert mark.unsure & {"day", "clock"}


@pytest.mark.parametrize(
    ("text", "impossible"),
    [
        ("2024-11-3116:04:26长春市净月区丰收东路院内", "2024-11-31"),
        ("2024.05.01.25:14 长春市净月区丰收东路院内", "25:14"),
        ("2024/04/0240:44:59星期二 长春市净月区丰收东路院内", "40:44:59"),
    ],
)
def test_what_no_calendar_has_is_told_though_all_runs_together(text: str, impossible: str) -> None:
    mark = parse(block([text, POSITION]))
    assert mark.impossible == impossible
    assert mark.day is None or mark.clock is None
    assert mark.address == "长春市净月区丰收东路院内"


def test_a_date_and_an_impossible_time_in_a_corner_are_told() -> None:
    assert parse(block(["2024.05.01 25:14"])).impossible == "25:14"


def card(clock: str) -> Watermark:
    """A card with its time in large type, and a remark that names another."""
    return parse(
        [
            line("签到", 0.05, 0.70, tall=0.04),
            *([line(clock, 0.12, 0.69, tall=0.075)] if clock else []),
            *block(["2024.06.15 星期六", ADDRESS, POSITION, "例会9:00"], left=0.05),
        ]
    )


@pytest.mark.parametrize("clock", ["10:38:54", "10：3854", "10:38", "10:38:5412", ""])
def test_a_remarks_time_is_never_certain(clock: str) -> None:
    mark = card(clock)
    assert mark.day == date(2024, 6, 15) and "day" not in mark.unsure
    assert "clock" in mark.unsure
    if clock:
        assert mark.clock is not None and (mark.clock.hour, mark.clock.minute) == (10, 38)


def test_two_readings_that_say_otherwise_leave_a_time_to_a_person() -> None:
    readings = [card("")] * 3 + [card("10:38:54")] * 2
    heard = [Reading(mark, wide=number % 2 == 1) for number, mark in enumerate(readings)]
    assert "clock" in agree(heard).unsure


def test_what_stands_with_a_watermark_in_another_colour_fills_its_gaps_with_doubt() -> None:
    lines = block(["2025-06-22 09:29 星期日", ADDRESS, "东经：125.324461°", "北纬：43.886841°"])
    inks = [(250, 250, 250)] * 3 + [(40, 40, 40)]
    lines = [one.model_copy(update={"ink": ink}) for one, ink in zip(lines, inks, strict=True)]
    lines[3] = lines[3].model_copy(update={"tilt": 2.5})
    mark = parse(lines)
    assert mark.position == (43.886841, 125.324461)
    assert mark.unsure == {"position"}


# --- addresses -----------------------------------------------------------------------------------


BELOW = (
    "质检中心", "厂区大门", "一车间", "会议室", "☑阴-4℃", "现场诊断", "43°45 58\" N 125°14 53\" E",
    "长春市绿园样板装备制造厂现场诊断",
)  # fmt: skip
ADDRESSES = (ADDRESS, "长春市净月区示范大街综合楼四层", "长春市绿园区长德大路东门")


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("address", ADDRESSES)
def test_what_stands_below_an_address_is_never_surely_part_of_it(address: str, below: str) -> None:
    mark = parse(block(["2025-06-22 09:29", address, below]))
    assert mark.address == address or "address" in mark.unsure
    assert mark.address.startswith(address)
    longer = "2025-06-22 09:29 星期日 联系电话：0431-87665509 湿度：68%"
    assert parse(block([longer, address, below])).address == address


def test_an_address_that_goes_on_before_coordinates_in_one_row_is_read_to_its_end() -> None:
    row = "2025-06-22 09:29:17 周日吉林省长春市绿园区锦程大街1888号"
    mark = parse(block([row, "示例产业园5号厂房43.886841°N,125.324461°E"], right=0.98))
    assert mark.address == "吉林省长春市绿园区锦程大街1888号示例产业园5号厂房"
    assert mark.position == (43.886841, 125.324461)


@pytest.mark.parametrize(
    "text",
    [
        f"-2025-06-22 09:29 星期日 {ADDRESS}",
        f"2025-06-22干午09:29{ADDRESS}",
        f"2025-06-22 09:29 {ADDRESS}东经：125°",
        f"2025-06-22 09:29 {ADDRESS}经纬度：44.6，185.3",
        f"{ADDRESS}海拔：221.3米 2025-06-22 09:29",
        f"2025-06-22 09:29 {ADDRESS}025年5月22日",
        f"编号：20230702193{ADDRESS} 2025-06-22 09:29",
    ],
)
def test_an_address_is_freed_of_what_it_shares_a_row_with(text: str) -> None:
    assert parse(block([text, POSITION])).address == ADDRESS


@pytest.mark.parametrize("name", ["长春市绿园示例塑料制品制造厂", "吉林省样板食品有限公司"])
def test_a_companys_name_above_an_address_is_its_place(name: str) -> None:
    mark = parse(block(["2025-06-22 09:29 星期日", name, ADDRESS, POSITION], right=0.98))
    assert (mark.address, mark.place) == (ADDRESS, name)


def test_an_address_broken_within_its_number_keeps_the_dash() -> None:
    mark = parse(block(["2025-06-22 09:29 星期日", f"{ADDRESS[:-5]}704-", "6号", POSITION]))
    assert mark.address == f"{ADDRESS[:-5]}704-6号"


def test_a_notices_address_that_has_grown_into_a_watermark_is_unsure() -> None:
    """Of one colour and close by, but not set like the date."""
    notice = ["地址：长春市二道区长德大路704号", "电话：0431-87627488"]
    lines = block(notice, left=0.25, bottom=0.83)
    own = ["2023-08-08 10:13", "0431-87495344", "晨光工程相机现场拍照", "防伪码：NATPCVE9"]
    joined = line("联系人：综合办公吉林省长春市绿园区红岩南路2514-9号", 0.25, 0.80)
    joined = joined.model_copy(update={"box": (0.25, 0.80, 0.98, 0.83)})
    mark = parse([*lines, joined, *block(own, right=0.98)])
    assert mark.taken_local == datetime(2023, 8, 8, 10, 13)
    assert mark.address and "address" in mark.unsure


def test_a_scenes_row_between_the_halves_of_an_address_is_passed_over() -> None:
    lines = block(["2025-06-22 09:29 星期日", f"地点：{ADDRESS}", "1号门卫室旁", POSITION])
    left, _, right, bottom = lines[1].box
    strange = line("2025年4月10日", (left + right) / 2 - 0.1, bottom + 0.002)
    mark = parse([*lines, strange])
    assert mark.address == f"{ADDRESS}1号门卫室旁"


@pytest.mark.parametrize(
    ("north", "east"),
    [
        ("N43:886841°", "E125.324461°"),
        ("北纬：4353'12.63\"", "东经：12519'28.06\""),
        ('北纬：43°53~12.63"', '东经：125°19 28.06"'),
    ],
)
def test_degrees_with_a_lost_or_blurred_mark_are_read_with_doubt(north: str, east: str) -> None:
    mark = parse(block(["2025-06-22 09:29 星期日", ADDRESS, f"{north},{east}"]))
    assert mark.position == pytest.approx((43.886841, 125.324461), abs=2e-5)
    assert mark.unsure == {"position"}


# --- what the scene has to do with it ------------------------------------------------------------


def test_a_date_that_grew_together_with_the_scenes_is_read_with_doubt() -> None:
    """A table's last row ends where the watermark's first one stands, and took it along."""
    table = [line(f"2025-06-{day}", 0.6, 0.5 + 0.04 * (day - 10)) for day in range(10, 15)]
    dark = [one.model_copy(update={"ink": (30, 30, 30)}) for one in table]
    own = block([ADDRESS, "质检中心", "项目名称：中小企业数字化改造诊断"], centre=0.5, bottom=0.97)
    grown = line("2023.10.07 16:582025-06-15", 0.0, own[0].box[1] - 0.04)
    left = dark[-1].box[2] - grown.box[2]
    box = (left, grown.box[1], dark[-1].box[2], grown.box[3])
    white = {"ink": (240, 240, 240)}
    lines = [grown.model_copy(update={"box": box, **white})]
    lines += [one.model_copy(update=white) for one in own]
    lines += block(["长白水印相机", "真实可信", "防伪 E7XCWKXP46"], right=0.98, bottom=0.15)
    mark = parse(dark + lines)
    assert (mark.taken_local, mark.address) == (datetime(2023, 10, 7, 16, 58), ADDRESS)
    assert {"day", "clock", "address"} <= mark.unsure


@pytest.mark.parametrize(
    "texts",
    [
        ["公告", "厂区将于2025年6月23日 8:00停电", f"地址：{ADDRESS}", "电话：0431-85001234"],
        [ADDRESS, "因设备检修需要，本楼将于2025年6月23日8:00起停水两小时"],
        ["出厂日期2025年6月23日8:00", f"地址：{ADDRESS}", "备注：易碎"],
        ["单号20250622001 2025-06-22 08:00 2025-06-23 17:30", ADDRESS],
    ],
)
@pytest.mark.parametrize("where", [{}, {"right": 0.98}, {"left": 0.3, "bottom": 0.6}])
def test_a_sentence_with_date_and_time_makes_no_watermark(
    texts: list[str], where: dict[str, float]
) -> None:
    assert not parse(block(texts, **where)).states_anything


UNDER_A_CARD = (
    ("签到", (0.0266, 0.5188, 0.0867, 0.5667), (86, 49, 6), 0.0),
    ("17:11", (0.1109, 0.5156, 0.2266, 0.5667), (250, 247, 239), 0.0),
    ("地址：中国吉林省长春市公主岭市示例", (0.2367, 0.5406, 0.7602, 0.5885), (30, 30, 26), 0.0),
    ("2025年09月21日星期", (0.0133, 0.6156, 0.2297, 0.6562), (206, 205, 203), 0.41),
    ("路3242号1号门卫室旁", (0.232, 0.6208, 0.5547, 0.6687), (22, 22, 22), 0.0),
    ("中国吉林省长春市净月高新技术产业开发区示范大街1237号",
     (0.0195, 0.6635, 0.5781, 0.6948), None, 0.0),
    ("吉林省样板食品有限公电话：0431-83374918", (0.0172, 0.7042, 0.5445, 0.7469), None, 0.08),
    ('东经：125°0533.86"', (0.0195, 0.751, 0.2344, 0.7823), (203, 203, 200), 0.0),
    ("北纬：44°4112.91″联系人：综合办公室", (0.0125, 0.7823, 0.5164, 0.8333), (31, 31, 30), -0.27),
    ("现场诊断", (0.0148, 0.8396, 0.1078, 0.875), (194, 195, 193), 0.0),
    ("2025年10月17日", (0.2297, 0.8667, 0.4625, 0.9115), (22, 22, 22), 0.0),
    ("20251202233", (0.0141, 0.8865, 0.1406, 0.9177), (199, 199, 196), 0.0),
    ("会议室", (0.0164, 0.9281, 0.0867, 0.9646), (196, 196, 196), 0.0),
)  # fmt: skip


def test_a_block_with_coordinates_holds_a_watermark_whatever_else_is_in_it() -> None:
    """A notice that lies under a card, row between row, and would outweigh it by its words."""
    mark = parse(
        [
            Line(text=text, score=0.99, box=box, ink=ink, tilt=tilt)
            for text, box, ink, tilt in UNDER_A_CARD
        ]
    )
    assert (mark.day, mark.clock) == (date(2025, 9, 21), time(17, 11))
    assert mark.position == pytest.approx((44.686919, 125.092739), abs=1e-5)
    assert mark.address.startswith("中国吉林省长春市净月高新技术产业开发区示范大街1237号")
    assert {"day", "clock", "position", "address"} <= mark.unsure


def test_the_second_of_two_coordinates_may_stand_in_the_next_row() -> None:
    mark = parse(
        [
            Line(
                text="2025年11月12日12:23周三长春市榆树市锦绣街综合楼四层坐标：44.37656，",
                score=0.97,
                box=(0.0338, 0.0234, 0.9844, 0.0685),
                ink=(54, 40, 22),
            ),
            Line(
                text="126.14593", score=1.0, box=(0.842, 0.0746, 0.9844, 0.1144), ink=(51, 39, 21)
            ),
        ]
    )
    assert mark.position == (44.37656, 126.14593)
    assert mark.taken_local == datetime(2025, 11, 12, 12, 23)


def test_a_distance_in_the_next_row_belongs_to_the_address() -> None:
    ink = (220, 220, 220)
    mark = parse(
        [
            Line(
                text="2025年01月19日14:41吉林省长春市农安县丙十二路2782-3号南侧",
                score=1.0,
                box=(0.0629, 0.035, 0.9822, 0.0807),
                ink=ink,
            ),
            Line(
                text="120米吉林省示范汽车零部件股份有限公司经纬度：44.2025，",
                score=1.0,
                box=(0.1107, 0.0892, 0.9774, 0.1402),
                ink=ink,
            ),
            Line(text="124.8980", score=1.0, box=(0.8667, 0.1391, 0.9854, 0.1827), ink=ink),
        ]
    )
    assert mark.position == (44.2025, 124.898)
    assert mark.address.endswith("南侧120米") or "address" in mark.unsure
    assert not mark.place.startswith("米")
