"""Cut the bundled Chinese fonts from their public releases.

Run by `make fonts` (needs npm and fontTools). The program itself never imports this. It writes the
three .ttf files beside it, byte for byte the same each time, and prints their SHA-256.

The full fonts take 10 to 15 MB a weight; the program carries the characters that a dossier can be
expected to need: GB 2312, the rest of the 8,105 standard characters (names of people and places),
and the signs of forms. Both sources are under the SIL Open Font License 1.1, which the results
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

from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent

SANS = "@expo-google-fonts/noto-sans-sc@0.4.3"
SERIF = "@expo-google-fonts/noto-serif-sc@0.4.3"
SYMBOLS = "@expo-google-fonts/noto-sans-symbols-2@0.4.1"
SHA256 = {
    SANS: "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59",
    SERIF: "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e",
    SYMBOLS: "3bf3d6333487df36e88d146e032a9ed8246617ca2dfe1513a8a382c3fad12ac4",
}
CUTS = {
    "NotoSansSC-Regular.ttf": (SANS, "400Regular/NotoSansSC_400Regular.ttf"),
    "NotoSansSC-Bold.ttf": (SANS, "700Bold/NotoSansSC_700Bold.ttf"),
    "NotoSerifSC-Regular.ttf": (SERIF, "400Regular/NotoSerifSC_400Regular.ttf"),
}
LICENCES = {
    "OFL-NotoSansSC.txt": SANS,
    "OFL-NotoSerifSC.txt": SERIF,
    "OFL-NotoSansSymbols2.txt": SYMBOLS,
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
# What forms tick with and Noto SC lacks.
TICKS = "☐☑☒✔✕✗✘"
# In Noto SC the square □ spans (100, -20) to (900, 780) of 1000 units; the symbols' box spans 719.
# Scaled to that and centred in a full width, ☐ and ☑ line up with □ and with the characters.
BOX, SYMBOLS_BOX, CENTRE, FULL_WIDTH = 800, 719, (500, 380), 1000


def main() -> None:
    """Download, check, cut, and say what came out."""
    with tempfile.TemporaryDirectory() as folder:
        packages = {name: _download(name, Path(folder)) for name in SHA256}
    symbols = TTFont(io.BytesIO(packages[SYMBOLS]["400Regular/NotoSansSymbols2_400Regular.ttf"]))
    wanted = _characters()
    for file, (package, member) in CUTS.items():
        cut = _cut(packages[package][member], wanted, symbols)
        (HERE / file).write_bytes(cut)
        print(f"{file}  {len(cut):,} bytes  sha256 {hashlib.sha256(cut).hexdigest()}")
    for file, package in LICENCES.items():
        (HERE / file).write_bytes(packages[package]["LICENSE_FONT"])


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


def _cut(source: bytes, wanted: set[int], symbols: Any) -> bytes:
    """One font with the wanted characters and the ticks, as the bytes of a .ttf."""
    # The release's own time stamp is kept, so that the same input gives the same bytes.
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    options = Options(
        hinting=False,
        layout_features=[],
        # Only vertical setting and layout features use these; neither Qt nor a PDF needs them.
        drop_tables=["BASE", "GDEF", "GPOS", "GSUB", "STAT", "vhea", "vmtx"],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14],
        name_languages=[0x409],
        notdef_outline=True,
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    for tick in TICKS:
        _add(font, ord(tick), symbols)
    # Adding glyphs by hand leaves the tables in whatever order they were touched.
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def _add(font: Any, code: int, symbols: Any) -> None:
    """Give the font one glyph of the symbols, scaled to its square and centred."""
    source = symbols["glyf"][symbols.getBestCmap()[code]]
    scale = BOX / SYMBOLS_BOX
    dx = CENTRE[0] - scale * (source.xMin + source.xMax) / 2
    dy = CENTRE[1] - scale * (source.yMin + source.yMax) / 2
    pen = TTGlyphPen(None)
    source.draw(TransformPen(pen, (scale, 0, 0, scale, dx, dy)), symbols["glyf"])
    glyph = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    name = f"uni{code:04X}"
    font["glyf"][name] = glyph  # also appends the name to the glyph order
    font["hmtx"][name] = (FULL_WIDTH, glyph.xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


if __name__ == "__main__":
    main()
