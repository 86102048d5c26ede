"""`doctor` names the file and line of every fault in a pack."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import commands
from app.pack_doctor import examine, shipped
from exporters.style import resource_path
from forms.errors import UserError

CITY = "yunchuan-2025"
Edit = Callable[[list[str]], int]
"""Mutates a file's lines; gives the line, counted from 1, on which the fault must be told."""


def put(old: str, new: str, nth: int = 1, told: int = 0) -> Edit:
    """Replace the nth occurrence of a text by another; the fault is `told` lines further."""

    def edit(lines: list[str]) -> int:
        places = [n for n, line in enumerate(lines) if old in line]
        at = places[nth - 1]
        lines[at] = lines[at].replace(old, new, 1)
        return at + 1 + told

    return edit


def drop(old: str, told: str, nth: int = 1) -> Edit:
    """Take the nth line with a text out; the fault is told at the last line before it with
    another, or the first one."""

    def edit(lines: list[str]) -> int:
        at = [n for n, line in enumerate(lines) if old in line][nth - 1]
        del lines[at]
        return next((n + 1 for n in range(at - 1, -1, -1) if told in lines[n]), 1)

    return edit


def add(text: str) -> Edit:
    """Add a line at the end."""

    def edit(lines: list[str]) -> int:
        lines.append(text)
        return len(lines)

    return edit


