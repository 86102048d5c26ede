"""Chapters 三 and 四 as drafted: from complete dossiers, with and without tables 9 to 11."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from app.packs import load_advice, load_pack
from exporters.draft_plan import DRAFTERS
from exporters.draft_route import Goal, goal
from exporters.drafting import Draft, Teller
from forms.dossier import Dossier, File, Project
from forms.evaluation import Stage
from forms.instrument import Kind, points_text
from grading.cites import ADVICE, changed
from grading.score import Grade, grade
from grading.sheet import Sheet, sheet_of
from tests import draft_kit as kit
from tests.draft_numbers import stray_numbers

SAMPLES = ("auto-parts", "herbal-pharma", "electronics")
TABLES = ("need", "project", "product", "libraryentry", "solution")


@cache
def full(slug: str) -> Dossier:
    return kit.sample(slug)


@cache
def bare(slug: str) -> Dossier:
    """The dossier of a diagnosis whose route has become no table yet."""
    kept = {form: rows for form, rows in full(slug).records.items() if form not in TABLES}
    return Dossier(full(slug).id, kept)


@cache
def told(slug: str, whole: bool = True) -> tuple[Draft, ...]:
    return tuple(kit.drafted(full(slug) if whole else bare(slug), DRAFTERS))


@cache
def reached(slug: str) -> tuple[Goal, Grade]:
    """The plan, and the grade that the table gives once its measures are done."""
    source = kit.source_of(full(slug))
    plan = goal(Teller(source, load_advice(), "3"))
    assert plan is not None
    table = source.pack.instrument
    sheet = sheet_of(full(slug), Stage.DIAGNOSIS, table)
    items = {name: set(keys) for name, keys in sheet.items.items()}
    for measure in plan.items:
        item = table.item(measure.subject)
        held = items[item.name] if item.kind is Kind.MULTI else set()
        items[item.name] = (held | {measure.key}) - {item.none_key or ""}
    scenes = dict(sheet.scenes) | {m.subject: int(m.key) for m in plan.scenes}
    return plan, grade(table, Sheet({n: frozenset(k) for n, k in items.items()}, scenes))


EACH = pytest.mark.parametrize("whole", [True, False], ids=["full", "bare"])
SLUGS = pytest.mark.parametrize("slug", SAMPLES)


@SLUGS
@EACH
def test_a_complete_dossier_drafts_every_section(slug: str, whole: bool) -> None:
    drafts = told(slug, whole)
    assert {each.section for each in drafts} == set(DRAFTERS)
    assert sum(len(each.text) for each in drafts) > (5500 if whole else 4000)
    keys = [(each.section, each.key) for each in drafts]
    assert len(set(keys)) == len(keys)


@SLUGS
@EACH
def test_sentences_rest_on_the_dossier_and_stand_once(slug: str, whole: bool) -> None:
    drafts = told(slug, whole)
    assert kit.repeated(drafts) == []
    assert kit.citing(drafts) >= 0.9
    assert kit.lent(drafts) <= 0.42
    for each in drafts:
        assert all(sentence.cites for sentence in each.sentences), each.text
        for wrong in ("未填写", "None", "，，", "。。", "、、", "；。", "等等", "“”", "（）"):
            assert wrong not in each.text, each.text


@SLUGS
@EACH
def test_numbers_are_the_dossiers(slug: str, whole: bool) -> None:
    """Beside what the kit explains: points before and after the measures, and their differences."""
    dossier = full(slug) if whole else bare(slug)
    table = load_pack().instrument
    plan, after = reached(slug)
    points = {item.points - plan.held.items[item.name] for item in table.items}
    for held in (plan.held, after):
        points |= {held.total, *held.dimensions.values(), *held.items.values()}
    points |= {rule.min_score for rule in table.levels}
    points |= {abs(one - other) for one in points for other in points}
    known = {Decimal(each) / 1000 for each in points}
    known |= {Decimal(n) for r in table.levels for n in (r.min_scenes, r.min_binding_scenes)}
    strays = stray_numbers(told(slug, whole), dossier)
    assert [found for found in strays if Decimal(found[0]) not in known] == []


def test_two_dossiers_do_not_read_alike() -> None:
    one, other = told(SAMPLES[0]), told(SAMPLES[1])
    assert kit.shared_runs(one, other) < 0.2
    assert kit.shared_runs(told(SAMPLES[0], False), told(SAMPLES[1], False)) < 0.3


def test_an_empty_dossier_drafts_nothing() -> None:
    empty = Dossier(full("auto-parts").id, {})
    assert kit.drafted(empty, DRAFTERS) == []


@SLUGS
def test_a_half_filled_dossier_drafts_what_it_knows(slug: str) -> None:
    half = kit.half_filled(full(slug))
    drafts = kit.drafted(half, DRAFTERS)
    assert drafts and kit.repeated(drafts) == []
    assert all(sentence.cites for each in drafts for sentence in each.sentences)
    assert "到三级的途径" not in "".join(each.text for each in drafts)  # answers are open


@SLUGS
def test_a_changed_fact_marks_the_paragraphs_that_cite_it(slug: str) -> None:
    """The way itself follows from all answers; only what names a measure cites its answer."""
    wrong = kit.wrongly_marked(full(slug), DRAFTERS, every=61)
    assert [found for found in wrong if found[0].form not in ("answer", "dossier")] == []
    before = told(slug)
    for cite in [cite for cite in kit.facts(before) if cite.form == "answer"][::7]:
        after = kit.mutated(full(slug), cite)
        resting = {d.key for d in before if any(c == cite for c in d.cites)}
        assert {d.key for d in before if changed(d.cites, after)} == resting


@SLUGS
def test_the_plan_reaches_the_target_by_what_it_names(slug: str) -> None:
    """The points and scenes that the text promises are those that its measures bring."""
    plan, after = reached(slug)
    text = "".join(each.text for each in told(slug))
    assert plan.rule.level == full(slug).one(File).target_level == after.level
    assert f"推算得分{points_text(after.total, trim=True)}分" in text
    for measure in plan.ways[0].measures:
        assert measure.subject in text


def test_a_project_is_told_with_its_own_money_and_time() -> None:
    dossier = full("auto-parts")
    row = dossier.all(Project)[0]
    (mine,) = [each for each in told("auto-parts") if each.key == f"project.{row.id}"]
    assert row.name in mine.text and row.cost in mine.text and row.period in mine.text
    paths = {cite.path for cite in mine.cites if cite.record == row.id}
    assert {"name", "cost", "period", "content", "outcome"} <= paths


def test_what_to_do_is_cited_with_the_answer_that_it_follows_from() -> None:
    for each in told("auto-parts", False):
        for sentence in each.sentences:
            if sentence.lent:
                assert {cite.form for cite in sentence.cites} >= {ADVICE, "answer"}, sentence.text
