"""Address and place name out of a watermark's rows, exactly as they are written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.watermark_layout import Row, stand_together
from app.watermark_moment import GAP
from app.watermark_spelling import is_chinese, plain

_LABEL = re.compile(
    r"^\W{0,2}(?:(?:拍摄|拍照|打卡|当前|详细|施工|巡检|检查|作业|项目|工程|所在|具体|定位)?"
    r"(?:地 ?[址点]|位 ?置|定位)|Address|Location) ?[:·]? *",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^\W{0,2}[\u4e00-\u9fff]{2,8} ?:")
_LEVEL = re.compile(
    r"[\u4e00-\u9fff]{2,7}?(?:省|自治区|自治州|特别行政区|市|区|县|旗|镇|乡|街道|村|屯|社区)"
    r"|[\u4e00-\u9fff\d]{1,8}?(?:大街|大路|大道|公路|胡同|国道|省道|县道|街|路|巷|弄)"
    r"|\d{1,5} ?(?:号|弄|組|组|栋|幢)|交叉口|交汇处|(?<![\d.])\d{1,5} ?米|附近"
)
_BEGINS = re.compile(
    r"(?:中国)?[\u4e00-\u9fff]{2,3}省|[\u4e00-\u9fff]{2,8}?(?:自治区|市|区|县|旗|镇|乡)"
)
_ROAD = re.compile(r"大街|大路|大道|公路|胡同|国道|[街路巷弄镇乡村屯]|\d号")
_PROVINCES = re.compile(
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃"
    "|青海|台湾"
)
_PROVINCE = re.compile(r"^(?:中国)?([\u4e00-\u9fff]{1,4}?)省")
_OTHER = re.compile(r"[\u4e00-\u9fff]{2,3}[省市].*公司")
"""The full name of a company, which is no part of an address."""
_FIGURE = re.compile(r"-?\d{1,4}\.\d ?(?:米|m)|\d{1,3}%|[\d -]{5,}")
"""An altitude, a charge, a running number or a telephone's."""
_NO_ADDRESS = re.compile(r"[°'\"℃%]|\d\.\d")
_ANEW = re.compile(r"(?:中国)?[\u4e00-\u9fff]{2,3}[省市]")
_FIELD_BEHIND = re.compile(
    r"(?:经纬度?|坐标|[东西]经|[南北]纬|[经纬]度|海拔|天气|备注|方位角?|(?:联系)?电话|编号|拍摄人|湿度|项目名称|单位"
    r"|时间|日期) ?(?::|-?\d)|\d{0,4}年\d{1,2}月"
)
"""The name of something else, or the rest of a date, that stands behind an address in its row."""
_FIELD_BEFORE = re.compile(r"^\W{0,2}[\u4e00-\u9fff]{2,6} ?:[\d -]{2,}(?=[\u4e00-\u9fff]{4})")
_THEN_GAPS = re.compile(f"[^{GAP}]+{GAP}[{GAP} ,;|/°]*")
_PIECE = re.compile(f"[^{GAP}]+")
_ALIKE, _ROOM = 1.35, 5.0
"""How much higher a row of one size is at most; characters by which a row that was broken off may
be shorter than the longest."""
_HOUSE = re.compile(r"(?:公司|集团|厂|中心|银行|学校|学院|大学|医院|酒店|宾馆)$")
_PLACE = re.compile(
    r"(?:园|园区|厂|公司|基地|大厦|中心|广场|小区|学校|学院|大学|医院|车站|仓库|车间|楼|站|店|城|港|馆|院|所"
    r"|局|委会|集团|酒店|宾馆|门口|大门|产业带|库|市场|工地|现场|项目部|[A-Z]座)$"
)
_ENDS = re.compile(r"(?:[号楼层室座栋幢园厂房口米内旁近侧司门场站店院部村屯汇]|\))$")
_LEVEL_END = re.compile(r"[省市区县旗镇乡村屯道街路巷弄]$")
_TAIL = re.compile(r"(?:[旁侧层楼室号米门内口栋座房]|附近)$")
_METRES = re.compile(r"\d{1,4} ?米")
"""How far from what was named above: the address goes on, though other things may follow."""
_GOES_ON = re.compile(r"^(?:\d|[与和近]|号|附近|[东西南北]?\d|[A-Za-z]\d?座)")
_ICON_BEFORE = re.compile(
    r"^(?:[^\u4e00-\u9fff\w]{1,3}|(?:\d{1,4}(?! ?[\d米])|[A-Za-z])\W{0,2})"
    r"(?=[\u4e00-\u9fff]{2,8}?[省市区县])"
    r"|^[^\u4e00-\u9fff\w]{1,3}(?=[\u4e00-\u9fff])"
)
_ICON_AFTER = re.compile(
    r"(?:(?:[\s>›»〉》<|,，.。、:：;；*_~]|(?<!\d)-)+"
    r"|(?<=[\u4e00-\u9fff]) +[A-Za-z©®@]{1,2}|(?<=[号米]) +\d)$"
)


