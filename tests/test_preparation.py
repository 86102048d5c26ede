"""A visit prepared from the self-assessment: what is proposed, what stays, what is printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from app.packs import load_pack
from app.preparation import propose
from app.workbench import Workbench
from exporters import preparation as papers
from exporters.blocks import texts
from exporters.source import Source
from forms.dossier import AgendaItem, Dossier, Enterprise, File, Plan
from forms.errors import UserError
from forms.evaluation import Stage
from forms.preparation import DRAFTABLE
from forms.record import single_id, specs
from forms.survey import parse_survey
from grading.pilot import LARGE, conditions, size_by_figures
from grading.preparation import OPEN, focuses, proposal
from tests.dossiers import cells, tables
from tests.rule_cases import dossier_of, good
from tests.window_kit import opened

PACK = load_pack()
LIMITS = {name: specs(Plan)[name].limit for name in DRAFTABLE}


def dossier(**more: Any) -> Dossier:
    return dossier_of({**good(), "dossier": {"pack": PACK.id, "target_level": 2}, **more})


def test_the_gaps_of_the_self_assessment_are_looked_into_the_heaviest_first() -> None:
    held = dossier()
    found = {each.subject: each for each in focuses(held, PACK)}
    for scene in PACK.instrument.scenes:
        level = held.answer(Stage.SELF, scene.name).level or 0
        assert (scene.name in found) == (level < 2), scene.name
    for dimension in PACK.instrument.dimensions:
        for item in (i for x in dimension.indicators for i in x.items):
            if dimension.name == "数字化成效":
                assert item.name not in found, "a result is no gap"
    network = found["网络建设"]
    assert network.own == "B" and network.whom == "信息化负责人"
    assert network.papers == PACK.survey.subjects["网络建设"].papers
    asked = [q.ask for q in PACK.questions if q.where == "网络建设" and not q.industries]
    assert set(asked) <= set(network.questions)


def test_questions_follow_the_industry_and_what_is_open_is_asked_too() -> None:
    answers = [a for a in good()["answer"] if a["subject"] != "网络建设"]
    one = {e.subject: e for e in focuses(dossier(answer=answers), PACK)}
    assert one["网络建设"].own == OPEN
    asked = {
        industry: {q for e in focuses(dossier(enterprise=firm), PACK) for q in e.questions}
        for industry in PACK.industries
        for firm in ({**good()["enterprise"], "industry": industry},)
    }
    for question in (q for q in PACK.questions if q.industries and q.where):
        for industry, found in asked.items():
            if industry not in question.industries:
                assert question.ask not in found
    assert (
        focuses(dossier(answer=[]), PACK) == []
        and proposal(dossier(answer=[]), PACK, LIMITS) is None
    )


def test_a_proposed_timetable_fills_the_planned_time_without_a_gap() -> None:
    held = dossier(plan={"start": "08:30", "end": "16:30"})
    made = proposal(held, PACK, LIMITS)
    assert made is not None
    times = [(line.start, line.end) for line in made.lines]
    assert times[0][0] == dt.time(8, 30) and times[-1][1] == dt.time(16, 30)
    assert all(end == start for (_, end), (start, _) in pairwise(times))
    assert made.lines[0].place == made.lines[-1].place == "厂门"
    whom = {each.whom for each in focuses(held, PACK)}
    assert {line.people for line in made.lines if line.activity.startswith("访谈")} == whom
    where = {each.where for each in focuses(held, PACK)} - {""}
    assert {line.place for line in made.lines if line.activity.startswith("现场查看")} == where
    for name, text in made.texts.items():
        assert 0 < len(text) <= LIMITS[name] and text.endswith("。")
    blank = proposal(dossier(plan={}), PACK, LIMITS)
    assert blank is not None and {line.start for line in blank.lines} == {None}
    late = proposal(dossier(plan={"start": "23:50"}), PACK, LIMITS)
    assert late is not None and late.lines[-1].start is None


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("准备") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def held(bench: Workbench) -> UUID:
    mapping = {k: v for k, v in good().items() if k not in ("plan", "agendaitem")}
    return bench.import_mapping({**mapping, "id": "00000000-0000-4000-8000-0000000000bb"})


def test_a_proposal_never_stands_over_a_persons_words(bench: Workbench, held: UUID) -> None:
    plan = single_id(held, "plan")
    bench.put(held, "plan", plan, "papers", "设备台账")
    bench.seal(held)
    made = propose(bench, held)
    assert made.texts == ("请企业安排的参会人员", "拟查看的车间和场所") and made.lines > 4
    found = bench.dossier(held).one(Plan)
    assert found.papers == "设备台账" and "资料" not in found.drafted
    assert found.drafted == {"参会人员": True, "车间和场所": True} and found.attendees
    items = bench.dossier(held).all(AgendaItem)
    assert len(items) == made.lines and all(item.drafted for item in items)
    assert propose(bench, held).sentence == "各栏和日程均已由人填写，没有改动。"
    bench.put(held, "plan", plan, "start", "09:00")
    assert propose(bench, held).lines == made.lines, "a drafted timetable follows the plan's times"
    first, *rest = bench.dossier(held).all(AgendaItem)
    assert first.start == dt.time(9) and len(rest) + 1 == made.lines
    bench.put(held, "agendaitem", first.id, "drafted", False)
    bench.put(held, "plan", plan, "start", "10:00")
    assert propose(bench, held).lines == 0
    assert bench.dossier(held).all(AgendaItem)[0].start == dt.time(9)
    empty = bench.create("示例·没有自评")
    with pytest.raises(UserError, match="企业自评还没有内容，没有拟写，原有内容未变"):
        propose(bench, empty)


def test_a_final_plan_leaves_out_what_nobody_confirmed() -> None:
    plan = {"attendees": "系统拟写的人员", "drafted": ["参会人员"], "papers": "设备台账"}
    agenda = [{"activity": "拟写的一行", "drafted": True}, {"activity": "人写的一行"}]
    held = dossier(plan=plan, agendaitem=agenda)
    for draft, shown in ((False, False), (True, True)):
        made = papers.compose_plan(Source(held, PACK, {}, draft=draft))
        said = [text for table in tables(made) for text in cells(table)]
        assert ("系统拟写的人员" in said) is shown and ("拟写的一行" in said) is shown
        assert "设备台账" in said and "人写的一行" in said


def test_the_outline_begins_with_the_gaps() -> None:
    made = papers.compose_outline(Source(dossier(), PACK, {}))
    focus = list(tables(made))[1]
    said = list(cells(focus))
    for each in focuses(dossier(), PACK):
        place = said.index(each.subject)
        assert said[place + 2].startswith(each.whom) and said[place + 3] == each.where
        assert all(paper in said[place + 4] for paper in each.papers)
    bare = papers.compose_outline(Source(dossier(answer=[]), PACK, {}))
    assert any("尚未收到企业自评估情况" in text for text in texts(bare.blocks))


@pytest.mark.parametrize(
    ("staff", "revenue", "due"),
    [
        ("1000", "40000", LARGE),
        ("999", "50000", "中型企业"),
        ("5000", "39999.99", "中型企业"),
        ("300", "2000", "中型企业"),
        ("299", "2000", "小型企业"),
        ("300", "1999", "小型企业"),
        ("20", "300", "小型企业"),
        ("19", "300", "微型企业"),
        ("20", "299", "微型企业"),
        ("0", "0", "微型企业"),
    ],
)
def test_the_published_limits_tell_the_size(staff: str, revenue: str, due: str) -> None:
    firm = Enterprise(
        dossier_id=UUID(int=1), employees={"value": staff}, revenue={"value": revenue}
    )
    found = size_by_figures(firm, PACK.pilot.sizes)
    assert found == (due, Decimal(staff), Decimal(revenue))
    assert size_by_figures(Enterprise(dossier_id=UUID(int=1)), PACK.pilot.sizes) is None


def test_no_condition_is_assumed() -> None:
    blank = Dossier(UUID(int=1), {"dossier": [File(id=UUID(int=1), dossier_id=UUID(int=1))]})
    assert {each.holds for each in conditions(blank, PACK)} == {None}
    held = {each.field: each for each in conditions(dossier(), PACK)}
    assert held["registered"].holds and held["registered"].told == "2025-05-20　王"
    assert held["central_funds"].holds is True and held["central_funds"].source == "方案 四（四）"
    form = good()["eligibility"] | {"project_from": "2024-01-01", "project_to": "2025-11-01"}
    late = dossier(eligibility=form, dossier={"pack": PACK.id, "batch": "第三批"})
    assert {e.field: e.holds for e in conditions(late, PACK)}["project_from"] is False


def test_a_survey_without_a_subject_is_no_survey() -> None:
    names = list(PACK.survey.subjects)
    rows = {n: {"whom": s.whom, "papers": list(s.papers)} for n, s in PACK.survey.subjects.items()}
    raw = {"subjects": rows, "minutes": dict(PACK.survey.minutes)}
    assert parse_survey(raw, names).subjects.keys() == set(names)
    with pytest.raises(ValueError, match=names[0]):
        parse_survey({**raw, "subjects": {k: rows[k] for k in names[1:]}}, names)
