"""Whatever state a dossier is in, the rules answer: half typed, imported, merged from anywhere."""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.packs import load_pack
from forms.dossier import Answer, Dossier, Paragraph
from forms.evaluation import Stage
from forms.fields import KEYED, Kind, Spec
from forms.record import Record, forms, specs
from forms.steps import PAGES, STEPS
from grading.finding import Severity
from grading.rules import Case, check
from grading.steps import page_states, step_states
from tests.rule_cases import SITE, case_of, photo_facts

IDS = [UUID(int=number) for number in range(1, 13)]
DOSSIER = UUID(int=0)
NUMBERS = st.sampled_from(
    ["", "0", "-1", "3", "50", "12.50", "1,000", "1e300000", "1E-300000", "九", "9" * 30, "NaN"]
)
WORDS = st.one_of(
    st.sampled_from(["", " ", "一句话足够长可以算作重复的句子。" * 2, "{x}", "{0}%s", "C" * 600]),
    st.text(max_size=12),
)
TIMES = st.one_of(st.times(), st.times(timezones=st.just(dt.UTC)))
MOMENTS = st.datetimes(min_value=dt.datetime(1, 1, 1), max_value=dt.datetime(9999, 12, 31, 23))


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["none", "strange", "photo"]))
    if kind == "none":
        return {}
    if kind == "strange":
        return draw(st.dictionaries(st.text(max_size=5), st.integers(), max_size=2))
    taken = draw(st.none() | MOMENTS)
    offset = draw(st.none() | st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000)))
    found = photo_facts(None, SITE, offset).model_dump(mode="json")
    if taken is not None:
        found["taken_local"] = taken.isoformat()
        found["offset"] = draw(st.sampled_from([None, "+08:00", "-14:00", "+14:00"]))
        found["gps_time"] = draw(
            st.sampled_from([None, "0001-01-01T00:00:00Z", "2025-06-17T01:00Z"])
        )
    return found


def scalar(spec: Spec) -> st.SearchStrategy[Any]:
    kinds: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.NUMBER: NUMBERS,
        Kind.COUNT: st.none() | st.integers(-5, 10**9),
        Kind.DATE: st.none() | st.dates() | st.dates(dt.date(2025, 6, 1), dt.date(2025, 7, 31)),
        Kind.TIME: st.none() | TIMES,
        Kind.YESNO: st.none() | st.booleans(),
        Kind.REF: st.none() | st.sampled_from(IDS),
        Kind.FACTS: facts(),
    }
    if spec.kind is Kind.CHOICE:
        return st.sampled_from(["", "不在其中", *spec.keys])
    return kinds.get(spec.kind, WORDS)


def keyed(spec: Spec, subject: str) -> st.SearchStrategy[dict[str, Any]]:
    if spec.kind is Kind.FIGURE:
        return st.dictionaries(st.sampled_from(["value", "year", "basis"]), NUMBERS)
    if spec.kind is Kind.NUMBERS:
        keys = ["equipment_total", "equipment_digital", "equipment_networked", "years", "未知"]
        return st.dictionaries(st.sampled_from(keys), NUMBERS)
    offered = [str(each) for each in IDS] if spec.kind is Kind.REFS else list(spec.keys)
    letters = ["A", "B", "C", "Q"] if subject else []
    return st.dictionaries(st.sampled_from([*offered, *letters, "未知"]), st.just(True), max_size=4)


@st.composite
def record_of(draw: st.DrawFn, form: type[Record], subject: str = "") -> Record:
    found = form(id=draw(st.sampled_from(IDS)), dossier_id=DOSSIER)
    found.parent_id = draw(st.none() | st.sampled_from(IDS))
    found.withdrawn = draw(st.integers(0, 9)) == 0
    for name, spec in specs(form).items():
        if draw(st.booleans()):
            value = keyed(spec, subject) if spec.kind in KEYED else scalar(spec)
            setattr(found, name, draw(value))
    if isinstance(found, Paragraph):
        found.section = draw(st.sampled_from([*load_pack().outline.by_key, "9.x"]))
    return found


@st.composite
def answer_of(draw: st.DrawFn) -> Record:
    subject = draw(st.sampled_from(["网络建设", "设备数字化", "设备联网", "产品设计", "无此项"]))
    found = draw(record_of(Answer, subject))
    assert isinstance(found, Answer)
    stage = draw(st.sampled_from(list(Stage)))
    identified = Dossier(DOSSIER).answer(stage, subject)
    found.id, found.stage, found.subject = identified.id, identified.stage, subject
    return found


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    records: dict[str, list[Record]] = {}
    for name, form in forms().items():
        most = 1 if form.single else 3
        entry = answer_of() if form is Answer else record_of(form)
        rows = draw(st.lists(entry, max_size=most, unique_by=lambda row: row.id))
        if rows:
            records[name] = rows
    paths = st.tuples(st.sampled_from(IDS), st.sampled_from(["name", "quality.无", "withdrawn"]))
    return Dossier(DOSSIER, records, frozenset(draw(st.lists(paths, max_size=2))))


#: A dossier of all forms is made smaller for minutes; the first one that fails will do.
NOT_SHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=60, suppress_health_check=list(HealthCheck), phases=NOT_SHRUNK)
@given(dossiers(), st.booleans(), st.none() | st.integers(0, 40_000), st.dates())
def test_the_rules_answer_for_every_state_of_a_dossier(
    dossier: Dossier, graded: bool, body: int | None, today: dt.date
) -> None:
    case = case_of(dossier)
    words = None if body is None else {"body": body}
    case = replace(case, words=words, today=today, grades=case.grades if graded else {})

    found = check(case)

    weights = [list(Severity).index(finding.severity) for finding in found]
    assert weights == sorted(weights)
    for finding in found:
        assert finding.clause and finding.remedy and finding.message
        assert len(finding.message) < 1500
        # A conflict is decided on a page beside the steps.
        assert finding.target is not None and finding.target.page in {*PAGES, "merge"}
    assert list(step_states(case, found)) == [step.key for step in STEPS]
    assert list(page_states(case, found)) == list(PAGES)
    assert found == check(Case(dossier, case.pack, today, words, {}, case.grades))
