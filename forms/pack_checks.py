"""What the parts of a pack say of one another: `doctor` checks it where the shapes are right.

Each fault names its place: the file, and the path of keys and places in it. The loaders refuse the
same without saying where; what they alone would find is told by their own words.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from forms.clauses import parse_clauses, quoted
from forms.figures import CHANGES, ROLES, Formula, parse_bracket
from forms.instrument import Kind
from forms.pack import layered
from forms.papers import BY_KEY
from forms.reading import thousandths
from forms.steps import PAGES

Path = tuple[str | int, ...]
KEY = "\0key"
"""At the end of a path: the key's own place, not its value's."""


@dataclass(frozen=True)
class Fault:
    """What is wrong at a place of a file, in a sentence's words."""

    file: str
    path: Path
    words: str


@dataclass(frozen=True)
class Names:
    """What a pack's parts may name."""

    items: tuple[str, ...]
    scenes: tuple[str, ...]
    groups: tuple[str, ...]
    told: tuple[str, ...]
    industries: tuple[str, ...]
    levels: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """Items and scenes."""
        return self.items + self.scenes


Files = Mapping[str, Any]
Faults = Iterator[Fault]


def names_of(files: Files) -> Names:
    """The names that the instrument and `pack.yaml` declare."""
    table = files["instrument.yaml"]
    indicators = [i for d in table["dimensions"] for i in d["indicators"]]
    groups = table["scene_groups"]
    return Names(
        items=tuple(item["name"] for i in indicators for item in i["items"]),
        scenes=tuple(scene["name"] for group in groups for scene in group["scenes"]),
        groups=tuple(group["name"] for group in groups),
        told=tuple(each["name"] for each in (*table["dimensions"], *indicators)),
        industries=tuple(files["pack.yaml"]["industries"]),
        levels=len(table["levels"]),
    )


def twice(file: str, entries: Iterable[tuple[Path, str]], what: str) -> Faults:
    """Names that stand twice, each at its second place."""
    seen: set[str] = set()
    for path, name in entries:
        if name in seen:
            yield Fault(file, path, f"{what}“{name}”写了两次")
        seen.add(name)


def unknown(
    file: str, entries: Iterable[tuple[Path, str]], known: Collection[str], what: str
) -> Faults:
    """Names of what is not declared."""
    for path, name in entries:
        if name not in known:
            yield Fault(file, path, f"没有名为“{name}”的{what}")


def lacking(
    file: str, path: Path, given: Iterable[str], wanted: Iterable[str], what: str
) -> Faults:
    """What must be there and is not."""
    held = set(given)
    for name in wanted:
        if name not in held:
            yield Fault(file, path, f"缺少{what}“{name}”")


def named(rows: list[Any], path: Path, key: str) -> list[tuple[Path, str]]:
    """A field of every row of a list, with its place."""
    return [((*path, place, key), row[key]) for place, row in enumerate(rows) if key in row]


def listed(rows: list[Any], path: Path, key: str) -> list[tuple[Path, str]]:
    """Every entry of a list-field of every row of a list."""
    return [
        ((*path, place, key, at), name)
        for place, row in enumerate(rows)
        for at, name in enumerate(row.get(key) or ())
    ]


def keys(table: Mapping[str, Any], path: Path) -> list[tuple[Path, str]]:
    """The keys of a mapping."""
    return [((*path, key, KEY), key) for key in table]


# -- pack.yaml -------------------------------------------------------------------------------------


