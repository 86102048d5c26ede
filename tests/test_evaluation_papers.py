"""The two evaluation tables and the satisfaction form, each as a paper by itself."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from app.packs import load_pack
from exporters import evaluation_tables, satisfaction, visit_record
from exporters.blocks import Cell, Document, Paragraph, Picture, PictureGrid
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces
from exporters.source import Source
from forms.dossier import Dossier, Signature, Visit
from forms.evaluation import Stage
from forms.papers import Role
from forms.record import Record
from tests.dossiers import cells, dossiers, empty_source, source_of, tables
from tests.rule_cases import case_of, dossier_of, good
from tests.same_text import same_text


def held(document: Document) -> list[str]:
    return [text for table in tables(document) for text in cells(table)]


def closing(document: Document) -> str:
    last = document.blocks[-1]
    assert isinstance(last, Paragraph)
    return last.text


def pictures(document: Document) -> list[Picture]:
    """Every picture of the document's cells, in order."""
    found: list[Picture] = []
    for table in tables(document):
        for row in table.rows:
            for cell in row.cells:
                for block in () if isinstance(cell.content, str) else cell.content:
                    if isinstance(block, PictureGrid):
                        found += [p for i in block.items if isinstance(p := i.picture, Picture)]
                    elif isinstance(block, Picture):
                        found.append(block)
    return found


def signed(source: Source, paper: str, role: Role, *names: str, visit: Any = None) -> Source:
    dossier = source.dossier
    ink = {"height": 0.4, "strokes": [[(n / 40, 0.2 + math.sin(n) / 8) for n in range(40)]]}
    entries: list[Record] = [
        Signature(
            dossier_id=dossier.id, paper=paper, role=role.value, name=name, ink=ink, subject=visit
        )
        for name in names
    ]
    records = dossier.records | {"signature": entries}
    return replace(source, dossier=replace(dossier, records=records))


@pytest.fixture(scope="module")
def source() -> Source:
    return source_of(case_of(dossier_of(good())))


@pytest.fixture(scope="module")
def points(source: Source) -> Document:
    return evaluation_tables.compose_points(source)


@pytest.fixture(scope="module")
def scenes(source: Source) -> Document:
    return evaluation_tables.compose_scenes(source)


def test_each_table_is_headed_and_closed(points: Document, scenes: Document) -> None:
    for document, title in (
        (points, "数字化基础、管理及成效评测表"),
        (scenes, "数字化经营应用场景等级判定表"),
    ):
        assert document.title == f"示例·测试机械有限公司{title}（诊断）"
        assert held(document)[:8] == [
            *("企业名称", "示例·测试机械有限公司", "评测阶段", "诊断"),
            *("咨询诊断服务商", "示例服务商", "现场诊断日期", "2025年6月17日"),
        ]
        assert "评测结果：综合得分" in closing(document) and "等级为" in closing(document)
    assert closing(points).startswith("各维度得分：数字化基础")
    assert "16项应用场景达到一级，其中有10项约束性场景" in closing(scenes)
    assert closing(scenes).endswith("标*为约束性场景。")


def test_each_table_holds_its_half_and_no_more(points: Document, scenes: Document) -> None:
    instrument = load_pack().instrument
    of_points, of_scenes = "\n".join(held(points)), "\n".join(held(scenes))
    assert all(item.question in of_points for item in instrument.items)
    assert all(c in of_scenes for scene in instrument.scenes for c in scene.criteria)
    assert instrument.scenes[0].criteria[0] not in of_points
    assert instrument.items[0].question not in of_scenes


def test_a_stage_shows_its_own_answers_and_no_day_of_another(source: Source) -> None:
    mapping = good()
    mapping["answer"] = [a for a in mapping["answer"] if a["stage"] == "self"][:3]
    partly = source_of(case_of(dossier_of(mapping)))
    mine = evaluation_tables.compose_points(partly, Stage.SELF)
    assert "现场诊断日期" not in held(mine) and "自评" in held(mine)
    assert sum("☑" in text for text in held(mine)) == 3
    assert closing(mine) == "尚有12个采集项未作答，得分待定。"
    ours = evaluation_tables.compose_points(partly)
    assert not any("☑" in text for text in held(ours))
    levels = evaluation_tables.compose_scenes(partly, Stage.SELF)
    assert closing(levels).startswith("数字化经营应用场景尚有16项未判定等级。")


