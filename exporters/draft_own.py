"""The diagnosis beside the self-assessment: where the enterprise thought itself better or worse."""

from __future__ import annotations

from collections.abc import Iterable

from exporters.draft_standing import chosen, earned, option_words, pts, scene_levels
from exporters.draft_words import clean, series
from exporters.drafting import Teller
from exporters.wording import level_word
from forms.evaluation import Stage
from forms.instrument import Kind


def own(t: Teller) -> None:
    """Points and scenes that were claimed and not credited, politely; and those underrated."""
    table = t.pack.instrument
    over: list[str] = []
    under: list[str] = []
    cost = 0
    for item in table.items:
        now, stated = earned(t, item), earned(t, item, Stage.SELF)
        if now is None or stated is None:
            continue
        if stated != now:
            (over if stated > now else under).append(item.name)
        cost += max(stated - now, 0)
    if over:
        t.say(_over(over, cost))
    if under:
        t.say(f"也有{len(under)}个采集项被企业低估，{series(under)}按现场凭据可得的分数高于自评。")
    t.forget()
    _own_scenes(t)
    if over:
        _lost_options(t, over)
    _own_notes(t, over)


def _over(names: list[str], cost: int) -> str:
    if len(names) == 1:
        return f"与自评相比，只有{names[0]}一项的凭据还不足以支持企业所选，相差{pts(cost)}。"
    return (
        f"与自评相比，{series(names)}{len(names)}个采集项的凭据还不足以支持企业所选，"
        f"相差{pts(cost)}，有关资料补齐后可以再行核对。"
    )


def _own_scenes(t: Teller) -> None:
    now, own = scene_levels(t), scene_levels(t, Stage.SELF)
    both = [scene for scene in t.pack.instrument.scenes if scene.name in now and scene.name in own]
    over = [scene for scene in both if own[scene.name] > now[scene.name]]
    if not over:
        t.forget()
        return
    named = series([f"{scene.name}（自评{level_word(own[scene.name])}）" for scene in over])
    bound = sum(scene.binding for scene in over)
    turn = (
        f"，且{'属' if len(over) == 1 else '均为'}约束性场景"
        if bound == len(over)
        else f"，其中{bound}个是约束性场景"
        if bound
        else ""
    )
    t.say(f"场景方面，企业对{named}的估计略为乐观{turn}，已做到的部分应予肯定。")


def _lost_options(t: Teller, names: list[str]) -> None:
    """What the enterprise ticked and could not be credited, of the multiple choices."""
    parts = []
    for name in names:
        item = t.pack.instrument.item(name)
        dropped = sorted(chosen(t, item, Stage.SELF) - chosen(t, item))
        if item.kind is Kind.MULTI and dropped:
            parts.append(f"{name}的{series([option_words(item, key) for key in dropped])}")
    if parts:
        t.say(f"自评已选而未能认定的内容，具体是{'；'.join(parts)}。")
    t.forget()


def _own_notes(t: Teller, names: Iterable[str]) -> None:
    """What the enterprise itself wrote beside the answers that were not credited."""
    found = []
    for name in names:
        note = clean(t.note(name, Stage.SELF))
        if note:
            found.append(f"{name}“{note}”")
    if found:
        t.say(f"企业自评时对这些采集项的说明，{'，'.join(found)}。")
    t.forget()
