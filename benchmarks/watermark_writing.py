"""What a drawn watermark says: a moment, an address, a position, a camera's mark, and chatter.

The words are fictional and of the kinds that Chinese watermark cameras write; nothing here knows
how the program reads them.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from typing import Literal

Contradiction = Literal["", "weekday", "impossible day", "impossible clock"]

WEEKDAYS = "一二三四五六日"
_FIRST_DAY, _DAYS = date(2023, 6, 1), 900

_DISTRICTS = (
    "绿园区", "宽城区", "朝阳区", "南关区", "二道区", "双阳区", "九台区", "农安县", "德惠市",
    "榆树市", "公主岭市", "长春新区", "净月高新技术产业开发区", "汽车经济技术开发区",
)  # fmt: skip
_ROADS = (
    "示例路", "青松大街", "云杉路", "红岩南路", "安居北街", "丰收东路", "示范大街", "白桦西路",
    "合心镇示例村", "兰家镇新立公路", "长德大路", "锦绣街", "甲一路", "丙十二路",
)  # fmt: skip
_TAILS = (
    "", "", "", "院内", "3 号楼", "东门", "B 区 2 栋", "综合楼四层", "南侧 120 米",
    "与示范大街交汇", "示例产业园 5 号厂房", "1 号门卫室旁",
)  # fmt: skip
_WHO = ("长春", "吉林省", "吉林", "长春市绿园", "东北")
_WHAT = ("精密机械", "汽车零部件", "中药", "轨道装备", "食品", "模具", "电气", "塑料制品")
_LEGAL = ("有限公司", "有限责任公司", "股份有限公司", "制造厂")
_BRANDS = (
    ("今日水印", "相机真实时间"), ("马克相机", "时间地点真实可查"), ("元道经纬相机", "已验证"),
    ("水印相机", "真实时间 真实地点"), ("晨光工程相机", "现场拍照"), ("长白水印相机", "真实可信"),
)  # fmt: skip
# Codes are made to be read over the phone, so cameras leave out 0, O, 1, I and the like.
_CODE_LETTERS = "ACDEFHJKLMNPRTVWXY34679"


@dataclass(frozen=True, slots=True)
class Writing:
    """All a watermark may say; which of it is shown, and where, is the layout's."""

    day: date | None
    clock: time | None
    seconds: bool
    weekday: int | None
    contradiction: Contradiction
    day_text: str
    clock_text: str
    weekday_text: str
    latitude: float | None
    longitude: float | None
    position_lines: tuple[str, ...]
    address: str
    place: str
    brand: str
    slogan: str
    code: str
    extras: tuple[tuple[str, str], ...]
    """Chatter, as label and text; the label may be empty."""


def company(dice: Random) -> str:
    """A fictional company's name."""
    name = dice.choice(("示例", "示范", "样板"))
    return dice.choice(_WHO) + name + dice.choice(_WHAT) + dice.choice(_LEGAL)


def address(dice: Random) -> str:
    """A fictional address in or near Changchun, from short to long."""
    text = dice.choice(("吉林省长春市", "长春市", "长春市", "吉林省", "中国吉林省长春市"))
    text += dice.choice(_DISTRICTS) + dice.choice(_ROADS)
    if dice.random() < 0.8:
        text += dice.choice(("{} 号", "{}号", "{}号", "{}-{}号")).format(
            dice.randint(1, 3999), dice.randint(1, 9)
        )
    return text + dice.choice(_TAILS)


def random_day(dice: Random) -> date:
    """A day of the years the pilot lasts."""
    return _FIRST_DAY + timedelta(days=dice.randrange(_DAYS))


def written_day(dice: Random, year: int, month: int, day: int) -> str:
    """A date in one of the ways cameras write it; the numbers need not be on any calendar."""
    if dice.random() < 0.05:
        return dice.choice(("{}/{}/{}", "{}.{}.{}")).format(year, month, day)
    shapes = ("{}-{:02}-{:02}", "{}/{:02}/{:02}", "{}.{:02}.{:02}", "{}年{}月{}日",
              "{}年{:02}月{:02}日")  # fmt: skip
    return dice.choice(shapes).format(year, month, day)


