"""The words that a watermark is known by, and those that belong to the photographed scene."""

import re
from dataclasses import dataclass

from app.watermark_moment import GAP
from app.watermark_spelling import is_chinese, plain

#: Cameras that go by another name than “…水印相机”.
_CAMERAS = ("今日", "马克", "元道经纬", "元道", "经纬", "工程", "打卡", "时间", "微商", "超级")
_BRAND = re.compile(
    r"[\u4e00-\u9fff]{0,6}?水印相机|"
    + "|".join(f"{name}相机" for name in _CAMERAS)
    + r"|(?:今日|马克|可信|超级|易)水印(?!内容|时间|位置)"
    r"|Timemark|Timestamp ?Camera|GPS ?Map ?Camera|Solocator",
    re.IGNORECASE,
)
_BRAND_PREFIX = re.compile(r"^(?:由|来自|使用|用|本照片由|照片由|下载|请用|扫码)")
_CODE = re.compile(
    r"(?:防伪|验真|真伪|真实性?验证|照片验证|验证|水印)(?:码|编号|编码|号|标识)? ?[:：]? ?"
    r"([0-9A-Za-z]{4,}(?:[ -]?[0-9A-Za-z]{3,})*)"
)
_CODE_LABEL = re.compile(r"(?:防伪|验真)(?:码|编号|编码|号)? ?[:：]?$")
_CODE_ALONE = re.compile(r"[0-9A-Z]{6,24}")

_MOMENT_LABEL = re.compile(
    r"(?:[\u4e00-\u9fff]{0,4}(?:日期时间|时 ?间|日 ?期)|Date(?: ?/? ?Time)?|Time)\s*[:：]?",
    re.IGNORECASE,
)
_WEATHER = re.compile(
    r"(?:天气|气温|温度)?[:： ]*(?:(?:晴|多云|阴|雾|霾|[小中大暴阵雷]{0,3}[雨雪]|雨夹雪|扬沙)"
    r"(?:[转到间][晴多云阴雾霾小中大暴阵雷雨雪]{1,4})?)?[ ,|/·]*"
    r"-?\d{1,2}(?:\.\d)? ?(?:[~-] ?-?\d{1,2} ?)?(?:℃|°C|°|摄氏度)"
    r"|天气[:： ]*[晴多云阴雾霾小中大暴阵雷雨雪转]{1,6}"
    r"|(?<![\u4e00-\u9fff])(?:晴|多云|阴|[小中大阵]雨|[小中大]雪)(?![\u4e00-\u9fff])"
)
_MARK_LABEL = re.compile(
    r"拍摄时间|拍照时间|拍摄地点|拍摄位置|拍摄人|经纬度|经度|纬度|海拔|天气|打卡|水印|防伪|时间真实"
    r"|施工内容|施工地点|施工区域|工程名称|工程部位|巡检|备注|方位角|当前位置"
)
_SCENE = re.compile(
    r"通知|兹定于|会议(?!室)|参加|公告|公示|招聘|主持|营业|电话|热线|开业|成立|创建|检验|检定|校准|报告|单号"
    r"|工单|订单|合同|计划|完成|合格|不良|班次|班组|上班|下班|午休|作息|值班|课程|产量|报警|转速|压力|电流"
    r"|运行|停机|启动|待机|生产日期|生产批|有效期|保质期|出厂|型号|规格|数量|操作员|审核|批准|制表|打印|更新"
    r"|看板|报表|系统|登录|菜单|用户|库存|入库|出库|开工|完工|交货|到期|截止|下次|投产|预防为主|安全生产|管理员"
    r"|序号|签字|签到[表簿处]|责任人|联系|标准|版本|目标|实际|设备状态|温度:|S/?N"
)
_ALTITUDE = re.compile(r"(?:海拔 ?:? ?)?-?\d{1,4}\.\d ?[米m]")
_STAMP = re.compile(
    r"(?:已|上班|下班|外勤)?打卡|[签到考勤]{1,2}|上班|下班|早班|晚班|示例|时间|今日|定位|拍[摄照]|巡[检查]|记录"
    r"|星期"
)