@dataclass(frozen=True, slots=True)
class Address:
    """The address and the place name as written, where from, and whether rows were guessed on."""

    address: str = ""
    place: str = ""
    rows: tuple[Row, ...] = ()
    place_rows: tuple[Row, ...] = ()
    doubtful: bool = False


def levels(text: str) -> int:
    """How many levels of an address the text names, from province to house number."""
    return len(_LEVEL.findall(plain(text)))


def is_address(text: str) -> bool:
    """Whether a row reads like an address, and not like a company's name or a sentence."""
    bare, labelled = _unlabelled(text)
    count = levels(bare)
    if labelled:
        return count >= 1
    if _FIELD.match(plain(bare)) or count < 2 or len(bare) < 5:
        return False
    if _is_house(bare):
        return False
    return _BEGINS.match(bare) is not None or _ROAD.search(bare) is not None


def _is_house(text: str) -> bool:
    """Whether a row is a company's or institution's name, which may begin as an address does."""
    return _HOUSE.search(text) is not None and _ROAD.search(text) is None


def names_place(text: str) -> bool:
    """Whether a row has the label of a place, or reads like the name of one."""
    bare, labelled = _unlabelled(text)
    if labelled:
        return bool(bare)
    return 3 <= len(bare) <= 24 and not _FIELD.match(plain(text)) and bool(_PLACE.search(bare))


def read_address(block: Sequence[tuple[Row, str]], said: Sequence[Row] = ()) -> Address:
    """The address of a block, of which `block` holds the rows and what of each is not explained.

    The unexplained is a row's own text with GAPs, so that its length and writing are kept. `said`
    are the rows of date and time; what is set like them goes before the rest.
    """
    order = sorted(
        range(len(block)), key=lambda n: not any(stand_together(block[n][0], row) for row in said)
    )
    for number in order:
        row, rest = block[number]
        text = writing(row, rest)
        if _is_house(text):
            continue
        if is_address(text) or (_BEGINS.match(_unlabelled(text)[0]) and not _FIELD.match(text)):
            found = _whole(block, number)
            if is_address(text) or (len(found.rows) > 1 and is_address(found.address)):
                return found
    for row, rest in block:
        text = writing(row, rest)
        bare, labelled = _unlabelled(text)
        if labelled and names_place(text):
            return Address(place=bare, place_rows=(row,))
    return Address()


def _whole(block: Sequence[tuple[Row, str]], number: int) -> Address:
    """The address that begins in a row, with the rows below that go on with it."""
    row, rest = block[number]
    text, _ = _unlabelled(writing(row, rest))
    rows, doubtful = [row], False
    alike = [other for other, _ in block if other.height <= _ALIKE * row.height]
    room = max((other.right - other.left for other in alike), default=0.0)
    for below, rest_below in block[number + 1 : number + 4]:
        more = writing(below, rest_below)
        if not more or not _aligned(rows[-1], below):
            continue
        goes_on = _continues(rows[-1], text, below, more, rest_below)
        # What had room to go on in its own row was not broken off there.
        full = rows[-1].right - rows[-1].left >= room - _ROOM * row.em
        if goes_on is None or not (full or (goes_on and text[-1].isdigit())):
            shared = GAP in rest_below.strip()[1:] and is_chinese(rest_below.strip()[:1])
            doubtful |= full and (shared or _may_be_tail(more) or bool(_METRES.match(more)))
            break
        metres = _METRES.match(more)
        doubtful |= not (goes_on and full) or bool(metres and metres.end() < len(more))
        text += more
        rows.append(below)
    province = _PROVINCE.match(text)
    doubtful |= province is not None and not _PROVINCES.fullmatch(province[1])
    address, place = _parted(_trimmed(text))
    places: tuple[Row, ...] = (rows[0],) if place else ()
    # What ends in a bare number or within a word was cut off, or goes on where nothing was found.
    whole = _ENDS.search(text) or _LEVEL_END.search(text)
    doubtful |= not (whole or (_PLACE.search(text) and _ROAD.search(text)))
    if not place:
        place, places = _place_beside(block, rows)
    return Address(address, place, tuple(rows), places, doubtful)


