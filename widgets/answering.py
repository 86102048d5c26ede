"""Answering an item or scene, and what an answer is asked: the same for every screen."""

from __future__ import annotations

from collections.abc import Callable

from forms.dossier import Answer
from forms.evaluation import Stage
from forms.fields import chosen
from forms.instrument import NO_LEVEL, NUMERALS, Item, Scene
from grading.comparison import compared
from grading.figures import Proposal
from widgets.desk import Desk

_SAID = {Stage.SELF: "企业自评", Stage.DIAGNOSIS: "诊断"}


def attempt(desk: Desk, act: Callable[[], object]) -> str:
    """Do an edit; the sentence with which it was refused, or "" where it is kept."""
    said: list[str] = []

    def hear(sentence: str) -> None:
        said.append(sentence)

    desk.refused.connect(hear)
    try:
        act()
    finally:
        desk.refused.disconnect(hear)
    return said[-1] if said else ""


def held_options(desk: Desk, stage: Stage, item: Item) -> frozenset[str]:
    """The options that hold and that the table knows."""
    on = chosen(desk.dossier.answer(stage, item.name).chosen)
    return frozenset(on) & frozenset(item.scores)


def put_options(desk: Desk, stage: Stage, item: Item, wanted: frozenset[str]) -> str:
    """Have exactly these options hold; a sentence where that was refused, else ""."""
    held = frozenset(chosen(desk.dossier.answer(stage, item.name).chosen))
    steps = [(f"chosen.{key}", False) for key in sorted(held - wanted)]
    steps += [(f"chosen.{key}", True) for key in sorted(wanted - held)]

    def act() -> None:
        for path, on in steps:
            desk.answer(stage, item.name, path, on)

    said = attempt(desk, act)
    desk.seal()
    return said


def press_option(desk: Desk, stage: Stage, item: Item, key: str) -> str:
    """Choose an option or take it back; 无 clears the others, they clear it. As `put_options`."""
    return put_options(desk, stage, item, item.after(held_options(desk, stage, item), key))


def put_level(desk: Desk, stage: Stage, scene: Scene, level: int | None) -> str:
    """Judge a scene, or (None) leave it open; a sentence where that was refused, else ""."""
    said = attempt(desk, lambda: desk.answer(stage, scene.name, "level", level))
    desk.seal()
    return said


def press_level(desk: Desk, stage: Stage, scene: Scene, level: int) -> str:
    """Judge a scene; the level that holds already is taken back. As `put_level`."""
    held = desk.dossier.answer(stage, scene.name).level
    return put_level(desk, stage, scene, None if held == level else level)


def said_before(desk: Desk, stage: Stage, subject: str, says: Callable[[Answer], bool]) -> str:
    """Who answered so at an earlier stage: 企业自评、诊断; "" where nobody did."""
    order = list(Stage)
    earlier = order[: order.index(stage)]
    return "、".join(
        word
        for each, word in _SAID.items()
        if each in earlier and says(desk.dossier.answer(each, subject))
    )


def departure(held: frozenset[str], proposal: Proposal | None) -> str:
    """Says that an answer is other than the typed figures propose; "" where it is not."""
    if proposal is None or not proposal.departs(held):
        return ""
    said = "、".join(sorted(held))
    return f"所选 {said}，按填报数据建议 {proposal.option_key}，建议档仍保留备查。"


def letters(answer: Answer) -> str:
    """An item's answer as the stage switch shows it: its letters, or how many where many."""
    on = sorted(chosen(answer.chosen))
    return "".join(on) if len(on) <= 4 else f"{len(on)} 项"


def level_word(level: int | None) -> str:
    """A scene's level in words; "" where it is not judged, or no level of the table."""
    if level is None or not 0 <= level < len(NUMERALS):
        return ""
    return f"{NUMERALS[level]}级" if level else NO_LEVEL


def answer_words(answer: Answer) -> str:
    """An answer in full, for sentences; "" where there is none."""
    return level_word(answer.level) or "、".join(sorted(chosen(answer.chosen)))


def _apart(words: str) -> str:
    """Letters stand apart from Chinese words by a space, levels do not."""
    return f" {words}" if words[0].isascii() else words


def difference(desk: Desk, stage: Stage, subject: str) -> str:
    """Says what an answer is asked a reason for beside the stage before it: that the diagnosis
    judges otherwise than the enterprise did, or that it is lower after the retrofit; else ""."""
    if stage is Stage.RETROFIT:
        return _lower(desk, subject)
    if stage is not Stage.DIAGNOSIS:
        return ""
    mine = answer_words(desk.dossier.answer(Stage.SELF, subject))
    ours = answer_words(desk.dossier.answer(stage, subject))
    if not mine or not ours or mine == ours:
        return ""
    return f"自评为{_apart(mine)}，诊断为{_apart(ours)}，两次判定不同。"


def _lower(desk: Desk, subject: str) -> str:
    fell = compared(desk.dossier, desk.pack.instrument).fell
    change = next((each for each in fell if each.name == subject), None)
    if change is None:
        return ""
    return f"诊断为{_apart(change.said)}，改造后为{_apart(change.saying)}，低于诊断。"
