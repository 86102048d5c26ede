"""By which way a photo probably came, told from its name, its size and what its file records.

Every answer is a guess with its reason. A name is given by whoever saved the file last: it is never
evidence of a time or a place, and a clock time in it is a hint of where to look.

The ways of naming are those that public code which sorts such files knows; where several programs
name alike, or little is known, the way is called possible and not probable.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from forms.photo_facts import BEIJING, PhotoFacts
from grading.photo_words import moment

#: Long sides in pixels to which messengers scale what is not sent as the original: a hint only.
_SCALED = frozenset((1280, 1440, 1707, 1920, 2560))
#: Bytes a pixel; what a camera saves at such a size is richer than a messenger's copy.
_RICH = 0.6
_NAME, _SHOWN, _LISTED = 200, 60, 50
_TIME, _PLACE = "拍摄时间", "位置"


class Way(StrEnum):
    """How a photo came, in a word."""

    WECHAT = "微信"
    WECHAT_CAMERA = "微信内拍摄"
    WECOM = "企业微信"
    QQ = "QQ"
    DINGTALK = "钉钉"
    FEISHU = "飞书"
    WHATSAPP = "WhatsApp"
    TELEGRAM = "Telegram"
    MESSENGER = "聊天软件"
    APP = "手机应用"
    DOWNLOAD = "浏览器或网盘"
    SCREENSHOT = "截屏"
    SOFTWARE = "其他软件"
    WATERMARK = "水印相机"
    CAMERA = "相机"
    MACHINE = "本机摄像头"
    UNKNOWN = "不明"


class Sure(StrEnum):
    """How far a guess goes; NONE where there is none."""

    LIKELY = "很可能"
    MAYBE = "可能"
    NONE = ""


class Meaning(StrEnum):
    """What a clock time in a file's name is the time of."""

    SAVED = "是保存或接收的时间，不是拍摄时间"
    SHOT = "是截屏的时间，不是拍摄时间"
    TAKEN = "可能是拍摄时间，仅供查找，不作凭据"


@dataclass(frozen=True, slots=True)
class NamedTime:
    """A moment (aware, Beijing time) that stands in a file's name, and what it is the time of."""

    at: dt.datetime
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Route:
    """The way, how sure that is, and why, in words without a full stop.

    `named` is the time in the file's name; `lacks` names what the file does not record, 拍摄时间 or
    位置, and is empty where it records both.
    """

    way: Way
    sure: Sure
    reason: str
    named: NamedTime | None = None
    lacks: tuple[str, ...] = ()

    @property
    def guess(self) -> str:
        """The way as a phrase: 很可能经微信传来."""
        return f"{self.sure}{_PHRASES[self.way]}"

    @property
    def words(self) -> str:
        """All of it, in one or two Chinese sentences."""
        told = f"{self.guess}：{self.reason}。"
        if self.named is not None:
            told += f"文件名中的 {moment(self.named.at)} {self.named.meaning}。"
        return told


_PHRASES = {
    Way.WECHAT: "经微信传来",
    Way.WECHAT_CAMERA: "在微信内拍摄",
    Way.WECOM: "经企业微信传来",
    Way.QQ: "经 QQ 传来",
    Way.DINGTALK: "经钉钉传来",
    Way.FEISHU: "经飞书传来",
    Way.WHATSAPP: "经 WhatsApp 传来",
    Way.TELEGRAM: "经 Telegram 传来",
    Way.MESSENGER: "经聊天软件传来",
    Way.APP: "由手机应用保存",
    Way.DOWNLOAD: "从浏览器或网盘下载",
    Way.SCREENSHOT: "是截屏，不是拍摄的照片",
    Way.SOFTWARE: "由其他软件另存",
    Way.WATERMARK: "由水印相机保存",
    Way.CAMERA: "直接取自相机",
    Way.MACHINE: "由本机摄像头拍摄",
    Way.UNKNOWN: "看不出由何种方式传来",
}


@dataclass(frozen=True, slots=True)
class _Naming:
    """What a name begins with, and what that is a sign of."""

    pattern: re.Pattern[str]
    way: Way
    sure: Sure
    sign: str
    meaning: Meaning = Meaning.SAVED


def _naming(
    way: Way, sure: Sure, sign: str, pattern: str, meaning: Meaning = Meaning.SAVED
) -> _Naming:
    # DingTalk's numbers alone are told by their capitals.
    flags = re.NOFLAG if way is Way.DINGTALK else re.IGNORECASE
    return _Naming(re.compile(pattern, flags), way, sure, sign, meaning)


_DAY = r"20[0-9]{2}[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12][0-9]|3[01])"
_HEX = "[0-9a-f]"
_UUID = rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"

