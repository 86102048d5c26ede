"""What became of the points that this office sent back, as a bundle that came later tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.received import Noted
from app.return_file import issued
from app.store import Store
from exporters.return_opinion import evidence
from forms.dossier import Dossier, ReturnOpinion, ReturnPoint
from forms.returned import DECLINED, Returned


class Outcome(StrEnum):
    """What is to be said of a point."""

    UNTAKEN = "未收入"
    OPEN = "未处理"
    DECLINED = "不予采纳"
    STANDING = "仍有此问题"
    MENDED = "已整改"


@dataclass(frozen=True, slots=True)
class Answer:
    """A point as it was sent, what the provider says of it, and what it rests on.

    STANDING is said of a point made from a finding that still stands, whatever the provider says.
    """

    number: int
    point: ReturnPoint
    outcome: Outcome
    state: str
    reply: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """An opinion with what became of its points."""

    returned: Returned
    answers: tuple[Answer, ...]

    @property
    def settled(self) -> int:
        """How many points are mended, or declined with a reason."""
        done = (Outcome.MENDED, Outcome.DECLINED)
        return sum(each.outcome in done for each in self.answers)


def answered(store: Store, dossier: Dossier, findings: Sequence[Noted]) -> tuple[Answered, ...]:
    """Every opinion that this office sent back on a dossier, beside what the dossier now says."""
    standing = {(each.rule, each.target) for each in findings}
    theirs = {each.id: each for each in dossier.all(ReturnPoint)}
    taken = {each.id for each in dossier.all(ReturnOpinion)}
    found = []
    for returned in issued(store, dossier.id):
        answers = tuple(
            _answer(
                *(number, point, dossier),
                theirs.get(point.id) if returned.opinion.id in taken else None,
                bool(point.rule) and (point.rule, point.target) in standing,
            )
            for number, point in enumerate(returned.points, 1)
        )
        found.append(Answered(returned, answers))
    return tuple(found)


def _answer(
    number: int, point: ReturnPoint, dossier: Dossier, told: ReturnPoint | None, stands: bool
) -> Answer:
    if told is None:
        return Answer(number, point, Outcome.UNTAKEN, "", "", ())
    said = tuple(evidence(dossier, told))
    if told.state == DECLINED and told.reply.strip():
        outcome = Outcome.DECLINED
    elif not told.closed:
        outcome = Outcome.OPEN
    elif stands:
        outcome = Outcome.STANDING
    else:
        outcome = Outcome.MENDED if told.reply.strip() and told.evidenced else Outcome.OPEN
    return Answer(number, point, outcome, told.state, told.reply, said)
