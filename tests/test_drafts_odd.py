"""Drafts of odd dossiers: answers against the figures, one of everything, stages left out."""

from __future__ import annotations

import re
from functools import cache

import pytest

from app.packs import load_pack
from exporters.drafters import DRAFTERS
from exporters.drafting import Draft
from forms.dossier import CloudService, DataResource, Dossier, Equipment, Paragraph, System
from forms.evaluation import Stage
from forms.instrument import Kind
from forms.record import Record
from grading.rules import prose
from tests import draft_kit as kit
from tests.rule_cases import case_of

TABLES = ("need", "project", "product", "libraryentry", "solution")


def judged(best: bool) -> Dossier:
    """The parts maker with the best answers or the worst, its figures and notes as they were."""
    held, table = kit.sample("auto-parts"), load_pack().instrument
    answers = []
    # By name: the order of answers follows ids, and a sample gets new ones each time it is read.
    given = sorted(held.answers(Stage.DIAGNOSIS), key=lambda answer: answer.subject)
    for place, answer in enumerate(given):
        if answer.subject in {scene.name for scene in table.scenes}:
            level = (3 if place % 4 else 2) if best else place % 2
            answers.append(answer.model_copy(update={"level": level}))
            continue
        item = table.item(answer.subject)
        ranked = sorted(item.options, key=lambda option: option.score)
        if not best:
            keys = [ranked[0].key]
        elif item.kind is Kind.MULTI:
            keys = [o.key for o in item.options if o.score and o.key != item.options[-2].key]
        else:
            keys = [ranked[-1].key]
        answers.append(answer.model_copy(update={"chosen": dict.fromkeys(keys, True)}))
    kept = {form: rows for form, rows in held.records.items() if form not in TABLES}
    return Dossier(held.id, kept | {"answer": [*held.answers(Stage.SELF), *answers]})


def single() -> Dossier:
    """The parts maker with one machine, one system, one kind of data and one cloud service."""
    held = kit.sample("auto-parts")
    i = held.id
    machine = Equipment(dossier_id=i, name="普通车床", quantity=2, networked="否", interface="无")
    data = DataResource(
        dossier_id=i, scope="生产数据", source="班组日报", method="手工采集", use="月度统计"
    )
    rows: dict[str, list[Record]] = {
        "equipment": [machine],
        "system": [System(dossier_id=i, name="示例进销存", modules="采购、库存")],
        "dataresource": [data],
        "cloudservice": [CloudService(dossier_id=i, business="业务系统上云", vendor="示例云")],
    }
    return Dossier(i, {f: r for f, r in held.records.items() if f not in TABLES} | rows)


MADE = {"worst": lambda: judged(False), "best": lambda: judged(True), "single": single}


@cache
def told(name: str) -> tuple[Draft, ...]:
    return tuple(kit.drafted(MADE[name](), DRAFTERS))


def said(name: str) -> str:
    return "\n".join(each.text for each in told(name))


@pytest.mark.parametrize("name", MADE)
def test_nothing_is_counted_below_zero_and_no_count_says_the_same_twice(name: str) -> None:
    text = said(name)
    assert re.findall(r"[增减少加差]-\d|加-\d", text) == []
    assert re.findall(r"有?(\d+)个采集项有\1个|(\d+)个二级指标，[^。]*有\2个", text) == []
    assert re.findall(r"(\d+)个应用场景中有\1个", text) == []
    assert "1种1台" not in text and not re.search(r"(\d+)台，[为以][^，。]{1,12}\1台", text)
    assert kit.repeated(told(name)) == []


@pytest.mark.parametrize("name", MADE)
def test_a_judgement_against_the_figures_is_told_as_such(name: str) -> None:
    for way, wrong in (("下降", "增加"), ("上升", "降低")):
        assert not re.search(rf"{way}[\d.]+(%|个百分点)，判定为{wrong}", said(name))
    assert not re.search(r"之比为0\.\d%，列\(60%", said(name))


@pytest.mark.parametrize("name", MADE)
def test_no_check_of_the_prose_denies_what_was_drafted(name: str) -> None:
    dossier = MADE[name]()
    rows = [Paragraph(dossier_id=dossier.id, section=d.section, text=d.text) for d in told(name)]
    case = case_of(Dossier(dossier.id, dossier.records | {"paragraph": list(rows)}))
    found = [*prose.figures(case), *prose.repeats(case), *prose.unfinished(case)]
    assert [(hit.rule, hit.values) for hit in found] == []


def test_answers_against_the_figures_are_named_beside_what_these_give() -> None:
    assert "按数值应为降低，评测所选为增加" in said("worst")
    assert "现有46台已超过这一档所需" in said("worst")
    assert "按数值属于[0,10%]，评测所选为(60%,100%]一档" in said("best")


@pytest.mark.parametrize("name", MADE)
def test_stages_are_numbered_without_a_gap(name: str) -> None:
    (section,) = ["".join(d.text for d in told(name) if d.section == "3.design")]
    found = list(dict.fromkeys(re.findall("第([一二三])阶段", section)))
    assert found == list("一二三")[: len(found)]
    assert found, section


def test_one_of_a_kind_is_told_without_a_list() -> None:
    text = said("single")
    assert "没有接口的设备为普通车床2台" in text
    assert "表4所列生产数据仍有人工填写或抄录" in text
    assert "采集含手工或人工环节" in text and "各类数据的采集都" not in text
    assert "在云上运行的业务系统与厂内系统" in text or "业务系统在云上运行" in text
    assert "运行的业务系统上云" not in text and "业务系统上云在云上" not in text


def test_best_answers_are_told_as_whole() -> None:
    text = said("best")
    assert "应用于全覆盖" not in text and "信息系统实现业务环节全覆盖" in text
    assert "16个应用场景均达到二级或更高" in text