def _continues(above: Row, text: str, below: Row, more: str, rest: str) -> bool | None:
    """Whether a row goes on with the address above it: True surely, False perhaps, None not."""
    if not more or _FIELD.match(plain(more)) or _unlabelled(more)[1]:
        return None
    if GAP in rest and not _THEN_GAPS.fullmatch(rest.strip()):
        return None
    if _OTHER.match(more) or _FIGURE.fullmatch(more) or _NO_ADDRESS.search(plain(more)):
        return None
    if (_ROAD.search(text) or _PLACE.search(text)) and _ANEW.match(more):
        return None
    if below.right - below.left > above.right - above.left + 2.5 * above.em:
        return None
    named = levels(more) > 0
    if text[-1].isdigit() or (_GOES_ON.match(more) and (named or not _ENDS.search(text))):
        return named or len(more) <= 2
    if not _ENDS.search(text):
        # Broken within a word, or before the next level.
        if named or (_TAIL.search(more) and len(more) <= 3):
            return True
        return None if _LEVEL_END.search(text) else False
    if len(more) > 2 and not named and _PLACE.search(more):
        return None  # a place of its own
    if _may_be_tail(more) and (len(more) <= 2 or more[0].isdigit()):
        return True
    return False if named else None


def _may_be_tail(text: str) -> bool:
    """Whether a row may be the end of an address, or a remark (会议室)."""
    return len(text) <= 8 and _TAIL.search(text) is not None


def _aligned(above: Row, below: Row) -> bool:
    if above.height <= 0:
        return True
    heights = sorted((above.height, below.height))
    near = below.top - above.bottom <= 1.0 * heights[0]
    em = max(above.em, below.em)
    return (
        near
        and heights[1] <= 1.35 * heights[0]
        and (
            -1.2 * em <= below.left - above.left <= 6 * em
            or abs(below.right - above.right) <= 1.2 * em
            or abs(below.middle - above.middle) <= 1.2 * em
        )
    )


def _place_beside(
    block: Sequence[tuple[Row, str]], rows: Sequence[Row]
) -> tuple[str, tuple[Row, ...]]:
    """A place name on a row of its own above or below the address."""
    first = next(n for n, (row, _) in enumerate(block) if row is rows[0])
    for number in (first + len(rows), first - 1):
        if 0 <= number < len(block):
            row, rest = block[number]
            text = writing(row, rest)
            if GAP not in rest and names_place(text):
                return _trimmed(_unlabelled(text)[0]), (row,)
    return "", ()


def _parted(text: str) -> tuple[str, str]:
    """Address and place of “address・place”; a second part that is an address stays with it."""
    head, dot, tail = _split_at_dot(text)
    if dot and tail and not is_address(tail) and not _ROAD.search(tail) and levels(head):
        return head.strip(), tail.strip()
    return text, ""


def _split_at_dot(text: str) -> tuple[str, str, str]:
    spelled = plain(text)
    at = spelled.rfind("·")
    return (text[:at], "·", text[at + 1 :]) if at >= 0 else (text, "", "")


def writing(row: Row, rest: str) -> str:
    """What of a row's own text is not explained yet, with the noise of icons off its ends.

    Of several pieces it is the one that names most of an address, without what is labelled as
    something else.
    """
    pieces = [row.text[slice(*found.span())] for found in _PIECE.finditer(rest)]
    text = max(map(_without_fields, pieces), key=levels, default="")
    if not levels(text):
        others = [piece for piece in pieces[1:] if not _FIELD_BEHIND.match(plain(piece).strip())]
        text = " ".join(pieces[:1] + others)
    return _trimmed(text)


def _without_fields(text: str) -> str:
    spelled = plain(text)
    before = _FIELD_BEFORE.match(spelled)
    start = before.end() if before else 0
    behind = _FIELD_BEHIND.search(spelled, start + 1)
    return text[start : behind.start()] if behind else text[start:]


def _trimmed(text: str) -> str:
    return _ICON_AFTER.sub("", _ICON_BEFORE.sub("", text.strip())).strip()


def _unlabelled(text: str) -> tuple[str, bool]:
    """The text without the label of a place, and whether it had one."""
    found = _LABEL.match(plain(text))
    if found is None or not found[0].strip():
        return text, False
    rest = text[found.end() :]
    if ":" not in found[0] and not found[0].endswith(" ") and not is_chinese(rest[:1] or " "):
        return text, False
    return rest.strip(), True
