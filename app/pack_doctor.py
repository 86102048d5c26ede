"""`doctor` on a pack: what is wrong with it, each in a sentence with file and line.

A folder from outside is untrusted: its files are bounded in size and number, aliases and deep
nesting are refused, and nothing but plain values is made of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from app.outside import read_text, refuse_unbounded
from app.packs import DEFAULT_PACK, advice_in, known_packs, pack_in, read_shipped
from exporters.style import resource_path
from forms import pack_checks as checks
from forms import pack_checks_prose as prose
from forms.errors import UserError
from forms.pack_checks import KEY, Fault
from forms.pack_shapes import SCENES, SHAPES

_MOST_BYTES, _MOST_FILES, _MOST_FAULTS = 1 << 20, 40, 200
_REST = "没有检查这一份，请核对文件。"
_CHECKS = (
    *(checks.facts, checks.levels, checks.weights, checks.scenes, checks.figures),
    *(prose.outline, prose.library, prose.areas, prose.survey, prose.questions),
    *(prose.advice, prose.steps, prose.links),
)
#: What pydantic finds, as this program says it; {} are filled from its context.
_WORDS = {
    "missing": "缺少“{key}”",
    "extra_forbidden": "没有“{key}”这一项",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "float_type": "应为数",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表",
    "dict_type": "应为一组栏目",
    "model_type": "应为一组栏目",
    "date_type": "应为日期，如 2025-01-15",
    "string_too_short": "不能为空",
    "string_too_long": "不能超过 {max_length} 字",
    "too_short": "不能为空",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "literal_error": "应为{expected}之一",
    "enum": "应为{expected}之一",
    "number": "应为不小于零、最多三位小数的数",
}


@dataclass(frozen=True)
class Told:
    """A fault with its line, counted from 1."""

    file: str
    line: int
    words: str

    @property
    def sentence(self) -> str:
        """As it is printed."""
        return f"{self.file} 第 {self.line} 行：{self.words}。"


def shipped() -> Iterator[tuple[str, list[Told]]]:
    """The packs that come with the program, each with its faults."""
    for name in known_packs():
        yield name, examine(resource_path("packs", name))


def examine(folder: Path) -> list[Told]:
    """The faults of the pack in a folder, by files and lines; UserError where it is no folder."""
    if not folder.is_dir():
        raise UserError(f"没有找到文件夹“{folder.name}”，没有检查，请核对位置。")
    found: list[Told] = []
    nodes: dict[str, yaml.Node] = {}
    files: dict[str, Any] = {}
    for name in _names(folder):
        try:
            nodes[name], files[name] = _read(folder, name)
        except _Unreadable as error:
            found.append(Told(name, error.line, error.words))
    faults = list(_shapes(files))
    if not found and not faults:
        faults = list(_agree(folder, files))
    found += [Told(each.file, _line(nodes[each.file], each.path), each.words) for each in faults]
    return sorted(set(found), key=lambda each: (each.file, each.line, each.words))[:_MOST_FAULTS]


def _names(folder: Path) -> list[str]:
    """The files that a pack has; of the scenes' advice all there are, and one at least."""
    held = sorted(folder.glob(f"{SCENES}*.yaml"))[:_MOST_FILES]
    advice = [f"advice/{path.name}" for path in held] or [f"{SCENES}.yaml"]
    return [*(name for name in SHAPES if name != SCENES), *advice]


class _Unreadable(Exception):
    """A file that is none, and where."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line, self.words = line, words


def _read(folder: Path, name: str) -> tuple[yaml.Node, Any]:
    """A file's nodes, which know their lines, and its values."""
    path = folder / name
    if not path.is_file():
        raise _Unreadable(1, "没有这个文件")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    node: yaml.Node | None = None
    try:
        text = read_text(path, _MOST_BYTES, _REST)
        refuse_unbounded(text, loader)
        node = yaml.compose(text, Loader=loader)
        if node is None:
            raise _Unreadable(1, "文件是空的")
        _refuse_doubles(node)
        return node, yaml.load(text, Loader=loader)
    except UserError as error:
        raise _Unreadable(1, str(error).removesuffix("。")) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _Unreadable(mark.line + 1 if mark else 1, _yaml_words(error)) from None
    except (yaml.YAMLError, RecursionError):
        raise _Unreadable(1, "不是可读的 YAML") from None
    except (ValueError, OverflowError, TypeError):  # a day such as 2025-02-31, a list for a key
        raise _Unreadable(_odd_line(node), "有不成立的值（如 2 月 31 日）") from None


