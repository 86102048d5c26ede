"""The checker of .docx files: it finds each fault put into a sound file, and none in ours."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from exporters.docx_renderer import render_docx
from tests.docx_check import faults
from tests.test_frames import framed

DOCUMENT = "word/document.xml"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every kind of block, headers, a code, marks and a landscape section."""
    path = tmp_path_factory.mktemp("sound") / "sound.docx"
    render_docx(framed(), path)
    return path


def _altered(sound: Path, folder: Path, part: str, old: str, new: str) -> Path:
    """The file with the first place of a text in a part replaced; without the part if new is ""."""
    path = folder / "broken.docx"
    with zipfile.ZipFile(sound) as archive, zipfile.ZipFile(path, "w") as broken:
        assert part in archive.namelist()
        for name in archive.namelist():
            data = archive.read(name)
            if name == part:
                if not old:
                    continue
                text = data.decode()
                assert old in text
                data = text.replace(old, new, 1).encode()
            broken.writestr(name, data)
    return path


def test_every_kind_of_block_is_written_as_word_wants_it(sound: Path) -> None:
    assert faults(sound) == []


@pytest.mark.parametrize(
    ("part", "old", "new", "wanted"),
    [
        (DOCUMENT, "<w:keepNext/>", "<w:jc w:val='left'/><w:keepNext/>", "w:pPr out of order"),
        (DOCUMENT, "<w:b/><w:bCs/>", "<w:sz w:val='20'/><w:b/>", "w:rPr out of order"),
        (DOCUMENT, "<w:b/>", "<w:b/><w:b/>", "w:rPr holds b 2 times"),
        (DOCUMENT, "<w:b/>", "<w:bold/>", "w:rPr holds bold"),
        (DOCUMENT, "<w:tblPr>", "<w:tblPr><w:tblLayout w:type='fixed'/>", "w:tblPr out of order"),
        (DOCUMENT, "<w:tcPr>", "<w:tcPr><w:vAlign w:val='top'/>", "w:tcPr out of order"),
        (DOCUMENT, "<w:cantSplit/>", "<w:noSplit/>", "w:trPr holds w:noSplit"),
        (DOCUMENT, "<w:type ", "<w:pgNumType/><w:type ", "w:sectPr out of order"),
        (DOCUMENT, '<w:gridSpan w:val="4"/>', '<w:gridSpan w:val="3"/>', "do not add up"),
        (DOCUMENT, '<w:vMerge w:val="restart"/>', "", "continues nothing"),
        (DOCUMENT, '<w:gridSpan w:val="4"/>', '<w:gridSpan w:val="0"/>', "w:gridSpan w:val=0"),
        (DOCUMENT, "</w:p></w:tc>", "</w:p><w:tbl/></w:tc>", "does not end in a paragraph"),
        (DOCUMENT, "<w:body>", "<w:body><w:tbl/>", "has no row"),
        (DOCUMENT, "</w:tbl><w:p>", "</w:tbl><w:sdt/><w:p>", "is followed by sdt"),
        ("word/header1.xml", '<wp:docPr id="', '<wp:docPr id="1" a="', "drawing 1 2 times"),
        (DOCUMENT, '<w:bookmarkEnd w:id="5"/>', "", "is not ended"),
        (DOCUMENT, '<w:bookmarkStart w:id="5"', '<w:bookmarkStart w:id="99"', "no beginning"),
        (DOCUMENT, 'w:name="_Toc00000002"', 'w:name="_Toc00000001"', "_toc00000001 2 times"),
        (DOCUMENT, 'w:anchor="_Toc00000002"', 'w:anchor="_Toc2"', "no bookmark _Toc2"),
        (DOCUMENT, 'w:fldCharType="separate"', 'w:fldCharType="end"', "without a result"),
        (DOCUMENT, '<w:fldChar w:fldCharType="end"/>', "", "a field is not ended"),
        (DOCUMENT, 'r:embed="', 'r:embed="none', "no relationship none"),
        ("word/_rels/document.xml.rels", 'Target="media/', 'Target="lost/', "target missing"),
        ("word/media/code.png", "", "", "target missing"),
        ("word/_rels/header1.xml.rels", "", "", "no relationship rId1"),
        ("[Content_Types].xml", 'Extension="png"', 'Extension="gif"', "no content type for"),
        (DOCUMENT, "<w:t ", "<w:t x='&#1;' ", "not XML"),
        (DOCUMENT, '<w:tcW w:w="', '<w:tcW w:w="-', "w:tcW w:w=-"),
        (DOCUMENT, '<w:jc w:val="center"/>', '<w:jc w:val="centre"/>', "no value centre"),
        (DOCUMENT, '<wp:extent cx="', '<wp:extent cx="-', "without extent"),
        (DOCUMENT, '<w:pStyle w:val="', '<w:pStyle w:val="Lost', "no style Lost"),
        ("word/header1.xml", "<w:hdr ", "<w:hdr><w:tbl/></w:hdr><w:hdr ", "not XML"),
    ],
)  # fmt: skip
def test_each_fault_is_found(
    sound: Path, tmp_path: Path, part: str, old: str, new: str, wanted: str
) -> None:
    found = faults(_altered(sound, tmp_path, part, old, new))
    assert any(wanted in fault for fault in found), found


def test_what_is_no_package_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.docx"
    path.write_bytes(b"no zip")
    assert faults(path) == ["not a package"]


def test_a_document_without_blocks_is_sound(tmp_path: Path) -> None:
    render_docx(replace(framed(), blocks=()), tmp_path / "empty.docx")
    assert faults(tmp_path / "empty.docx") == []
