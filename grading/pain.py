"""Where it hurts: the gaps by business area, ranked by what they cost on the way to the next level.

An area's weight is the share that its lost points have in what the next level lacks, and that its
scenes below that level have in the scenes lacking. Points of 数字化成效 are results and weigh
nothing; so does 资金保障, whose brackets follow the turnover.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from forms.instrument import Instrument, Scene
from grading.score import Grade


@dataclass(frozen=True)
class Area:
    """A part of the business: its items and scenes, and the words by which needs name it."""

    name: str
    items: tuple[str, ...]
    scenes: tuple[str, ...]
    words: tuple[str, ...]


AREAS = (
    Area(
        "车间网络、设备联网与数据采集",
        ("网络建设", "设备数字化", "设备联网", "数据采集"),
        ("设备管理",),
        ("联网", "采集", "点检", "保养", "停机"),
    ),
    Area(
        "生产现场与质量控制",
        (),
        ("计划排程", "生产管控", "质量管理"),
        ("排程", "计划", "工单", "报工", "批生产记录", "检验", "质量", "追溯", "首件", "工序"),
    ),
    Area("产品与工艺资料", (), ("产品设计", "工艺设计"), ("图纸", "工艺", "处方", "版本")),
    Area("客户与售后", (), ("营销管理", "售后服务"), ("投诉", "售后", "销售订单", "客户")),
    Area(
        "采购与仓储",
        (),
        ("采购管理", "仓储物流"),
        ("采购", "供应商", "仓", "库存", "成品库", "货位", "外协", "一物一码"),
    ),
    Area("安全与能源", (), ("安全生产", "能耗管理"), ("能耗", "计量", "用电", "蒸汽", "隐患")),
    Area("财务核算与经营决策", (), ("财务管理", "决策支持"), ("成本", "报价", "例会", "看板")),
    Area("人事与办公协同", (), ("人力资源", "协同办公"), ("考勤", "薪酬", "审批")),
    Area(
        "信息系统与信息安全",
        ("信息系统", "网络安全", "数据安全"),
        (),
        ("生产网", "隔离", "备份", "账号", "防火墙", "数据安全"),
    ),
    Area(
        "规划、制度与人才",
        ("规划实施", "管理机制", "人才建设"),
        (),
        ("制度", "岗位", "培训", "考核"),
    ),
)


@dataclass(frozen=True)
class Weighed:
    """An area with what it lacks: points by item in thousandths, scenes below the wanted level."""

    area: Area
    lost: dict[str, int]
    below: tuple[Scene, ...]
    weight: Fraction

    @property
    def points(self) -> int:
        """The points lost in all."""
        return sum(self.lost.values())


def aim(grade: Grade, table: Instrument) -> int:
    """The level that areas are weighed for: the next one, or the last."""
    return grade.next.rule.level if grade.next else len(table.levels)


def weigh(grade: Grade, table: Instrument, levels: Mapping[str, int]) -> list[Weighed]:
    """The areas that lack something, the heaviest first. `levels` are all scenes'."""
    ahead = grade.next
    points = max(ahead.rule.min_score - ahead.points, 0) if ahead else 0
    scenes = 0
    if ahead:
        lacking = ahead.rule.min_scenes - ahead.scenes
        bound = ahead.rule.min_binding_scenes - ahead.binding_scenes
        scenes = max(lacking, bound, 0)
    level = aim(grade, table)
    found = []
    for area in AREAS:
        lost = {i.name: i.points - grade.items[i.name] for i in table.items if i.name in area.items}
        lost = {name: left for name, left in lost.items() if left}
        below = tuple(s for s in table.scenes if s.name in area.scenes and levels[s.name] < level)
        weight = Fraction(sum(lost.values()), points or table.points)
        # A binding scene serves both counts of table 6.
        weight += Fraction(sum(2 + s.binding for s in below), 2 * (scenes or len(table.scenes)))
        if lost or below:
            found.append(Weighed(area, lost, below, weight))
    return sorted(found, key=lambda each: -each.weight)


def overrated(area: Area, own: Grade, ours: Grade) -> int:
    """By how many thousandths the enterprise put an area above the diagnosis; negative below."""
    return sum(own.items[name] - ours.items[name] for name in area.items)
