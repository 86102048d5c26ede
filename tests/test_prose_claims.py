"""Figures in the report's prose against the dossier's: what is planted is found, nothing else."""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from app.packs import load_pack
from exporters.drafters import DRAFTERS
from forms.dossier import Dossier, Paragraph
from grading.rules import Case, check, prose
from tests.draft_kit import drafted, facts, mutated, sample
from tests.rule_cases import case_of
from tests.sample_cases import sample_case

OWN = ("auto-parts", "herbal-pharma")
ALL = (*OWN, "electronics", "faulty")


@cache
def case(slug: str) -> Case:
    return sample_case(slug)


def told(dossier: Dossier) -> list[str]:
    """What is said of a report's figures, without all that is asked beside."""
    hits = prose.figures(case_of(dossier))
    return [load_pack().rules[hit.rule].message.format(**hit.values) for hit in hits]


def said(text: str, section: str = "2.level", slug: str = "auto-parts") -> list[str]:
    """What is told of one paragraph in a sample's report."""
    dossier = case(slug).dossier
    row = Paragraph(dossier_id=dossier.id, section=section, text=text)
    return told(with_paragraphs(dossier, [row]))


def with_paragraphs(dossier: Dossier, rows: list[Paragraph]) -> Dossier:
    return Dossier(dossier.id, dossier.records | {"paragraph": list(rows)})


# -- what is wrong is found ------------------------------------------------------------------------

