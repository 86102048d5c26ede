"""The pages that are forms: what stands on each, in the order of the paper."""

from __future__ import annotations

from forms.dossier import (
    Acceptance,
    CloudService,
    DataResource,
    Enterprise,
    Equipment,
    File,
    Member,
    Need,
    Product,
    Project,
    Site,
    System,
    Training,
)
from forms.enterprise import per_head
from widgets.desk import Desk
from widgets.form_page import FormPage
from widgets.list_page import ListPage
from widgets.list_pane import Listed
from widgets.record_form import Section
from widgets.text import TextLabel


class EnterprisePage(FormPage):
    """附件3 企业基本情况表, the two exclusions of 方案 四（四）, and the dossier's own facts."""

    key = "enterprise"
    forms = (
        (
            Enterprise,
            (
                Section(
                    "企业信息",
                    (
                        *("name", "credit_code", "district", "industry", "address"),
                        *("contact", "phone", "founded_on"),
                    ),
                ),
                Section(
                    "性质与规模",
                    ("nature", "size", "above_scale", "self_level", "quality"),
                ),
                Section(
                    "人员与经营",
                    ("employees", "digital_staff", "revenue", "profit", "invested", "budget"),
                    "每个数字注明年度和口径；口径与灰字一致的可以不填。",
                ),
                Section("企业概况", ("summary", "honours")),
                Section("拟实施数字化转型方向", ("directions", "directions_other")),
                Section(
                    "不予支持的情形",
                    ("central_funds", "pilot_2022"),
                    "依据方案 四（四）逐项核对，与“优质中小企业情况”的勾选无关。",
                ),
            ),
        ),
        (File, (Section("档案信息", ("owner", "batch", "listed_on", "target_level")),)),
    )

    def __init__(self, desk: Desk) -> None:
        self.derived = TextLabel("", "dense", "ink2", wrap=True)
        super().__init__(desk)
        self.records[0].put_under("revenue", self.derived)

    def edited(self, path: str) -> None:
        enterprise = self.desk.dossier.one(Enterprise)
        found = per_head(enterprise)
        if found is None:
            said = "上年度人均营业收入（自动计算）：填写企业总人数和上年度营业收入后得出。"
        else:
            revenue, heads = enterprise.revenue["value"], enterprise.employees["value"]
            said = (
                f"上年度人均营业收入（自动计算）：{found:,.2f} 万元"
                f"（{revenue} 万元 ÷ {heads} 人）。"
            )
        self.derived.setText(said)


class SitePage(FormPage):
    """Where the factory's gate is."""

    key = "site"
    forms = (
        (
            Site,
            (
                Section(
                    "厂址坐标",
                    ("latitude", "longitude", "datum", "source"),
                    "以厂门为准，照片的拍摄位置与它比较。手机地图复制的坐标多为 GCJ-02。",
                ),
                Section(
                    "核对",
                    ("confirmed_by", "fence_m", "photo"),
                    "提供过厂址位置的照片，不再用来证明自身在厂内。",
                ),
            ),
        ),
    )


class AcceptancePage(FormPage):
    """附件5 改造项目验收意见."""

    key = "acceptance"
    forms = (
        (
            Acceptance,
            (
                Section("改造项目", ("project", "lead", "phone")),
                Section(
                    "第三方评测机构审核意见",
                    ("opinion", "conclusion", "opinion_on"),
                    "验收结论用于核对，附件5的表中没有此栏。",
                ),
                Section(
                    "所属县（市、区）工信主管部门意见",
                    ("district_opinion", "district_on"),
                ),
            ),
        ),
    )


class NeedsPage(ListPage):
    """附件3 表9 数字化改造需求表."""

    key = "needs"
    lists = (
        Listed(Need, "表9 改造需求", "需求", ("kind", "text"), (Section("", ("kind", "text")),)),
    )


class TeamPage(ListPage):
    """The consultants: 方案 四（二）, 附件3 五（一）."""

    key = "team"
    lists = (
        Listed(
            Member,
            "诊断人员",
            "人员",
            ("name", "lead", "post", "title_level", "years", "expertise", "duties"),
            (
                Section(
                    "诊断人员",
                    ("name", "lead", "organisation", "post", "contact", "duties"),
                ),
                Section(
                    "资格与经验",
                    (
                        *("title_level", "title_name", "certificate", "years"),
                        *("projects", "expertise", "experience"),
                    ),
                    "组长须为有经验的专家；团队的专业领域合计须涵盖软件、硬件、集成、行业。",
                ),
            ),
        ),
    )


class TrainingsPage(ListPage):
    """主题培训: 方案 四（三）."""

    key = "trainings"
    lists = (
        Listed(
            Training,
            "主题培训",
            "培训",
            ("topic", "date", "start", "end", "attendees", "trainer"),
            (
                Section(
                    "",
                    (
                        *("topic", "date", "trainer", "start", "end", "attendees"),
                        *("audience", "visit", "content", "sign_in", "phase"),
                    ),
                    "与现场诊断同日进行的培训，选明所在现场诊断，时长在两处都计入。",
                ),
            ),
            keep=lambda row: not getattr(row, "phase", ""),
        ),
    )


class InventoryPage(ListPage):
    """附件3 表2 to 表5: what the enterprise has."""

    key = "inventory"
    lists = (
        Listed(
            Equipment,
            "表2 生产设备",
            "设备",
            ("name", "model", "maker", "quantity", "networked", "interface", "deployed"),
            (
                Section(
                    "",
                    ("name", "model", "maker", "quantity", "networked", "interface", "deployed"),
                ),
            ),
        ),
        Listed(
            System,
            "表3 数字化系统",
            "系统",
            ("name", "modules", "vendor", "amount", "deployed"),
            (Section("", ("name", "vendor", "amount", "deployed", "modules")),),
        ),
        Listed(
            DataResource,
            "表4 数据资源",
            "数据",
            ("scope", "content", "data_type", "source", "method", "use"),
            (Section("", ("scope", "data_type", "content", "source", "method", "use")),),
        ),
        Listed(
            CloudService,
            "表5 上云用云",
            "云服务",
            ("business", "service", "vendor"),
            (Section("", ("business", "service", "vendor")),),
        ),
    )


class ProjectsPage(ListPage):
    """附件3 表10 and 表11: what is planned and what is recommended."""

    key = "projects"
    lists = (
        Listed(
            Project,
            "表10 改造项目",
            "项目",
            ("name", "content", "period", "cost", "outcome"),
            (Section("", ("name", "period", "cost", "content", "outcome")),),
        ),
        Listed(
            Product,
            "表11 产品和服务推荐",
            "产品",
            ("name", "scene", "function", "goal"),
            (Section("", ("name", "scene", "function", "goal")),),
        ),
    )
