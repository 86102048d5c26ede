"""Measures shared by both renderers: page, faces, paragraph looks, and where resources lie.

Sizes are points, page measures millimetres, indents multiples of the character size. The values
follow GB/T 9704-2012 (page 5.2, margins and page number 5.2.1 and 7.5, faces 5.2.2 and 7.3.3).
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from pathlib import Path

MM = 72 / 25.4
"""Points in a millimetre."""

CELL_PADDING_X_MM = 1.9
CELL_PADDING_Y_MM = 0.7
AFTER_TABLE_PT = 6.0
"""Height of the small paragraph that separates a table from what follows."""


class Face(Enum):
    """A Chinese typeface by the name Windows gives it."""

    FANG = "仿宋"
    HEI = "黑体"
    KAI = "楷体"
    SONG = "宋体"


class Align(StrEnum):
    """Horizontal alignment; the values are Word's."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"
    JUSTIFY = "both"


class Style(StrEnum):
    """What a paragraph is; the value is the name of its style in Word."""

    BODY = "Body Text"
    PLAIN = "诊改 顶格"
    CENTRE = "诊改 居中"
    SIGNATURE = "诊改 落款"
    NOTE = "诊改 备注"
    TITLE = "Title"
    SUBTITLE = "Subtitle"
    COVER_FIELD = "诊改 封面栏"
    FORM_TITLE = "诊改 表单标题"
    CELL = "诊改 表格"
    CELL_LARGE = "诊改 表格小四"
    PICTURE = "诊改 图片"
    PICTURE_NOTE = "诊改 图注"
    CAPTION = "Caption"
    TOC_TITLE = "TOC Heading"
    HEADING_1 = "Heading 1"
    HEADING_2 = "Heading 2"
    HEADING_3 = "Heading 3"
    HEADING_4 = "Heading 4"
    TOC_1 = "toc 1"
    TOC_2 = "toc 2"
    TOC_3 = "toc 3"
    TOC_4 = "toc 4"


@dataclass(frozen=True)
class Look:
    """How a style looks: face, size and leading (pt), indents (characters), spacing (pt).

    `track` are the points added to each character; `font` is what the .docx names in place of the
    face, which is then the nearest that the .pdf has.
    """

    face: Face = Face.FANG
    size: float = 16
    leading: float = 28.8
    align: Align = Align.LEFT
    first: float = 0
    left: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    bold: bool = False
    keep_next: bool = False
    track: float = 0
    font: str = ""

    @property
    def font_name(self) -> str:
        """What the .docx names."""
        return self.font or self.face.value


TRACK = -0.25
"""28 characters of 三号 would be 5.8 pt wider than the text area (GB/T 9704-2012, 5.2.3)."""


def _heading(face: Face) -> Look:
    return Look(face=face, first=2, keep_next=True, track=TRACK)


LOOKS: dict[Style, Look] = {
    Style.BODY: Look(align=Align.JUSTIFY, first=2, track=TRACK),
    Style.PLAIN: Look(track=TRACK),
    Style.CENTRE: Look(align=Align.CENTRE, track=TRACK),
    Style.SIGNATURE: Look(align=Align.RIGHT, right=4, track=TRACK),
    Style.NOTE: Look(size=10.5, leading=16, align=Align.JUSTIFY),
    # 小标宋 is missing from most computers; 宋体 in bold is what offices use in its place.
    Style.TITLE: Look(face=Face.SONG, size=22, leading=34, align=Align.CENTRE, bold=True),
    Style.SUBTITLE: Look(face=Face.KAI, align=Align.CENTRE),
    Style.COVER_FIELD: Look(left=2, leading=40),
    Style.FORM_TITLE: Look(
        face=Face.SONG, size=18, leading=28, align=Align.CENTRE, after=10, bold=True, keep_next=True
    ),
    Style.CELL: Look(face=Face.SONG, size=10.5, leading=15),
    Style.CELL_LARGE: Look(face=Face.SONG, size=12, leading=18),
    Style.PICTURE: Look(size=10.5, leading=15, align=Align.CENTRE, before=4, after=4),
    Style.PICTURE_NOTE: Look(face=Face.SONG, size=10.5, leading=15, align=Align.CENTRE),
    Style.CAPTION: Look(face=Face.HEI, size=12, leading=20, align=Align.CENTRE, before=4, after=2),
    Style.TOC_TITLE: Look(face=Face.HEI, leading=34, align=Align.CENTRE, after=8, keep_next=True),
    Style.HEADING_1: _heading(Face.HEI),
    Style.HEADING_2: _heading(Face.KAI),
    Style.HEADING_3: _heading(Face.FANG),
    Style.HEADING_4: _heading(Face.FANG),
    Style.TOC_1: Look(face=Face.HEI, size=14, leading=26),
    Style.TOC_2: Look(size=14, leading=26, left=1),
    Style.TOC_3: Look(size=14, leading=26, left=2),
    Style.TOC_4: Look(size=14, leading=26, left=3),
}

