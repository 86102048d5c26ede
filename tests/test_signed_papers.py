"""What counts as signed: every side, what was written by hand, words that nobody changed since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app import paper_files
from app.workbench import Workbench
from exporters import papers
from exporters.blocks import Picture
from exporters.papers import Sheet
from exporters.signing import signatures
from forms.dossier import Dossier, Signature, Visit
from forms.papers import Role
from forms.record import single_id
from tests.window_kit import opened

INK = {"strokes": [[[0.1, 0.1], [0.4, 0.3], [0.8, 0.1]]], "height": 0.4}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with opened(tmp_path / "data") as made:
        dossier = made.create("示例・签章机械")
        visit = made.add(dossier, "visit", date="2025-06-17", counterpart="钱样例")
        made.add(dossier, "stay", visit, start="09:00", end="12:30")
        yield made


def the(bench: Workbench) -> Dossier:
    return bench.dossier(bench.summaries()[0].id)


def sheet_of(bench: Workbench, key: str) -> Sheet:
    return next(
        s for s in papers.sheets(the(bench), bench.pack) if s.paper.key == key and not s.blank
    )


def content(bench: Workbench, key: str) -> str:
    source = bench.review(the(bench).id).source(False)
    return papers.content_of(source, sheet_of(bench, key))


def sign(bench: Workbench, role: Role, name: str, key: str = "record") -> UUID:
    subject = the(bench).all(Visit)[0].id if key == "record" else None
    return paper_files.sign(bench, the(bench).id, key, subject, role, name, INK)


def rules(bench: Workbench) -> list[str]:
    return [finding.rule for finding in bench.review(the(bench).id, dt.date(2026, 1, 1)).findings]


def signed_on_paper(bench: Workbench, role: Role) -> list[Picture]:
    source = bench.review(the(bench).id).source(False)
    return list(signatures(source, "record", role, the(bench).all(Visit)[0].id))


def test_a_record_can_be_printed_and_signed_before_the_rest_is_whole(bench: Workbench) -> None:
    review = bench.review(the(bench).id)
    assert review.blocking
    visit = the(bench).all(Visit)[0].id
    *_, last = paper_files.make(bench, the(bench).id, "record", visit, "pdf")
    assert last.made is not None and "草稿" not in last.made.name
    *_, last = paper_files.make(bench, the(bench).id, "report", None, "pdf")
    assert last.made is not None and "草稿" in last.made.name


@pytest.mark.parametrize(
    ("key", "form", "field", "value"),
    [
        ("agreement", "agreement", "signed_on", "2025-06-10"),
        ("agreement", "agreement", "number", "示例〔2025〕1号"),
        ("satisfaction", "satisfaction", "filled_on", "2025-07-04"),
        ("filing", "filing", "declared_on", "2025-08-01"),
        ("filing", "filing", "district_opinion", "同意。"),
        ("acceptance", "acceptance", "opinion_on", "2025-12-01"),
    ],
)
def test_what_was_written_by_hand_is_typed_later_without_a_change(
    bench: Workbench, key: str, form: str, field: str, value: str
) -> None:
    before = content(bench, key)
    bench.put(the(bench).id, form, single_id(the(bench).id, form), field, value)
    assert content(bench, key) == before


def test_another_visit_or_a_reading_changes_no_record(bench: Workbench) -> None:
    dossier, visit = the(bench).id, the(bench).all(Visit)[0].id
    before = content(bench, "record")
    site = single_id(dossier, "site")
    for field, value in (("latitude", "43.9"), ("longitude", "125.3"), ("datum", "WGS-84")):
        bench.put(dossier, "site", site, field, value)
    first = bench.add(dossier, "visit", date="2025-06-01")
    bench.move(dossier, "visit", visit, first)
    review = bench.review(dossier)
    moved = paper_files.find(review, "record", visit)
    assert moved.number == 2
    assert papers.content_of(review.source(False), moved) == before
    bench.put(dossier, "visit", visit, "results", "走访两个车间。")
    review = bench.review(dossier)
    changed = paper_files.find(review, "record", visit)
    assert papers.content_of(review.source(False), changed) != before


def test_one_side_alone_does_not_fill_the_slot(bench: Workbench) -> None:
    assert "SCAN-MISSING" in rules(bench)
    sign(bench, Role.TEAM, "王示例")
    assert "SCAN-MISSING" in rules(bench)
    sign(bench, Role.COUNTERPART, "钱样例")
    assert "SCAN-MISSING" not in rules(bench)


def test_nobodys_signature_stands_under_words_that_were_changed(bench: Workbench) -> None:
    sign(bench, Role.TEAM, "王示例")
    sign(bench, Role.COUNTERPART, "钱样例")
    assert len(signed_on_paper(bench, Role.COUNTERPART)) == 1
    visit = the(bench).all(Visit)[0].id
    bench.put(the(bench).id, "visit", visit, "results", "走访两个车间。")
    assert signed_on_paper(bench, Role.COUNTERPART) == []
    assert rules(bench).count("SIGNED-CHANGED") == 2
    message = next(f for f in bench.review(the(bench).id).findings if f.rule == "SIGNED-CHANGED")
    assert "第1次现场诊断记录表" in message.message

    sign(bench, Role.COUNTERPART, "钱样例")  # signs again: the old one is history
    (picture,) = signed_on_paper(bench, Role.COUNTERPART)
    assert "钱样例" in picture.alt and "年" in picture.alt
    assert rules(bench).count("SIGNED-CHANGED") == 1
    assert len(the(bench).all(Signature)) == 3


def test_a_scan_without_a_visit_is_of_the_only_one(bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "记录.pdf"
    path.write_bytes(b"%PDF-1.4 scanned")
    bench.attach(the(bench).id, path, "现场诊断记录表扫描件")
    assert "SCAN-MISSING" not in rules(bench)
    bench.add(the(bench).id, "visit", date="2025-06-24")
    assert rules(bench).count("SCAN-MISSING") == 2


def test_the_form_to_fill_in_by_hand_is_one_of_the_papers(bench: Workbench) -> None:
    *_, last = paper_files.make(bench, the(bench).id, "satisfaction-blank", None, "docx")
    assert last.made is not None and last.made.name == "企业满意度评价表（空白）.docx"
    assert [s.name for s in papers.sheets(the(bench), bench.pack) if s.blank] == [
        "企业满意度评价表（空白）"
    ]
