"""Cut the bundled Chinese fonts from their public releases.

Run by `make fonts` (needs npm and fontTools). The program itself never imports this. It writes the
.ttf files of CUTS beside it, byte for byte the same each time, and prints their SHA-256.

The full fonts take 10 to 16 MB a weight; the program carries the characters that a dossier can be
expected to need: GB 2312, the rest of the 8,105 standard characters (names of people and places),
and the signs of forms. All sources are under the SIL Open Font License 1.1, which the results
keep; `README.md` beside this file says more.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent

SANS = "@expo-google-fonts/noto-sans-sc@0.4.3"
SERIF = "@expo-google-fonts/noto-serif-sc@0.4.3"
KAI = "@fontsource/lxgw-wenkai@5.3.0"
SYMBOLS = "@expo-google-fonts/noto-sans-symbols-2@0.4.1"
SHA256 = {
    SANS: "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59",
    SERIF: "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e",
    KAI: "e796ef6dd20f4eea37625222872095a7d049fa6bfdd6fe80a15dfa22fdf2c7ca",
    SYMBOLS: "3bf3d6333487df36e88d146e032a9ed8246617ca2dfe1513a8a382c3fad12ac4",
}
KAI_FILE, SERIF_FILE = "ZhengaiKai-Regular.ttf", "NotoSerifSC-Regular.ttf"
CUTS = {
    "NotoSansSC-Regular.ttf": (SANS, "400Regular/NotoSansSC_400Regular.ttf"),
    "NotoSansSC-Bold.ttf": (SANS, "700Bold/NotoSansSC_700Bold.ttf"),
    SERIF_FILE: (SERIF, "400Regular/NotoSerifSC_400Regular.ttf"),
    # The packager calls the weights 300, 500, 700: this is LXGW WenKai Regular, 1.311, whole.
    KAI_FILE: (KAI, "files/lxgw-wenkai-latin-500-normal.woff"),
}
LICENCES = {
    "OFL-NotoSansSC.txt": (SANS, "LICENSE_FONT"),
    "OFL-NotoSerifSC.txt": (SERIF, "LICENSE_FONT"),
    "OFL-ZhengaiKai.txt": (KAI, "LICENSE"),
    "OFL-NotoSansSymbols2.txt": (SYMBOLS, "LICENSE_FONT"),
}

# Blocks taken whole, as far as the fonts have them.
BLOCKS = (
    (0x0020, 0x017F),  # Latin, with pinyin's tone marks
    (0x0370, 0x03FF),  # Greek
    (0x2000, 0x206F),  # dashes, quotation marks, ellipsis, per mille
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x218F),  # ℃ № ™, fractions, Roman numerals
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # ≤ ≥ ≠ ≈ √ ∞
    (0x2460, 0x24FF),  # ① (1) 1.
    (0x2500, 0x26FF),  # box drawing, squares, stars
    (0x2700, 0x27BF),  # ticks, ❶
    (0x3000, 0x303F),  # Chinese punctuation
    (0x3200, 0x33FF),  # ㈠ ㎡ ㎏
    (0xFE30, 0xFE4F),  # vertical forms
    (0xFF00, 0xFFEF),  # full-width forms
)
# What forms tick with and Noto SC lacks. The boxes are made of the font's own □, so that a ticked
# one is of its size and weight; the marks are taken as they are.
BOXES = "☐☑☒"
MARKS = "✔✕✗✘"
# In Noto SC the square □ spans (100, -20) to (900, 780) of 1000 units; the symbols' box spans 719.
# Scaled to that and centred in a full width, the symbols line up with □ and with the characters.
BOX, SYMBOLS_BOX, CENTRE, FULL_WIDTH = 800, 719, (500, 380), 1000
# Of the kai face only what is written with a brush: characters, letters, punctuation, numbers in
# circles. Its quotation marks, dots and √ are narrow and its squares of another size than the
# serif's, which stands in for all that is missing.
KAI_BLOCKS = (
    (0x0020, 0x017F),
    (0x2000, 0x206F),
    (0x2160, 0x217F),
    (0x2460, 0x249F),
    (0x3000, 0x303F),
    (0x3400, 0x9FFF),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)
KAI_WITHOUT = "‘’“”·"
# The licence reserves “LXGW” and “霞鹜” to unaltered copies, as its project declares.
KAI_NAME = "Zhengai Kai"
# Characters that given names and signs are fond of and no common table has.
NAMES = "龘龖靐囍燚㵘䲜㗊叕朤䨻㙓驫叡燁瑋驊頔昰堒峯嶽甦昇祐濬煒燦瓊鑛韡龑麴"
DASH = ((0, 360), (0, 400), (1000, 400), (1000, 360))


def main() -> None:
    """Download, check, cut, and say what came out."""
    with tempfile.TemporaryDirectory() as folder:
        packages = {name: _download(name, Path(folder)) for name in SHA256}
    symbols = TTFont(io.BytesIO(packages[SYMBOLS]["400Regular/NotoSansSymbols2_400Regular.ttf"]))
    common = _characters()
    kai = {c for first, last in KAI_BLOCKS for c in common if first <= c <= last}
    kai -= set(map(ord, KAI_WITHOUT))
    wanted = {KAI_FILE: kai, SERIF_FILE: common | _traditional()}
    for file, (package, member) in CUTS.items():
        font = _subset(packages[package][member], wanted.get(file, common))
        if package == KAI:
            _rename(font, KAI_NAME)
        else:
            _add_signs(font, symbols)
        cut = _bytes(font)
        (HERE / file).write_bytes(cut)
        print(f"{file}  {len(cut):,} bytes  sha256 {hashlib.sha256(cut).hexdigest()}")
    for file, (package, member) in LICENCES.items():
        (HERE / file).write_bytes(packages[package][member])


def _download(package: str, folder: Path) -> dict[str, bytes]:
    """The files of one npm package by their path in it; refuses what is not the known release."""
    reply = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(folder), package],
        check=True,
        capture_output=True,
        text=True,
    )
    packed = (folder / reply.stdout.split()[-1]).read_bytes()
    if hashlib.sha256(packed).hexdigest() != SHA256[package]:
        raise SystemExit(f"{package} is not the release that the fonts were cut from")
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                files[member.name.removeprefix("package/")] = content.read()
    return files


def _characters() -> set[int]:
    """The code points to keep."""
    wanted = {code for first, last in BLOCKS for code in range(first, last + 1)}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            wanted.update(map(ord, bytes((row, cell)).decode("gb2312", "ignore")))
    listed = (HERE / "standard-characters.txt").read_text("utf-8").splitlines()
    wanted.update(ord(c) for line in listed if not line.startswith("#") for c in line)
    return wanted


def _traditional() -> set[int]:
    """Characters of names outside the standard: the 5,401 common traditional ones, and NAMES."""
    found = set(map(ord, NAMES))
    for row in range(0xA4, 0xC7):
        for cell in range(0x40, 0xFF):
            found.update(map(ord, bytes((row, cell)).decode("big5", "ignore")))
    return {code for code in found if code > 0x3400}


def _subset(source: bytes, wanted: set[int]) -> Any:
    """Give one font with the wanted characters, as far as it has them."""
    # The release's own time stamp is kept, so that the same input gives the same bytes.
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    font.flavor = None
    options = Options(
        hinting=False,
        layout_features=[],
        # Only vertical setting and layout features use these; neither Qt nor a PDF needs them.
        drop_tables=["BASE", "FFTM", "GDEF", "GPOS", "GSUB", "STAT", "gasp", "vhea", "vmtx"],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14],
        name_languages=[0x409],
        notdef_outline=True,
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    return font


def _bytes(font: Any) -> bytes:
    # Adding glyphs by hand leaves the tables in whatever order they were touched.
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def _rename(font: Any, family: str) -> None:
    """Take the original's name out of an altered font; its copyright stays."""
    version = str(font["name"].getDebugName(5))
    names = {1: family, 2: "Regular", 3: f"{family}: {version}", 4: family}
    names[6] = f"{family.replace(' ', '')}-Regular"
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.toUnicode())