_REMARK = re.compile(
    r"^\W{0,2}(?:备注|施工|工程|项目|拍摄|巡检|检查|作业|单位|天气|事项|内容|标签|部位|区域)"
    r"\S{0,4} ?[:：]"
)
_CHATTER = re.compile(
    r"\W{0,3}(?:(?:联系)?电话|备注|编号|单位|事项|内容|天气|方位|海拔|地[址点]|位置)[:：]?"
)
_FIELD = re.compile(r"\W{0,3}[\u4e00-\u9fff]{2,6} ?:")
_OWN_MOMENT = re.compile(
    r"^\W{0,2}(?:拍摄|拍照|打卡|当前|记录|巡检|施工|取证|水印)?(?:日期)?(?:时 ?间|日 ?期) ?:"
)
_TAG, _REMARKED = 4, 24
"""Characters of a tag beside a date or time, and of a remark after both."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a watermark's maker in a row; `rest` is the plain row without them."""

    rest: str
    brand: str = ""
    code: str = ""


def read_marks(text: str) -> Marks:
    """The brand and the code in one row. Total: any text is answered."""
    rest = plain(text)
    brand = code = ""
    if found := _BRAND.search(rest):
        brand = _BRAND_PREFIX.sub("", text[found.start() : found.end()])
        rest = _without(rest, found)
    if found := _CODE.search(rest):
        code = text[found.start(1) : found.end(1)].strip()
        rest = _without(rest, found)
    return Marks(rest, brand, code)


def awaits_code(text: str) -> bool:
    """Whether a row is only the label of a code, which then stands in the next one."""
    return _CODE_LABEL.search(plain(text).strip()) is not None


def lone_code(text: str) -> str:
    """The code that is all of a row, or nothing."""
    found = _CODE_ALONE.fullmatch(text.strip())
    return found[0] if found else ""


def has_weather(text: str) -> bool:
    """Whether the row tells the weather or a temperature."""
    return _WEATHER.search(plain(text)) is not None


def labels(text: str) -> int:
    """How many labels the row has that only watermarks use."""
    return len(set(_MARK_LABEL.findall(text)))


def of_the_scene(text: str) -> bool:
    """Whether the row has words that stand on boards, screens, papers and plates."""
    return _REMARK.match(text) is None and _SCENE.search(text) is not None


def is_remark(text: str) -> bool:
    """Whether a row is a person's remark, and what time it names is not the photo's."""
    return _REMARK.match(text) is not None and not has_moment_label(text)


def has_moment_label(text: str) -> bool:
    """Whether a row calls what it says a time or a date of the photo."""
    return _OWN_MOMENT.match(plain(text)) is not None


def only_a_moment(rest: str, whole: bool) -> bool:
    """Whether a row with a date or time is hardly more than that, as far as watermarks write it.

    Nothing stands between date and time, only a label or a tag before; after a `whole` moment a
    remark or another label may follow. Weather and labels are no matter.
    """
    first, last = rest.find(GAP), rest.rfind(GAP)
    before, between, after = rest[:first], rest[first : last + 1], rest[last + 1 :]
    if whole and _FIELD.match(after):
        after = ""
    return (
        len(_said(before)) <= _TAG
        and not _said(between)
        and len(_said(after)) <= (_REMARKED if whole and after[:1] in " |,;" else _TAG)
    )


def is_chatter(rest: str) -> bool:
    """Whether a row has nothing before its moment, and after it no more than a labelled remark."""
    last = rest.rfind(GAP)
    return not _said(rest[: last + 1]) and _CHATTER.match(rest[last + 1 :]) is not None


def beside_the_moment(rest: str) -> int:
    """How many characters a row with a date or time has besides, labels and weather left out."""
    return len(_said(rest))


def _said(text: str) -> str:
    text = text.replace(GAP, " ")
    for known in (_MOMENT_LABEL, _WEATHER, _STAMP, _ALTITUDE):
        text = known.sub(" ", text)
    return "".join(char for char in text if char.isalnum() or is_chinese(char))


def _without(text: str, found: re.Match[str]) -> str:
    return text[: found.start()] + GAP * (found.end() - found.start()) + text[found.end() :]
