"""What Word refuses or repairs in a .docx, looked for without Word: `faults` names each it finds.

Orders and ranges are those of ECMA-376 part 1 (transitional), as far as this program writes them.
"""

import posixpath
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_MOST_COLUMNS = 63
_MOST_TWIPS = 31680

Node = Any
"""An element of lxml, which ships no types."""

_ORDERS: dict[str, str] = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr "
    "suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct "
    "topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind "
    "contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint "
    "noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect "
    "bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW "
    "jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption "
    "tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection "
    "tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc "
    "pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi "
    "rtlGutter docGrid printerSettings",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden "
    "unhideWhenUsed qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr "
    "tcPr tblStylePr",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
}
_MANY = {"headerReference", "footerReference", "tr", "tc", "tblStylePr", "bookmarkStart"}
_MANY |= {"bookmarkEnd"}
#: Row properties may stand in any order.
_ROW = "cnfStyle divId gridBefore gridAfter wBefore wAfter cantSplit trHeight tblHeader "
_ROW += "tblCellSpacing jc hidden ins del trPrChange"
_DRAWINGS: dict[str, str] = {
    "inline": "extent effectExtent docPr cNvGraphicFramePr graphic",
    "anchor": "simplePos positionH positionV extent effectExtent wrapNone wrapSquare wrapTight "
    "wrapThrough wrapTopAndBottom docPr cNvGraphicFramePr graphic",
}
#: Element, attribute, least and greatest value.
_RANGES: tuple[tuple[str, str, int, int], ...] = (
    *(("pgSz", side, 144, _MOST_TWIPS) for side in ("w", "h")),
    *(("pgMar", side, 0, _MOST_TWIPS) for side in ("left", "right", "header", "footer", "gutter")),
    *(("pgMar", side, -_MOST_TWIPS, _MOST_TWIPS) for side in ("top", "bottom")),
    *((name, "w", 0, _MOST_TWIPS) for name in ("gridCol", "tcW", "tblW")),
    *(("spacing", side, 0, _MOST_TWIPS) for side in ("before", "after", "line")),
    *(("ind", side, -_MOST_TWIPS, _MOST_TWIPS) for side in ("left", "right")),
    *(("ind", side, 0, _MOST_TWIPS) for side in ("firstLine", "hanging", "firstLineChars")),
    *((name, "val", 2, 3276) for name in ("sz", "szCs")),
    ("trHeight", "val", 0, _MOST_TWIPS),
    ("gridSpan", "val", 1, _MOST_COLUMNS),
    ("outlineLvl", "val", 0, 9),
    ("pgNumType", "start", 0, 2**31 - 1),
    ("tab", "pos", -_MOST_TWIPS, _MOST_TWIPS),
)
_WORDS: dict[str, set[str]] = {
    "jc": {"left", "center", "right", "both", "start", "end", "distribute"},
    "vMerge": {"restart", "continue"},
    "fldCharType": {"begin", "separate", "end"},
}