def _add_signs(font: Any, symbols: Any) -> None:
    """Give the font ticks, ticked boxes, and a dash as long as two characters where it is doubled.

    Noto SC's own dash is that of Latin text, too short and too low between Chinese characters.
    """
    square = _outline(font, "□")
    for sign in BOXES:
        pen = RecordingPen()
        pen.value += square.value
        pen.value += _without_box(_outline(symbols, sign), symbols, "☐").value
        _add(font, sign, pen)
    for sign in MARKS:
        _add(font, sign, _centred(_outline(symbols, sign), symbols, sign))
    dash = RecordingPen()
    dash.moveTo(DASH[0])
    for corner in DASH[1:]:
        dash.lineTo(corner)
    dash.closePath()
    _add(font, "—", dash)


def _outline(font: Any, sign: str) -> RecordingPen:
    pen = RecordingPen()
    font["glyf"][font.getBestCmap()[ord(sign)]].draw(pen, font["glyf"])
    return pen


def _without_box(outline: RecordingPen, symbols: Any, box: str) -> RecordingPen:
    """Drop the leading contours of a ticked box, which are those of the empty one."""
    mark = RecordingPen()
    mark.value += outline.value[len(_outline(symbols, box).value) :]
    return _centred(mark, symbols, box)


def _centred(outline: RecordingPen, symbols: Any, frame: str) -> RecordingPen:
    """Scale an outline to □ and move the middle of a sign of the symbols to that of □."""
    glyph = symbols["glyf"][symbols.getBestCmap()[ord(frame)]]
    scale = BOX / SYMBOLS_BOX
    dx = CENTRE[0] - scale * (glyph.xMin + glyph.xMax) / 2
    dy = CENTRE[1] - scale * (glyph.yMin + glyph.yMax) / 2
    moved = RecordingPen()
    outline.replay(TransformPen(moved, (scale, 0, 0, scale, dx, dy)))
    return moved


def _add(font: Any, sign: str, outline: RecordingPen) -> None:
    """Give the font a glyph of full width for a sign."""
    pen = TTGlyphPen(None)
    outline.replay(pen)
    glyph = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    name = f"zhengai{ord(sign):04X}"
    font["glyf"][name] = glyph  # also appends the name to the glyph order
    font["hmtx"][name] = (FULL_WIDTH, glyph.xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(sign)] = name


if __name__ == "__main__":
    main()
