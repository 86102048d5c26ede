"""The bundled fonts: what a dossier may need is in them, in the form that reportlab can embed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase.ttfonts import TTFontFile

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
FILES = {
    "NotoSansSC-Regular.ttf": "NotoSansSC-Regular",
    "NotoSansSC-Bold.ttf": "NotoSansSC-Bold",
    "NotoSerifSC-Regular.ttf": "NotoSerifSC-Regular",
}
KAI = "ZhengaiKai-Regular.ttf"
NAMES = "喆堃翀昇珺玥犇淼祎𬭚𬭎"


def gb2312() -> str:
    rows, cells = range(0xA1, 0xF8), range(0xA1, 0xFF)
    return "".join(bytes((r, c)).decode("gb2312", "ignore") for r in rows for c in cells)


def standard() -> str:
    lines = (FONTS / "standard-characters.txt").read_text("utf-8").splitlines()
    return "".join(line for line in lines if not line.startswith("#"))


@pytest.mark.parametrize("file", FILES)
def test_a_font_has_what_forms_and_names_need(file: str) -> None:
    assert len(gb2312()) == 7445  # the standard's characters and signs
    signs = "□☐☑☒✓✔✗✘√■①⑩⑳ⅠⅫ≥≤×÷±%‰·…—“”‘’℃㎡←→│─┌£€￥āǚ（）：；，。、【】《》〔〕"
    font = TTFontFile(str(FONTS / file))
    assert [
        c for c in gb2312() + standard() + signs + NAMES if not font.charToGlyph.get(ord(c))
    ] == []
    assert font.name.decode() == FILES[file]


def test_the_kai_face_has_all_that_is_written_with_a_brush() -> None:
    font = TTFontFile(str(FONTS / KAI))
    han = [c for c in gb2312() if "\u4e00" <= c <= "\u9fff"]
    assert len(han) == 6763
    signs = "abcABC0189①⑩（）：；，。、《》〔〕—…"
    wanted = [*han, *standard(), *signs, *NAMES]
    assert [c for c in wanted if not font.charToGlyph.get(ord(c))] == []
    # What it has at another width or size than the other faces is taken from the serif.
    assert [c for c in "“”‘’□☑√●" if ord(c) in font.charToGlyph] == []


def test_an_altered_font_does_not_bear_a_reserved_name() -> None:
    for path in FONTS.glob("*.ttf"):
        font = TTFontFile(str(path))
        names = [font.name, font.familyName, font.fullName, font.uniqueFontID]
        assert not any(
            word in name.decode() for name in names for word in ("LXGW", "WenKai", "霞鹜", "Source")
        )
    # Its makers are still named.
    raw = (FONTS / KAI).read_bytes()
    assert "Copyright 2021-2023 LXGW".encode("utf-16-be") in raw


def test_each_font_has_its_licence_beside_it() -> None:
    for path in FONTS.glob("*.ttf"):
        licence = FONTS / f"OFL-{path.stem.partition('-')[0]}.txt"
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text("utf-8")


@pytest.mark.parametrize("file", [*FILES, KAI])
def test_the_readme_tells_which_cut_is_bundled(file: str) -> None:
    digest = hashlib.sha256((FONTS / file).read_bytes()).hexdigest()
    assert f"| `{file}` | `{digest}` |" in (FONTS / "README.md").read_text("utf-8")


def test_a_ticked_box_is_an_empty_one_with_a_tick() -> None:
    for file in FILES:
        widths = TTFontFile(str(FONTS / file)).charWidths
        assert {widths[ord(c)] for c in "□☐☑☒一—"} == {1000}
        box = ink(file, "□")
        assert ink(file, "☐") == box
        for ticked in "☑☒":
            # All of the box is in it, at its place and of its weight, and more.
            assert ink(file, ticked) > box
            assert {x for x, _ in ink(file, ticked)} == {x for x, _ in box}


def ink(file: str, char: str) -> set[tuple[int, int]]:
    """The dark points of a character drawn 100 points high."""
    picture = Image.new("1", (100, 140))
    font = ImageFont.truetype(FONTS / file, 100, layout_engine=ImageFont.Layout.BASIC)
    ImageDraw.Draw(picture).text((0, 0), char, 1, font)
    return {(x, y) for x in range(100) for y in range(140) if picture.getpixel((x, y))}
