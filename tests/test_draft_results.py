"""Chapter 二's drafts: what they say follows from the dossier; a change marks what rests on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from app.packs import load_advice, load_pack
from exporters.draft_results import DRAFTERS
from exporters.draft_standing import mentions, share
from exporters.draft_words import CHAPTER_ONE_NOTES
from exporters.drafting import Draft, Told, draft
from exporters.source import Source
from forms.dossier import Answer, Dossier, Need
from forms.evaluation import Stage
from forms.record import form_of
from grading.cites import changed
from grading.rules import Case
from grading.score import grade
from grading.sheet import sheet_of
from tests.dossiers import ID, dossiers
from tests.draft_kit import half_filled, wrongly_marked
from tests.draft_numbers import stray_numbers, value_of
from tests.rule_cases import case_of, dossier_of, good
from tests.sample_cases import sample_case

SAMPLES = ("auto-parts", "herbal-pharma", "electronics")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])\d+(?:\.\d+)?")


@cache
def advice() -> Any:
    return load_advice()


@cache
def case(slug: str) -> Case:
    return sample_case(slug)


def drafts_of(dossier: Dossier) -> list[Draft]:
    pack = load_pack()
    table = pack.instrument
    grades = {stage: grade(table, sheet_of(dossier, stage, table)) for stage in Stage}
    return draft(Source(dossier, pack, grades), advice(), DRAFTERS)


@cache
def drafted(slug: str) -> tuple[Draft, ...]:
    return tuple(drafts_of(case(slug).dossier))


def text_of(drafts: tuple[Draft, ...] | list[Draft]) -> str:
    return "\n".join(each.text for each in drafts)


def told(drafts: tuple[Draft, ...] | list[Draft]) -> list[Told]:
    return [sentence for each in drafts for sentence in each.sentences]


def with_answer(dossier: Dossier, stage: Stage, subject: str, **values: Any) -> Dossier:
    """The dossier with one answer changed."""
    answers = [
        a.model_copy(update=values) if (a.stage, a.subject) == (stage.value, subject) else a
        for a in dossier.all(Answer)
    ]
    return with_rows(dossier, "answer", answers)


def with_rows(dossier: Dossier, form: str, rows: list[Any]) -> Dossier:
    return replace(dossier, records=dossier.records | {form: rows})


def test_every_section_of_the_chapter_has_a_drafter_in_order() -> None:
    wanted = [
        s.key
        for s in load_pack().outline.writable
        if s.key.startswith("2.") and s.key != "2.analysis"
    ]
    assert list(DRAFTERS) == wanted
    for slug in SAMPLES:
        assert {each.section for each in drafted(slug)} == set(wanted)


@pytest.mark.parametrize("slug", SAMPLES)
def test_a_sample_drafts_to_a_chapter_of_cited_sentences(slug: str) -> None:
    found = told(drafted(slug))
    text = text_of(drafted(slug))
    assert len(text) > 5500
    assert all(any(cite.form != "advice" for cite in each.cites) for each in found)
    assert sum(each.lent for each in found) < 0.4 * len(text)
    parts = [part for part in re.split(r"[。\n]", text) if len(part) >= 12]
    assert [part for part, count in Counter(parts).items() if count > 1] == []
    assert not re.search(
        r"。。|，，|，。|；。|：。|None|未填写|[\u4e00-\u9fff] [\u4e00-\u9fff]", text
    )
    keys = [(each.section, each.key) for each in drafted(slug)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("slug", SAMPLES)
def test_every_note_is_told_once_in_its_own_words(slug: str) -> None:
    text = re.sub(r"\s", "", text_of(drafted(slug)))
    answers = case(slug).dossier.answers(Stage.DIAGNOSIS)
    typed = re.sub(r"\s", "", "\n".join(answer.note + answer.reason for answer in answers))
    for answer in answers:
        here = answer.subject not in CHAPTER_ONE_NOTES
        for part in re.split(r"[，；。：、\s]+", answer.note):
            if len(part) >= 10:
                assert text.count(part) == typed.count(part) * here, part


def test_two_enterprises_share_little() -> None:
    grams = []
    for slug in SAMPLES:
        plain = re.sub(r"\W", "", text_of(drafted(slug)))
        grams.append({plain[at : at + 13] for at in range(len(plain) - 12)})
    for one, other in combinations(grams, 2):
        assert len(one & other) < 0.3 * min(len(one), len(other))


def test_nothing_is_drafted_of_an_empty_dossier() -> None:
    assert drafts_of(Dossier(ID)) == []


def test_a_half_filled_dossier_drafts_what_is_there() -> None:
    whole = case("auto-parts").dossier
    kept = [
        a
        for a in whole.answers(Stage.DIAGNOSIS)
        if a.subject in ("网络建设", "产品设计", "绿色低碳", "采购管理")
    ]
    half = with_rows(whole, "answer", kept)
    found = drafts_of(half)
    assert {each.section for each in found} == {
        "2.base.设备系统",
        "2.operation",
        "2.effect.绿色低碳",
        "2.pain",
    }
    text = text_of(found)
    assert "网络建设只认定车间工控网络一项" in text and "采购管理为二级" in text
    assert "None" not in text and "对照表6" not in text
    for slug in SAMPLES:
        other = drafts_of(half_filled(case(slug).dossier))
        assert other and "None" not in text_of(other)
        assert all(sentence.cites for sentence in told(other))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(dossiers())
def test_whatever_a_dossier_holds_it_drafts_or_keeps_silent(dossier: Dossier) -> None:
    for each in drafts_of(dossier):
        assert each.text and all(sentence.cites for sentence in each.sentences)


# -- numbers ------------------------------------------------------------------------------------


@cache
def _scores(slug: str) -> tuple[frozenset[Decimal], frozenset[Decimal]]:
    """The points of both stages with what is left of them, lacks, or differs; and their shares."""
    of = case(slug)
    table = of.pack.instrument
    full = {i.name: i.points for i in table.items} | {i.name: i.points for i in table.indicators}
    sides = []
    for stage in (Stage.SELF, Stage.DIAGNOSIS):
        held = of.grades[stage]
        sides.append(
            {"": {"": held.total}, "d": held.dimensions, "i": held.indicators, "q": held.items}
        )
    wholes = {
        "": {"": table.points},
        "d": {d.name: d.points for d in table.dimensions},
        "i": full,
        "q": full,
    }
    found: set[int] = {abs(rule.min_score - sides[1][""][""]) for rule in table.levels}
    found |= {rule.min_score for rule in table.levels}
    shares: set[Decimal] = set()
    for kind, wanted in wholes.items():
        for name, points in sides[1][kind].items():
            own, whole = sides[0][kind][name], wanted[name]
            found |= {points, own, whole, whole - points, abs(points - own)}
            shares.add(Decimal(points) * 100 / whole)
    for item in table.items:
        earning = [option.score for option in item.options]
        found |= {abs(one - other) for one in earning for other in [0, *earning]}
    return frozenset(Decimal(points) / 1000 for points in found), frozenset(shares)


def _explained(number: Decimal, sentence: Told, slug: str) -> bool:
    """Whether a number is a score, a sum or share of scores, or computed from typed figures."""
    scores, shares = _scores(slug)
    own = {Decimal(each) for each in _NUMBER.findall(sentence.text)} - {number}
    named = own & scores
    places = Decimal(1).scaleb(min(int(number.as_tuple().exponent), 0))
    if number in scores or number in {each.quantize(places, ROUND_HALF_UP) for each in shares}:
        return True
    if any(sum(some) == number for n in (2, 3, 4) for some in combinations(named, n)):
        return True
    parts = {sum(some) for n in (1, 2, 3) for some in combinations(named, n)}
    quotients = {Decimal(a) * 100 / b for a in parts for b in scores if b}
    if number in {each.quantize(places, ROUND_HALF_UP) for each in quotients}:
        return "失分" in sentence.text or "所差" in sentence.text
    return number in {each.quantize(places, ROUND_HALF_UP) for each in _figures(sentence, slug)}


def _figures(sentence: Told, slug: str) -> Iterator[Decimal]:
    """What the pack's figures come to and their growth, from what a sentence cites."""
    dossier = case(slug).dossier
    typed = [
        Decimal(str(value))
        for cite in sentence.cites
        if "." in cite.path and re.fullmatch(r"[\d.]+", str(value := value_of(cite, dossier)))
    ]
    sums = [a + b + c for a, b, c in combinations(typed, 3)]
    for a in (*typed, *sums):
        for b in sums:
            yield from (a / b, b / 10)
    for scale in (1, 10, 100):
        ratios = [scale * a / b for a in typed for b in typed if b]
        yield from ratios
        yield from (abs(a - b) / b * 100 for a in ratios for b in ratios if b)


