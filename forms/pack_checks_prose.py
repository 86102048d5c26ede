"""What a pack's texts say of its instrument: outline, areas, library, survey, questions, advice.

As `forms/pack_checks.py`, which holds what both go by.
"""

from __future__ import annotations

from typing import Any

from forms.inventory import NEED_KINDS
from forms.outline import ANNEXED, LEVEL, NUMBERED
from forms.outline import SCENES as SCENES_TOLD
from forms.pack_checks import (
    KEY,
    Fault,
    Faults,
    Files,
    Names,
    Path,
    keys,
    lacking,
    listed,
    named,
    twice,
    unknown,
)
from forms.pack_shapes import SCENES
from forms.questions import BLANK


def outline(files: Files, names: Names) -> Faults:
    """Sections in their chapters, annexes last, nothing shown twice, told of what there is."""
    file, rows = "outline.yaml", files["outline.yaml"]
    yield from twice(file, named(rows, (), "key"), "章节")
    yield from twice(file, listed(rows, (), "shows"), "图表")
    yield from unknown(file, named(rows, (), "tells"), {*names.told, LEVEL, SCENES_TOLD}, "指标")
    chapter, annex = "", False
    for place, row in enumerate(rows):
        if row["level"] == 1:
            chapter = row["key"]
            if annex and not row.get("annex"):
                yield Fault(file, (place, "key"), "正文的章应在附件之前")
            annex = annex or bool(row.get("annex"))
            if not row.get("heading"):
                yield Fault(file, (place,), "章没有标题")
        if not chapter or row["key"].partition(".")[0] != chapter:
            yield Fault(file, (place, "key"), f"章节“{row['key']}”不在“{chapter or '任何'}”章之内")
        allowed = ANNEXED if annex else tuple(NUMBERED)
        shown = row.get("shows") or ()
        for at, name in enumerate(shown):
            if name not in allowed:
                yield Fault(file, (place, "shows", at), f"“{name}”不能放在这一章")
        for path, name in keys(row.get("captions", {}), (place, "captions")):
            if name not in shown:
                yield Fault(file, path, f"这一节没有“{name}”，不用写它的标题")


def library(files: Files, _: Names) -> Faults:
    """No scene twice."""
    held: list[tuple[Path, str]] = []
    for place, row in enumerate(files["library.yaml"]):
        held += listed(row["groups"], (place, "groups"), "scenes")
    yield from twice("library.yaml", held, "场景")


def areas(files: Files, names: Names) -> Faults:
    """Every item and group in one project, all names known."""
    file, table = "areas.yaml", files["areas.yaml"]
    pain, projects = table["pain"], table["projects"]
    told = [*listed(pain, ("pain",), "items"), *listed(pain, ("pain",), "scenes")]
    placed = [
        *listed(projects, ("projects",), "items"),
        *listed(projects, ("projects",), "groups"),
    ]
    yield from twice(file, named(pain, ("pain",), "name"), "业务范围")
    yield from twice(file, named(projects, ("projects",), "key"), "项目")
    yield from twice(file, told, "采集项或场景")
    yield from twice(file, placed, "采集项或场景组")
    yield from unknown(file, listed(pain, ("pain",), "items"), names.items, "采集项")
    yield from unknown(file, listed(pain, ("pain",), "scenes"), names.scenes, "场景")
    own = [*names.items, *names.groups]
    yield from unknown(file, placed, own, "采集项或场景组")
    joins = named(projects, ("projects",), "joins")
    yield from unknown(file, joins, [row["key"] for row in projects], "项目")
    yield from lacking(file, ("projects", KEY), [n for _, n in placed], own, "项目，用于")
    yield from unknown(file, keys(table["needs"], ("needs",)), own, "采集项或场景组")
    kinds = [(("needs", key), kind) for key, kind in table["needs"].items()]
    yield from unknown(file, kinds, NEED_KINDS, "需求类别")


def survey(files: Files, names: Names) -> Faults:
    """Every item and scene, and none other."""
    file, table = "survey.yaml", files["survey.yaml"]["subjects"]
    yield from unknown(file, keys(table, ("subjects",)), names.subjects, "采集项或场景")
    yield from lacking(file, ("subjects", KEY), table, names.subjects, "采集项或场景")