#: The first that fits holds: what is particular stands before what is general.
_NAMINGS = (
    _naming(Way.SCREENSHOT, Sure.LIKELY, "为截屏的命名方式",
            r".{0,6}(?:截图|截屏|屏幕快照)|screen[ _-]?(?:shot|capture)|snipaste", Meaning.SHOT),
    _naming(Way.WECHAT_CAMERA, Sure.LIKELY, "为微信内拍摄的命名方式", r"wx_camera_", Meaning.TAKEN),
    _naming(Way.WECHAT, Sure.LIKELY, "为微信在手机上保存图片的命名方式",
            r"(?:thumb)?mmexport|micromsg\."),
    _naming(Way.WECHAT, Sure.LIKELY, "为微信在电脑上保存图片的命名方式",
            rf"(?:微信图片|wechat image|wechat)[ _]?(?={_DAY})"),
    _naming(Way.WECHAT, Sure.MAYBE, "可能与微信有关", r"微信|wechat|weixin"),
    _naming(Way.WECOM, Sure.LIKELY, "为企业微信保存图片的命名方式",
            rf"企业微信(?:图片)?_?(?={_DAY})"),
    _naming(Way.WECOM, Sure.MAYBE, "可能与企业微信有关", r"企业微信|wxwork|wework"),
    _naming(Way.QQ, Sure.LIKELY, "为 QQ 保存图片的命名方式",
            rf"(?:QQ|TIM)图片_?(?={_DAY})|qq_pic_merged_"),
    _naming(Way.QQ, Sure.MAYBE, "QQ 等软件保存图片时这样命名",
            rf"(?:QQ|TIM)[_图 ]?(?=[0-9]{{8}})|image_(?=[0-9]{{6}})|-(?={_HEX}{{6,24}}$)"
            rf"|\{{{_UUID}\}}"),
    _naming(Way.DINGTALK, Sure.LIKELY, "为钉钉保存图片的命名方式",
            r"lA[DL]P(?=[A-Za-z0-9_+-]{8})"),
    _naming(Way.DINGTALK, Sure.MAYBE, "可能与钉钉有关", r"钉钉|[Dd]ing[Tt]alk"),
    _naming(Way.FEISHU, Sure.LIKELY, "为飞书保存图片的命名方式",
            rf"img_v[0-9]_|(?:飞书|lark|feishu)[-_ ]?(?={_DAY})"),
    _naming(Way.WHATSAPP, Sure.LIKELY, "为 WhatsApp 保存图片的命名方式",
            rf"IMG-{_DAY}-WA(?=[0-9])|whatsapp image"),
    _naming(Way.TELEGRAM, Sure.LIKELY, "为 Telegram 保存图片的命名方式",
            rf"photo_(?={_DAY}_)|photo_[0-9]{{1,9}}@"),
    _naming(Way.WATERMARK, Sure.MAYBE, "为水印相机的名称",
            r".{0,8}水印相机|今日水印|马克水印|元道|timemark|timephoto_|timestamp ?camera",
            Meaning.TAKEN),
    _naming(Way.DOWNLOAD, Sure.MAYBE, "从浏览器或网盘下载的图片常这样命名",
            r"(?:download|images?|unnamed|thumbnail|下载|未命名|无标题)[0-9]{0,3}$"),
    _naming(Way.APP, Sure.MAYBE, "聊天软件等手机应用常这样自动编号",
            rf"(?:[0-9]{{13}}|{_HEX}{{32}}|{_UUID})(?!{_HEX})"),
)  # fmt: skip
_MAKERS = "IMG|_MG|DSC|_DSC|DSCN|DSCF|SAM|CIMG|PICT|DJI|GOPR|IMGP"
_CAMERA = re.compile(
    rf"(?:IMG|MVIMG|PXL|BURST|PANO|HDR|DSC|PHOTO|P)?[-_]?{_DAY}[-_ ]?[0-9]{{6}}"
    rf"|(?:{_MAKERS})_?[0-9]{{4,5}}(?![0-9])|P[0-9]{{7}}(?![0-9])|1[0-9]{{2}}_[0-9]{{4}}(?![0-9])",
    re.IGNORECASE,
)
_APPLE = re.compile(r"IMG_E?[0-9]{4,5}", re.IGNORECASE)

_COPY = re.compile(r"(?: ?[(（][0-9]{1,3}[)）]| ?- 副本| copy)$", re.IGNORECASE)
_HASH = re.compile(f"{_HEX}{{32}}", re.IGNORECASE)
_NUMBER = re.compile(r"[-{}0-9a-f]+", re.IGNORECASE)
_MILLISECONDS = re.compile(r"(?<![0-9])1[0-9]{12}(?![0-9])")
_STAMP = re.compile(
    r"(?<![0-9])(20[0-9]{2})[-_.]?([0-9]{2})[-_.]?([0-9]{2})(?: at |[-_ .T]{0,2})"
    r"([0-9]{2})[-_.:]?([0-9]{2})[-_.:]?([0-9]{2})"
)
_DATE = re.compile(r"(?<![0-9])(20[0-9]{2})[-_.]?([0-9]{2})[-_.]?([0-9]{2})(?![0-9])")


