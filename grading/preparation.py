"""What a visit should look into, from the self-assessment: whom to ask what, what to see.

A gap is an item that lost points by the enterprise's own answers, or a scene that it put below the
wanted level; what it left open is asked as well. The heaviest business areas come first, as in
`grading.pain`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from forms.dossier import Dossier, File, Plan
from forms.evaluation import Stage
from forms.fields import chosen
from forms.instrument import NO_LEVEL, NUMERALS
from forms.pack import Pack
from grading.pain import aim, weigh
from grading.questions import asked
from grading.score import grade
from grading.sheet import sheet_of

OPEN = "未填"
_STEP = 5
"""Minutes that a proposed timetable is rounded to."""


@dataclass(frozen=True, slots=True)
class Focus:
    """One thing to look into: the item or scene, the enterprise's own answer, what more there is to
    reach, whom to ask, where it is seen, which papers show it, and the questions about it."""

    subject: str
    own: str
    wanted: str
    whom: str
    where: str
    papers: tuple[str, ...]
    questions: tuple[str, ...]


def focuses(dossier: Dossier, pack: Pack) -> list[Focus]:
    """The gaps of the self-assessment, the heaviest area's first; none where it says nothing."""
    table = pack.instrument
    sheet = sheet_of(dossier, Stage.SELF, table)
    own = grade(table, sheet)
    open_ = set(own.unanswered)
    results = {i.name for d in table.dimensions if d.results for x in d.indicators for i in x.items}
    names = [i.name for i in table.items if i.name not in results]
    scenes = {scene.name: scene for scene in table.scenes}
    if len(open_) == len(table.items) + len(scenes):
        return []
    levels = {name: dossier.answer(Stage.SELF, name).level or 0 for name in scenes}
    level = dossier.one(File).target_level or aim(own, table)
    lost = {i.name for i in table.items if i.name in names and own.items[i.name] < i.points}
    gaps = lost | {name for name in scenes if levels[name] < level} | (open_ - results)
    order = _order(pack, [each.area.name for each in weigh(own, table, pack.areas, levels)])
    questions = {q.where: [] for q in pack.questions}  # type: dict[str, list[str]]
    for question in asked(dossier, pack):
        questions[question.where].append(question.ask)
    found = []
    for name in sorted(gaps, key=order.index):
        duty = pack.survey.subjects[name]
        scene = scenes.get(name)
        said = (
            OPEN
            if name in open_
            else _own_level(levels[name])
            if scene
            else _own_options(dossier, name)
        )
        wanted = _own_level(level) if scene and level else ""
        found.append(
            Focus(
                name,
                said,
                wanted,
                duty.whom,
                duty.where,
                duty.papers,
                tuple(questions.get(name, ())),
            )
        )
    return found


def _order(pack: Pack, heavy: Sequence[str]) -> list[str]:
    """Every item and scene, area by area as they weigh, then those of no area."""
    areas = sorted(
        pack.areas.pain,
        key=lambda area: heavy.index(area.name) if area.name in heavy else len(heavy),
    )
    table = pack.instrument
    found = [name for area in areas for name in (*area.items, *area.scenes)]
    rest = [*(item.name for item in table.items), *(scene.name for scene in table.scenes)]
    return [*found, *(name for name in rest if name not in found)]


def _own_level(level: int) -> str:
    """A level in words; one that no scene has, which may come from outside, as its number."""
    if not level:
        return NO_LEVEL
    return f"{NUMERALS[level]}级" if 0 < level < len(NUMERALS) else f"{level}级"


def _own_options(dossier: Dossier, name: str) -> str:
    return "、".join(sorted(chosen(dossier.answer(Stage.SELF, name).chosen)))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a proposed timetable, with its times where the plan has a beginning."""

    activity: str
    place: str
    people: str
    start: dt.time | None = None
    end: dt.time | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a plan would ask for: its texts by field, and its timetable."""

    texts: dict[str, str]
    lines: tuple[Line, ...]