def questions(files: Files, names: Names) -> Faults:
    """Each in a section that people write, with a sentence for its reply."""
    file, groups = "advice/questions.yaml", files["advice/questions.yaml"]
    written = {s["key"] for s in files["outline.yaml"] if s.get("writable", True)}
    yield from unknown(file, named(groups, (), "section"), written, "可写的章节")
    paragraphs = [
        ((place, "paragraph"), f"{each['section']}/{each['paragraph']}")
        for place, each in enumerate(groups)
    ]
    yield from twice(file, paragraphs, "段落")
    held: list[tuple[Path, str]] = []
    said: list[tuple[Path, str]] = []
    for place, group in enumerate(groups):
        rows, path = group["questions"], (place, "questions")
        held += named(rows, path, "key")
        said += named(rows, path, "says")
        yield from unknown(file, named(rows, path, "where"), names.subjects, "采集项或场景")
        yield from unknown(file, listed(rows, path, "industries"), names.industries, "行业")
    yield from twice(file, held, "问题")
    yield from twice(file, said, "句子")
    for at, says in said:
        if says.count(BLANK) != 1 or not says.endswith(f"{BLANK}。"):
            yield Fault(file, at, f"句子应以“{BLANK}。”结尾，答复填在其中")


def advice(files: Files, names: Names) -> Faults:
    """Advice on every item and its options that earn, on every step of every scene."""
    file, rows = "advice/items.yaml", files["advice/items.yaml"]
    yield from _industries(file, rows, (), names)
    yield from twice(file, named(rows, (), "item"), "采集项")
    yield from unknown(file, named(rows, (), "item"), names.items, "采集项")
    yield from lacking(file, (), (row["item"] for row in rows), names.items, "建议：")
    earning = {
        item["name"]: [option["key"] for option in item["options"] if option["weight"]]
        for d in files["instrument.yaml"]["dimensions"]
        for i in d["indicators"]
        for item in i["items"]
    }
    for place, row in enumerate(rows):
        wanted, path = earning.get(row["item"], list(row["options"])), (place, "options")
        yield from unknown(file, keys(row["options"], path), wanted, "得分选项")
        yield from lacking(file, (*path, KEY), row["options"], wanted, "选项")


def steps(files: Files, names: Names) -> Faults:
    """The scenes' advice, which may lie in several files."""
    given: list[str] = []
    last = ""
    for file in (name for name in files if name.startswith(SCENES)):
        rows: list[Any] = files[file]
        last = file
        yield from unknown(file, named(rows, (), "scene"), names.scenes, "场景")
        for place, row in enumerate(rows):
            if row["scene"] in given:
                yield Fault(file, (place, "scene"), f"场景“{row['scene']}”写了两次")
            given.append(row["scene"])
            yield from _industries(file, row["steps"], (place, "steps"), names)
            if sorted(step["to"] for step in row["steps"]) != list(range(1, names.levels + 1)):
                words = f"场景应有 1 至 {names.levels} 级的步骤，各一条"
                yield Fault(file, (place, "steps", KEY), words)
    yield from lacking(last, (), given, names.scenes, "建议：")


def links(files: Files, names: Names) -> Faults:
    """What is to be said of every scene of the library."""
    file, rows = "advice/library-links.yaml", files["advice/library-links.yaml"]
    library = [
        scene
        for row in files["library.yaml"]
        for group in row["groups"]
        for scene in group["scenes"]
    ]
    evaluated = listed(rows, (), "evaluates")
    yield from twice(file, named(rows, (), "scene"), "场景")
    yield from unknown(file, named(rows, (), "scene"), library, "供需适配库场景")
    yield from lacking(file, (), (row["scene"] for row in rows), library, "供需适配库场景")
    yield from unknown(file, evaluated, names.scenes, "场景")
    yield from unknown(file, listed(rows, (), "items"), names.items, "采集项")
    yield from lacking(file, (), (n for _, n in evaluated), names.scenes, "供需适配库场景，用于")
    yield from _industries(file, rows, (), names)


def _industries(file: str, rows: list[Any], path: Path, names: Names) -> Faults:
    """Each row tells of the pack's industries, all and none other."""
    for place, row in enumerate(rows):
        inner = (*path, place, "industries")
        yield from unknown(file, keys(row["industries"], inner), names.industries, "行业")
        yield from lacking(file, (*inner, KEY), row["industries"], names.industries, "行业")
