"""The report against annex 3: headings, tables, figures, computed sentences; any dossier."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from PIL import Image

from exporters import report, words
from exporters.blocks import (
    Caption,
    Document,
    Heading,
    Paragraph,
    Picture,
    Placeholder,
    Table,
    Toc,
    texts,
)
from exporters.docx_renderer import render_docx
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces, render_pdf
from exporters.source import Source
from exporters.style import Style
from forms.dossier import Dossier
from forms.dossier import Paragraph as Prose
from forms.evaluation import Stage
from grading.rules import Case
from tests.dossiers import cells, dossiers, empty_source, source_of, tables
from tests.rule_cases import case_of, dossier_of, good
from tests.sample_cases import sample_case

# 附件3, the template's headings in its order, word for word.
HEADINGS = (
    "一、企业基本情况",
    "（一）企业简介",
    "（二）组织架构及管理制度",
    "（三）生产模式及生产工艺",
    "（四）数字化基础",
    "1.自动化设备应用情况",
    "2.数字化系统应用情况",
    "3.数据采集和应用情况",
    "4.“上云用云”情况",
    "二、企业数字化水平诊断分析",
    "（一）数字化水平等级",
    "（二）诊断结果分析",
    "1.数字化基础",
    "2.数字化经营",
    "3.数字化管理",
    "4.数字化成效",
    "（三）痛点分析",
    "三、企业数字化转型方案建议",
    "（一）顶层设计",
    "（二）建设方案",
    "（三）具体项目改造方案（含投资预算及项目建设期）",
    "四、数字化产品和服务推荐",
    "五、诊断相关附件材料",
    "（一）诊断人员列表",
    "（二）现场诊断记录表（按次填写）",
    "（三）中小企业数字化水平评测表（改造前）",
    "（四）企业满意度评价表",
    "（五）其他相关材料",
)
CAPTIONS = (
    "企业基本情况表",
    "生产设备列表",
    "数字化系统列表",
    "数据资源列表",
    "“上云用云”情况列表",
    "企业数字化水平等级",
    "数字化基础、管理和成效维度评测得分",
    "中小企业数字化经营应用场景等级判定",
    "数字化改造需求表",
    "数字化改造项目列表",
    "数字化产品和服务推荐列表",
)
SENTENCE_END = re.compile(r"[。！？!?\n]")


def good_case() -> Case:
    return case_of(dossier_of(good()))


def headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading)]


def prose(document: Document) -> list[str]:
    """The paragraphs of the body's own style."""
    return [
        block.text
        for block in document.blocks
        if isinstance(block, Paragraph) and block.style is Style.BODY
    ]


def below(document: Document, caption: str) -> Table:
    """The table under a caption."""
    blocks = document.blocks
    at = next(i for i, b in enumerate(blocks) if isinstance(b, Caption) and b.text == caption)
    table = blocks[at + 1]
    assert isinstance(table, Table)
    return table


@pytest.mark.parametrize("source", [source_of(good_case()), empty_source(draft=True)])
def test_headings_tables_and_figures_are_the_templates(source: Source) -> None:
    document = report.compose(source)
    assert tuple(headings(document)) == HEADINGS
    lines = [block.line for block in document.blocks if isinstance(block, Caption)]
    wanted = [f"表{number} {text}" for number, text in enumerate(CAPTIONS, start=1)]
    assert [line for line in lines if line.startswith("表")] == wanted
    figures = ["图1 组织架构图", "图2 生产工艺流程概览"]
    if not source.draft:  # the one that is answered
        figures += ["图3 九项指标得分率", "图4 各维度得分及综合得分", "图5 十六个应用场景等级"]
    assert [line for line in lines if line.startswith("图")] == figures
    assert sum(isinstance(block, Toc) for block in document.blocks) == 1
    assert len(list(tables(document))) >= 15


def test_the_computed_sentences_fill_the_templates_blanks() -> None:
    source = source_of(good_case())
    found = prose(report.compose(source))
    grade = source.grades[Stage.DIAGNOSIS]
    assert (
        "示例·测试机械有限公司数字化水平整体得分为37.45分，整体处于数字化水平一级（初始级）阶段，"
        "数字化基础成为阻碍企业发展的关键短板。"
    ) in found
    text = "\n".join(found)
    for name, points in grade.dimensions.items():
        written = f"{points / 1000:.3f}".rstrip("0").rstrip(".")
        assert f"目前，企业在{name}的得分为{written}分（满分" in text
    for name, points in grade.indicators.items():
        written = f"{points / 1000:.3f}".rstrip("0").rstrip(".")
        assert f"{name}的得分为{written}分（满分" in text
    assert "目前，企业数字化经营应用场景中，16项应用场景达到一级，其中有10项约束性场景。" in text