def facts(files: Files, _: Names) -> Faults:
    """Lists without doubles, windows in order, papers that there are, sizes that descend."""
    file, pack = "pack.yaml", files["pack.yaml"]
    for key, what in (("districts", "区县"), ("industries", "行业")):
        yield from twice(file, [((key, n), name) for n, name in enumerate(pack[key])], what)
    batches, boxes = pack["batches"], pack["platform"]["fields"]
    yield from twice(file, named(batches, ("batches",), "name"), "批次")
    for place, batch in enumerate(batches):
        if batch["window_from"] and batch["window_to"] < batch["window_from"]:
            yield Fault(file, ("batches", place, "window_to"), "期限的末日早于首日")
        if Decimal(str(batch["share"])) > 1:
            yield Fault(file, ("batches", place, "share"), "补助比例大于 1")
    path = ("platform", "fields")
    yield from unknown(file, named(boxes, path, "paper"), BY_KEY, "文书")
    yield from twice(file, named(boxes, path, "paper"), "文书")
    papers = pack.get("papers", {})
    yield from unknown(file, [(("papers", key), key) for key in papers], BY_KEY, "文书")
    own = {**{key: paper.name for key, paper in BY_KEY.items()}, **papers}
    yield from twice(file, [(("papers", key), name) for key, name in own.items()], "文书名称")
    periods = pack["pilot"]["periods"]
    known = [batch["name"] for batch in batches]
    yield from unknown(file, named(periods, ("pilot", "periods"), "batch"), known, "批次")
    for place, each in enumerate(periods):
        if each["accepted_by"] < each["begins"]:
            yield Fault(file, ("pilot", "periods", place, "accepted_by"), "验收期限早于开始日期")
    steps = pack["sizes"]["steps"]
    for place, (above, below) in enumerate(pairwise(steps), 1):
        if (below["staff"], below["revenue"]) >= (above["staff"], above["revenue"]):
            yield Fault(file, ("sizes", "steps", place, "staff"), "企业规模各档应由大到小")
    if steps[-1]["staff"] or steps[-1]["revenue"]:
        yield Fault(file, ("sizes", "steps", len(steps) - 1, "staff"), "企业规模末档的下限应为 0")


# -- instrument.yaml -------------------------------------------------------------------------------


def levels(files: Files, names: Names) -> Faults:
    """Numbered from 1 on, each asking for no less than the one below, and for no more than is."""
    file, table = "instrument.yaml", files["instrument.yaml"]
    rows = table["levels"]
    binding = sum(s["binding"] for group in table["scene_groups"] for s in group["scenes"])
    most = {"min_score": 100, "min_scenes": len(names.scenes), "min_binding_scenes": binding}
    for place, row in enumerate(rows):
        if row["level"] != place + 1:
            yield Fault(
                file, ("levels", place, "level"), f"等级应从 1 起依次编号，此处应为 {place + 1}"
            )
        for key, limit in most.items():
            if Decimal(str(row[key])) > limit:
                yield Fault(file, ("levels", place, key), f"门槛 {row[key]} 大于全部的 {limit}")
    for place, (below, above) in enumerate(pairwise(rows), 1):
        for key in most:
            if Decimal(str(above[key])) < Decimal(str(below[key])):
                yield Fault(file, ("levels", place, key), "门槛低于下一级的门槛")


def weights(files: Files, names: Names) -> Faults:
    """Weights make 100, points and scores follow from them."""
    file, dimensions = "instrument.yaml", files["instrument.yaml"]["dimensions"]

    def sums(rows: list[Any], path: Path) -> Faults:
        if (total := sum(row["weight"] for row in rows)) != 100:
            yield Fault(file, (*path, KEY), f"各项权重合计 {total}，应为 100")

    yield from sums(dimensions, ("dimensions",))
    for d, dimension in enumerate(dimensions):
        path: Path = ("dimensions", d, "indicators")
        yield from sums(dimension["indicators"], path)
        for i, indicator in enumerate(dimension["indicators"]):
            inner = (*path, i, "items")
            yield from sums(indicator["items"], inner)
            share = Decimal(dimension["weight"] * indicator["weight"]) / 100
            for n, item in enumerate(indicator["items"]):
                yield from _item((*inner, n), item, share * item["weight"] / 100)


def _item(path: Path, item: dict[str, Any], points: Decimal) -> Faults:
    file = "instrument.yaml"
    if Decimal(thousandths(item, "points")) / 1000 != points:
        yield Fault(file, (*path, "points"), f"分值应为权重得出的 {points.normalize():f}")
    options = item["options"]
    yield from twice(file, named(options, (*path, "options"), "key"), "选项")
    for place, option in enumerate(options):
        due = points * option["weight"] / 100
        if Decimal(thousandths(option, "score")) / 1000 != due:
            words = f"选项的分值应为权重得出的 {due.normalize():f}"
            yield Fault(file, (*path, "options", place, "score"), words)
    earned = [option["weight"] for option in options]
    if (sum(earned) if item["kind"] == Kind.MULTI else max(earned)) != 100:
        yield Fault(file, (*path, "options", KEY), "各选项得不到这一项的满分")


