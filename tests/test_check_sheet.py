"""The check sheet: one page, the dossier's own numbers, and no other verdict than the findings'."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from exporters import check_sheet, report
from exporters.blocks import Document, Paragraph, texts
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces, render_pdf
from forms.dossier import Dossier
from grading.finding import Finding
from grading.rules import Case, check
from tests.dossiers import dossiers, empty_source, source_of, tables
from tests.rule_cases import SITE, case_of, dossier_of, good, photo_facts
from tests.sample_cases import sample_case

ITEMS = (
    *("诊断团队", "组长与领域", "主题培训", "报告字数"),
    *("数字化水平", "协议至报告", "不重复支持", "满意度评价"),
)


def sheet(mapping: dict[str, Any], body: int = 16_000) -> Document:
    return check_sheet.compose(source_of(case_of(dossier_of(mapping), body)))


def row(document: Document, name: str) -> list[str]:
    """The row that begins with a name."""
    for table in tables(document):
        for entry in table.rows:
            held = [str(cell.content) for cell in entry.cells]
            if held[0] == name:
                return held
    raise AssertionError(name)


def only_finding(case: Case, rule: str) -> Finding:
    """The one finding of a rule."""
    (finding,) = [finding for finding in check(case) if finding.rule == rule]
    return finding


def verdicts(document: Document) -> dict[str, str]:
    return {name: row(document, name)[3] for name in ITEMS}


def test_a_dossier_that_passes_every_rule_is_found_to() -> None:
    document = sheet(good())
    assert set(verdicts(document).values()) == {"符合"}
    assert row(document, "诊断团队")[2] == "3人，中级及以上3人"
    assert row(document, "主题培训")[2] == "1次，最长2小时15分，签到1份"
    assert row(document, "报告字数")[2] == "16000字（不含附件）"
    assert row(document, "数字化水平")[2] == "37.45分，一级（初始级）"
    assert row(document, "协议至报告")[2] == "2025-06-10至2025-07-10"
    assert row(document, "一")[1:] == [
        *("2025年6月17日\n09:00-12:30", "3小时30分\n3人", "1\n1", "1\n1", "1\n0", "5", "符合")
    ]


@pytest.mark.parametrize(
    ("name", "spoil", "held"),
    [
        ("诊断团队", lambda m: m["member"].pop(), "2人，中级及以上2人"),
        (
            "组长与领域",
            lambda m: m["member"][0].update(lead=False),
            "组长未指定；四类领域齐备",
        ),
        ("主题培训", lambda m: m["training"][0].update(end="11:00"), "1次，最长1小时30分，签到1份"),
        ("数字化水平", lambda m: m["answer"].pop(), "评测尚未完成，1项未作答"),
        ("协议至报告", lambda m: m["agreement"].update(reported_on="2025-07-11"), None),
        ("不重复支持", lambda m: m["enterprise"].update(pilot_2022=True), "前者不属于，后者属于"),
        ("满意度评价", lambda m: m.pop("satisfaction"), "未填写"),
    ],
)
def test_one_fault_spoils_its_own_row(name: str, spoil: Any, held: str | None) -> None:
    mapping = good()
    spoil(mapping)
    document = sheet(mapping)
    found = verdicts(document)
    assert found.pop(name) == "不符合"
    assert held is None or row(document, name)[2] == held
    others = {key: value for key, value in found.items() if key != "组长与领域"}
    assert set(others.values()) == {"符合"}


@pytest.mark.parametrize(
    ("name", "spoil", "held"),
    [
        ("诊断团队", lambda m: m["member"][2].update(title_level=""), "3人，中级及以上2人"),
        ("组长与领域", lambda m: m["member"][0].update(contact=""), None),
        ("主题培训", lambda m: m["training"][0].pop("end"), "1次，时长未填，签到1份"),
        ("主题培训", lambda m: m["training"][0].pop("date"), None),
        ("协议至报告", lambda m: m["agreement"].pop("reported_on"), "2025-06-10至未填"),
        ("协议至报告", lambda m: m["agreement"].update(number="协" * 61), None),
        ("满意度评价", lambda m: m["satisfaction"].pop("adoption"), "满意，采纳情况未填，盖章"),
        ("满意度评价", lambda m: m["satisfaction"].pop("overall"), "总体评价未填，采纳，盖章"),
        ("满意度评价", lambda m: m["satisfaction"].pop("skill"), "满意，采纳，盖章"),
    ],
)
def test_what_is_not_filled_in_does_not_hold(name: str, spoil: Any, held: str | None) -> None:
    mapping = good()
    spoil(mapping)
    assert row(sheet(mapping), name)[3] == "不符合"
    assert held is None or row(sheet(mapping), name)[2] == held


def test_an_empty_value_does_not_hold_even_if_no_rule_speaks_of_it() -> None:
    case = case_of(dossier_of(good() | {"satisfaction": {"filled_on": "2025-06-30"}}))
    told = source_of(case, findings=(only_finding(case, "TRAINING-WITHIN"),))
    assert row(check_sheet.compose(told), "满意度评价")[2:4] == ["未填写", "不符合"]


@pytest.mark.parametrize("field", ["date", "counterpart"])
def test_a_gap_in_a_visits_record_spoils_its_row(field: str) -> None:
    mapping = good()
    del mapping["visit"][0][field]
    assert row(sheet(mapping), "一")[-1] == "不符合"


def test_photos_without_evidence_count_and_are_told() -> None:
    mapping = good()
    mapping["photo"][3]["facts"] = photo_facts(None, SITE, None).model_dump(mode="json")
    told = row(sheet(mapping), "一")
    assert told[6:] == ["5，其中1张无凭据", "需说明"]
    mapping = with_visits(5)
    for photo in mapping["photo"]:
        if photo["visit"] in ("v4", "v5") and photo["kind"] == "生产现场":
            photo["facts"] = {}
    assert row(sheet(mapping), "四至五")[6] == "5，合计2张无凭据"


def test_few_words_and_uncounted_words() -> None:
    assert row(sheet(good(), 14_999), "报告字数")[2:4] == ["14999字（不含附件）", "不符合"]
    assert row(sheet(good(), 15_200), "报告字数")[3] == "需说明"
    counted = case_of(dossier_of(good()), words={"body": 22_666, "prose": 14_123})
    told = row(check_sheet.compose(source_of(counted)), "报告字数")
    assert told[2:4] == ["22666字，除去表格14123字（不含附件）", "需说明"]
    uncounted = check_sheet.compose(source_of(case_of(dossier_of(good())), words={}))
    assert row(uncounted, "报告字数")[2:4] == ["未统计", "需说明"]


def test_a_fault_in_one_visit_spoils_that_visit_alone() -> None:
    mapping = with_visits(2)
    gone = ("v2", "生产现场")
    mapping["photo"] = [p for p in mapping["photo"] if (p["visit"], p["kind"]) != gone]
    document = sheet(mapping)
    assert row(document, "一")[-1] == "符合"
    assert row(document, "二")[-1] == "不符合"
    assert row(document, "二")[5] == "0\n0"


def with_visits(count: int) -> dict[str, Any]:
    """The good dossier with several visits, a day each, of one session."""
    mapping = good()
    visit = mapping["visit"][0]
    mapping["visit"] = [
        visit | {"id": f"v{n}", "date": f"2025-06-{16 + n}"} for n in range(1, count + 1)
    ]
    mapping["stay"] = []
    photos = mapping["photo"]
    mapping["photo"] = []
    for n in range(1, count + 1):
        stay = {"id": f"s{n}", "parent": f"v{n}", "start": "09:00", "end": "12:30"}
        mapping["stay"].append(stay)
        for photo in photos:
            facts = photo["facts"] | {
                "taken_local": photo["facts"]["taken_local"].replace("06-17", f"06-{16 + n}"),
                "gps_time": None,
            }
            digest = f"{photo['sha256'][:60]}{n:04}"
            name = f"{photo['id']}{n}"
            mapping["photo"].append(
                photo | {"id": name, "sha256": digest, "visit": f"v{n}", "facts": facts}
            )
    return mapping


@pytest.mark.parametrize("count", [0, 1, 4, 12])
def test_it_is_one_page_however_long_the_names(count: int, tmp_path: Path) -> None:
    mapping = with_visits(count)
    for entry in mapping["visit"]:
        for start, end in (("13:00", "16:00"), ("17:10", "18:30")):
            name = f"t{entry['id']}{start[:2]}"
            mapping["stay"].append({"id": name, "parent": entry["id"], "start": start, "end": end})
    mapping["training"] = [mapping["training"][0] | {"id": f"t{n}"} for n in range(9)]
    mapping["training"] = [t | {"visit": None} for t in mapping["training"]]
    mapping["enterprise"]["name"] = "示例·" + "很长的名称" * 15
    mapping["provider"]["name"] = "示例·" + "诊断机构" * 19
    mapping["member"][0] |= {"name": "欧阳示例" * 10, "title_name": "正高级工程师（教授级）" * 5}
    mapping["satisfaction"] |= {"overall": "比较满意", "adoption": "部分采纳"}
    source = source_of(case_of(dossier_of(mapping)))
    pages = dict.fromkeys(check_sheet.report_pages(report.compose(source)), "128")
    document = check_sheet.compose(source, pages)
    assert len(lay_out(document, faces(None)).pages) == 1
    render_pdf(document, tmp_path / "核验单.pdf")
    assert len(list(tables(document))) == 3
    if count == 12:
        assert row(document, "四至十二")[1] == "各次中的最低数，逐次见记录表"
    if not count:
        assert row(document, "没有现场诊断")[-1] == "不符合"


def test_rows_name_the_reports_pages() -> None:
    source = source_of(sample_case("auto-parts"))
    pages = check_sheet.report_pages(report.compose(source))
    document = check_sheet.compose(source, pages)
    assert row(document, "诊断团队")[4] == f"五（一），\n约第{pages['（一）诊断人员列表']}页"
    assert row(document, "满意度评价")[4] == f"五（四），\n约第{pages['（四）企业满意度评价表']}页"
    note = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert any(
        f"报告五（二），约第{pages['（二）现场诊断记录表（按次填写）']}页起" in text
        for text in note
    )
    assert note[-1].endswith("，2026年1月15日生成。")
    assert row(check_sheet.compose(source), "诊断团队")[4] == "五（一）"


def test_an_empty_dossier_is_found_wanting() -> None:
    found = verdicts(check_sheet.compose(empty_source(draft=True)))
    assert {found[name] for name in ITEMS} == {"不符合"}


def test_without_findings_it_judges_for_itself() -> None:
    document = check_sheet.compose(empty_source(findings=()))
    assert row(document, "诊断团队")[3] == "不符合"


@settings(max_examples=25)
@given(dossiers())
def test_any_dossier_composes_to_one_page(dossier: Dossier) -> None:
    document = check_sheet.compose(source_of(case_of(dossier, 0), draft=True))
    assert any(texts(document.blocks)) and any(tables(document))
    assert len(lay_out(document, faces(None)).pages) == 1
