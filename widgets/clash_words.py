"""A conflict in the words of the page: what it is about, what is chosen, what follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from app.clashes import Choice, Clash, Side, Way, Where
from forms.dossier import Answer, Dossier, Photo
from forms.evaluation import Stage
from forms.instrument import NO_LEVEL, NUMERALS, Instrument, Scene
from forms.photo_facts import BEIJING, PhotoFacts
from forms.record import split_path
from grading.route import ceiling
from grading.score import grade
from grading.sheet import sheet_of

EMPTY = "空"
_SHORT, _LONG, _SAME = 12, 24, 4
_CLOSE_LOOK = 4_000_000
"""So many pairs of characters are compared at most; beyond it all of both texts stands out."""

Mark = tuple[int, int]
"""Where a part of a text begins and ends."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What conflicts are looked at on: the dossier that they are of, and its table."""

    dossier: Dossier
    instrument: Instrument

    def answer(self, clash: Clash) -> Answer | None:
        """The answer that a conflict is about."""
        if clash.form != "answer":
            return None
        rows = self.dossier.records.get("answer", ())
        found = next((row for row in rows if row.id == clash.record), None)
        return found if isinstance(found, Answer) else None

    def scene(self, clash: Clash) -> Scene | None:
        """The scene whose level a conflict is about."""
        answer = self.answer(clash) if clash.path == "level" else None
        scenes = {each.name: each for each in self.instrument.scenes}
        return scenes.get(answer.subject) if answer is not None else None

    def criterion(self, clash: Clash, side: Side) -> str:
        """The official text of what a side says: the scene's level, or the item's option."""
        scene = self.scene(clash)
        if scene is not None:
            reached = side.value if type(side.value) is int else 0
            return scene.criteria[reached - 1] if 0 < reached <= len(scene.criteria) else ""
        answer, (name, key) = self.answer(clash), split_path(clash.path)
        items = {each.name: each for each in self.instrument.items}
        if answer is None or name != "chosen" or answer.subject not in items:
            return ""
        options = items[answer.subject].options
        return next((f"{key}. {each.text}" for each in options if each.key == key), "")

    def outcome(self, clash: Clash, side: Side) -> str:
        """The level with a side's answer: 达二级 5 个场景，企业等级一级."""
        answer, scene = self.answer(clash), self.scene(clash)
        top = len(self.instrument.levels)
        levels = [each.value for each in clash.sides if type(each.value) is int]
        told_of = max((level for level in levels if 0 < level <= top), default=0)
        if answer is None or scene is None or not told_of or answer.stage not in list(Stage):
            return ""
        sheet = sheet_of(self.dossier, Stage(answer.stage), self.instrument)
        scenes = {name: level for name, level in sheet.scenes.items() if name != scene.name}
        if type(side.value) is int and 0 <= side.value <= top:
            scenes[scene.name] = side.value
        sheet = replace(sheet, scenes=scenes)
        found = grade(self.instrument, sheet)
        level = NUMERALS[found.level] + "级" if found.level else NO_LEVEL
        if ceiling(self.instrument, sheet) > found.level:
            level = f"至少{level}" if found.level else "待定"
        reached = found.conditions[told_of - 1].scenes
        return f"达{NUMERALS[told_of]}级 {reached} 个场景，企业等级{level}"

    def photos(self, side: Side) -> list[Photo]:
        """The photos that a side rests on, those of the dossier."""
        rows = {row.id: row for row in self.dossier.records.get("photo", ())}
        found = (rows.get(each) for each in side.photos)
        return [photo for photo in found if isinstance(photo, Photo) and not photo.withdrawn]


def heading(clash: Clash) -> str:
    """What a conflict is about: 生产管控（诊断）　场景等级."""
    about = clash.title
    if clash.name:
        about = clash.name if clash.form == "answer" else f"{clash.title}“{clash.name}”"
    return f"{about}　{clash.label}"


def in_short(clash: Clash) -> str:
    """Its values in a line."""
    values = [" ".join(side.words.split()) or EMPTY for side in clash.sides]
    if clash.joinable and max(map(len, values)) > _SHORT:
        return f"{len(values)} 段文字不同"
    return " ／ ".join(value if len(value) <= _LONG else value[:_LONG] + "……" for value in values)


def choice_words(clash: Clash, choice: Choice | None) -> str:
    """What is chosen of it, in a word or two."""
    if choice is None:
        return "未定"
    if choice is Way.BOTH:
        return "两者都留" if len(clash.sides) == 2 else "都留"
    if len(clash.sides) == 2:
        return "取左" if chosen_side(clash, choice) == 0 else "取右"
    return f"取第 {(chosen_side(clash, choice) or 0) + 1} 个"


def chosen_side(clash: Clash, choice: Choice | None) -> int | None:
    """Which of its sides a choice takes, from 0; None where it is none or all of them."""
    if choice is None or choice is Way.BOTH:
        return None
    if isinstance(choice, Way):
        return 0 if choice is Way.LEFT else len(clash.sides) - 1
    return next((n for n, side in enumerate(clash.sides) if side.row == choice), None)


def choice_of(clash: Clash, place: int) -> Choice:
    """The choice that takes the side at a place."""
    if len(clash.sides) == 2:
        return Way.RIGHT if place else Way.LEFT
    return clash.sides[place].row


def where_from(side: Side, *, arriving: bool) -> str:
    """Where a side was written: 本机, 设备 1A2B, or with a bundle that came."""
    return side.device if side.here or not arriving else f"来件，{side.device}"


def day_words(at: str) -> str:
    """6月17日 14:06 by Beijing's clock; as it stands where it is no time."""
    try:
        moment = dt.datetime.fromisoformat(at)
    except ValueError:
        return at
    here = moment.astimezone(BEIJING) if moment.tzinfo else moment
    return f"{here.month}月{here.day}日 {here:%H:%M}"


def photo_words(photo: Photo) -> str:
    """A photo's caption or kind, and when it was taken by its own clock."""
    called = photo.caption or photo.kind or "照片"
    try:
        taken = PhotoFacts.model_validate(photo.facts).taken_local
    except ValueError:  # of a newer version
        taken = None
    return f"{called}　{taken:%H:%M}" if taken else called


def differing(one: str, other: str) -> tuple[list[Mark], list[Mark]]:
    """The parts of two texts that the other one has not."""
    head = _common(one, other)
    tail = min(_common(one[::-1], other[::-1]), min(len(one), len(other)) - head)
    left, right = one[head : len(one) - tail], other[head : len(other) - tail]
    if not left or not right or len(left) * len(right) > _CLOSE_LOOK:
        marks = ([(0, len(left))], [(0, len(right))])
    else:
        codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
        # A few characters that both happen to have do not make two texts the same there.
        apart = [code for code in codes if code[0] != "equal" or code[2] - code[1] < _SAME]
        marks = ([(a, b) for _, a, b, _, _ in apart], [(a, b) for *_, a, b in apart])
    first, second = (_joined([(a + head, b + head) for a, b in side if b > a]) for side in marks)
    return first, second


def _joined(marks: list[Mark]) -> list[Mark]:
    """Marks that touch as one."""
    found: list[Mark] = []
    for a, b in marks:
        if found and found[-1][1] == a:
            a = found.pop()[0]
        found.append((a, b))
    return found


def _common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def left_words(clashes: Sequence[Clash], choices: Mapping[Where, Choice]) -> str:
    """How many are decided and how many not."""
    done = sum(clash.where in choices for clash in clashes)
    return f"已定 {done}，未定 {len(clashes) - done}" if clashes else "没有冲突"
