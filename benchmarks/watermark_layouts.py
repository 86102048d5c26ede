"""The arrangements of watermark cameras: cards, bars, lists, stamps, and what each shows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import TypeAlias

from PIL import Image, ImageDraw

from benchmarks.watermark_look import Box, Look, Row, Spot, set_block, width_of, write
from benchmarks.watermark_writing import Writing

Shown: TypeAlias = frozenset[str]
"""Of `Writing`'s parts, those that a layout may leave out and did show: "place", "brand", …"""


@dataclass(frozen=True, slots=True)
class _Canvas:
    picture: Image.Image
    writing: Writing
    look: Look
    dice: Random


def paint(
    picture: Image.Image, writing: Writing, look: Look, dice: Random, over_text: bool
) -> tuple[str, Shown]:
    """Burn a watermark in; the layout's name, and what was shown of brand and code.

    `over_text` puts a panel between it and a scene that is full of writing: a person, too, could
    not tell letters from the letters under them.
    """
    name = dice.choice([name for name in _LAYOUTS if not over_text or name not in _BARE])
    if over_text:
        colour, opacity = look.box or ("#0d1014", 0)
        look = replace(look, box=(colour, max(opacity, 150)))
    if name == "card" and not writing.clock_text:
        name = "listed"
    canvas = _Canvas(picture, writing, look, dice)
    area = _LAYOUTS[name](canvas)
    if name == "brand":
        return name, frozenset({"brand", "code"})
    shown = _mark(canvas, area) if dice.random() < 0.35 else frozenset()
    return name, shown


def _mark(canvas: _Canvas, area: Box) -> Shown:
    """The camera's name and code in another corner, where it has room."""
    coded = canvas.dice.random() < 0.8
    rows = [Row(canvas.writing.brand, 1.1), Row(canvas.writing.slogan, 0.8)]
    if coded:
        rows.append(Row("防伪 " + canvas.writing.code, 0.8))
    rows = [replace(row, scale=max(row.scale, 0.8)) for row in rows]
    plain = replace(canvas.look, box=None, ink="#ffffff", shadow="soft")
    if plain.size * 0.8 < max(canvas.picture.size) * 0.011:
        rows = [replace(row, scale=1.0) for row in rows]
    for spot in (Spot(right=True, room=0.45), Spot(right=True, top=True, room=0.45)):
        if set_block(canvas.picture, rows, plain, spot, keep_off=area):
            return frozenset({"brand", "code"} if coded else {"brand"})
    return frozenset()


def _moment(dice: Random, writing: Writing) -> str:
    """Day, weekday and clock in one line, in some order."""
    day, week, clock = writing.day_text, writing.weekday_text, writing.clock_text
    orders = ((day, clock, week), (day, week, clock), (clock, day, week), (day, clock, week),
              (week, day, clock))  # fmt: skip
    parts = [part for part in dice.choice(orders) if part]
    return dice.choice((" ", " ", "  ")).join(parts)


def _located(dice: Random, writing: Writing) -> list[str]:
    """The address and the place's name, in one line or two."""
    if writing.address and writing.place and dice.random() < 0.5:
        return [writing.address + dice.choice(("・", "·", " · ")) + writing.place]
    return [part for part in (writing.address, writing.place) if part]


def _plain_rows(canvas: _Canvas) -> list[Row]:
    """All there is to say without labels, moment first more often than not."""
    dice, writing = canvas.dice, canvas.writing
    moment = _moment(dice, writing)
    extras = [f"{label}：{text}" if label and dice.random() < 0.6 else text
              for label, text in writing.extras]  # fmt: skip
    if extras and dice.random() < 0.25:
        moment += "  " + extras.pop(0)
    pin = dice.random() < 0.2
    rows = [Row(text, wraps=True, pin=pin and not i)
            for i, text in enumerate(_located(dice, writing))]  # fmt: skip
    rows += [Row(text) for text in writing.position_lines]
    rows += [Row(text, wraps=True) for text in extras]
    if dice.random() < 0.2:
        dice.shuffle(rows)
    place = 0 if dice.random() < 0.75 else dice.randint(0, len(rows))
    return [*rows[:place], Row(moment), *rows[place:]]


def _labelled_rows(canvas: _Canvas) -> list[Row]:
    """A form's lines: 时间：, 地点：, 经纬度：, 天气：, 备注：."""
    dice, writing = canvas.dice, canvas.writing
    time_label, place_label = dice.choice(
        (("时间", "地点"), ("拍摄时间", "拍摄地点"), ("时 间", "地 点"), ("日期", "地址"),
         ("时间", "位置"))
    )  # fmt: skip
    groups: list[list[Row]] = [[Row(f"{time_label}：{_moment(dice, writing)}")]]
    if located := _located(dice, writing):
        groups.append([Row(f"{place_label}：{located[0]}", wraps=True)])
        groups += [[Row(f"单位：{name}", wraps=True)] for name in located[1:]]
    if lines := writing.position_lines:
        bare = not any(letter in lines[0] for letter in "经纬标")
        groups.append([Row("经纬度：" * bare + text) for text in lines])
    groups += [[Row(f"{label or '备注'}：{text}", wraps=True)] for label, text in writing.extras]
    if dice.random() < 0.5:
        dice.shuffle(groups)
    rows = [row for group in groups for row in group]
    if dice.random() < 0.5:
        rows.insert(0, Row(dice.choice(("工程记录", "现场拍照", "工作记录", "巡检打卡")), 1.25))
    return rows


