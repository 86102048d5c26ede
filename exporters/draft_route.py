"""What chapters 三 and 四 are drafted from: the way to the target level, told by subject.

The way rests on the whole evaluation. A sentence that tells of the level's conditions cites all
answers; one that tells of single measures cites the answers of their subjects only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exporters.draft_words import clean, series
from exporters.drafting import Teller
from exporters.wording import level_word
from forms.advice import EFFORT_WORDS, Effort
from forms.dossier import File
from forms.instrument import Instrument, Item, Kind, LevelRule, points_text
from grading.score import Condition, Grade
from grading.ways import Measure, Way

#: What an option that adds up brings, in a few words of our own, for lists of what is lacking.
_GAINED = {
    ("网络建设", "B"): "车间工控网络",
    ("网络建设", "C"): "应用系统网络",
    ("网络建设", "D"): "5G工业网络",
    ("网络建设", "E"): "生产现场网络全覆盖",
    ("网络安全", "B"): "安全管理制度",
    ("网络安全", "C"): "安全产品及服务",
    ("网络安全", "D"): "风险评估",
    ("网络安全", "E"): "边界访问控制与入侵检测",
    ("数据安全", "B"): "数据管理制度",
    ("数据安全", "C"): "加密备份等产品",
    ("数据安全", "D"): "专项评估",
    ("数据安全", "E"): "数据台账及核验",
    ("管理机制", "B"): "转型实施工作流程",
    ("管理机制", "C"): "系统建设及运营制度",
    ("管理机制", "D"): "数据资源管理制度",
    ("管理机制", "E"): "创新激励制度",
    ("人才建设", "B"): "专职或兼职数字化人员",
    ("人才建设", "C"): "专门的数字化岗位或部门",
    ("人才建设", "D"): "定期的数字化培训",
    ("人才建设", "E"): "数字化绩效及薪酬办法",
    ("人才建设", "F"): "人才梯度培育机制",
}
#: By which words a typed text shows that it is of a scene.
_WORDS = {
    "产品设计": ("产品设计", "图纸", "CAD", "PDM", "PLM", "三维", "研发设计"),
    "工艺设计": ("工艺设计", "工艺管理", "工艺卡", "工艺规程", "CAPP"),
    "营销管理": ("销售", "客户管理", "CRM", "营销", "订单评审"),
    "售后服务": ("售后", "投诉", "返修服务"),
    "计划排程": ("排程", "排产", "周计划", "APS", "生产计划"),
    "生产管控": ("生产管控", "工单", "报工", "MES", "制造执行", "批记录", "批生产记录", "在制"),
    "质量管理": ("质量", "检验", "QMS", "LIMS", "实验室", "量具", "追溯"),
    "设备管理": ("设备联网", "设备管理", "设备维护", "点检", "保养", "停机", "设备状态"),
    "安全生产": ("安全生产", "安全监测", "隐患", "可燃气体", "危险源", "危废", "超温"),
    "能耗管理": ("能耗", "能源", "电表", "分项计量", "EMS"),
    "采购管理": ("采购", "供应商", "SRM"),
    "仓储物流": ("仓储", "库存", "货位", "WMS", "出入库"),
    "财务管理": ("财务", "成本核算", "成本归集", "分型号成本", "总账"),
    "人力资源": ("考勤", "薪酬", "人力资源", "工资"),
    "协同办公": ("协同办公", "审批", "请假"),
    "决策支持": ("看板", "决策", "经营分析", "BI", "经营指标"),
}
BY_HAND = ("手工", "人工", "抄", "键盘")
"""How a data resource's way of collection shows that people write."""
BASIC = ("网络建设", "设备数字化", "设备联网", "网络安全", "数据安全")
MANAGED = ("规划实施", "管理机制", "人才建设", "资金保障")
#: Scenes that live on what others record, and so come last.
_LATE = ("计划排程", "营销管理", "售后服务", "财务管理", "人力资源", "协同办公", "决策支持")


