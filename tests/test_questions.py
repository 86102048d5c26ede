"""What only a person knows: asked in the walk and under the report, told in whole sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.packs import load_advice, load_pack
from exporters.draft_replies import formed, replies
from exporters.drafters import DRAFTERS
from exporters.drafting import Draft, Drafter, draft
from exporters.source import Source
from forms.dossier import Dossier, Paragraph, Reply
from forms.questions import parse_questions
from grading.finding import Target
from grading.questions import asked, open_questions
from grading.rules import check
from tests import draft_kit, draft_numbers
from tests.rule_cases import case_of, dossier_of, good
from tests.sample_cases import sample_case

PACK = load_pack()
SAYS = "对于老旧设备，{}。"
_MARKS = "，、；：。！？,;:!?… ."


def told(dossier: Dossier) -> list[Draft]:
    """What the replies alone make."""
    return draft(Source(dossier, PACK, {}), load_advice(), dict.fromkeys(DRAFTERS, replies))


# -- the pack ------------------------------------------------------------------------------------


def test_the_pack_asks_about_all_chapters_and_at_the_walk() -> None:
    assert {question.section[0] for question in PACK.questions} == set("1234")
    assert {question.section for question in PACK.questions} <= set(DRAFTERS)
    for industry in PACK.industries:
        dossier = dossier_of({**good(), "enterprise": {"name": "示例", "industry": industry}})
        mine = asked(dossier, PACK)
        assert 35 <= len(mine) <= 50
        assert sum(industry in question.industries for question in mine) == 1
        assert len([question for question in mine if question.where]) > 40
    for question in PACK.questions:
        assert len(question.ask) <= 24 and question.ask.endswith("？")
        assert not re.search(r"\d", question.ask + question.hint + question.says)  # no figures
    order = [section.key for section in PACK.outline.writable]
    places = [order.index(question.section) for question in PACK.questions]
    assert places == sorted(places)


def test_no_paragraph_holds_more_than_a_few_questions() -> None:
    groups: dict[tuple[str, str], list[str]] = {}
    for question in asked(dossier_of(good()), PACK):
        groups.setdefault((question.section, question.paragraph), []).append(question.key)
    assert all(2 <= len(keys) <= 4 for keys in groups.values())


_ONE = {"key": "a", "ask": "问？", "hint": "例", "says": "说{}。", "where": "设备联网"}
_WRONG = [
    {"where": "没有的场景"},
    {"says": "说{}"},
    {"says": "说。"},
    {"says": "{}与{}。"},
    {"industries": ["没有的行业"]},
    {"ask": ""},
]


@pytest.mark.parametrize("wrong", _WRONG)
def test_a_question_without_a_place_or_a_sentence_fails_at_load(wrong: dict[str, Any]) -> None:
    group = {"section": "1.profile", "paragraph": "p"}
    fine = parse_questions(
        [{**group, "questions": [_ONE]}], {"设备联网"}, PACK.industries, PACK.outline
    )
    assert [question.key for question in fine] == ["a"]
    with pytest.raises(ValueError):
        parse_questions(
            [{**group, "questions": [_ONE | wrong]}], {"设备联网"}, PACK.industries, PACK.outline
        )
    for twice in ([_ONE, _ONE], [_ONE, _ONE | {"key": "b"}]):
        with pytest.raises(ValueError):
            parse_questions(
                [{**group, "questions": twice}], {"设备联网"}, PACK.industries, PACK.outline
            )
    with pytest.raises(ValueError):
        lost = {**group, "section": "1", "questions": [_ONE]}
        parse_questions([lost], {"设备联网"}, PACK.industries, PACK.outline)


# -- sentences -----------------------------------------------------------------------------------

_typed = st.text(
    st.sampled_from("，、；：。！？,;:!?…“”（）() \n\t.-{}甲乙丙3aB")
    | st.characters(codec="utf-8"),
    max_size=140,
)


@given(_typed)
def test_any_reply_makes_sentences_with_all_its_words(text: str) -> None:
    found = formed(SAYS, text)
    whole = "".join(found)
    assert all(sentence.endswith("。") for sentence in found)
    assert not re.search("[，、；：。！？]{2}", whole)
    assert bool(found) == bool(re.search(r"\w", text))
    if found:
        assert found[0].startswith("对于老旧设备，")
        said = whole.removeprefix("对于老旧设备，")
        assert re.sub(r"\W", "", said) == re.sub(r"\W", "", text)


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ("用到报废", ["对于老旧设备，用到报废。"]),
        ("  企业打算用到报废。 ", ["对于老旧设备，企业打算用到报废。"]),
        ("普车用到报废。\n磨床加装！！", ["对于老旧设备，普车用到报废；磨床加装。"]),
        ("，用到{}报废？", ["对于老旧设备，用到{}报废。"]),
        ("低于-5度就停", ["对于老旧设备，低于-5度就停。"]),
        ("。。。", []),
        ("\n", []),
    ],
)
def test_how_a_reply_is_told(typed: str, sentences: list[str]) -> None:
    assert formed(SAYS, typed) == sentences


def test_a_long_reply_goes_on_in_its_own_sentences() -> None:
    parts = [f"{name}车间的老设备" + "再用几年" * 5 for name in "一二三"]
    assert formed(SAYS, "。".join(parts)) == [
        f"对于老旧设备，{parts[0]}。",
        f"{parts[1]}。",
        f"{parts[2]}。",
    ]


# -- drafts --------------------------------------------------------------------------------------


def test_the_samples_replies_become_paragraphs_that_hold_the_proofs() -> None:
    dossier = sample_case("electronics").dossier
    found = told(dossier)
    assert len(found) == 16 and all(2 <= len(each.sentences) <= 4 for each in found)
    text = "".join(each.text for each in found)
    for reply in dossier.all(Reply):
        assert re.sub(r"\W", "", reply.text) in re.sub(r"\W", "", text)
    everything = [s.text for d in draft_kit.drafted(dossier, DRAFTERS) for s in d.sentences]
    long = [sentence for sentence in everything if len(sentence) >= 12]
    assert len(long) == len(set(long))
    assert draft_numbers.stray_numbers(found, dossier) == []
    only: dict[str, Drafter] = dict.fromkeys(("1.profile", "1.production", "1.equipment"), replies)
    assert draft_kit.wrongly_marked(dossier, only) == []


def test_two_replies_of_the_same_words_are_two_sentences() -> None:
    mapping = {**good(), "reply": [{"question": q.key, "text": "说不清"} for q in PACK.questions]}
    texts = [s.text for each in told(dossier_of(mapping)) for s in each.sentences]
    assert len(texts) == len(set(texts)) == len(asked(dossier_of(mapping), PACK))


def test_without_a_reply_or_set_aside_nothing_is_told() -> None:
    aside = {"question": "old-machines", "text": "用到报废", "unneeded": True}
    assert told(dossier_of(good())) == []
    assert told(dossier_of({**good(), "reply": [aside]})) == []


def test_a_question_of_another_industry_is_not_told() -> None:
    mapping = {**good(), "reply": [{"question": "inspections-pharma", "text": "记录补签"}]}
    assert told(dossier_of(mapping)) == []
    mapping["enterprise"] |= {"industry": "中成药生物药品制品制造业"}
    assert [each.text for each in told(dossier_of(mapping))] == ["在药品检查中，记录补签。"]


# -- the rule and the file -----------------------------------------------------------------------


def test_open_questions_are_found_where_the_program_drafted_and_nowhere_else() -> None:
    dossier = dossier_of(good())
    assert "REPORT-REPLY" not in {finding.rule for finding in check(case_of(dossier))}
    mine = [question for question in PACK.questions if question.section == "3.projects"]
    one = Paragraph(
        dossier_id=dossier.id, section="3.projects", text="拟写的一段。", origin="3.projects/x"
    )
    drafted = replace(dossier, records={**dossier.records, "paragraph": [one]})
    (found,) = [f for f in check(case_of(drafted)) if f.rule == "REPORT-REPLY"]
    assert f"{len(mine)} 个" in found.message and mine[0].ask in found.message
    assert found.target == Target("report", None, "3.projects")
    given = [
        dossier.reply(q.key).model_copy(update={"text": text, "unneeded": not text})
        for q, text in zip(mine, ("先联网", ""), strict=True)
    ]
    settled = replace(drafted, records={**drafted.records, "reply": list(given)})
    assert "REPORT-REPLY" not in {finding.rule for finding in check(case_of(settled))}
    assert set(open_questions(drafted, PACK)) - set(open_questions(settled, PACK)) == set(mine)