def proposal(dossier: Dossier, pack: Pack, limits: dict[str, int]) -> Proposal | None:
    """Attendees, shops, papers and agenda by the gaps; None where the self-assessment is empty.

    `limits` are the most characters that a text takes, by field: the lightest gaps go first.
    """
    found = focuses(dossier, pack)
    if not found:
        return None
    groups = _grouped(found, lambda each: each.whom)
    shops = _grouped(found, lambda each: each.where)
    texts = {
        "attendees": [f"{whom}：{_names(each)}" for whom, each in groups.items()],
        "shops": [f"{where}（{_names(each)}）" for where, each in shops.items()],
        "papers": list(dict.fromkeys(paper for each in found for paper in each.papers)),
    }
    joined = {name: _joined(parts, limits[name]) for name, parts in texts.items()}
    return Proposal(joined, tuple(_timed(list(_lines(groups, shops)), dossier.one(Plan), pack)))


def _grouped(found: Iterable[Focus], key: Callable[[Focus], str]) -> dict[str, list[Focus]]:
    groups: dict[str, list[Focus]] = {}
    for each in found:
        if key(each):
            groups.setdefault(key(each), []).append(each)
    return groups


def _names(found: Sequence[Focus], most: int = 6) -> str:
    names = [each.subject for each in found]
    return "、".join(names[:most]) + ("等" if len(names) > most else "")


def _joined(parts: Iterable[str], limit: int) -> str:
    """Lines that end as a list does, as many as the field takes."""
    kept: list[str] = []
    for part in parts:
        if sum(len(each) + 2 for each in kept) + len(part) + 2 > limit:
            break
        kept.append(part)
    return "；\n".join(kept) + ("。" if kept else "")


def _lines(
    groups: dict[str, list[Focus]], shops: dict[str, list[Focus]]
) -> Iterable[tuple[str, Line]]:
    """The timetable's lines with the kind of part that each is."""
    yield "arrival", Line("到厂，在企业LOGO前用水印相机拍照", "厂门", "")
    yield "opening", Line("启动会：说明诊断依据、日程和需要配合的事项", "", "、".join(groups))
    for whom, each in groups.items():
        yield "interview", Line(f"访谈：{_names(each)}", "", whom)
    for where, each in shops.items():
        people = "、".join(dict.fromkeys(focus.whom for focus in each))
        yield "shop", Line(f"现场查看：{_names(each)}", where, people)
    yield "closing", Line("汇总当日情况，离厂前在企业LOGO前用水印相机拍照", "厂门", "")


def _timed(lines: Sequence[tuple[str, Line]], plan: Plan, pack: Pack) -> Iterable[Line]:
    """The lines one after another from the plan's beginning; within its end where there is one,
    the interviews and shops sharing what is left."""
    minutes = [pack.survey.minutes[kind] for kind, _ in lines]
    if plan.start is None:
        yield from (line for _, line in lines)
        return
    begin = plan.start.hour * 60 + plan.start.minute
    if plan.end is not None:
        span = plan.end.hour * 60 + plan.end.minute - begin
        minutes = _fitted(minutes, [kind in ("interview", "shop") for kind, _ in lines], span)
    at = begin
    for length, (_, line) in zip(minutes, lines, strict=True):
        until = at + length
        if until >= 24 * 60:
            yield line
        else:
            start, end = (dt.time(*divmod(each, 60)) for each in (at, until))
            yield Line(line.activity, line.place, line.people, start, end)
        at = until


def _fitted(minutes: list[int], shared: list[bool], span: int) -> list[int]:
    """The lengths with those that share stretched or cut so that all take `span` minutes."""
    fixed = sum(m for m, own in zip(minutes, shared, strict=True) if not own)
    parts = sum(shared)
    if not parts or span - fixed < _STEP * parts:
        return minutes
    each, left = divmod((span - fixed) // _STEP, parts)
    found = []
    for length, own in zip(minutes, shared, strict=True):
        extra = 1 if own and left > 0 else 0
        left -= extra
        found.append((each + extra) * _STEP if own else length)
    return found
