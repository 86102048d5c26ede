"""Tables 9, 10 and 11 as they follow from a chosen route: needs, projects, products.

Nothing is promised that the table does not say: an outcome names the scenes, options and points
that its measures bring, a cost is the sum of the provider's prices, or empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from exporters.draft_products import LINKS
from exporters.draft_route import (
    MANAGED,
    option_name,
    raised_words,
    scenes_of,
)
from exporters.draft_words import series
from exporters.wording import level_word
from forms.advice import Advice, Counsel
from forms.areas import Areas
from forms.dossier import Dossier, Need, Product, Project
from forms.evaluation import Stage
from forms.instrument import Instrument, Kind, points_text
from forms.record import Record
from grading.chosen import outcome, price_of, steps_of
from grading.sheet import Sheet, sheet_of
from grading.ways import Measure, Step, Way

_LIMIT = 500
"""What the tables' long cells hold at most, in characters."""
_SHARED = 2
"""How many of the systems that the pack names for a step may serve other steps as well; where none
does, the first one alone is recommended."""

_MOST_PROJECTS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A row to be written: its form, a key of its own within the route, its fields."""

    form: type[Record]
    origin: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Ground:
    """What rows follow from. `prices` are in yuan by step; `start` and `months` are the period that
    a person typed, None and 0 where nobody did."""

    dossier: Dossier
    instrument: Instrument
    areas: Areas
    advice: Advice
    prices: Mapping[Step, int] = field(default_factory=dict)
    start: dt.date | None = None
    months: int = 0

    @cached_property
    def sheet(self) -> Sheet:
        """The diagnosis's answers."""
        return sheet_of(self.dossier, Stage.DIAGNOSIS, self.instrument)

    @property
    def needs(self) -> list[Need]:
        """The enterprise's own needs: what no program drafted."""
        return [n for n in self.dossier.all(Need) if not n.origin and n.text.strip()]


def rows(ground: Ground, way: Way) -> list[Row]:
    """All rows of the three tables, in their order."""
    return [*_needs(ground, way), *_projects(ground, way), *_products(ground, way)]


def needs_met(ground: Ground, way: Way) -> int:
    """How many of the enterprise's own needs speak of a scene or an item of the way."""
    subjects = {measure.subject for measure in way.measures}
    return sum(bool(subjects & _spoken(need.text)) for need in ground.needs)


#: By which words a typed need shows that it is of an item; scenes have theirs in `draft_route`.
_ITEM_WORDS = {
    "网络建设": ("网络", "无线", "布线"),
    "设备数字化": ("设备更新", "数控", "数字化设备"),
    "设备联网": ("联网", "网关"),
    "数据采集": ("采集", "手工录入", "抄录", "抄表"),
    "信息系统": ("ERP", "信息系统"),
    "网络安全": ("网络安全", "防火墙", "病毒"),
    "数据安全": ("数据安全", "备份", "加密"),
    "管理机制": ("制度", "流程规范", "激励"),
    "人才建设": ("培训", "人才", "人员不足"),
}


def _spoken(text: str) -> set[str]:
    items = {name for name, words in _ITEM_WORDS.items() if any(w in text for w in words)}
    return items | set(scenes_of(text))


# -- table 9 ---------------------------------------------------------------------------------------


def _needs(ground: Ground, way: Way) -> list[Row]:
    """What the enterprise lacks on the way, a need a subject, but what it has said itself."""
    said = set().union(*(_spoken(need.text) for need in ground.needs)) if ground.needs else set()
    found = []
    for subject, taken in _by_subject(way.measures).items():
        if subject in said:
            continue
        counsel = _counsel(ground, taken[0])
        found.append(
            Row(
                Need,
                f"route/{subject}",
                {
                    "kind": _kind(ground, taken[0]),
                    "text": _fit(f"{subject}方面，{counsel.gap}。", f"{_asks(ground, subject)}"),
                },
            )
        )
    return found


def _asks(ground: Ground, subject: str) -> str:
    """What annex 1 says is needed there; an item has no scene of annex 1 of its own."""
    ending = LINKS.get(subject)
    for name, link in ground.advice.links.items():
        if ending and name.endswith(ending) and subject in link.evaluates:
            return f"需要{link.need}。"
    return ""


