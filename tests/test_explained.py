"""Every rule explains itself: what is wrong, by which document's words, what to do, where."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app.explain import UNKNOWN, explain, explain_all, explain_finding, rules_of
from app.packs import known_packs, load_clauses, load_pack
from forms.clauses import parse_clauses, quoted
from forms.pack import Pack
from forms.papers import BY_KEY
from forms.record import forms
from forms.steps import PAGES
from grading.finding import Finding, Severity, Target
from grading.photo_rules import PHOTO_RULES
from grading.photo_words import CONSISTENCY, PHOTO_CLAUSE
from tests.test_requirements import requirements

ROOT = Path(__file__).parent.parent
#: Documents whose words are not the plan's; their quotations are checked by nobody's text here.
ELSEWHERE = ("工信部联企业〔2011〕300号",)


@pytest.fixture(scope="module", params=known_packs())
def pack(request: pytest.FixtureRequest) -> Pack:
    return load_pack(request.param)


def test_no_rule_lacks_anything(pack: Pack) -> None:
    found = explain_all(pack)
    assert {each.rule for each in found} == rules_of(pack).keys() and len(found) > 23
    for each in found:
        assert each.cite and each.clauses, each.rule
        assert all(clause.document and (clause.text or clause.note) for clause in each.clauses)
        assert len(re.sub(UNKNOWN, "", each.what)) >= 8, (each.rule, each.what)
        assert each.remedy.endswith("。") and "{" not in each.what + each.remedy, each.rule
        assert each.page in PAGES and PAGES[each.page].name in each.place, each.rule


def test_every_limit_is_told_with_what_it_is_counted_in(pack: Pack) -> None:
    for rule in rules_of(pack).values():
        told = explain(pack, rule).limit
        assert bool(rule.limit) == bool(told), rule.id
        assert not rule.limit or re.fullmatch(r"(每小时 )?[\d,.]+( ?[一-鿿]+|%)", told), told


def test_whatever_is_cited_is_told(pack: Pack) -> None:
    """Findings cite by their rule, or by the form, paper or notice that they are about."""
    cited = {rule.clause for rule in rules_of(pack).values()} | {pack.retrofit_source}
    cited |= {batch.source for batch in pack.batches}
    if pack.id == "changchun-2024":  # forms and papers cite this plan
        cited |= {form.clause for form in forms().values() if form.clause}
        cited |= {paper.clause for paper in BY_KEY.values()}
    held = load_clauses(pack.id)
    assert [cite for cite in cited if cite and not quoted(cite, held)] == []


def test_the_plan_is_quoted_as_it_stands() -> None:
    plan = "".join("".join(each.words.split()) for each in requirements())
    held = load_clauses().values()
    texts = [each for each in held if each.text and not each.cite.startswith(ELSEWHERE)]
    assert len(texts) > 35
    assert [each.cite for each in texts if "".join(each.text.split()) not in plan] == []


def test_photo_rules_are_those_that_photos_set_off() -> None:
    """By id, clause and weight, as the calls in grading/ name them."""
    seen: dict[str, tuple[set[str], set[str]]] = {}
    for path in sorted((ROOT / "grading").glob("photo_*.py")):
        if path.name == "photo_rules.py":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        strings = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
        for rule in strings:
            if isinstance(rule, str) and re.fullmatch(r"PHOTO-[A-Z-]+", rule):
                seen.setdefault(rule, (set(), set()))
        calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
        for call in calls:
            if ast.unparse(call.func) == "told" and isinstance(call.args[0], ast.Constant):
                weights, clauses = seen[str(call.args[0].value)]
                weights |= {ast.unparse(call.args[1]).removeprefix("Severity.").lower()}
                clauses |= {ast.unparse(call.args[4]) if len(call.args) > 4 else "CONSISTENCY"}
    named = {"CONSISTENCY": CONSISTENCY, "PHOTO_CLAUSE": PHOTO_CLAUSE}
    own = {rule for rule in seen if rule not in load_pack().rules}
    assert own == PHOTO_RULES.keys()
    for rule in own:
        weights, clauses = seen[rule]
        assert weights <= {PHOTO_RULES[rule].severity, "weight"}, rule
        assert {named[each] for each in clauses} <= {PHOTO_RULES[rule].clause}, rule


def test_a_finding_is_told_in_its_own_words() -> None:
    pack = load_pack()
    target = Target("team")
    own = Finding("TEAM-SIZE", Severity.BLOCK, "甲。", "附件3 表99", "乙。", target)
    told = explain_finding(pack, own)
    assert (told.what, told.remedy, told.limit, told.page) == ("甲。", "乙。", "3 人", "team")
    assert [each.cite for each in told.clauses] == ["附件3"]
    # A clause that nobody knows: the rule's own is told beside it.
    odd = Finding("TEAM-SIZE", Severity.BLOCK, "甲。", "某函", "乙。", None)
    assert explain_finding(pack, odd).clauses[0].text.startswith("诊断团队成员数量应不少于3人")
    foreign = Finding("NO-SUCH", Severity.WARN, "甲。", "某函", "乙。", None)
    assert explain_finding(pack, foreign).clauses == () and explain_finding(pack, foreign).said


def test_parts_of_a_citation_are_told_each() -> None:
    held = load_clauses()
    assert [each.cite for each in quoted("方案 三（二）3、7", held)] == [
        "方案 三（二）3",
        "方案 三（二）7",
    ]
    assert [each.cite for each in quoted("方案 三（二）6、附件5", held)] == [
        "方案 三（二）6",
        "附件5",
    ]


@pytest.mark.parametrize(
    "row",
    [{"cite": "方案 一"}, {"cite": "他处", "text": "甲"}, {"cite": "方案 二", "text": "再"}],
    ids=["nothing said", "of no document", "told twice"],
)
def test_a_faulty_clause_is_refused(row: dict[str, str]) -> None:
    good = {"cite": "方案 二", "text": "甲"}
    data = {"documents": {"方案": "《方案》"}, "clauses": [good, row]}
    with pytest.raises(ValueError, match=row["cite"]):
        parse_clauses(data)