def scenes(files: Files, names: Names) -> Faults:
    """No name twice, and a criterion for every level."""
    file, table = "instrument.yaml", files["instrument.yaml"]
    items = [
        entry
        for d, dimension in enumerate(table["dimensions"])
        for i, indicator in enumerate(dimension["indicators"])
        for entry in named(indicator["items"], ("dimensions", d, "indicators", i, "items"), "name")
    ]
    groups = table["scene_groups"]
    held = [
        entry
        for g, group in enumerate(groups)
        for entry in named(group["scenes"], ("scene_groups", g, "scenes"), "name")
    ]
    yield from twice(file, [*items, *held], "采集项或场景")
    yield from twice(file, named(table["dimensions"], ("dimensions",), "name"), "维度")
    yield from twice(file, named(groups, ("scene_groups",), "name"), "场景组")
    for g, group in enumerate(groups):
        for s, scene in enumerate(group["scenes"]):
            if sorted(scene["criteria"]) != list(range(1, names.levels + 1)):
                path = ("scene_groups", g, "scenes", s, "criteria", KEY)
                yield Fault(file, path, f"场景应有 1 至 {names.levels} 级的要求，各一条")


# -- figures.yaml ----------------------------------------------------------------------------------


def figures(files: Files, names: Names) -> Faults:
    """Inputs and items that there are, the roles of the formula, the options it leads to."""
    file, table = "figures.yaml", files["figures.yaml"]
    inputs, rows = table["inputs"], table["figures"]
    known = {entry["key"] for entry in inputs}
    yield from twice(file, named(inputs, ("inputs",), "key"), "数据")
    yield from twice(file, named(rows, ("figures",), "item"), "采集项")
    for path, entries in (("inputs", inputs), ("figures", rows)):
        yield from unknown(file, named(entries, (path,), "item"), names.items, "采集项")
    items = {
        item["name"]: item
        for d in files["instrument.yaml"]["dimensions"]
        for i in d["indicators"]
        for item in i["items"]
    }
    for place, row in enumerate(rows):
        path_of: Path = ("figures", place)
        roles = ROLES[Formula(row["formula"])]
        if set(row["inputs"]) != roles:
            yield Fault(
                file, (*path_of, "inputs", KEY), f"这种算式要的是{'、'.join(sorted(roles))}"
            )
        entries = [((*path_of, "inputs", role), key) for role, key in row["inputs"].items()]
        yield from unknown(file, entries, known, "数据")
        if row["item"] in items:
            yield from _options(path_of, row["formula"], items[row["item"]])
    yield from _official(inputs, rows, items)


def _options(path: Path, formula: str, item: dict[str, Any]) -> Faults:
    texts = [option["text"] for option in item["options"]]
    if formula in (Formula.SHARE, Formula.PERIOD_SHARE):
        try:
            brackets = [parse_bracket("", text) for text in texts]
        except ValueError:
            brackets = []
        whole = brackets and brackets[0].low == 0 and brackets[-1].high == 100
        joined = all(
            a.high == b.low and a.closed_high != b.closed_low for a, b in pairwise(brackets)
        )
        if not (whole and joined):
            words = f"“{item['name']}”的选项不是由 0 到 100% 相接的区间"
            yield Fault("figures.yaml", (*path, "formula"), words)
    elif set(texts) != set(CHANGES):
        words = f"“{item['name']}”的选项应为{'、'.join(CHANGES)}"
        yield Fault("figures.yaml", (*path, "formula"), words)


