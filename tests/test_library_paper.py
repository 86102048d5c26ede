"""Annex 1: all scenes of the plan in order, every entry where it belongs, none lost."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.packs import load_pack
from exporters import library
from exporters.blocks import Document, Paragraph, Section
from exporters.source import Source
from forms.dossier import Dossier, LibraryEntry, Solution
from forms.record import Record
from tests.dossiers import ID, cells, dossiers, empty_source, source_of, tables
from tests.rule_cases import case_of, dossier_of, good
from tests.same_text import same_text

SCENES = [s for first in load_pack().library for group in first.groups for s in group.scenes]


def entry(scene: str, group: str = "", **more: Any) -> LibraryEntry:
    return LibraryEntry(id=uuid4(), dossier_id=ID, scene=scene, group=group, **more)


def solution(parent: UUID | None, name: str, **more: Any) -> Solution:
    return Solution(dossier_id=ID, parent_id=parent, name=name, **more)


def composed(entries: Sequence[LibraryEntry] = (), solutions: Sequence[Solution] = ()) -> Document:
    records: dict[str, list[Record]] = {"libraryentry": list(entries), "solution": list(solutions)}
    return library.compose(Source(Dossier(ID, records), load_pack(), {}))


def body(document: Document) -> list[str]:
    """The texts of the table's cells below its head."""
    (table,) = tables(document)
    return cells(replace(table, rows=table.rows[2:]))


def path(document: Document, text: str) -> tuple[str, ...]:
    """Under which names a text stands: the nearest cells before it in the first three columns."""
    (table,) = tables(document)
    found = ["", "", ""]
    for row in table.rows[2:]:
        texts = [str(cell.content) for cell in row.cells]
        # A row leaves out the columns covered from above, and always ends in its four texts.
        lead = texts[: len(texts) - 4]
        names = lead[:-2] if len(lead) in (3, 5) else []
        found[3 - len(names) :] = names
        if any(text in each for each in texts):
            return tuple(found)
    raise AssertionError(f"not printed: {text}")


def test_the_blank_form_is_the_annexs() -> None:
    document = library.compose(empty_source())
    assert document.blocks[0] == Section(landscape=True)
    texts = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert texts[0] == "长春市中小企业数字化转型需求、问题和场景清单及供需适配库"
    assert texts[1] == "试点企业：　　数字化转型服务商："
    assert texts[-2].startswith("注：1.一级场景请勿删减，但可适当增补")
    assert texts[-1].endswith("列出适用产品和解决方案，含已有的和新开发的。")
    (table,) = tables(document)
    assert table.head_rows == 2
    assert cells(table)[:10] == [
        *("一级场景", "二级\n场景", "三级\n场景"),
        *("问题及需求分析\n（含行业共性需求与企业个性需求）", "场景描述", "适用产品及解决方案"),
        *("名称", "简述", "价格\n（万元）", "服务商"),
    ]
    held = [text for text in body(document) if text]
    assert [text for text in held if text in SCENES] == SCENES
    assert len(SCENES) == 54
    names = {first.name for first in load_pack().library}
    names |= {group.name for first in load_pack().library for group in first.groups}
    assert set(held) == names | set(SCENES)


def test_an_entry_stands_at_its_scene_with_its_solutions() -> None:
    first = entry("1.1.3产品三维模型设计", common_need="需求甲", own_need="需求乙\n\n需求丙")
    second = entry("1.1.3产品三维模型设计", description="描述丁")
    document = composed(
        [first, second],
        [
            solution(first.id, "甲软件", brief="简述甲", price="12.50", vendor="甲服务商"),
            solution(second.id, "丙软件"),
            solution(first.id, "乙软件"),
        ],
    )
    held = body(document)
    place = held.index("1.1.3产品三维模型设计")
    assert held[place + 1 : place + 17] == [
        *("行业共性需求：需求甲\n企业个性需求：需求乙\n需求丙", ""),
        *("1.甲软件", "简述甲", "12.50", "甲服务商"),
        *("2.乙软件", "", "", ""),
        *("", "描述丁", "1.丙软件", "", "", ""),
    ]
    assert [text for text in held if text in SCENES] == SCENES


