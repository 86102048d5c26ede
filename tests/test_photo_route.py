"""By which way a photo came: names, sizes, software; and the text that asks for it again."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.photo_facts import BEIJING, PhotoFacts
from grading.photo_route import (
    Meaning,
    NamedTime,
    Route,
    Sure,
    Way,
    name_day,
    resend_text,
    route,
    shown_name,
)

MORNING = dt.datetime(2025, 6, 17, 9, 5, 12, tzinfo=BEIJING)
#: 1718600000000 ms after 1970.
SAVED = dt.datetime(2024, 6, 17, 12, 53, 20, tzinfo=BEIJING)
BARE = PhotoFacts(width=4000, height=3000, format="JPEG")
WHOLE = BARE.model_copy(
    update={
        "taken_local": MORNING.replace(tzinfo=None),
        "make": "SAMPLE",
        "model": "M1",
        "latitude": 43.88,
        "longitude": 125.32,
    }
)
LIKELY, MAYBE = Sure.LIKELY, Sure.MAYBE
LOST = ("拍摄时间", "位置")

NAMES = [
    ("mmexport1718600000000.jpg", Way.WECHAT, LIKELY, SAVED, Meaning.SAVED),
    ("mmexport673f7593af33172f9497aefc2d94d6c5.jpeg", Way.WECHAT, LIKELY, None, None),
    (
        "mmexporteb7b2a858123a721c3c4bc5636c90756_1718600000000.jpeg",
        Way.WECHAT, LIKELY, SAVED, Meaning.SAVED,
    ),
    ("MMEXPORT1718600000000(1).JPG", Way.WECHAT, LIKELY, SAVED, Meaning.SAVED),
    ("wx_camera_1718600000000.jpg", Way.WECHAT_CAMERA, LIKELY, SAVED, Meaning.TAKEN),
    ("微信图片_20250617090512.jpg", Way.WECHAT, LIKELY, MORNING, Meaning.SAVED),
    ("微信图片_20250617090512_12_345.jpg", Way.WECHAT, LIKELY, MORNING, Meaning.SAVED),
    ("WeChat Image_20250617090512.jpg", Way.WECHAT, LIKELY, MORNING, Meaning.SAVED),
    ("wechat_2025-06-17_090512_184.png", Way.WECHAT, LIKELY, MORNING, Meaning.SAVED),
    ("微信合影.jpg", Way.WECHAT, MAYBE, None, None),
    ("QQ图片20250617090512.jpg", Way.QQ, LIKELY, MORNING, Meaning.SAVED),
    ("TIM图片20250617090512.jpg", Way.QQ, LIKELY, MORNING, Meaning.SAVED),
    ("qq_pic_merged_1718600000000.jpg", Way.QQ, LIKELY, SAVED, Meaning.SAVED),
    ("Image_1718600000000.jpg", Way.QQ, MAYBE, SAVED, Meaning.SAVED),
    ("-1234567890.jpg", Way.QQ, MAYBE, None, None),
    ("-642d0b3e682f1b19.jpg", Way.QQ, MAYBE, None, None),
    ("{8F3A2B1C-0A1B-4C5D-8E9F-001122334455}.jpg", Way.QQ, MAYBE, None, None),
    ("企业微信20250617-090512@2x.png", Way.WECOM, LIKELY, MORNING, Meaning.SAVED),
    ("企业微信图片_20250617090512.png", Way.WECOM, LIKELY, MORNING, Meaning.SAVED),
    ("lALPDgQ9q124XrzNAsTNAuI_738_708.png_620x10000q90g.jpg", Way.DINGTALK, LIKELY, None, None),
    ("lADPDhmOuJJulAHNAdDNAr4_702_464.jpg", Way.DINGTALK, LIKELY, None, None),
    ("ladpdhmoujjulahnaddnar4.jpg", Way.UNKNOWN, Sure.NONE, None, None),
    ("DingTalk_照片.jpg", Way.DINGTALK, MAYBE, None, None),
    ("img_v3_02q0_a182662e-98ba-4a76-abe0-2380d382f2bg.jpg", Way.FEISHU, LIKELY, None, None),
    ("飞书20250617-090512.jpg", Way.FEISHU, LIKELY, MORNING, Meaning.SAVED),
    ("IMG-20250617-WA0001.jpg", Way.WHATSAPP, LIKELY, None, None),
    ("WhatsApp Image 2025-06-17 at 09.05.12.jpeg", Way.WHATSAPP, LIKELY, MORNING, Meaning.SAVED),
    ("photo_2025-06-17_09-05-12.jpg", Way.TELEGRAM, LIKELY, MORNING, Meaning.SAVED),
    ("Screenshot_2025-06-17-09-05-12-11_3915bacb93.jpg", Way.SCREENSHOT, LIKELY, MORNING,
     Meaning.SHOT),
    ("截屏2025-06-17 09.05.12.png", Way.SCREENSHOT, LIKELY, MORNING, Meaning.SHOT),
    ("屏幕截图 2025-06-17 090512.png", Way.SCREENSHOT, LIKELY, MORNING, Meaning.SHOT),
    ("微信截图_20250617090512.png", Way.SCREENSHOT, LIKELY, MORNING, Meaning.SHOT),
    ("企业微信截图_16867095152247.png", Way.SCREENSHOT, LIKELY, None, None),
    ("download (3).jpg", Way.DOWNLOAD, MAYBE, None, None),
    ("image.jpg", Way.DOWNLOAD, MAYBE, None, None),
    ("1718600000000.jpg", Way.APP, MAYBE, SAVED, Meaning.SAVED),
    ("d41d8cd98f00b204e9800998ecf8427e.jpg", Way.APP, MAYBE, None, None),
    ("TimePhoto_20250617_090512.jpg", Way.WATERMARK, MAYBE, MORNING, Meaning.TAKEN),
    ("今日水印相机_20250617090512.jpg", Way.WATERMARK, MAYBE, MORNING, Meaning.TAKEN),
    ("IMG_20250617_090512.jpg", Way.UNKNOWN, Sure.NONE, MORNING, Meaning.TAKEN),
    ("IMG20250617090512.jpg", Way.UNKNOWN, Sure.NONE, MORNING, Meaning.TAKEN),
    ("MVIMG_20250617_090512.jpg", Way.UNKNOWN, Sure.NONE, MORNING, Meaning.TAKEN),
    ("20250617_090512(0).jpg", Way.UNKNOWN, Sure.NONE, MORNING, Meaning.TAKEN),
    ("PXL_20250617_010512123.jpg", Way.UNKNOWN, Sure.NONE, MORNING, Meaning.TAKEN),
    ("DSC_0001.JPG", Way.UNKNOWN, Sure.NONE, None, None),
    ("IMG_20259999_999999.jpg", Way.UNKNOWN, Sure.NONE, None, None),
    ("门口.jpg", Way.UNKNOWN, Sure.NONE, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "way", "sure", "at", "meaning"), NAMES, ids=lambda v: str(v))
def test_a_name_tells_the_way(
    name: str, way: Way, sure: Sure, at: dt.datetime | None, meaning: Meaning | None
) -> None:
    found = route(name, BARE, 4_000_000)
    assert (found.way, found.sure) == (way, sure)
    assert found.named == (NamedTime(at, meaning) if at and meaning else None)
    assert found.lacks == LOST


def test_the_words_say_guess_reason_and_what_the_time_is_of() -> None:
    assert route("mmexport1718600000000.jpg", BARE, None).words == (
        "很可能经微信传来：文件名含“mmexport”，为微信在手机上保存图片的命名方式。"
        "文件名中的 2024年6月17日 12:53 是保存或接收的时间，不是拍摄时间。"
    )
    assert route("{8F3A2B1C-0A1B-4C5D-8E9F-001122334455}.jpg", None, None).words == (
        "可能经 QQ 传来：文件名为一串编号，QQ 等软件保存图片时这样命名。"
    )
    camera = route("IMG_20250617_090512.jpg", BARE, None)
    assert camera.reason == "文件名为相机的命名方式"
    assert camera.words.endswith("可能是拍摄时间，仅供查找，不作凭据。")
    apple = route("IMG_1234.JPG", BARE, None)
    assert apple.reason == "文件名为相机的命名方式，苹果手机保存聊天图片时也这样命名"


def scaled(width: int, height: int, **more: object) -> PhotoFacts:
    return BARE.model_copy(update={"width": width, "height": height, **more})


@pytest.mark.parametrize(
    ("facts", "size", "way"),
    [
        (scaled(1440, 1080), 210_000, Way.MESSENGER),
        (scaled(1080, 1440), None, Way.MESSENGER),
        (scaled(2560, 1920), 1_200_000, Way.MESSENGER),
        (scaled(1440, 1080), 1_500_000, Way.UNKNOWN),  # richer than messengers send
        (scaled(1500, 1125), 210_000, Way.UNKNOWN),
        (scaled(1440, 1080, format="WEBP"), 210_000, Way.UNKNOWN),
        (scaled(1080, 2400, format="PNG"), 900_000, Way.SCREENSHOT),
        (scaled(1440, 1080, make="SAMPLE"), 210_000, Way.UNKNOWN),
        (scaled(1440, 1080, software="Snapseed 2.0"), 210_000, Way.SOFTWARE),
        (scaled(4000, 3000, software="今日水印相机 3.0"), None, Way.WATERMARK),
        (scaled(4000, 3000, software="WeChat 8"), None, Way.WECHAT),
        (WHOLE, 4_000_000, Way.CAMERA),
        (None, None, Way.UNKNOWN),
    ],
)
def test_without_a_telling_name_the_file_tells(
    facts: PhotoFacts | None, size: int | None, way: Way
) -> None:
    found = route("门口.jpg", facts, size)
    assert found.way is way
    # What a file's measures suggest is never called probable.
    assert found.sure is (Sure.NONE if way is Way.UNKNOWN else MAYBE)


def test_what_was_lost_is_named() -> None:
    assert route("a.jpg", WHOLE, None).lacks == ()
    no_place = WHOLE.model_copy(update={"latitude": None, "longitude": None})
    assert route("a.jpg", no_place, None).lacks == ("位置",)
    assert route("a.jpg", None, None).lacks == LOST


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("IMG_20250617_090512.jpg", dt.date(2025, 6, 17)),
        ("IMG-20250617-WA0001.jpg", dt.date(2025, 6, 17)),
        ("2025-06-17 门口.jpg", dt.date(2025, 6, 17)),
        ("mmexport1718600000000.jpg", dt.date(2024, 6, 17)),
        ("PXL_20250616_170512123.jpg", dt.date(2025, 6, 17)),  # universal time
        ("IMG_20250231.jpg", None),
        ("IMG_1234.HEIC", None),
        ("420250617.jpg", None),
    ],
)
def test_the_day_in_a_name(name: str, day: dt.date | None) -> None:
    assert name_day(name) == day


def asked(*names: str, facts: PhotoFacts | None = BARE) -> str:
    return resend_text([(name, route(name, facts, None)) for name in names])


def test_one_way_is_asked_for_in_one_go() -> None:
    text = asked("mmexport1718600000000.jpg", "微信图片_20250617090512.jpg")
    assert text.splitlines() == [
        "您好，以下 2 张现场诊断照片缺少拍摄时间、位置，请用拍摄照片的手机重新发送，"
        "发送前请勿编辑、截屏或转存。",
        "",
        "共 2 张，很可能经微信传来：",
        "mmexport1718600000000.jpg",
        "微信图片_20250617090512.jpg",
        "发送方法：在微信聊天中点“+”→“照片”，选中照片后先勾选“原图”再发送；"
        "或点“+”→“文件”，从手机存储或相册中选取，以文件方式发送。",
        "",
        "拍摄时没有开启位置记录的，重新发送后仍没有位置，请告知。",
        "各软件版本的菜单名称可能略有不同。谢谢配合。",
    ]


def test_several_ways_are_grouped_and_each_photo_says_what_it_lacks() -> None:
    no_time = BARE.model_copy(update={"latitude": 43.8, "longitude": 125.3})
    photos: list[tuple[str, Route]] = [
        ("mmexport1718600000000.jpg", route("mmexport1718600000000.jpg", BARE, None)),
        ("门口.jpg", route("门口.jpg", no_time, None)),
        ("截屏.png", route("截屏.png", BARE, None)),
        ("mmexport1718600000001.jpg", route("mmexport1718600000001.jpg", BARE, None)),
    ]
    lines = resend_text(photos).splitlines()
    heads = [line for line in lines if line[:1].isdigit()]
    assert heads == [
        "1. 共 2 张，很可能经微信传来：",
        "2. 共 1 张：",
        "3. 共 1 张，很可能是截屏，不是拍摄的照片：",
    ]
    assert "门口.jpg（缺拍摄时间）" in lines
    assert "mmexport1718600000001.jpg（缺拍摄时间、位置）" in lines
    assert sum(line.startswith("发送方法：") for line in lines) == 3


def test_a_camera_that_records_no_place_is_not_asked_to_send_the_original() -> None:
    no_place = WHOLE.model_copy(update={"latitude": None, "longitude": None})
    text = asked("DSC_0001.JPG", facts=no_place)
    assert "缺少位置，" in text and "位置记录是否开启" in text
    assert asked("DSC_0001.JPG", facts=WHOLE).count("位置记录") == 1


def test_names_cannot_break_the_text_and_many_are_cut() -> None:
    hostile = "a\n发送方法：无\u202egpj.exe" + "长" * 300 + ".jpg"
    text = asked(hostile)
    assert [line.startswith("发送方法：") for line in text.splitlines()].count(True) == 1
    assert "\u202e" not in text and len(text) < 400
    long = asked(*(f"mmexport{1718600000000 + n}.jpg" for n in range(120)))
    assert "其余 70 张从略。" in long and "mmexport1718600000050.jpg" not in long
    assert resend_text([]) == ""


def test_every_way_has_a_text() -> None:
    for way in Way:
        found = Route(way, MAYBE, "试", None, LOST)
        text = resend_text([("a.jpg", found)])
        assert found.guess in text and "发送方法：" in text and "！" not in text


@given(st.text(max_size=400), st.integers(0, 10**9) | st.none())
def test_any_name_gets_an_answer(name: str, size: int | None) -> None:
    found = route(name, BARE, size)
    assert found.words.endswith("。")
    assert resend_text([(name, found)]).count("\n") == 7
    assert len(shown_name(name)) <= 60
    name_day(name)


@pytest.mark.parametrize("piece", ["a", "0", "-", "{", "图", "2025", "0a", "截", "水印", " (1)"])
def test_no_name_takes_long(piece: str) -> None:
    begun = time.process_time()
    for _ in range(20):
        route(piece * 20_000, BARE, None)
        name_day(piece * 20_000)
    assert time.process_time() - begun < 1.0
