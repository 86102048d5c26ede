"""Chapter 一 as drafted from the samples: what it says follows, and what changes is marked."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings

from exporters import draft_inventory, draft_organisation, draft_production, draft_profile
from exporters.draft_words import CHAPTER_ONE_NOTES, clean, sentences
from exporters.drafting import Draft
from forms.dossier import Dossier, Enterprise, Equipment
from forms.evaluation import Stage
from forms.record import Record, form_of
from grading.cites import LIST, cite
from tests import draft_kit as kit
from tests.dossiers import dossiers

DRAFTERS = {
    **draft_profile.DRAFTERS,
    **draft_organisation.DRAFTERS,
    **draft_production.DRAFTERS,
    **draft_inventory.DRAFTERS,
}
SAMPLES = ("auto-parts", "herbal-pharma", "electronics")


@cache
def whole(slug: str) -> Dossier:
    return kit.sample(slug)


@cache
def told(slug: str) -> tuple[Draft, ...]:
    return tuple(kit.drafted(whole(slug), DRAFTERS))


def text_of(drafts: list[Draft] | tuple[Draft, ...], section: str) -> str:
    return "".join(each.text for each in drafts if each.section == section)


def changed_to(slug: str, form: type[Record], at: int, **values: object) -> list[Draft]:
    """The draft of a sample one record of which has other values."""
    held = whole(slug)
    rows: list[Record] = list(held.all(form))
    rows[at] = form(**(rows[at].model_dump() | values))
    records = held.records | {form_of(form): rows}
    return kit.drafted(Dossier(held.id, records), DRAFTERS)


@pytest.mark.parametrize("slug", SAMPLES)
def test_a_full_dossier_gives_a_whole_chapter(slug: str) -> None:
    drafts = told(slug)
    assert {each.section for each in drafts} == set(DRAFTERS)
    assert sum(len(each.text) for each in drafts) >= 4_000
    assert max(len(each.text) for each in drafts) <= 600
    assert kit.repeated(drafts) == []
    assert kit.citing(drafts) == 1
    assert kit.lent(drafts) <= 0.05


@pytest.mark.parametrize("slug", [*SAMPLES, "faulty"])
def test_numbers_are_the_dossiers(slug: str) -> None:
    assert kit.stray_numbers(told(slug), whole(slug)) == []
    half = kit.half_filled(whole(slug))
    assert kit.stray_numbers(kit.drafted(half, DRAFTERS), half) == []


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("7560.00万元，利润总额", "7561.00万元，利润总额"),
        ("4.1%", "4.7%"),
        ("数控车床（粗车）12台、", "数控车床（粗车）10台、"),
        ("满15年", "满17年"),
        ("111.6万元", "112.6万元"),
        ("占36.3%", "占36.9%"),
        ("2.1倍", "2.2倍"),
        ("2022年至", "2019年至"),
    ],
)
def test_the_check_finds_a_wrong_number(said: str, wrong: str) -> None:
    spoilt, count = [], 0
    for each in told("auto-parts"):
        rows = tuple(replace(s, text=s.text.replace(said, wrong)) for s in each.sentences)
        count += rows != each.sentences
        spoilt.append(replace(each, sentences=rows))
    assert count
    assert kit.stray_numbers(spoilt, whole("auto-parts")) != []


def test_dossiers_do_not_read_alike() -> None:
    for one, other in (SAMPLES[:2], SAMPLES[1:], SAMPLES[::2]):
        assert kit.shared_runs(told(one), told(other)) < 0.2


def test_nothing_follows_from_nothing() -> None:
    assert kit.drafted(Dossier(uuid4()), DRAFTERS) == []


@pytest.mark.parametrize("slug", [*SAMPLES, "faulty"])
def test_half_a_dossier_still_drafts(slug: str) -> None:
    drafts = kit.drafted(kit.half_filled(whole(slug)), DRAFTERS)
    assert drafts
    assert kit.repeated(drafts) == []
    assert kit.citing(drafts) == 1
    for each in drafts:
        assert not any(
            mark in each.text for mark in ("None", "，。", "，，", "、。", "：。", "（）", "  ")
        )


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(dossiers())
def test_whatever_a_dossier_holds_it_drafts_or_keeps_silent(dossier: Dossier) -> None:
    for each in kit.drafted(dossier, DRAFTERS):
        assert each.text
        assert kit.citing([each]) == 1


def test_a_name_alone_makes_no_sentence() -> None:
    empty = Dossier(uuid4())
    enterprise = empty.one(Enterprise)
    enterprise.name = "示例·只有名称有限公司"
    assert kit.drafted(Dossier(empty.id, {"enterprise": [enterprise]}), DRAFTERS) == []


def test_a_change_marks_what_rests_on_it_and_nothing_else() -> None:
    assert kit.wrongly_marked(whole("auto-parts"), DRAFTERS, every=17) == []
    assert kit.wrongly_marked(whole("electronics"), DRAFTERS, every=29, first=5) == []


def test_one_machines_number_is_cited_where_it_counts() -> None:
    row = whole("auto-parts").all(Equipment)[3]
    held = cite(row, "quantity")
    resting = {(d.section, d.key) for d in told("auto-parts") if held in d.cites}
    assert {section for section, _ in resting} == {"1.production", "1.equipment"}
    lists = {(d.section, d.key) for d in told("auto-parts") for c in d.cites if c.path == LIST}
    assert resting <= lists
    assert ("1.profile", "scale") not in resting


@pytest.mark.parametrize("slug", SAMPLES)
def test_the_chapters_notes_are_quoted_once_in_their_own_words(slug: str) -> None:
    text = "".join(each.text for each in told(slug))
    noted = {
        c.record for d in told(slug) for c in d.cites if c.form == "answer" and c.path == "note"
    }
    answers = [whole(slug).answer(Stage.DIAGNOSIS, subject) for subject in CHAPTER_ONE_NOTES]
    assert noted == {answer.id for answer in answers}
    for answer in answers:
        for sentence in sentences(answer.note):
            assert text.count(sentence) == 1
        assert clean(answer.note)[:12] in text


def test_what_is_said_turns_on_the_facts() -> None:
    assert "逐年增长" in text_of(told("auto-parts"), "1.profile")
    fallen = changed_to("auto-parts", Enterprise, 0, profit={"value": "-20.5", "year": "2024"})
    assert "利润总额-20.5万元，当年亏损" in text_of(fallen, "1.profile")
    other_year = changed_to("auto-parts", Enterprise, 0, profit={"value": "9", "year": "2023"})
    assert "利润总额" not in text_of(other_year, "1.profile").split("据企业介绍")[0]
    many = changed_to("auto-parts", Equipment, 3, quantity=300)
    assert "以数控车床（粗车）为主，有300台" in text_of(many, "1.production")
    unknown = changed_to("auto-parts", Enterprise, 0, founded_on=None, honours="", district="")
    assert "成立于2009年4月16日" not in text_of(unknown, "1.profile")
    assert "在数字化建设方面" not in text_of(unknown, "1.profile")