def faults(path: Path) -> list[str]:
    """Everything in a file that Word would refuse, repair or lose, in words; [] for a sound one."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist()]
            found = [f"twice in the package: {n}" for n, c in Counter(names).items() if c > 1]
            parts = {name: archive.read(name) for name in names}
    except zipfile.BadZipFile:
        return ["not a package"]
    trees: dict[str, Node] = {}
    for name, data in parts.items():
        if name.endswith((".xml", ".rels")):
            try:
                trees[name] = etree.fromstring(data)
            except etree.XMLSyntaxError as error:
                found.append(f"{name}: not XML: {error}")
    found += _types(parts, trees)
    found += _relations(parts, trees)
    stories = {n: t for n, t in trees.items() if n.startswith("word/") and "/_rels/" not in n}
    for name, tree in stories.items():
        for check in _CHECKS:
            found += [f"{name}: {fault}" for fault in check(tree)]
    return [*found, *_across(stories)]


def _types(parts: dict[str, bytes], trees: dict[str, Node]) -> Iterator[str]:
    tree = trees.get("[Content_Types].xml")
    if tree is None:
        yield "no content types"
        return
    endings = {str(node.get("Extension")).lower() for node in tree.iter(f"{_TYPES}Default")}
    named = {str(node.get("PartName")).lstrip("/") for node in tree.iter(f"{_TYPES}Override")}
    for name in parts:
        ending = name.rpartition(".")[2].lower()
        if name != "[Content_Types].xml" and name not in named and ending not in endings:
            yield f"no content type for {name}"
    yield from (f"content type for a missing part: {name}" for name in named - set(parts))


def _relations(parts: dict[str, bytes], trees: dict[str, Node]) -> Iterator[str]:
    """Targets that are not in the package, and ids that no relationship has."""
    ids: dict[str, set[str]] = {}
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        folder, _, file = name.rpartition("_rels/")
        for node in tree:
            ids.setdefault(folder + file.removesuffix(".rels"), set()).add(str(node.get("Id")))
            target = str(node.get("Target"))
            where = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            if node.get("TargetMode") != "External" and where not in parts:
                yield f"{name}: target missing: {target}"
        if len(tree) != len({node.get("Id") for node in tree}):
            yield f"{name}: a relationship's id occurs twice"
    for name, tree in trees.items():
        used = {
            value
            for node in tree.iter()
            for key, value in node.attrib.items()
            if str(key).startswith(_R)
        }
        missing = used - ids.get(name, set())
        yield from (f"{name}: no relationship {key}" for key in sorted(map(str, missing)))
    if "word/document.xml" not in parts:
        yield "no main document"


def _name(node: Node, space: str = W) -> str:
    tag = str(node.tag)
    return tag.removeprefix(space) if tag.startswith(space) else ""


def _orders(tree: Node) -> Iterator[str]:
    """Children out of the schema's sequence, twice where once is allowed, or unknown."""
    for node in tree.iter():
        parent = _name(node)
        children = [_name(child) for child in node if isinstance(child.tag, str)]
        if parent in _ORDERS:
            yield from _sequence(f"w:{parent}", children, _ORDERS[parent].split(), _MANY)
        elif parent == "trPr":
            unknown = set(children) - set(_ROW.split())
            yield from (f"w:trPr holds w:{name}" for name in sorted(unknown))
        parent = _name(node, _WP)
        if parent in _DRAWINGS:
            children = [etree.QName(child).localname for child in node]
            yield from _sequence(f"wp:{parent}", children, _DRAWINGS[parent].split(), set())


def _sequence(parent: str, children: list[str], order: list[str], many: set[str]) -> Iterator[str]:
    known = [order.index(child) for child in children if child in order]
    # Word writes references to headers and footers mixed, and the schema has them as a choice.
    known = [1 if parent == "w:sectPr" and place == 0 else place for place in known]
    if known != sorted(known):
        yield f"{parent} out of order: {' '.join(children)}"
    for child, count in Counter(children).items():
        if child not in order:
            yield f"{parent} holds {child or 'something foreign'}"
        elif count > 1 and child not in many:
            yield f"{parent} holds {child} {count} times"


def _ranges(tree: Node) -> Iterator[str]:
    for name, attribute, least, most in _RANGES:
        for node in tree.iter(f"{W}{name}"):
            value = node.get(f"{W}{attribute}")
            if value is None:
                continue
            if not value.lstrip("-").isdigit() or not least <= int(value) <= most:
                yield f"w:{name} w:{attribute}={value}"
    for name, allowed in _WORDS.items():
        for node in tree.iter(f"{W}{name}", f"{W}fldChar"):
            key = "fldCharType" if _name(node) == "fldChar" else "val"
            value = node.get(f"{W}{key}")
            if (_name(node) == name or key == name) and value not in {*allowed, None}:
                yield f"w:{name} has no value {value}"
    for node in tree.iter(f"{_WP}extent"):
        if min(int(node.get(side) or 0) for side in ("cx", "cy")) <= 0:
            yield "a drawing without extent"


def _tables(tree: Node) -> Iterator[str]:
    for number, table in enumerate(tree.iter(f"{W}tbl"), 1):
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        rows = table.findall(f"{W}tr")
        if not rows:
            yield f"table {number} has no row"
        if not 1 <= columns <= _MOST_COLUMNS:
            yield f"table {number} has {columns} columns"
        above: dict[int, int] = {}
        for place, row in enumerate(rows, 1):
            where = f"row {place} of table {number}"
            cells = [(_value(c, "gridSpan", 1), c) for c in row.findall(f"{W}tc")]
            skipped = _value(row, "gridBefore", 0, "trPr"), _value(row, "gridAfter", 0, "trPr")
            if sum(span for span, _ in cells) + sum(skipped) != columns:
                yield f"spans of {where} do not add up"
            if not cells:
                yield f"{where} has no cell"
            merged: dict[int, int] = {}
            column = skipped[0]
            for span, cell in cells:
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                if merge is not None:
                    merged[column] = span
                    going_on = merge.get(f"{W}val", "continue") == "continue"
                    if going_on and above.get(column) != span:
                        yield f"a merged cell of {where} continues nothing"
                column += span
            above = merged


