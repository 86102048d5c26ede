"""What a receiving office remembers of bundles that came: hash, name, moment and findings.

Their content is never kept. A bundle that is sent again is compared with the one before.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlmodel import Field, SQLModel, col, select

from app.store import Store
from forms.record import specs
from forms.returned import ReturnPoint
from grading.finding import Finding, Target


class ReceivedRow(SQLModel, table=True):
    """A state of a dossier that came in a bundle, by the hash of its data; `findings` is JSON."""

    __tablename__ = "received"
    sha256: str = Field(primary_key=True)
    dossier_id: UUID
    at: str = ""
    name: str = ""
    draft: bool = False
    findings: str = "[]"


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding as the office looks at it: `place` says in words where, `target` for the program.

    `severity` is a `Severity`'s value; `target` page, record and field joined by "/".
    """

    rule: str
    severity: str
    message: str
    basis: str
    remedy: str
    place: str = ""
    target: str = ""


def noted(finding: Finding, place: str) -> Noted:
    """A finding with the words for where it is."""
    return Noted(
        finding.rule,
        finding.severity.value,
        finding.message,
        finding.clause,
        finding.remedy,
        place,
        spelled(finding.target),
    )


def drafted(dossier_id: UUID, each: Noted) -> ReturnPoint:
    """A point of an opinion that says what a finding says."""
    point = ReturnPoint(dossier_id=dossier_id)
    said = {
        "text": each.message,
        "basis": each.basis,
        "place": each.place,
        "asked": each.remedy,
        "rule": each.rule,
        "target": each.target,
    }
    for name, words in said.items():
        setattr(point, name, words[: specs(ReturnPoint)[name].limit])
    return point


def spelled(target: Target | None) -> str:
    """A target as one text: page, record and field, joined by "/"."""
    if target is None:
        return ""
    return f"{target.page}/{target.record or ''}/{target.field}"


@dataclass(frozen=True, slots=True)
class Compared:
    """The findings of a bundle beside those of the one before, which came `at` (wall time)."""

    at: str
    mended: tuple[Noted, ...]
    fresh: tuple[Noted, ...]
    standing: tuple[Noted, ...]


def compare(at: str, before: Iterable[Noted], now: Iterable[Noted]) -> Compared:
    """Which findings went, came and stayed.

    One finding is another's successor by its rule and where it points, whatever numbers its
    sentence has by now; where several are alike in that, by their sentences first.
    """
    left: defaultdict[tuple[str, str], list[Noted]] = defaultdict(list)
    for each in before:
        left[each.rule, each.target].append(each)
    fresh: list[Noted] = []
    standing: list[Noted] = []
    # Those that are the same word for word are paired before the others take what is left.
    ordered = sorted(
        now, key=lambda n: n.message not in (o.message for o in left[n.rule, n.target])
    )
    for each in ordered:
        old = left[each.rule, each.target]
        if not old:
            fresh.append(each)
            continue
        standing.append(each)
        same = next((o for o in old if o.message == each.message), old[0])
        old.remove(same)
    mended = tuple(each for rest in left.values() for each in rest)
    return Compared(at, mended, tuple(fresh), tuple(standing))


def since_last(
    store: Store, sha256: str, dossier_id: UUID, found: Sequence[Noted]
) -> Compared | None:
    """The findings of a state of a dossier beside those of the state that came before it; None
    where it is the first."""
    with store.session() as session:
        known = session.get(ReceivedRow, sha256)
        query = select(ReceivedRow).where(
            ReceivedRow.dossier_id == dossier_id, ReceivedRow.sha256 != sha256
        )
        if known is not None:
            query = query.where(col(ReceivedRow.at) < known.at)
        before = session.exec(query.order_by(col(ReceivedRow.at).desc())).first()
    if before is None:
        return None
    return compare(before.at, [Noted(**each) for each in json.loads(before.findings)], found)


def keep(
    store: Store, sha256: str, dossier_id: UUID, name: str, draft: bool, found: Sequence[Noted]
) -> None:
    """Remember what was found of a state of a dossier; one that came already keeps its moment."""
    now = dt.datetime.now().astimezone().isoformat(timespec="microseconds")
    with store.session() as session:
        known = session.get(ReceivedRow, sha256)
        row = ReceivedRow(
            sha256=sha256,
            dossier_id=dossier_id,
            at=known.at if known else now,
            name=name,
            draft=draft,
            findings=json.dumps([asdict(each) for each in found], ensure_ascii=False),
        )
        session.merge(row)
        session.commit()
