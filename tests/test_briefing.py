"""The briefing: it says what is in the dossier, runs over nowhere, and comes out the same again."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from pptx.oxml.ns import qn
from pptx.util import Mm

from exporters import briefing, slides
from exporters.slides import BODY_FOOT, BODY_TOP, INNER, Grid, Slide, Text, paged
from exporters.source import Source
from forms.dossier import Dossier
from tests.dossiers import dossiers, empty_source, source_of
from tests.rule_cases import case_of, dossier_of, good
from tests.sample_cases import sample_case

NAME = "示例・长春净月高新技术产业开发区轨道交通高端装备智能制造（集团）有限责任公司第二分公司"


def source(**forms: Any) -> Source:
    return source_of(case_of(dossier_of(good() | forms)))


def written(made: Source, path: Path) -> Any:
    briefing.write(made, path)
    return pptx.Presentation(str(path))


def titles(show: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in show.slides]


def said(show: Any) -> str:
    """All that stands on the slides, without the notes."""
    found = []
    for slide in show.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [cell.text_frame.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Source, Any, Path]:
    made = source_of(sample_case("herbal-pharma"))
    path = tmp_path_factory.mktemp("汇报") / "a.pptx"
    return made, written(made, path), path


def test_the_sample_is_told_one_idea_a_slide(sample: tuple[Source, Any, Path]) -> None:
    _, show, _ = sample
    assert show.slide_width / show.slide_height == pytest.approx(16 / 9, rel=0.001)
    assert titles(show) == [
        "诊断结果汇报",
        "数字化水平等级",
        "得分率最低的指标：绿色低碳（0%）",
        "综合得分34.125分，距二级得分要求差5.875分",
        "3个应用场景达到二级，其中约束性2个",
        "痛点分析",
        "数字化改造需求：14项",
        "数字化改造需求：14项（续）",
        "到二级还差5.875分和3个应用场景",
        "建议实施的改造项目：6个",
        "下一步工作",
    ]
    words = said(show)
    for part in ("示例・双阳鹿乡本草药业有限公司", "一级（初始级）", "综合得分34.125分", "168万元"):
        assert part.replace("・", "·") in words.replace("・", "·"), part
    assert " 分" not in words


def test_pictures_say_what_they_show_and_runs_name_their_face(
    sample: tuple[Source, Any, Path],
) -> None:
    _, show, _ = sample
    pictures = [s for slide in show.slides for s in slide.shapes if s.shape_type == 13]
    alts = [picture._element.nvPicPr.cNvPr.get("descr") for picture in pictures]
    assert len(alts) == 4
    for alt, part in zip(alts, ("雷达图", "各级得分要求", "场景的等级", "下一等级"), strict=True):
        assert part in alt
    for slide in show.slides:
        for run in slide._element.iter(qn("a:r")):
            assert run.find(qn("a:rPr")).find(qn("a:ea")).get("typeface") == "微软雅黑"
            assert run.find(qn("a:rPr")).get("lang") == "zh-CN"


def test_each_slide_is_marked(sample: tuple[Source, Any, Path], tmp_path: Path) -> None:
    made, show, _ = sample
    draft = written(replace(made, draft=True), tmp_path / "b.pptx")
    for mark, other, shown in (("保密", "草稿", show), ("草稿", "保密", draft)):
        for slide in shown.slides:
            texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
            assert texts.count(mark) == 1 and other not in texts


def test_the_same_dossier_gives_the_same_bytes(
    sample: tuple[Source, Any, Path], tmp_path: Path
) -> None:
    made, _, first = sample
    briefing.write(made, tmp_path / "c.pptx")
    assert (tmp_path / "c.pptx").read_bytes() == first.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
    core = pptx.Presentation(str(first)).core_properties
    assert (core.created, core.last_modified_by) == (dt.datetime(2025, 8, 1), "")


def test_an_empty_dossier_has_a_cover_and_says_in_a_draft_what_is_missing(tmp_path: Path) -> None:
    final = written(empty_source(), tmp_path / "a.pptx")
    assert titles(final) == ["诊断结果汇报"]
    assert "未填写" not in said(final)
    draft = written(empty_source(draft=True), tmp_path / "b.pptx")
    assert titles(draft) == ["诊断结果汇报", "数字化水平等级"]
    assert said(draft).count("（未填写）") == 3 and "尚未完成" in said(draft)


def test_an_open_answer_takes_away_what_depends_on_it(tmp_path: Path) -> None:
    rows = [row for row in good()["answer"] if row["subject"] != "设备数字化"]
    words = titles(written(source(answer=rows), tmp_path / "a.pptx"))
    assert not [t for t in words if "得分" in t or "还差" in t or "等级" in t]
    assert "16个应用场景达到一级，其中约束性10个" in words


def test_before_and_after_are_overlaid_once_there_are_both(tmp_path: Path) -> None:
    rows = good()["answer"]
    later = [row | {"stage": "retrofit"} for row in rows if row["stage"] == "diagnosis"]
    words = titles(written(source(answer=[*rows, *later]), tmp_path / "a.pptx"))
    assert "改造前后九项指标得分率" in words
    begun = titles(written(source(answer=[*rows, later[0]]), tmp_path / "b.pptx"))
    assert "改造前后九项指标得分率" not in begun


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("排程靠人工。交付不稳。", "排程靠人工。"),
        ("\n  第一行没有句号\n第二行。", "第一行没有句号"),
        ("。只有句号在前。", "。只有句号在前。"),
        ("长" * 300, "长" * 109 + "…"),
        ("  \n", ""),
    ],
)
def test_a_paragraph_is_shortened_to_its_first_sentence(text: str, wanted: str) -> None:
    assert briefing.first_sentence(text) == wanted


def long_source() -> Source:
    table = good()
    need = {"kind": "其他需求", "text": "需求很长ERP/MES系统集成" * 40}
    project = {"name": "项目名称" * 20, "period": "2025年10月至12月" * 4, "cost": "36.5"}
    table["enterprise"]["name"] = table["provider"]["name"] = NAME * 2
    return source(
        enterprise=table["enterprise"],
        provider=table["provider"],
        paragraph=[
            {"section": "2.pain", "text": f"痛点{n}" + "生产不稳，" * 30} for n in range(12)
        ],
        need=[need] * 13,
        project=[project | {"content": "内容", "outcome": "效果"}] * 15,
    )


def boxes(show: Any) -> Iterator[tuple[int, int]]:
    """The right and lower edge of every shape."""
    for slide in show.slides:
        for shape in slide.shapes:
            yield shape.left + shape.width, shape.top + shape.height


def test_what_is_long_goes_on_on_another_slide(tmp_path: Path) -> None:
    made = long_source()
    show = written(made, tmp_path / "a.pptx")
    assert [t for t in titles(show) if t.endswith("（续）")]
    for right, foot in boxes(show):
        assert right <= show.slide_width and foot <= show.slide_height
    for slide in show.slides:
        for shape in slide.shapes:
            if shape.has_table:
                assert shape.top + shape.height <= Mm(BODY_FOOT) + Mm(1)
    pages = [page for slide in briefing.compose(made).slides for page in paged(slide)]
    for page in pages:
        tall = sum(slides.text_height(text, INNER) for text in page.texts)
        if page.grid is not None:
            rows = (page.grid.heads, *page.grid.rows)
            tall += sum(slides.row_height(row, page.grid.widths) for row in rows)
        assert tall <= BODY_FOOT - BODY_TOP + 0.01, page.title
    notes = "".join(s.notes_slide.notes_text_frame.text for s in show.slides if s.has_notes_slide)
    assert "需求很长ERP/MES系统集成" * 40 in notes


def test_a_text_taller_than_a_page_is_cut_and_none_is_lost_between_pages() -> None:
    one = Slide("题", (Text("很长" * 2000),))
    (page,) = paged(one)
    assert page.texts[0].words.endswith("…")
    many = Slide("题", tuple(Text(f"第{n}条", bullet=True) for n in range(40)), notes="详")
    pages = list(paged(many))
    assert [t.words for p in pages for t in p.texts] == [f"第{n}条" for n in range(40)]
    assert [p.notes for p in pages] == ["详"] + [""] * (len(pages) - 1)
    rows = tuple((str(n), "值" * 60) for n in range(30))
    table = Slide("表", (Text("合计"),), grid=Grid(("号", "值"), (20, 200), rows))
    pages = list(paged(table))
    assert [row for p in pages if p.grid for row in p.grid.rows] == list(rows)
    assert [bool(p.texts) for p in pages] == [False] * (len(pages) - 1) + [True]


@pytest.mark.parametrize("most", [1, 2])
def test_no_row_is_alone_on_the_last_slide(most: int) -> None:
    def counts(rows: int) -> list[int]:
        table = Slide("表", grid=Grid(("号", "值"), (20, 200), (("1", "值"),) * rows))
        return [len(page.grid.rows) for page in paged(table) if page.grid]

    full = next(rows for rows in range(2, 100) if len(counts(rows + 1)) == 2)
    pages = counts(full * most + 1)
    assert len(pages) == most + 1 and sum(pages) == full * most + 1
    assert pages[-1] == (full + 1) // 2 and max(pages) <= full


def test_words_are_broken_as_they_are_measured() -> None:
    lines = slides.wrapped("中文ABC-123中文\n下一行", 30, 20)
    assert lines == ["中文", "ABC-123", "中文", "下一行"] or lines[-1] == "下一行"
    assert "".join(lines) == "中文ABC-123中文下一行"
    assert all(len(line) == 1 for line in slides.wrapped("WWWW", 7, 20))


@given(dossiers())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_dossier_makes_a_readable_deck(
    tmp_path_factory: pytest.TempPathFactory, dossier: Dossier
) -> None:
    made = source_of(case_of(dossier), draft=True)
    show = written(made, tmp_path_factory.mktemp("任意") / "a.pptx")
    assert all(titles(show))
    for right, foot in boxes(show):
        assert right <= show.slide_width and foot <= show.slide_height
