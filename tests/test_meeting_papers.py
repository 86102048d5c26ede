"""服务说明 and 会议纪要: they say what the dossier holds, alike in both formats, and no more."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from exporters import agreement, minutes, papers, return_opinion, service_note
from exporters.blocks import Document, Heading, texts
from exporters.paper_code import printed
from exporters.source import Source
from forms.dossier import Attachment, Dossier, Remark
from forms.papers import BY_KEY
from tests.dossiers import cells, dossiers, empty_source, source_of, tables
from tests.rule_cases import case_of, dossier_of, good
from tests.same_text import same_text

MORE = {
    "servicenote": {
        "purpose": "查清现状。\n找出短板。",
        "cooperation": "提供设备台账。",
        "wishes": "减少抄写。",
    },
    "briefing": {
        **{"held_on": "2025-06-28", "start": "15:00", "end": "16:10", "place": "企业会议室"},
        **{"chair": "孙", "recorder": "赵", "presenters": ["王", "赵"]},
        "conclusion": "企业认可评测结果。",
    },
    "briefingattendee": [
        {"name": "孙", "post": "总经理", "leader": True},
        {"name": "周", "post": "生产部经理", "leader": False},
        {"name": "郑"},
    ],
}


def source(draft: bool = False, **more: Any) -> Source:
    return source_of(case_of(dossier_of(good() | MORE | more)), draft=draft)


def said(document: Document) -> list[str]:
    return list(texts(document.blocks))


def headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading)]


@pytest.fixture(scope="module")
def made() -> Document:
    return minutes.compose(source())


def test_the_minutes_tell_the_meeting(made: Document) -> None:
    held = [text for table in tables(made) for text in cells(table)]

    for label, value in (
        ("汇报时间", "2025年6月28日 15:00-16:10"),
        ("汇报地点", "企业会议室"),
        ("主持人", "孙"),
        ("服务商参加人员", "王、赵"),
    ):
        assert held[held.index(label) + 1] == value
    rows = [list(cells(table)) for table in tables(made)]
    people = next(row for row in rows if "高层领导" in row)
    assert people[4:] == [
        "1",
        "孙",
        "总经理",
        "是",
        "2",
        "周",
        "生产部经理",
        "否",
        "3",
        "郑",
        "",
        "",
    ]
    corrected = next(row for row in rows if "更正前" in row)
    assert corrected[6:] == ["1", "工艺设计", "无等级", "一级", "补充查看了系统界面。", "孙"]


def test_what_there_was_none_of_is_left_out_and_the_numbers_close_up() -> None:
    whole = headings(minutes.compose(source()))
    fewer = headings(minutes.compose(source(remark=[], correction=[])))

    assert [text[2:] for text in whole] == [
        *("企业参加人员", "企业意见及答复", "评测结果更正", "最终评测结果", "汇报结论"),
    ]
    assert fewer == ["一、企业参加人员", "二、最终评测结果", "三、汇报结论"]


def test_a_draft_shows_what_is_missing_and_a_final_leaves_it_blank() -> None:
    contested = [{"text": "数量不对。", "subject": "设备联网"}]
    draft = minutes.compose(source(True, briefing={}, remark=contested))
    final = minutes.compose(source(briefing={}, remark=contested))

    marks = [text for text in said(draft) if "（未填写）" in text]
    assert len(marks) >= 5 and draft.draft
    assert not [text for text in said(final) if "未填写" in text]


def test_the_note_stands_beside_the_official_text_which_it_does_not_touch() -> None:
    bare = said(agreement.compose(source(servicenote={})))
    assert said(agreement.compose(source())) == bare

    told = said(service_note.compose(source()))
    assert told[told.index("一、服务目的") + 1 :][:2] == ["查清现状。", "找出短板。"]
    assert "服务期限30天，自协议签订之日（2025年6月10日）起计算，至2025年7月10日止。" in told


def test_the_answer_to_the_experts_stands_behind_that_to_the_office() -> None:
    told = said(return_opinion.compose_answer(source()))

    office, experts = "根据退回意见", "根据2025年7月20日咨询诊断验收专家组意见"
    assert [text[: len(experts)] for text in told if text.startswith("根据")][1] == experts
    assert next(text for text in told if text.startswith(office))
    assert told.index("补充设备台账。") > told.index("培训签到表缺少一页。")


@pytest.mark.parametrize("compose", [minutes.compose, service_note.compose])
def test_both_renderers_say_the_same(compose: Any, tmp_path: Path) -> None:
    same_text(compose(source()), tmp_path)
    same_text(compose(empty_source(draft=True)), tmp_path)


def test_signed_minutes_are_of_another_state_once_an_answer_is_edited() -> None:
    before = source()
    found = papers.sheets(before.dossier, before.pack)
    sheet = next(each for each in found if each.key == ("minutes", None))
    print_ = printed(papers.content_of(before, sheet))
    scan = Attachment(dossier_id=before.dossier.id, kind=BY_KEY["minutes"].scan, paper_print=print_)
    before.dossier.records["attachment"].append(scan)
    assert scan.id not in papers.outdated(before)

    before.dossier.all(Remark)[0].reply = "另行复核。"
    assert scan.id in papers.outdated(before)


@settings(max_examples=8, deadline=None)
@given(dossiers())
def test_any_dossier_can_be_printed(dossier: Dossier) -> None:
    for draft in (True, False):
        held = source_of(case_of(dossier), draft=draft)
        assert minutes.compose(held).blocks and service_note.compose(held).blocks