@dataclass(frozen=True)
class Goal:
    """The level aimed at and the ways to it, the one proposed first."""

    rule: LevelRule
    held: Grade
    ways: tuple[Way, ...]
    instrument: Instrument

    @property
    def word(self) -> str:
        """三级."""
        return level_word(self.rule.level)

    @property
    def now(self) -> Condition:
        """How the level's conditions stand."""
        return self.held.conditions[self.rule.level - 1]

    @property
    def items(self) -> list[Measure]:
        """The measures that bring points."""
        return [measure for measure in self.ways[0].measures if measure.gain]

    @property
    def scenes(self) -> list[Measure]:
        """The scenes to be raised."""
        return [measure for measure in self.ways[0].measures if not measure.gain]

    @property
    def running(self) -> list[Measure]:
        """The scenes where records come to be."""
        return [measure for measure in self.scenes if measure.subject not in _LATE]

    @property
    def using(self) -> list[Measure]:
        """The scenes that live on others' records."""
        return [measure for measure in self.scenes if measure.subject in _LATE]

    def of_items(self, names: Iterable[str]) -> dict[str, list[Measure]]:
        """The measures of some items, by item in the table's order."""
        wanted, found = set(names), dict[str, list[Measure]]()
        for measure in self.items:
            if measure.subject in wanted:
                found.setdefault(measure.subject, []).append(measure)
        return found

    def of_groups(self) -> dict[str, list[Measure]]:
        """The scenes to be raised by their part of 数字化经营."""
        found: dict[str, list[Measure]] = {}
        for measure in self.scenes:
            group = self.instrument.scene(measure.subject).group
            found.setdefault(group, []).append(measure)
        return found


def goal(t: Teller) -> Goal | None:
    """The target and the way there; None while the evaluation is open, or where there is no way.

    A target that is not set or reached already gives way to the next level, the second at least.
    The route that was chosen comes first where it leads there, else the cheapest.
    """
    held = t.grade()
    wanted = max(t.value(t.one(File), "target_level") or 0, 2)
    t.forget()
    level = wanted if wanted > held.level else held.level + 1
    if not held.complete or level > len(t.pack.instrument.levels):
        return None
    found = t.ways(level)
    mine = t.route(level)
    if mine is not None:
        alike_ = [way for way in found if set(way.measures) == set(mine.measures)]
        found = [*(alike_ or [mine]), *(way for way in found if way not in alike_)]
    if not found:
        return None
    return Goal(t.pack.instrument.levels[level - 1], held, tuple(found), t.pack.instrument)


def cite(t: Teller, measures: Iterable[Measure]) -> None:
    """Note the answers that measures start from, and the chosen route's own rows."""
    for measure in measures:
        t.route_row(measure)
        if measure.gain:
            t.options(measure.subject)
        else:
            t.level(measure.subject)


def points(thousandths: int) -> str:
    """Points as the report prints them: 49.7."""
    return points_text(thousandths, trim=True)


def efforts(measures: Sequence[Measure]) -> str:
    """工作量较小的6项、中等的9项; 均较小 where all are alike."""
    counts = Counter(measure.effort for measure in measures)
    if len(counts) == 1:
        all_ = "均" if len(measures) > 1 else ""
        return f"工作量{all_}{EFFORT_WORDS[next(iter(counts))]}"
    parts = [f"{EFFORT_WORDS[e]}的{counts[e]}项" for e in Effort if counts[e]]
    return "工作量" + "、".join(parts)


def many(names: Sequence[str], most: int, unit: str) -> str:
    """A、B等6套系统 where there are more than `most`, else A和B and how many these are.

    >>> many(["甲", "乙", "丙"], 2, "套系统"), many(["甲", "乙"], 3, "套系统")
    ('甲、乙等3套系统', '甲和乙，共2套系统')
    """
    if len(names) > most:
        return f"{series(names, most)}{len(names)}{unit}"
    return series(names) + (f"，共{len(names)}{unit}" if len(names) > 1 else "")


def subjects(measures: Iterable[Measure]) -> list[str]:
    """Their subjects, each once."""
    return list(dict.fromkeys(measure.subject for measure in measures))


