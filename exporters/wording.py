"""How documents write dates, times, lengths and figures: without spaces, nothing where unknown."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pydantic import ValidationError

from exporters.blocks import Run
from exporters.source import Source
from forms.dossier import Photo, Stay
from forms.instrument import numeral as numeral
from forms.pack import Pack
from forms.photo_facts import YEARS, PhotoFacts

_DIGITS = "零一二三四五六七八九"


def level_word(level: int) -> str:
    """无等级 or 一级 to 九级, without the level's name."""
    return f"{_DIGITS[level]}级" if 1 <= level <= 9 else "无等级"


def date_text(day: dt.date | None) -> str:
    """2025年6月17日, or nothing."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def day_to_fill(day: dt.date | None) -> str:
    """A date, or the blanks in which it is written by hand."""
    return date_text(day) or "　　年　　月　　日"


def made_at(day: dt.date | None) -> dt.datetime | None:
    """The moment that a file's properties give as its making; they hold no year before 1900."""
    return dt.datetime.combine(day, dt.time()) if day and day.year >= 1900 else None


def hundredths(exact: Decimal) -> str:
    """A computed figure to two decimals, halves up."""
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def clock(time: dt.time | None) -> str:
    """08:30; a blank to be filled in by hand where the time is not known."""
    return f"{time:%H:%M}" if time else "　　"


def periods(stays: Sequence[Stay]) -> str:
    """The sessions as the form writes them: 08:30-11:50、13:00-16:20."""
    return "、".join(f"{clock(stay.start)}-{clock(stay.end)}" for stay in stays)


def duration(minutes: int) -> str:
    """A length in minutes: 2小时50分.

    >>> duration(170), duration(120), duration(50), duration(0)
    ('2小时50分', '2小时', '50分', '0分')
    """
    hours, rest = divmod(minutes, 60)
    return (f"{hours}小时" if hours else "") + (f"{rest}分" if rest or not hours else "")


def figure_value(figure: Mapping[str, Any]) -> str:
    """The value of a money or head-count figure as typed."""
    return str(figure.get("value") or "")


def pilot(pack: Pack) -> str:
    """The pilot's name as the plan's title begins; the forms' titles begin with it."""
    head, mark, _ = pack.document.partition("试点")
    return head + mark if mark else ""


def limit_text(pack: Pack, rule: str) -> str:
    """The threshold of one of the pack's rules; KeyError where it has no such rule."""
    return f"{pack.rules[rule].limit:f}"


def shortened(text: str, most: int) -> str:
    """One line of bounded length, for places that must not grow."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def lines(text: str) -> list[str]:
    """The lines of a typed text that hold anything."""
    return [line.strip() for line in text.splitlines() if line.strip()]


UNFILLED = Run("（未填写）", marked=True)
"""What a draft shows where nothing was typed."""


def or_blank(source: Source, text: str) -> Run:
    """A text, or what a draft shows in its place; a final leaves the blank empty."""
    if text.strip() or not source.draft:
        return Run(text)
    return UNFILLED


def photo_facts(photo: Photo) -> PhotoFacts | None:
    """What the photo's file said; None where that was not kept or cannot be read."""
    try:
        return PhotoFacts.model_validate(photo.facts)
    except ValidationError:
        return None


def moment_text(facts: PhotoFacts | None) -> str:
    """When a photo was taken, by the clock of the place: 2025年6月17日 08:31."""
    taken = facts.taken_at if facts else None
    if taken is None or taken.year not in YEARS:
        return "未记录拍摄时间"
    return f"{date_text(taken.date())} {taken:%H:%M}"


def distance_text(distance_m: float | None) -> str:
    """How far from the site: 距厂址42米 or 距厂址1.9公里; nothing where it is not known."""
    if distance_m is None:
        return ""
    far = f"{distance_m:.0f}米" if distance_m < 1000 else f"{distance_m / 1000:.1f}公里"
    return f"距厂址{far}"


def position_text(facts: PhotoFacts | None) -> str:
    """Where a photo was taken, in degrees as recorded."""
    position = facts.position if facts else None
    if position is None:
        return "未记录位置"
    latitude, longitude = position
    north = "北纬" if latitude >= 0 else "南纬"
    east = "东经" if longitude >= 0 else "西经"
    return f"{north}{abs(latitude):.5f}°，{east}{abs(longitude):.5f}°"