def test_a_sheet_without_level_is_said_to_have_none() -> None:
    mapping = good()
    for answer in mapping["answer"]:
        if answer.get("level") is not None:
            answer["level"] = 0
    text = "\n".join(prose(report.compose(source_of(case_of(dossier_of(mapping))))))
    assert "未满足最低级一级相关要求，归类为无等级" in text
    assert "阶段，" not in text.split("归类为无等级")[0].rsplit("整体得分为", 1)[1]
    assert "目前，企业数字化经营16项应用场景均为无等级。" in text


def test_scenes_are_counted_as_table_6_counts_them() -> None:
    mapping = good()
    scenes = [a for a in mapping["answer"] if a["stage"] == "diagnosis" and "level" in a]
    for answer, level in zip(scenes, (4, 3, 3, 2, 0, 0), strict=False):
        answer["level"] = level
    document = report.compose(source_of(case_of(dossier_of(mapping))))
    text = "\n".join(prose(document))
    assert "14项应用场景达到一级，其中有9项约束性场景；4项应用场景达到二级" in text
    assert "3项应用场景达到三级，其中有2项约束性场景；1项应用场景达到四级" in text
    assert "以上各级的项数均含达到更高等级的场景。其余2项应用场景为无等级。" in text
    table = cells(below(document, CAPTIONS[7]))
    assert table.count("√") == 14
    assert "未标√的计划管理、生产管控判定为无等级。" in "\n".join(texts(document.blocks))
    assert "产品设计*" in table and "工艺设计" in table and "计划排程" not in table


def test_an_open_evaluation_is_said_to_be_open() -> None:
    mapping = good()
    mapping["answer"] = [
        a for a in mapping["answer"] if a["subject"] not in ("网络建设", "协同办公")
    ]
    source = source_of(case_of(dossier_of(mapping)), draft=True)
    document = report.compose(source)
    text = "\n".join(prose(document))
    assert "数字化水平评测尚未完成，尚有2项未作答" in text
    assert "整体得分为" not in text and "成为阻碍企业发展的关键短板" not in text
    assert "设备系统尚有1项未作答，得分待定。" in text and "设备系统的得分为" not in text
    assert "数据采集的得分为" in text
    assert "数字化经营应用场景尚有1项未判定等级。" in text
    scores = cells(below(document, CAPTIONS[6]))
    assert scores[-11:-9] == ["得分", ""] and scores[-1] == ""


def test_tables_hold_what_was_typed() -> None:
    document = report.compose(source_of(good_case()))
    profile = cells(below(document, CAPTIONS[0]))
    assert "☑民营" in profile[profile.index("企业性质") + 1]
    assert "□国有" in profile[profile.index("企业性质") + 1]
    assert profile[profile.index("上年度人均营业收入（万元）") + 1] == "50.00"
    assert "（中小企业规模类型自https://baosong.miit.gov.cn/ScaleTest）" in "".join(profile)
    directions = profile[-1].split("\n")
    assert directions[1] == "生产制造：☑MES　□APS　□PLM　□PDM　□其他________"
    note = next(t for t in texts(document.blocks) if t.startswith("注：企业总人数"))
    assert "企业总人数为2024年数，口径为年报" in note
    assert cells(below(document, CAPTIONS[1]))[8:13] == ["1", "数控车床", "", "", "6"]
    levels = cells(below(document, CAPTIONS[5]))
    assert "不少于6个应用场景（其中不少于3个约束性场景）等级需达到二级" in levels
    assert levels[-1] == "如企业无法满足最低级一级相关要求，则归类为无等级。"
    needs = cells(below(document, CAPTIONS[8]))
    assert "1.生产过程数字化面临需求一条。" in needs


def test_an_empty_table_keeps_one_row_and_says_nothing() -> None:
    table = below(report.compose(empty_source(draft=True)), CAPTIONS[1])
    assert len(table.rows) == 2 and not any(cells(table)[8:])


def test_what_is_missing_or_unconfirmed_is_marked_in_a_draft_and_never_said_in_a_final() -> None:
    draft = report.compose(empty_source(draft=True))
    assert draft.draft and any("本节尚未撰写" in text for text in prose(draft))
    final = report.compose(empty_source())
    assert not any("尚未撰写" in text or "未填写" in text for text in texts(final.blocks))
    mapping = good()
    mapping["paragraph"] = [{"section": "4", "text": "拟写一段。\n另一段。", "drafted": True}]
    case = case_of(dossier_of(mapping))
    for wanted in (True, False):
        blocks = report.compose(source_of(case, draft=wanted)).blocks
        found = [b for b in blocks if isinstance(b, Paragraph) and "段。" in b.text]
        assert [run.marked for block in found for run in block.runs] == [wanted, wanted]


