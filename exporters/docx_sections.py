"""Word sections: paper and margins, page numbers, headers and the draft mark."""

from docx.document import Document as DocxDocument
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.section import _Footer, _Header

from exporters.blocks import Document, Section
from exporters.docx_styles import run_properties
from exporters.docx_xml import NAMESPACES, corner_picture_run, field, run, twips
from exporters.style import (
    CODE_MM,
    CODE_RIGHT_MM,
    CODE_TOP_MM,
    CONFIDENTIAL,
    CONFIDENTIAL_TEXT,
    DRAFT_COLOUR,
    DRAFT_TEXT,
    HEADER,
    PAGE_NUMBER,
    PageShape,
    StyleSheet,
    header_look,
    header_text_look,
)

_VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'


def section_xml(section: Section, shape: PageShape, confidential: bool = False) -> str:
    """The properties of a section, without its headers."""
    turned = ' w:orient="landscape"' if section.landscape else ""
    start = '<w:pgNumType w:start="1"/>' if section.restart else ""
    return (
        f'<w:sectPr {NAMESPACES}><w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{twips(shape.width)}" w:h="{twips(shape.height)}"{turned}/>'
        f'<w:pgMar w:top="{twips(shape.top)}" w:right="{twips(shape.right)}" '
        f'w:bottom="{twips(shape.bottom)}" w:left="{twips(shape.left)}" '
        f'w:header="{twips(shape.header_mm(confidential))}" '
        f'w:footer="{twips(shape.footer_mm)}" w:gutter="0"/>{start}</w:sectPr>'
    )


def write_frames(
    docx: DocxDocument,
    sections: list[Section],
    document: Document,
    drawn: int,
    sheet: StyleSheet,
) -> None:
    """Fill the headers and footers of every section, odd pages and even ones.

    `drawn` is how many pictures the body has: a drawing's number must occur once in a file.
    """
    docx.settings.odd_and_even_pages_header_footer = True
    code = None
    if document.code is not None:
        name = PackURI("/word/media/code.png")
        code = Part(name, "image/png", document.code, docx.part.package)
    number = 1
    for made, section in zip(docx.sections, sections, strict=True):
        shape = sheet.page(section.landscape)
        for odd in (True, False):
            header = made.header if odd else made.even_page_header
            footer = made.footer if odd else made.even_page_footer
            # Its own from here on: a relation would otherwise go to the previous section's.
            header.is_linked_to_previous = False
            content = _header_content(document, section, number, sheet)
            if code is not None:
                relation = header.part.relate_to(code, RT.IMAGE)
                picture = _code(relation, drawn + number, shape)
                content[0] = content[0].replace("</w:p>", f"{picture}</w:p>")
            _fill(header, content)
            _fill(footer, _footer_content(section, odd, shape, sheet.footer))
            number += 1


def _fill(frame: _Header | _Footer, paragraphs: list[str]) -> None:
    frame.is_linked_to_previous = False
    element = frame._element
    for child in list(element):
        element.remove(child)
    for paragraph in paragraphs:
        element.append(parse_xml(paragraph))


def _header_content(
    document: Document, section: Section, number: int, sheet: StyleSheet
) -> list[str]:
    mark = properties = ""
    if document.confidential:
        mark = run(CONFIDENTIAL_TEXT, run_properties(CONFIDENTIAL)) + "<w:r><w:tab/></w:r>"
        middle = twips(sheet.page(section.landscape).text_width / 2)
        leading = round(header_look(confidential=True).leading * 20)
        properties = (
            f'<w:tabs><w:tab w:val="center" w:pos="{middle}"/></w:tabs>'
            f'<w:spacing w:line="{leading}" w:lineRule="exact"/><w:jc w:val="left"/>'
        )
    if document.draft:
        colour = f'<w:b/><w:bCs/><w:color w:val="{DRAFT_COLOUR}"/>'
        mark += run(DRAFT_TEXT, colour) + _watermark(number)
    header = document.header or sheet.header
    text = header.replace("\n", " ") if section.numbered else ""
    look = header_text_look(document.code is not None)
    side = round(look.left * look.size * 20)
    indents = f'<w:ind w:left="{side}" w:right="{side}"/>' if side else ""
    return [
        f'<w:p {NAMESPACES}><w:pPr><w:pStyle w:val="Header"/>{own}</w:pPr>{content}</w:p>'
        for own, content in ((properties, mark), (indents, run(text)))
    ]


def _code(relation: str, number: int, shape: PageShape) -> str:
    left = shape.width - CODE_RIGHT_MM - CODE_MM
    return corner_picture_run(relation, number, (left, CODE_TOP_MM), CODE_MM, "二维码")


def _watermark(number: int) -> str:
    """Word's own kind of watermark: large turned letters behind the text."""
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:360pt;height:180pt;rotation:315;"
        "z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        "mso-position-vertical-relative:margin"
    )
    return (
        f'<w:r><w:pict {_VML}><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" '
        'adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas>'
        '<v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
        '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/>'
        '<v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/>'
        '<v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom" '
        'o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
        '<v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="DraftMark{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" '
        f'style="{style}" o:allowincell="f" fillcolor="#f3dcdc" stroked="f">'
        f'<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{DRAFT_TEXT}"/>'
        "</v:shape></w:pict></w:r>"
    )


def _footer_content(section: Section, odd: bool, shape: PageShape, beside: str) -> list[str]:
    """— 1 —: odd pages at the right, even ones at the left, one character in (GB/T 9704, 7.5)."""
    content = ""
    if section.numbered:
        content = run("— ") + field("PAGE", "1") + run(" —")
    side = "right" if odd else "left"
    indent = round(PAGE_NUMBER.size * 20)
    tabs = ""
    if beside and section.numbered:
        middle, end = twips(shape.text_width / 2), twips(shape.text_width) - indent
        tabs = f'<w:tab w:val="center" w:pos="{middle}"/><w:tab w:val="right" w:pos="{end}"/>'
        tabs, side = f"<w:tabs>{tabs}</w:tabs>", "left"
        text, tab = run(beside, run_properties(HEADER)), "<w:r><w:tab/></w:r>"
        content = f"{tab}{text}{tab}{content}" if odd else f"{content}{tab}{text}"
    return [
        f'<w:p {NAMESPACES}><w:pPr><w:pStyle w:val="Footer"/>{tabs}'
        f'<w:ind w:left="{indent}" w:right="{indent}"/><w:jc w:val="{side}"/></w:pPr>'
        f"{content}</w:p>"
    ]