def _card(canvas: _Canvas) -> Box:
    """Bottom left: a tag and the clock in large letters, then day, place and the rest."""
    dice, writing, picture = canvas.dice, canvas.writing, canvas.picture
    below = [Row(" ".join(part for part in (writing.day_text, writing.weekday_text) if part))]
    below += [Row(text, wraps=True, pin=dice.random() < 0.15) for text in _located(dice, writing)]
    below += [Row(text) for text in writing.position_lines]
    below += [Row(text, wraps=True) for _, text in writing.extras]
    scale = dice.uniform(1.6, 2.4)
    look = canvas.look
    area = set_block(picture, below, look, Spot(room=dice.uniform(0.5, 0.75)))
    assert area is not None, "only a block to keep off makes it fail"
    left, size = area[0] + round(look.size * 0.5), round(look.size * scale)
    top = max(4, area[1] - round(size * 1.5))
    tag = Row(dice.choice(("打卡", "考勤", "签到")), scale * 0.6)
    wide = round(size * 0.6 * 2.6)
    pen = ImageDraw.Draw(picture)
    plate = (left, top, left + wide + round(size * 0.3), top + round(size * 1.15))
    pen.rounded_rectangle(plate, size // 8, "#ffc800")
    dark = replace(look, ink="#1b1b1b", shadow="none", opacity=255, size=look.size)
    write(picture, (left + round(size * 0.25), top + round(size * 0.18)), tag, dark)
    start = plate[2] + round(size * 0.2)
    clock = Row(writing.clock_text, scale)
    if dice.random() < 0.4:
        back = (plate[2], top, start + round(width_of(clock, look) * 1.08), plate[3])
        pen.rectangle(back, "#ffffff")
        big = replace(look, ink="#17457c", shadow="none", opacity=255)
    else:
        big = replace(look, ink="#ffffff", shadow="soft", opacity=255)
    write(picture, (start, top - round(size * 0.12)), clock, big)
    pen.rectangle((area[0], area[1], area[0] + max(2, look.size // 7), area[3]), "#ffc800")
    return (area[0], top, max(area[2], start + round(width_of(clock, look))), area[3])


def _brand(canvas: _Canvas) -> Box:
    """Bottom right, flush right: what there is to say, then camera, slogan and code."""
    writing = canvas.writing
    rows = [*_plain_rows(canvas), Row(f"{writing.brand} {writing.slogan}", 1.0)]
    rows.append(Row(canvas.dice.choice(("防伪 ", "防伪码：", "防伪码 ")) + writing.code))
    return _block(canvas, rows, Spot(right=True, room=0.8))


def _top_left(canvas: _Canvas) -> Box:
    return _block(canvas, _plain_rows(canvas), Spot(top=True, room=0.7))


def _top_bar(canvas: _Canvas) -> Box:
    look = replace(canvas.look, box=canvas.look.box or ("#000000", 120))
    spot = Spot(top=True, bar=True, room=0.98, centred=canvas.dice.random() < 0.4)
    return _block(replace(canvas, look=look), _plain_rows(canvas), spot)


def _bottom_bar(canvas: _Canvas) -> Box:
    spot = Spot(bar=True, room=0.9, centred=True)
    return _block(canvas, _plain_rows(canvas), spot)


def _listed(canvas: _Canvas) -> Box:
    spot = Spot(top=canvas.dice.random() < 0.25, room=canvas.dice.uniform(0.5, 0.85))
    return _block(canvas, _labelled_rows(canvas), spot)


def _stamp(canvas: _Canvas) -> Box:
    """All in one line, which goes on below where the picture ends."""
    dice, writing = canvas.dice, canvas.writing
    clock = f" {writing.clock_text}" if writing.clock_text else ""
    parts = [f"{writing.day_text}{clock}", writing.weekday_text]
    parts += ["  ".join(_located(dice, writing)), " ".join(writing.position_lines)]
    text = dice.choice((" ", "  ")).join(part for part in parts if part)
    spot = Spot(right=dice.random() < 0.5, top=dice.random() < 0.3, room=1.0)
    look = canvas.look
    if dice.random() < 0.6:
        look = replace(look, box=None, ink=dice.choice(("#ffffff", "#ffe14d", "#ffa23a")))
    return _block(replace(canvas, look=look), [Row(text, wraps=True)], spot)


def _pale(canvas: _Canvas) -> Box:
    """Plain pale letters straight on the picture, with no more than a thin shadow."""
    dice = canvas.dice
    look = replace(
        canvas.look, box=None, shadow="thin", opacity=dice.randint(215, 255),
        ink=dice.choice(("#ffffff", "#f4f1e2", "#dfeaf5")),
    )  # fmt: skip
    spot = Spot(right=dice.random() < 0.5, top=dice.random() < 0.3, room=0.75)
    return _block(replace(canvas, look=look), _plain_rows(canvas), spot)


def _block(canvas: _Canvas, rows: list[Row], spot: Spot) -> Box:
    area = set_block(canvas.picture, rows, canvas.look, spot)
    assert area is not None, "only a block to keep off makes it fail"
    return area


_BARE = ("stamp", "pale")
_LAYOUTS: dict[str, Callable[[_Canvas], Box]] = {
    "card": _card,
    "brand": _brand,
    "top left": _top_left,
    "top bar": _top_bar,
    "bottom bar": _bottom_bar,
    "listed": _listed,
    "stamp": _stamp,
    "pale": _pale,
}
