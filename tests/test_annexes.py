"""The agreement, the filing and the opinion (附件2, 4, 5): the plan's words in the plan's order."""

import datetime as dt
import hashlib
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings

from exporters import acceptance, agreement, filing
from exporters.blocks import Document, Heading, Picture, Table, cell_blocks, texts
from exporters.grid import place
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces
from exporters.source import Source
from forms.dossier import Dossier, Filing, Signature
from forms.fields import complaints
from forms.papers import Role
from forms.record import specs
from forms.retrofit import OUTCOMES
from tests.dossiers import dossiers, empty_source, source_of
from tests.rule_cases import case_of, dossier_of, good
from tests.same_text import same_text, squeezed

# 附件2 from 甲乙双方 to （以下无正文）, without white space, as the plan's own file has it.
AGREEMENT = "e2f19b5e008660c52d81173bbc8c068f4ce19fc3b7e4f497dfda43cf5e500e19"
# 附件4, label by label and box by box, where nothing is filled in.
FILING = """
长春市中小企业数字化改造项目备案入库申请表
一、基本情况（试点企业改造前填写）
企业名称 所属县（市、区） 注册地址 企业信用代码 联系人 联系方式
企业基本情况 （企业主导产品及应用领域、现有数字化基础、企业荣誉资质等，500字以内）
企业性质 □国有 □民营 □外资 □混合所有制 □其他
企业规模 □中型企业 □小型企业 □微型企业
（中小企业规模类型自https://baosong.miit.gov.cn/ScaleTest） □规模以上企业 □规模以下企业
优质中小企业情况 □专精特新“小巨人”企业 □专精特新中小企业 □创新型中小企业 □无
数字化水平自评测等级 □无等级 □一级 □二级 □三级 □四级
所属细分行业 □汽车零部件配件制造业 □轨道交通高端装备制造业 □电子元器件制造业
□中成药生物药品制品制造业
已获得中央财政中小企业发展专项资金支持的专精特新“小巨人”企业 □是 □不是
已纳入《工业和信息化部办公厅 财政部办公厅关于开展财政支持中小企业数字化转型试点工作的通知》
（工信厅联企业〔2022〕22 号）中改造试点的中小企业 □是 □不是
2023年营业收入（万元） 2023年利润（万元） 2023年12月企业参保人数（人） 2023年人均营业收入（万元）
已有数字化转型投入（万元）
二、数字化改造需求（试点企业与数字化服务商共同填写）
数字化转型基础需求（多选） □设备系统 □业务系统 □数据资源 □网络安全 □平台和产业大脑
数字化转型经营管理需求（多选） □研发设计 □生产管控 □产品质量 □采购供应 □仓储物流
□业务流程 □运营管理 □营销管理 □产品服务 □业务协同 □售后服务 □经营战略 □管理机制
数字化转型其它需求 （多选） □转型规划 □转型参考范例 □数字信贷服务 □数字化人才
□数字化转型生态（协同转型、权益保障、法律援助等） □其他需求
软件需求（多选）
研发设计类：□CAD(计算机辅助设计) □CAE(计算机辅助分析) □CAPP（计算机辅助工艺设计）
□CAM（计算机辅助制造）□数字孪生 □其它：
生产制造类：□PLC（可编程逻辑控制器） □SCADA（数据采集与监视控制系统） □DCS（分散控制系统）
□APC（先进过程控制系统） □SIS（产品全生命周期管理） □EAM（企业资产管理系统）
□EMS（能源管理系统） □MES（制造执行系统） □PCS（生产控制系统） □AMS（仪表设备管理） □其它：
质量管理类：□QMS（质量管理系统）□LIMS（实验室管理系统） □其它：
运营管理类：□ERP（企业资源管理） □CRM（客户关系管理系统） □SRM（供应商管理系统）
□SCM（供应链管理系统） □OA（办公软件） □BI（数据分析系统） □FMIS（财务管理信息系统） □其它：
仓储物流类：□BOM（物料清单） □WMS（仓储管理系统） □其它：
希望得到的政府支持及工作建议（多选） □数字化水平评测诊断 □公益培训 □专题培训
□组织标杆企业参访 □对接优质转型服务商 □其他支持：
三、数字化改造情况及预期成效（试点企业与数字化服务商共同填写）
数字化转型计划投入成本 2024 年计划投入 万元，近两年计划投入 万元。
云应用情况 □公有云 □私有云 □混合云 □其他： □已上云暂无进一步上云规划 □未上云且暂无上云规划
改造项目起止时间 改造总花费（万元） 企业改造后目标数字化水平 □二级 □三级 □四级
合作的服务商信息 序号 单位名称 是否签合同 合同金额 联系人 联系电话
□是 □否 □是 □否 □是 □否
项目建设内容 （阐述试点项目建设方案，主要解决的问题，预计达到的效果等，字数1500以内）
数字化改造预期成效（尽量用若干定量指标，从降本、提质、增效、减存、绿色、安全等方面描述）
改造阶段 改造前 改造后
创新方面成效 市场方面成效 提质方面成效 降本方面成效 增效方面成效 绿色方面成效 安全方面成效
申报资料真实性声明
本公司声明，本公司所提交的所有申报资料是真实、完整、有效的，如存在提供虚假资料或凭证行为，
无论项目最终是否获得资助，由此产生的法律责任及其他所有后果，本公司都将全部承担。
试点企业法定代表人（签字/盖章）： 试点企业（公章）： 年 月 日
县（市、区）工信主管部门意见 单位（公章） 年 月 日
"""
# 附件5 without the hint that its final copy leaves out.
ACCEPTANCE = """
第三方评测机构出具的企业数字化改造项目验收意见
项目单位名称 所属县（市、区） 项目名称 项目负责人 联系方式
第三方评测机构审核意见 负责人签字： 单位公章 组员签字： 年 月 日
所属县（市、区）工信主管部门 单位公章 年 月 日
"""

