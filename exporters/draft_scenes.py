"""2.operation: sixteen scenes. What is reached as a whole, then two scenes a paragraph by groups.

The lead of the report counts the scenes by level; these paragraphs say which, and on what ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exporters.draft_standing import judged, looked, scene_levels
from exporters.draft_words import clean, quote, series
from exporters.drafting import Teller
from exporters.wording import level_word
from forms.evaluation import Stage
from forms.instrument import Scene, SceneGroup

LONG = 260
"""Characters typed of two scenes beyond which each gets a paragraph of its own."""


def operation(t: Teller) -> None:
    """Groups compared, binding scenes, the own view; then every scene."""
    scenes = t.pack.instrument.scenes
    if len(scene_levels(t)) == len(scenes):
        t.forget()
        _groups(t)
        _binding(t)
        _own(t)
    t.end("overview")
    for group in t.pack.instrument.scene_groups:
        _group(t, group)


def _groups(t: Teller) -> None:
    levels = scene_levels(t)
    groups = t.pack.instrument.scene_groups
    means = {g.name: Fraction(sum(levels[s.name] for s in g.scenes), len(g.scenes)) for g in groups}
    ranked = sorted(groups, key=lambda group: -means[group.name])
    best, worst = ranked[0], ranked[-1]
    if means[best.name] == means[worst.name]:
        t.say(f"{len(groups)}组场景水平相当，没有明显偏弱的一组。")
        return
    t.say(
        f"分组来看，{best.name}较好，{_spelled(best, levels)}；{worst.name}偏弱，"
        f"{_spelled(worst, levels)}。"
    )


def _spelled(group: SceneGroup, levels: dict[str, int]) -> str:
    """The scenes of a group by level, the highest first."""
    by_level: dict[int, list[str]] = {}
    for scene in group.scenes:
        by_level.setdefault(levels[scene.name], []).append(scene.name)
    if len(by_level) == 1:
        (level,) = by_level
        return f"{len(group.scenes)}个场景均为{level_word(level)}"
    parts = [
        f"{series(names) if len(names) <= 3 else f'{len(names)}个场景'}为{level_word(level)}"
        for level, names in sorted(by_level.items(), reverse=True)
    ]
    return "，".join(parts)


def _binding(t: Teller) -> None:
    binding = [scene for scene in t.pack.instrument.scenes if scene.binding]
    found = {scene.name: judged(t, scene.name) for scene in binding}
    levels = {name: level for name, level in found.items() if level is not None}
    low, high = min(levels.values()), max(levels.values())
    if low == high:
        t.say(f"{len(binding)}个约束性场景齐平，都是{level_word(low)}。")
        return
    weak = [name for name, level in levels.items() if level == low]
    strong = [name for name, level in levels.items() if level == high]
    if len(weak) <= len(strong):
        told = f"水平最低的是{series(weak)}，为{level_word(low)}"
    else:
        told = f"走在前面的只有{series(strong)}，为{level_word(high)}"
    t.say(f"{len(binding)}个约束性场景中，{told}。")


def _own(t: Teller) -> None:
    now, own = scene_levels(t), scene_levels(t, Stage.SELF)
    if len(own) < len(now):
        t.forget()
        return
    above = [name for name in now if own[name] > now[name]]
    below = [name for name in now if own[name] < now[name]]
    same = len(now) - len(above) - len(below)
    if same == len(now):
        t.say(f"与自评逐一对照，{len(now)}个场景的等级全部一致。")
        return
    parts = [f"{series(above)}低于自评"] if above else []
    parts += [f"{series(below)}高于自评"] if below else []
    t.say(f"与自评逐一对照，等级一致的{same}个，{'，'.join(parts)}，理由分述于后。")


def _group(t: Teller, group: SceneGroup) -> None:
    pairs = [group.scenes[place : place + 2] for place in range(0, len(group.scenes), 2)]
    for place, pair in enumerate(pairs):
        if not place:
            _opening(t, group)
        first, before = pair[0].name, None
        for scene in pair:
            if before is not None and _long(t, pair):
                t.end(first)
                first, before = scene.name, None
            before = scene if _scene(t, scene, before) else before
        if place == len(pairs) - 1:
            _evidence(t, group)
        t.end(first)


def _long(t: Teller, scenes: Sequence[Scene]) -> bool:
    """Whether what was typed of two scenes is too much for one paragraph."""
    typed = sum(len(clean(t.note(s.name))) + len(clean(t.reason(s.name))) for s in scenes)
    t.forget()
    return typed > LONG


def _opening(t: Teller, group: SceneGroup) -> None:
    """What a group of several scenes comes to; a pair speaks for itself."""
    found = {scene.name: judged(t, scene.name) for scene in group.scenes}
    levels = {name: level for name, level in found.items() if level is not None}
    if len(levels) < len(found) or len(group.scenes) < 3:
        t.forget()
        return
    top = max(levels.values())
    at_top = [name for name, level in levels.items() if level == top]
    binding = [scene.name for scene in group.scenes if scene.binding]
    name, count = group.name, len(group.scenes)
    if len(at_top) == count:
        t.say(f"{name}的{count}个场景均为{level_word(top)}。")
    elif len(at_top) * 2 <= count:
        only = "只有" if len(at_top) < 2 else ""
        t.say(f"{name}的{count}个场景中，达到{level_word(top)}的{only or '是'}{series(at_top)}。")
    else:
        rest = [each for each in levels if each not in at_top]
        bound = [each for each in rest if each in binding]
        turn = f"，其中{series(bound)}为约束性场景" if 0 < len(bound) < len(rest) else ""
        t.say(
            f"{name}的{count}个场景有{len(at_top)}个达到{level_word(top)}，"
            f"未到这一等级的是{series(rest)}{turn}。"
        )


def _scene(t: Teller, scene: Scene, before: Scene | None) -> bool:
    """One scene's level and ground; False where it was not judged."""
    level = judged(t, scene.name)
    if level is None:
        t.forget()
        return False
    own = judged(t, scene.name, Stage.SELF)
    if own is not None and own != level:
        _departing(t, scene)
        return True
    beside = judged(t, before.name) if before is not None else None
    head = f"{scene.name}{_beside(level, beside)}"
    t.note(scene.name)
    if clean(t.note(scene.name)):
        quote(t, lambda: t.note(scene.name), lambda first: f"{head}，{_led(first)}")
        _reason(t, scene)
        return True
    if level < len(scene.criteria):
        gap = t.step_advice(scene.name, level + 1).counsel.gap
        t.say(f"{head}，处在这一等级的常见情形是{gap}。", lent=[gap])
    else:
        t.say(f"{head}。")
    _reason(t, scene)
    return True