def gained(t: Teller, measures: Sequence[Measure]) -> str:
    """What the options of one item bring, by name; of a single choice, the option's own text."""
    return series([option_name(t.pack.instrument.item(m.subject), m.key) for m in measures])


def option_name(item: Item, key: str) -> str:
    """An option in a few words: ours, else the official text without what its brackets add."""
    text = next(option.text for option in item.options if option.key == key)
    own = text if text.startswith(("[", "(")) else text.partition("（")[0]
    return _GAINED.get((item.name, key), own)


def lacking(measures: Iterable[Measure]) -> list[str]:
    """The names of what options that add up bring."""
    return [_GAINED[measure.subject, measure.key] for measure in measures]


def option_text(t: Teller, measure: Measure) -> str:
    """The official text of the option that a measure gains, without what its brackets add."""
    options = t.pack.instrument.item(measure.subject).options
    text = next(option.text for option in options if option.key == measure.key)
    return text if text.startswith(("[", "(")) else text.partition("（")[0]


def least_count(t: Teller, measure: Measure, total: Decimal | None) -> int | None:
    """How many machines at least the option of a share asks for: (40%,60%] of 80 are 33."""
    found = re.match(r"\((\d+)%", option_text(t, measure))
    if found is None or total is None:
        return None
    return int(total * int(found.group(1)) / 100) + 1


def steps(t: Teller, measure: Measure) -> list[str]:
    """The letters of the options that a measure climbs, the first one first."""
    item = t.pack.instrument.item(measure.subject)
    if item.kind is Kind.MULTI:
        return [measure.key]
    held = max((item.scores[key] for key in t.options(item.name)), default=0)
    goal_score = item.scores[measure.key]
    rising = [o for o in item.options if held < o.score <= goal_score]
    return [o.key for o in sorted(rising, key=lambda option: option.score)]


def raised(t: Teller, measures: Sequence[Measure]) -> str:
    """产品设计、质量管理由一级，仓储物流由二级 of scenes, by the level they start from."""
    return raised_words((measure.subject, t.level(measure.subject) or 0) for measure in measures)


def raised_words(scenes: Iterable[tuple[str, int]]) -> str:
    """The same of scenes with the levels that they start from."""
    by_level: dict[int, list[str]] = {}
    for name, level in scenes:
        by_level.setdefault(level, []).append(name)
    return "，".join(
        f"{'、'.join(names)}由{level_word(at)}" for at, names in sorted(by_level.items())
    )


def scenes_of(text: str) -> list[str]:
    """The scenes that a typed text speaks of, in the table's order."""
    return [name for name in _WORDS if mentions(text, name)]


def mentions(text: str, scene: str) -> int:
    """How many of a scene's words a typed text has."""
    return sum(word in text for word in _WORDS[scene])


def phrase(text: str) -> str:
    """A typed text as part of one sentence."""
    return clean(text).replace("。", "；")


def asked(text: str) -> str:
    """The heart of a typed need: what comes after 需 or 需要, else its first clause."""
    clauses = [clause for clause in phrase(text).replace("；", "，").split("，") if clause]
    for clause in clauses:
        if clause.startswith("需") and len(clause) > 5:
            return clause.removeprefix("需要").removeprefix("需")
    return clauses[0] if clauses else ""


def months(period: str) -> list[tuple[int, int]]:
    """The year and month of a typed period's beginning and end; empty where it names no month."""
    found = re.findall(r"(20\d\d)\s*[年.\-/]\s*(\d{1,2})|(?<!\d)(\d{1,2})\s*月", period)
    read, year = list[tuple[int, int]](), 0
    for typed, month, alone in found:
        year = int(typed) if typed else year
        number_ = int(month or alone)
        if year and 1 <= number_ <= 12:
            read.append((year, number_))
    return [min(read), max(read)] if read else []


def alike(one: str, other: str) -> float:
    """How much of one text's pairs of characters the other one has, from 0 to 1."""
    mine, its = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    return len(mine & its) / len(mine) if mine else 0.0
