"""Needs and their states over all dossiers, shared products, prefilled scenes, and the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest

from app import library, library_xlsx
from app.packs import load_advice, load_pack
from app.workbench import Workbench
from forms.dossier import Dossier, LibraryEntry, NeedStep
from forms.errors import RuleRefusal, UserError
from forms.evaluation import Stage
from grading.finding import Target
from grading.library import UNTRACKED, home, listed_id, state_of
from grading.rules import check
from tests.rule_cases import case_of, dossier_of, good

FIRST, SECOND, THIRD = "2.1.1数字化排产与优化", "2.3.1产品质量追溯", "1.1.1产品功能性能仿真测试"
INDUSTRY = "汽车零部件配件制造业"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    made = Workbench.open(tmp_path / "data")
    yield made
    made.close()


def firm(bench: Workbench, name: str, *states: str, industry: str = INDUSTRY) -> tuple[UUID, UUID]:
    """A dossier with one need that went through states, a day each."""
    dossier_id = bench.create(name, industry=industry)
    entry = bench.add(dossier_id, "libraryentry", scene=FIRST, own_need="排产靠人。")
    for day, state in enumerate(states, 1):
        bench.add(dossier_id, "needstep", entry, state=state, date=dt.date(2025, 6, day))
    return dossier_id, entry


def entry_of(scene: str = "", group: str = "", first: str = "") -> LibraryEntry:
    return LibraryEntry(dossier_id=uuid4(), scene=scene, group=group, first=first)


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        (entry_of(FIRST), ("2.生产过程数字化", "2.1计划调度", FIRST)),
        (entry_of("数字化排产与优化"), ("2.生产过程数字化", "2.1计划调度", FIRST)),
        (entry_of("夜班排产", "2.1计划调度"), ("2.生产过程数字化", "2.1计划调度", "夜班排产")),
        (
            entry_of("炉号绑定", "2.9追溯", "2.生产过程数字化"),
            ("2.生产过程数字化", "2.9追溯", "炉号绑定"),
        ),
        (entry_of("炉号绑定", "2.9追溯"), ("2.生产过程数字化", "2.9追溯", "炉号绑定")),
        (entry_of("碳核算", "5.1碳", "5.绿色低碳"), ("5.绿色低碳", "5.1碳", "碳核算")),
        (entry_of("碳核算", "", "5.绿色低碳"), ("5.绿色低碳", "…", "碳核算")),
        (entry_of("碳核算"), ("…", "…", "碳核算")),
    ],
)
def test_an_entry_stands_where_the_annexs_notes_let_it(
    entry: LibraryEntry, place: tuple[str, str, str]
) -> None:
    assert home(load_pack().library, entry) == place


def test_the_last_step_is_the_state_of_a_need() -> None:
    steps = [NeedStep(dossier_id=uuid4(), state=state) for state in ("提出", "改造中", "")]
    assert (state_of(steps), state_of([])) == ("改造中", UNTRACKED)


def test_the_needs_of_all_dossiers_are_counted_by_industry_and_scene(
    bench: Workbench, tmp_path: Path
) -> None:
    firm(bench, "示例·甲厂", "提出", "已对接")
    one, entry = firm(bench, "示例·乙厂")
    bench.add(one, "solution", entry, name="排产系统")
    firm(bench, "示例·丙厂", "提出", industry="")
    gone, last = firm(bench, "示例·丁厂", "提出")
    bench.withdraw(gone, "libraryentry", last)
    bench.add(gone, "libraryentry", scene=SECOND, common_need="拟写的。", drafted=True)

    needs = library.needs(bench)

    assert library.need_rows(needs) == [
        ("示例·丙厂", "未填行业", FIRST, "排产靠人。", "提出", "2025-06-01", "0"),
        ("示例·乙厂", INDUSTRY, FIRST, "排产靠人。", UNTRACKED, "", "1"),
        ("示例·甲厂", INDUSTRY, FIRST, "排产靠人。", "已对接", "2025-06-02", "0"),
    ]
    assert library.count_rows(needs) == [
        ("未填行业", FIRST, "1", "", "", "", "", "1"),
        (INDUSTRY, FIRST, "", "1", "", "", "1", "2"),
    ]
    (made,) = library_xlsx.export_needs(needs, tmp_path / "needs")
    assert made.made is not None
    book = openpyxl.load_workbook(made.made)
    rows = list(book["按行业和场景"].iter_rows(values_only=True))
    assert rows[0][:3] == ("所属细分行业", "三级场景", "提出") and rows[0][6:] == ("未登记", "合计")
    assert rows[2] == (INDUSTRY, FIRST, None, 1, None, None, 1, 2)
    assert len(list(book["逐条"].iter_rows())) == 4


def test_no_needs_are_no_table(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="没有导出"):
        next(library_xlsx.export_needs([], tmp_path / "a.xlsx"))


def test_products_are_shared_by_all_dossiers_each_once(bench: Workbench) -> None:
    one, first = firm(bench, "示例·甲厂")
    two, second = firm(bench, "示例·乙厂")
    three, third = firm(bench, "示例·丙厂")
    same: dict[str, Any] = {"name": "排产系统", "vendor": "示例软件", "price": "22", "kind": "已有"}
    bench.add(one, "solution", first, **same)
    bench.add(two, "solution", second, **same)
    bench.add(two, "solution", second, name="看板", brief="车间看板")
    bench.add(three, "solution", third, name="撤回的")
    bench.withdraw(three, "libraryentry", third)

    found = library.products(bench)

    assert [(each.name, each.kind, each.dossiers) for each in found] == [
        ("排产系统", "已有", 2),
        ("看板", "", 1),
    ]


def test_there_is_something_to_draft_with_and_no_unconfirmed_word(bench: Workbench) -> None:
    one, entry = firm(bench, "示例·甲厂")
    bench.add(one, "solution", entry, name="排产系统", vendor="示例软件", brief="有限能力排程")
    bench.add(one, "libraryentry", scene=SECOND, common_need="拟写的。", drafted=True)

    found = library.found(bench, bench.dossier(one))

    texts = {(each.kind, each.name): each.text for each in found}
    assert texts["企业个性需求", "数字化排产与优化"] == "排产靠人。"
    assert texts["产品", "排产系统"] == "排产系统（示例软件）：有限能力排程"
    link = load_advice().links[THIRD]
    assert texts["场景", "产品功能性能仿真测试"] == link.description
    assert texts["行业特点", "产品功能性能仿真测试"] == link.industries[INDUSTRY]
    assert "拟写的。" not in texts.values()


def judged(bench: Workbench, **levels: int) -> UUID:
    dossier_id = bench.create("示例·甲厂", industry=INDUSTRY)
    for scene, level in levels.items():
        bench.answer(dossier_id, Stage.DIAGNOSIS, scene, "level", level)
    return dossier_id


def test_scenes_below_the_target_are_prefilled_from_the_advice(bench: Workbench) -> None:
    dossier_id = judged(bench, 产品设计=1, 计划排程=2)
    scene = "1.1.2产品全生命周期管理"
    own = bench.add(dossier_id, "libraryentry", scene=scene, own_need="自己写的")

    made = library.prefill(bench, dossier_id)

    advice, dossier = load_advice(), bench.dossier(dossier_id)
    wanted = {name for name, link in advice.links.items() if link.evaluates[0] == "产品设计"}
    drafts = {e.scene: e for e in dossier.all(LibraryEntry) if e.drafted}
    assert set(drafts) == wanted - {scene} and made == len(drafts)
    link = advice.links[THIRD]
    assert drafts[THIRD].id == listed_id(dossier_id, THIRD)
    assert drafts[THIRD].common_need == f"{link.industries[INDUSTRY]}企业需要{link.need}。"
    assert drafts[THIRD].description == link.description
    kept = dossier.find(LibraryEntry, own)
    assert kept is not None and (kept.own_need, kept.common_need) == ("自己写的", "")

    bench.withdraw(dossier_id, "libraryentry", drafts[THIRD].id)
    assert library.prefill(bench, dossier_id) == 0  # what was taken out stays out


def test_the_diagnosis_counts_before_the_self_assessment(bench: Workbench) -> None:
    dossier_id = judged(bench, 产品设计=3)
    bench.answer(dossier_id, Stage.SELF, "产品设计", "level", 0)
    bench.answer(dossier_id, Stage.SELF, "售后服务", "level", 0)
    assert library.prefill(bench, dossier_id) > 0
    links = load_advice().links
    scenes = {links[e.scene].evaluates[0] for e in bench.dossier(dossier_id).all(LibraryEntry)}
    assert scenes == {"售后服务"}


def test_without_a_judged_scene_nothing_is_prefilled(bench: Workbench) -> None:
    with pytest.raises(UserError, match="没有预填"):
        library.prefill(bench, bench.create("示例·甲厂"))


def test_an_unconfirmed_scene_stops_the_final_paper_and_not_the_draft(
    bench: Workbench, tmp_path: Path
) -> None:
    dossier_id = judged(bench, 产品设计=0)
    library.prefill(bench, dossier_id)
    with pytest.raises(RuleRefusal, match=r"供需适配库有 \d+ 个场景的文字由系统拟写，待确认"):
        list(bench.export(dossier_id, tmp_path, ("library",)))
    assert list(bench.export(dossier_id, tmp_path, ("library",), draft=True))
    list(bench.export(dossier_id, tmp_path, ("outline",)))  # other early papers leave

    for entry in bench.dossier(dossier_id).all(LibraryEntry):
        bench.put(dossier_id, "libraryentry", entry.id, "drafted", False)
    list(bench.export(dossier_id, tmp_path, ("library",)))


def findings(dossier: Dossier) -> list[tuple[str, Target | None]]:
    found = check(case_of(dossier))
    return [(each.message, each.target) for each in found if each.rule == "LIBRARY-PRODUCT"]


def test_every_scene_in_use_without_a_product_is_told_with_the_way_there() -> None:
    mapping = good()
    mapping["solution"] = [{"parent": "e2", "name": "没人要的"}, {"parent": "e1", "name": "  "}]
    mapping["libraryentry"] += [
        {"id": "e3", "scene": THIRD, "common_need": "行业都要。"},
        {"id": "e4", "scene": "1.1.2产品全生命周期管理", "common_need": "拟写", "drafted": True},
    ]
    dossier = dossier_of(mapping)
    ids = {entry.scene: entry.id for entry in dossier.all(LibraryEntry)}

    assert findings(dossier) == [
        (
            f"供需适配库“{scene}”已列需求，未列适用产品和解决方案。",
            Target("library", ids[scene], "solution"),
        )
        for scene in (FIRST, THIRD)
    ]
