"""Computed figures: the unrounded value decides, 持平 at the precision typed, nothing guessed."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from forms.figures import Figure, Figures
from forms.instrument import Instrument
from grading.figures import Proposal, propose

PACK = Path(__file__).parent.parent / "resources" / "packs" / "changchun-2024"
TABLE = Instrument.parse(yaml.safe_load((PACK / "instrument.yaml").read_text(encoding="utf-8")))
RAW = (PACK / "figures.yaml").read_text(encoding="utf-8")
FIGURES = Figures.parse(yaml.safe_load(RAW), TABLE)


def of(item: str) -> Figure:
    figure = FIGURES.of(item)
    assert figure is not None
    return figure


def equipment(digital: str, total: str) -> Proposal:
    return propose(of("设备数字化"), {"equipment_digital": digital, "equipment_total": total})


def quality(now: str, before: str, retrofitted: bool = True) -> Proposal:
    values = {"pass_rate_now": now, "pass_rate_before": before}
    return propose(of("产品质量"), values, retrofitted)


def test_every_item_with_figures_has_one() -> None:
    with_fields = [item.name for item in TABLE.items if item.fields]
    assert [figure.item.name for figure in FIGURES.figures] == with_fields
    assert FIGURES.of("网络建设") is None
    # 设备联网 shares the total of 设备数字化.
    assert of("设备联网").inputs["whole"] is of("设备数字化").inputs["whole"]


# --- Shares. -------------------------------------------------------------------------------------


def test_the_arithmetic_is_shown() -> None:
    proposal = equipment("21", "46")
    assert (proposal.option_key, proposal.value) == ("D", Fraction(2100, 46))
    assert proposal.recorded == proposal.value
    assert proposal.explanation == (
        "设备数字化率：21 ÷ 46 × 100% = 45.652…%，按未舍入值定档，属于 (40%,60%]，建议选择 D。"
    )


@pytest.mark.parametrize(
    ("part", "whole", "key"),
    [
        ("0", "46", "A"),
        ("1", "10", "A"),  # 10 % belongs to the lower bracket
        ("10001", "100000", "B"),  # 10.001 % to the upper
        ("2", "10", "B"),
        ("200001", "1000000", "C"),
        ("4", "10", "C"),
        ("6", "10", "D"),
        ("600000001", "1000000000", "E"),  # what floats or rounding would put into D
        ("46", "46", "E"),
        ("1,200", "2，400", "D"),  # thousands separators, full-width too
        ("２１", " 46 ", "D"),
    ],
)
def test_the_unrounded_value_decides_the_bracket(part: str, whole: str, key: str) -> None:
    assert equipment(part, whole).option_key == key


@pytest.mark.parametrize(
    ("part", "whole", "says"),
    [
        ("", "46", "尚缺实现数字化的生产设备数量，暂不提出建议"),
        ("  ", "", "尚缺实现数字化的生产设备数量、生产设备数量"),
        ("0", "0", "生产设备数量为 0"),
        ("-1", "46", "不能为负数"),
        ("47", "46", "实现数字化的生产设备数量（47）多于生产设备数量（46）"),
        ("21.5", "46", "应为整数"),
        ("约21", "46", "不是可用的数字"),
        ("1e3", "46", "不是可用的数字"),
        ("nan", "46", "不是可用的数字"),
        ("9" * 5000, "46", "不是可用的数字"),
        ("21", "4６/", "不是可用的数字"),
    ],
)
def test_what_cannot_be_leads_to_a_reason(part: str, whole: str, says: str) -> None:
    proposal = equipment(part, whole)
    assert proposal.option_key is None and proposal.value is None
    assert says in proposal.explanation and proposal.explanation.endswith("。")


@given(st.integers(1, 10**12 - 1), st.data())
def test_a_share_always_lands_in_the_bracket_that_holds_it(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    bounds = [(10, "A"), (20, "B"), (40, "C"), (60, "D"), (100, "E")]
    expected = next(key for high, key in bounds if part * 100 <= high * whole)
    assert equipment(str(part), str(whole)).option_key == expected


# --- 资金保障. -----------------------------------------------------------------------------------

THREE_YEARS = {
    "years": "3", "digital_last": "120", "digital_previous": "80.5", "digital_third": "40",
    "revenue_last": "900", "revenue_previous": "800", "revenue_third": "700",
}  # fmt: skip


def test_three_years_are_taken_together() -> None:
    proposal = propose(of("资金保障"), THREE_YEARS)
    # 10.02 %: cut to whole per cents it would fall into A.
    assert (proposal.option_key, proposal.value) == ("B", Fraction("240.5") / 24)
    assert "(120 + 80.5 + 40) ÷ (900 + 800 + 700) × 100% = 10.020…%" in proposal.explanation
    assert proposal.recorded == Fraction("240.5") / 3


def test_a_young_company_answers_by_its_actual_years() -> None:
    young = {k: v for k, v in THREE_YEARS.items() if not k.endswith("third")} | {"years": "1.5"}
    proposal = propose(of("资金保障"), young)
    assert proposal.option_key == "B"  # 200.5 of 1,700
    assert proposal.recorded == Fraction("200.5") / Fraction("1.5")
    assert "(120 + 80.5) ÷ (900 + 800)" in proposal.explanation
    first = propose(of("资金保障"), {k: THREE_YEARS[k] for k in ("digital_last", "revenue_last")})
    assert "尚缺截至上年末的成立时长" in first.explanation


def test_an_older_company_has_three_years_and_no_more() -> None:
    assert propose(of("资金保障"), THREE_YEARS | {"years": "25"}) == propose(
        of("资金保障"), THREE_YEARS
    )
    lacking = propose(of("资金保障"), THREE_YEARS | {"digital_third": "", "years": "25"})
    assert lacking.option_key is None
    assert "尚缺前年之前一年数字化投入" in lacking.explanation


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"years": "0"}, "成立时长为 0"),
        ({"years": "1", "revenue_last": "0"}, "合计为 0"),
        ({"digital_last": "9000"}, "超过同期营业收入"),
    ],
)
def test_impossible_investments(change: dict[str, str], says: str) -> None:
    proposal = propose(of("资金保障"), THREE_YEARS | change)
    assert proposal.option_key is None and says in proposal.explanation


# --- Changes. ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "key"),
    [
        ("98.5", "98.5", "B"),
        ("98.5", "98.50", "B"),
        ("98.5", "98.54", "B"),  # equal at the one decimal that is claimed
        ("98.5", "98.55", "A"),
        ("98.50", "98.51", "A"),
        ("98.51", "98.50", "C"),
        ("99", "98", "C"),
        ("98.5%", "98.5", "B"),
        ("98", "98.4", "B"),
    ],
)
def test_level_means_equal_at_the_precision_typed(now: str, before: str, key: str) -> None:
    assert quality(now, before).option_key == key


def test_what_looks_alike_is_explained() -> None:
    assert quality("98.5", "98.54").explanation == (
        "月均产品合格率：改造后 98.5%，改造前 98.54%，"
        "两者之差小于所填数字末位所能分辨的范围，为持平，建议选择 B。"
    )
    assert "超过 100%" in quality("100.1", "98").explanation
    assert "尚缺改造前月均产品合格率" in quality("98", "").explanation


def market(now: tuple[str, str], before: tuple[str, str]) -> Proposal:
    keys = ("revenue_last", "staff_last", "revenue_previous", "staff_previous")
    return propose(of("市场表现"), dict(zip(keys, now + before, strict=True)))


def test_heads_are_exact_and_revenue_is_as_typed() -> None:
    assert market(("5000", "50"), ("5000", "50")).option_key == "B"
    assert market(("5001", "50"), ("5000", "50")).option_key == "C"
    assert market(("5100", "52"), ("5000", "50")).option_key == "A"
    # 5000 ÷ 51 = 98.039…; 4902 typed for 50 heads is 98.04: no whole 万元 is nearer.
    assert market(("5000", "51"), ("4902", "50")).option_key == "B"
    assert market(("5000.00", "51"), ("4902.00", "50")).option_key == "A"
    assert market(("6", "50"), ("5", "50")).option_key == "C"
    assert (
        market(("5000", "0"), ("5000", "50")).explanation == "上年员工人数为 0，无法计算，请核对。"
    )


def energy(now: tuple[str, str], before: tuple[str, str], retrofitted: bool = True) -> Proposal:
    keys = ("energy_last", "revenue_last", "energy_previous", "revenue_previous")
    return propose(of("绿色低碳"), dict(zip(keys, now + before, strict=True)), retrofitted)


def test_energy_by_revenue() -> None:
    falls = energy(("110", "5200"), ("120", "5000"))
    assert (falls.option_key, falls.value) == ("C", Fraction(110 * 10, 5200))
    assert "上年 110 ÷ 5,200 × 10 = 0.211… 千克标准煤" in falls.explanation
    assert energy(("130", "5000"), ("120", "5000")).option_key == "A"
    assert energy(("9", "5000"), ("8", "5000")).option_key == "A"
    # Whole tonnes do not tell these apart; kilograms do.
    assert energy(("120", "5001"), ("120", "5000")).option_key == "B"
    exact = energy(("120.000", "5001.00"), ("120.000", "5000.00"))
    assert exact.option_key == "C"
    assert "0.239…" in exact.explanation and "0.24 " in exact.explanation
    # Revenue in whole 万元 is the coarser number here.
    assert energy(("119.999", "5000"), ("120.000", "5000")).option_key == "B"
    assert energy(("119.999", "5000.00"), ("120.000", "5000.00")).option_key == "C"
    assert "前年营业收入为 0" in energy(("1", "1"), ("1", "0.0")).explanation


def test_cost_by_revenue() -> None:
    keys = ("cost_last", "revenue_last", "cost_previous", "revenue_previous")
    values = dict(zip(keys, ("4100", "5200", "4000", "5000"), strict=True))
    proposal = propose(of("价值效益"), values)
    assert (proposal.option_key, proposal.value) == ("C", Fraction(4100 * 100, 5200))


def test_before_the_retrofit_the_packs_reading_is_stated() -> None:
    note = "企业尚未实施数字化改造的，以上年对比前年作答，并在依据中注明。"
    before = quality("98.5", "97.5", retrofitted=False)
    assert before.option_key == "C"
    assert "上年 98.5%，前年 97.5%" in before.explanation and before.explanation.endswith(note)
    nothing = quality("", "", retrofitted=False)
    assert nothing.option_key is None
    assert "尚缺上年月均产品合格率、前年月均产品合格率" in nothing.explanation
    assert nothing.explanation.endswith(note)
    assert note not in quality("98.5", "97.5").explanation
    assert energy(("1", "9"), ("1", "9"), retrofitted=False).explanation.endswith(note)


def test_choosing_otherwise_is_noticed() -> None:
    proposal = equipment("21", "46")
    assert proposal.departs(frozenset("C"))
    assert not proposal.departs(frozenset("D"))
    assert not proposal.departs(frozenset())
    assert not equipment("", "46").departs(frozenset("C"))


DECIMALS = st.decimals(1, 10**6, places=2).map(str)


@given(DECIMALS, DECIMALS, DECIMALS, DECIMALS)
def test_exchanging_the_years_turns_the_change_round(a: str, b: str, c: str, d: str) -> None:
    turned = {"A": "C", "B": "B", "C": "A", None: None}
    one, other = energy((a, b), (c, d)), energy((c, d), (a, b))
    assert one.option_key == turned[other.option_key]
    assert energy((a, b), (a, b)).option_key == "B"


# --- Declarations. -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("part: equipment_digital", "part: equipment_lost", "no such input"),
        ("{part: equipment_networked, whole:", "{parts: equipment_networked, whole:", "takes"),
        ("item: 市场表现\n", "item: 网络建设\n", "options are not"),
        ("item: 市场表现\n", "item: 资金保障\n", "options are not"),
        ("item: 市场表现\n", "item: 市场\n", "no such item"),
        ("item: 市场表现\n", "item: 价值效益\n", "twice"),
        (", field: 上年成本（万元）", "", "official fields"),
        ("field: 上年成本（万元）", "field: 成本（万元）", "official fields"),
        ("key: cost_last", "key: cost_previous", "twice"),
        ("scale: 100", "scale: 0", "scale"),
    ],
)
def test_a_wrong_declaration_is_refused(old: str, new: str, says: str) -> None:
    assert old in RAW
    with pytest.raises(ValueError, match=says):
        Figures.parse(yaml.safe_load(RAW.replace(old, new, 1)), TABLE)


@pytest.mark.parametrize("text", ["(15%,20%]", "[10%,20%]", "10%至20%", "(10%,19%]"])
def test_brackets_with_a_gap_or_overlap_are_refused(text: str) -> None:
    table: dict[str, Any] = yaml.safe_load((PACK / "instrument.yaml").read_text(encoding="utf-8"))
    table["dimensions"][0]["indicators"][0]["items"][1]["options"][1]["text"] = text
    with pytest.raises(ValueError, match="设备数字化"):
        Figures.parse(yaml.safe_load(RAW), Instrument.parse(table))
