"""方案 三（二）5 and 6: the third evaluation, the systems gone live, the acceptance."""

from __future__ import annotations

import pytest

from exporters.papers import begun
from forms.dossier import Dossier
from forms.papers import BY_KEY
from forms.places import filled_pages, page_in
from forms.steps import STEP_OF_PAGE
from grading.finding import Finding
from grading.rules import check
from grading.steps import step_states
from tests.assess_cases import FAULTS, assessed
from tests.rule_cases import case_of, dossier_of, good
from tests.sample_cases import sample_case
from tests.subsidy_cases import Spoil

OWN = ("assessment", "acceptance")


def own(dossier: Dossier) -> list[Finding]:
    """The findings that stand on the pages of the two steps."""
    return [
        each
        for each in check(case_of(dossier))
        if each.target and STEP_OF_PAGE[each.target.page].key in OWN
    ]


def test_the_sample_that_runs_the_road_leaves_nothing_open() -> None:
    case = sample_case("auto-parts")
    found = check(case)
    pages = {each.target.page for each in found if each.target}
    assert not [page for page in pages if STEP_OF_PAGE[page].key in OWN]
    states = step_states(case, found)
    assert {states[key] for key in OWN} == {"done"}


@pytest.mark.parametrize(
    ("rule", "spoil"), FAULTS, ids=[f"{n}-{fault[0]}" for n, fault in enumerate(FAULTS)]
)
def test_each_fault_sets_off_its_rule_in_the_second_half(rule: str, spoil: Spoil) -> None:
    before = {(each.rule, each.message) for each in own(assessed())}
    fresh = [each for each in own(assessed(spoil)) if (each.rule, each.message) not in before]
    found = [each for each in fresh if each.rule == rule]
    assert found, [each.message for each in fresh]
    assert all(each.half == 2 for each in fresh)


def test_nothing_is_asked_before_the_step_begins() -> None:
    assert own(dossier_of(good())) == []


def test_the_step_begins_with_the_filing_and_asks_for_the_report_and_every_system() -> None:
    def unassessed(mapping: dict[str, object]) -> None:
        for form in ("assessment", "golive", "examination", "returnpoint", "acceptance"):
            del mapping[form]
        rows = mapping["answer"]
        assert isinstance(rows, list)
        mapping["answer"] = [row for row in rows if row["stage"] != "retrofit"]

    found = own(assessed(unassessed))
    rules = [each.rule for each in found]
    assert rules.count("GOLIVE-MISSING") == 8  # the eleven products less the three 其他支出
    assert {"ASSESS-REPORT", "ASSESS-COMPLETE"} < set(rules)
    # No one asks for the acceptance before the report is there.
    assert not [each for each in found if each.rule.startswith(("EXAM", "ACCEPT"))]


def test_the_finding_of_a_denied_claim_tells_both_figures_and_the_difference() -> None:
    # Claimed 30 → 65.6; the figures: 24/80 = 30 %, 52/80 = 65 %, a change of 35, and 65 < 65.55.
    (spoil,) = (spoil for rule, spoil in FAULTS if rule == "EFFECT-DENIED")
    (found,) = (each for each in own(assessed(spoil)) if each.rule == "EFFECT-DENIED")
    assert found.message == (
        "所称成效“设备联网率”由30→65.6，评测填报数据为30→65（+35），数据不支持。"
    )


def test_a_point_of_an_examination_belongs_to_it_and_not_to_the_diagnosis() -> None:
    dossier = assessed()
    assert [point.state for point in dossier.points(retrofit=True)] == ["已整改", "已整改"]
    assert dossier.points() == []
    assert {page_in(dossier, point) for point in dossier.points(retrofit=True)} == {"examination"}
    assert "returned" not in filled_pages(dossier)
    assert not begun(dossier, BY_KEY["rectification"])