#: (section, a sentence of the auto-parts enterprise as it is, what is put for what, the dossier's)
PLANTED = (
    ("2.level", "经诊断，企业数字化水平等级为二级。", "二级", "三级", "诊断等级为二级"),
    ("2.level", "两项条件同时衡量，企业定为规范级。", "规范级", "集成级", "诊断等级为二级"),
    ("2", "诊断结果为二级（规范级）。", "二级（规范级）", "一级（初始级）", "诊断等级为二级"),
    ("2.level", "自评同样为二级，但总分高于诊断。", "二级", "三级", "自评等级为二级"),
    ("1.profile", "企业的自评等级为二级。", "二级", "无等级", "自评等级为二级"),
    ("3", "本方案的目标等级为三级。", "三级", "四级", "目标等级为三级"),
    ("3", "全部改造以达到集成级为目标。", "集成级", "协同级", "目标等级为三级"),
    ("2.operation", "质量管理诊断为一级。", "一级", "二级", "质量管理的诊断等级为一级"),
    ("2.operation", "采购管理认定为二级。", "二级", "三级", "采购管理的诊断等级为二级"),
    ("2", "营销管理、计划排程为二级。", "计划", "决策支持、计划", "决策支持的诊断等级为一级"),
    ("2.operation", "质量管理由自评二级改判为一级。", "一级", "无等级", "质量管理的诊断等级为一级"),
    ("2.operation", "质量管理自评为二级。", "二级", "三级", "质量管理的自评等级为二级"),
    ("3.projects", "工艺设计现为一级，先建工艺库。", "一级", "二级", "工艺设计的诊断等级为一级"),
    ("2.operation", "达到二级的有9个，其中约束性场景6个。", "9个", "11个", "达到二级的场景为 9 个"),
    ("2.operation", "达到二级的有9个，其中约束性场景6个。", "6个", "8个", "约束性场景为 6 个"),
    ("2", "16个应用场景中有9个达到二级或更高。", "9个", "十个", "二级及以上的场景为 9 个"),
    ("2.operation", "经营应用场景中，9项应用场景达到二级。", "9项", "7项", "达到二级的场景为 9 个"),
    ("2.level", "三部分合计49.70分，超过规范级。", "49.70", "47.90", "诊断得分合计为 49.7 分"),
    ("2.level", "企业达到二级，得分49.7分。", "49.7", "51.2", "诊断得分合计为 49.7 分"),
    ("2.level", "诊断得分为49.7分。", "49.7", "59.2", "诊断得分合计为 49.7 分"),
    ("2.base", "企业在数字化基础的得分为21.95分。", "21.95", "22.95", "诊断得分为 21.95 分"),
    ("2.base", "网络建设（满分8分得2分）失分最多。", "得2分", "得4分", "网络建设的诊断得分为 2 分"),
    ("2.base", "网络建设（满分8分得2分）失分最多。", "满分8", "满分6", "网络建设满分为 8 分"),
    ("2.base.设备系统", "设备联网得分为3分。", "3分", "4.5分", "设备联网的诊断得分为 3 分"),
    ("2.level", "数字化基础自评28.10分。", "28.10", "26.10", "数字化基础的自评得分为 28.1 分"),
    ("1.equipment", "列入表2的生产设备共80台。", "80", "82", "生产设备总数为 80 台"),
    ("1.equipment", "企业现有生产设备80台，其中联网24台。", "24", "34", "联网设备为 24 台"),
    ("2.base.设备系统", "设备联网24台，占30%。", "24", "42", "联网设备为 24 台"),
    ("1.equipment", "未联网的设备有56台。", "56", "66", "未联网设备为 56 台"),
    ("1.equipment", "实现数字化的46台，已核对。", "46", "52", "数字化设备为 46 台"),
    ("1.systems", "表3所列系统共7项，合同已核对。", "7项", "八套", "表3所列系统为 7 套"),
    ("1.systems", "已有数字化转型投入146万元。", "146", "164", "已有数字化转型投入为 146 万元"),
    ("1.profile", "2024年实现营业收入7560万元。", "7560", "7650", "2024年营业收入为 7,560 万元"),
    ("1.profile", "上年度营业收入0.76亿元。", "0.76", "0.86", "上年度营业收入为 7,560 万元"),
    ("1.profile", "2024年利润总额312万元。", "312", "321", "2024年利润为 312 万元"),
    ("1.profile", "截至2024年末企业有从业人员126人。", "126", "162", "总人数为 126 人"),
    ("1.organisation", "企业数字化人员共3人。", "3人", "五名", "数字化人员数量为 3 人"),
    ("3.projects", "企业拟定的改造总预算300万元。", "300", "330", "拟投入预算为 300 万元"),
    ("3.projects", "“车间网络与设备联网改造”预算58万元。", "58", "85", "为 58 万元"),
    ("3.projects", "表10各项目成本预估合计300万元。", "300", "320", "表10成本预估合计为 300 万元"),
    ("2", "2025年6月17日的现场诊断走访了四个工段。", "17", "19", "现场诊断日期为2025年6月17日"),
    ("2", "第二次现场诊断于2025年6月24日进行。", "24", "25", "第 2 次现场诊断日期为2025年6月24日"),
    ("1.organisation", "6月24日举办主题培训。", "24", "17", "主题培训日期为2025年6月24日"),
    ("2", "服务协议于2025年6月10日签订。", "10", "11", "协议签订日期为2025年6月10日"),
    ("2", "诊断组共开展2次现场诊断。", "2次", "3次", "现场诊断为 2 次"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("section", "text", "right", "wrong", "known"),
    PLANTED,
    ids=[f"{n}-{row[3]}" for n, row in enumerate(PLANTED, 1)],
)
def test_a_planted_figure_is_found_and_the_right_one_is_not(
    section: str, text: str, right: str, wrong: str, known: str
) -> None:
    assert right in text and said(text, section) == []

    found = said(text.replace(right, wrong), section)

    assert len(found) == 1
    assert known in found[0]
    assert wrong in found[0]


def test_a_fault_is_found_in_the_midst_of_a_real_report_and_names_its_paragraph() -> None:
    dossier = case("auto-parts").dossier
    rows = dossier.all(Paragraph)
    place = next(n for n, row in enumerate(rows) if "列入表2的生产设备共80台" in row.text)
    wrong = rows[place].text.replace("共80台", "共86台")
    rows[place] = Paragraph(dossier_id=dossier.id, section="1.equipment", text=wrong)

    findings = check(case_of(with_paragraphs(dossier, rows)))
    (found,) = [each for each in findings if each.rule == "REPORT-FIGURE"]

    assert found.message == (
        "自动化设备应用情况第 1 段写有“列入表2的生产设备共86台”，档案中生产设备总数为 80 台。"
    )
    assert found.target is not None and found.target.record == rows[place].id
    assert found.severity == "warn"


# -- what is right, or none of its business, is not ------------------------------------------------

INNOCENT = (
    "若改造完成，企业数字化水平预计达到三级。",
    "三级要求达到8个场景，企业还差8个。",
    "质量管理达到三级需要在系统内记录检验结果。",
    "改造后质量管理、设备管理达到三级。",
    "采购管理、仓储物流等九个场景最有条件在年底前达到三级。",
    "集成级要求的8个场景（含5个约束性场景）尚无一个。",
    "生产执行组的6个场景中，达到二级的有3个。",
    "产品设计的二级要求以信息化系统管理设计过程和版本。",
    "自评为三级的两个场景没有得到支持。",
    "每个场景由所在部门写出达到三级时的操作样例。",
    "综合得分提高到60分即可达到集成级。",
    "数据采集每增加一个环节得0.70分。",
    "换型平均42分钟，数据采集为5秒一次。",
    "数据采集只差1分钟的间隔。",
    "12台数控车床中有3台停机。",
    "精车联网设备10台，磨床联网设备4台。",
    "机加工段现有设备41台。",
    "计划新增联网设备28台，届时联网设备52台。",
    "冲压工段生产设备8台，热处理生产设备5台。",
    "其余13台依靠操作者抽检。",
    "还有6台计划随加装同时联网。",
    "研发设计环节使用6套CAD授权。",
    "一线从业人员73人，其中机加工41人。",
    "2019年企业从业人员98人。",
    "企业从业人员由128人减少到126人。",
    "2021年营业收入6800万元。",
    "按产品划分，轴套2024年实现收入5443万元。",
    "2024年营业收入约7500万元。",
    "预计2026年营业收入8200万元。",
    "设备合同额合计约1180万元。",
    "项目一总投资58万元，项目二总投资86万元。",
    "2022年投入14.2万元，2023年投入12.6万元。",
    "6月17日下午在现场的两个小时内，3台车床停机。",
    "7月10日企业自行组织的培训有12人参加。",
    "计划于9月15日开展现场诊断回访。",
    "按照工信厅企业〔2024〕56号，一级须达20分。",
    "空压站为一级保养，淬火油为二级品。",
    "企业为一级供应商，三级教育均有记录。",
    "原料按一级、二级、三级分库存放。",
    "能耗管理的电表精度不低于1.0级。",
    "省内同行联网设备约占四成，某企业联网设备60台。",
    "行业平均每户生产设备55台。",
    "表9有2条需求与此对应。",
    "两次现场诊断均有对接人陪同。",
    "已有数字化转型投入约150万元。",
    "检验分首件、巡检、终检三级。",
)


@pytest.mark.parametrize("section", ["1.profile", "2.operation", "3.projects"])
@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_not_the_enterprises_own_figure_is_let_be(text: str, section: str) -> None:
    assert said(text, section) == []


@pytest.mark.parametrize("slug", OWN)
def test_the_samples_own_reports_contradict_nothing(slug: str) -> None:
    assert told(case(slug).dossier) == []


def drafts_of(dossier: Dossier) -> Dossier:
    """The dossier with its draft for its report."""
    rows = [
        Paragraph(dossier_id=dossier.id, section=each.section, text=each.text)
        for each in drafted(dossier, DRAFTERS)
    ]
    return with_paragraphs(dossier, rows)


@pytest.mark.parametrize("slug", ALL)
def test_no_draft_contradicts_the_dossier_that_it_was_made_of(slug: str) -> None:
    assert told(drafts_of(sample(slug))) == []


def mutations(dossier: Dossier) -> Iterator[Dossier]:
    found = facts(drafted(dossier, DRAFTERS))
    for fact in found[:: len(found) // 3]:
        yield mutated(dossier, fact)


@pytest.mark.parametrize("slug", OWN)
def test_nor_does_one_of_a_dossier_of_which_a_fact_is_another(slug: str) -> None:
    for dossier in mutations(sample(slug)):
        assert told(drafts_of(dossier)) == []


def test_the_report_of_another_enterprise_contradicts_in_many_places() -> None:
    rows = case("herbal-pharma").dossier.all(Paragraph)

    found = told(with_paragraphs(case("auto-parts").dossier, rows))

    assert len(found) >= 15
    assert all(re.search(r"写有“.+”，档案中.+为.+。$", each) for each in found)
