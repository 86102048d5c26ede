"""Drafts in a dossier: long enough, never over a person's words, marked when facts change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytestqt.qtbot import QtBot

from app import drafts
from app.packs import load_pack
from app.workbench import Workbench
from exporters.drafters import DRAFTERS
from forms.dossier import Dossier, Paragraph
from forms.evaluation import Stage, answer_id
from forms.record import single_id
from grading.cites import Facts, kept, read, renewed
from tests.window_kit import opened, reopened, window
from widgets.pages.report import ReportPage

SAMPLES = Path(__file__).parent.parent / "resources" / "samples"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store with the sample."""
    folder = tmp_path_factory.mktemp("imported") / "data"
    with opened(folder) as made:
        text = (SAMPLES / "electronics" / "dossier.yaml").read_text("utf-8")
        made.import_mapping(yaml.load(text, Loader=yaml.CSafeLoader))
    return folder


@pytest.fixture(scope="module")
def whole(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with all of its report drafted."""
    folder = tmp_path_factory.mktemp("whole") / "data"
    with reopened(imported, folder) as made:
        propose(made)
    return folder


@pytest.fixture
def bench(imported: Path, tmp_path: Path) -> Iterator[Workbench]:
    with reopened(imported, tmp_path / "data") as made:
        yield made


@pytest.fixture
def drafted(whole: Path, tmp_path: Path) -> Iterator[Workbench]:
    with reopened(whole, tmp_path / "data") as made:
        yield made


def the(bench: Workbench) -> Dossier:
    return bench.dossier(bench.summaries()[0].id)


def written(bench: Workbench) -> list[Paragraph]:
    return the(bench).all(Paragraph)


def propose(bench: Workbench, *sections: str) -> None:
    list(drafts.propose(bench, the(bench).id, sections))


def test_answers_figures_and_notes_alone_draft_a_report_of_15_000(drafted: Workbench) -> None:
    bench = drafted
    review = bench.review(the(bench).id)
    assert review.words["body"] >= 15_000
    rules = [finding.rule for finding in review.findings]
    assert "REPORT-REPEAT" not in rules and "REPORT-STALE" not in rules
    assert "REPORT-DRAFTED" in rules  # no final copy before a person took each paragraph on
    assert all(p.drafted and p.cites for p in written(bench))
    before = [(p.id, p.text, p.position) for p in written(bench)]
    propose(bench)
    assert [(p.id, p.text, p.position) for p in written(bench)] == before


def test_a_persons_words_are_never_overwritten(bench: Workbench) -> None:
    propose(bench, "1.profile", "2.level")
    dossier = the(bench)
    first, second, third = dossier.section("1.profile")[:3]
    level = dossier.section("2.level")[0]
    bench.put(dossier.id, "paragraph", first.id, "text", "我自己写的一段。")
    bench.put(dossier.id, "paragraph", second.id, "drafted", False)
    bench.withdraw(dossier.id, "paragraph", third.id)
    enterprise = single_id(dossier.id, "enterprise")
    bench.put(dossier.id, "enterprise", enterprise, "revenue.value", "7001.00")
    bench.put(dossier.id, "enterprise", enterprise, "name", "示例·改名电子有限公司")

    propose(bench)

    texts = {p.id: p.text for p in written(bench)}
    assert texts[first.id] == "我自己写的一段。"
    assert texts[second.id] == second.text
    assert third.id not in texts
    assert texts[level.id] == level.text  # it never named the enterprise
    assert "7001.00" not in texts[second.id]


def test_a_changed_fact_marks_what_rests_on_it_until_somebody_looked(drafted: Workbench) -> None:
    bench = drafted
    dossier = the(bench)
    record = answer_id(dossier.id, Stage.DIAGNOSIS, "设备联网")
    resting = {
        p.id
        for p in written(bench)
        if any(c.record == record and c.path == "note" for c in read(p.cites))
    }
    assert resting
    bench.answer(dossier.id, Stage.DIAGNOSIS, "设备联网", "note", "W09在线 其余没看")

    findings = [f for f in bench.review(dossier.id).findings if f.rule == "REPORT-STALE"]
    assert {f.target.record for f in findings if f.target} == resting
    assert "设备联网“判定依据”" in findings[0].message

    for paragraph in written(bench):
        if paragraph.id in resting:
            bench.put(dossier.id, "paragraph", paragraph.id, "drafted", False)
            now = renewed(paragraph.cites, Facts(the(bench)))
            bench.put(dossier.id, "paragraph", paragraph.id, "cites", now)
    assert not [f for f in bench.review(dossier.id).findings if f.rule == "REPORT-STALE"]


def test_what_was_not_touched_is_drafted_anew(bench: Workbench) -> None:
    propose(bench, "1.profile")
    dossier = the(bench)
    enterprise = single_id(dossier.id, "enterprise")
    bench.put(dossier.id, "enterprise", enterprise, "name", "示例·改名电子有限公司")
    assert [f for f in bench.review(dossier.id).findings if f.rule == "REPORT-STALE"]
    propose(bench, "1.profile")
    assert not [f for f in bench.review(dossier.id).findings if f.rule == "REPORT-STALE"]
    assert "示例·改名电子有限公司" in the(bench).section("1.profile")[0].text


def test_what_a_person_types_while_it_is_drafted_stays(bench: Workbench) -> None:
    propose(bench, "1.profile")
    before = the(bench)
    first, second = before.section("1.profile")[:2]
    bench.put(before.id, "paragraph", first.id, "text", "正在写的一段。")
    bench.put(before.id, "paragraph", second.id, "drafted", False)

    # The drafts were formed from a dossier that was read before the typing.
    drafts._place(bench, before, "1.profile", [])

    now = {p.id: p for p in the(bench).section("1.profile")}
    assert now[first.id].text == "正在写的一段。" and now[second.id].text == second.text
    assert set(now) == {first.id, second.id}  # the others, which nobody touched, follow no more


def test_an_empty_dossier_drafts_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "empty") as bench:
        dossier_id = bench.create("")
        list(drafts.propose(bench, dossier_id))
        assert bench.dossier(dossier_id).all(Paragraph) == []


def test_every_section_that_wants_prose_has_a_drafter() -> None:
    wanted = {
        s.key for s in load_pack().outline.writable if not s.optional and not s.key.startswith("5")
    }
    assert wanted <= set(DRAFTERS)


@pytest.mark.parametrize(
    "strange",
    [None, 3, "x", {"cites": 3}, {"cites": [1]}, {"cites": [["a", "no id", "b", "c"]]}],
)
def test_strange_cites_are_none(strange: Any) -> None:
    assert read(strange) == []


def test_cites_are_kept_as_they_were(bench: Workbench) -> None:
    propose(bench, "2.pain")
    facts = Facts(the(bench))
    for paragraph in written(bench):
        cites = read(paragraph.cites)
        assert kept(cites) == paragraph.cites and cites
        assert facts.changed(cites) == []


def test_the_report_page_drafts_a_section(qtbot: QtBot, bench: Workbench) -> None:
    frame = window(qtbot, bench, the(bench).id, "report", judged=True)
    page = frame.page()
    assert isinstance(page, ReportPage)
    page.open("1.profile")
    page.drafting.click()
    qtbot.waitUntil(lambda: bool(frame.desk.dossier.section("1.profile")), timeout=30_000)
    (first, *_) = frame.desk.dossier.section("1.profile")
    assert first.drafted and "示例·饮马薄膜电容电子有限公司" in first.text
    assert frame.desk.dossier.section("2.level") == []