def _yaml_words(error: yaml.MarkedYAMLError) -> str:
    known = {"an alias": "不能用别名（*）", "nested too deep": "层次过多"}
    return known.get(str(error.problem), "写法不合 YAML 的规定，请核对缩进、冒号、引号和括号")


def _odd_line(node: yaml.Node | None) -> int:
    """The line of the first scalar of which no value can be made."""
    loader = yaml.SafeLoader("")
    for each in _scalars(node) if node is not None else ():
        try:
            loader.construct_object(each)
        except (ValueError, OverflowError, yaml.YAMLError):
            return int(each.start_mark.line) + 1
    return 1


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _scalars(each)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


def _refuse_doubles(node: yaml.Node) -> None:
    """YAML takes the last of two like keys, silently."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen and isinstance(key, yaml.ScalarNode):
                raise _Unreadable(key.start_mark.line + 1, f"“{key.value}”写了两次")
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
            _refuse_doubles(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            _refuse_doubles(each)


def _shapes(files: dict[str, Any]) -> Iterator[Fault]:
    """What is missing, unknown, or of a wrong kind."""
    for name, held in files.items():
        shape = SHAPES.get(name) or SHAPES[SCENES]
        try:
            shape.validate_python(held)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_input=False)[:_MOST_FAULTS]:
                yield _shaped(name, each["type"], each["loc"], each.get("ctx", {}))


def _shaped(name: str, kind: str, loc: tuple[Any, ...], ctx: dict[str, Any]) -> Fault:
    path = tuple(KEY if each == "[key]" else each for each in loc)
    key = next((str(each) for each in reversed(path) if each != KEY), "")
    words = _WORDS.get(kind, "不合要求").format_map({"key": key, **ctx})
    words = words.replace("' or '", "、").replace("', '", "、").replace("'", "")
    if kind == "missing":
        return Fault(name, path[:-1], words)
    if kind == "extra_forbidden":
        return Fault(name, (*path, KEY), words)
    return Fault(name, path, f"“{key}”{words}" if isinstance(path[-1:], tuple) and key else words)


def _agree(folder: Path, files: dict[str, Any]) -> Iterator[Fault]:
    """What the files say of one another; where that is well, what the loaders alone refuse."""
    pack = files["pack.yaml"]
    base = pack.get("rules_from") or DEFAULT_PACK
    if pack["id"] != folder.resolve().name:
        yield Fault("pack.yaml", ("id",), f"应与文件夹同名，即“{folder.resolve().name}”")
    if base not in _bases() or (base == pack["id"] and pack.get("rules_from")):
        yield Fault("pack.yaml", ("rules_from",), f"没有可以沿用规则的方案包“{base}”")
        return
    program, names = _program(base), checks.names_of(files)
    found = [fault for check in _CHECKS for fault in check(files, names)]
    found += [*checks.rules(files, program), *checks.clauses(files, program)]
    yield from found or _refused(files, program if pack.get("rules_from") else [])


def _refused(files: dict[str, Any], base: list[dict[str, Any]]) -> Iterator[Fault]:
    try:
        advice_in(files, pack_in(files, base))
    except (ValueError, KeyError, TypeError) as error:
        yield Fault("pack.yaml", (), f"程序不能读取（{error}）")


@cache
def _bases() -> tuple[str, ...]:
    """The packs whose rules others may take."""
    return tuple(n for n in known_packs() if "rules_from" not in read_shipped(n, "pack.yaml"))


@cache
def _program(base: str) -> list[dict[str, Any]]:
    """The rules that the program knows, as a pack that came with it words them."""
    return list(read_shipped(base, "rules.yaml"))


def _line(node: yaml.Node, path: checks.Path) -> int:
    """The line of what a path leads to, or of the last part of it that is there."""
    key: yaml.Node = node
    for part in path:
        if part == KEY:
            return int(key.start_mark.line) + 1
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            pair = (node.value[part], node.value[part]) if part < len(node.value) else None
        else:
            pair = None
        if pair is None:
            break
        key, node = pair
    return int(node.start_mark.line) + 1
