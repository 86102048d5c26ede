"""What an office sent back: each point stands until it is answered and evidenced."""

from collections.abc import Iterator

from forms.dossier import ReturnOpinion, ReturnPoint
from forms.returned import MENDED
from grading.rules.case import Case, Hits, hit

_WORDS = 40


def points(case: Case) -> Iterator[tuple[str, ReturnPoint]]:
    """Every point in view, with what to call it."""
    for opinion in case.dossier.all(ReturnOpinion):
        name = f"退回意见{f'（{opinion.number}）' if opinion.number else ''}"
        for number, point in enumerate(case.dossier.all(ReturnPoint, opinion.id), 1):
            yield f"{name}第 {number} 条", point


def unanswered(case: Case) -> Hits:
    """A point that nobody dealt with, or whose answer does not say how."""
    for name, point in points(case):
        text = " ".join(point.text.split())
        words = text if len(text) <= _WORDS else f"{text[: _WORDS - 1]}…"
        if not point.closed:
            yield hit("RETURN-OPEN", point.id, "state", clause=point.basis, point=name, text=words)
        elif not point.reply.strip():
            yield hit("RETURN-REPLY", point.id, "reply", point=name, state=point.state)
        elif point.state == MENDED and not point.evidenced:
            yield hit("RETURN-EVIDENCE", point.id, "shown", point=name)


def late(case: Case) -> Hits:
    """The day has passed by which it was to be mended."""
    opinions = {opinion.id: opinion for opinion in case.dossier.all(ReturnOpinion)}
    for name, point in points(case):
        opinion = opinions.get(point.parent_id) if point.parent_id else None
        due = point.due or (opinion.due if opinion else None)
        if due is not None and not point.closed and due < case.today:
            over = (case.today - due).days
            yield hit("RETURN-LATE", point.id, "state", point=name, due=due, over=over)


RULES = (unanswered, late)
