"""The dossier's own figures, for what its report's prose claims; and which claims they deny."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from forms.dossier import (
    Agreement,
    Dossier,
    Enterprise,
    Equipment,
    File,
    Project,
    System,
    Visit,
)
from forms.evaluation import STAGE_NAMES, Stage
from forms.instrument import Instrument, points_text
from forms.record import Record
from grading.prose_reading import LEVELS, Claim, Key
from grading.rules.numbers import amount, plain, shown
from grading.score import Grade

_ABOUT = Decimal("0.05")
"""By which share a figure that says to be rounded may differ."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of the dossier: its name, every value that it has on one form or the other, and
    these in words. Days are (year, month * 100 + day)."""

    name: str
    values: tuple[Decimal, ...]
    words: str
    days: tuple[tuple[int, int], ...] = ()

    def admits(self, claim: Claim) -> bool:
        """Whether a claim can be of this figure."""
        if self.days:
            return any(claim.said == day and claim.year in (0, year) for year, day in self.days)
        return any(_equal(claim, value / claim.scale) for value in self.values)


def _equal(claim: Claim, value: Decimal) -> bool:
    if claim.about:
        return abs(claim.said - value) <= abs(value) * _ABOUT
    unit = Decimal(1).scaleb(-claim.places)
    return claim.said == value.quantize(unit, ROUND_HALF_UP)


class Known:
    """The figures of a dossier by what claims call them; what is not known denies nothing."""

    def __init__(
        self,
        dossier: Dossier,
        table: Instrument,
        grades: Mapping[Stage, Grade],
        typed: Mapping[str, str],
    ) -> None:
        self._facts: dict[Key, Fact] = {}
        for stage in (Stage.SELF, Stage.DIAGNOSIS):
            self._judged(dossier, table, grades.get(stage), stage)
        for item in table.items:
            self._number(
                ("full", item.name), f"{item.name}满分", [item.points / Decimal(1000)], "分"
            )
        for name, of in _groups(table).items():
            full = sum(item.points for item in table.items if item.name in of)
            self._merge(("full", name), f"{name}满分", full)
        self._lists(dossier, typed)
        self._profile(dossier, typed)
        self._dates(dossier)

    def denied(self, claims: Iterable[Claim]) -> Iterator[tuple[Claim, Fact]]:
        """The claims that no figure of the dossier bears out, with the figure that it has; a claim
        in the longest words that state it."""
        found: dict[tuple[Key, Decimal], Claim] = {}
        for claim in claims:
            fact = self._facts.get(claim.key)
            if fact is not None and not fact.admits(claim):
                held = found.get((claim.key, claim.said))
                if held is None or len(claim.words) > len(held.words):
                    found[claim.key, claim.said] = claim
        for claim in found.values():
            yield claim, self._facts[claim.key]

    def _number(
        self, key: Key, name: str, values: Iterable[Decimal | int | None], unit: str
    ) -> None:
        known = tuple(dict.fromkeys(Decimal(value) for value in values if value is not None))
        if known:
            words = "或".join(f" {shown(plain(value))} {unit}" for value in known)
            self._facts[key] = Fact(name, known, words)

    def _judged(
        self, dossier: Dossier, table: Instrument, grade: Grade | None, stage: Stage
    ) -> None:
        if grade is None:
            return
        whose, word = stage.value, STAGE_NAMES[stage]
        levels: dict[str, int] = {}
        answered = {answer.subject: answer.level for answer in dossier.answers(stage)}
        for scene in table.scenes:
            level = answered.get(scene.name)
            if level is not None and 0 <= level < len(LEVELS):
                levels[scene.name] = level
                key = ("scene", whose, scene.name)
                self._facts[key] = _level(f"{scene.name}的{word}等级", level)
        open_ = set(grade.unanswered)
        for item in table.items:
            if item.name not in open_:
                self._merge(
                    ("points", whose, item.name), f"{item.name}的{word}得分", grade.items[item.name]
                )
        for name, of in _groups(table).items():
            if not open_ & set(of):
                earned = sum(grade.items[each] for each in of)
                self._merge(("points", whose, name), f"{name}的{word}得分", earned)
        if grade.complete:
            self._facts["level", whose] = _level(f"{word}等级", grade.level)
            self._merge(("total", whose), f"{word}得分合计", grade.total)
        if stage is Stage.DIAGNOSIS and len(levels) == len(table.scenes):
            self._scene_counts(table, levels)

    def _scene_counts(self, table: Instrument, levels: Mapping[str, int]) -> None:
        binding = {scene.name for scene in table.scenes if scene.binding}
        for level in range(len(LEVELS)):
            exact = [name for name, held in levels.items() if held == level]
            above = [name for name, held in levels.items() if held >= level]
            for key, noun, kept in (
                ("scenes", "场景", set(levels)),
                ("binding", "约束性场景", binding),
            ):
                at, up = (len(kept.intersection(names)) for names in (exact, above))
                name = f"达到{LEVELS[level]}的{noun}"
                # “达到二级的 9 个” may leave out those beyond, or not.
                self._number((key, str(level), ""), name, [at, up], "个")
                self._number(
                    (key, str(level), "above"), f"{LEVELS[level]}及以上的{noun}", [up], "个"
                )

    def _merge(self, key: Key, name: str, points: int) -> None:
        """Points in thousandths; an indicator may have the name of an item."""
        held = self._facts.get(key)
        values = (*(held.values if held else ()), Decimal(points) / 1000)
        values = tuple(dict.fromkeys(values))
        words = "或".join(f" {points_text(int(v * 1000), trim=True)} 分" for v in values)
        self._facts[key] = Fact(name, values, words)

    def _lists(self, dossier: Dossier, typed: Mapping[str, str]) -> None:
        rows = dossier.all(Equipment)
        total = _count(rows) if rows else None
        networked = _count([row for row in rows if row.networked == "是"]) if rows else None
        figures = [
            amount(typed.get(f"equipment_{key}")) for key in ("total", "networked", "digital")
        ]
        self._number(("equipment",), "生产设备总数", [total, figures[0]], "台")
        self._number(("networked",), "联网设备", [networked, figures[1]], "台")
        self._number(("digital",), "数字化设备", [figures[2]], "台")
        pairs = ((total, networked), (figures[0], figures[1]))
        left = [a - b for a, b in pairs if a is not None and b is not None]
        self._number(("unnetworked",), "未联网设备", left, "台")
        systems, projects = dossier.all(System), dossier.all(Project)
        for key, name, many, unit in (
            ("systems", "表3所列系统", systems, "套"),
            ("visits", "现场诊断", dossier.all(Visit), "次"),
            ("trainings", "主题培训", dossier.trainings(), "次"),
        ):
            self._number((key,), name, [len(many)] if many else [], unit)
        for kind, sums, named in (
            ("system", "systems money", [(row.name, row.amount) for row in systems]),
            ("project", "projects", [(row.name, row.cost) for row in projects]),
        ):
            costs = [amount(value) for _, value in named]
            known = [cost for cost in costs if cost is not None]
            word = "表3投入金额合计" if kind == "system" else "表10成本预估合计"
            if known and len(known) == len(costs):
                self._number((sums,), word, [sum(known)], "万元")
            for name in {name for name, _ in named}:
                own = [amount(value) for other, value in named if other == name]
                self._number((kind, name), f"“{name[:20]}”", own, "万元")

    def _profile(self, dossier: Dossier, typed: Mapping[str, str]) -> None:
        form = dossier.one(Enterprise)
        budget = amount(form.budget.get("value"))
        projects = self._facts.get(("projects",))
        both = [budget, *(projects.values if projects else ())]
        self._number(("budget",), "拟投入预算", both, "万元")
        self._number(("projects",), "表10成本预估合计", both[::-1] if projects else [], "万元")
        self._number(
            ("invested",), "已有数字化转型投入", [amount(form.invested.get("value"))], "万元"
        )
        self._number(
            ("digital staff",), "数字化人员数量", [amount(form.digital_staff.get("value"))], "人"
        )
        for key, name, figure, others, unit in (
            ("revenue", "营业收入", form.revenue, ("revenue_last", "revenue_previous"), "万元"),
            ("profit", "利润", form.profit, (), "万元"),
            ("employees", "总人数", form.employees, ("staff_last", "staff_previous"), "人"),
        ):
            values = [amount(figure.get("value")), *(amount(typed.get(k)) for k in others[:1])]
            year = amount(figure.get("year"))
            self._number((key, ""), f"上年度{name}", values, unit)
            if key == "employees":
                self._number((key,), f"企业{name}", values, unit)
            if year is None:
                continue
            self._number((key, str(year)), f"{shown(str(year))}年{name}", values, unit)
            if others and len(set(filter(None, values))) == 1:
                before = amount(typed.get(others[1]))
                self._number((key, str(year - 1)), f"{year - 1}年{name}", [before], unit)

    def _dates(self, dossier: Dossier) -> None:
        visits = [row.date for row in dossier.all(Visit)]
        trainings = [row.date for row in dossier.trainings()]
        signed = [dossier.one(Agreement).signed_on]
        named: list[tuple[Key, str, list[dt.date | None]]] = [
            (("visit",), "现场诊断日期", visits),
            (("training",), "主题培训日期", trainings),
        ]
        named += [
            (("visit", str(n)), f"第 {n} 次现场诊断日期", [day]) for n, day in enumerate(visits, 1)
        ]
        named.append((("signed",), "协议签订日期", signed))
        for key, name, found in named:
            days = [day for day in found if day is not None]
            if days:
                at = tuple((day.year, day.month * 100 + day.day) for day in days)
                self._facts[key] = Fact(name, (), "、".join(map(shown, days[:6])), at)
        target = dossier.one(File).target_level
        if target is not None and 0 <= target < len(LEVELS):
            self._facts["target",] = _level("目标等级", target)


def _level(name: str, level: int) -> Fact:
    return Fact(name, (Decimal(level),), LEVELS[level])


def _groups(table: Instrument) -> dict[str, list[str]]:
    """The items by indicator and by dimension."""
    found: dict[str, list[str]] = {}
    for item in table.items:
        for name in (item.indicator, item.dimension):
            found.setdefault(name, []).append(item.name)
    return found


def _count(rows: Iterable[Record]) -> int:
    return sum(getattr(row, "quantity", None) or 0 for row in rows)
