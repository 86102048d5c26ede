"""A provider's own style file: a .docx whose styles and first page a document then follows.

The file comes from outside. It is opened as a zip with bounds on size and count, only the parts
needed are unpacked, and an XML part with a document type (entities) is refused. Nothing of it gets
into a document but names of fonts, numbers within bounds, and two lines of text.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from docx.oxml import parse_xml

from exporters.blocks import clean
from exporters.style import (
    CODE_MM,
    CODE_RIGHT_MM,
    CODE_TOP_MM,
    MM,
    STANDARD,
    Look,
    PageShape,
    Style,
    StyleSheet,
)
from exporters.word_styles import Node, Styles, W, number
from forms.errors import UserError

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAX_FILE = 20 * 1024 * 1024
_MAX_PARTS = 2000
_MAX_PART = 8 * 1024 * 1024

_KEPT = "其他样式照常采用"
_NO_FILE = "样式文件没有采用，原来的版式未变，请在 Word 或 WPS 中另存为 .docx 后重新选择"

#: Styles that a provider's file does not know take the body's type.
_LIKE_BODY = (Style.PLAIN, Style.CENTRE, Style.SIGNATURE, Style.COVER_FIELD)
#: Table text keeps 五号 and 小四, and with them the heights that forms count on.
_SIZE_KEPT = (Style.CELL, Style.CELL_LARGE, Style.NOTE, Style.PICTURE, Style.PICTURE_NOTE)


def read_style_file(source: Path | bytes) -> StyleSheet:
    """Read a style file; styles that it has not, and measures beyond bounds, are the standard's.

    Taken are East-Asian font, size, weight, alignment, spacing, line and first-line indent of the
    styles that have the names of ours, the first section's paper, margins, header and footer.
    Raises UserError where the file is no .docx, too large, or damaged.
    """
    parts = _unpacked(source)
    styles = Styles(parts["styles"], parts.get("theme"))
    looks = dict(STANDARD.looks)
    notes: list[str] = []
    for style, look in STANDARD.looks.items():
        found = styles.named(style)
        if found is not None:
            looks[style] = _bounded(style, look, styles.look(found, look), notes)
    for style in _LIKE_BODY:
        if styles.named(style) is None:
            body, own = looks[Style.BODY], looks[style]
            leading = own.leading if style is Style.COVER_FIELD else body.leading
            looks[style] = replace(
                own,
                face=body.face,
                font=body.font,
                size=body.size,
                leading=leading,
                track=body.track,
            )
    portrait = _page(parts["document"], notes)
    header, footer = (_line(parts.get(key), most) for key, most in _FRAMES)
    return StyleSheet(looks, portrait, _turned(portrait), header, footer, tuple(notes))


_AROUND_NUMBER = re.compile(r"[第共页/\s]+$")
_FRAMES = (("header", 80), ("footer", 34))
"""Of which frame how many characters are printed: one line has to do beside a page number."""


def _unpacked(source: Path | bytes) -> dict[str, Node]:
    """The parts that count, parsed: document, styles, and where there are any theme and frames."""
    try:
        if isinstance(source, Path):
            if source.stat().st_size > _MAX_FILE:
                raise _refusal(f"这个文件超过 {_MAX_FILE // 1024 // 1024} MB")
            source = source.read_bytes()
        if len(source) > _MAX_FILE:
            raise _refusal(f"这个文件超过 {_MAX_FILE // 1024 // 1024} MB")
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            if len(archive.infolist()) > _MAX_PARTS:
                raise _refusal("这个文件里的部件太多")
            found = {
                "document": _part(archive, "word/document.xml"),
                "styles": _part(archive, "word/styles.xml"),
                "theme": _part(archive, "word/theme/theme1.xml"),
            }
            relations = _part(archive, "word/_rels/document.xml.rels")
            for kind in ("header", "footer"):
                target = _frame(found["document"], relations, kind)
                found[kind] = _part(archive, f"word/{target}") if target else None
    except OSError as error:
        raise _refusal("这个文件读不出来") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        # Damaged, enciphered, or of an unknown method: the zip reader raises all of these.
        raise _refusal("这个文件不是完好的 .docx 文件") from error
    if found["document"] is None or found["styles"] is None:
        raise _refusal("这个文件不是 Word 文档，或没有样式")
    return {key: node for key, node in found.items() if node is not None}


def _refusal(what: str) -> UserError:
    return UserError(f"{what}，{_NO_FILE}。")


def _part(archive: zipfile.ZipFile, name: str) -> Node | None:
    """One part, or None where there is none; never more bytes than the bound are unpacked."""
    try:
        with archive.open(name) as stream:
            data = stream.read(_MAX_PART + 1)
    except KeyError:
        return None
    except zlib.error as error:
        raise _refusal("这个文件不是完好的 .docx 文件") from error
    if len(data) > _MAX_PART:
        raise _refusal("这个文件里有过大的部件")
    try:
        # Its parser neither resolves entities nor reads a document type from elsewhere.
        root: Node = parse_xml(data)
    except SyntaxError as error:
        raise _refusal("这个文件不是完好的 .docx 文件") from error
    if root.getroottree().docinfo.doctype:
        raise _refusal("这个文件含有不应有的内容（文档类型声明）")
    return root


def _frame(document: Node | None, relations: Node | None, kind: str) -> str:
    """The file name of the first section's ordinary header or footer."""
    section = None if document is None else next(document.iter(f"{W}sectPr"), None)
    if section is None or relations is None:
        return ""
    for reference in section.findall(f"{W}{kind}Reference"):
        if reference.get(f"{W}type", "default") == "default":
            wanted = reference.get(f"{_R}id")
            for relation in relations:
                if relation.get("Id") == wanted:
                    return str(relation.get("Target")).rpartition("/")[2]
    return ""