def _kind(ground: Ground, measure: Measure) -> str:
    return ground.areas.need_of(_placed(ground, measure))


# -- table 10 --------------------------------------------------------------------------------------


def _projects(ground: Ground, way: Way) -> list[Row]:
    """The measures in at most five projects, by area, in the order in which areas build on each
    other."""
    kinds = ground.areas.projects
    taken: dict[str, list[Measure]] = {}
    for measure in way.measures:
        kind = ground.areas.project_of[_placed(ground, measure)]
        taken.setdefault(kind.key, []).append(measure)
    names = {kind.key: kind.name for kind in kinds}
    for kind in kinds:
        if len(taken) > _MOST_PROJECTS and {kind.key, kind.joins} <= set(taken):
            taken[kind.key] += taken.pop(kind.joins)
            names[kind.key] = kind.joined
    return [
        Row(Project, f"route/{kind.key}", _project(ground, names[kind.key], taken[kind.key]))
        for kind in kinds
        if kind.key in taken
    ]


def _placed(ground: Ground, measure: Measure) -> str:
    """The item, or the group of the scene, by which the pack places a measure."""
    return measure.subject if measure.gain else ground.instrument.scene(measure.subject).group


def _project(ground: Ground, name: str, taken: Sequence[Measure]) -> dict[str, str]:
    steps = [
        step for measure in taken for step in steps_of(ground.instrument, ground.sheet, measure)
    ]
    price = price_of(steps, ground.prices)
    return {
        "name": f"{name}项目",
        "content": _content(ground, taken),
        "period": period(ground.start, ground.months),
        "cost": "" if price is None else points_wan(price),
        "outcome": _outcome(ground, taken),
    }


def points_wan(yuan: int) -> str:
    """Yuan as 万元 without needless zeros.

    >>> points_wan(125000), points_wan(12000), points_wan(0)
    ('12.5', '1.2', '0')
    """
    whole, rest = divmod(yuan, 10_000)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".")


def period(start: dt.date | None, months: int) -> str:
    """The months from a start on: 2026年3月至2026年8月; empty where nobody typed them.

    >>> period(dt.date(2025, 11, 1), 4), period(dt.date(2026, 3, 1), 1), period(None, 6)
    ('2025年11月至2026年2月', '2026年3月', '')
    """
    if start is None or months < 1:
        return ""
    year, month = divmod(start.year * 12 + start.month - 1 + months - 1, 12)
    first, last = f"{start.year}年{start.month}月", f"{year}年{month + 1}月"
    return first if months == 1 else f"{first}至{last}"


def _content(ground: Ground, taken: Sequence[Measure]) -> str:
    """What is to be done, a sentence a subject: whole where that fits, else its beginning."""
    whole, short = [], []
    for subject, each in _by_subject(taken).items():
        if each[0].gain:
            first, *more = _doing(ground, each)
            short.append(f"{subject}：{first}。")
            whole.append(f"{subject}：{'；'.join((first, *more))}。")
        else:
            start, *later = _rise(ground, each[0])
            short.append(f"{subject}：先{start.first}。")
            then = "".join(f"；其后{c.first}，再{c.then}" for c in later)
            whole.append(f"{subject}：先{start.first}，再{start.then}{then}。")
    return _fitting(whole, short, f"包括{series(list(_by_subject(taken)))}各项措施。")


def _rise(ground: Ground, measure: Measure) -> list[Counsel]:
    """The advice on each step of a scene's rise."""
    at = ground.sheet.scenes.get(measure.subject, 0)
    return [
        ground.advice.steps[measure.subject, to].counsel
        for to in range(at + 1, int(measure.key) + 1)
    ]


def _doing(ground: Ground, taken: Sequence[Measure]) -> list[str]:
    options = ground.advice.items[taken[0].subject].options
    steps = [key for m in taken for _, key in steps_of(ground.instrument, ground.sheet, m)]
    return [options[key].do for key in steps]


def _fitting(whole: list[str], short: list[str], least: str) -> str:
    """As many whole sentences as the cell holds beside the others' short ones."""
    found = list(short)
    if len("".join(found)) > _LIMIT:
        return _fit(least, *short)
    for place, text in enumerate(whole):
        tried = [*found[:place], text, *found[place + 1 :]]
        if len("".join(tried)) <= _LIMIT:
            found = tried
    return "".join(found)


