"""The grading core against an independent reading of the official table."""

import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from forms.instrument import Instrument, points_text
from grading.route import ceiling, grade_line, route
from grading.score import grade
from grading.sheet import Sheet, parse_sheet

PACK = Path(__file__).parent.parent / "resources" / "packs" / "changchun-2024"
RAW: dict[str, Any] = yaml.safe_load((PACK / "instrument.yaml").read_text(encoding="utf-8"))
TABLE = Instrument.parse(RAW)


# --- The oracle: the YAML read again, in decimals and with nothing of the program. ---------------


def oracle(sheet: dict[str, Any]) -> dict[str, Any]:
    """The `grade` line as `Decimal`s, straight from the decoded YAML."""
    line: dict[str, Any] = {"dimensions": {}, "indicators": {}, "unanswered": []}
    for dimension in RAW["dimensions"]:
        line["dimensions"][dimension["name"]] = Decimal(0)
        for indicator in dimension["indicators"]:
            line["indicators"][indicator["name"]] = Decimal(0)
            for item in indicator["items"]:
                answer = sheet["items"].get(item["name"], [])
                if not answer:
                    line["unanswered"].append(item["name"])
                for option in item["options"]:
                    if option["key"] in answer:
                        # From the weights, not from `score`: two ways to one number.
                        earned = Decimal(str(item["points"])) * option["weight"] / 100
                        line["indicators"][indicator["name"]] += earned
                        line["dimensions"][dimension["name"]] += earned
    scenes = [scene for group in RAW["scene_groups"] for scene in group["scenes"]]
    line["unanswered"] += [s["name"] for s in scenes if s["name"] not in sheet["scenes"]]
    line["complete"] = not line["unanswered"]
    line["score"] = sum(line["dimensions"].values(), Decimal(0))
    line["level"], line["next"] = 0, None
    for rule in RAW["levels"]:
        lacks = [Decimal(rule["min_score"]) - line["score"]]
        for needed, binding_only in ((rule["min_scenes"], False), (rule["min_binding_scenes"], 1)):
            reached = 0
            for scene in scenes:
                if binding_only and not scene["binding"]:
                    continue
                reached += sheet["scenes"].get(scene["name"], 0) >= rule["level"]
            lacks.append(Decimal(needed - reached))
        if all(lack <= 0 for lack in lacks):
            line["level"] = rule["level"]
        elif line["next"] is None:
            keys = ("points", "scenes", "binding_scenes")
            parts = {key: max(lack, Decimal(0)) for key, lack in zip(keys, lacks, strict=True)}
            line["next"] = {"level": rule["level"], **parts}
    return line


def random_sheet(chance: random.Random) -> dict[str, Any]:
    """A valid sheet; skill and gaps vary, so that all levels and both completenesses occur."""
    skill, gaps = chance.random(), chance.choice((0.0, 0.0, 0.1, 0.5))
    sheet: dict[str, Any] = {"items": {}, "scenes": {}}
    for dimension in RAW["dimensions"]:
        for item in (i for indicator in dimension["indicators"] for i in indicator["items"]):
            if chance.random() < gaps:
                if chance.random() < 0.5:
                    sheet["items"][item["name"]] = []
                continue
            keys = [option["key"] for option in item["options"]]
            if item["kind"] == "single":
                answer = [keys[min(len(keys) - 1, int(len(keys) * chance.uniform(0, 2 * skill)))]]
            else:
                answer = [key for key in keys[1:] if chance.random() < skill] or [keys[0]]
                chance.shuffle(answer)
            sheet["items"][item["name"]] = answer
    for group in RAW["scene_groups"]:
        for scene in group["scenes"]:
            if chance.random() >= gaps:
                sheet["scenes"][scene["name"]] = min(4, int(5 * chance.uniform(0, 2 * skill)))
    return sheet


def test_a_thousand_random_sheets_are_graded_as_the_table_says() -> None:
    chance = random.Random(20240904)
    levels, incomplete = set(), 0
    for _ in range(1000):
        raw = random_sheet(chance)
        line = grade_line(grade(TABLE, parse_sheet(raw, TABLE)))
        expected = oracle(raw)
        levels.add(line["level"])
        incomplete += not line["complete"]
        assert exact(line) == expected, raw
    assert levels == {0, 1, 2, 3, 4}
    assert 200 < incomplete < 800


def exact(value: Any) -> Any:
    """The line with each float as the decimal it prints as."""
    if isinstance(value, dict):
        return {key: exact(entry) for key, entry in value.items()}
    return Decimal(str(value)) if isinstance(value, float) else value


# --- The line's form and the thresholds. ---------------------------------------------------------


