"""The visit record on annex 3's form: labels, sessions, photos with time and place, any number."""

import datetime as dt
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from PIL import Image

from exporters import report_annexes, visit_record
from exporters.blocks import CellBlock, Document, Paragraph, Picture, Placeholder, Table
from exporters.docx_renderer import render_docx
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces
from exporters.source import Source
from exporters.wording import distance_text, moment_text, numeral, position_text
from forms.dossier import Dossier, Visit
from forms.photo_facts import PhotoFacts
from tests.dossiers import cells, dossiers, source_of, tables
from tests.rule_cases import case_of, dossier_of, good

# 附件3 现场诊断记录表, label by label.
LABELS = (
    "诊断企业名称",
    "诊断日期",
    "诊断时间段",
    "咨询诊断服务商名称",
    "咨询诊断服务人员签字",
    "本次诊断主题",
    "本次服务成果（第二次）",
    "本次诊断现场照片",
)


def composed(mapping: dict[str, Any], number: int = 2, **more: Any) -> tuple[Source, Document]:
    source = source_of(case_of(dossier_of(mapping)), **more)
    return source, visit_record.compose(source, source.dossier.all(Visit)[0], number)


def form(document: Document) -> Table:
    (table,) = tables(document)
    return table


def wide_cells(document: Document) -> list[tuple[CellBlock, ...]]:
    """What stands across the form and is not mere text: the drawings."""
    cells = [cell for row in form(document).rows for cell in row.cells if cell.colspan == 3]
    return [cell.content for cell in cells if not isinstance(cell.content, str)]


def photo_cells(document: Document) -> list[tuple[CellBlock, ...]]:
    """The cells of the photos with their lines."""
    cells = [cell for row in form(document).rows for cell in row.cells if cell.colspan < 3]
    return [cell.content for cell in cells if not isinstance(cell.content, str)]


def test_the_form_is_the_bureaus() -> None:
    _, document = composed(good())
    title = document.blocks[0]
    assert isinstance(title, Paragraph)
    assert title.text == "长春市中小企业数字化转型城市试点现场诊断记录表"
    held = cells(form(document))
    places = [held.index(label) for label in LABELS]
    assert places == sorted(places)
    assert held[held.index("诊断日期") + 1] == "2025年6月17日"
    assert held[held.index("诊断时间段") + 1] == "09:00-12:30"
    assert held[held.index("咨询诊断服务人员签字") + 1] == "到场人员：王、李、赵"
    topics = held[held.index("本次诊断主题") + 1]
    assert topics == ("☑情况调研　□主题培训　□访谈交流　□技术诊断　□方案沟通　□回访　☑诊断结果汇报")
    assert held[held.index("本次服务成果（第二次）") + 1] == "完成车间调研。"
    assert held[-1].startswith("试点企业对接人签字：")
    assert document.title.endswith("（第二次）")


def test_every_session_is_listed() -> None:
    mapping = good()
    mapping["stay"] = [
        {"id": "s1", "parent": "v1", "start": "08:30", "end": "11:50"},
        {"id": "s2", "parent": "v1", "start": "13:00"},
    ]
    _, document = composed(mapping)
    held = cells(form(document))
    assert held[held.index("诊断时间段") + 1] == "08:30-11:50、13:00-　　"


def test_photos_stand_in_the_order_taken_with_time_and_place_below(tmp_path: Path) -> None:
    picture = tmp_path / "p.jpg"
    Image.new("RGB", (64, 48), "grey").save(picture)
    mapping = good()
    mapping["photo"].reverse()
    _, document = composed(mapping, photo_file=lambda photo: picture)
    contents = photo_cells(document)
    assert len(contents) == 5
    assert all(isinstance(content[0], Picture) for content in contents)
    lines = [
        [block.text for block in content if isinstance(block, Paragraph)] for content in contents
    ]
    assert [line[0].split("　")[0] for line in lines] == [
        *("1. 入场", "2. 宣贯培训", "3. 人员访谈", "4. 生产现场", "5. 离场")
    ]
    assert lines[0] == [
        "1. 入场　入场照片",
        "2025年6月17日 09:01　距厂址25米",
        "北纬43.90018°，东经125.29981°",
    ]


def test_the_visit_at_a_glance_stands_before_the_photos() -> None:
    source, document = composed(good())
    rows = [row.cells[0].content for row in form(document).rows]
    place = rows.index("本次诊断现场照片")
    timeline, plan = wide_cells(document)
    assert rows[place + 1 : place + 3] == [timeline, plan]
    words = [content[1].text for content in (timeline, plan) if isinstance(content[1], Paragraph)]
    assert words == [
        "时间线：1场合计3小时30分，可计入的照片5张。",
        "拍摄位置：围栏内5张；坐标系WGS-84与厂址相符；厂址由注册地址确认。",
    ]
    pictures = [content[0] for content in (timeline, plan)]
    assert all(isinstance(each, Picture) and each.alt for each in pictures)
    report = report_annexes.blocks(source, lambda *_: [])
    assert timeline[0] in [
        block
        for table in report
        if isinstance(table, Table)
        for row in table.rows
        for cell in row.cells
        if not isinstance(cell.content, str)
        for block in cell.content
    ]


