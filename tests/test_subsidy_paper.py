"""补助资金申报材料清单: what stands on it is the dossier's, and it stands for any dossier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given, settings

from exporters import papers, subsidy
from exporters.blocks import Document, Picture, texts
from exporters.subsidy_chart import chart
from forms.dossier import Dossier
from forms.papers import BY_KEY
from grading.subsidy import estimate
from tests.dossiers import cells, dossiers, empty_source, source_of, tables
from tests.rule_cases import case_of
from tests.subsidy_cases import paid, put

TODAY = dt.date(2026, 3, 10)


@pytest.fixture(scope="module")
def listed() -> Document:
    return subsidy.compose(source_of(case_of(paid(), today=TODAY)))


def rows(document: Document, place: int) -> list[str]:
    return cells(list(tables(document))[place])


def _holds(found: Sequence[str], *wanted: str) -> bool:
    """Whether these cells stand one behind another."""
    width = len(wanted)
    return any(tuple(found[at : at + width]) == wanted for at in range(len(found)))


def test_the_conditions_stand_with_their_state_and_source(listed: Document) -> None:
    found = rows(listed, 1)
    assert _holds(found, "4", "通过专项审计", "已具备")
    assert _holds(found, "5", "不是已获中央财政资金支持的“小巨人”", "已具备")
    assert found.count("批次通知") == 6
    assert any("“批次通知”指长春市工业和信息化局" in text for text in texts(listed.blocks))


def test_every_voucher_stands_under_its_contract(listed: Document) -> None:
    found = rows(listed, 2)
    first = next(place for place, text in enumerate(found) if text.startswith("合同1"))
    assert "示例改合〔2025〕031号，示例·工序通科技公司，2025年7月25日签订" in found[first]
    number = "25222000000009310002"
    assert _holds(found, "发票", number, "2025-12-22", "620,000.00", "软件")
    assert any(text.endswith("其他支出\n不计入：不在补助范围内") for text in found)
    assert "发票合计1,440,000.00　付款合计1,368,000.00　可核实投入1,140,000.00" in found


def test_the_estimate_its_rule_and_the_ledger_stand_there(listed: Document) -> None:
    assert rows(listed, 3)[5:] == [
        "2,299,000.00", "2,280,000.00", "1,140,000.00", "500,000.00", "500,000.00"
    ]  # fmt: skip
    whole = "".join(texts(listed.blocks))
    assert "不超过核定投入的50%，每家企业累计不超过 50 万元" in whole
    assert "拨付500,000.00元，尚未拨付0.00元" in whole
    pictures = [block for block in listed.blocks if isinstance(block, Picture)]
    assert len(pictures) == 1 and "可预期补助500,000.00元" in pictures[0].alt


def test_an_unknown_batch_prints_a_sentence_in_place_of_the_estimate() -> None:
    case = case_of(paid(put("dossier", batch="第九批")), today=TODAY)
    found = "".join(texts(subsidy.compose(source_of(case)).blocks))
    assert "未登记批次“第九批”的补助规则" in found and "可预期补助" not in found


def test_a_draft_marks_what_is_not_filled_in_and_a_final_leaves_it_blank() -> None:
    draft = "".join(texts(subsidy.compose(empty_source(draft=True)).blocks))
    final = "".join(texts(subsidy.compose(empty_source()).blocks))
    assert "（未填写）" in draft and "（未填写）" not in final


def test_it_belongs_to_the_retrofit_and_comes_with_the_first_voucher() -> None:
    paper = BY_KEY["subsidy"]
    assert paper.half == 2 and paper.early
    assert papers.begun(paid(), paper)
    assert not papers.begun(empty_source().dossier, paper)


def test_the_chart_is_the_estimates(listed: Document) -> None:
    dossier = paid()
    one, other = (
        chart(estimate(each, case_of(dossier).pack))
        for each in (dossier, paid(put("audit", amount="500000")))
    )
    assert one.source != other.source


@given(dossiers())
@settings(max_examples=12)
def test_it_can_be_composed_of_any_dossier(dossier: Dossier) -> None:
    document = subsidy.compose(source_of(case_of(dossier)))
    assert len(list(tables(document))) >= 4
