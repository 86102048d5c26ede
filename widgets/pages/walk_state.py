"""How far an evaluation is, as every screen that walks it shows: cells, score, level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from forms.dossier import File
from forms.evaluation import Stage, answer_id
from forms.instrument import NUMERALS, Instrument, points_text
from grading.finding import Severity
from grading.route import ceiling, route
from grading.score import Grade
from grading.sheet import sheet_of
from widgets.desk import Desk
from widgets.walk_strip import Cell, WalkState

_WEIGHT = {Severity.INFO: 0, Severity.WARN: 1, Severity.BLOCK: 2}


def walk_state(desk: Desk, stage: Stage, current: str, grade: Grade) -> WalkState:
    """One stage as it stands on the desk; `current` is the item or scene in view."""
    instrument = desk.pack.instrument
    fixed = ceiling(instrument, sheet_of(desk.dossier, stage, instrument))
    settled = fixed == grade.level
    ahead = grade.next
    goal = desk.dossier.one(File).target_level
    return WalkState(
        items=tuple(_cells(desk, stage, grade, (item.name for item in instrument.items))),
        scenes=tuple(_cells(desk, stage, grade, (scene.name for scene in instrument.scenes))),
        current=current,
        score=grade.total,
        score_note=_score_note(grade, instrument),
        next_score=ahead.rule.min_score if ahead else None,
        level=grade.level if settled or grade.level else None,
        level_text="" if settled else _open_level(grade.level),
        goal=f"目标{NUMERALS[goal]}级" if goal and 0 < goal < len(NUMERALS) else "",
        condition=_condition(grade),
    )


def _score_note(grade: Grade, instrument: Instrument) -> str:
    items = sum(item.name not in grade.unanswered for item in instrument.items)
    if items < len(instrument.items):
        return f"仅计已答 {items} 项"
    way = route(grade)
    if way is None:
        return "已达最高级分值"
    level = f"{NUMERALS[way.level]}级"
    return f"距{level} {points_text(way.points)}" if way.points else f"分值已达{level}"


def _cells(desk: Desk, stage: Stage, grade: Grade, names: Iterable[str]) -> Iterator[Cell]:
    worst: dict[UUID, Severity] = {}
    for finding in desk.review.findings if desk.review else ():
        record = finding.target.record if finding.target else None
        if record is not None:
            known = worst.get(record, finding.severity)
            worst[record] = max(known, finding.severity, key=_WEIGHT.__getitem__)
    for name in names:
        found = worst.get(answer_id(desk.dossier_id, stage, name))
        yield Cell(name, name, name not in grade.unanswered, found)


def _open_level(level: int) -> str:
    """What is known of a level that open questions can still raise."""
    return f"至少{NUMERALS[level]}级" if level else "等级待定"


def _condition(grade: Grade) -> str:
    """How far the scenes are towards the next level."""
    ahead = grade.next
    if ahead is None:
        return "已达最高等级"
    rule = ahead.rule
    return (
        f"达{NUMERALS[rule.level]}级 {ahead.scenes}/{rule.min_scenes}，"
        f"约束性 {ahead.binding_scenes}/{rule.min_binding_scenes}"
    )
