"""The .docx's table of fonts, by which a program without the Windows fonts finds like ones."""

from __future__ import annotations

import zipfile
from pathlib import Path

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from exporters.blocks import Document, Paragraph
from exporters.docx_renderer import render_docx
from exporters.style import Face


def test_every_face_of_the_styles_is_described(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    render_docx(Document("题", (Paragraph("文"),)), path)
    with zipfile.ZipFile(path) as archive:
        table = parse_xml(archive.read("word/fontTable.xml"))
        styles = parse_xml(archive.read("word/styles.xml"))
    fonts = {font.get(qn("w:name")): font for font in table}
    named = {
        names.get(qn(f"w:{script}"))
        for names in styles.iter(qn("w:rFonts"))
        for script in ("ascii", "eastAsia")
    }
    assert {face.value for face in Face} < named
    assert named == set(fonts)
    values = {
        face: {child.tag.split("}")[1]: child.get(qn("w:val")) for child in fonts[face.value]}
        for face in Face
    }
    for described in values.values():
        # The order of the schema (CT_Font), which Word insists on.
        assert list(described) == ["altName", "panose1", "charset", "family", "pitch"]
        assert described["charset"] == "86"
    assert values[Face.KAI]["altName"].split(",")[0] == "KaiTi"
    assert values[Face.SONG]["family"] == "roman" and values[Face.HEI]["family"] == "swiss"