FULL_MARKS = {
    20: "数据采集 信息系统",
    40: "数据采集 信息系统 网络建设 设备数字化 设备联网",
    60: "数据采集 信息系统 网络建设 设备数字化 设备联网 网络安全 数据安全 市场表现 绿色低碳",
    80: "数据采集 信息系统 网络建设 设备数字化 设备联网 网络安全 数据安全 "
    "规划实施 管理机制 人才建设 资金保障",
    100: " ".join(item.name for item in TABLE.items),
}


def points(total: int) -> dict[str, frozenset[str]]:
    """Answers that earn exactly so many points, all of 数据采集 among them."""
    chosen = {}
    for item in (TABLE.item(name) for name in FULL_MARKS[total].split()):
        earning = [option for option in item.options if option.score]
        if item.kind == "single":
            earning = [max(earning, key=lambda option: option.score)]
        chosen[item.name] = frozenset(option.key for option in earning)
    return chosen


def scenes(level: int, binding: int, guiding: int) -> dict[str, int]:
    """So many binding and guiding scenes at `level`, the others at 无等级."""
    left = {True: binding, False: guiding}
    judged = {}
    for scene in TABLE.scenes:
        judged[scene.name] = level if left[scene.binding] > 0 else 0
        left[scene.binding] -= 1
    return judged


BOUNDS = [(1, 20, 6, 3), (2, 40, 6, 3), (3, 60, 8, 5), (4, 80, 10, 6)]


@pytest.mark.parametrize(("level", "score", "count", "binding"), BOUNDS)
def test_a_level_is_reached_at_its_thresholds_and_not_below(
    level: int, score: int, count: int, binding: int
) -> None:
    enough = points(score)
    at = grade(TABLE, Sheet(enough, scenes(level, binding, count - binding)))
    assert at.total == score * 1000
    assert at.level == level

    fewer = {k: v for k, v in enough.items() if k != "数据采集"} | {
        "数据采集": enough["数据采集"] - {"B"}
    }
    below = grade(TABLE, Sheet(fewer, scenes(level, binding, count - binding)))
    assert (below.total, below.level) == (score * 1000 - 700, level - 1)
    lacking = route(below)
    assert lacking and (lacking.level, lacking.points, lacking.scenes) == (level, 700, 0)

    one_scene_less = grade(TABLE, Sheet(enough, scenes(level, binding, count - binding - 1)))
    assert one_scene_less.level < level
    # Enough scenes in all, one of them guiding instead of binding.
    if count - binding + 1 <= 6:
        guiding = grade(TABLE, Sheet(enough, scenes(level, binding - 1, count - binding + 1)))
        assert guiding.level < level
        assert guiding.conditions[level - 1].scenes == count


def test_the_line_is_what_the_commands_document() -> None:
    raw = {
        "items": {"网络建设": ["B", "C"], "设备数字化": ["C"], "管理机制": ["C"], "资金保障": []},
        "scenes": {"产品设计": 2},
    }
    line = grade_line(grade(TABLE, parse_sheet(raw, TABLE)))
    assert list(line) == [
        "score", "dimensions", "indicators", "level", "complete", "unanswered", "next",
    ]  # fmt: skip
    assert line["score"] == 8.875
    assert line["dimensions"] == {"数字化基础": 7.0, "数字化管理": 1.875, "数字化成效": 0.0}
    assert line["level"] == 0 and line["complete"] is False
    unanswered = line["unanswered"]
    assert isinstance(unanswered, list) and len(unanswered) == 12 + 15
    assert unanswered[:2] == ["设备联网", "数据采集"] and unanswered[-1] == "决策支持"
    assert line["next"] == {"level": 1, "points": 11.125, "scenes": 5, "binding_scenes": 2}


def test_there_is_nothing_after_level_four() -> None:
    full = Sheet(points(100), scenes(4, 10, 6))
    result = grade(TABLE, full)
    assert (result.total, result.level, route(result)) == (100_000, 4, None)
    assert grade_line(result)["next"] is None
    assert result.complete


def test_the_table_is_the_official_one() -> None:
    assert TABLE.document_number == "工信厅企业〔2024〕56号"
    assert (len(TABLE.items), len(TABLE.scenes), TABLE.points) == (15, 16, 100_000)
    assert sum(scene.binding for scene in TABLE.scenes) == 10
    assert TABLE.scene("计划排程").template_name == "计划管理"
    assert TABLE.scene("产品设计").template_name == "产品设计"
    assert TABLE.item("管理机制").scores["B"] == 1875
    assert (TABLE.item("网络安全").dimension, TABLE.item("网络安全").indicator) == (
        "数字化基础",
        "信息安全",
    )
    assert [TABLE.level_label(n) for n in (0, 2)] == ["无等级", "二级（规范级）"]


# --- Properties. ---------------------------------------------------------------------------------


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    items: dict[str, frozenset[str]] = {}
    for item in TABLE.items:
        others = [o.key for o in item.options if o.key != item.none_key]
        most = 1 if item.kind == "single" else len(others)
        items[item.name] = draw(st.frozensets(st.sampled_from(others), max_size=most))
    names = [scene.name for scene in TABLE.scenes]
    judged = draw(st.dictionaries(st.sampled_from(names), st.integers(0, 4)))
    return Sheet(items, judged)