@pytest.mark.parametrize("slug", SAMPLES)
def test_every_number_is_of_the_dossier_or_follows_from_what_is_cited(slug: str) -> None:
    strays = stray_numbers(drafted(slug), case(slug).dossier)
    by_text = {sentence.text: sentence for sentence in told(drafted(slug))}
    wrong = [
        (number, text)
        for number, text in strays
        if not _explained(Decimal(number), by_text[text], slug)
    ]
    assert wrong == []


def test_a_number_from_nowhere_is_found() -> None:
    sentence = next(s for s in told(drafted("auto-parts")) if "实现数字化、24台联网" in s.text)
    for wrong in ("173", "47"):
        spoilt = replace(sentence, text=sentence.text.replace("46台", f"{wrong}台"))
        one = Draft("2.base", "", (spoilt,))
        assert (wrong, spoilt.text) in stray_numbers([one], case("auto-parts").dossier)
        assert not _explained(Decimal(wrong), spoilt, "auto-parts")


# -- changes ------------------------------------------------------------------------------------


def _changes(dossier: Dossier) -> Iterator[tuple[str, Dossier]]:
    """The dossier with one fact changed, each kind of fact in turn."""
    for subject in ("网络建设", "资金保障", "质量管理", "人力资源"):
        yield (
            f"note {subject}",
            with_answer(dossier, Stage.DIAGNOSIS, subject, note="现场另见一处不同的情况"),
        )
    yield "reason", with_answer(dossier, Stage.DIAGNOSIS, "数据安全", reason="改写的理由在此")
    yield (
        "options",
        with_answer(dossier, Stage.DIAGNOSIS, "网络安全", chosen={"B": True, "C": True, "D": True}),
    )
    yield "own options", with_answer(dossier, Stage.SELF, "管理机制", chosen={"B": True})
    yield "level", with_answer(dossier, Stage.DIAGNOSIS, "设备管理", level=3)
    yield "own level", with_answer(dossier, Stage.SELF, "财务管理", level=3)
    for subject, key in (("设备数字化", "equipment_digital"), ("绿色低碳", "energy_last")):
        answer = dossier.answer(Stage.DIAGNOSIS, subject)
        yield (
            f"figure {key}",
            with_answer(dossier, Stage.DIAGNOSIS, subject, figures=answer.figures | {key: "45"}),
        )
    needs = dossier.all(Need)
    yield "a need less", with_rows(dossier, "need", list(needs[1:]))
    worded = [needs[0].model_copy(update={"text": "成本核算另行改造的一条需求"}), *needs[1:]]
    yield "a need's text", with_rows(dossier, "need", worded)


