"""The counts over all dossiers from their summaries, and who else is to be judged again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from app.progress import Progress
from app.store import Store
from app.summaries import SummaryRow, touch
from forms.pack import Pack
from grading.overview import Overview, overview
from grading.statistics import UNKNOWN, Counted, grouped

_C: Any = SummaryRow.__table__.c  # type: ignore[attr-defined]
_KNOWN = (_C.name, _C.district, _C.industry, _C.provider)
_COUNTED = (
    select(_C.dossier_id, _C.facts, _C.due, *_KNOWN)
    .where(_C.withdrawn.is_not(True))
    .order_by(_C.number.desc())
)


def counted(store: Store, today: dt.date) -> list[Counted]:
    """Every dossier as it is counted, the newest first, by what was judged of it last."""
    with store.session() as session:
        rows = session.connection().execute(_COUNTED).all()
    found = []
    for dossier, facts, due, *known in rows:
        named = {c.name: value.strip() for c, value in zip(_KNOWN, known, strict=True)}
        left = None if due is None else (due - today).days
        found.append(Counted.read(dossier, json.loads(facts), days_left=left, **named))
    return found


Stock = tuple[Sequence[Counted], Overview, Mapping[str, Sequence[str]]]
"""All dossiers, the counts of some, and the groups that there are by "district" and "industry"."""


def take_stock(
    store: Store, pack: Pack, held: Sequence[Counted], chosen: Mapping[str, str | None]
) -> Iterator[Progress | Stock]:
    """Count the dossiers that are of the `chosen` groups, by "district" and "industry" (None: any).

    `held` are all of them, where they were read before. The last that is yielded is the stock.
    """
    yield Progress(0, 0, "正在统计")
    held = held or counted(store, dt.date.today())
    orders = {"district": pack.districts, "industry": pack.industries}
    groups = {
        place: list(grouped(held, attrgetter(place), order)) for place, order in orders.items()
    }
    kept = [
        each
        for each in held
        if all(name in (None, getattr(each, place) or UNKNOWN) for place, name in chosen.items())
    ]
    yield held, overview(kept, pack), groups


def touch_others(session: Session, dossier_id: UUID, facts: Mapping[str, Any]) -> None:
    """Note that what a dossier has in common with others changed since it was judged last, so that
    those are judged again, unless they say the same already. `facts` are the new ones, before they
    are kept."""
    before, after = _shared(session, dossier_id), _by_other(facts)
    for kind, other in {key for key, _ in before.items() ^ after.items()}:
        was, now = (kind, other) in before, (kind, other) in after
        known = (kind, dossier_id.hex) in _shared(session, UUID(other))
        if (was and now) or known != now:
            touch(session, UUID(other))


def _shared(session: Session, dossier_id: UUID) -> dict[tuple[str, str], str]:
    """What a dossier's kept summary has in common with others, in words by kind and other."""
    kept = session.connection().execute(select(_C.facts).where(_C.dossier_id == dossier_id))
    return _by_other(json.loads(kept.scalar() or "{}"))


def _by_other(facts: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    return {(kind, other): words for kind, other, words, *_ in facts.get("across") or ()}
