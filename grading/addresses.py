"""Comparing addresses as people and cameras write them, without any map.

Offline nothing tells where a street is. What can be told: whether two addresses name the same road
and number, and whether one names another city or district than it should.
"""

import re
import unicodedata

from grading.cities import CITIES, PROVINCES

_ROAD = re.compile(r"([^\W\d_]{1,8}?(?:大街|大道|大路|公路|胡同|路|街|巷|道))")
_NUMBER = re.compile(r"(\d{1,5})(?:号|号院|弄)")
# The city that an address begins with, below its province and prefecture; 吉林市场 is none.
_CITY = re.compile(
    rf"(?:中国)?(?:(?:{'|'.join(PROVINCES.split())})(?:省|市|(?:壮族|回族|维吾尔)?自治区)?)?"
    r"(?:[\u4e00-\u9fff]{2,10}?(?:自治州|地区|盟))?"
    rf"({'|'.join(CITIES.split())})市(?!场|政(?!府))"
)
_ABOVE = re.compile(
    r"^(?:中国)?(?:[\u4e00-\u9fff]{2,3}?省)?(?:[\u4e00-\u9fff]{2,3}?市)?(?:[\u4e00-\u9fff]{2,8}?[区县])?"
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
    """The city an address begins with, if it is neither the pilot city nor one of its counties.

    A city elsewhere may have a district of the same name (北京市朝阳区). The names of counties and
    of cities below a city stand alone in China: who names one of the pilot's is there, under
    whichever city a map of some year has put it (公主岭 was 四平's until 2020).
    """
    bare = plain(text)
    found = _CITY.match(bare)
    if found is None or found[1] == home:
        return ""
    if any(name in bare for name in districts if name[-1:] in ("县", "市")):
        return ""
    return f"{found[1]}市"


def district_of(text: str, districts: tuple[str, ...]) -> str:
    """The district or county of the pack that an address names, or nothing."""
    bare = plain(text)
    return next((name for name in districts if name in bare), "")