HEADINGS = (Style.HEADING_1, Style.HEADING_2, Style.HEADING_3, Style.HEADING_4)
TOC_LINES = (Style.TOC_1, Style.TOC_2, Style.TOC_3, Style.TOC_4)

PAGE_NUMBER = Look(face=Face.SONG, size=14, leading=14)
HEADER = Look(face=Face.SONG, size=9, leading=12, align=Align.CENTRE)
CONFIDENTIAL = Look(face=Face.HEI, leading=20)
"""三号黑体 at the left edge, as 密级 is printed (GB/T 9704-2012, 7.2.2)."""
PAGE_NUMBER_GAP_MM = 7
"""From the foot of the text area to the page number (GB/T 9704-2012, 7.5)."""

DRAFT_TEXT = "草稿"
CONFIDENTIAL_TEXT = "保密"
DRAFT_COLOUR = "C00000"
SHADE_COLOUR = "EDEFF2"

CODE_MM = 16
"""Side of the QR code in the upper right corner of every page."""
CODE_TOP_MM = 12
CODE_RIGHT_MM = 14
_HEADER_GAP_MM = 10
"""From the foot of the header's second line to the text area."""


@dataclass(frozen=True)
class PageShape:
    """A4 with its margins, in millimetres."""

    width: float
    height: float
    top: float
    left: float
    right: float
    bottom: float

    @property
    def text_width(self) -> float:
        """Width of the text area in millimetres."""
        return self.width - self.left - self.right

    @property
    def text_height(self) -> float:
        """Height of the text area in millimetres."""
        return self.height - self.top - self.bottom

    @property
    def footer_mm(self) -> float:
        """From the paper's edge to the foot of the page number's line."""
        return max(self.bottom - PAGE_NUMBER_GAP_MM - PAGE_NUMBER.leading / MM, 8)

    def header_mm(self, confidential: bool) -> float:
        """From the paper's edge to the first of the header's two lines, that of the marks."""
        lines = header_look(confidential).leading + HEADER.leading
        return max(self.top - _HEADER_GAP_MM - lines / MM, 5)


def header_look(confidential: bool) -> Look:
    """The header's first line, which holds 保密 at the left and 草稿 in the middle."""
    return CONFIDENTIAL if confidential else HEADER


def header_text_look(code: bool) -> Look:
    """The header's text: in the middle, and clear of a QR code, which reaches over the margin."""
    return replace(HEADER, left=2, right=2) if code else HEADER


PORTRAIT = PageShape(210, 297, top=37, left=28, right=26, bottom=35)
LANDSCAPE = PageShape(297, 210, top=28, left=35, right=37, bottom=26)


@dataclass(frozen=True)
class StyleSheet:
    """How a whole document looks: the standard's way, or that of a provider's style file.

    `header` stands on numbered pages of documents that have none of their own, `footer` beside the
    page number. `notes` say in Chinese what of a style file was not followed.
    """

    looks: Mapping[Style, Look]
    portrait: PageShape
    landscape: PageShape
    header: str = ""
    footer: str = ""
    notes: tuple[str, ...] = ()

    def page(self, landscape: bool) -> PageShape:
        """The measures of an upright or a turned page."""
        return self.landscape if landscape else self.portrait


STANDARD = StyleSheet(LOOKS, PORTRAIT, LANDSCAPE)
"""GB/T 9704-2012."""


def resource_path(*parts: str) -> Path:
    """Give the path of a bundled file, in the source tree and in the packaged program alike."""
    return bundled_path("resources", *parts)


def bundled_path(*parts: str) -> Path:
    """The same of what lies beside `resources/`: the guide in `docs/guide/`."""
    packaged = getattr(sys, "_MEIPASS", None)
    root = Path(packaged) if packaged else Path(__file__).resolve().parent.parent
    return root.joinpath(*parts)