INK = {"strokes": [[[0.1, 0.1], [0.5, 0.3], [0.9, 0.1]]], "height": 0.4}
Composer = Callable[[Source], Document]


def filled() -> dict[str, Any]:
    """A dossier with every field of annexes 4 and 5."""
    form = {
        "summary": "示例企业，主导产品为轴套。",
        "revenue": "5,000",
        "profit": "-20.5",
        "insured": 96,
        "invested": "60",
        "base_needs": ["设备系统"],
        "operation_needs": ["管理机制"],
        "other_needs": ["数字化人才"],
        "software": ["生产制造类/MES（制造执行系统）", "质量管理类/其它"],
        "software_other": {"质量管理类": "示例SPC"},
        "support": ["其他支持"],
        "support_other": "示例对接",
        "plan_year": "120",
        "plan_two_years": "200.5",
        "cloud": ["其他"],
        "cloud_other": "示例边缘云",
        "starts_on": "2024-03-01",
        "total_cost": "180",
        "target": "二级",
        "content": "示例第一段。\n示例第二段。",
        "before": {"创新": "示例一项"},
        "after": {"创新": "示例三项", "安全": "示例零事故"},
        "declared_on": "2025-07-01",
        "district_opinion": "示例同意备案。",
        "district_on": "2025-07-08",
    }
    opinion = {
        "project": "示例改造项目",
        "lead": "周",
        "phone": "138-0000-0001",
        "opinion": "示例审核意见。\n同意验收。",
        "opinion_on": "2025-09-01",
        "district_opinion": "示例同意。",
        "district_on": "2025-09-03",
    }
    partners = [
        {"name": "示例·甲服务商", "contracted": True, "amount": "100", "contact": "孙"},
        {"name": "示例·乙服务商", "contracted": False, "phone": "138-0000-0002"},
    ]
    return good() | {"filing": form, "acceptance": opinion, "partner": partners}


