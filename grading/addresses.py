"""Comparing addresses as people and cameras write them, without any map.

Offline nothing tells where a street is. What can be told: whether two addresses name the same road
and number, and whether one names another city or district than it should.
"""

import re
import unicodedata

_ROAD = re.compile(r"([^\W\d_]{1,8}?(?:大街|大道|大路|公路|胡同|路|街|巷|道))")
_NUMBER = re.compile(r"(\d{1,5})(?:号|号院|弄)")
_CITY = re.compile(r"([\u4e00-\u9fff]{2,4}?)市")
_ABOVE = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,3}?省)?(?:[\u4e00-\u9fff]{2,3}?市)?(?:[\u4e00-\u9fff]{2,8}?[区县])?"
)
_NOISE = re.compile(r"[\s,，.。·・、:：\-—]+")


def plain(text: str) -> str:
    """An address without spaces and punctuation, full-width letters and digits made narrow."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


def road_of(text: str) -> str:
    """The road that an address names, or nothing."""
    found = _ROAD.search(_ABOVE.sub("", plain(text)))
    return found[1] if found else ""


def same_road(one: str, other: str) -> bool | None:
    """Whether two addresses name one road and no two house numbers; None where one names no road.

    A camera knows the road it stands at, often not the number; another number is another gate.
    """
    roads = road_of(one), road_of(other)
    if not all(roads):
        return None
    numbers = [match[1] for text in (one, other) if (match := _NUMBER.search(plain(text)))]
    return roads[0] == roads[1] and len(set(numbers)) < 2


def other_city(text: str, districts: tuple[str, ...], home: str) -> str:
    """The city an address names, where that is neither the pilot city nor one of its counties."""
    found = _CITY.search(re.sub(r"^[\u4e00-\u9fff]{2,3}?省", "", plain(text)))
    if found is None or found[1] == home or f"{found[1]}市" in districts:
        return ""
    return f"{found[1]}市"


def district_of(text: str, districts: tuple[str, ...]) -> str:
    """The district or county of the pack that an address names, or nothing."""
    bare = plain(text)
    return next((name for name in districts if name in bare), "")
