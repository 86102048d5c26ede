"""2.level: why this level, what the next one lacks, what is nearest to it, and the own judgement.

Thresholds are table 6's (annex 3). All points are thousandths until they are written.
"""

from __future__ import annotations

from fractions import Fraction

from exporters.draft_standing import item_grade, pts, scene_levels, share, standing
from exporters.draft_words import series
from exporters.drafting import Teller
from exporters.wording import level_word
from forms.dossier import Enterprise, File
from forms.evaluation import Stage
from forms.instrument import Dimension
from grading.results import items_left, scenes_below
from grading.score import Condition, Grade


def level(t: Teller) -> None:
    """Both conditions of the reached level, those of the next, the nearest, the shares."""
    if standing(t) is None:
        t.forget()
        return
    _reached(t)
    t.end("conditions")
    _lacking(t)
    _nearest_scenes(t)
    _nearest_items(t)
    t.end("next")
    _shares(t)
    _indicators(t)
    _own(t)
    t.end("shares")


def _held(t: Teller) -> Grade:
    held = standing(t)
    assert held is not None  # level() asked before
    return held


def _reached(t: Teller) -> None:
    held = _held(t)
    if not held.level:
        first = held.conditions[0]
        short = "两项条件都未满足"
        if first.points_met:
            short = "得分条件已经满足，场景条件尚未满足"
        elif first.scenes_met:
            short = "场景条件已经满足，得分条件尚未满足"
        t.say(f"对照表6，{first.rule.label}要求两项条件同时满足，企业{short}。")
        return
    now = held.conditions[held.level - 1]
    over = now.points - now.rule.min_score
    if not over:
        margin = "恰与门槛相等，没有余量"
    elif over < 3000:
        margin = f"只高出{pts(over)}，余量不大"
    else:
        margin = f"高出{pts(over)}"
    names = series([dimension.name for dimension in t.pack.instrument.dimensions])
    t.say(
        f"对照表6，{now.rule.label}的两项条件均已满足：{names}合计{pts(now.points)}，"
        f"比{pts(now.rule.min_score)}的要求{margin}。"
    )
    _scene_margin(t, _held(t).conditions[held.level - 1])


def _scene_margin(t: Teller, now: Condition) -> None:
    word = level_word(now.rule.level)
    spare, binding = (
        now.scenes - now.rule.min_scenes,
        now.binding_scenes - now.rule.min_binding_scenes,
    )
    if not spare and not binding:
        margin = "总数和约束性场景都刚好够数，任一场景复核时被下调，等级便不能保持"
    elif not spare or not binding:
        full = "场景总数" if spare else "约束性场景"
        tight = "约束性场景" if spare else "场景总数"
        margin = f"{full}尚有余量，{tight}刚好够数"
    else:
        margin = f"各多出{spare}个" if spare == binding else f"分别多出{spare}个和{binding}个"
    t.say(
        f"场景一项须有{now.rule.min_scenes}个达到{word}、其中约束性场景"
        f"{now.rule.min_binding_scenes}个，企业为{now.scenes}个和{now.binding_scenes}个，{margin}。"
    )


def _both(ahead: Condition) -> str:
    """How far both conditions of a level are from being met, as clauses."""
    rule, word = ahead.rule, level_word(ahead.rule.level)
    if ahead.points_met:
        points = f"得分{pts(ahead.points)}已过{pts(rule.min_score)}"
    else:
        points = f"得分须达{pts(rule.min_score)}，尚差{pts(rule.min_score - ahead.points)}"
    asked = f"{word}场景须有{rule.min_scenes}个、其中约束性{rule.min_binding_scenes}个"
    if not ahead.scenes:
        return f"{points}；{asked}，目前还没有一个"
    return f"{points}；{asked}，现为{ahead.scenes}个、{ahead.binding_scenes}个"


def _lacking(t: Teller) -> None:
    held = _held(t)
    ahead = held.next
    target = t.value(t.one(File), "target_level")
    if target not in range(1, len(t.pack.instrument.levels) + 1):
        target = None
    if ahead is None:
        t.forget()
        return
    label = ahead.rule.label
    if ahead.points_met:
        turn = "得分已经具备，所差全在应用场景"
    elif ahead.scenes_met:
        turn = "场景已经够数，所差全在得分"
    else:
        turn = "两项条件都有缺口，须同时补足"
    goal = ""
    if target == ahead.rule.level:
        goal = f"，{level_word(target)}也正是本次改造的目标等级"
    elif isinstance(target, int) and target > ahead.rule.level:
        goal = f"，本次改造的目标则是再高{target - ahead.rule.level}级的{level_word(target)}"
    elif isinstance(target, int) and 0 < target <= held.level:
        goal = f"；本次改造的目标等级为{level_word(target)}，已经达到"
    t.say(f"距{label}，{_both(ahead)}，{turn}{goal}。")


