"""2.pain: the gaps by business area, ranked by their cost, beside the own view and the needs."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from exporters.draft_own import own
from exporters.draft_standing import (
    earned,
    judged,
    pts,
    scene_levels,
    share,
    standing,
)
from exporters.draft_words import clean, series
from exporters.drafting import Teller
from exporters.wording import level_word, numeral
from forms.advice import Counsel
from forms.areas import Area
from forms.evaluation import Stage
from forms.instrument import Item, Scene
from forms.inventory import NEED_KINDS, Need
from grading.pain import Weighed, aim, weigh

MOST = 5
"""So many areas get a paragraph of their own."""


def pain(t: Teller) -> None:
    """The areas in order, each in a paragraph, then the own view and the needs."""
    if standing(t) is not None:
        t.forget()
        ranked = weighed(t)
        t.forget()
        taken = ranked[:MOST]
        _opening(t)
        t.end("overview")
        for place, held in enumerate(taken):
            _area(t, held.area, place)
            t.end(held.area.name)
        _rest(t)
        t.end("rest")
    t.forget()
    own(t)
    t.end("own")
    _needs(t)
    t.end("needs")


def weighed(t: Teller) -> list[Weighed]:
    """The areas that lack something, the heaviest first."""
    held = standing(t)
    assert held is not None  # pain() asked before
    return weigh(held, t.pack.instrument, t.pack.areas, scene_levels(t))


def _opening(t: Teller) -> None:
    held, ranked = standing(t), weighed(t)
    assert held is not None
    ahead = held.next
    if not ranked:
        t.forget()
        return
    names = "".join(f"“{each.area.name}”" for each in ranked[:3])
    if ahead is None:
        t.say(f"各业务领域尚存的差距，以{names}为先。")
        return
    word = level_word(ahead.rule.level)
    t.say(
        f"把失分的采集项和未到{word}的场景归到业务领域，再看各领域在所缺得分和场景中的分量，"
        f"{len(ranked)}个领域存在短板，以{names}对升级的影响最大。"
    )


def _area(t: Teller, area: Area, place: int) -> None:
    found = weighed(t)
    held = next(each for each in found if each.area is area)
    wanted = _wanted(t)
    t.say(f"痛点{numeral(place + 1)}，{area.name}。{_cost(t, held, wanted, first=not place)}。")
    _claimed(t, area)
    _showing(t, area)
    _hurting(t, area)
    _asked(t, area)


def _claimed(t: Teller, area: Area) -> None:
    """What the enterprise counted for itself beyond the diagnosis, or short of it."""
    apart = 0
    for item in t.pack.instrument.items:
        if item.name in area.items:
            now, own = earned(t, item), earned(t, item, Stage.SELF)
            if now is None or own is None:
                t.forget()
                return
            apart += own - now
    if apart > 0:
        t.say(f"企业自评对这一领域的估计比诊断高{pts(apart)}。")
    elif apart < 0:
        t.say(f"企业自评对这一领域的估计比诊断低{pts(-apart)}。")
    t.forget()


def _wanted(t: Teller) -> int:
    held = standing(t)
    assert held is not None
    return aim(held, t.pack.instrument)


def _cost(t: Teller, held: Weighed, wanted: int, first: bool) -> str:
    """What an area costs, in points and in scenes."""
    grade = standing(t)
    assert grade is not None
    parts = []
    lacking = grade.next.rule.min_score - grade.next.points if grade.next else 0
    if held.lost:
        ranked = sorted(held.lost, key=lambda name: -held.lost[name])
        named = series([f"{name}{pts(held.lost[name])}" for name in ranked])
        total = f"，共{pts(held.points)}" if len(ranked) > 1 else ""
        part = f"失分在{named}{total}"
        if lacking > 0 and held.points > lacking and first:
            part += f"，仅此已超过升级所差的{pts(lacking)}"
        elif 0 < held.points <= lacking:
            part += f"，相当于所差{pts(lacking)}的{share(held.points, lacking)}"
        else:
            part += (
                f"，占企业全部失分的{share(held.points, t.pack.instrument.points - grade.total)}"
            )
        parts.append(part)
    if held.below:
        levels = scene_levels(t)
        gaps = sorted({wanted - levels[scene.name] for scene in held.below})
        far = f"还差{gaps[0]}级" if len(gaps) == 1 else f"差{gaps[0]}至{gaps[-1]}级"
        binding = [scene for scene in held.below if scene.binding]
        names = series([scene.name for scene in held.below])
        if len(held.below) == 1:
            kind = "这一约束性场景" if binding else "这一指导性场景"
            parts.append(f"{names}{kind}距{level_word(wanted)}{far}")
        else:
            bound = (
                "均属约束性场景"
                if len(binding) == len(held.below)
                else (f"其中约束性场景{len(binding)}个" if binding else "都是指导性场景")
            )
            parts.append(f"{names}距{level_word(wanted)}{far}，{bound}")
    return "；".join(parts)


def _counsels(t: Teller, area: Area) -> list[tuple[str, Callable[[], Counsel], bool]]:
    """The gaps of an area, the heaviest first: its name, how to read it, whether it was told."""
    found: list[tuple[Fraction, str, Callable[[], Counsel], bool]] = []
    table = t.pack.instrument
    for item in table.items:
        points = earned(t, item) if item.name in area.items else None
        if points is not None and points < item.points:
            found.append(
                (Fraction(item.points - points, 1000), item.name, _of_item(t, item), False)
            )
    for scene in table.scenes:
        level = judged(t, scene.name) if scene.name in area.scenes else None
        if level is not None and level < len(scene.criteria):
            weight = Fraction(4 - level) + (3 if scene.binding else 0)
            # 2.operation tells the gap of a scene that has no note and no level of its own.
            told = not clean(t.note(scene.name)) and judged(t, scene.name, Stage.SELF) in (
                None,
                level,
            )
            found.append((weight, scene.name, _of_scene(t, scene, level), told))
    return [each[1:] for each in sorted(found, key=lambda each: -each[0])]


def _of_item(t: Teller, item: Item) -> Callable[[], Counsel]:
    return lambda: t.item_advice(item.name).counsel


def _of_scene(t: Teller, scene: Scene, level: int) -> Callable[[], Counsel]:
    return lambda: t.step_advice(scene.name, level + 1).counsel


def _showing(t: Teller, area: Area) -> None:
    """How the heaviest gap of the area shows."""
    for name, read, told in _counsels(t, area):
        if not told:
            gap = read().gap
            seen = "这类差距多表现为" if name in area.items else "停在这一等级，多见的情形是"
            lead = f"以{name}论" if name in area.items else f"就{name}而言"
            t.say(f"{lead}，{seen}{gap}。", lent=[gap])
            return
    t.forget()


def _hurting(t: Teller, area: Area) -> None:
    """What the heaviest gap costs the business."""
    found = _counsels(t, area)[:2]
    if not found:
        t.forget()
        return
    first, *more = found
    effect = first[1]().effect
    if more and first[2]:  # the gap of the first was told before, so there is room for a second
        second = more[0][1]().effect
        t.say(
            f"由此带来的影响是{effect}；{more[0][0]}一项的后果是{second}。", lent=[effect, second]
        )
    else:
        lead = "由此带来的影响是" if first[0] in area.items else "反映到经营上，"
        t.say(f"{lead}{effect}。", lent=[effect])


def _asked(t: Teller, area: Area) -> None:
    """The needs of table 9 that are of this area, the first two by their opening words."""
    rows = [row for row in t.rows(Need) if _area_of(t, clean(t.text(row, "text"))) is area]
    t.forget()
    t.rows(Need)
    heads = [head for row in rows[:2] if (head := _head(clean(t.text(row, "text"))))]
    if not heads:
        t.forget()
    elif len(rows) == 1:
        t.say(f"表9列有对应的需求，即“{heads[0]}”。")
    else:
        t.say(f"表9有{len(rows)}条需求与此对应，如{''.join(f'“{head}”' for head in heads)}。")


def _area_of(t: Teller, text: str) -> Area | None:
    """The area whose word a need's text names first."""
    places = {
        area.name: min((text.find(word) for word in area.words if word in text), default=-1)
        for area in t.pack.areas.pain
    }
    named = [area for area in t.pack.areas.pain if places[area.name] >= 0]
    return min(named, key=lambda area: places[area.name], default=None)


