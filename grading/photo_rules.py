"""What is remarked about a single photo, as rules: 帮助 lists them beside the pack's.

A finding about a photo is worded where it is judged, by what was read of it; here stands what
each is about. `tests/test_explained.py` holds both to the same ids, severities and clauses.
"""

from __future__ import annotations

from forms.pack import Rule
from grading.photo_words import CONSISTENCY, PHOTO_CLAUSE


def _rule(name: str, severity: str, message: str, remedy: str, clause: str = CONSISTENCY) -> Rule:
    return Rule(f"PHOTO-{name}", severity, clause, message, remedy, "visits")


_OTHER_TIME = "请核对照片是否属于本次诊断、诊断时段是否填写准确；不属于的，移出本次诊断。"
_AGAIN = "请拍摄人以原图或文件方式重发。"

PHOTO_RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        _rule(
            "TIME-NONE",
            "warn",
            "照片没有记录拍摄时间，水印上也没有可用的时间，时间无凭据。",
            "请拍摄人以原图或文件方式重发；无法重发的，在现场诊断记录中说明。",
            PHOTO_CLAUSE,
        ),
        _rule(
            "POSITION-NONE",
            "warn",
            "照片没有可用的位置，位置无凭据。",
            "请拍摄人打开相机定位，并以原图或文件方式重发；室内无法定位的，在说明中写明地点。",
            PHOTO_CLAUSE,
        ),
        _rule(
            "OWN-CLOCK",
            "warn",
            "照片由本机摄像头拍摄，时间取自本机时钟，没有相机的拍摄信息，没有位置和水印。",
            "入场、离场照片请用水印相机另拍；其他照片请在说明中写明拍摄地点。",
            PHOTO_CLAUSE,
        ),
        _rule("DATE-OTHER", "warn", "拍摄日期不是本次诊断的日期。", _OTHER_TIME),
        _rule("TIME-BEFORE", "warn", "拍摄时间早于本次诊断开始时间。", _OTHER_TIME),
        _rule("TIME-AFTER", "warn", "拍摄时间晚于本次诊断结束时间。", _OTHER_TIME),
        _rule("TIME-BETWEEN", "warn", "拍摄时间在本次诊断的两场之间。", _OTHER_TIME),
        _rule("TIME-FUTURE", "warn", "拍摄时间晚于当前时间。", "请核对拍摄设备和本机的时钟。"),
        _rule(
            "WATERMARK-TIME",
            "warn",
            "照片文件记录的时间与水印时间不符。",
            "请核对水印读数和拍摄设备的时钟、时区；属于同一时刻的，在说明中写明原因。",
        ),
        _rule(
            "WATERMARK-IMPOSSIBLE",
            "warn",
            "水印写有不存在的日期或时间。",
            "请对照原图核对；读错的予以更正，确实如此的，在说明中写明原因。",
        ),
        _rule(
            "WATERMARK-WEEKDAY",
            "warn",
            "水印的日期与水印的星期不符。",
            "请对照原图核对日期和星期；读错的予以更正。",
        ),
        _rule(
            "WATERMARK-UNSURE",
            "warn",
            "水印内容识别没有把握；照片文件自身的记录可以印证的，为提示。",
            "请对照原图核对，无误的予以确认，有误的予以更正。",
        ),
        _rule(
            "WATERMARK-PLACE",
            "warn",
            "照片文件记录的位置与水印位置不符。",
            "请核对水印读数和拍摄设备的定位；属于同一地点的，在说明中写明原因。",
        ),
        _rule(
            "FENCE-OUTSIDE",
            "warn",
            "照片位置在厂址围栏以外。",
            "请核对厂址和照片；在企业其他厂区拍摄的，在说明中写明地点。",
        ),
        _rule(
            "POSITION-OWN",
            "info",
            "厂址位置取自本照片，本照片的位置不能为自身作证。",
            "如需印证，请另选照片或登记地址核对厂址。",
        ),
        _rule(
            "POSITION-STALE",
            "warn",
            "照片的定位时间与拍摄时间相差较大，位置可能不是拍摄时所在。",
            "请核对拍摄设备的时钟；可另选定位及时的照片。",
        ),
        _rule(
            "POSITION-REF",
            "info",
            "照片的位置没有写明南北纬、东西经，按北纬、东经处理。",
            "请核对照片位置是否与拍摄地点相符。",
        ),
        _rule(
            "ADDRESS-CITY",
            "warn",
            "水印地址不在本市。",
            "请核对照片是否在企业拍摄、水印地址是否读对；不属于的，移出本次诊断。",
        ),
        _rule(
            "ADDRESS-DISTRICT",
            "info",
            "水印地址的县（市）区与企业所属县（市）区不同。",
            "请核对企业所属县（市）区和拍摄地点。",
        ),
        _rule(
            "OFFSET-NONE",
            "info",
            "照片没有记录时区，按北京时间处理。",
            "拍摄设备不在北京时间的，请核对拍摄时间。",
        ),
        _rule(
            "REUSED",
            "warn",
            "同一照片已用于另一次诊断或另一家企业。",
            "请换用本次诊断拍摄的照片，或将其移出不属于的一次。",
        ),
        _rule(
            "SCREEN",
            "info",
            "画面带有细密的规则纹路，常见于翻拍屏幕。",
            "拍摄的确为屏幕画面的，在说明中写明；翻拍照片的，请改用原图。",
        ),
        _rule(
            "SOFTWARE-EDITOR",
            "info",
            "照片由可编辑图片的软件保存。",
            "如有未经编辑的原图，请改用原图。",
        ),
        _rule("DEVICE-NONE", "info", "照片没有记录拍摄设备。", _AGAIN),
    )
}