def route(filename: str, facts: PhotoFacts | None, size: int | None) -> Route:
    """The way by which a photo probably came; `size` is the file's in bytes, None where unknown."""
    if facts is not None and facts.own_clock:  # nobody has a better copy to send
        return Route(Way.MACHINE, Sure.NONE, "照片由本程序拍摄，时间取自本机时钟")
    stem, lacks = _stem(filename), _lacks(facts)
    software = shown_name((facts.software if facts else None) or "")
    for label, text in (("文件名", stem), ("保存软件", software)):
        if naming := next((each for each in _NAMINGS if each.pattern.match(text)), None):
            named = _time_in(stem, naming.meaning)
            reason = f"{label}{_head(naming, text)}，{naming.sign}"
            return Route(naming.way, naming.sure, reason, named, lacks)
    way, sure, reason = _by_record(stem, facts, size, software)
    return Route(way, sure, reason, _time_in(stem, Meaning.TAKEN), lacks)


def _head(naming: _Naming, text: str) -> str:
    """What in a name (or a software's name) is the sign."""
    found = naming.pattern.match(text)
    sign = found[0] if found else ""
    return "为一串编号" if _NUMBER.fullmatch(sign) else f"含“{sign}”"


def _by_record(
    stem: str, facts: PhotoFacts | None, size: int | None, software: str
) -> tuple[Way, Sure, str]:
    """The way where the name tells none: by what the file holds."""
    device = facts is not None and (facts.make is not None or facts.model is not None)
    if software and not device:
        return Way.SOFTWARE, Sure.MAYBE, f"保存软件为“{software}”，没有拍摄设备"
    if facts is not None and device and facts.taken_local is not None:
        return Way.CAMERA, Sure.MAYBE, "保留着拍摄设备和拍摄时间"
    if facts is not None and not device and facts.taken_local is None:
        if facts.format == "PNG":
            return Way.SCREENSHOT, Sure.MAYBE, "PNG 格式，没有拍摄设备和时间"
        if _scaled(facts, size):
            long = max(facts.width, facts.height)
            reason = f"长边 {long} 像素，没有拍摄设备和时间，与聊天软件压缩后的图片相符"
            return Way.MESSENGER, Sure.MAYBE, reason
    if _CAMERA.match(stem):
        also = "，苹果手机保存聊天图片时也这样命名" if _APPLE.fullmatch(stem) else ""
        return Way.UNKNOWN, Sure.NONE, f"文件名为相机的命名方式{also}"
    return Way.UNKNOWN, Sure.NONE, "文件名、尺寸和保存软件都没有线索"


def _scaled(facts: PhotoFacts, size: int | None) -> bool:
    """Whether a picture is as large as a messenger's copy, in pixels and in bytes."""
    lean = size is None or size <= _RICH * facts.width * facts.height
    return facts.format == "JPEG" and max(facts.width, facts.height) in _SCALED and lean


def _lacks(facts: PhotoFacts | None) -> tuple[str, ...]:
    found = []
    if facts is None or facts.taken_local is None:
        found.append(_TIME)
    if facts is None or facts.position is None:
        found.append(_PLACE)
    return tuple(found)


def name_day(filename: str) -> dt.date | None:
    """The day in a file's name, in Beijing; a hint for finding photos, and nothing more."""
    stem = _stem(filename)
    named = _time_in(stem, Meaning.TAKEN)
    if named is not None:
        return named.at.date()
    found = _DATE.search(stem)
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def shown_name(filename: str) -> str:
    """A name fit for a line of text: no line breaks, no hidden marks, and not too long."""
    plain = "".join(c if c.isprintable() else " " for c in filename[-_NAME:]).strip()
    return plain if len(plain) <= _SHOWN else f"{plain[:40]}…{plain[-16:]}"


def _stem(filename: str) -> str:
    """The name without its ending and what a second copy adds to it."""
    name = filename[-_NAME:]
    front, dot, ending = name.rpartition(".")
    return _COPY.sub("", (front if dot and front and len(ending) <= 5 else name).strip())