#: What of a look may lie between which bounds, and its name for people.
_BOUNDS: Mapping[str, tuple[float, float, str]] = {
    "size": (8, 48, "字号"),
    "leading": (8, 80, "行距"),
    "before": (0, 60, "段前距"),
    "after": (0, 60, "段后距"),
    "first": (0, 6, "首行缩进"),
}


def _bounded(style: Style, standard: Look, found: Look, notes: list[str]) -> Look:
    """The look with each measure that is beyond bounds as in the standard, and said so."""
    kept: dict[str, float] = {}
    if style in _SIZE_KEPT:
        found = replace(standard, face=found.face, font=found.font)
    for field, (least, most, label) in _BOUNDS.items():
        if not least <= getattr(found, field) <= most:
            kept[field] = getattr(standard, field)
            notes.append(f"样式“{style.value}”的{label}超出可用范围，已按标准版式，{_KEPT}。")
    return replace(found, **kept)  # type: ignore[arg-type]


def _page(document: Node, notes: list[str]) -> PageShape:
    """The first section's paper and margins, upright."""
    section = next(document.iter(f"{W}sectPr"), None)
    size = None if section is None else section.find(f"{W}pgSz")
    margins = None if section is None else section.find(f"{W}pgMar")
    if size is None or margins is None:
        return STANDARD.portrait
    width, height = (number(size.get(f"{W}{side}", "0")) / 20 / MM for side in ("w", "h"))
    shape = PageShape(
        round(width, 1),
        round(height, 1),
        *(
            round(number(margins.get(f"{W}{side}", "0")) / 20 / MM, 1)
            for side in ("top", "left", "right", "bottom")
        ),
    )
    if shape.width > shape.height:
        shape = PageShape(
            shape.height,
            shape.width,
            top=shape.right,
            left=shape.top,
            right=shape.bottom,
            bottom=shape.left,
        )
    shape = _paper(shape)
    if not (_usable(shape) and _usable(_turned(shape))):
        notes.append(f"页面大小或页边距不便使用，已按标准版式，{_KEPT}。")
        return STANDARD.portrait
    return shape


def _paper(shape: PageShape) -> PageShape:
    """A4 to the tenth of a millimetre, which twentieths of a point do not quite hit."""
    standard = STANDARD.portrait
    near = abs(shape.width - standard.width) < 1 and abs(shape.height - standard.height) < 1
    return replace(shape, width=standard.width, height=standard.height) if near else shape


def _turned(shape: PageShape) -> PageShape:
    """The page turned by a quarter: its left edge is on top."""
    return PageShape(
        shape.height,
        shape.width,
        top=shape.left,
        left=shape.bottom,
        right=shape.top,
        bottom=shape.right,
    )


def _usable(shape: PageShape) -> bool:
    """Whether forms and pictures fit, and a page's corner has room for a QR code."""
    edges = (shape.top, shape.left, shape.right, shape.bottom)
    paper = 140 <= shape.width <= 450 and 140 <= shape.height <= 450
    room = shape.text_width >= 110 and shape.text_height >= 110
    beside = shape.right >= CODE_RIGHT_MM + CODE_MM
    above = shape.top >= CODE_TOP_MM + CODE_MM
    return paper and room and all(15 <= edge <= 80 for edge in edges) and (beside or above)


def _line(frame: Node | None, most: int) -> str:
    """A header's or footer's text in one line, without what fields print (page numbers)."""
    if frame is None:
        return ""
    said: list[str] = []
    depth = 0
    for node in frame.iter(f"{W}fldChar", f"{W}t"):
        if node.tag == f"{W}t":
            simple = next(node.iterancestors(f"{W}fldSimple"), None)
            if not depth and simple is None:
                said.append(node.text or "")
        else:
            kind = node.get(f"{W}fldCharType")
            depth += {"begin": 1, "end": -1}.get(kind or "", 0)
    text = " ".join(clean("".join(said)).split()).strip("-—－ ")
    # What stands around a page number (第 页 共 页) says nothing without it.
    return _AROUND_NUMBER.sub("", text)[:most]
