"""The bundled fonts: what a dossier may need is in them, in the form that reportlab can embed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
FILES = {
    "NotoSansSC-Regular.ttf": "NotoSansSC-Regular",
    "NotoSansSC-Bold.ttf": "NotoSansSC-Bold",
    "NotoSerifSC-Regular.ttf": "NotoSerifSC-Regular",
}


@pytest.mark.parametrize("file", FILES)
def test_a_font_has_what_forms_and_names_need(file: str) -> None:
    rows, cells = range(0xA1, 0xF8), range(0xA1, 0xFF)
    gb2312 = "".join(bytes((r, c)).decode("gb2312", "ignore") for r in rows for c in cells)
    assert len(gb2312) == 7445  # the standard's characters and signs
    signs = "□☐☑☒✓✔✗✘√■①⑩⑳ⅠⅫ≥≤×÷±%‰·…—“”‘’℃㎡←→│─┌£€￥āǚ（）：；，。、【】《》〔〕"
    names = "喆堃翀昇珺玥犇淼祎𬭚"
    font = TTFontFile(str(FONTS / file))
    assert [c for c in gb2312 + signs + names if not font.charToGlyph.get(ord(c))] == []
    assert font.name.decode() == FILES[file]


@pytest.mark.parametrize("file", FILES)
def test_the_readme_tells_which_cut_is_bundled(file: str) -> None:
    digest = hashlib.sha256((FONTS / file).read_bytes()).hexdigest()
    assert f"| `{file}` | `{digest}` |" in (FONTS / "README.md").read_text("utf-8")


def test_a_ticked_box_is_as_wide_as_an_empty_one() -> None:
    for file in FILES:
        widths = TTFontFile(str(FONTS / file)).charWidths
        assert {widths[ord(c)] for c in "□☐☑☒一"} == {1000}
