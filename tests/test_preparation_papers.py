"""What goes to the enterprise before a visit: all that is asked, nothing that nobody said."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from app.packs import load_pack
from exporters import preparation
from exporters.blocks import Document, texts
from exporters.source import Source
from forms.dossier import Dossier
from forms.figures import Figures
from tests.dossiers import cells, dossiers, empty_source, tables
from tests.rule_cases import dossier_of, good
from tests.same_text import same_text

PACK = load_pack()
PLAN = {
    "date": "2025-06-16",
    "start": "08:30",
    "topics": ["情况调研", "访谈交流"],
    "members": ["王", "赵"],
    "attendees": "生产负责人\n\n质量负责人",
    "papers": "设备台账",
}
AGENDA = [
    {
        **{"activity": "启动会", "start": "08:30", "end": "09:00"},
        **{"place": "二楼会议室", "people": "各部门"},
    },
    {"activity": "车间调研"},
]


def source(**more: Any) -> Source:
    return Source(dossier_of(good() | more), PACK, {})


def held(document: Document) -> list[str]:
    return [text for table in tables(document) for text in cells(table)]


def after(document: Document, label: str) -> str:
    found = held(document)
    return found[found.index(label) + 1]


@pytest.fixture(scope="module")
def plan() -> Document:
    return preparation.compose_plan(source(plan=PLAN, agendaitem=AGENDA))


@pytest.fixture(scope="module")
def outline() -> Document:
    return preparation.compose_outline(source())


def test_the_plan_says_when_who_and_what(plan: Document) -> None:
    assert plan.title == "示例·测试机械有限公司现场调研计划"
    assert after(plan, "调研日期") == "2025年6月16日"
    assert after(plan, "到厂离厂时间") == "08:30-　　"
    assert after(plan, "调研主题") == (
        "☑情况调研　□主题培训　☑访谈交流　□技术诊断\n□方案沟通　□回访　□诊断结果汇报"
    )
    assert after(plan, "请企业安排的参会人员") == "生产负责人\n质量负责人"
    assert after(plan, "请企业准备的资料") == "设备台账"
    found = held(plan)
    assert "王（组长）" in found and "赵" in found and "李" not in found
    assert [after(plan, label) for label in ("企业联系人", "服务商联系人")] == ["钱", "王"]
    place = found.index("08:30-09:00")
    assert found[place : place + 4] == ["08:30-09:00", "启动会", "二楼会议室", "各部门"]
    assert found[place + 4 : place + 9] == ["2", "", "车间调研", "", ""]


def test_the_plan_quotes_what_is_asked_with_the_packs_numbers() -> None:
    rules = dict(PACK.rules)
    rules["VISIT-HOURS"] = replace(rules["VISIT-HOURS"], limit=rules["VISIT-HOURS"].limit + 4)
    rules["VISIT-PHOTOS"] = replace(rules["VISIT-PHOTOS"], limit=rules["VISIT-PHOTOS"].limit + 4)
    changed = replace(source(), pack=replace(PACK, rules=rules))
    quoted = list(texts(preparation.compose_plan(changed).blocks))[-3:]
    assert quoted[0].startswith("方案 四（一）：开展咨询诊断服务前后要留存诊断服务图片（含时间戳）")
    assert quoted[1].startswith("附件3 现场诊断记录表：咨询诊断服务商每次入场")
    assert "现场诊断照片不少于9张" in quoted[1]
    assert "单次诊断时间不少于7小时" in quoted[2]
    assert quoted[2].startswith("方案 四（三）：")


def test_the_outline_asks_the_whole_table_in_the_order_of_the_walk(outline: Document) -> None:
    found = "\n".join(held(outline))
    instrument = PACK.instrument
    wanted = [
        piece
        for item in instrument.items
        for piece in (item.name, item.question, *(f"{o.key}.{o.text}" for o in item.options))
    ]
    wanted += [
        piece for scene in instrument.scenes for piece in (scene.name, "无等级", *scene.criteria)
    ]
    place = 0
    for piece in wanted:
        place = found.index(piece, place) + len(piece)
    for blank in ("受访部门及人员：", "现场记录："):
        assert held(outline).count(blank) == 31


def test_the_self_assessment_is_shown_with_what_it_rests_on(outline: Document) -> None:
    asked = after(outline, "网络建设\n（多选）")
    assert asked.startswith("企业网络建设连接情况：\n□A.无　☑B.企业车间建成工控网络")
    assert asked.endswith("\n企业自评说明：见设备台账。") and asked.count("☑") == 1
    assert "☑一级：" in after(outline, "财务管理*")
    assert after(outline, "自评测等级") == "一级"


def test_the_diagnosis_is_not_told_beforehand() -> None:
    answers = [a for a in good()["answer"] if a["stage"] == "diagnosis"]
    document = preparation.compose_outline(source(answer=answers))
    assert "☑" not in "\n".join(held(document))


def test_every_figure_of_the_official_form_is_to_be_ready(outline: Document) -> None:
    table = list(tables(outline))[-2]
    found = cells(table)
    inputs = Figures.parse(PACK.figures, PACK.instrument).inputs
    for entry in inputs:
        place = found.index(entry.label_before)
        assert found[place + 1] == entry.unit
    assert found[found.index("生产设备数量") + 2] == "50"
    assert found[found.index("具体数据（%）（计算）") + 2] == "16"
    assert any("205-1表" in text for text in found)


@pytest.mark.parametrize("compose", [preparation.compose_plan, preparation.compose_outline])
def test_an_empty_dossier_invents_nothing(compose: Any) -> None:
    final = compose(empty_source())
    assert "☑" not in "".join(held(final)) and "（未填写）" not in "".join(held(final))
    draft = compose(empty_source(draft=True))
    assert draft.draft and held(draft).count("（未填写）") >= 5
    said = [text for text in held(draft) if text not in ("", "（未填写）")]
    assert said == [text for text in held(final) if text]


@settings(max_examples=12)
@given(dossiers())
def test_any_dossier_composes(dossier: Dossier) -> None:
    given_source = Source(dossier, PACK, {}, draft=True)
    for compose in (preparation.compose_plan, preparation.compose_outline):
        assert list(tables(compose(given_source)))


def test_both_papers_say_the_same(plan: Document, outline: Document, tmp_path: Path) -> None:
    same_text(plan, tmp_path)
    same_text(outline, tmp_path)


def test_the_outline_asks_what_only_a_person_knows_and_tells_no_reply() -> None:
    replies = [{"question": "bottleneck", "text": "炉子一停后面全等"}]
    text = "\n".join(texts(preparation.compose_outline(source(reply=replies)).blocks))
    assert "五、请企业介绍的情况" in text and "哪道工序是瓶颈，常常卡在哪里？" in text
    assert "客户审核时" in text and "药品检查" not in text  # the enterprise's industry alone
    assert "炉子一停" not in text
