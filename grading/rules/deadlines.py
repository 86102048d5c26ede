"""What is due by when: the agreement's term, the retrofit's months, the contracts' days, the
batch's window, and the points that an office or experts want mended."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from forms.dossier import (
    Acceptance,
    Agreement,
    Contract,
    Dossier,
    File,
    Milestone,
    ReturnOpinion,
    ReturnPoint,
)
from forms.pack import Pack
from forms.places import page_in, page_of
from forms.record import Record, form_of
from grading.finding import Target
from grading.road import begun
from grading.rules.agreement import last_day
from grading.rules.case import Case, Hits, hit
from grading.rules.returned import examined, points, wanted


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day, and the day on which it was met; `met` None while it stands open.

    `key` tells it from the dossier's others for good, so that a calendar knows it again. `source`
    is the clause or paper that sets it. `told` says that a rule of its own tells when it is missed.
    """

    key: str
    title: str
    day: dt.date
    source: str
    step: str
    target: Target
    met: dt.date | None = None
    closed: bool = False
    told: bool = False

    @property
    def open(self) -> bool:
        """Whether it still presses."""
        return self.met is None and not self.closed

    def days_left(self, today: dt.date) -> int:
        """Days until it, 0 on the last, negative when it is over."""
        return (self.day - today).days


def months_after(day: dt.date, months: int) -> dt.date:
    """The last day of a term of months: the same day of the month, or the month's last where it has
    none such (民法典 第二百零二条)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = min(day.year + years, dt.MAXYEAR)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def published_on(dossier: Dossier, pack: Pack) -> dt.date | None:
    """When the list came out that has the enterprise: as the pack knows it of the batch, else as it
    was typed."""
    file = dossier.one(File)
    batch = pack.batch(file.batch)
    return (batch.list_published if batch else None) or file.listed_on


def deadlines(case: Case) -> tuple[Deadline, ...]:
    """Every deadline of a dossier, the nearest open one first, those that were met behind."""
    found = (*_term(case), *_retrofit(case), *_contracts(case), *_window(case), *_points(case))
    return tuple(sorted(found, key=lambda each: (not each.open, each.day, each.key)))


def _term(case: Case) -> Iterator[Deadline]:
    agreement = case.dossier.one(Agreement)
    if agreement.signed_on is not None:
        yield Deadline(
            "agreement",
            f"协议服务期限 {case.pack.term_days} 天届满",
            last_day(case.pack, agreement.signed_on),
            "附件2 第一条 2",
            "report",
            _target(agreement, "reported_on"),
            agreement.reported_on,
            told=True,
        )


def _retrofit(case: Case) -> Iterator[Deadline]:
    day, pack = published_on(case.dossier, case.pack), case.pack
    if day is not None and pack.retrofit_months:
        yield Deadline(
            "retrofit",
            f"名单公布后 {pack.retrofit_months} 个月内完成改造",
            months_after(day, pack.retrofit_months),
            pack.retrofit_source,
            "retrofit",
            _target(case.dossier.one(File), "listed_on"),
            _all_done(case.dossier, case.dossier.all(Milestone)),
        )


def _contracts(case: Case) -> Iterator[Deadline]:
    for contract in case.dossier.all(Contract):
        name = contract.name.strip() or contract.number.strip() or "未命名的合同"
        steps = case.dossier.all(Milestone, contract.id)
        for step in steps:
            if step.planned_on is not None:
                yield Deadline(
                    f"milestone/{step.id.hex}",
                    f"{name}：{step.name.strip() or '未命名的节点'}",
                    step.planned_on,
                    "改造合同实施节点",
                    "retrofit",
                    _target(step, "done_on"),
                    step.done_on,
                )
        if contract.ends_on is not None:
            yield Deadline(
                f"contract/{contract.id.hex}",
                f"{name}：实施期限届满",
                contract.ends_on,
                "改造合同实施期限",
                "retrofit",
                _target(contract, "ends_on"),
                _all_done(case.dossier, steps),
            )


def _all_done(dossier: Dossier, steps: list[Milestone]) -> dt.date | None:
    """When the last of them was done; without any, the day of the acceptance, which needs them."""
    days = [step.done_on for step in steps]
    known = [day for day in days if day is not None]
    if len(known) < len(days):
        return None
    return max(known, default=dossier.one(Acceptance).opinion_on)


def _window(case: Case) -> Iterator[Deadline]:
    batch = case.pack.batch(case.dossier.one(File).batch)
    if batch is not None:
        accepted = case.dossier.one(Acceptance)
        yield Deadline(
            "window",
            f"{batch.name}补助期限截止（合同、发票、付款、验收均须在期限内）",
            batch.window_to,
            batch.source,
            "acceptance",
            _target(accepted, "opinion_on"),
            accepted.opinion_on,
            told=True,
        )


def _points(case: Case) -> Iterator[Deadline]:
    opinions = {opinion.id: opinion for opinion in case.dossier.all(ReturnOpinion)}
    for step, kind in (("handin", points), ("handin", wanted), ("acceptance", examined)):
        for name, point in kind(case):
            day = point.due or _due_of(opinions, point.parent_id)
            if day is not None:
                yield Deadline(
                    f"{form_of(ReturnPoint)}/{point.id.hex}",
                    f"{name}整改",
                    day,
                    point.basis or "整改要求",
                    step,
                    Target(page_in(case.dossier, point), point.id),
                    point.closed_on if point.closed else None,
                    closed=point.closed,
                    told=True,
                )


def _due_of(opinions: dict[UUID, ReturnOpinion], opinion: UUID | None) -> dt.date | None:
    found = opinions.get(opinion) if opinion is not None else None
    return found.due if found is not None else None


def _target(record: Record, field: str) -> Target:
    return Target(page_of(record), None if record.single else record.id, field)


def overdue(case: Case) -> Hits:
    """A day has passed, or was kept too late, of which no rule of its own tells."""
    for each in deadlines(case):
        late = each.met is not None and each.met > each.day
        if each.told or not (late or (each.open and each.day < case.today)):
            continue
        until = each.met or case.today
        yield hit(
            "DEADLINE-LATE" if late else "DEADLINE-OVERDUE",
            each.target.record,
            each.target.field,
            each.target.page,
            each.source,
            half=2,
            what=each.title,
            due=each.day,
            over=(until - each.day).days,
            met=until,
        )


def unknown(case: Case) -> Hits:
    """The day is not known from which the retrofit's months count."""
    file = case.dossier.one(File)
    known = published_on(case.dossier, case.pack) is not None
    if case.pack.retrofit_months and not known and begun(case, "retrofit"):
        yield hit(
            "LIST-DATE",
            file.id,
            "listed_on",
            clause=case.pack.retrofit_source,
            half=2,
            months=case.pack.retrofit_months,
        )


def missed_window(case: Case) -> Hits:
    """The batch's window has closed, and nothing was accepted within it."""
    batch = case.pack.batch(case.dossier.one(File).batch)
    accepted = case.dossier.one(Acceptance)
    if batch is None or accepted.opinion_on or case.today <= batch.window_to:
        return
    if begun(case, "choice"):
        yield hit(
            "WINDOW-CLOSED",
            accepted.id,
            "opinion_on",
            clause=batch.source,
            half=2,
            batch=batch.name,
            window=batch.window,
        )


RULES = (overdue, unknown, missed_window)
