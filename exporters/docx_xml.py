"""WordprocessingML written as text: paragraphs, runs, fields, tables, pictures.

Whole blocks are written as strings and parsed once; building them through python-docx's objects
takes time that grows with the square of a table's size.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from exporters.blocks import Caption, OutlineEntry, Paragraph, Run, clean
from exporters.style import (
    CELL_PADDING_X_MM,
    CELL_PADDING_Y_MM,
    DRAFT_COLOUR,
    MM,
    SHADE_COLOUR,
    TOC_LINES,
    Look,
    Style,
)

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
# Marks that Word takes from the Latin face unless told that they are Chinese here.
_AMBIGUOUS = frozenset("“”‘’…—·×÷±°℃①②③④⑤⑥⑦⑧⑨⑩□☑√■●○★△→←↑↓≥≤≠")
_EMU_PER_MM = 36000


def twips(millimetres: float) -> int:
    """Twentieths of a point."""
    return round(millimetres * MM * 20)


def style_id(style: Style) -> str:
    """The identifier of a style in styles.xml; built-in ones keep Word's own."""
    if style.value.isascii():
        return style.value.title().replace(" ", "") if style in TOC_LINES else _built_in(style)
    return f"ZG{style.name.title().replace('_', '')}"


def _built_in(style: Style) -> str:
    return {"TOC Heading": "TOCHeading"}.get(style.value, style.value.replace(" ", ""))


def run(text: str, properties: str = "") -> str:
    """A run; line feeds become line breaks, tabs tabs."""
    text = clean(text)
    if not _AMBIGUOUS.isdisjoint(text):
        properties = f'<w:rFonts w:hint="eastAsia"/>{properties}'
    lines = []
    for line in text.split("\n"):
        parts = [
            f'<w:t xml:space="preserve">{escape(p)}</w:t>' if p else "" for p in line.split("\t")
        ]
        lines.append("<w:tab/>".join(parts))
    content = "<w:br/>".join(lines)
    return f"<w:r>{_wrap('rPr', properties)}{content}</w:r>" if content else ""


def _wrap(name: str, content: str) -> str:
    return f"<w:{name}>{content}</w:{name}>" if content else ""


def looked_run(piece: Run) -> str:
    """A run with its own look over the style's."""
    properties = "<w:b/><w:bCs/>" if piece.bold else ""
    if piece.marked:
        properties += f'<w:color w:val="{DRAFT_COLOUR}"/>'
    return run(piece.text, properties)


def paragraph_xml(
    style: Style,
    content: str,
    *,
    keep_next: bool = False,
    page_break: bool = False,
    before_pt: float | None = None,
    after_pt: float | None = None,
    align: str = "",
) -> str:
    """A paragraph of a style; what is left out comes from the style."""
    spacing = "" if before_pt is None else f' w:before="{round(before_pt * 20)}"'
    spacing += "" if after_pt is None else f' w:after="{round(after_pt * 20)}"'
    properties = (
        f'<w:pStyle w:val="{style_id(style)}"/>'
        + ("<w:keepNext/>" if keep_next else "")
        + ("<w:pageBreakBefore/>" if page_break else "")
        + (f"<w:spacing{spacing}/>" if spacing else "")
        + (f'<w:jc w:val="{align}"/>' if align else "")
    )
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def text_paragraph(
    paragraph: Paragraph, look: Look, page_break: bool = False, keep: bool = False
) -> str:
    """A paragraph block; `look` is its style's."""
    align = paragraph.align
    return paragraph_xml(
        paragraph.style,
        "".join(map(looked_run, paragraph.runs)),
        keep_next=keep or paragraph.keep_with_next,
        page_break=page_break,
        before_pt=paragraph.before_pt,
        after_pt=paragraph.after_pt,
        align="" if align in (None, look.align) else str(align),
    )


def bookmarked(text: str, bookmark: str, number: int) -> str:
    """A heading's run between the ends of its bookmark."""
    return (
        f'<w:bookmarkStart w:id="{number}" w:name="{bookmark}"/>{run(text)}'
        f'<w:bookmarkEnd w:id="{number}"/>'
    )


