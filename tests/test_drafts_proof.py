"""What drafting must show: of three samples, and of a second factory of one industry and level.

Numbers that follow from what is cited are proved chapter by chapter, in the drafters' own tests.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations

import pytest

from exporters.drafters import DRAFTERS
from exporters.drafting import Draft
from forms.dossier import Dossier, Enterprise
from forms.evaluation import Stage
from forms.record import forms
from grading.cites import ADVICE, LIST, Cite, Facts
from grading.wordcount import count
from tests import draft_kit as kit

SAMPLES = ("auto-parts", "herbal-pharma", "electronics")
TABLES = ("need", "project", "product", "libraryentry", "solution")
INDUSTRY = "电子元器件制造业"
SLUGS = pytest.mark.parametrize("slug", SAMPLES)


@cache
def sample(slug: str) -> Dossier:
    return kit.sample(slug)


@cache
def told(slug: str) -> tuple[Draft, ...]:
    return tuple(kit.drafted(sample(slug), DRAFTERS))


@SLUGS
def test_15000_words_and_no_sentence_twice(slug: str) -> None:
    assert all(each.section[0] in "1234" for each in told(slug))
    assert sum(count(each.text) for each in told(slug)) >= 15_000
    parts = [p.strip() for d in told(slug) for p in re.split("[。！？；]", d.text)]
    assert [p for p, times in Counter(parts).items() if times > 1 and len(p) >= 12] == []


@SLUGS
def test_sentences_cite_the_dossier_and_the_packs_words_are_the_smaller_part(slug: str) -> None:
    assert kit.citing(told(slug)) >= 0.6
    assert 0 < kit.copied(told(slug)) <= kit.lent(told(slug)) <= 0.4  # and nobody says too little


def level(dossier: Dossier) -> int:
    return kit.source_of(dossier).grades[Stage.DIAGNOSIS].level


def test_samples_of_other_industries_or_levels_read_otherwise() -> None:
    for one, other in combinations(SAMPLES, 2):
        assert kit.shared_runs(told(one), told(other)) < 0.35, (one, other)


# -- a second factory of the same industry and level -----------------------------------------------


def second(same_answers: bool = False, tables: bool = True) -> Dossier:
    """A factory of the electronics sample's industry and level: another name, other machines,
    systems, notes, figures and tables, and other options, or else for every second subject those of
    the sample."""
    held, model = sample("auto-parts"), sample("electronics")
    enterprise = held.one(Enterprise).model_copy(update={"industry": INDUSTRY})
    records = held.records | {"enterprise": [enterprise]}
    if same_answers:
        answers = []
        for place, answer in enumerate(held.answers(Stage.DIAGNOSIS)):
            like = model.answer(Stage.DIAGNOSIS, answer.subject)
            judged = {"chosen": like.chosen, "level": like.level} if place % 2 else {}
            answers.append(answer.model_copy(update=judged))
        records |= {"answer": [*held.answers(Stage.SELF), *answers]}
    made = Dossier(held.id, records)
    return made if tables else stripped(made)


def stripped(dossier: Dossier) -> Dossier:
    """The dossier before the route to the next level became tables 9 to 11."""
    return Dossier(dossier.id, dossier.records | {form: [] for form in TABLES})


@pytest.mark.parametrize("same_answers", [False, True], ids=["other answers", "half the same"])
@pytest.mark.parametrize("tables", [True, False], ids=["tables", "no tables"])
def test_two_of_one_industry_and_level_share_less_than_half(
    same_answers: bool, tables: bool
) -> None:
    model = sample("electronics")
    one, other = second(same_answers, tables), model if tables else stripped(model)
    assert level(one) == level(other) == 2
    assert one.one(Enterprise).industry == other.one(Enterprise).industry
    drafts, others = kit.drafted(one, DRAFTERS), kit.drafted(other, DRAFTERS)
    assert kit.shared_runs(drafts, others) < 0.5
    for section, most in (("3.projects", 0.8), ("4", 0.65)):  # where the pack speaks most
        mine, theirs = ([d for d in each if d.section == section] for each in (drafts, others))
        assert kit.shared_runs(mine, theirs) < most, section


# -- mutations -------------------------------------------------------------------------------------


@cache
def rests(slug: str) -> dict[Cite, frozenset[int]]:
    """The places of a sample's paragraphs by what they cite."""
    found: dict[Cite, set[int]] = defaultdict(set)
    for place, each in enumerate(told(slug)):
        for cite in each.cites:
            found[cite].add(place)
    return {cite: frozenset(places) for cite, places in found.items()}


def marked(dossier: Dossier, slug: str) -> set[int]:
    """The places of the paragraphs that rest on a fact which is another one in the dossier."""
    return {at for cite in Facts(dossier).changed(rests(slug)) for at in rests(slug)[cite]}


def same(one: Cite, other: Cite) -> bool:
    """Whether two cites are of one fact: one place, or a keyed field and one of its entries."""
    if (one.form, one.record) != (other.form, other.record):
        return False
    paths = sorted((one.path, other.path), key=len)
    return paths[0] == paths[1] or paths[1].startswith(f"{paths[0]}.")


@SLUGS
def test_a_change_of_any_fact_marks_exactly_the_paragraphs_that_cite_it(slug: str) -> None:
    drafts, dossier = told(slug), sample(slug)
    holders: dict[tuple[object, ...], list[tuple[frozenset[int], Cite]]] = defaultdict(list)
    for cite, places in rests(slug).items():
        holders[cite.form, cite.record].append((places, cite))
    tried = kit.facts(drafts)
    assert len(tried) > 500 and marked(dossier, slug) == set()
    wrong = []
    for fact in tried:
        near = holders[fact.form, fact.record]
        cited = {at for places, held in near if same(held, fact) for at in places}
        found = marked(kit.mutated(dossier, fact), slug)
        if found != cited:
            wrong.append((fact, found ^ cited))
    assert wrong == []


@SLUGS
def test_an_entry_more_marks_exactly_the_paragraphs_that_cite_its_list(slug: str) -> None:
    drafts, dossier = told(slug), sample(slug)
    lists = {cite for each in drafts for cite in each.cites if cite.path == LIST}
    assert len(lists) >= 8
    for held in lists:
        kind = forms()[held.form]
        more = kind(dossier_id=dossier.id, parent_id=held.record)
        rows = [*dossier.records.get(held.form, ()), more]
        after = Dossier(dossier.id, dossier.records | {held.form: rows})
        within = {None, held.record}
        cited = {
            place
            for place, each in enumerate(drafts)
            for c in each.cites
            if (c.form, c.path) == (held.form, LIST) and c.record in within
        }
        assert marked(after, slug) == cited, held


def test_advice_alone_is_never_out_of_date() -> None:
    advised = [c for each in told("electronics") for c in each.cites if c.form == ADVICE]
    assert advised and Facts(Dossier(sample("electronics").id, {})).changed(advised) == []
