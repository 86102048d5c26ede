"""An answer sheet: the answers of one stage, and how a foreign one is read.

A sheet comes from anybody's file, so that everything in it is doubted: whatever the evaluation
table does not know is refused with one sentence, and nothing of what was sent is shown at length.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.dossier import Dossier
from forms.errors import UserError
from forms.evaluation import Stage
from forms.fields import chosen
from forms.figures import Figures
from forms.instrument import Instrument, Item

_SHOWN = 20  # characters of a foreign name that a message repeats


@dataclass(frozen=True, slots=True)
class Sheet:
    """Answers by official names: option letters by item, level 0–4 by scene.

    Absent, or an empty set, is unanswered. Level 0 is an answer (无等级).
    """

    items: Mapping[str, frozenset[str]] = field(default_factory=dict)
    scenes: Mapping[str, int] = field(default_factory=dict)


def parse_sheet(untrusted: object, instrument: Instrument) -> Sheet:
    """Read a decoded JSON or YAML sheet: {"items": {name: [letters]}, "scenes": {name: level}}.

    Raises UserError on the first thing that the table does not allow. Work is bounded by the table:
    the first unknown name ends it, and no list is read beyond the item's options.
    """
    if not isinstance(untrusted, Mapping) or not ({"items", "scenes"} & set(untrusted)):
        raise UserError(
            "文件内容不是答卷，未予评分，请按“items”（采集项）和“scenes”（应用场景）两部分填写。"
        )
    for key in untrusted:
        if key not in ("items", "scenes"):
            raise UserError(
                f"答卷中有无法识别的部分{_shown(key)}，未予评分，请只保留“items”和“scenes”两部分。"
            )
    items: dict[str, frozenset[str]] = {}
    for name, answer in _part(untrusted, "items", "采集项").items():
        chosen = _options(_known_item(name, instrument), answer)
        if chosen:
            items[name] = chosen
    scenes: dict[str, int] = {}
    for name, answer in _part(untrusted, "scenes", "应用场景").items():
        level = _level(name, answer, instrument)
        if level is not None:
            scenes[name] = level
    return Sheet(items, scenes)


def _part(untrusted: Mapping[object, object], key: str, what: str) -> Mapping[str, object]:
    part = untrusted.get(key, {})
    if not isinstance(part, Mapping):
        raise UserError(f"答卷的“{key}”部分不是按名称列出的{what}，未予评分，请按名称逐项填写。")
    return part


def _known_item(name: object, instrument: Instrument) -> Item:
    if isinstance(name, str):
        try:
            return instrument.item(name)
        except KeyError:
            pass
    raise UserError(f"评测表中没有采集项{_shown(name)}，未予评分，请使用评测表中的名称。")


def _options(item: Item, answer: object) -> frozenset[str]:
    keys = [option.key for option in item.options]
    if not isinstance(answer, list):
        raise UserError(
            f"采集项“{item.name}”的答案不是选项列表，未予评分，请写成 [{keys[0]}] 的形式。"
        )
    if len(answer) > len(keys):
        raise UserError(
            f"采集项“{item.name}”的答案多于其 {len(keys)} 个选项，未予评分，请删去多余的答案。"
        )
    for key in answer:
        if not isinstance(key, str) or key not in keys:
            raise UserError(
                f"采集项“{item.name}”没有选项{_shown(key)}，未予评分，"
                f"请从 {keys[0]} 至 {keys[-1]} 中选择。"
            )
    chosen = frozenset(answer)
    # A letter twice is a slip of the hand for another one: counting it once would hide the loss.
    if len(chosen) < len(answer):
        raise UserError(
            f"采集项“{item.name}”中有选项重复出现，未予评分，请核对后每个选项只写一次。"
        )
    if not item.allows(chosen):
        if item.none_key in chosen:
            raise UserError(
                f"采集项“{item.name}”选择“无”（{item.none_key}）的同时又选择了其他选项，"
                "未予评分，请只保留其一。"
            )
        raise UserError(
            f"采集项“{item.name}”为单选，答卷中选择了 {len(chosen)} 项，未予评分，请只保留一项。"
        )
    return chosen


def _level(name: object, answer: object, instrument: Instrument) -> int | None:
    try:
        scene = instrument.scene(name) if isinstance(name, str) else None
    except KeyError:
        scene = None
    if scene is None:
        raise UserError(f"评测表中没有应用场景{_shown(name)}，未予评分，请使用评测表中的名称。")
    if isinstance(answer, list) and not answer:
        return None
    highest = len(instrument.levels)
    # type(), not isinstance(): true is no level.
    if type(answer) is not int or not 0 <= answer <= highest:
        raise UserError(
            f"应用场景“{scene.name}”的等级{_shown(answer)}无效，未予评分，"
            f"请填写 0（无等级）至 {highest} 的整数。"
        )
    return answer


def _shown(foreign: object) -> str:
    """Quote a foreign name or number at bounded length, without what would break the line."""
    if type(foreign) is int and abs(foreign) < 10**9:
        return f" {foreign} "
    if not isinstance(foreign, str):
        return ""
    clean = "".join(c if c.isprintable() else " " for c in foreign[: _SHOWN + 1])
    return f"“{clean if len(clean) <= _SHOWN else clean[:_SHOWN] + '…'}”"


def sheet_of(dossier: Dossier, stage: Stage, instrument: Instrument) -> Sheet:
    """The sheet that a dossier's answers of one stage make.

    What the table does not know (an unknown letter or level, which an import can bring) is left
    out here; the rules name it.
    """
    given = {answer.subject: answer for answer in dossier.answers(stage)}
    items: dict[str, frozenset[str]] = {}
    scenes: dict[str, int] = {}
    for item in instrument.items:
        letters = chosen(given[item.name].chosen) if item.name in given else []
        known = frozenset(letters) & {option.key for option in item.options}
        if known:
            items[item.name] = known
    for scene in instrument.scenes:
        level = given[scene.name].level if scene.name in given else None
        if level in range(len(instrument.levels) + 1) and level is not None:
            scenes[scene.name] = level
    return Sheet(items, scenes)


def numbers_of(dossier: Dossier, stage: Stage, figures: Figures) -> dict[str, str]:
    """All figures typed beside the options of one stage, by the pack's keys."""
    typed: dict[str, str] = {}
    for source in figures.inputs:
        answer = dossier.given(stage, source.item)
        if answer is not None and (value := answer.figures.get(source.key)):
            typed[source.key] = str(value).strip()
    return typed
