"""The report's prose before it goes out: what stands twice, and what was left unfinished."""

import pytest

from app.packs import load_pack
from forms.dossier import Dossier, Paragraph
from forms.outline import Section
from grading import prose_check
from grading.finding import Finding, Severity
from grading.rules import check
from tests.rule_cases import case_of
from tests.sample_cases import sample_case

OUTLINE = load_pack().outline


def unfinished(text: str) -> tuple[prose_check.Left, ...]:
    """What is left in a text, by the template of Changchun."""
    return prose_check.unfinished(text, prose_check.guides(OUTLINE))


RULES = ("REPORT-REPEAT", "REPORT-UNFINISHED", "REPORT-EXAMPLE", "REPORT-ASKING")


def found(*texts: tuple[str, str]) -> list[Finding]:
    """What is told of a report of these paragraphs (section, text)."""
    dossier = sample_case("auto-parts").dossier
    rows = [Paragraph(dossier_id=dossier.id, section=key, text=text) for key, text in texts]
    told = check(case_of(Dossier(dossier.id, dossier.records | {"paragraph": list(rows)})))
    return [each for each in told if each.rule in RULES]


def test_a_sentence_that_stands_twice_names_both_paragraphs() -> None:
    (told,) = found(
        ("3.design", "改造分三期推进。先把生产网络接到磨削南侧，再接设备。"),
        ("1.profile", "企业成立于2009年。"),
        ("1.profile", "先把生产网络，接到磨削南侧再接设备！"),
    )

    assert told.rule == "REPORT-REPEAT" and told.severity is Severity.WARN
    assert "（企业简介第 2 段、顶层设计第 1 段）" in told.message


def test_spaces_and_marks_do_not_tell_sentences_apart_but_words_do() -> None:
    one = "设备台账与现场清点的数量一致。"
    assert list(prose_check.repeats([one, "设备 台账，与现场清点的数量一致。"]))
    assert not list(prose_check.repeats([one, "设备台账与现场清点的数量不一致。"]))


def test_short_sentences_may_stand_twice_and_a_sentence_is_told_once() -> None:
    eleven, twelve = "设备清单详见本报告表二。", "设备清单均详见本报告表二。"
    assert not list(prose_check.repeats([eleven * 3]))
    assert list(prose_check.repeats([twelve * 3, twelve])) == [(twelve[:-1], 0, 0)]


SURE = (
    "企业成立于〔未填写〕年。",
    "数字化基础的得分为XX分。",
    "本地共有ＸＸ家同行。",
    "X项应用场景达到X级，其中有X项约束性场景。",
    "市场份额待补充。",
    "此处填写企业简介",
    "客户满意度（待填写），由销售部统计。",
    "设备联网情况TODO",
    "描述企业核心设备、业务系统等“上云用云”情况。",
    "结合选项简述本部分情况。",
    "参考“数字化基础”内容自行补充。",
)
LIKELY = (
    "示例：企业主营轴套。",
    "主导产品（请补充型号和产能）为轴套。",
    "管理制度【根据实际情况增删】已发布。",
    "企业简介（不少于300字）",
)
ASKING = (
    "主导产品的市场份额？",
    "轴套占收入的72%。销售部按什么口径估算？",
    "企业的质量成本是多少?\n另一段写明了设备台数。",
)
CLEAN = (
    "依据工信厅企业〔2024〕56号评测。",
    "示例·春城轴套汽车零部件有限公司位于绿园区。",
    "X射线探伤仪1台，X轴行程600毫米，型号XX100未见。",
    "访谈中有人问“哪个型号赚钱？”，答不上来。",
    "总经理提出三个问题：交期能否算准？成本能否算清？本报告逐一回答。",
    "联网设备24台（请见表2），其余见附件（请参见第五章）。",
    "备件目录待补充完善后导入系统。",
    "例如换型时间由两名调整工掌握。",
    "请示和审批走协同办公，请款单由财务复核。",
    "MAXX系列、EXX控制器各1台。",
)


@pytest.mark.parametrize("text", SURE)
def test_a_report_cannot_go_out_with_placeholders_or_instructions(text: str) -> None:
    told = unfinished(text)
    assert told and all(left.sure for left in told)


@pytest.mark.parametrize("text", LIKELY)
def test_what_looks_like_an_example_is_asked_about(text: str) -> None:
    (told,) = unfinished(text)
    assert not told.sure and not told.question


@pytest.mark.parametrize("text", ASKING)
def test_a_question_at_a_lines_end_is_asked_about(text: str) -> None:
    (told,) = unfinished(text)
    assert told.question and not told.sure


@pytest.mark.parametrize("text", CLEAN)
def test_what_belongs_there_is_let_be(text: str) -> None:
    assert unfinished(text) == ()


@pytest.mark.parametrize("section", [s for s in OUTLINE.sections if s.guide], ids=lambda s: s.key)
def test_every_instruction_of_the_template_is_known(section: Section) -> None:
    text = f"企业成立于2009年。{section.guide}"
    assert any(left.sure for left in unfinished(text))


def test_the_three_kinds_reach_the_findings_in_a_paragraphs_name() -> None:
    told = found(("1.profile", "产值XX万元，员工XX人，利税〔未填写〕。（请补充）市场份额？"))

    by_rule = {each.rule: each for each in told}
    assert by_rule["REPORT-UNFINISHED"].severity is Severity.BLOCK
    assert by_rule["REPORT-UNFINISHED"].message == (
        "企业简介第 1 段留有未完成的文字或模板说明：“XX”、“〔未填写〕”。"
    )
    assert by_rule["REPORT-EXAMPLE"].message.endswith("：“（请补充）”。")
    assert by_rule["REPORT-ASKING"].message.endswith("：“（请补充）市场份额？”。")


@pytest.mark.parametrize("slug", ["auto-parts", "herbal-pharma"])
def test_the_samples_reports_are_finished(slug: str) -> None:
    rows = sample_case(slug).dossier.all(Paragraph)
    assert [left for row in rows for left in unfinished(row.text)] == []
    assert list(prose_check.repeats([row.text for row in rows])) == []