@pytest.mark.parametrize("slug", ["auto-parts"])
def test_a_change_marks_every_paragraph_that_it_would_rewrite(slug: str) -> None:
    before = {(each.section, each.key): each for each in drafted(slug)}
    for what, dossier in _changes(case(slug).dossier):
        after = {(each.section, each.key): each.text for each in drafts_of(dossier)}
        marked = {key for key, each in before.items() if changed(each.cites, dossier)}
        rewritten = {
            key for key, text in after.items() if key in before and before[key].text != text
        }
        assert rewritten, what
        assert rewritten <= marked, (what, rewritten - marked)
        assert len(marked) < len(before), what


def test_facts_of_every_kind_mark_what_cites_them_and_no_other() -> None:
    assert wrongly_marked(case("electronics").dossier, DRAFTERS, every=19) == []


def test_a_changed_note_marks_its_own_paragraph_alone() -> None:
    dossier = with_answer(
        case("auto-parts").dossier, Stage.DIAGNOSIS, "信息系统", note="另一种说法"
    )
    marked = [each.section for each in drafted("auto-parts") if changed(each.cites, dossier)]
    assert marked == ["2.base.信息系统"]


def test_a_fact_that_nothing_rests_on_marks_nothing() -> None:
    dossier = case("auto-parts").dossier
    enterprise = dossier.records["enterprise"][0].model_copy(update={"phone": "000"})
    other = with_rows(dossier, form_of(enterprise), [enterprise])
    assert not any(changed(each.cites, other) for each in drafted("auto-parts"))


