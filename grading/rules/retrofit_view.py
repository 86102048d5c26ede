"""The retrofit as a picture: contracts, milestones and trainings on the calendar, and the three
synchronisations (三个同步) phase by phase with what each still lacks. 方案 三（二）3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from forms.contract import SYNCHRONISATIONS
from forms.dossier import (
    Attachment,
    Contract,
    ContractItem,
    Dossier,
    Enterprise,
    Milestone,
    Partner,
    PlannedProduct,
    Project,
    Training,
    TrainingSync,
    picked,
)
from forms.record import Record, specs
from forms.visit import PHASES
from grading.finding import Target
from grading.rules.numbers import amount, between, duration, shown
from grading.rules.view import Judged

_FIELD = dict(zip(PHASES, ("before", "during", "after"), strict=True))
PLAN, HELD, EFFECT = SYNCHRONISATIONS


class Mark(StrEnum):
    """How a day or a span on the calendar stands."""

    DONE = "done"
    PLANNED = "planned"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of the calendar: a contract's period."""

    words: str
    start: dt.date
    end: dt.date
    target: Target


@dataclass(frozen=True, slots=True)
class Spot:
    """A day of the calendar: a milestone of the contract `row`, or a training ("" for its row)."""

    words: str
    day: dt.date
    mark: Mark
    target: Target
    row: UUID | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """All that has a day, and `undated` the sentences of what has none."""

    bars: tuple[tuple[UUID, str, Bar | None], ...]
    spots: tuple[Spot, ...]
    undated: tuple[str, ...]

    @property
    def days(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day; None where nothing has a day."""
        found = [spot.day for spot in self.spots]
        for _, _, bar in self.bars:
            found += [bar.start, bar.end] if bar else []
        return (min(found), max(found)) if found else None


def calendar(dossier: Dossier, today: dt.date) -> Calendar:
    """The contracts with their milestones, and the trainings."""
    bars, spots, undated = [], [], []
    for number, contract in enumerate(dossier.all(Contract), 1):
        name = contract_name(dossier, contract, number)
        bar = None
        if contract.starts_on and contract.ends_on and contract.starts_on <= contract.ends_on:
            target = Target("contracts", contract.id)
            bar = Bar(name, contract.starts_on, contract.ends_on, target)
        else:
            undated.append(f"{name}的实施期限没有填全")
        bars.append((contract.id, name, bar))
        for row in dossier.all(Milestone, contract.id):
            day = row.done_on or row.planned_on
            if day is None:
                undated.append(f"节点“{_short(row.name) or '未命名'}”没有日期")
            else:
                words = f"{_short(row.name) or '未命名'}"
                mark = milestone_mark(row, today)
                spots.append(Spot(words, day, mark, Target("milestones", row.id), contract.id))
    for training in dossier.trainings(*PHASES):
        words = f"{training.phase}：{_short(training.topic) or '未填主题'}"
        if training.date is None:
            undated.append(f"培训“{words}”没有日期")
        else:
            mark = Mark.DONE if training.date <= today else Mark.PLANNED
            spots.append(Spot(words, training.date, mark, Target("courses", training.id)))
    return Calendar(tuple(bars), tuple(spots), tuple(undated))


def milestone_mark(row: Milestone, today: dt.date) -> Mark:
    """Done, late, or still to come."""
    if row.done_on is not None:
        return Mark.DONE
    return Mark.LATE if row.planned_on and row.planned_on < today else Mark.PLANNED


def contract_name(dossier: Dossier, contract: Contract, number: int) -> str:
    """What people know a contract by: its name, else its provider, else its number in the list."""
    partner = dossier.find(Partner, contract.partner)
    known = (contract.name, partner.name if partner else "", contract.number)
    return next((_short(each) for each in known if each.strip()), f"第 {number} 份合同")


def _short(text: str, most: int = 24) -> str:
    text = text.strip()
    return text if len(text) <= most else text[:most] + "…"


@dataclass(frozen=True, slots=True)
class Link:
    """From what the diagnosis advised to what was bought: a project of table 10, the product that
    carries it out, its provider, and the contract that it is in; "" where there is none."""

    project: str
    product: str
    provider: str
    contract: str
    target: Target


def links(dossier: Dossier) -> list[Link]:
    """Every project of table 10 with its products, then the products that carry out none."""
    found = []
    products = dossier.all(PlannedProduct)
    for project in dossier.all(Project):
        own = [each for each in products if each.project == project.id]
        found += [_link(dossier, project.name.strip(), each) for each in own]
        if not own:
            found.append(Link(project.name.strip(), "", "", "", Target("providers")))
    known = {project.id for project in dossier.all(Project)}
    found += [_link(dossier, "", each) for each in products if each.project not in known]
    return found


def _link(dossier: Dossier, project: str, product: PlannedProduct) -> Link:
    partner = dossier.find(Partner, product.partner)
    items = {item.parent_id for item in dossier.all(ContractItem) if item.planned == product.id}
    contracts = [
        contract_name(dossier, each, number)
        for number, each in enumerate(dossier.all(Contract), 1)
        if each.id in items
    ]
    return Link(
        project,
        product.name.strip() or "未命名的产品",
        partner.name.strip() if partner else "",
        "、".join(contracts),
        Target("providers", product.id),
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the nine: a synchronisation in a phase. `words` say what is there; `missing` what
    the plan demands and is not, `weak` what should prove it."""

    what: str
    phase: str
    words: str
    missing: tuple[str, ...]
    weak: tuple[str, ...]
    target: Target

    @property
    def state(self) -> str:
        """empty, open or done, as a step's."""
        if self.missing:
            return "open" if self.words else "empty"
        return "done"


def synchronisations(
    dossier: Dossier, photos: Iterable[Judged], today: dt.date
) -> tuple[Cell, ...]:
    """The nine cells, synchronisation by synchronisation, each in the order of the phases."""
    seen = {each.photo.training for each in photos if each.counts}
    return (
        *(_plan(dossier, phase) for phase in PHASES),
        *(_held(dossier, phase, today, seen) for phase in PHASES),
        *(_effect(dossier, phase) for phase in PHASES),
    )


def staff_of(dossier: Dossier) -> int | None:
    """全员: everybody who is to be trained, as stated, else the profile's 企业总人数."""
    stated = dossier.one(TrainingSync).staff
    if stated:
        return stated
    heads = amount(dossier.one(Enterprise).employees.get("value"))
    return int(heads) if heads is not None and heads > 0 else None


def _plan(dossier: Dossier, phase: str) -> Cell:
    form, field = dossier.one(TrainingSync), f"plan_{_FIELD[phase]}"
    text, missing = getattr(form, field).strip(), []
    if not text:
        missing.append("未写明培训安排")
    elif form.plan_on is None:
        missing.append("未填培训方案制定日期")
    files = picked(form.plan_files, dossier.all(Attachment))
    weak = () if files else ("没有附培训方案",)
    words = f"{shown(form.plan_on)}制定" if text and form.plan_on else "已写明安排" if text else ""
    where = field if not text or form.plan_on else "plan_on"
    return Cell(PLAN, phase, words, tuple(missing), weak, Target("sync", form.id, where))


def _held(dossier: Dossier, phase: str, today: dt.date, seen: Collection[UUID | None]) -> Cell:
    rows = [row for row in dossier.trainings(phase) if row.date and row.date <= today]
    if not rows:
        return Cell(HELD, phase, "", ("没有开展培训",), (), Target("courses"))
    heads = sum(row.attendees or 0 for row in rows)
    length = sum(max(between(row.start, row.end) or 0, 0) for row in rows)
    staff = staff_of(dossier)
    missing = []
    if staff is None:
        missing.append("企业全员人数未填")
    elif heads < staff:
        missing.append(f"参加 {heads} 人次，少于全员 {staff} 人")
    words = f"{len(rows)} 次，{duration(length)}，{heads} 人次"
    target = Target("courses", rows[-1].id)
    return Cell(HELD, phase, words, tuple(missing), tuple(_unproven(dossier, rows, seen)), target)


def _unproven(
    dossier: Dossier, rows: list[Training], seen: Collection[UUID | None]
) -> Iterator[str]:
    """Which evidence the trainings of a phase lack; photos count as those of visits do."""
    sheets = dossier.all(Attachment)
    unsigned = sum(not picked(row.sign_in, sheets) for row in rows)
    if unsigned:
        yield f"{unsigned} 次没有签到表"
    dark = sum(row.id not in seen for row in rows)
    if dark:
        yield f"{dark} 次没有照片"


def _effect(dossier: Dossier, phase: str) -> Cell:
    form, field = dossier.one(TrainingSync), f"effect_{_FIELD[phase]}"
    text, day = getattr(form, field).strip(), getattr(form, f"{field}_on")
    missing = []
    if not text:
        missing.append("未写明培训效果")
    if day is None:
        missing.append("未填验收日期")
    files = picked(form.effect_files, dossier.all(Attachment))
    weak = () if files else ("没有附验收材料",)
    words = f"{shown(day)}验收" if day else "已写明效果" if text else ""
    where = f"{field}_on" if text and day is None else field
    return Cell(EFFECT, phase, words, tuple(missing), weak, Target("sync", form.id, where))


def effect_day(form: TrainingSync, phase: str) -> dt.date | None:
    """The day on which a phase's trainings were accepted."""
    day: dt.date | None = getattr(form, f"effect_{_FIELD[phase]}_on")
    return day


def labels(record: Record, *fields: str) -> list[str]:
    """The labels of those fields of a record in which nothing stands."""
    own = specs(type(record))
    return [own[name].label for name in fields if getattr(record, name) in (None, "", {})]