def draw_writing(dice: Random) -> Writing:
    """Make up a watermark. One in twenty contradicts itself, by its weekday or by the calendar."""
    contradiction: Contradiction = ""
    if dice.random() < 0.05:
        kinds: tuple[Contradiction, ...] = ("weekday", "weekday", "impossible day",
                                            "impossible clock")  # fmt: skip
        contradiction = dice.choice(kinds)
    day, day_text, weekday = _dated(dice, contradiction)
    clock, clock_text, seconds = _timed(dice, contradiction)
    weekday_text = ""
    if weekday is not None:
        name = WEEKDAYS[weekday]
        shape = dice.choice(("星期{}", "星期{}", "周{}"))
        weekday_text = shape.format("天" if name == "日" and dice.random() < 0.2 else name)
    if contradiction == "" and dice.random() < 0.03:
        clock, clock_text, seconds = None, "", False
    latitude, longitude, position_lines = _positioned(dice)
    place = company(dice) if dice.random() < 0.3 else ""
    brand, slogan = dice.choice(_BRANDS)
    length = dice.choice((8, 10, 12, 14))
    return Writing(
        day=day, clock=clock, seconds=seconds, weekday=weekday, contradiction=contradiction,
        day_text=day_text, clock_text=clock_text, weekday_text=weekday_text,
        latitude=latitude, longitude=longitude, position_lines=position_lines,
        address=address(dice) if dice.random() < 0.9 else "", place=place,
        brand=brand, slogan=slogan,
        code="".join(dice.choice(_CODE_LETTERS) for _ in range(length)),
        extras=_extras(dice),
    )  # fmt: skip


def _dated(dice: Random, contradiction: Contradiction) -> tuple[date | None, str, int | None]:
    """The day, how it is written, and the weekday that stands beside it (None: none does)."""
    day = random_day(dice)
    if contradiction == "impossible day":
        month, number = dice.choice(((2, 30), (2, 31), (6, 31), (9, 31), (11, 31), (13, 5)))
        return None, written_day(dice, day.year, month, number), None
    text = written_day(dice, day.year, day.month, day.day)
    if contradiction == "weekday":
        return day, text, (day.weekday() + dice.randint(1, 6)) % 7
    return day, text, day.weekday() if dice.random() < 0.6 else None


def _timed(dice: Random, contradiction: Contradiction) -> tuple[time | None, str, bool]:
    """The clock, how it is written, and whether with seconds."""
    seconds = dice.random() < 0.45
    clock = time(dice.choice((*range(7, 19), 8, 9, 10, 13, 14, 15, 20)), dice.randrange(60),
                 dice.randrange(60) if seconds else 0)  # fmt: skip
    if contradiction == "impossible clock":
        hour, minute = dice.choice(((25, 14), (27, 30), (9, 75), (14, 83)))
        return None, f"{hour:02}:{minute:02}", False
    tail = f":{clock.minute:02}" + (f":{clock.second:02}" if seconds else "")
    if dice.random() < 0.12:
        half = "上午" if clock.hour < 12 else "下午"
        hour = clock.hour if clock.hour <= 12 else clock.hour - 12
        text = half + dice.choice(("", " ")) + (f"{hour:02}" if dice.random() < 0.5 else f"{hour}")
        return clock, text + tail, seconds
    text = f"{clock.hour:02}{tail}"
    return clock, text.replace(":", "：") if dice.random() < 0.04 else text, seconds