# -- what is said -------------------------------------------------------------------------------


def section(drafts: list[Draft] | tuple[Draft, ...], key: str) -> str:
    return "".join(each.text for each in drafts if each.section == key)


def test_the_level_is_explained_by_both_conditions() -> None:
    text = section(drafted("auto-parts"), "2.level")
    assert "合计49.7分，比40分的要求高出9.7分" in text
    assert "企业为9个和6个，各多出3个" in text
    assert "得分须达60分，尚差10.3分" in text and "三级也正是本次改造的目标等级" in text


def test_no_level_is_explained_too() -> None:
    dossier = dossier_of(good())
    for item in load_pack().instrument.items:
        dossier = with_answer(dossier, Stage.DIAGNOSIS, item.name, chosen={"A": True})
    text = section(drafts_of(dossier), "2.level")
    assert "场景条件已经满足，得分条件尚未满足" in text and "尚差" in text
    assert "所差全在得分" in text


def test_the_highest_level_has_no_next_one() -> None:
    table = load_pack().instrument
    dossier = case("auto-parts").dossier
    for item in table.items:
        ranked = sorted(item.options, key=lambda option: option.score)
        keys = [o.key for o in item.options if o.score] if item.none_key else [ranked[-1].key]
        if item.kind == "single":
            keys = [ranked[-1].key]
        dossier = with_answer(dossier, Stage.DIAGNOSIS, item.name, chosen=dict.fromkeys(keys, True))
    for scene in table.scenes:
        dossier = with_answer(dossier, Stage.DIAGNOSIS, scene.name, level=4)
    drafts = drafts_of(dossier)
    assert "四级（协同级）的两项条件均已满足" in section(drafts, "2.level")
    assert "尚差" not in section(drafts, "2.level")
    assert "痛点一" not in section(drafts, "2.pain")


def test_a_scene_without_a_note_shows_its_gap_once() -> None:
    dossier = with_answer(case("auto-parts").dossier, Stage.DIAGNOSIS, "采购管理", note="")
    gap = advice().steps["采购管理", 3].counsel.gap
    assert section(drafts_of(dossier), "2.operation").count(gap) == 1
    assert text_of(drafts_of(dossier)).count(gap) == 1


def test_an_answer_beside_the_bracket_is_not_called_right() -> None:
    dossier = with_answer(
        case("auto-parts").dossier, Stage.DIAGNOSIS, "设备联网", chosen={"D": True}
    )
    text = section(drafts_of(dossier), "2.base.设备系统")
    assert "按数值属于(20%,40%]，评测所选为(40%,60%]一档" in text


def test_what_a_note_says_is_seen_in_any_writing() -> None:
    assert mentions("占57.50%，共1,260台", "57.5", "1260") and not mentions("46台", "4")
    assert share(46, 80) == "57.5%" and share(1, 3) == "33.3%"


def test_one_that_nobody_judged_is_left_out() -> None:
    whole = case("auto-parts").dossier
    dossier = with_answer(whole, Stage.DIAGNOSIS, "能耗管理", level=None)
    text = section(drafts_of(dossier), "2.operation")
    assert "能耗管理为" not in text and "能耗管理同为" not in text
    assert case_of(dossier).grades[Stage.DIAGNOSIS].unanswered == ("能耗管理",)