def _value(node: Node, name: str, default: int, holder: str = "tcPr") -> int:
    found = node.find(f"{W}{holder}/{W}{name}")
    value = default if found is None else found.get(f"{W}val", default)
    return int(value) if str(value).isdigit() else default


def _blocks(tree: Node) -> Iterator[str]:
    """What stands in cells, the body, headers and footers: paragraphs last, tables apart."""
    for cell in tree.iter(f"{W}tc"):
        if len(cell) == 0 or _name(cell[-1]) != "p":
            yield "a cell does not end in a paragraph"
    for name in ("body", "hdr", "ftr", "tc"):
        for holder in tree.iter(f"{W}{name}"):
            kinds = [_name(child) for child in holder]
            for kind, following in zip(kinds, [*kinds[1:], ""], strict=True):
                if kind == "tbl" and following != "p":
                    yield f"a table in w:{name} is followed by {following or 'nothing'}"
            if name == "body" and (kinds.count("sectPr") != 1 or kinds[-1] != "sectPr"):
                yield "the body does not end in its section's properties"
            if name in ("hdr", "ftr") and "p" not in kinds:
                yield f"w:{name} has no paragraph"


def _fields(tree: Node) -> Iterator[str]:
    open_fields: list[str] = []
    for node in tree.iter(f"{W}fldChar", f"{W}instrText"):
        kind = node.get(f"{W}fldCharType") or "instrText"
        if kind == "begin":
            open_fields.append("begin")
        elif not open_fields:
            yield f"a field's {kind} without a beginning"
        elif kind == "end":
            if open_fields.pop() != "separate":
                yield "a field without a result"
        elif open_fields[-1] != "begin":
            yield f"a field's {kind} out of place"
        elif kind == "separate":
            open_fields[-1] = "separate"
    if open_fields:
        yield "a field is not ended"


def _bookmarks(tree: Node) -> Iterator[str]:
    starts = list(tree.iter(f"{W}bookmarkStart"))
    ids = Counter(node.get(f"{W}id") for node in starts)
    names = Counter(str(node.get(f"{W}name")).lower() for node in starts)
    ends = Counter(node.get(f"{W}id") for node in tree.iter(f"{W}bookmarkEnd"))
    yield from (f"bookmark id {key} {count} times" for key, count in ids.items() if count > 1)
    yield from (f"bookmark {key} {count} times" for key, count in names.items() if count > 1)
    yield from (f"bookmark name too long: {name}" for name in names if len(name) > 40)
    yield from (f"bookmark {key} is not ended" for key in ids - ends)
    yield from (f"the end of bookmark {key} has no beginning" for key in ends - ids)
    wanted = {str(node.get(f"{W}anchor")) for node in tree.iter(f"{W}hyperlink")} - {"None"}
    for node in tree.iter(f"{W}instrText"):
        words = (node.text or "").split()
        wanted |= {words[1]} if words[:1] == ["PAGEREF"] else set()
    yield from (f"no bookmark {key}" for key in sorted(wanted) if key.lower() not in names)


_CHECKS: tuple[Callable[[Node], Iterator[str]], ...] = (
    _orders,
    _ranges,
    _tables,
    _blocks,
    _fields,
    _bookmarks,
)


def _across(stories: dict[str, Node]) -> Iterator[str]:
    """What counts over the whole file: drawings' numbers, and styles that are asked for."""
    numbers = Counter(
        node.get("id") for tree in stories.values() for node in tree.iter(f"{_WP}docPr")
    )
    yield from (f"drawing {key} {count} times" for key, count in numbers.items() if count > 1)
    styles = stories.get("word/styles.xml")
    if styles is None:
        return
    known = {node.get(f"{W}styleId") for node in styles.iter(f"{W}style")}
    wanted = {
        node.get(f"{W}val")
        for tree in stories.values()
        for name in ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link")
        for node in tree.iter(f"{W}{name}")
    }
    yield from (f"no style {key}" for key in sorted(map(str, wanted - known)))
