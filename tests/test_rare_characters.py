"""Characters on paper: embedded, searchable, borrowed from the system, or reported as missing."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from exporters import pdf_fonts, system_fonts
from exporters.blocks import Cell, Document, Heading, Paragraph, Row, Run, Table
from exporters.pdf_renderer import render_pdf, unprinted
from exporters.pdf_text import STAND_IN, Faces
from exporters.style import Face, resource_path

FONTS = resource_path("fonts")
SIGNS = "□☐☑√○●■—…“”①"
RARE = "𬭎𬬭𫓧𫍯龘燁㵘"
FOREIGN = "𠀀"
"""A character of none of the bundled fonts."""
MANY = "".join(chr(code) for code in range(0x4E00, 0x9FA6)).encode("gb2312", "ignore")[:800]
Tables = dict[bytes, bytes]


def squeezed(text: str) -> str:
    return "".join(text.split())


def fonts_of(path: Path) -> dict[str, DictionaryObject]:
    pages = PdfReader(path).pages
    found = {}
    for page in pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            found[str(font.get_object()["/BaseFont"])] = font.get_object()
    return found


def test_every_face_is_embedded_and_its_text_comes_back(tmp_path: Path) -> None:
    many = MANY.decode("gb2312")
    assert len(many) == 400
    texts = [
        f"一、黑体{SIGNS}{RARE}",
        f"（一）楷体{SIGNS}{RARE}",
        f"仿宋{SIGNS}{many}{RARE}",
        f"宋体□制造执行☑仓储管理{RARE}",
    ]
    blocks = (
        Heading(1, texts[0]),
        Heading(2, texts[1]),
        Paragraph((Run(texts[2]), Run("加粗", bold=True))),
        Table((1,), (Row((Cell(texts[3]),)),)),
    )
    path = tmp_path / "all.pdf"
    assert render_pdf(Document(f"题{RARE}", blocks), path) == ()
    reader = PdfReader(path)
    printed = squeezed("".join(page.extract_text() for page in reader.pages))
    for text in texts:
        assert squeezed(text) in printed
    assert STAND_IN not in printed
    assert reader.metadata is not None and reader.metadata.title == f"题{RARE}"
    fonts = fonts_of(path)
    # More than 256 glyphs make several fonts of one face.
    assert sum("NotoSerifSC" in name for name in fonts) >= 2
    assert {name.partition("+")[2] for name in fonts} == {
        "NotoSansSC-Regular",
        "NotoSerifSC-Regular",
        "ZhengaiKai-Regular",
    }
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts.values())  # type: ignore[operator]


def test_each_face_draws_with_its_own_font_and_all_signs_with_some() -> None:
    faces = Faces(FONTS)
    own = {Face.FANG: "NotoSerif", Face.SONG: "NotoSerif", Face.HEI: "NotoSans", Face.KAI: "Zheng"}
    for face, name in own.items():
        assert faces.glyph(face, False, "国")[0].startswith(name)
        for sign in SIGNS:
            _, shown, em = faces.glyph(face, False, sign)
            assert (shown, em) == (sign, 1)
        # What stands beside one another in a form is of one font, hence of one size.
        assert len({faces.glyph(face, False, sign)[0] for sign in "□☐☑"}) == 1
    assert faces.glyph(Face.HEI, True, "国")[0].startswith("NotoSansSC-Bold")
    assert faces.missing == ()


def test_no_font_is_read_before_a_character_is_asked_for() -> None:
    before = pdf_fonts.bundled.cache_info()
    Faces(FONTS)
    assert pdf_fonts.bundled.cache_info() == before


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all that the system has of fonts."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    monkeypatch.setattr(system_fonts, "folders", lambda: (folder,))
    monkeypatch.setattr(pdf_fonts, "_borrowed", [])
    return folder


def written(char: str, tmp_path: Path) -> tuple[tuple[str, ...], str]:
    """What a document with a character answers with, and its text; fonts are read afresh."""
    path = tmp_path / "one.pdf"
    folder = tmp_path / "bundled"
    if not folder.exists():
        folder.symlink_to(FONTS) if sys.platform != "win32" else _copy(folder)
    missing = render_pdf(Document("题", (Paragraph(f"甲{char}乙"),)), path, folder)
    return missing, squeezed(PdfReader(path).pages[0].extract_text())


def _copy(folder: Path) -> None:
    folder.mkdir()
    for path in FONTS.glob("*.ttf"):
        (folder / path.name).write_bytes(path.read_bytes())


@pytest.mark.parametrize("char", [FOREIGN, "\ue000", "\U000f0000", "\u0378"])
def test_what_no_font_has_is_reported_and_never_a_box(
    char: str, system: Path, tmp_path: Path
) -> None:
    missing, text = written(char, tmp_path)
    assert missing == (char,)
    assert f"甲{STAND_IN}乙" in text
    # The next document is not told of this one's.
    assert written("丙", tmp_path) == ((), text.replace(STAND_IN, "丙"))


def test_a_sentence_says_which_characters_are_missing_from_which_document() -> None:
    assert unprinted("核验单.pdf", (FOREIGN, "\ue000")) == (
        "“核验单.pdf”中的“𠀀”（U+20000）、U+E000等 2 个字在本机没有字体可以印出，已印作“〓”，"
        "档案中的原字未变，请安装含有这些字的字体后重新导出。"
    )
    long = unprinted("报告.pdf", [chr(0x20000 + n) for n in range(300)])
    assert "等 300 个字" in long and len(long) < 300


@pytest.mark.parametrize("collection", [False, True])
def test_a_character_of_the_systems_fonts_is_embedded_from_there(
    collection: bool, system: Path, tmp_path: Path
) -> None:
    tables = font_tables({ord(FOREIGN): "一", ord("𪚥"): "龙"})
    name = "strange.ttc" if collection else "strange.TTF"
    (system / name).write_bytes(packed(tables, collection))
    missing, text = written(FOREIGN + "𪚥", tmp_path)
    assert missing == ()
    assert f"甲{FOREIGN}𪚥乙" in text
    fonts = fonts_of(tmp_path / "one.pdf")
    assert len(fonts) == 2 and all("/FontFile2" in f["/FontDescriptor"] for f in fonts.values())  # type: ignore[operator]


def hostile() -> dict[str, bytes]:
    """Files that call themselves fonts and claim to have FOREIGN."""
    good = font_tables({ord(FOREIGN): "一"})
    whole = packed(good)
    everything = struct.pack(">HHHHLHHLLLLLL", 0, 1, 3, 10, 12, 12, 0, 28, 0, 1, 0, 2**32 - 1, 1)
    often = [(0x10000, 0x10FFFF, 1)] * 300
    return {
        "nothing.ttf": b"",
        "short.ttf": whole[:40],
        "half.ttf": whole[: len(whole) // 2],
        "noise.ttf": bytes(range(256)) * 100,
        "postscript.ttf": b"OTTO" + whole[4:],
        "many.ttc": b"ttcf" + struct.pack(">LL", 0x10000, 2**32 - 1) + whole,
        "everything.ttf": packed(good | {b"cmap": everything}),
        "often.ttf": packed(good | {b"cmap": format_12(often)}),
        "no-outlines.ttf": packed({tag: data for tag, data in good.items() if tag != b"glyf"}),
        "cut-outlines.ttf": packed(good | {b"glyf": b"\0"}),
        "no-places.ttf": packed(good | {b"loca": b"\0\0"}),
        "forbidden.ttf": packed(good | {b"OS/2": good[b"OS/2"][:8] + b"\0\2" + good[b"OS/2"][10:]}),
        "empty-glyph.ttf": packed(font_tables({ord(FOREIGN): " "})),
        "LastResort.ttf": whole,
    }


def test_broken_and_hostile_fonts_are_passed_over(system: Path, tmp_path: Path) -> None:
    for name, data in hostile().items():
        (system / name).write_bytes(data)
    (system / "folder.ttf").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(system / "pipe.ttf")
    missing, text = written(FOREIGN, tmp_path)
    assert missing == (FOREIGN,)
    assert f"甲{STAND_IN}乙" in text


def test_a_good_font_among_broken_ones_is_found(system: Path, tmp_path: Path) -> None:
    for name, data in hostile().items():
        (system / name).write_bytes(data)
    (system / "zz").mkdir()
    (system / "zz" / "zz.ttf").write_bytes(packed(font_tables({ord(FOREIGN): "一"})))
    missing, text = written(FOREIGN, tmp_path)
    assert missing == ()
    assert f"甲{FOREIGN}乙" in text


def font_tables(mapped: dict[int, str]) -> Tables:
    """The tables of a bundled font that has other characters: code point → whose shape it has."""
    source = FONTS / "NotoSansSC-Regular.ttf"
    data = source.read_bytes()
    (count,) = struct.unpack_from(">4xH", data)
    rows = struct.iter_unpack(">4s4xLL", data[12 : 12 + 16 * count])
    tables = {tag: data[place : place + length] for tag, place, length in rows}
    glyphs = pdf_fonts._borrow(source, 0)
    assert glyphs is not None
    ranges = [(code, code, glyphs.face.charToGlyph[ord(c)]) for code, c in sorted(mapped.items())]
    return tables | {b"cmap": format_12(ranges)}


def format_12(ranges: list[tuple[int, int, int]]) -> bytes:
    body = b"".join(struct.pack(">LLL", *row) for row in ranges)
    head = struct.pack(">HHLLL", 12, 0, 16 + len(body), 0, len(ranges))
    return struct.pack(">HHHHL", 0, 1, 3, 10, 12) + head + body


def packed(tables: Tables, collection: bool = False) -> bytes:
    """A font file of these tables; as the only font of a collection, if asked for."""
    head = b"ttcf" + struct.pack(">LLL", 0x10000, 1, 16) if collection else b""
    place = len(head) + 12 + 16 * len(tables)
    rows, bodies = b"", b""
    for tag, data in sorted(tables.items()):
        rows += struct.pack(">4sLLL", tag, 0, place + len(bodies), len(data))
        bodies += data + bytes(-len(data) % 4)
    return head + struct.pack(">LHHHH", 0x10000, len(tables), 0, 0, 0) + rows + bodies
