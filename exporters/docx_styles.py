"""Word styles made from a style sheet's looks, so that a report can be restyled as a whole."""

from xml.sax.saxutils import quoteattr

from docx.document import Document as DocxDocument
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from exporters.docx_fonts import write_font_table
from exporters.docx_xml import NAMESPACES, style_id
from exporters.style import HEADER, HEADINGS, PAGE_NUMBER, Look, Style, StyleSheet

LATIN = "Times New Roman"

_DEFAULTS = f"""<w:docDefaults {NAMESPACES}><w:rPrDefault><w:rPr>
<w:rFonts w:ascii="{LATIN}" w:eastAsia="仿宋" w:hAnsi="{LATIN}" w:cs="{LATIN}"/>
<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="%s" w:bidi="ar-SA"/>
</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr>
</w:pPrDefault></w:docDefaults>"""


def apply_styles(docx: DocxDocument, language: str, sheet: StyleSheet) -> None:
    """Keep the template's four default styles and write all others anew.

    The template's own carry theme fonts and colours, which would win over the faces named here.
    """
    root = docx.styles.element
    root.replace(root.find(qn("w:docDefaults")), parse_xml(_DEFAULTS % language))
    for style in root.findall(qn("w:style")):
        if style.get(qn("w:default")) != "1":
            root.remove(style)
    for named, look in sheet.looks.items():
        root.append(parse_xml(_style_xml(named, style_id(named), look)))
    for name, look in (("header", HEADER), ("footer", PAGE_NUMBER)):
        root.append(parse_xml(_frame_style(name, look)))
    write_font_table(docx)


def _frame_style(name: str, look: Look) -> str:
    return (
        f'<w:style {NAMESPACES} w:type="paragraph" w:styleId="{name.title()}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:pPr>'
        f'<w:spacing w:line="{round(look.leading * 20)}" w:lineRule="exact"/>'
        f'<w:jc w:val="{look.align}"/></w:pPr><w:rPr>{run_properties(look)}</w:rPr></w:style>'
    )


def _style_xml(style: Style, identifier: str, look: Look) -> str:
    name = style.value.lower() if style in (*HEADINGS, Style.CAPTION) else style.value
    outline = ""
    if style in HEADINGS:
        outline = f'<w:outlineLvl w:val="{HEADINGS.index(style)}"/>'
    custom = "" if style.value.isascii() else ' w:customStyle="1"'
    following = '<w:next w:val="BodyText"/>' if style in HEADINGS else ""
    return (
        f'<w:style {NAMESPACES} w:type="paragraph"{custom} w:styleId="{identifier}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="Normal"/>{following}<w:uiPriority w:val="9"/>'
        f"<w:qFormat/><w:pPr>{_paragraph_properties(style, look)}{outline}</w:pPr>"
        f"<w:rPr>{run_properties(look)}</w:rPr></w:style>"
    )


def _paragraph_properties(style: Style, look: Look) -> str:
    # A picture's line must grow with the picture; an exact height would cut it off.
    picture = style is Style.PICTURE
    line = 'w:line="240" w:lineRule="auto"'
    if not picture:
        line = f'w:line="{round(look.leading * 20)}" w:lineRule="exact"'
    indents = ""
    for attribute, share in (("left", look.left), ("right", look.right), ("firstLine", look.first)):
        # Characters for Word, twentieths of a point for programs that do not know them.
        indents += f' w:{attribute}Chars="{round(share * 100)}"'
        indents += f' w:{attribute}="{round(share * look.size * 20)}"'
    return (
        ("<w:keepNext/>" if look.keep_next else "")
        + ("<w:keepLines/>" if style in HEADINGS else "")
        + f'<w:widowControl/><w:spacing w:before="{round(look.before * 20)}" '
        f'w:after="{round(look.after * 20)}" {line}/><w:ind{indents}/><w:jc w:val="{look.align}"/>'
    )


def run_properties(look: Look) -> str:
    """A look's run properties: both faces by name, weight, size in half points."""
    size = round(look.size * 2)
    track = f'<w:spacing w:val="{round(look.track * 20)}"/>' if look.track else ""
    return (
        f'<w:rFonts w:ascii="{LATIN}" w:eastAsia={quoteattr(look.font_name)} w:hAnsi="{LATIN}" '
        f'w:cs="{LATIN}"/>{"<w:b/><w:bCs/>" if look.bold else ""}'
        f'<w:color w:val="000000"/>{track}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    )