def field(instruction: str, cached: str, properties: str = "") -> str:
    """A field with the text that shows until Word works it out anew."""
    rpr = _wrap("rPr", properties)
    return (
        f'<w:r>{rpr}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{rpr}<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r>{rpr}<w:fldChar w:fldCharType="separate"/></w:r>'
        f"{run(cached, properties)}"
        f'<w:r>{rpr}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def caption_content(caption: Caption, expected: int) -> str:
    """表1 …, its number a SEQ field, set anew (\\r) where it is not the next one."""
    reset = "" if caption.number == expected else f" \\r {caption.number}"
    kind = clean(caption.kind)
    number = field(f"SEQ {kind} \\* ARABIC{reset}", str(caption.number))
    return run(kind) + number + run(f" {caption.text}")


def toc_paragraphs(
    entries: Sequence[OutlineEntry], levels: int, numbers: dict[str, str], width_mm: float
) -> list[str]:
    """The contents as a TOC field whose cached result is the real entries."""
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
        f' TOC \\o "1-{levels}" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    lines = []
    for place, entry in enumerate(entries):
        number = field(f"PAGEREF {entry.bookmark} \\h", numbers.get(entry.bookmark, ""))
        link = (
            f'<w:hyperlink w:anchor="{entry.bookmark}" w:history="1">{run(entry.text)}'
            f"<w:r><w:tab/></w:r>{number}</w:hyperlink>"
        )
        style = TOC_LINES[entry.level - 1]
        content = (begin if place == 0 else "") + link
        content += end if place == len(entries) - 1 else ""
        tab = f'<w:tab w:val="right" w:leader="dot" w:pos="{twips(width_mm)}"/>'
        lines.append(
            f'<w:p><w:pPr><w:pStyle w:val="{style_id(style)}"/><w:tabs>{tab}</w:tabs></w:pPr>'
            f"{content}</w:p>"
        )
    return lines


def picture_run(relation: str, number: int, size_mm: tuple[float, float], alt: str) -> str:
    """An inline picture of a size in millimetres."""
    width, height = (round(value * _EMU_PER_MM) for value in size_mm)
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/>{_graphic(relation, number, width, height, alt)}'
        "</wp:inline></w:drawing></w:r>"
    )


def corner_picture_run(
    relation: str, number: int, place_mm: tuple[float, float], side_mm: float, alt: str
) -> str:
    """A square picture at a place counted from the page's upper left corner, in no text's way."""
    across, down = (round(value * _EMU_PER_MM) for value in place_mm)
    side = round(side_mm * _EMU_PER_MM)
    return (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        f'relativeHeight="{number}" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{across}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{down}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{side}" cy="{side}"/><wp:wrapNone/>'
        f"{_graphic(relation, number, side, side, alt)}</wp:anchor></w:drawing></w:r>"
    )


def _graphic(relation: str, number: int, width: int, height: int, alt: str) -> str:
    """What every drawing ends with: its number and its picture, in English Metric Units."""
    described = quoteattr(clean(alt).replace("\n", " "))
    return (
        f'<wp:docPr id="{number}" name="Picture {number}" descr={described}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/>'
        f'</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>"
    )


def table_head(widths_mm: Sequence[float], border: bool) -> str:
    """A table's properties and grid."""
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    line = 'w:val="single" w:sz="4" w:space="0" w:color="000000"' if border else 'w:val="nil"'
    borders = "".join(f"<w:{edge} {line}/>" for edge in edges)
    x, y = twips(CELL_PADDING_X_MM), twips(CELL_PADDING_Y_MM)
    margins = "".join(
        f'<w:{edge} w:w="{value}" w:type="dxa"/>'
        for edge, value in (("top", y), ("left", x), ("bottom", y), ("right", x))
    )
    columns = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths_mm)
    return (
        f'<w:tblPr><w:tblW w:w="{sum(map(twips, widths_mm))}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
    )


def row_properties(min_height_mm: float, head: bool, whole: bool) -> str:
    """Row properties: whole rows are not cut at a page's foot, head rows repeat."""
    return _wrap(
        "trPr",
        ("<w:cantSplit/>" if whole else "")
        + (f'<w:trHeight w:val="{twips(min_height_mm)}"/>' if min_height_mm else "")
        + ("<w:tblHeader/>" if head else ""),
    )


def cell_xml(
    width_mm: float, colspan: int, merge: str, shaded: bool, top: bool, content: str
) -> str:
    """A cell; `merge` is "", "restart" or "continue"."""
    properties = f'<w:tcW w:w="{twips(width_mm)}" w:type="dxa"/>'
    properties += f'<w:gridSpan w:val="{colspan}"/>' if colspan > 1 else ""
    properties += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE_COLOUR}"/>' if shaded else ""
    properties += "" if top else '<w:vAlign w:val="center"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def spacer(height_pt: float, keep_next: bool = False) -> str:
    """A small empty paragraph: Word wants one between tables and after a nested one."""
    line = round(height_pt * 20)
    return (
        f'<w:p><w:pPr>{"<w:keepNext/>" if keep_next else ""}<w:spacing w:before="0" w:after="0" '
        f'w:line="{line}" w:lineRule="exact"/><w:ind w:firstLine="0"/></w:pPr></w:p>'
    )
