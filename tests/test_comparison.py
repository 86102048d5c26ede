"""Before and after: what rose and fell, by hand; which claimed effects the figures bear out."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction as F
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.packs import load_pack
from exporters import comparison, papers
from exporters.blocks import Cell, Document, Paragraph, Picture, cell_blocks, texts
from forms.dossier import Dossier, Effect
from forms.figures import Figures
from grading.comparison import (
    Change,
    Comparison,
    compare,
    sentences,
    signed_levels,
    signed_points,
)
from grading.effects import Measured, Verdict, change_words, check, figure_words, measured
from grading.score import grade
from grading.sheet import Sheet
from tests.dossiers import ID, empty_source, source_of, tables
from tests.same_text import same_text
from tests.sample_cases import sample_case

PACK = load_pack()
TABLE = PACK.instrument
FIGURES = Figures.parse(PACK.figures, TABLE)
ITEMS = [item.name for item in TABLE.items]
SCENES = [scene.name for scene in TABLE.scenes]


def sheet(items: Mapping[str, str], level: int = 1, **scenes: int) -> Sheet:
    """Everything answered: option A (which earns nothing in any item) and `level`, but for these;
    an empty string leaves an item unanswered."""
    letters = dict.fromkeys(ITEMS, "A") | dict(items)
    return Sheet(
        {name: frozenset(chosen) for name, chosen in letters.items() if chosen},
        {name: scenes.get(name, level) for name in SCENES},
    )


def named(rows: tuple[Change, ...], name: str) -> Change:
    return next(row for row in rows if row.name == name)


# ── Three cases by hand; points are those of 工信厅企业〔2024〕56号, in thousandths ────────────


def test_first_case_only_rises() -> None:
    """Before: 设备联网 C (3.0), 产品质量 B (3.5), all else A (0), scenes at level 1.
    Together 3.0 + 3.5 = 6.5 points: no level, though all scenes stand at level 1 (20 are asked).

    After: 设备联网 E (6.0), 产品质量 C (7.0), 网络建设 B C (2 + 2 = 4.0), 质量管理 level 3.
    Together 6 + 7 + 4 = 17.0: 17 - 6.5 = +10.5, still no level.
    设备系统 is 网络建设, 设备数字化 and 设备联网: 0 + 0 + 3 = 3.0 before, 4 + 0 + 6 = 10.0 after,
    +7.0; 数字化基础 has nothing else.
    """
    before = sheet({"设备联网": "C", "产品质量": "B"})
    after = sheet({"设备联网": "E", "产品质量": "C", "网络建设": "BC"}, 质量管理=3)
    held = compare(TABLE, before, after)
    assert (held.total.before, held.total.after, held.total.difference) == (6500, 17000, 10500)
    assert [(c.name, c.difference) for c in held.rose] == [
        ("网络建设", 4000),
        ("设备联网", 3000),
        ("产品质量", 3500),
        ("质量管理", 2),
    ]
    assert held.fell == () and held.whole
    assert named(held.indicators, "设备系统").difference == 7000
    assert [c.difference for c in held.dimensions] == [7000, 0, 3500]
    assert (held.level.said, held.level.saying, held.level.difference) == ("无等级", "无等级", 0)
    third = held.counts[2]
    assert (third.scenes.before, third.scenes.after, third.binding.after) == (0, 1, 1)
    assert sentences(held, "诊断", "改造后") == (
        "综合得分由诊断的6.5分到改造后的17分，上升10.5分。",
        "等级由诊断的无等级到改造后的无等级，持平。",
        "15个采集项中，3个上升，0个降低，12个持平。",
        "16个应用场景中，1个上升，0个降低，15个持平。",
    )


def test_second_case_rises_and_falls_and_changes_at_the_same_points() -> None:
    """数据采集 B C (0.7 + 0.7 = 1.4) becomes C D (1.4 too): answered anew, but neither.
    网络安全 B C D (3 × 1.25 = 3.75) becomes B (1.25): -2.5.
    人才建设 B (1.5) becomes B C E (4.5): +3.0.
    In all 1.4 + 3.75 + 1.5 = 6.65 before, 1.4 + 1.25 + 4.5 = 7.15 after: +0.5.
    采购管理 falls from 3 to 1, 能耗管理 rises from 0 to 2.
    """
    before = sheet({"数据采集": "BC", "网络安全": "BCD", "人才建设": "B"}, 采购管理=3, 能耗管理=0)
    after = sheet({"数据采集": "CD", "网络安全": "B", "人才建设": "BCE"}, 采购管理=1, 能耗管理=2)
    held = compare(TABLE, before, after)
    assert (held.total.before, held.total.after, held.total.difference) == (6650, 7150, 500)
    assert [(c.name, c.difference) for c in held.rose] == [("人才建设", 3000), ("能耗管理", 2)]
    assert [(c.name, c.difference) for c in held.fell] == [("网络安全", -2500), ("采购管理", -2)]
    same = named(held.items, "数据采集")
    assert (same.said, same.saying, same.difference) == ("B、C", "C、D", 0)
    assert same.answered_anew and not same.rose and not same.fell
    assert [signed_points(c.difference or 0) for c in held.dimensions] == ["-2.5", "+3", "持平"]
    assert [signed_levels(c.difference or 0) for c in held.scenes if c.difference] == [
        "升2级",
        "降2级",
    ]
    # 信息安全 is 网络安全 and 数据安全: 3.75 + 0 and 1.25 + 0.
    security = named(held.indicators, "信息安全")
    assert (security.before, security.after) == (3750, 1250)


def test_third_case_a_level_gained_and_an_open_item() -> None:
    """Before: the best options everywhere in 数字化基础 (50 points), the rest A; scenes at 1.
    50 ≥ 40, but no scene stands at level 2: level 1. After: the same points, scenes at 2: 16 ≥ 6
    scenes and 10 ≥ 3 binding ones at level 2: level 2, one more, at the same 50 points.

    With 绿色低碳 taken out after, total, its indicator and its dimension are not known after, nor
    is the level; the items beside it are compared all the same.
    """
    best = {}
    for item in TABLE.items:
        if item.dimension == "数字化基础":
            keys = [o.key for o in item.options if o.score]
            best[item.name] = "".join(keys) if item.kind.value == "multi" else keys[-1]
    before, after = sheet(best, 1), sheet(best, 2)
    held = compare(TABLE, before, after)
    assert (held.total.before, held.total.after, held.total.difference) == (50000, 50000, 0)
    assert (held.level.before, held.level.after, held.level.difference) == (1, 2, 1)
    second = held.counts[1]
    assert (second.scenes.before, second.scenes.after) == (0, 16)
    assert (second.binding.before, second.binding.after) == (0, 10)
    part = compare(TABLE, before, sheet(best | {"绿色低碳": ""}, 2))
    assert part.total.after is None and part.total.difference is None and not part.whole
    assert part.level.after is None and named(part.indicators, "绿色低碳").after is None
    assert named(part.dimensions, "数字化成效").after is None
    assert named(part.dimensions, "数字化基础").difference == 0
    assert sentences(part, "诊断", "改造后")[0].endswith("14个持平，1个未作答。")


# ── Properties ───────────────────────────────────────────────────────────────────────────────────


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    items = {
        item.name: frozenset(draw(st.sets(st.sampled_from([o.key for o in item.options]))))
        for item in TABLE.items
    }
    levels = {name: draw(st.none() | st.integers(0, 4)) for name in SCENES}
    return Sheet(
        {name: keys for name, keys in items.items() if keys},
        {name: level for name, level in levels.items() if level is not None},
    )


def moved(held: Comparison) -> list[Change]:
    parts = (held.items, held.indicators, held.dimensions, held.scenes)
    return [each for rows in (*parts, (held.total, held.level)) for each in rows]


@given(sheets())
def test_a_stage_beside_itself_changes_nothing(one: Sheet) -> None:
    held = compare(TABLE, one, one)
    assert held.rose == held.fell == ()
    assert {each.difference for each in moved(held)} <= {0, None}
    assert not any(each.answered_anew for each in held.answers)


@given(sheets(), sheets())
def test_swapping_before_and_after_swaps_rose_and_fell(one: Sheet, other: Sheet) -> None:
    held, turned = compare(TABLE, one, other), compare(TABLE, other, one)
    assert [c.name for c in held.rose] == [c.name for c in turned.fell]
    assert [c.name for c in held.fell] == [c.name for c in turned.rose]
    for there, back in zip(moved(held), moved(turned), strict=True):
        assert (there.before, there.after) == (back.after, back.before)
        assert there.difference == (None if back.difference is None else -back.difference)
    # What both sides have is the grading's own.
    if held.total.difference is not None:
        totals = grade(TABLE, other).total - grade(TABLE, one).total
        assert held.total.difference == totals


# ── Claimed effects ──────────────────────────────────────────────────────────────────────────────


def test_figures_are_exact_at_both_stages() -> None:
    """设备联网率: 24 of 80 are 30 %, 52 of 81 are 5200/81 = 64.1975… %; the change is 2770/81."""
    before = {"equipment_total": "80", "equipment_networked": "24"}
    after = {"equipment_total": "81", "equipment_networked": "52"}
    found = {each.name: each for each in measured(FIGURES, before, after)}
    seen = found["设备联网率"]
    assert (seen.before, seen.after, seen.difference) == (F(30), F(5200, 81), F(2770, 81))
    assert figure_words(seen.after) == "64.197…" and change_words(seen.difference) == "+34.197…"
    assert found["设备数字化率"].before is None and found["设备数字化率"].difference is None
    assert [each.name for each in found.values()] == [f.name for f in FIGURES.figures]


def claim(before: str, after: str, unit: str = "%", source: str = "设备联网率") -> Effect:
    return Effect(dossier_id=ID, before=before, after=after, unit=unit, source=source)


SEEN = {"设备联网率": Measured("设备联网率", "%", F(30), F(5200, 81))}  # 64.1975…
COST = {"设备联网率": Measured("设备联网率", "%", F(82), F(81))}  # falls


@pytest.mark.parametrize(
    ("effect", "against", "verdict", "why"),
    [
        # 64.1975… is 64.2 to one decimal: 64.2 - 64.1975 = 0.0025 ≤ 0.05.
        (claim("30", "64.2"), SEEN, Verdict.BORNE, ""),
        (claim("30.0", "64.25"), SEEN, Verdict.DENIED, ""),  # 0.0525 > 0.005
        (claim("30", "64"), SEEN, Verdict.BORNE, ""),  # more than claimed
        (claim("30", "65"), SEEN, Verdict.DENIED, ""),  # 0.8025 > 0.5
        (claim("40", "64"), SEEN, Verdict.BORNE, ""),  # it began lower than claimed
        (claim("29", "64"), SEEN, Verdict.DENIED, ""),  # it began better than claimed: 1 > 0.5
        (claim("64", "30"), SEEN, Verdict.DENIED, ""),  # the other way
        (claim("30", "30"), SEEN, Verdict.DENIED, ""),  # no change claimed, one seen
        (claim("82", "81"), COST, Verdict.BORNE, ""),  # a fall is a change like another
        (claim("82", "80.9"), COST, Verdict.DENIED, ""),  # 0.1 > 0.05
        (claim("82", "81.5"), COST, Verdict.BORNE, ""),
        (claim("30", "64", unit="台"), SEEN, Verdict.UNKNOWN, "单位与评测数据（%）不同"),
        (claim("30", "64", unit=""), SEEN, Verdict.BORNE, ""),
        (claim("30", "64", source=""), SEEN, Verdict.UNKNOWN, "没有对应的评测数据"),
        (claim("30", ""), SEEN, Verdict.UNKNOWN, "所称成效没有前后两个数值"),
        (
            claim("30", "64"),
            {"设备联网率": Measured("设备联网率", "%", F(30), None)},
            Verdict.UNKNOWN,
            "改造后的填报数据不全",
        ),
    ],
)
def test_each_claim_is_held_against_its_figure(
    effect: Effect, against: Mapping[str, Measured], verdict: Verdict, why: str
) -> None:
    found = check(effect, against)
    assert (found.verdict, found.why) == (verdict, why)


def test_an_unchanged_figure_bears_out_that_nothing_changed() -> None:
    level = {"设备联网率": Measured("设备联网率", "%", F(30), F(30))}
    assert check(claim("30", "30.0"), level).verdict is Verdict.BORNE
    assert check(claim("30", "31"), level).verdict is Verdict.DENIED
    assert change_words(level["设备联网率"].difference) == "持平"
    assert change_words(F(-1, 3)) == "-0.333…" and change_words(None) == ""


# ── The paper ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def paper() -> Document:
    return comparison.compose(source_of(sample_case("auto-parts")))


def said_in(cell: Cell) -> str:
    return "".join(part.text for part in cell_blocks(cell) if isinstance(part, Paragraph))


def test_the_paper_says_scores_levels_changes_and_verdicts(paper: Document) -> None:
    said = "\n".join(texts(paper.blocks))
    for words in (
        "综合得分由诊断的49.7分到改造后的78.325分，上升28.625分。",
        "等级由诊断的二级到改造后的三级，上升1级。",
        "示例·吉智数字化评测中心",
        "增加：E.(60%,100%]\n减少：C.(20%,40%]",
        "原因：计件数量改由制造执行系统提供后",
        "未变化的应用场景：产品设计、营销管理、协同办公。",
        "数据支持",
        "无数据可核",
    ):
        assert all(line in said for line in words.split("\n")), words
    # 6378.75 ÷ 7875 × 100 = 81 against 6199.2 ÷ 7560 × 100 = 82 yuan a hundred.
    rows = [[said_in(cell) for cell in row.cells] for table in tables(paper) for row in table.rows]
    assert ["每百元营业收入中的成本", "元", "82", "81", "-1"] in rows
    assert ["二级及以上的应用场景（其中约束性）", "6（3）", "9（6）", "14（9）", "+5"] in rows
    pictures = [block.alt for block in paper.blocks if isinstance(block, Picture)]
    assert len(pictures) == 3 and all(pictures)
    assert "人力资源二级→一级" in pictures[2]
    assert "实线为改造后，虚线为诊断" in pictures[0]


def test_both_papers_say_the_same(paper: Document, tmp_path: Path) -> None:
    same_text(paper, tmp_path)


def test_an_open_evaluation_is_not_drawn_and_a_draft_marks_what_is_missing() -> None:
    bare = comparison.compose(empty_source(draft=True))
    assert not [block for block in bare.blocks if isinstance(block, Picture)]
    said = "\n".join(texts(bare.blocks))
    assert "（未填写）" in said and "没有变化。" in said
    assert "未作答、不能比较的应用场景：产品设计、工艺设计" in said


def test_it_is_among_the_papers_once_the_assessor_answered() -> None:
    bare = Dossier(ID)
    (one,) = (each for each in papers.sheets(bare, load_pack()) if each.paper.key == "comparison")
    assert not papers.begun(bare, one.paper)
    case = sample_case("auto-parts")
    assert papers.begun(case.dossier, one.paper)
    made = papers.compose(source_of(case, drawn=False), one)
    assert made.confidential and made.code and one.paper.half == 2
    assert not [block for block in made.blocks if isinstance(block, Picture)]