def test_what_there_is_nothing_to_draw_of_is_left_out() -> None:
    mapping = good()
    mapping["site"] = {}
    assert len(wide_cells(composed(mapping)[1])) == 1
    mapping["photo"] = []
    assert len(wide_cells(composed(mapping)[1])) == 1
    mapping["stay"] = []
    assert wide_cells(composed(mapping)[1]) == []


def test_a_watermark_that_stands_alone_is_named_below_its_photo() -> None:
    mapping = good()
    for photo in mapping["photo"]:
        photo["facts"] = {"width": 64, "height": 48, "format": "JPEG"}
    photo = mapping["photo"][0]
    photo |= {"stated_date": "2025-06-17", "stated_time": "09:01", "stated_latitude": "43.9"}
    photo |= {"stated_longitude": "125.3"}
    lines = [texts_of(content) for content in photo_cells(composed(mapping)[1])]
    assert lines[0][1:] == [
        "水印2025年6月17日 09:01　距厂址0米",
        "水印北纬43.90000°，东经125.30000°",
    ]
    assert lines[1][1:] == ["未记录拍摄时间", "未记录位置"]


def texts_of(content: tuple[CellBlock, ...]) -> list[str]:
    return [block.text for block in content if isinstance(block, Paragraph)]


def test_a_photo_whose_file_is_gone_is_named_and_none_leaves_the_forms_words() -> None:
    _, document = composed(good())
    first = photo_cells(document)[0][0]
    assert isinstance(first, Placeholder) and "p1.jpg" in first.text
    mapping = good()
    mapping["photo"] = []
    assert any(
        text.startswith("咨询诊断服务商每次入场提供的现场诊断照片不少于5张")
        for text in cells(form(composed(mapping)[1]))
    )


def test_sixty_photos_stay_with_their_lines(tmp_path: Path) -> None:
    mapping = good()
    template = mapping["photo"][0]
    mapping["photo"] = [
        template | {"id": f"q{n}", "sha256": f"{n:064}", "caption": f"第{n}张照片的说明"}
        for n in range(60)
    ]
    pictures = []
    for n in range(60):
        pictures.append(tmp_path / f"{n}.jpg")
        size = (48, 64) if n % 7 == 0 else (64, 48)
        Image.new("RGB", size, (4 * n, 100, 100)).save(pictures[-1])
    held = iter(pictures)
    _, document = composed(mapping, photo_file=lambda photo: next(held))
    assert 10 <= len(lay_out(document, faces(None)).pages) <= 12
    path = tmp_path / "记录.docx"
    render_docx(document, path)
    opened = docx.Document(str(path))
    assert len(opened.inline_shapes) == 62  # the timeline and the plan besides
    text = "\n".join(p.text for p in opened.element.body.iter() if p.tag.endswith("}t") and p.text)
    assert [f"第{n}张照片的说明" in text for n in range(60)] == [True] * 60


@pytest.mark.parametrize(
    ("facts", "moment", "place"),
    [
        (None, "未记录拍摄时间", "未记录位置"),
        (
            PhotoFacts(
                width=1,
                height=1,
                format="JPEG",
                taken_local=dt.datetime(2025, 6, 17, 8, 31, 59),
                latitude=-43.5,
                longitude=-125.25,
            ),
            "2025年6月17日 08:31",
            "南纬43.50000°，西经125.25000°",
        ),
        (
            PhotoFacts(width=1, height=1, format="PNG", taken_local=dt.datetime(1, 1, 1)),
            "未记录拍摄时间",
            "未记录位置",
        ),
    ],
)
def test_time_and_place_as_recorded(facts: PhotoFacts | None, moment: str, place: str) -> None:
    assert moment_text(facts) == moment
    assert position_text(facts) == place


def test_distances_and_numerals() -> None:
    assert [distance_text(m) for m in (None, 7.4, 999.4, 1930)] == [
        *("", "距厂址7米", "距厂址999米", "距厂址1.9公里")
    ]
    assert [numeral(n) for n in (1, 9, 10, 11, 20, 21, 99, 100)] == [
        *("一", "九", "十", "十一", "二十", "二十一", "九十九", "100")
    ]


@settings(max_examples=25)
@given(dossiers())
def test_any_visit_composes(dossier: Dossier) -> None:
    source = source_of(case_of(dossier, 0), draft=True)
    for number, visit in enumerate(dossier.all(Visit), start=1):
        assert form(visit_record.compose(source, visit, number)).rows