def test_an_empty_dossier_gives_blank_tables() -> None:
    empty = empty_source()
    for compose in (evaluation_tables.compose_points, evaluation_tables.compose_scenes):
        assert "☑" not in "".join(held(compose(empty)))


def test_the_satisfaction_form_as_filled(source: Source) -> None:
    document = satisfaction.compose(source)
    assert held(document).count("√") == 7
    assert "2025年6月30日" in held(document)
    assert [picture.alt for picture in pictures(document)] == ["（盖章处）"]
    ours = satisfaction.compose(signed(source, "satisfaction", Role.ENTERPRISE, "钱"))
    assert [picture.alt for picture in pictures(ours)] == ["（盖章处）", "试点企业签名：钱"]


def test_the_blank_form_names_both_parties_and_answers_nothing(source: Source) -> None:
    mapping = good()
    mapping["satisfaction"]["opinion"] = "满意的话"
    given_source = source_of(case_of(dossier_of(mapping)))
    given_source = signed(given_source, "satisfaction", Role.ENTERPRISE, "钱")
    blank = satisfaction.compose_blank(given_source)
    found = held(blank)
    assert {"示例·测试机械有限公司", "示例服务商", "钱", "王"} <= set(found)
    assert "√" not in found and not any("满意的话" in text for text in found)
    assert "　　年　　月　　日" in found
    assert [picture.alt for picture in pictures(blank)] == ["（盖章处）"]
    assert len(found) == len(held(satisfaction.compose(given_source)))
    assert len(lay_out(blank, faces(None)).pages) == 1


def test_signatures_stand_in_the_records_own_cells(source: Source) -> None:
    visit = source.dossier.all(Visit)[0]

    def cell(given_source: Source, begin: str) -> Cell:
        document = visit_record.compose(given_source, visit, 1)
        return next(
            cell
            for table in tables(document)
            for row in table.rows
            for cell in row.cells
            if "".join(cells(replace(table, rows=(replace(row, cells=(cell,)),)))).startswith(begin)
        )

    team, other = "到场人员：王、李、赵", "试点企业对接人签字："
    assert cell(source, team).content == team
    both = signed(source, "record", Role.TEAM, "王", "李", "赵", visit=visit.id)
    content = cell(both, team).content
    assert not isinstance(content, str) and isinstance(content[-1], PictureGrid)
    assert [i.picture.alt for i in content[-1].items if isinstance(i.picture, Picture)] == [
        f"咨询诊断服务人员签名：{name}" for name in ("王", "李", "赵")
    ]
    assert isinstance(cell(both, other).content, str)
    theirs = cell(signed(source, "record", Role.COUNTERPART, "钱", visit=visit.id), other).content
    assert not isinstance(theirs, str) and isinstance(theirs[-1], Picture)
    # Those under another visit's record are not this one's.
    elsewhere = signed(source, "record", Role.TEAM, "王", visit=source.dossier.id)
    assert cell(elsewhere, team).content == team
    rows = next(tables(visit_record.compose(source, visit, 1))).rows
    assert [row.min_height_mm >= 16 for row in (rows[4], rows[-1])] == [True, True]


@settings(max_examples=6)
@given(dossiers())
def test_any_dossier_composes(dossier: Dossier) -> None:
    anything = Source(dossier, load_pack(), {}, draft=True)
    for stage in Stage:
        assert closing(evaluation_tables.compose_points(anything, stage))
        assert closing(evaluation_tables.compose_scenes(anything, stage))
    assert held(satisfaction.compose(anything)) and held(satisfaction.compose_blank(anything))


def test_both_papers_say_the_same(
    source: Source, points: Document, scenes: Document, tmp_path: Path
) -> None:
    with_ink = signed(source, "satisfaction", Role.ENTERPRISE, "钱")
    for document in (points, scenes, satisfaction.compose(with_ink)):
        same_text(document, tmp_path)
    visit = source.dossier.all(Visit)[0]
    inked = signed(source, "record", Role.TEAM, *"王李赵", visit=visit.id)
    same_text(visit_record.compose(inked, visit, 1), tmp_path)