def _led(note: str) -> str:
    return f"诊断组{note}" if looked(note) else note


def _beside(level: int, before: int | None) -> str:
    """A level as it stands beside that of the scene told before."""
    word = level_word(level)
    if before is None:
        return f"为{word}"
    if level == before:
        return f"同为{word}"
    return f"低于前者，为{word}" if level < before else f"高于前者，为{word}"


def _departing(t: Teller, scene: Scene) -> None:
    """A scene that was judged other than the enterprise did: level, reason, ground."""
    level, own = judged(t, scene.name), judged(t, scene.name, Stage.SELF)
    assert level is not None and own is not None
    reason = clean(t.reason(scene.name))
    word, was = level_word(level), level_word(own)
    way = "调整为" if level < own else "上调为"
    if not reason:
        t.say(f"{scene.name}自评为{was}，诊断按现有凭据{way}{word}。")
    elif reason.startswith("自评"):
        t.say(f"{scene.name}认定为{word}：{reason}。")
    else:
        t.say(f"{scene.name}由自评的{was}{way}{word}，{reason}。")
    quote(
        t,
        lambda: t.note(scene.name),
        lambda first: first if not looked(first) else f"诊断组{first}",
    )


def _reason(t: Teller, scene: Scene) -> None:
    """A reason that was written though nothing departs."""
    if clean(t.reason(scene.name)):
        quote(t, lambda: t.reason(scene.name), lambda first: f"对{scene.name}另有说明，{first}")
    t.forget()


def _evidence(t: Teller, group: SceneGroup) -> None:
    """What to have at hand for the scene of a group that is nearest to its next level."""
    found = _nearest(t, group.scenes)
    if found is None:
        t.forget()
        return
    scene, level = found
    listed = "、".join(t.step_advice(scene.name, level + 1).counsel.evidence)
    word = level_word(level + 1)
    levels = {each.name: judged(t, each.name) for each in group.scenes}
    beside = [name for name, at in levels.items() if at == level and name != scene.name]
    if not level:
        told = f"{scene.name}要取得{word}，先从留存{listed}做起"
    elif not beside:
        told = f"组内离{word}最近的是{scene.name}，可先备{listed}"
    elif len(beside) == len(group.scenes) - 1:
        told = f"{len(group.scenes)}个场景离{word}都只差一步，以{scene.name}为例，须能出示{listed}"
    else:
        near = [each.name for each in group.scenes if each.name in (scene.name, *beside)]
        told = f"{series(near)}离{word}最近，其中{scene.name}可先备{listed}"
    t.say(f"{told}。", lent=[listed])


def _nearest(t: Teller, scenes: Sequence[Scene]) -> tuple[Scene, int] | None:
    """The binding scene of the highest level that can still rise, else a guiding one."""
    found = []
    for scene in scenes:
        level = judged(t, scene.name)
        if level is not None and level < len(scene.criteria):
            found.append((scene, level))
    return max(found, key=lambda pair: (pair[0].binding, pair[1]), default=None)
