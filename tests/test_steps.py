"""The plan's steps and the window's pages: what is empty, open, done, blocked."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from forms.dossier import Dossier, Enterprise, File
from forms.steps import DIAGNOSIS, PAGES, STEP_OF_PAGE, STEPS
from grading.rules import Case, check
from grading.steps import page_states, step_states
from tests.rule_cases import case_of, dossier_of, good
from tests.sample_cases import sample_case


def states(change: Callable[[dict[str, Any]], object], **told: Any) -> dict[str, str]:
    """The states of all steps by their keys, and of all pages by theirs after “page ”."""
    mapping = good()
    change(mapping)
    case = case_of(dossier_of(mapping), **told)
    found = check(case)
    pages = {f"page {key}": str(state) for key, state in page_states(case, found).items()}
    return {**pages, **step_states(case, found)}


def test_a_good_dossier_is_done_in_every_step_of_the_diagnosis() -> None:
    found = states(lambda _: None)

    assert len(found) == len(PAGES) + len(STEPS)
    assert {found[key] for key in DIAGNOSIS} == {"done"}
    pages = (key for key in PAGES if STEP_OF_PAGE[key].half == 1)
    assert {found[f"page {key}"] for key in pages} == {"done"}


def test_an_empty_dossier_is_empty_in_every_step() -> None:
    dossier_id = uuid4()
    made = File(id=dossier_id, dossier_id=dossier_id, pack="changchun-2024")
    case = case_of(Dossier(dossier_id, {"dossier": [made]}), body=0)

    assert set(step_states(case, check(case)).values()) == {"empty"}
    assert set(page_states(case, check(case)).values()) == {"empty"}


def test_a_name_alone_opens_the_first_step() -> None:
    dossier_id = uuid4()
    enterprise = Dossier(dossier_id).one(Enterprise)
    enterprise.name = "示例·新建"
    case = case_of(Dossier(dossier_id, {"enterprise": [enterprise]}), body=0)

    found = step_states(case, check(case))

    assert found.pop("needs") == "open"
    assert set(found.values()) == {"empty"}


def test_what_is_not_there_yet_opens_and_what_is_wrong_blocks() -> None:
    gap = states(lambda m: m["member"].pop())
    wrong = states(lambda m: m["member"][1].update(lead=True, experience="多年。"))

    assert (gap["page team"], gap["agreement"]) == ("open", "open")
    assert (wrong["page team"], wrong["agreement"]) == ("blocked", "blocked")
    assert gap["handin"] == wrong["handin"] == "open"


def test_a_warning_leaves_a_step_done() -> None:
    assert states(lambda m: m["agreement"].pop("filed_on"))["agreement"] == "done"


def test_what_is_wrong_blocks_a_page_that_is_otherwise_empty() -> None:
    case = case_of(dossier_of(good()))
    empty = replace(case, dossier=dossier_of(good() | {"member": []}))
    gap = next(finding for finding in check(empty) if finding.rule == "TEAM-SIZE")
    wrong = replace(gap, rule="TEAM-LEAD-MANY")

    assert page_states(empty, [gap])["team"] == "empty"
    assert page_states(empty, [wrong])["team"] == "blocked"


def test_the_briefing_waits_for_the_whole_diagnosis() -> None:
    def unfinished(mapping: dict[str, Any]) -> None:
        mapping["answer"] = mapping["answer"][:-1]

    def untouched(mapping: dict[str, Any]) -> None:
        mapping["answer"] = [a for a in mapping["answer"] if a["stage"] == "self"]
        for form in ("briefing", "briefingattendee", "remark", "correction"):
            del mapping[form]

    assert states(unfinished)["briefing"] == "open"
    assert states(untouched)["briefing"] == "empty"
    assert states(untouched)["visit"] == "open"


def test_the_self_assessment_is_open_until_it_is_whole() -> None:
    def without(places: slice) -> Callable[[dict[str, Any]], object]:
        return lambda m: m.update(
            answer=[a for a in m["answer"] if a["stage"] != "self"]
            + [a for a in m["answer"] if a["stage"] == "self"][places]
        )

    assert states(without(slice(1, None)))["contact"] == "open"
    assert states(without(slice(0, 0)))["page self"] == "empty"
    assert states(without(slice(0, 0)))["contact"] == "open"


def test_nothing_has_to_be_attached() -> None:
    found = states(lambda m: m.update(attachment=[]))

    assert (found["page attachments"], found["report"], found["page handin"]) == (
        "empty",
        "done",
        "done",
    )


def test_a_row_without_a_word_is_a_beginning() -> None:
    found = states(lambda m: m.update(member=[{"id": "x"}]))

    assert found["page team"] == "open"


def test_withdrawn_rows_are_no_beginning() -> None:
    found = states(lambda m: [row.update(withdrawn=True) for row in m["need"]])

    assert (found["page needs"], found["needs"]) == ("empty", "open")


def test_the_handin_is_begun_with_the_report() -> None:
    lists = ("paragraph", "returnopinion", "returnpoint", "diagnosisexpert")
    bare: dict[str, Any] = {"diagnosisacceptance": {}, **{name: [] for name in lists}}
    assert states(lambda m: m.update(bare), body=0)["handin"] == "empty"
    assert states(lambda _: None, body=100)["handin"] == "open"


@pytest.mark.parametrize("slug", ["auto-parts", "herbal-pharma"])
def test_a_complete_sample_is_done_in_every_step_of_the_diagnosis(slug: str) -> None:
    case = sample_case(slug)

    found = step_states(case, check(case))
    assert {found[key] for key in DIAGNOSIS} == {"done"}


def test_the_faulty_sample_is_blocked_where_something_is_wrong() -> None:
    case: Case = sample_case("faulty")

    found = step_states(case, check(case))

    assert found == {
        "needs": "blocked",
        "contact": "open",
        "agreement": "blocked",
        "visit": "blocked",
        "briefing": "open",
        "report": "open",
        "handin": "open",
        **dict.fromkeys((step.key for step in STEPS if step.half == 2), "empty"),
    }


#: What the steps of the diagnosis rest on, taken away one at a time: the step, what goes, the rule.
TAKEN = (
    ("agreement", "agreement", "AGREEMENT-SIGNED"),
    ("agreement", "servicenote", "AGREEMENT-NOTE"),
    ("briefing", "briefing", "BRIEFING-GAPS"),
    ("briefing", "briefingattendee", "BRIEFING-LEADER"),
    ("report", "satisfaction", "SATISFACTION-PRESENT"),
    ("handin", "diagnosisacceptance", "OPINION-GAPS"),
    ("handin", "diagnosisexpert", "OPINION-EXPERTS"),
)


@pytest.mark.parametrize(("step", "form", "rule"), TAKEN)
def test_a_step_turns_back_when_its_evidence_goes(step: str, form: str, rule: str) -> None:
    mapping = good()
    del mapping[form]
    case = case_of(dossier_of(mapping))
    found = check(case)

    assert rule in {finding.rule for finding in found}
    # What the enterprise is told beside the agreement is asked for, and holds no step up.
    assert step_states(case, found)[step] == ("done" if rule == "AGREEMENT-NOTE" else "open")


def test_the_diagnosis_is_accepted_when_it_passed_and_every_point_is_closed() -> None:
    def concluded(word: str) -> str:
        return states(lambda m: m["diagnosisacceptance"].update(conclusion=word))["handin"]

    assert [concluded(word) for word in ("通过", "整改后通过", "不通过", "")] == [
        *("done", "done", "open", "open")
    ]
    for field in ("state", "reply", "shown"):

        def reopened(mapping: dict[str, Any], field: str = field) -> None:
            mapping["returnpoint"][1][field] = ""

        assert states(reopened)["handin"] == "open"