def _time_in(stem: str, meaning: Meaning) -> NamedTime | None:
    """The moment in a name: milliseconds since 1970, or a date with a time to the second."""
    stem = _HASH.sub(" ", stem)
    if found := _MILLISECONDS.search(stem):
        return NamedTime(dt.datetime.fromtimestamp(int(found[0]) / 1000, BEIJING), meaning)
    if not (stamp := _STAMP.search(stem)):
        return None
    # Pixel phones write universal time.
    zone = dt.UTC if stem.upper().startswith("PXL") else BEIJING
    year, month, day, hour, minute, second = map(int, stamp.groups())
    try:
        at = dt.datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
    return NamedTime(at.astimezone(BEIJING), meaning)


# -- asking for the photo again -------------------------------------------------------------------

_ANY = (
    "在聊天软件中选中照片，先勾选“原图”再发送，或以“文件”方式发送；也可用数据线从手机复制到电脑。"
)
_HOW = {
    Way.WECHAT: "在微信聊天中点“+”→“照片”，选中照片后先勾选“原图”再发送；"
    "或点“+”→“文件”，从手机存储或相册中选取，以文件方式发送。",
    Way.WECHAT_CAMERA: "在微信内拍摄的照片可能没有拍摄信息。"
    "手机相册中有用相机或水印相机拍摄的同一场景的，请以原图或文件方式发送该照片。",
    Way.WECOM: "在企业微信聊天中点“+”→“图片”，选中照片后先勾选“原图”再发送；"
    "或点“+”→“文件”，以文件方式发送。",
    Way.QQ: "在 QQ 聊天中点图片按钮，选中照片后先勾选“原图”再发送；"
    "或点“+”→“文件”，以文件方式发送。",
    Way.DINGTALK: "在钉钉聊天中点图片按钮，选中照片后先勾选“原图”再发送；"
    "或点“+”→“文件”，以文件方式发送。",
    Way.FEISHU: "在飞书聊天中点图片按钮，选中照片后先勾选“原图”再发送；"
    "或点“+”→“文件”，以文件方式发送。",
    Way.WHATSAPP: "在 WhatsApp 中请勿以照片方式发送，点附件按钮→“文档”，以文件方式发送。",
    Way.TELEGRAM: "在 Telegram 中请勿以照片方式发送，点附件按钮→“文件”，以文件方式发送。",
    Way.SCREENSHOT: "截屏没有拍摄信息。请在手机相册中找到原照片，以原图或文件方式发送。",
    Way.SOFTWARE: "请在手机相册中找到未经其他软件编辑、另存的原照片，以原图或文件方式发送。",
    Way.WATERMARK: "请从手机相册中以原图或文件方式发送；"
    "水印相机同时保存了无水印原照片的，请一并发送。",
    Way.DOWNLOAD: "请勿从网页预览或缩略图另存，请下载原文件，或从手机相册中以原图或文件方式发送。",
    Way.CAMERA: "请核对手机相机的位置记录是否开启、发送时是否去掉了位置，以原图或文件方式发送。",
}


def resend_text(photos: Sequence[tuple[str, Route]]) -> str:
    """What to ask whoever took these photos (file name and route); ready to be pasted, "" for none.

    Photos are grouped by what has to be done about them, and each says what it lacks.
    """
    if not photos:
        return ""
    lacking = {lack for _, found in photos for lack in found.lacks}
    wanted = "、".join(lack for lack in (_TIME, _PLACE) if lack in lacking) or "完整的拍摄信息"
    lines = [
        f"您好，以下 {len(photos)} 张现场诊断照片缺少{wanted}，请用拍摄照片的手机重新发送，"
        "发送前请勿编辑、截屏或转存。"
    ]
    groups: dict[str, list[tuple[str, Route]]] = {}
    for name, found in photos:
        groups.setdefault(_HOW.get(found.way, _ANY), []).append((name, found))
    alike = len({found.lacks for _, found in photos}) == 1
    for number, (how, group) in enumerate(groups.items(), 1):
        lines += ["", f"{number}. " * (len(groups) > 1) + _heading(group)]
        for name, found in group[:_LISTED]:
            missing = "" if alike or not found.lacks else f"（缺{'、'.join(found.lacks)}）"
            lines.append((shown_name(name) or "未命名照片") + missing)
        if len(group) > _LISTED:
            lines.append(f"其余 {len(group) - _LISTED} 张从略。")
        lines.append(f"发送方法：{how}")
    lines.append("")
    if _PLACE in lacking:
        lines.append("拍摄时没有开启位置记录的，重新发送后仍没有位置，请告知。")
    lines.append("各软件版本的菜单名称可能略有不同。谢谢配合。")
    return "\n".join(lines)


def _heading(group: Sequence[tuple[str, Route]]) -> str:
    """How many, and the way where one guess holds for all of them."""
    guesses = {found.guess for _, found in group if found.sure is not Sure.NONE}
    alone = len({found.guess for _, found in group}) == 1
    return (
        f"共 {len(group)} 张，{guesses.pop()}：" if guesses and alone else f"共 {len(group)} 张："
    )