def _outcome(ground: Ground, taken: Sequence[Measure]) -> str:
    """Which scenes rise, which options can be chosen then, and how many points that brings."""
    parts = []
    scenes = [m for m in taken if not m.gain]
    for level in sorted({m.key for m in scenes}):
        there = [m for m in scenes if m.key == level]
        levels = ground.sheet.scenes
        by_now = raised_words((m.subject, levels.get(m.subject, 0)) for m in there)
        parts.append(f"{by_now}提升至{level_word(int(level))}")
    parts += [
        _gains(ground, name, each) for name, each in _by_subject(taken).items() if each[0].gain
    ]
    gain = sum(m.gain for m in taken)
    if gain:
        before = outcome(ground.instrument, ground.sheet, ()).total
        parts.append(
            f"综合得分由此增加{points_text(gain, trim=True)}分（诊断得分"
            f"{points_text(before, trim=True)}分）"
        )
    return _fit(*(f"{part}；" for part in parts)).rstrip("；") + "。"


def _gains(ground: Ground, name: str, taken: Sequence[Measure]) -> str:
    """Which options of one item can be chosen then: by what they are, or by the step they are."""
    item = ground.instrument.item(name)
    if item.kind is Kind.MULTI:
        verb = "覆盖" if name == "数据采集" else "新增"  # its options are the areas of business
        return f"{name}{verb}{series([option_name(item, m.key) for m in taken])}"
    return f"{name}升至选项{taken[-1].key}"


# -- table 11 --------------------------------------------------------------------------------------


def _products(ground: Ground, way: Way) -> list[Row]:
    """The systems that the pack names for the way's steps, each with all that it serves."""
    bought = [m for m in way.measures if not (m.gain and (m.subject in MANAGED or _by_rule(m)))]
    serves: dict[str, list[Measure]] = {}
    for measure in bought:
        for name in _counsel(ground, measure).systems[:_SHARED]:
            serves.setdefault(name, []).append(measure)
    shared = {name: each for name, each in serves.items() if len(_by_subject(each)) > 1}
    served = {measure.subject for each in shared.values() for measure in each}
    kept: dict[str, list[Measure]] = {}
    for measure in bought:
        systems = _counsel(ground, measure).systems
        own = [name for name in systems if name in shared]
        for name in own or ([] if measure.subject in served else systems[:1]):
            kept.setdefault(name, []).append(measure)
    return [
        Row(Product, f"route/{name}", _product(ground, name, each)) for name, each in kept.items()
    ]


def _by_rule(measure: Measure) -> bool:
    """Whether a measure is a rule or an assessment, for which nothing is bought."""
    return measure.subject in ("网络安全", "数据安全") and measure.key in ("B", "D")


def _product(ground: Ground, name: str, taken: Sequence[Measure]) -> dict[str, str]:
    subjects = list(_by_subject(taken))
    goals = []
    for subject, each in _by_subject(taken).items():
        if each[0].gain:
            goals.append(_gains(ground, subject, each))
        else:
            goals.append(f"{subject}达到{level_word(int(each[0].key))}")
    whole = [f"{subject}：{_counsel(ground, each[0]).then}。" for subject, each in
             _by_subject(taken).items()]  # fmt: skip
    return {
        "name": name,
        "scene": "、".join(subjects)[:100],
        "function": _fit(*whole),
        "goal": _fit(*(f"{goal}；" for goal in goals)).rstrip("；") + "。",
    }


# -- common ----------------------------------------------------------------------------------------


def _by_subject(taken: Iterable[Measure]) -> dict[str, list[Measure]]:
    found: dict[str, list[Measure]] = {}
    for measure in taken:
        found.setdefault(measure.subject, []).append(measure)
    return found


def _counsel(ground: Ground, measure: Measure) -> Counsel:
    if measure.gain:
        return ground.advice.items[measure.subject].counsel
    at = ground.sheet.scenes.get(measure.subject, 0)
    return ground.advice.steps[measure.subject, at + 1].counsel


def _fit(*parts: str) -> str:
    """As many parts as the cell holds, whole ones only."""
    found = ""
    for part in parts:
        if len(found) + len(part) <= _LIMIT:
            found += part
    return found
