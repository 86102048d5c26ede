"""Workbooks and tables that mean harm, made as they are asked for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial

from tests.hostile import MB, Hostile, zipped

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_HEAD = "<row r='1'><c r='A1' t='inlineStr'><is><t>企业名称</t></is></c></row>"
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"


def sheet(rows: str = "", before: str = "", prolog: str = "") -> str:
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>{prolog}<worksheet {_MAIN}>{before}"
        f"<sheetData>{_HEAD}{rows}</sheetData></worksheet>"
    )


def row(number: object, value: str, kind: str = "inlineStr") -> str:
    inner = f"<is><t>{value}</t></is>" if kind == "inlineStr" else f"<v>{value}</v>"
    return f"<row r='{number}'><c r='A{number}' t='{kind}'>{inner}</c></row>"


def book(parts: dict[str, str | bytes] | None = None, drop: str = "") -> bytes:
    """A workbook of one sheet with one enterprise, some parts of it replaced."""
    over = "".join(
        f"<Override PartName='/{name}' ContentType='{_TYPES}{kind}+xml'/>"
        for name, kind in (("xl/workbook.xml", "sheet.main"), (SHEET, "worksheet"),
                           (STRINGS, "sharedStrings"), (STYLES, "styles"))
    )  # fmt: skip
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/"
        "content-types'><Default Extension='rels' ContentType='application/vnd.openxmlformats-"
        f"package.relationships+xml'/>{over}</Types>",
        "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f"<workbook {_MAIN} xmlns:r='{_REL}'><sheets><sheet name='a' "
        "sheetId='1' r:id='rId1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            {
                "rId1": ("worksheet", "worksheets/sheet1.xml"),
                "rId2": ("sharedStrings", "sharedStrings.xml"),
                "rId3": ("styles", "styles.xml"),
            }
        ),
        SHEET: sheet(row(2, "示例厂")),
        STRINGS: f"<sst {_MAIN}><si><t>示例厂</t></si></sst>",
        STYLES: f"<styleSheet {_MAIN}/>",
    }
    made |= parts or {}
    made.pop(drop, None)
    return zipped({k: v.encode() if isinstance(v, str) else v for k, v in made.items()})


def relations(targets: dict[str, tuple[str, str]], mode: str = "") -> str:
    each = "".join(
        f"<Relationship Id='{key}' Type='{_REL}/{kind}' Target='{target}'{mode}/>"
        for key, (kind, target) in targets.items()
    )
    return (
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        f"{each}</Relationships>"
    )


LAUGHS = "<!DOCTYPE a [<!ENTITY x0 'ha'>" + "".join(
    f"<!ENTITY x{n} '{f'&x{n - 1};' * 10}'>" for n in range(1, 12)
) + "]>"  # fmt: skip
OUTSIDE = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"


def workbooks() -> Iterator[Hostile]:
    """Workbooks that mean harm, as .xlsx."""
    makers: dict[str, Callable[[str], str]] = {
        SHEET: lambda x: sheet(row(2, "&x11;"), prolog=x),
        STRINGS: lambda x: f"{x}<sst {_MAIN}><si><t>&x11;</t></si></sst>",
        STYLES: lambda x: f"{x}<styleSheet {_MAIN}>&x11;</styleSheet>",
    }
    for part, make in makers.items():
        yield Hostile(f"laughs in {part}", partial(book, {part: make(LAUGHS)}))
        outside = OUTSIDE.replace("ENTITY x ", "ENTITY x11 ")
        yield Hostile(f"a file of ours in {part}", partial(book, {part: make(outside)}))
    for encoding in ("utf-16", "utf-32", "cp037", "utf-7", "gb18030"):
        prolog = f"<?xml version='1.0' encoding='{encoding}'?>"
        text = prolog + sheet(row(2, "&x11;"), prolog=LAUGHS).partition("?>")[2]
        yield Hostile(
            f"laughs in {encoding}",
            partial(book, {SHEET: text.encode(encoding, "replace")}),
        )
    yield Hostile("a sheet of blanks", lambda: book({SHEET: " " * (61 * MB)}))
    yield Hostile(
        "a row of a million", lambda: book({SHEET: sheet("<row>" + "<c/>" * 3_100_000 + "</row>")})
    )
    yield Hostile(
        "strings by the million",
        lambda: book({STRINGS: f"<sst {_MAIN}>" + "<si><t/></si>" * 3_000_000 + "</sst>"}),
    )
    yield Hostile(
        "styles by the million",
        lambda: book(
            {
                STYLES: f"<styleSheet {_MAIN}><cellXfs>"
                + "<xf/>" * 3_000_000
                + "</cellXfs></styleSheet>"
            }
        ),
    )
    yield Hostile(
        "relations by the million",
        lambda: book(
            {"xl/_rels/workbook.xml.rels": relations({f"r{n}": ("a", "b") for n in range(300_000)})}
        ),
    )
    yield Hostile("parts by the thousand", lambda: book({f"{n}.bin": "" for n in range(3_000)}))
    yield Hostile("a deep sheet", lambda: book({SHEET: sheet("<a>" * 200_000)}))
    big = f"<sst {_MAIN}><si><t> {'x' * (8 * MB)} </t></si></sst>"
    cells = "".join(
        f"<row r='{n}'>"
        + f"<c r='A{n}' t='s'><v>0</v></c>"
        + "<c t='s'><v>0</v></c>" * 30
        + "</row>"
        for n in range(2, 6_000)
    )
    yield Hostile("one long string everywhere", lambda: book({STRINGS: big, SHEET: sheet(cells)}))
    many = "".join(row(n, "示例") for n in range(2, 6_000))
    yield Hostile("rows beyond count", lambda: book({SHEET: sheet(many)}))
    yield Hostile("a far row", lambda: book({SHEET: sheet(row(10**12, "示例"))}))
    for part in (
        "xl/workbook.xml",
        SHEET,
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
    ):
        unread = part == "_rels/.rels"
        yield Hostile(f"no {part}", partial(book, drop=part), unread)
        yield Hostile(f"no XML in {part}", partial(book, {part: "<a"}), unread)
    missing = relations({"rId1": ("worksheet", "../../../../etc/passwd")})
    yield Hostile("a sheet elsewhere", lambda: book({"xl/_rels/workbook.xml.rels": missing}))
    yield Hostile("a huge number", lambda: book({SHEET: sheet(row(2, "9" * 100_000, "n"))}))
    yield Hostile("a string that is not there", lambda: book({SHEET: sheet(row(2, "99999", "s"))}))
    yield Hostile("a negative string", lambda: book({SHEET: sheet(row(2, "-7", "s"))}))
    whole = book()
    yield Hostile("cut", lambda: whole[: len(whole) // 2])
    yield Hostile("noise", lambda: random.Random(2).randbytes(4000))
    yield Hostile("an old .xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))
    yield Hostile("empty", lambda: b"")
    yield from harmless_books()


def harmless_books() -> Iterator[Hostile]:
    """What may be read, and must come to nothing."""
    link = relations(
        {"rId1": ("externalLinkPath", "file://10.0.0.1/a.xlsx")}, " TargetMode='External'"
    )
    parts: dict[str, str | bytes] = {"xl/externalLinks/_rels/externalLink1.xml.rels": link}
    yield Hostile("a link outside", lambda: book(parts), read=True)
    for text in (
        "=HYPERLINK(&quot;http://10.0.0.1&quot;)",
        "=cmd|'/c calc'!A1",
        "@SUM(1)",
        "+1+1",
        "-1",
    ):
        yield Hostile(f"text {text[:9]}", partial(book, {SHEET: sheet(row(2, text))}), read=True)
    formula = "<row r='2'><c r='A2'><f>WEBSERVICE(\"http://10.0.0.1\")</f><v>示例</v></c></row>"
    yield Hostile("a formula", lambda: book({SHEET: sheet(formula)}), read=True)
    wide = "<dimension ref='A1:XFD1048576'/>"
    yield Hostile("a wide sheet", lambda: book({SHEET: sheet(row(2, "示例"), wide)}), read=True)
    far = "<row r='2'><c r='ZZZZZZ2' t='inlineStr'><is><t>x</t></is></c></row>"
    yield Hostile("a far cell", lambda: book({SHEET: sheet(far)}), read=True)
    yield Hostile(
        "rows upside down", lambda: book({SHEET: sheet(row(9, "乙") + row(3, "甲"))}), read=True
    )
    yield Hostile(
        "names leading elsewhere", lambda: book({"../../a": "x", "/etc/passwd": "x"}), read=True
    )
    yield Hostile("macros", lambda: book({"xl/vbaProject.bin": "x"}), read=True)


def tables() -> Iterator[Hostile]:
    """The same as .csv."""
    head = "企业名称,联系人\n"
    yield Hostile("noise", lambda: random.Random(3).randbytes(4000))
    yield Hostile("one cell without end", lambda: (head + '"' + "x" * (5 * MB)).encode())
    yield Hostile("rows beyond count", lambda: (head + "甲,乙\n" * 6_000).encode())
    yield Hostile("empty rows beyond count", lambda: (head + ",\n" * 30_000).encode())
    yield Hostile("too large", lambda: head.encode() + bytes(21 * MB))
    yield Hostile("utf-16", lambda: (head + "甲,乙\n").encode("utf-16"))
    yield Hostile("utf-32", lambda: (head + "甲,乙\n").encode("utf-32"))
    yield Hostile("empty", lambda: b"")
    yield Hostile("no head", lambda: "甲,乙\n".encode())
    yield Hostile("columns without end", lambda: (head + "," * (5 * MB)).encode(), read=True)
    yield Hostile("big5", lambda: (head + "甲,乙\n").encode("big5", "replace"))
    yield Hostile("zeros", lambda: (head + "甲\0,乙\n").encode(), read=True)
    yield Hostile("formulas", lambda: (head + "=cmd|'/c calc'!A1,@x\n").encode(), read=True)
    yield Hostile("controls", lambda: (head + "a\x1b[2J\u202e,b\x07\n").encode(), read=True)
