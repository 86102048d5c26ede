"""What one dossier's visits say of another's: a consultant cannot be at two factories at once."""

from decimal import Decimal
from typing import Any

from forms.dossier import Dossier, Enterprise, Member, Provider, Stay, Visit, picked
from grading.presence import Clash, Person, Presence, Span, clashes
from grading.rules.case import Case, Hits, hit
from grading.rules.judging import site_of
from grading.rules.numbers import listed
from grading.rules.view import Session


def person_of(member: Member, provider: str) -> Person:
    """A member of the team as one is told from another across dossiers."""
    organisation = member.organisation.strip() or provider
    return Person(member.name.strip(), organisation, member.certificate, member.contact)


def presences(dossier: Dossier) -> list[Presence]:
    """The visits in view of which day, people and the times of a session are known."""
    provider, members = dossier.one(Provider).name, dossier.all(Member)
    site, name = site_of(dossier), dossier.one(Enterprise).name
    found = []
    for visit in dossier.all(Visit):
        spans = tuple(s for stay in dossier.all(Stay, visit.id) if (s := Session(0, stay).span))
        people = tuple(person_of(each, provider) for each in picked(visit.present, members))
        if visit.date and spans and people:
            place = (site.latitude, site.longitude) if site else None
            found.append(Presence(dossier.id, name, visit.id, visit.date, spans, people, place))
    return found


def clashes_of(case: Case) -> list[Clash]:
    """The visits of other dossiers that this one's cannot stand beside."""
    if not case.elsewhere:
        return []
    fastest = float(case.limit("VISIT-TRAVEL"))
    return list(clashes(presences(case.dossier), case.elsewhere, fastest))


def both_places(case: Case) -> Hits:
    """A consultant at two factories at once, or with less time between than a car needs."""
    numbers = {view.visit.id: view.number for view in case.visits}
    for found in clashes_of(case):
        visit, speed = found.own.visit, found.speed
        values: dict[str, Any] = {
            "number": numbers[visit],
            "date": found.own.date,
            "names": listed(list(found.names)),
            "enterprise": found.other.enterprise or "未命名企业",
            "here": _clock(found.here),
            "there": _clock(found.there),
        }
        if speed is None:
            yield hit("VISIT-ELSEWHERE", visit, "present", **values)
        else:
            km = Decimal(f"{found.km:.1f}")
            yield hit("VISIT-TRAVEL", visit, "present", gap=found.gap, km=km, **values)


def _clock(span: Span) -> str:
    return " 至 ".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span)


RULES = (both_places,)
