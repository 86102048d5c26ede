"""日程 as an iCalendar file (RFC 5545): what happens at the factory, and every deadline.

A calendar leaves this machine for phones and clouds: it names the enterprise, its address, and what
is when; whatever article 3 of the agreement covers stays out of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forms.dossier import (
    Acceptance,
    Agreement,
    Assessment,
    Briefing,
    Contract,
    DiagnosisAcceptance,
    Dossier,
    Enterprise,
    Examination,
    File,
    Milestone,
    Plan,
    ReturnOpinion,
    ReturnPoint,
    Stay,
    Training,
    Visit,
)
from forms.photo_facts import BEIJING
from forms.record import Record
from grading.rules.case import Case
from grading.rules.deadlines import deadlines

TITLE = "日程"
_VISIT, _DUE = "现场服务", "期限"
#: All that the calendar is made from, so that nothing else has to be read for it.
FORMS: tuple[type[Record], ...] = (
    *(File, Enterprise, Agreement, Plan, Visit, Stay, Training, Briefing, DiagnosisAcceptance),
    *(Contract, Milestone, Assessment, Examination, Acceptance, ReturnOpinion, ReturnPoint),
)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One entry of the calendar. `key` is stable, so that a calendar that has it already renews it;
    times are Beijing's, None for the whole day; `sure` is false for what is only planned."""

    key: str
    title: str
    category: str
    day: dt.date
    start: dt.time | None = None
    end: dt.time | None = None
    place: str = ""
    note: str = ""
    sure: bool = True


def occasions(case: Case) -> Iterator[Occasion]:
    """The calendar of one dossier: visits and meetings, planned and held, then the deadlines."""
    enterprise = case.dossier.one(Enterprise)
    name = enterprise.name.strip() or "未命名企业"
    for key, what, day, start, end in (*_visits(case.dossier), *_meetings(case.dossier)):
        if day is not None:
            yield Occasion(
                *(key, f"{name}：{what}", _VISIT, day, start, end, enterprise.address.strip()),
                sure=day <= case.today,
            )
    for due in deadlines(case):
        done = "" if due.open else "（已完成）"
        yield Occasion(
            f"{case.dossier.id.hex}/{due.key}",
            f"{name}：{due.title}{done}",
            _DUE,
            due.day,
            note=f"依据：{due.source}",
        )


_Timed = tuple[str, str, dt.date | None, dt.time | None, dt.time | None]


def _visits(dossier: Dossier) -> Iterator[_Timed]:
    """Each session of each visit; the plan, as long as there is no visit of its day."""
    visits = dossier.all(Visit)
    for number, visit in enumerate(visits, 1):
        what = f"第 {number} 次现场诊断"
        stays = [stay for stay in dossier.all(Stay, visit.id) if stay.start is not None]
        for stay in stays:
            yield stay.id.hex, what, visit.date, stay.start, stay.end
        if not stays:
            yield visit.id.hex, what, visit.date, None, None
    plan = dossier.one(Plan)
    if plan.date not in [visit.date for visit in visits]:
        yield plan.id.hex, "现场诊断（计划）", plan.date, plan.start, plan.end


def _meetings(dossier: Dossier) -> Iterator[_Timed]:
    for training in dossier.all(Training):
        what = f"培训“{training.topic.strip()}”" if training.topic.strip() else "主题培训"
        yield training.id.hex, what, training.date, training.start, training.end
    told = dossier.one(Briefing)
    yield told.id.hex, "诊断结果汇报", told.held_on, told.start, told.end
    experts = dossier.one(DiagnosisAcceptance)
    yield experts.id.hex, "诊断成果验收会", experts.held_on, None, None
    graded = dossier.one(Assessment)
    yield graded.id.hex, "实地定级评测", graded.visited_on, None, None
    for row in dossier.all(Examination):
        yield row.id.hex, f"改造验收{row.way}", row.date, None, None


def compose(found: Iterable[Occasion], name: str, stamp: dt.datetime) -> bytes:
    """The file of these occasions; `stamp` is when it is made (aware), `name` what calendars call
    it."""
    from icalendar import Calendar, Event  # loaded late: it brings tables of time zones

    calendar = Calendar()
    calendar.add("prodid", "-//zhengai//诊改工作台//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for each in found:
        event = Event()
        event.add("uid", f"{each.key}@zhengai")
        event.add("dtstamp", stamp.astimezone(dt.UTC))
        event.add("summary", _line(each.title))
        event.add("categories", [each.category])
        for field, value in zip(("dtstart", "dtend"), _span(each), strict=False):
            event.add(field, value)
        for field, text in (("location", each.place), ("description", each.note)):
            if text:
                event.add(field, _line(text))
        event.add("status", "CONFIRMED" if each.sure else "TENTATIVE")
        # A deadline takes nobody's day.
        event.add("transp", "TRANSPARENT" if each.category == _DUE else "OPAQUE")
        calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data


def _span(each: Occasion) -> tuple[dt.date, ...]:
    """Begin and end as the file has them: days with the next one as their end, else UTC; a time
    that ends before it begins is left without its end."""
    if each.start is None:
        # The calendar's last day has none after it.
        days = (each.day, each.day + dt.timedelta(1)) if each.day < dt.date.max else (each.day,)
        return days
    start, end = (_utc(each.day, time) for time in (each.start, each.end or each.start))
    return (start, end) if end > start else (start,)


def _utc(day: dt.date, time: dt.time) -> dt.datetime:
    try:
        return dt.datetime.combine(day, time, BEIJING).astimezone(dt.UTC)
    except OverflowError:  # the first hours of the first year there is
        return dt.datetime.min.replace(tzinfo=dt.UTC)


def _line(text: str) -> str:
    """A text without what no calendar can hold: control characters, halves of characters."""
    whole = text.encode(errors="replace").decode()
    return "".join(char if char.isprintable() or char == "\n" else " " for char in whole)