def test_figures_are_the_attached_pictures_or_say_what_is_missing(tmp_path: Path) -> None:
    picture = tmp_path / "图.png"
    Image.new("RGB", (40, 30), "white").save(picture)
    mapping = good()
    for entry in mapping["attachment"]:
        if entry["kind"] == "组织架构图":
            entry["filename"] = "架构.PNG"
    case = case_of(dossier_of(mapping))
    document = report.compose(source_of(case, attachment_file=lambda _: picture))
    places = {b.line: i for i, b in enumerate(document.blocks) if isinstance(b, Caption)}
    first = document.blocks[places["图1 组织架构图"] - 1]
    second = document.blocks[places["图2 生产工艺流程概览"] - 1]
    assert isinstance(first, Picture) and first.source == picture
    # A PDF cannot be shown; the report says where the chart is.
    assert isinstance(second, Placeholder) and "生产工艺流程图" in second.text


def test_words_are_counted_without_cover_contents_and_annexes() -> None:
    case = good_case()
    source = source_of(case)
    body = words.count_body(report.compose_body(source), 4)
    assert body == words.count_body(report.compose(source), 4)
    assert set(body) == {"一", "二", "三", "四", "body", "prose"}
    assert body["body"] == sum(body[key] for key in "一二三四")
    assert 0 < body["prose"] < body["body"]
    longer = dict(good())
    longer["paragraph"] = [*longer["paragraph"], {"section": "3.design", "text": "顶层" * 50}]
    longer["paragraph"].append({"section": "5.other", "text": "附件" * 50})
    counted = words.count_body(report.compose_body(source_of(case_of(dossier_of(longer)))), 4)
    assert [counted[key] - body[key] for key in ("三", "body", "prose")] == [100, 100, 100]


def test_a_drafts_marks_are_not_counted() -> None:
    case = case_of(Dossier(empty_source().dossier.id), 0)
    counts = [
        words.count_body(report.compose_body(source_of(case, draft=draft)), 4)
        for draft in (True, False)
    ]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("slug", ["auto-parts", "herbal-pharma"])
def test_no_computed_sentence_stands_twice(slug: str) -> None:
    case = sample_case(slug)
    body = report.compose_body(source_of(case))
    found = [s for text in prose(body) for s in SENTENCE_END.split(text) if len(s.strip()) >= 12]
    assert [s for s, times in Counter(found).items() if times > 1] == []
    bare = {name: rows for name, rows in case.dossier.records.items() if name != "paragraph"}
    computed = prose(report.compose_body(source_of(case_of(Dossier(case.dossier.id, bare)))))
    assert len(computed) == 14 and len(set(computed)) == 14


@settings(max_examples=25)
@given(dossiers())
def test_any_dossier_composes(dossier: Dossier) -> None:
    source = source_of(case_of(dossier, 0), draft=True)
    document = report.compose(source)
    assert tuple(headings(document)) == HEADINGS
    assert list(tables(document))
    words.count_body(report.compose_body(source), 4)


def test_a_long_and_dirty_dossier_renders(tmp_path: Path) -> None:
    mapping = good()
    mapping["enterprise"]["name"] = "示例·" + "长" * 77
    mapping["enterprise"]["summary"] = "摘要\x07" * 250
    mapping["paragraph"] = [
        {"section": "1.profile", "text": "控制符\x00与\ufffe段落\r\n" + "长" * 4000 + "A" * 500}
    ]
    mapping["equipment"] = [{"name": f"设备{n}", "quantity": n} for n in range(300)]
    mapping["need"] = [{"kind": "其他需求", "text": "需求" * 200} for _ in range(30)]
    document = report.compose(source_of(case_of(dossier_of(mapping)), draft=True))
    render_pdf(document, tmp_path / "报告.pdf")
    render_docx(document, tmp_path / "报告.docx")
    assert (tmp_path / "报告.pdf").stat().st_size > 10_000
    assert (tmp_path / "报告.docx").stat().st_size > 10_000


def test_the_contents_name_real_pages() -> None:
    document = report.compose(source_of(sample_case("auto-parts")))
    numbers = lay_out(document, faces(None)).numbers
    assert len(numbers) == len(HEADINGS)
    found = [int(number) for number in numbers.values()]
    assert found[0] == 1 and found == sorted(found) and found[-1] > 40


def test_withdrawn_prose_is_left_out() -> None:
    dossier = dossier_of(good())
    for paragraph in dossier.all(Prose):
        paragraph.withdrawn = paragraph.section == "4"
    assert "4 的正文。" not in prose(report.compose(source_of(case_of(dossier))))
