"""The report's prose sections: 附件3, chapters 一 to 四, heading by heading.

The keys are stored with every paragraph and never change. The guidance is the template's, word for
word, but for the few sections that it has no words for: these are marked as our own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A heading under which people write; `level` is its depth (1 = 一、), `guide` its hint.

    `own` says that the hint is not annex 3's but ours; `optional` that nothing need be written,
    for what stands there is tables, computed sentences, or sections below.
    """

    key: str
    level: int
    heading: str
    guide: str = ""
    writable: bool = True
    own: bool = False
    optional: bool = False


OUTLINE: tuple[Section, ...] = (
    Section("1", 1, "一、企业基本情况", writable=False),
    Section(
        "1.profile",
        2,
        "（一）企业简介",
        "描述企业的名称、产值规模、员工数量及构成、主导产品、行业地位与特色优势、人员规模、市场份额、上年度销售收入和利税情况等。",
    ),
    Section(
        "1.organisation",
        2,
        "（二）组织架构及管理制度",
        "描述企业的组织架构情况，介绍数字化相关部门的人员数量及构成以及在数字化转型中的具体角色和职责。",
    ),
    Section(
        "1.regulations",
        2,
        "",
        "描述企业数字化相关管理制度建设情况，如数字化转型所需的绩效管理、考核方案、激励机制等管理制度、跨部门数字化转型合作机制、"
        "数字化信息系统管理相关制度规范等；管理制度实施情况和效果等。",
    ),
    Section(
        "1.production",
        2,
        "（三）生产模式及生产工艺",
        "描述企业的生产模式、生产类型、生产工艺、技术水平等情况，重点介绍关键生产工序和工艺流程情况。",
    ),
    Section("1.digital", 2, "（四）数字化基础", writable=False),
    Section(
        "1.equipment",
        3,
        "1.自动化设备应用情况",
        "描述企业近年来自动化改造方面的投入情况、自动化设备（如智能生产装备、智能检测与监控装备、智能物流装备等）应用情况、"
        "设备联网与集中管理以及关键设备互联互通情况等。",
    ),
    Section(
        "1.systems",
        3,
        "2.数字化系统应用情况",
        "描述企业近年来数字化系统、软件工具方面的投入情况、数字化技术在企业的各个业务环节中的应用情况，包括研发设计、生产制造、"
        "供应链管理、仓储物流、营销服务、经营管理、集成应用、网络通信、信息安全等各个领域。",
    ),
    Section(
        "1.data",
        3,
        "3.数据采集和应用情况",
        "描述企业数据资源管理情况、各业务环节数据采集汇聚、分析应用情况、系统互联互通情况等。",
    ),
    Section("1.cloud", 3, "4.“上云用云”情况", "描述企业核心设备、业务系统等“上云用云”情况。"),
    Section(
        "2",
        1,
        "二、企业数字化水平诊断分析",
        "根据企业现状及现场咨询诊断情况，对照工信部发布的《中小企业数字化水平评测指标（2024年版）》的相关要求进行评测，"
        "描述企业数字化水平评测结果，确定企业数字化水平等级。",
        optional=True,
    ),
    Section(
        "2.level", 2, "（一）数字化水平等级", "说明等级由哪些条件得出。", own=True, optional=True
    ),
    Section(
        "2.analysis",
        2,
        "（二）诊断结果分析",
        "根据企业数字化水平评估结果及现场咨询诊断情况，分别从数字化基础、经营、管理、成效四个方面评估分析中小企业数字化发展水平"
        "情况。",
        optional=True,
    ),
    Section("2.base", 3, "1.数字化基础", "目前，企业在数字化基础的得分为XX分，简述本部分情况。"),
    Section("2.base.设备系统", 4, "", "设备系统的得分为XX分，结合选项简述本部分情况。"),
    Section("2.base.数据采集", 4, "", "数据采集的得分为XX分，结合选项简述本部分情况。"),
    Section("2.base.信息系统", 4, "", "信息系统的得分为XX分，结合选项简述本部分情况。"),
    Section("2.base.信息安全", 4, "", "信息安全的得分为XX分，结合选项简述本部分情况。"),
    Section(
        "2.operation",
        3,
        "2.数字化经营",
        "目前，企业数字化经营应用场景中，X项应用场景达到X级，其中有X项约束性场景，结合选项简述本部分情况。",
    ),
    Section("2.management", 3, "3.数字化管理", "参考“数字化基础”内容自行补充。"),
    Section(
        "2.management.规划管理", 4, "", "规划管理的得分为XX分，结合选项简述本部分情况。", own=True
    ),
    Section(
        "2.management.要素保障", 4, "", "要素保障的得分为XX分，结合选项简述本部分情况。", own=True
    ),
    Section("2.effect", 3, "4.数字化成效", "参考“数字化基础”内容自行补充。"),
    Section("2.effect.绿色低碳", 4, "", "绿色低碳的得分为XX分，结合选项简述本部分情况。", own=True),
    Section("2.effect.产品质量", 4, "", "产品质量的得分为XX分，结合选项简述本部分情况。", own=True),
    Section("2.effect.市场效益", 4, "", "市场效益的得分为XX分，结合选项简述本部分情况。", own=True),
    Section(
        "2.pain",
        2,
        "（三）痛点分析",
        "根据企业数字化水平评估结果及现场咨询诊断情况，结合行业现状及特性，分析企业在数字化转型过程中面临的生产经营痛点及短板，"
        "对标企业所属行业的国内外先进水平，分析目前存在的差距，梳理企业数字化转型需求清单。",
    ),
    Section(
        "3",
        1,
        "三、企业数字化转型方案建议",
        "根据数字化水平评估结果，结合痛点分析和需求清单，为企业提供数字化转型的具体建议，包括数字化转型规划建议、业务流程优化建议、"
        "软件及信息系统建设建议等，以提高其数字化水平和竞争力。",
        optional=True,
    ),
    Section(
        "3.design",
        2,
        "（一）顶层设计",
        "描述企业数字化转型解决方案顶层设计及切入点，制定企业数字化转型的阶段性目标和具体的实施计划。",
    ),
    Section(
        "3.construction",
        2,
        "（二）建设方案",
        "描述企业数字化转型解决方案整体架构，实施数字化改造的硬件、软件系统需求及实现的主要功能，以及各硬件、软件系统集成要点等。",
    ),
    Section(
        "3.projects",
        2,
        "（三）具体项目改造方案（含投资预算及项目建设期）",
        "重点从智能装备应用、车间设备互联互通、生产过程实时调度、物料配送、产品信息可追溯、车间环境和能源消耗监控、"
        "设计开发与生产联动协同等方面制定项目设计方案。",
    ),
    Section(
        "4",
        1,
        "四、数字化产品和服务推荐",
        "根据企业数字化转型方案建议，为企业推荐适配的数字化产品和服务。",
        optional=True,
    ),
    Section(
        "5.other", 2, "（五）其他相关材料", "列明随报告提交的其他材料。", own=True, optional=True
    ),
)

BY_KEY = {section.key: section for section in OUTLINE}
WRITABLE = tuple(section for section in OUTLINE if section.writable)