#: File, mutation, a word of the sentence.
FAULTY: dict[str, tuple[str, Edit, str]] = {
    "yaml": ("pack.yaml", put("districts: [", "districts: [[", told=1), "YAML"),
    "tab": ("rules.yaml", put("  limit: 2", "\tlimit: 2"), "YAML"),
    "alias": ("library.yaml", put("1.车间", "&a 1.车间\n  x: *a", told=1), "别名"),
    "deep": ("texts.yaml", add("deep: " + "[" * 40 + "]" * 40), "层次"),
    "tag": ("texts.yaml", add("x: !!python/object:os.system {}"), "YAML"),
    "twice": ("pack.yaml", put("fence_m: 300", "fence_m: 300\nfence_m: 500", told=1), "写了两次"),
    "day": ("pack.yaml", put("2026-06-30", "2026-06-31"), "不成立"),
    "missing": ("pack.yaml", drop("term_days", "id: yunchuan"), "缺少“term_days”"),
    "unknown": ("pack.yaml", put("fence_m", "fence_km"), "没有“fence_km”"),
    "type": ("pack.yaml", put("term_days: 45", "term_days: 四十五"), "应为整数"),
    "bool": ("outline.yaml", put("writable: false", "writable: 1"), "true 或 false"),
    "empty": ("texts.yaml", put("opening: 甲", "opening: ''\n# 甲"), "不能为空"),
    "folder": ("pack.yaml", put("id: " + CITY, "id: elsewhere"), "与文件夹同名"),
    "base": ("pack.yaml", put("rules_from: changchun-2024", "rules_from: nowhere"), "沿用规则"),
    "paper": ("pack.yaml", put("paper: report", "paper: novel"), "没有名为“novel”的文书"),
    "paper name": ("pack.yaml", put("  record: ", "  novel: "), "没有名为“novel”的文书"),
    "papers alike": ("pack.yaml", put("工坊诊断报告", "工坊诊断协议"), "写了两次"),
    "file name": ("pack.yaml", put("工坊诊断协议", "工坊/诊断协议"), "不合要求"),
    "batch": ("pack.yaml", put("batch: 示例一批", "batch: 示例九批"), "没有名为“示例九批”的批次"),
    "window": ("pack.yaml", put("window_to: 2026-06-30", "window_to: 2024-06-30"), "早于首日"),
    "share": ("pack.yaml", put('share: "0.3"', 'share: "3"'), "大于 1"),
    "district": ("pack.yaml", put("西样区", "东样区"), "写了两次"),
    "sizes": ("pack.yaml", put("staff: 30,", "staff: 300,"), "由大到小"),
    "falling": ("instrument.yaml", put("min_score: 55", "min_score: 25"), "低于下一级"),
    "steep": ("instrument.yaml", put("min_scenes: 5", "min_scenes: 7"), "大于全部"),
    "level": ("instrument.yaml", put("level: 2", "level: 3"), "依次编号"),
    "weights": ("instrument.yaml", put("weight: 60", "weight: 50", told=-2), "合计"),
    "points": ("instrument.yaml", put("points: 12", "points: 13"), "分值"),
    "score": ("instrument.yaml", put("score: 3}", "score: 4}"), "分值"),
    "kind": ("instrument.yaml", put("kind: multi", "kind: many"), "之一"),
    "criteria": (
        "instrument.yaml",
        put("          3: 派工", "          4: 派工", told=-3),
        "各一条",
    ),
    "name": ("instrument.yaml", put("name: 成品检验", "name: 派工报工"), "写了两次"),
    "input": ("figures.yaml", put("part: machines_networked", "part: engines"), "engines"),
    "role": ("figures.yaml", put("{part: machines", "{half: machines"), "part"),
    "field": ("figures.yaml", put("field: 联网率（%）", "field: 率（%）"), "栏目"),
    "bracket": ("instrument.yaml", put("(20%,50%]", "(30%,50%]"), ""),
    "rule": ("rules.yaml", put("VISIT-HOURS", "VISIT-YEARS"), "没有名为“VISIT-YEARS”的规则"),
    "rules": ("rules.yaml", put("id: VISIT-FLOOR", "id: VISIT-OFFICE"), "写了两次"),
    "blank": ("rules.yaml", put("没有组织架构图", "没有{chart}"), "chart"),
    "clause": ("rules.yaml", put("  limit: 2", "  limit: 2\n  clause: 别处", told=1), "查不到"),
    "cites": ("pack.yaml", put("附件4: 示例办法 附表四", "附件4: 别处 附表四"), "查不到"),
    "section": ("outline.yaml", put("key: B.process", "key: B.profile"), "写了两次"),
    "chapter": ("outline.yaml", put("key: C.gaps", "key: B.gaps"), "不在"),
    "tells": ("outline.yaml", put("tells: 基础条件", "tells: 基础"), "没有名为“基础”的指标"),
    "shows": ("outline.yaml", put("shows: [needs]", "shows: [wishes]"), "之一"),
    "shown": ("outline.yaml", put("shows: [needs]", "shows: [projects]", told=3), "写了两次"),
    "annexed": ("outline.yaml", put("shows: [needs]", "shows: [records]"), "不能放在这一章"),
    "library": ("library.yaml", put("1.1.2窑温记录", "1.1.1工位报工"), "写了两次"),
    "area": ("areas.yaml", put("items: [系统使用], scenes", "items: [系统], scenes"), "系统"),
    "project": ("areas.yaml", put("数据记录, 单位能耗]", "数据记录]", told=-1), "单位能耗"),
    "need": (
        "areas.yaml",
        put("客户与物料业务: 产业链供应链", "客户与物料业务: 产业链"),
        "需求类别",
    ),
    "survey": ("survey.yaml", drop("单位能耗", "subjects:"), "单位能耗"),
    "subject": ("survey.yaml", put("  网络覆盖:", "  网络:"), "没有名为“网络”的"),
    "asked": ("advice/questions.yaml", put("section: D.steps", "section: D.plan"), "D.plan"),
    "where": ("advice/questions.yaml", put("where: 接单交付", "where: 接单"), "接单"),
    "says": ("advice/questions.yaml", put("客户方面，{}。", "客户方面，{}"), "结尾"),
    "option": ("advice/items.yaml", put("    B: {do", "    E: {do"), "“E”"),
    "effort": ("advice/items.yaml", put("effort: large", "effort: huge"), "之一"),
    "industry": ("advice/items.yaml", put("竹木家具制造业（示例）", "竹木家具业"), "竹木家具业"),
    "step": ("advice/scenes.yaml", put("- to: 2", "- to: 3", told=0), ""),
    "scene": ("advice/scenes.yaml", put("scene: 派工报工", "scene: 派工"), "派工"),
    "link": (
        "advice/library-links.yaml",
        put("evaluates: [派工报工]", "evaluates: [派工]"),
        "派工",
    ),
}
#: Where the fault is told in another file than the one that was mutated, or on another line.
ELSEWHERE = {
    "bracket": ("figures.yaml", "formula: share"),
    "step": ("advice/scenes.yaml", "steps:"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(resource_path("packs", CITY), tmp_path / CITY))


def test_the_packs_that_come_with_the_program_are_whole() -> None:
    assert {name: found for name, found in shipped() if found} == {}


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_told_with_its_file_and_line(folder: Path, name: str) -> None:
    file, edit, word = FAULTY[name]
    path = folder / file
    lines = path.read_text("utf-8").splitlines()
    line = edit(lines)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    if name in ELSEWHERE:
        file, mark = ELSEWHERE[name]
        there = (folder / file).read_text("utf-8").splitlines()
        line = next(n for n, text in enumerate(there, 1) if mark in text)
    found = examine(folder)
    hits = [each for each in found if (each.file, each.line) == (file, line)]
    assert any(word in each.words for each in hits), [each.sentence for each in found]


def test_a_file_that_is_missing_empty_or_too_large(folder: Path) -> None:
    (folder / "survey.yaml").unlink()
    (folder / "areas.yaml").write_text("", "utf-8")
    (folder / "texts.yaml").write_text("# " + "x" * (1 << 20), "utf-8")
    (folder / "library.yaml").write_bytes(b"\xff\xfe- name")
    found = {each.file: each.sentence for each in examine(folder)}
    assert found["survey.yaml"] == "survey.yaml 第 1 行：没有这个文件。"
    assert found["areas.yaml"] == "areas.yaml 第 1 行：文件是空的。"
    assert "超过 1 兆字节" in found["texts.yaml"]
    assert "不是 UTF-8" in found["library.yaml"]


def test_an_alias_bomb_is_refused_unopened(folder: Path) -> None:
    rows = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    (folder / "texts.yaml").write_text("\n".join(rows), "utf-8")
    assert [each.sentence for each in examine(folder)] == ["texts.yaml 第 2 行：不能用别名（*）。"]


def test_the_command_prints_a_line_for_each_fault(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["doctor", "--pack", str(folder)]) == 0
    path = folder / "pack.yaml"
    path.write_text(path.read_text("utf-8").replace("term_days: 45", "term_days: 0"), "utf-8")
    assert commands.run(["doctor", "--pack", str(folder)]) == 1
    assert "pack.yaml 第 12 行：“term_days”应不小于 1。" in capsys.readouterr().out
    assert commands.run(["doctor", "--pack", str(folder / "nowhere")]) == 2
    with pytest.raises(UserError, match="没有找到文件夹"):
        examine(folder / "pack.yaml")


_FILES = sorted(
    path.relative_to(resource_path("packs", CITY)).as_posix()
    for path in resource_path("packs", CITY).rglob("*.yaml")
)
_SCRAPS = ("", ":", "- ", "[", "}", "&a", "*a", "? ", "!!set", "\x00", "2025-02-31", "{}", "1e400")


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(_FILES), st.integers(0, 1 << 32), st.integers(1, 4))
def test_no_mutation_makes_doctor_fall(
    tmp_path_factory: pytest.TempPathFactory, file: str, seed: int, times: int
) -> None:
    chance = random.Random(seed)
    folder = tmp_path_factory.mktemp("pack") / CITY
    shutil.copytree(resource_path("packs", CITY), folder)
    text = (folder / file).read_text("utf-8")
    for _ in range(times):
        at, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        end = min(end, at + chance.randrange(30))
        text = text[:at] + chance.choice(_SCRAPS) + text[end:]
    (folder / file).write_text(text, "utf-8")
    for each in examine(folder):
        assert each.line >= 1 and each.words
    shutil.rmtree(folder)
