"""The visits of other dossiers on the days of one dossier's, by people of its team's names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as columns_of
from sqlmodel import Session, col, select

from forms.dossier import Enterprise, File, Member, Provider, Site, Stay, Visit
from grading.presence import Presence, Span
from grading.rules.elsewhere import person_of
from grading.rules.judging import place_of
from grading.rules.view import Session as Sitting

#: A name without spaces, which stand between two characters as people like.
_NAME: Any = func.replace(func.replace(Member.name, " ", ""), "\u3000", "")


@dataclass
class _Near:
    """A visit of another dossier, as it is put together."""

    dossier: UUID
    date: dt.date
    members: list[Member] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)


def elsewhere(session: Session, dossier_id: UUID) -> tuple[Presence, ...]:
    """Who of these names was elsewhere on these days, in a settled order.

    Asked for each dossier that is judged: only rows of people who were there are read whole.
    """
    days = select(col(Visit.date)).where(Visit.dossier_id == dossier_id, ~col(Visit.withdrawn))
    dates = {date for date in session.exec(days) if date is not None}
    team = select(_NAME).where(Member.dossier_id == dossier_id, ~col(Member.withdrawn))
    names = set(session.exec(team)) - {""} if dates else set()
    if not names:
        return ()
    wanted: Any = (
        columns_of(*map(col, (Visit.id, Visit.dossier_id, Visit.date, Visit.present)), Member)
        .join(Member, col(Member.dossier_id) == Visit.dossier_id)
        .join(File, col(File.id) == Visit.dossier_id)
        .where(col(Visit.date).in_(dates), col(Visit.dossier_id) != dossier_id, _NAME.in_(names))
        .where(~col(Visit.withdrawn), ~col(File.withdrawn), ~col(Member.withdrawn))
        .order_by(col(Visit.date), col(Visit.id), col(Member.position), col(Member.id))
    )
    near: dict[UUID, _Near] = {}
    for visit, owner, date, present, member in session.exec(wanted):
        if present.get(str(member.id)) is True:
            near.setdefault(visit, _Near(owner, date)).members.append(member)
    return _told(session, near)


def _names(
    session: Session, form: type[Enterprise] | type[Provider], dossiers: set[UUID]
) -> dict[UUID, str]:
    wanted = select(form.dossier_id, form.name).where(col(form.dossier_id).in_(dossiers))
    return dict(session.exec(wanted).all())


def _told(session: Session, near: dict[UUID, _Near]) -> tuple[Presence, ...]:
    stays = select(Stay).where(col(Stay.parent_id).in_(near), ~col(Stay.withdrawn))
    for stay in session.exec(stays.order_by(col(Stay.position), col(Stay.id))):
        span = Sitting(0, stay).span
        if span and stay.parent_id:
            near[stay.parent_id].spans.append(span)
    held = {each.dossier for each in near.values() if each.spans}
    names, providers = (_names(session, form, held) for form in (Enterprise, Provider))
    places = select(Site).where(col(Site.dossier_id).in_(held))
    sites = {site.dossier_id: place_of(site) for site in session.exec(places)}
    found = []
    for key, each in near.items():
        if each.spans:
            owner, site = each.dossier, sites.get(each.dossier)
            people = tuple(person_of(m, providers.get(owner, "")) for m in each.members)
            place = (site.latitude, site.longitude) if site else None
            name, spans = names.get(owner, ""), tuple(each.spans)
            found.append(Presence(owner, name, key, each.date, spans, people, place))
    return tuple(found)