def _nearest_scenes(t: Teller) -> None:
    held, levels = _held(t), scene_levels(t)
    ahead = held.next
    if ahead is None or ahead.scenes_met:
        t.forget()
        return
    wanted, word = ahead.rule.level, level_word(ahead.rule.level)
    below = scenes_below(t.pack.instrument, levels, wanted)
    near = [scene for scene in below if levels[scene.name] == wanted - 1]
    lacking = max(
        ahead.rule.min_scenes - ahead.scenes, ahead.rule.min_binding_scenes - ahead.binding_scenes
    )
    if not near:
        t.say(f"没有场景与{word}只隔一级，尚缺的{lacking}个都要连升两级以上。")
        return
    binding = [scene.name for scene in near if scene.binding]
    guiding = [scene.name for scene in near if not scene.binding]
    kinds = [f"约束性的{series(binding)}"] if binding else []
    kinds += [f"指导性的{series(guiding)}"] if guiding else []
    if len(near) > lacking:
        enough = f"多于尚缺的{lacking}个，可以从中择取"
    elif len(near) == lacking:
        enough = f"与尚缺的{lacking}个相等，须全部提升"
    else:
        enough = f"少于尚缺的{lacking}个，其余要从更低等级连升"
    t.say(f"与{word}只隔一级的有{len(near)}个场景，即{'，以及'.join(kinds)}，{enough}。")


def _nearest_items(t: Teller) -> None:
    held = _held(t)
    ahead = held.next
    if ahead is None or ahead.points_met:
        t.forget()
        return
    left = items_left(t.pack.instrument, held)
    left = [pair for pair in left if not t.item_advice(pair[0].name).result][:3]
    lacking, together = ahead.rule.min_score - ahead.points, sum(rest for _, rest in left)
    named = series([f"{item.name}（余{pts(rest)}）" for item, rest in left])
    if together >= lacking:
        turn = f"合计{pts(together)}，多于所差的{pts(lacking)}"
        if together == lacking:
            turn = f"合计恰为所差的{pts(lacking)}"
    else:
        turn = f"合计{pts(together)}，仍不足所差的{pts(lacking)}，还要兼顾其他采集项"
    t.say(f"得分一侧，靠建设可以补上而未得分数较多的采集项是{named}，{turn}。")


def _shares(t: Teller) -> None:
    held = item_grade(t)
    assert held is not None  # level() asked before
    ranked = sorted(
        t.pack.instrument.dimensions,
        key=lambda d: -Fraction(held.dimensions[d.name], d.points),
    )
    first, last = ranked[0], ranked[-1]
    spread = _share(held, first) - _share(held, last)
    parts = [f"{d.name}{share(_share(held, d))}" for d in ranked]
    if not spread:
        t.say(f"各维度得分率相同，均为{share(_share(held, first))}。")
        return
    how = (
        "差别悬殊"
        if spread >= Fraction(2, 5)
        else "有高有低"
        if spread >= Fraction(1, 5)
        else "相去不远"
    )
    t.say(f"各维度得分率{how}，由高到低为{series(parts)}。")


def _share(held: Grade, dimension: Dimension) -> Fraction:
    return Fraction(held.dimensions[dimension.name], dimension.points)


def _indicators(t: Teller) -> None:
    held = item_grade(t)
    assert held is not None  # level() asked before
    table = t.pack.instrument.indicators
    shares = {i.name: Fraction(held.indicators[i.name], i.points) for i in table}
    full = [name for name, part in shares.items() if part == 1]
    none = [name for name, part in shares.items() if not part]
    low = min(shares.values())
    parts = []
    if full:
        parts.append(f"{series(full)}得满分")
    if none:
        parts.append(f"{series(none)}未得分")
    elif low < 1:
        lowest = [name for name, part in shares.items() if part == low]
        parts.append(f"得分率最低的是{series(lowest)}，只有{share(low)}")
    half = sum(part >= Fraction(1, 2) for part in shares.values())
    count = f"得分率在50%以上的{f'有{half}个' if half else '一个也没有'}"
    count = "得分率均在50%以上" if half == len(table) else count
    t.say(f"再看{len(table)}个二级指标，{count}，{'，'.join(parts)}。")


def _own(t: Teller) -> None:
    held, own = _held(t), standing(t, Stage.SELF)
    if own is None:
        t.forget()
        return
    stated = t.text(t.one(Enterprise), "self_level")
    moved = [
        (d.name, pts(abs(own.dimensions[d.name] - held.dimensions[d.name])))
        for d in t.pack.instrument.dimensions
        if (own.dimensions[d.name] - held.dimensions[d.name]) * (own.total - held.total) > 0
    ]
    apart = own.total - held.total
    word = level_word(own.level)
    told = f"企业自评答卷合计{pts(own.total)}，按同一规则为{word}"
    if stated and stated != word:
        told += f"，申报的自评测等级则为{stated}"
    if apart:
        way = "低" if apart > 0 else "高"
        told += f"；诊断得分比自评{way}{pts(abs(apart))}，{_where(moved)}"
    same = "等级没有因此改变" if apart else "诊断得分与之相同"
    if own.level != held.level:
        same = f"等级由{word}改定为{level_word(held.level)}"
    t.say(f"{told}，{same}。")


def _where(moved: list[tuple[str, str]]) -> str:
    """Which dimensions the difference comes from."""
    if len(moved) == 1:
        return f"都在{moved[0][0]}"
    return f"差在{series([name + points for name, points in moved])}"