def extreme() -> dict[str, Any]:
    """Every text at its limit, with characters that few fonts have."""

    numbers = count()

    def text(length: int) -> str:
        return "".join(f"示例𬭎龘{next(numbers)}，ABC。" for _ in range(length // 9))[:length]

    mapping = filled()
    mapping["enterprise"] |= {"name": text(80), "address": text(120), "contact": text(40)}
    mapping["provider"]["name"] = text(80)
    form = mapping["filing"]
    form |= {"summary": text(500), "content": text(1500), "district_opinion": text(500)}
    form["before"] = {aspect: text(400) for aspect in OUTCOMES}
    form["after"] = {aspect: text(400) for aspect in OUTCOMES}
    mapping["partner"] = [{"name": text(80), "contact": text(40), "phone": text(60)}] * 5
    mapping["acceptance"] |= {"opinion": text(2000), "district_opinion": text(1000)}
    return mapping


def source(mapping: dict[str, Any], **more: Any) -> Source:
    return source_of(case_of(dossier_of(mapping)), **more)


def text(document: Document) -> str:
    return squeezed("".join(texts(document.blocks)))


def form(document: Document) -> Table:
    table = document.blocks[-1]
    assert isinstance(table, Table)
    place(table)
    return table


def beside(document: Document, label: str) -> list[str]:
    """The texts of the cells that follow a label in its row."""
    for row in form(document).rows:
        told = ["\n".join(texts(cell_blocks(cell))) for cell in row.cells]
        if label in told:
            return told[told.index(label) + 1 :]
    raise AssertionError(label)


def pictures(blocks: Any) -> list[str]:
    """What every picture shows, in reading order."""
    found = []
    for block in blocks:
        if isinstance(block, Picture):
            found.append(block.alt)
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    found += pictures(cell_blocks(cell))
    return found


def test_the_agreement_is_the_plans_word_for_word() -> None:
    document = agreement.compose(source(good()))
    said = text(document)
    words = said[said.index("甲乙双方在") : said.index("甲方单位全称")]
    assert hashlib.sha256(words.encode()).hexdigest() == AGREEMENT
    headings = [block.text for block in document.blocks if isinstance(block, Heading)]
    assert len(headings) == 8 and headings[0] == "第一条 约定内容"
    pack = empty_source().pack
    assert f"服务期限：{pack.term_days}天" in said


def test_the_agreement_names_both_parties_the_day_and_the_term() -> None:
    mapping = good()
    mapping["agreement"] |= {"signed_on": "2025-06-10", "number": "示例〔2025〕1号"}
    document = agreement.compose(source(mapping))
    said = text(document)
    enterprise, provider = mapping["enterprise"]["name"], mapping["provider"]["name"]
    assert said.startswith(
        "长春市中小企业数字化转型城市试点咨询诊断服务协议协议编号：示例〔2025〕1号"
        f"甲方（试点企业）：{enterprise}乙方（数字化转型服务商）：{provider}甲乙双方在"
    )
    assert said.endswith(
        f"（以下无正文）甲方单位全称：{enterprise}乙方单位全称：{provider}（盖章）（盖章）"
        "日期：2025年6月10日日期：2025年6月10日服务期限自2025年6月10日起至2025年7月10日止（30天）"
    )
    assert pictures(document.blocks) == ["（盖章处）", "（盖章处）"]
    assert document.created == dt.datetime(2025, 6, 10)


def test_an_agreement_to_fill_by_hand() -> None:
    said = text(agreement.compose(empty_source()))
    assert "试点咨询诊断服务协议甲方（试点企业）：乙方（数字化转型服务商）：甲乙双方" in said
    assert said.endswith("甲方单位全称：乙方单位全称：（盖章）（盖章）日期：年月日日期：年月日")
    draft = text(agreement.compose(empty_source(draft=True)))
    assert "甲方（试点企业）：（未填写）" in draft and draft.count("（未填写）") == 4


@pytest.mark.parametrize("mapping", [good(), extreme()], ids=["short", "long"])
def test_nobody_signs_on_a_page_without_the_agreements_words(mapping: dict[str, Any]) -> None:
    document = agreement.compose(source(mapping))
    pages = lay_out(document, faces()).pages
    assert len(pages) in (4, 5)
    *_, last, closing, table = [item for _, _, item in pages[-1].placed]
    assert last.keep_next and closing.keep_next and not table.keep_next
    assert table.height > 200  # points: the whole of it


def test_the_filing_is_the_plans_label_by_label() -> None:
    document = filing.compose(empty_source())
    assert text(document) == squeezed(FILING)
    assert pictures(document.blocks) == ["（盖章处）", "（盖章处）"]


def test_the_filing_prints_what_the_dossier_holds() -> None:
    document = filing.compose(source(filled()))
    said = text(document)
    for words in (
        "☑民营□外资",
        "已获得中央财政中小企业发展专项资金支持的专精特新“小巨人”企业□是☑不是",
        "2023年营业收入（万元）5,0002023年利润（万元）-20.52023年12月企业参保人数（人）96",
        "2023年人均营业收入（万元）52.08已有数字化转型投入（万元）60二、",
        "☑设备系统□业务系统",
        "□经营战略☑管理机制",
        "☑MES（制造执行系统）□PCS",
        "□LIMS（实验室管理系统）☑其它：示例SPC运营管理类：",
        "☑其他支持：示例对接三、",
        "2024年计划投入120万元，近两年计划投入200.5万元。",
        "☑其他：示例边缘云□已上云",
        "改造项目起止时间2024年3月1日至年月日改造总花费（万元）180",
        "☑二级□三级□四级",
        "联系电话1示例·甲服务商☑是□否100万元孙2示例·乙服务商□是☑否138-0000-0002□是□否项目",
        "项目建设内容示例第一段。示例第二段。数字化改造预期成效",
        "创新方面成效示例一项示例三项市场方面成效",
        "安全方面成效示例零事故申报",
        "试点企业（公章）：2025年7月1日县（市、区）",
    ):
        assert squeezed(words) in said, words
    assert said.endswith("工信主管部门意见示例同意备案。单位（公章）2025年7月8日")
    assert "500字以内" not in said and "字数1500以内" not in said


@pytest.mark.parametrize(
    ("revenue", "insured", "wanted"),
    [
        ("100", 3, "33.33"),
        ("0.1", 8, "0.01"),
        ("1,000.05", 2, "500.03"),
        ("-5", 2, "-2.50"),
        ("", 3, ""),
        ("100", None, ""),
        ("100", 0, ""),
        ("100", -2, ""),
        ("若干", 3, ""),
    ],
)
def test_revenue_per_head_is_computed(revenue: str, insured: int | None, wanted: str) -> None:
    record = Filing(id=UUID(int=1), dossier_id=UUID(int=2), revenue=revenue, insured=insured)
    assert filing.revenue_per_head(record) == wanted


def test_more_providers_get_more_rows_and_a_draft_marks_what_they_lack() -> None:
    mapping = filled()
    mapping["partner"] = [{"name": f"示例·第{n}家"} for n in range(1, 6)]
    said = text(filing.compose(source(mapping, draft=True)))
    rows = [f"{n}示例·第{n}家□是□否（未填写）（未填写）（未填写）" for n in range(1, 6)]
    assert "联系电话" + "".join(rows) + "项目建设内容" in said
    draft = text(filing.compose(empty_source(draft=True)))
    assert "联系电话" + "□是□否" * 3 + "项目建设内容" in draft
    assert "企业名称（未填写）所属县（市、区）（未填写）" in draft


def test_the_limits_of_annex_4_are_the_forms() -> None:
    spec = specs(Filing)
    assert not complaints(spec["summary"], "长" * 500) + complaints(spec["content"], "长" * 1500)
    assert complaints(spec["summary"], "长" * 501) and complaints(spec["content"], "长" * 1501)


def test_the_opinion_is_the_plans_and_its_hint_a_drafts() -> None:
    final = acceptance.compose(empty_source())
    assert text(final) == squeezed(ACCEPTANCE)
    draft = text(acceptance.compose(empty_source(draft=True)))
    hint = "（试点企业无需填写，待正式提交申报书材料时删除此行）"
    assert draft.replace("（未填写）", "").replace(hint, "", 1) == squeezed(ACCEPTANCE)
    assert f"审核意见（未填写）{hint}负责人签字：" in draft
    assert pictures(final.blocks) == ["（盖章处）", "（盖章处）"]


def test_the_opinion_prints_what_the_dossier_holds_on_one_page() -> None:
    document = acceptance.compose(source(filled()))
    assert beside(document, "项目名称") == ["示例改造项目"]
    assert beside(document, "项目负责人") == ["周", "联系方式", "138-0000-0001"]
    said = text(document)
    assert "审核意见示例审核意见。同意验收。负责人签字：单位公章组员签字：2025年9月1日" in said
    assert said.endswith("工信主管部门示例同意。单位公章2025年9月3日")
    assert len(lay_out(document, faces()).pages) == 1
    assert len(lay_out(acceptance.compose(empty_source(draft=True)), faces()).pages) == 1


@pytest.mark.parametrize(
    ("compose", "paper", "role"),
    [
        (agreement.compose, "agreement", Role.PROVIDER),
        (filing.compose, "filing", Role.LEGAL),
        (acceptance.compose, "acceptance", Role.ASSESSOR),
    ],
)
def test_a_signature_stands_where_it_is_asked_for(
    compose: Composer, paper: str, role: Role
) -> None:
    dossier = dossier_of(filled())
    dossier.records["signature"] = [
        Signature(
            id=UUID(int=number),
            dossier_id=dossier.id,
            paper=each,
            role=role.value,
            name="吴",
            ink=INK,
        )
        for number, each in enumerate(("record", paper))
    ]
    document = compose(source_of(case_of(dossier)))
    signed = f"{role.value}签名：吴"
    assert pictures(document.blocks) == [signed, "（盖章处）", "（盖章处）"]


@pytest.mark.parametrize("compose", [agreement.compose, filing.compose, acceptance.compose])
def test_both_papers_say_the_same(compose: Composer, tmp_path: Path) -> None:
    for number, each in enumerate((empty_source(draft=True), source(extreme()))):
        folder = tmp_path / str(number)
        folder.mkdir()
        document = compose(each)
        assert document.draft is each.draft and document.title
        same_text(document, folder)


@settings(max_examples=20)
@given(dossiers())
def test_any_dossier_composes(dossier: Dossier) -> None:
    each = source_of(case_of(dossier, 0), draft=True)
    for compose in (agreement.compose, filing.compose, acceptance.compose):
        assert form(compose(each)).rows