@pytest.mark.parametrize(("number", "kept"), [(1, 0), (2, 1), (3, 2), (4, 0)])
def test_a_few_solutions_of_a_scene_stay_on_one_page(number: int, kept: int) -> None:
    first = entry("1.1.3产品三维模型设计")
    document = composed([first], [solution(first.id, f"{n}号软件") for n in range(number)])
    (table,) = tables(document)
    assert sum(row.keep_with_next for row in table.rows) == kept


@pytest.mark.parametrize(
    ("scene", "group", "where"),
    [
        (
            "4.2.2业务中台建设",
            "乱写的",
            ("4.智能管理决策数字化", "4.2平台建设", "4.2.2业务中台建设"),
        ),
        ("客户管理", "", ("3.产业链供应链数字化", "3.1供应链管理", "3.1.4客户管理")),
        ("客户管理", "1.3产品营销", ("1.产品生命周期数字化", "1.3产品营销", "客户管理")),
        ("1.2.2工艺仿真", "工艺设计", ("1.产品生命周期数字化", "1.2工艺设计", "1.2.2工艺仿真")),
        ("样件试制", "1.5试制管理", ("1.产品生命周期数字化", "1.5试制管理", "样件试制")),
        ("样件试制", "生产过程数字化", ("2.生产过程数字化", "…", "样件试制")),
        ("碳足迹核算", "绿色管理", ("…", "绿色管理", "碳足迹核算")),
        ("碳足迹核算", "", ("…", "…", "碳足迹核算")),
        ("", "", ("…", "…", "")),
    ],
)
def test_where_an_entry_stands(scene: str, group: str, where: tuple[str, ...]) -> None:
    document = composed([entry(scene, group, own_need="须找到的需求")])
    assert path(document, "须找到的需求") == where
    assert [text for text in body(document) if text in SCENES] == SCENES


def test_a_solution_of_no_entry_is_not_lost() -> None:
    document = composed([entry("1.2.1工艺知识及资源管理")], [solution(None, "无主软件")])
    assert path(document, "1.无主软件") == ("…", "…", "")


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*SCENES[::9], "乱", "1.", "..", "产品研发", ""]),
            st.sampled_from(["", "1.1产品研发", "经营管理", "3.", "9.9新增", "…", "x.y"]),
            st.integers(0, 3),
        ),
        max_size=8,
    )
)
def test_nothing_is_lost_under_any_name(rows: list[tuple[str, str, int]]) -> None:
    entries = [
        entry(scene, group, own_need=f"需求{n}。") for n, (scene, group, _) in enumerate(rows)
    ]
    solutions = [
        solution(entries[n].id, f"产品{n}之{k}。")
        for n, (_, _, count) in enumerate(rows)
        for k in range(count)
    ]
    held = body(composed(entries, solutions))
    for wanted in [*(f"需求{n}。" for n in range(len(rows))), *(s.name for s in solutions)]:
        assert sum(wanted in text for text in held) == 1
    assert [text for text in held if text in SCENES][: len(SCENES)] == SCENES


@settings(max_examples=15)
@given(dossiers())
def test_any_dossier_composes(dossier: Dossier) -> None:
    (table,) = tables(library.compose(Source(dossier, load_pack(), {}, draft=True)))
    assert len(table.rows) >= len(SCENES)


def test_both_papers_say_the_same(tmp_path: Path) -> None:
    """With an entry longer than a page, so that rows and merged names are cut."""
    long = entry(
        "2.2.2基于智能装备的生产作业", common_need="长句。" * 330, description="描述。" * 90
    )
    short = entry("1.5.1新场景", "1.1产品研发", own_need="需求。" * 60)
    offered: list[Record] = [
        solution(long.id, f"产品{n}", brief="简述。" * 160, price="3") for n in range(3)
    ]
    source: Source = source_of(case_of(dossier_of(good())))
    records: dict[str, list[Record]] = {"libraryentry": [long, short], "solution": offered}
    dossier = replace(source.dossier, records=source.dossier.records | records)
    same_text(library.compose(replace(source, dossier=dossier)), tmp_path)