def _head(text: str) -> str:
    """The opening clause of a need, where it is long enough to say something."""
    for mark in ("，需", "。", "；", "，"):
        first = text.split(mark)[0]
        if 8 <= len(first) <= 42:
            return first
    return ""


def _rest(t: Teller) -> None:
    """The areas without a paragraph, by name and by what they lack."""
    found = weighed(t)[MOST:]
    if not found:
        t.forget()
        return
    alike: dict[str, list[str]] = {}
    for each in found:
        what = [f"失{pts(each.points)}"] if each.lost else []
        what += [f"{len(each.below)}个场景未到{level_word(_wanted(t))}"] if each.below else []
        alike.setdefault("、".join(what), []).append(each.area.name)
    parts = [
        f"{series(names)}{'各有' if len(names) > 1 else '有'}{what}".replace("有失", "失")
        for what, names in alike.items()
    ]
    t.say(f"其余{len(found)}个领域的影响依次减小：{'，'.join(parts)}。")


def _needs(t: Teller) -> None:
    rows = t.rows(Need)
    kinds: dict[str, int] = dict.fromkeys(NEED_KINDS, 0)
    for row in rows:
        kind = t.text(row, "kind")
        kinds[kind if kind in kinds else NEED_KINDS[-1]] += 1
    held = {
        kind.removesuffix("数字化面临需求").removesuffix("需求"): n
        for kind, n in kinds.items()
        if n
    }
    if not rows:
        t.forget()
        return
    if len(held) == 1:
        (kind,) = held
        t.say(f"梳理出的改造需求{len(rows)}条，都属{kind}类，见表9。")
        return
    named = series([f"{kind}{count}条" for kind, count in held.items()])
    top = max(held, key=lambda kind: held[kind])
    part = share(held[top], len(rows))
    tail = f"，{top}类占{part}" if held[top] * len(held) > len(rows) else ""
    t.say(f"据此与企业共同梳理需求{len(rows)}条，列于表9，其中{named}{tail}。")