def _positioned(dice: Random) -> tuple[float | None, float | None, tuple[str, ...]]:
    """Latitude and longitude as far as their digits are written, and the line or lines of them."""
    if dice.random() < 0.35:
        return None, None, ()
    latitude, longitude = dice.uniform(43.2, 44.9), dice.uniform(124.4, 126.6)
    if dice.random() < 0.15:
        latitude, longitude = dice.uniform(20.1, 48.0), dice.uniform(98.0, 131.0)
    if dice.random() < 0.25:
        places = dice.choice((0, 1, 2))
        (latitude, north), (longitude, east) = (
            _sexagesimal(dice, degrees, places) for degrees in (latitude, longitude)
        )
        return latitude, longitude, _angles(dice, north, east)
    places = dice.choice((4, 5, 6, 6))
    latitude, longitude = round(latitude, places), round(longitude, places)
    north, east = f"{latitude:.{places}f}", f"{longitude:.{places}f}"
    if dice.random() < 0.4:
        return latitude, longitude, _angles(dice, north + "°", east + "°")
    return latitude, longitude, _labelled(dice, north, east)


def _sexagesimal(dice: Random, degrees: float, places: int) -> tuple[float, str]:
    """Degrees, minutes and seconds as written, and the value of exactly what is written."""
    whole, minute = int(degrees), int(degrees % 1 * 60)
    second = dice.randrange(60 * 10**places) / 10**places
    width = places + 3 if places else 2
    text = f"{whole}°{minute:02}′{second:0{width}.{places}f}″"
    return whole + minute / 60 + second / 3600, text


def _angles(dice: Random, north: str, east: str) -> tuple[str, ...]:
    """Two angles that carry their degree signs."""
    shape = dice.choice(("{}N {}E", "{}N,{}E", "北纬{} 东经{}", "N{} E{}", "N {}, E {}"))
    if dice.random() < 0.2:
        return ("东经：" + east, "北纬：" + north)
    if dice.random() < 0.2:
        return (f"东经{east} 北纬{north}",)
    return (shape.format(north, east),)


def _labelled(dice: Random, north: str, east: str) -> tuple[str, ...]:
    """Two bare numbers under labels; a pair in either order, which its size tells."""
    colon = dice.choice(("：", "：", ":", " "))
    kind = dice.randrange(5)
    if kind == 0:
        return (f"经度{colon}{east}", f"纬度{colon}{north}")
    if kind == 1:
        return (f"经度{colon}{east}  纬度{colon}{north}",)
    if kind == 2:
        return (f"纬度{colon}{north} 经度{colon}{east}",)
    pair = f"{north}, {east}" if kind == 3 else f"{east},{north}"
    return (dice.choice(("经纬度：", "经纬度：", "坐标：")) + pair,)


def _extras(dice: Random) -> tuple[tuple[str, str], ...]:
    """Lines that state none of what is asked for, some of which look as though they did."""
    pool = (
        ("天气", f"{dice.choice(('晴', '多云', '阴', '小雨'))} {dice.randint(-20, 33)}℃"),
        ("天气", f"晴 {dice.randint(1, 30)}℃ 东南风 {dice.randint(1, 5)} 级"),
        ("海拔", f"{dice.uniform(160, 320):.1f}米"),
        ("备注", dice.choice(("现场诊断", "入户调研第 2 次", "设备巡检", "与负责人访谈"))),
        ("备注", company(dice) + "现场诊断"),
        ("拍摄人", dice.choice(("张工", "李工", "王老师", "示例诊断团队"))),
        ("项目名称", "中小企业数字化改造诊断"),
        ("方位角", f"东南{dice.randint(100, 170)}°"),
        ("湿度", f"{dice.randint(20, 90)}%"),
        ("编号", f"{dice.randint(2023, 2025)}{dice.randint(1, 12):02}{dice.randint(100, 9999):05}"),
        ("联系电话", f"0431-{dice.randint(8000, 8999)} {dice.randint(1000, 9999)}"),
        ("", dice.choice(("厂区大门", "一车间", "会议室", "质检中心"))),
    )
    rare = (
        ("备注", f"计划完成 {random_day(dice):%Y-%m-%d}"),
        ("备注", f"例会 {dice.randint(8, 16)}:{dice.choice(('00', '30'))}"),
    )
    found = dice.sample(pool, dice.choice((0, 0, 1, 1, 2, 3)))
    if dice.random() < 0.04:
        found.append(dice.choice(rare))
    return tuple(found)
