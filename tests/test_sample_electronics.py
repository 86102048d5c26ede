"""The sample without prose: complete and consistent, with notes from the floor to draft from.

Its report is drafted from them; until then the rules name what is missing, and nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
import yaml

from app import schema
from app.exchange import dump
from app.workbench import Workbench
from exporters.drafters import DRAFTERS
from forms.dossier import Dossier, Enterprise, Equipment, Member, Project, System, Visit
from forms.evaluation import Paragraph, Stage
from forms.record import Record
from grading.cites import kept
from grading.finding import Severity
from grading.rules import check
from grading.rules.case import Case
from grading.wordcount import count
from tests import draft_kit as kit
from tests.rule_cases import case_of
from tests.sample_cases import SAMPLES, sample_case

SLUG = "electronics"
#: What the drafted report brings.
TO_COME = {"REPORT-WORDS", "REPORT-SECTION"}


def read(name: str) -> Any:
    return yaml.safe_load((SAMPLES / SLUG / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def case() -> Case:
    return sample_case(SLUG)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dossier]:
    """The sample as a store gives it back."""
    bench = Workbench.open(Path(tmp_path_factory.mktemp("electronics")))
    yield bench.dossier(bench.import_mapping(read("dossier.yaml")))
    bench.close()


def test_it_goes_into_a_store_and_comes_back_by_the_schema(stored: Dossier) -> None:
    written = dump(stored)
    jsonschema.validate(written, schema.schema())
    given = read("dossier.yaml")
    lists = {form: rows for form, rows in given.items() if isinstance(rows, list)}
    assert {form: len(written[form]) for form in lists} == {f: len(r) for f, r in lists.items()}


def test_only_the_report_is_still_to_come(case: Case) -> None:
    heavy = [e for e in check(case) if e.severity is not Severity.INFO]
    assert [f"{e.rule} {e.message}" for e in heavy if e.rule not in TO_COME] == []
    assert {e.rule for e in heavy} == TO_COME
    assert read("report.yaml") == {}


def test_its_confirmed_drafts_leave_neither_block_nor_warning(case: Case) -> None:
    dossier = case.dossier
    drafts = kit.drafted(dossier, DRAFTERS)
    paragraphs: list[Record] = [
        Paragraph(
            id=uuid4(), dossier_id=dossier.id, section=each.section, text=each.text,
            origin=f"{each.section}/{each.key}", proposed=each.text, cites=kept(each.cites),
        )
        for each in drafts
    ]  # fmt: skip
    told = replace(dossier, records=dossier.records | {"paragraph": paragraphs})
    found = check(case_of(told, sum(count(each.text) for each in drafts)))
    assert [f"{e.rule} {e.message}" for e in found if e.severity is not Severity.INFO] == []


def test_its_projects_take_the_budget_and_are_what_the_needs_ask(case: Case) -> None:
    budget = Fraction(case.dossier.one(Enterprise).budget["value"])
    assert sum(Fraction(each.cost) for each in case.dossier.all(Project)) == budget
    waiting = [m for m in case.dossier.all(Equipment) if "未接" in m.interface]
    joined = case.dossier.all(Project)[0]
    assert f"共{sum(each.quantity or 0 for each in waiting)}台" in joined.content


def test_it_is_whole(case: Case) -> None:
    dossier = case.dossier
    assert len(dossier.all(Member)) >= 4 and len(dossier.all(Visit)) == 2
    for stage in (Stage.SELF, Stage.DIAGNOSIS):
        assert not case.grades[stage].unanswered
    reached = case.grades[Stage.DIAGNOSIS]
    assert (reached.level, f"{reached.total / 1000}") == (2, "46.525")
    assert case.grades[Stage.SELF].total > reached.total
    kinder = [a.subject for a in dossier.answers(Stage.DIAGNOSIS) if a.reason]
    assert sorted(kinder) == sorted(["数据采集", "计划排程", "质量管理"])
    shown = "".join(str(entry["draw"]) for entry in read("photos.yaml")["attachments"])
    scenes = reached.conditions[1]
    assert f"综合得分：{reached.total / 1000}" in shown
    assert f"{scenes.scenes}项（约束性{scenes.binding_scenes}项）" in shown


def figures(case: Case) -> dict[str, str]:
    return case.numbers(Stage.DIAGNOSIS)


def notes(dossier: Dossier) -> dict[str, str]:
    return {answer.subject: answer.note for answer in dossier.answers(Stage.DIAGNOSIS)}


def test_the_notes_are_many_short_and_never_the_same(case: Case) -> None:
    told = notes(case.dossier)
    assert len(told) == 31 and all(80 <= len(note) <= 160 for note in told.values())
    assert sum(map(len, told.values())) >= 3_000
    assert all(len(re.findall(r"\d+", note)) >= 2 for note in told.values())
    phrases = [p for note in told.values() for p in re.split("[。；！？]", note) if len(p) >= 12]
    assert len(phrases) == len(set(phrases))


def test_the_notes_say_the_dossiers_figures(case: Case) -> None:
    told, number = notes(case.dossier), {k: Fraction(v) for k, v in figures(case).items()}
    machines = case.dossier.all(Equipment)
    total = sum(each.quantity or 0 for each in machines)
    online = sum(each.quantity or 0 for each in machines if each.networked == "是")
    waiting = sum(each.quantity or 0 for each in machines if "未接" in each.interface)
    assert total == number["equipment_total"] and online == number["equipment_networked"]
    assert online + waiting == number["equipment_digital"]
    invested = [number[key] for key in ("digital_third", "digital_previous", "digital_last")]
    per_head = [number[f"revenue_{y}"] / number[f"staff_{y}"] for y in ("previous", "last")]
    cost = [number[f"cost_{y}"] / number[f"revenue_{y}"] * 100 for y in ("previous", "last")]
    energy = [number[f"energy_{y}"] / number[f"revenue_{y}"] * 10 for y in ("previous", "last")]
    expected = {
        "设备数字化": [f"{total}台", f"的{online + waiting}台", f"{total - online - waiting}台"],
        "设备联网": [f"合{online}台", f"{online / total:.1%}", f"另有{waiting}台"],
        "资金保障": [*(f"{float(x):.2f}万元" for x in (*invested, sum(invested)))],
        "绿色低碳": [f"{float(x):.3f}" for x in energy],
        "产品质量": [f"{float(number[f'pass_rate_{when}'])}%" for when in ("now", "before")],
        "市场表现": [f"{int(x)}万元" for x in per_head],
        "价值效益": [f"{float(x):.2f}元" for x in cost],
    }
    for subject, parts in expected.items():
        assert [part for part in parts if part not in told[subject]] == [], subject


def test_power_and_gas_in_the_note_make_the_coal_that_was_typed(case: Case) -> None:
    """吨标准煤: 1.229 a 万千瓦时 and 12.143 a 万立方米, as in the first sample."""
    power, earlier_power, gas, earlier_gas = (
        Fraction(found)
        for pattern in (
            r"电(\d+\.\d)万千瓦时，前一年(\d+\.\d)",
            r"天然气(\d\.\d)万立方米，前一年(\d\.\d)",
        )
        for found in re.findall(pattern, notes(case.dossier)["绿色低碳"])[0]
    )
    factors = Fraction("1.229"), Fraction("12.143")
    coal = [
        f"{float(p * factors[0] + g * factors[1]):.2f}"
        for p, g in ((power, gas), (earlier_power, earlier_gas))
    ]
    typed = figures(case)
    assert coal == [typed["energy_last"], typed["energy_previous"]]


def test_money_and_heads_add_up(case: Case) -> None:
    enterprise = case.dossier.one(Enterprise)
    systems = sum(Fraction(each.amount) for each in case.dossier.all(System))
    typed, told = figures(case), enterprise.invested["basis"]
    spent, other = (Fraction(found) for found in re.findall(r"(\d+\.\d+)万元", told))
    assert (spent, spent + other) == (systems, Fraction(enterprise.invested["value"]))
    assert Fraction(typed["staff_last"]) == Fraction(enterprise.employees["value"])
    chart = next(e for e in read("photos.yaml")["attachments"] if e["id"] == "org")["draw"]
    heads = [int(found) for found in re.findall(r"部(\d+)人", str(chart))]
    assert sum(heads) == Fraction(enterprise.employees["value"])
    said = re.findall(r"[产量]部\d+人", enterprise.summary)
    assert len(said) == 2 and all(part in str(chart) for part in said)