@given(sheets(), st.data())
def test_adding_an_option_never_lowers_anything(sheet: Sheet, data: st.DataObject) -> None:
    item = data.draw(st.sampled_from([i for i in TABLE.items if i.kind == "multi"]))
    key = data.draw(st.sampled_from([o.key for o in item.options if o.key != item.none_key]))
    chosen = sheet.items[item.name] | {key}
    more = grade(TABLE, Sheet({**sheet.items, item.name: chosen}, sheet.scenes))
    before = grade(TABLE, sheet)
    assert more.total >= before.total
    assert more.level >= before.level


@given(sheets(), st.data())
def test_raising_a_scene_never_lowers_the_level(sheet: Sheet, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([scene.name for scene in TABLE.scenes]))
    level = data.draw(st.integers(sheet.scenes.get(name, 0), 4))
    raised = grade(TABLE, Sheet(sheet.items, {**sheet.scenes, name: level}))
    assert raised.level >= grade(TABLE, sheet).level


@given(sheets())
def test_levels_hold_from_below_and_the_ceiling_is_never_under(sheet: Sheet) -> None:
    result = grade(TABLE, sheet)
    assert [c.met for c in result.conditions] == [n < result.level for n in range(4)]
    top = ceiling(TABLE, sheet)
    assert result.level <= top
    if result.complete:
        assert result.level == top
    assert sum(result.items.values()) == sum(result.indicators.values()) == result.total


def test_the_ceiling_falls_with_answers_that_close_the_way() -> None:
    assert ceiling(TABLE, Sheet()) == 4
    assert ceiling(TABLE, Sheet(scenes=scenes(3, 10, 6))) == 3
    # Ten scenes at level 4 are needed: seven that are not leave nine.
    seven = dict(list(scenes(0, 0, 0).items())[:7])
    assert ceiling(TABLE, Sheet(scenes=seven)) == 3


def test_what_the_table_excludes_counts_as_unanswered() -> None:
    """A merge can bring two answers to a single choice, or 无 beside another."""
    result = grade(TABLE, Sheet({"信息系统": frozenset("BE"), "网络建设": frozenset("AB")}))
    assert result.total == 0
    assert {"信息系统", "网络建设"} <= set(result.unanswered)
    assert ceiling(TABLE, Sheet({"信息系统": frozenset("BE")}, scenes(4, 10, 6))) == 4


def test_toggling_keeps_what_the_table_allows() -> None:
    network, system = TABLE.item("网络建设"), TABLE.item("信息系统")
    assert network.after(frozenset("A"), "B") == frozenset("B")
    assert network.after(frozenset("BC"), "A") == frozenset("A")
    assert network.after(frozenset("BC"), "C") == frozenset("B")
    assert system.after(frozenset("B"), "E") == frozenset("E")


@given(st.integers(0, 100_000))
def test_points_are_written_exactly(value: int) -> None:
    assert Fraction(points_text(value)) == Fraction(points_text(value, trim=True))
    assert Fraction(points_text(value)) * 1000 == value
    assert not points_text(value, trim=True).endswith((".", ".0"))


# --- A malformed table is refused. ---------------------------------------------------------------


def mend(path: list[Any], value: Any) -> dict[str, Any]:
    """The table with the value at `path` replaced."""
    table: dict[str, Any] = yaml.safe_load((PACK / "instrument.yaml").read_text(encoding="utf-8"))
    place: Any = table
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return table


FIRST_ITEM = ["dimensions", 0, "indicators", 0, "items", 0]


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (["dimensions", 0, "weight"], 51, "not 100"),
        ([*FIRST_ITEM, "points"], 7, "weights"),
        ([*FIRST_ITEM, "points"], 8.0001, "thousandth"),
        ([*FIRST_ITEM, "points"], True, "number"),
        ([*FIRST_ITEM, "points"], float("nan"), "thousandth"),
        ([*FIRST_ITEM, "name"], "设备联网", "twice"),
        ([*FIRST_ITEM, "options", 1, "score"], 2.5, "weight"),
        ([*FIRST_ITEM, "options", 1, "key"], "A", "twice"),
        ([*FIRST_ITEM, "options"], [], "empty"),
        (["levels", 1, "min_score"], 10, "less"),
        (["levels", 1, "level"], 3, "order"),
        (["scene_groups", 0, "scenes", 0, "name"], "网络建设", "twice"),
        (["scene_groups", 0, "scenes", 0, "binding"], "yes", "binding"),
        (["scene_groups", 0, "scenes", 0, "criteria"], {1: "甲"}, "criterion"),
        (["instrument"], None, "mapping"),
    ],
)
def test_a_malformed_table_is_refused(path: list[Any], value: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Instrument.parse(mend(path, value))
