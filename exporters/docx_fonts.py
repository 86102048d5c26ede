"""The .docx's table of fonts: how a program that lacks a face finds another of its kind.

Other names, kind and character set of each face stand there, for machines that lack it
(ECMA-376-1, 17.8.3). LibreOffice 7.4 leaves other names aside and asks the system instead. Values
are those of the Windows fonts, but for the family: for most Chinese faces Windows says "modern",
which helps nobody who looks for a serif.
"""

from docx.document import Document as DocxDocument
from docx.opc.constants import RELATIONSHIP_TYPE as RT

from exporters.docx_xml import NAMESPACES
from exporters.style import Face

_LATIN = (
    '<w:font w:name="Times New Roman"><w:panose1 w:val="02020603050405020304"/>'
    '<w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'
)
_WINDOWS = {
    Face.FANG: ("FangSong,仿宋_GB2312,FangSong_GB2312", "02010609060101010101", "roman", "fixed"),
    Face.HEI: ("SimHei", "02010609060101010101", "swiss", "fixed"),
    Face.KAI: ("KaiTi,楷体_GB2312,KaiTi_GB2312", "02010609060101010101", "script", "fixed"),
    Face.SONG: ("SimSun", "02010600030101010101", "roman", "variable"),
}
"""Other names in order of preference, PANOSE classification, family, pitch."""
_GB2312 = "86"


def write_font_table(docx: DocxDocument) -> None:
    """Describe the faces that the styles name, in place of the template's Japanese ones."""
    fonts = "".join(
        f'<w:font w:name="{face.value}"><w:altName w:val="{names}"/><w:panose1 w:val="{panose}"/>'
        f'<w:charset w:val="{_GB2312}"/><w:family w:val="{family}"/><w:pitch w:val="{pitch}"/>'
        "</w:font>"
        for face, (names, panose, family, pitch) in _WINDOWS.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    table = f"{head}<w:fonts {NAMESPACES}>{_LATIN}{fonts}</w:fonts>"
    docx.part.part_related_by(RT.FONT_TABLE)._blob = table.encode()