def _official(inputs: list[Any], rows: list[Any], items: dict[str, Any]) -> Faults:
    """Every figure that an item asks for is typed in or computed, once."""
    file = "figures.yaml"
    held = [
        ((where, place, "field"), row["item"], row["field"])
        for where, entries in (("inputs", inputs), ("figures", rows))
        for place, row in enumerate(entries)
        if row.get("field")
    ]
    yield from twice(file, [(path, f"{item}：{label}") for path, item, label in held], "栏目")
    for path, item, label in held:
        if item in items and label not in (items[item].get("fields") or ()):
            yield Fault(file, path, f"“{item}”没有名为“{label}”的栏目")
    given = {(item, label) for _, item, label in held}
    for name, item in items.items():
        for label in item.get("fields") or ():
            if (name, label) not in given:
                yield Fault(file, ("inputs", KEY), f"“{name}”的栏目“{label}”没有数据，也没有算式")


# -- rules.yaml ------------------------------------------------------------------------------------

_OF_A_RULE = ("severity", "clause", "message", "remedy", "page")


def rules(files: Files, program: list[dict[str, Any]]) -> Faults:
    """Rules that the program knows, whole, with the words that it can fill in. `program` are those
    of the pack that the program is made with, or that `rules_from` names."""
    file, rows, pack = "rules.yaml", files["rules.yaml"], files["pack.yaml"]
    known = {row["id"]: row for row in program}
    based = pack.get("rules_from") is not None
    yield from twice(file, named(rows, (), "id"), "规则")
    yield from unknown(file, named(rows, (), "id"), known, "规则")
    if not based:
        yield from lacking(file, (), (row["id"] for row in rows), known, "规则")
    for place, row in enumerate(rows):
        for key in () if based else _OF_A_RULE:
            if row.get(key) is None:
                yield Fault(file, (place,), f"规则“{row['id']}”缺少“{key}”")
        if row.get("page") and row["page"] not in PAGES:
            yield Fault(file, (place, "page"), f"没有名为“{row['page']}”的页面")
        for key in ("message", "remedy"):
            if row.get(key) and row["id"] in known:
                allowed = _blanks(str(known[row["id"]].get("message"))) or set()
                allowed |= (_blanks(str(known[row["id"]].get("remedy"))) or set()) | {"limit"}
                blanks = _blanks(row[key])
                if blanks is None or not blanks <= allowed:
                    extra = "、".join(sorted((blanks or set()) - allowed)) or "括号不成对"
                    yield Fault(file, (place, key), f"花括号里的内容程序填不出来（{extra}）")


def _blanks(template: str) -> set[str] | None:
    """The names in a template's braces; None where it is none."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    except ValueError:
        return None


def clauses(files: Files, program: list[dict[str, Any]]) -> Faults:
    """Each clause of one document; each rule's clause among them."""
    file, table, pack = "clauses.yaml", files["clauses.yaml"], files["pack.yaml"]
    yield from twice(file, named(table["clauses"], ("clauses",), "cite"), "条款")
    for place, row in enumerate(table["clauses"]):
        if not row.get("text") and not row.get("note"):
            yield Fault(file, ("clauses", place), f"条款“{row['cite']}”没有文字")
        of_none = not any(row["cite"].startswith(word) for word in table["documents"])
        if of_none and not row.get("document"):
            yield Fault(
                file, ("clauses", place, "cite"), f"条款“{row['cite']}”没有写明出自哪份文件"
            )
    try:
        held = parse_clauses(table)
    except ValueError:
        return  # told above
    own = {row["id"]: place for place, row in enumerate(files["rules.yaml"]) if row.get("clause")}
    cites = pack.get("cites", {})
    base = program if pack.get("rules_from") else []
    told: set[str] = set()
    for row in layered(base, files["rules.yaml"], pack):
        clause = str(row.get("clause") or "")
        if not clause or clause in told or quoted(clause, held):
            continue
        told.add(clause)
        if row["id"] in own:
            path, where = (own[row["id"]], "clause"), "rules.yaml"
        else:
            by = next((key for key, value in cites.items() if value == clause), None)
            where, path = "pack.yaml", ("cites", by) if by else ("rules_from",)  # type: ignore[assignment]
        yield Fault(where, path, f"条款“{clause}”在 clauses.yaml 里查不到")
