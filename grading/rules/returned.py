"""What an office sent back, or experts want mended: each point stands until it is answered and
evidenced."""

from collections.abc import Iterator

from forms.dossier import DiagnosisAcceptance, Examination, ReturnOpinion, ReturnPoint
from forms.returned import CLAUSE, MENDED
from grading.rules.case import Case, Hits, hit

_WORDS = 40


def points(case: Case) -> Iterator[tuple[str, ReturnPoint]]:
    """Every point in view, with what to call it."""
    for opinion in case.dossier.all(ReturnOpinion):
        name = f"退回意见{f'（{opinion.number}）' if opinion.number else ''}"
        for number, point in enumerate(case.dossier.all(ReturnPoint, opinion.id), 1):
            yield f"{name}第 {number} 条", point


def wanted(case: Case) -> Iterator[tuple[str, ReturnPoint]]:
    """The same of what the experts of the acceptance (方案 三（一）7) want mended."""
    accepted = case.dossier.one(DiagnosisAcceptance).id
    for number, point in enumerate(case.dossier.all(ReturnPoint, accepted), 1):
        yield f"诊断验收意见第 {number} 条", point


def examined(case: Case) -> Iterator[tuple[str, ReturnPoint]]:
    """The same of what the assessor's experts want of the retrofit (方案 三（二）6)."""
    for row in case.dossier.all(Examination):
        for number, point in enumerate(case.dossier.all(ReturnPoint, row.id), 1):
            yield f"改造验收{row.way}意见第 {number} 条", point


def _all(case: Case) -> Iterator[tuple[str, str, ReturnPoint]]:
    """All kinds, each behind the page that it is closed on where that is not the rules' own."""
    yield from (("", *each) for each in points(case))
    yield from (("inspection", *each) for each in wanted(case))
    yield from (("examination", *each) for each in examined(case))


def _where(page: str) -> tuple[str, str, int]:
    """The page on which a point is closed, the clause that asks for it, and the plan's half."""
    if page == "examination":
        return page, Examination.clause, Examination.half
    return page, CLAUSE if page else "", 1


def unanswered(case: Case) -> Hits:
    """A point that nobody dealt with, or whose answer does not say how."""
    for page, name, point in _all(case):
        _, clause, half = where = _where(page)
        text = " ".join(point.text.split())
        words = text if len(text) <= _WORDS else f"{text[: _WORDS - 1]}…"
        if not point.closed:
            basis = point.basis or clause
            yield hit("RETURN-OPEN", point.id, "state", page, basis, half, point=name, text=words)
        elif not point.reply.strip():
            yield hit("RETURN-REPLY", point.id, "reply", *where, point=name, state=point.state)
        elif point.state == MENDED and not point.evidenced:
            yield hit("RETURN-EVIDENCE", point.id, "shown", *where, point=name)


def late(case: Case) -> Hits:
    """The day has passed by which it was to be mended."""
    opinions = {opinion.id: opinion for opinion in case.dossier.all(ReturnOpinion)}
    for page, name, point in _all(case):
        opinion = opinions.get(point.parent_id) if point.parent_id else None
        due = point.due or (opinion.due if opinion else None)
        if due is not None and not point.closed and due < case.today:
            over = (case.today - due).days
            yield hit(
                "RETURN-LATE", point.id, "state", *_where(page), point=name, due=due, over=over
            )


RULES = (unanswered, late)
