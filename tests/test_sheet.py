"""Foreign answer sheets: every bad one is refused with one plain sentence, whatever it is."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from forms.errors import UserError
from forms.instrument import Instrument
from grading.score import grade
from grading.sheet import Sheet, parse_sheet

PACK = Path(__file__).parent.parent / "resources" / "packs" / "changchun-2024"
TABLE = Instrument.parse(yaml.safe_load((PACK / "instrument.yaml").read_text(encoding="utf-8")))


def items(**answers: Any) -> dict[str, Any]:
    return {"items": answers}


def scenes(**answers: Any) -> dict[str, Any]:
    return {"scenes": answers}


def test_a_good_sheet_is_read_as_it_stands() -> None:
    sheet = parse_sheet(
        {"items": {"网络建设": ["C", "B"], "信息系统": []}, "scenes": {"产品设计": 0}}, TABLE
    )
    assert sheet == Sheet({"网络建设": frozenset("BC")}, {"产品设计": 0})


def test_unanswered_is_absent_or_an_empty_list() -> None:
    absent = grade(TABLE, parse_sheet({"items": {}}, TABLE))
    empty = grade(TABLE, parse_sheet({**items(信息系统=[]), **scenes(产品设计=[])}, TABLE))
    assert absent == empty
    assert {"信息系统", "产品设计"} <= set(empty.unanswered)


def test_no_level_and_none_are_answers() -> None:
    result = grade(TABLE, parse_sheet({**items(网络建设=["A"]), **scenes(产品设计=0)}, TABLE))
    assert {"网络建设", "产品设计"}.isdisjoint(result.unanswered)


BAD: list[tuple[object, str]] = [
    (None, "不是答卷"),
    ([], "不是答卷"),
    ("网络建设", "不是答卷"),
    (7, "不是答卷"),
    ({}, "不是答卷"),
    ({"score": 90}, "不是答卷"),
    ({"items": {}, "remark": 1}, "“remark”"),
    ({"items": {}, 5: 1}, " 5 "),
    ({"items": []}, "“items”"),
    ({"items": None}, "“items”"),
    ({"items": {}, "scenes": "产品设计"}, "“scenes”"),
    (items(网络=["B"]), "没有采集项“网络”"),
    ({"items": {3: ["B"]}}, "没有采集项"),
    (items(产品设计=["B"]), "没有采集项"),
    (items(网络建设="B"), "不是选项列表"),
    (items(网络建设=None), "不是选项列表"),
    (items(网络建设={"B": True}), "不是选项列表"),
    (items(网络建设=["F"]), "没有选项“F”，未予评分，请从 A 至 E"),
    (items(网络建设=["b"]), "没有选项“b”"),
    (items(网络建设=["BC"]), "没有选项“BC”"),
    (items(网络建设=[True]), "没有选项"),
    (items(网络建设=[["B"]]), "没有选项"),
    (items(网络建设=[1]), "没有选项 1 "),
    (items(网络建设=["A", "B"]), "“无”（A）的同时"),
    (items(信息系统=["A", "B"]), "“无”（A）的同时"),
    (items(设备数字化=["B", "C"]), "为单选"),
    (items(网络建设=["B", "B"]), "重复"),
    (items(设备数字化=["C", "C"]), "重复"),
    (items(网络建设=["B"] * 100_000), "多于其 5 个选项"),
    (scenes(计划管理=2), "没有应用场景“计划管理”"),
    (scenes(网络建设=2), "没有应用场景"),
    (scenes(产品设计=5), "等级 5 无效"),
    (scenes(产品设计=-1), "等级 -1 无效"),
    (scenes(产品设计=True), "无效"),
    (scenes(产品设计=2.0), "无效"),
    (scenes(产品设计="2"), "无效"),
    (scenes(产品设计=None), "无效"),
    (scenes(产品设计=[2]), "无效"),
    (scenes(产品设计=10**5000), "无效"),
]


@pytest.mark.parametrize(("bad", "says"), BAD, ids=[f"bad{n}" for n in range(len(BAD))])
def test_a_bad_sheet_is_refused_in_one_sentence(bad: object, says: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_sheet(bad, TABLE)
    assert says in str(refused.value)
    check_sentence(str(refused.value))


def check_sentence(message: str) -> None:
    assert message.endswith("。") and message.count("。") == 1
    assert len(message) < 120 and message.isprintable()


def test_a_foreign_name_is_shown_short_and_on_one_line() -> None:
    with pytest.raises(UserError) as refused:
        parse_sheet({"items": {"坏\n名\x1b[31m" + "长" * 10_000: []}}, TABLE)
    check_sentence(str(refused.value))


NAMES = st.sampled_from([i.name for i in TABLE.items] + [s.name for s in TABLE.scenes])
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=3)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(st.sampled_from("ABCDE"), max_size=3),
        st.dictionaries(st.one_of(NAMES, st.text(max_size=4)), inner, max_size=4),
    ),
    max_leaves=8,
)


@given(
    st.one_of(
        ANYTHING,
        st.fixed_dictionaries(
            {
                "items": st.dictionaries(NAMES, ANYTHING, max_size=3),
                "scenes": st.dictionaries(NAMES, ANYTHING, max_size=3),
            }
        ),
    )
)
def test_anything_is_either_read_or_refused(untrusted: object) -> None:
    try:
        sheet = parse_sheet(untrusted, TABLE)
    except UserError as refused:
        assert str(refused).endswith("。")
    else:
        assert 0 <= grade(TABLE, sheet).total <= 100_000
