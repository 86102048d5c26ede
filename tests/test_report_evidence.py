"""The report page's evidence: what a paragraph rests on, shown beside it and led to by a key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.evidence import Evidence, Reader
from app.packs import load_advice
from app.workbench import Workbench
from forms.dossier import Equipment, Paragraph, Photo, Visit
from forms.evaluation import Stage, answer_id
from forms.record import single_id
from grading.cites import ADVICE, Facts, read
from grading.finding import Target
from tests.evidence_kit import (
    NETWORK,
    Shown,
    connect_fewer,
    copy_of,
    drafted_store,
    gone_stale,
    paragraph,
    the,
)
from tests.window_kit import click
from widgets.list_page import ListPage
from widgets.page_table import MAKERS
from widgets.pages.walk import WalkPage

KEY = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drafted_store(tmp_path_factory.mktemp("drafted") / "data")


@pytest.fixture
def bench(drafted: Path, tmp_path: Path) -> Iterator[Workbench]:
    with copy_of(drafted, tmp_path / "store") as made:
        yield made


def evidence(bench: Workbench, origin: str) -> list[Evidence]:
    review = bench.review(the(bench).id)
    return Reader(review).evidence(read(paragraph(bench, origin).cites))


@pytest.fixture
def shown(qtbot: QtBot, bench: Workbench) -> Shown:
    return Shown(qtbot, bench)


@pytest.fixture
def stale(qtbot: QtBot, bench: Workbench) -> Shown:
    return gone_stale(qtbot, bench)


# -- what a paragraph rests on ---------------------------------------------------------------------


def test_evidence_says_what_is_there_now_and_where_it_is_typed(bench: Workbench) -> None:
    dossier = the(bench)
    first = evidence(bench, NETWORK)[0]
    answer = dossier.answer(Stage.DIAGNOSIS, "设备联网")
    assert (first.title, first.kind) == ("设备联网", "采集项 3")
    assert first.lines[0].startswith("选 C，得 3.000 分，满分 6 分")
    assert first.lines[1].endswith(f"{answer.figures['equipment_networked']} 台")
    assert first.quotes == (answer.note.strip(),)
    assert first.target == Target("walk", answer.id, "note")

    connect_fewer(bench)
    assert evidence(bench, NETWORK)[0].lines[1].endswith("36 台")

    plan, visit = evidence(bench, "1.production/seen-1")
    assert plan.target is not None and plan.target.page == "preparation"
    held = dossier.all(Visit)[0]
    assert held.date is not None
    assert visit.title == f"第 1 次现场诊断 {held.date.month}月{held.date.day}日"
    assert visit.quotes == (held.results.strip(),) and visit.target is not None
    assert (visit.target.page, visit.target.record) == ("visits", held.id)
    scene = next(e for e in evidence(bench, "2.operation/产品设计") if e.title == "产品设计")
    assert scene.kind == "应用场景 1" and scene.lines[0] == "二级"


def test_every_cite_of_every_draft_stands_under_some_evidence(bench: Workbench) -> None:
    review = bench.review(the(bench).id)
    reader = Reader(review)
    rows = {r.id for kind in review.dossier.records.values() for r in kind}
    for each in review.dossier.all(Paragraph):
        cites = read(each.cites)
        found = reader.evidence(cites)
        assert found, each.origin
        places = {e.title.removeprefix("改造建议库：") for e in found if e.target is None}
        assert len(places) == len({c.path for c in cites if c.form == ADVICE}), each.origin
        for one in found:
            assert one.title and one.kind, one
            if one.target is not None:
                assert one.target.page in MAKERS
                assert one.target.record is None or one.target.record in rows | {
                    single_id(review.dossier.id, "enterprise")
                }


def test_advice_shows_its_text_in_place(bench: Workbench) -> None:
    paragraphs = the(bench).all(Paragraph)
    origin, place = next(
        (p.origin, c.path)
        for p in paragraphs
        for c in read(p.cites)
        if c.form == ADVICE and "/" in c.path
    )
    scene, _, level = place.partition("/")
    step = load_advice().steps[scene, int(level)]
    card = next(e for e in evidence(bench, origin) if e.title.startswith(f"改造建议库：{scene} "))
    assert card.target is None
    assert any(step.counsel.first in line for line in card.lines)
    assert card.lines[0].startswith("工作量 ")


def test_an_answer_never_given_and_a_row_taken_out_are_named(bench: Workbench) -> None:
    dossier = the(bench)
    missing = answer_id(dossier.id, Stage.RETROFIT, "设备联网")
    row = dossier.all(Equipment)[0]
    bench.withdraw(dossier.id, "equipment", row.id)
    reader = Reader(bench.review(dossier.id))
    cites = read(
        {
            "cites": [
                ["answer", str(missing), "chosen", '{"A": true}'],
                ["equipment", str(row.id), "quantity", "3"],
                ["nothing", None, "x", ""],
            ]
        }
    )
    found = reader.evidence(cites)
    assert [e.title for e in found] == ["设备联网", "生产设备", "已不存在的记录"]
    assert found[0].kind == "改造后 ・ 采集项 3" and found[0].lines == ("未作答",)
    taken = reader.changes(cites[1:2], Facts(the(bench)))
    assert taken == [f"生产设备：{row.name}已撤回"]


@pytest.mark.parametrize(
    ("form", "path", "value", "said"),
    [
        (
            "enterprise",
            "revenue.value",
            "7001.00",
            "“上年度营业收入”由 6844.00 万元改为 7001.00 万元",
        ),
        ("enterprise", "founded_on", "2011-02-03", "“成立日期”由 2012年6月11日改为 2011年2月3日"),
        ("enterprise", "district", "", "“所属县（市、区）”已清空"),
        ("enterprise", "summary", "另写的一段概况。", "已改动"),
        ("dossier", "target_level", 4, "“目标等级”由三级改为四级"),
    ],
)
def test_a_change_is_named_with_both_values_where_they_are_short(
    bench: Workbench, form: str, path: str, value: Any, said: str
) -> None:
    dossier = the(bench)
    record = dossier.id if form == "dossier" else single_id(dossier.id, form)
    bench.put(dossier.id, form, record, path, value)
    review = bench.review(dossier.id)
    reader, facts = Reader(review), Facts(review.dossier)
    found = {c for p in review.dossier.all(Paragraph) for c in reader.changes(read(p.cites), facts)}
    assert len(found) == 1 and found.pop().endswith(said)


# -- the panel -------------------------------------------------------------------------------------


def test_the_panel_follows_the_caret_and_opens_where_a_fact_is_typed(shown: Shown) -> None:
    cards = shown.cards()
    assert [card.evidence.title for card in cards] == ["设备联网", "设备数字化"]
    assert "选 C" in cards[0].accessibleName() and cards[0].accessibleName().endswith("打开")
    shown.key(KEY.Key_Up, ALT)
    assert [card.evidence.title for card in shown.cards()] != ["设备联网", "设备数字化"]
    shown.key(KEY.Key_Down, ALT)
    click(shown.cards()[0])
    page = shown.window.page()
    assert isinstance(page, WalkPage) and page.subject == "设备联网"
    shown.window.show_page("report")
    shown.go("1.equipment/network")
    rows = shown.cards()
    assert rows[0].evidence.title == "生产设备" and "引用 22 条" in rows[0].evidence.lines
    click(rows[0])
    listed = shown.window.page()
    assert isinstance(listed, ListPage) and listed.pane.listed.kind is Equipment


def test_a_photo_tied_to_an_answer_shows_with_its_verdict(
    qtbot: QtBot, bench: Workbench, tmp_path: Path
) -> None:
    dossier = the(bench)
    Image.new("RGB", (320, 240), (90, 120, 90)).save(tmp_path / "a.jpg")
    visit = dossier.all(Visit)[0]
    list(bench.import_photos(dossier.id, [tmp_path / "a.jpg"], visit.id))
    photo = the(bench).all(Photo)[0]
    bench.answer(dossier.id, Stage.DIAGNOSIS, "设备联网", f"photos.{photo.id}", True)
    shown = Shown(qtbot, bench)
    (card,) = [card for card in shown.cards() if card.evidence.photo]
    assert "无凭据" in card.accessibleName() and "第 1 次现场诊断" in card.accessibleName()
    qtbot.waitUntil(lambda: bool(card._picture and card._picture.image), timeout=5000)
    click(card)
    assert shown.window.key == "visits"


def test_what_nobody_drafted_has_one_calm_sentence(shown: Shown) -> None:
    desk = shown.window.desk
    for row in the(shown.bench).section("4"):
        desk.withdraw("paragraph", row.id)
    desk.add("paragraph", section="4", text="人工写的一段。")
    shown.page.open("4")
    shown.qtbot.waitUntil(lambda: not shown.cards(), timeout=3000)
    assert shown.page.panel._sentence == "本节没有系统拟写的段落，因而没有可列的依据。"
    shown.go(NETWORK)
    assert len(shown.cards()) == 2


def test_the_panel_lists_the_pages_findings_this_section_first(stale: Shown) -> None:
    panel = stale.page.panel
    names = [name for name, _ in panel._findings]
    assert names == ["本节", "其他章节"]
    near = panel._findings[0][1]
    assert any(f.rule == "REPORT-STALE" for f in near)
    assert {f.target.page for _, group in panel._findings for f in group if f.target} == {"report"}


def test_f6_brings_the_panel_up_and_puts_it_away(shown: Shown) -> None:
    page, panel = shown.page, shown.page.panel
    assert panel.isVisible() and not page._side.button.isVisible()
    shown.key(KEY.Key_F6)
    assert panel.has_keyboard()
    shown.key(KEY.Key_Escape)
    assert shown.part.editor.hasFocus() and panel.isVisible()
    shown.key(KEY.Key_F6)
    shown.key(KEY.Key_F6)
    assert not panel.isVisible() and shown.part.editor.hasFocus()
    click(page._side.button)
    assert panel.isVisible()

    shown.window.resize(1100, 760)
    assert page.width() < 1100 and not panel.isVisible() and page._side.button.isVisible()
    click(page._side.button)
    assert panel.isVisible() and panel.geometry().right() == page.width() - 1
    click(shown.cards()[0])
    assert shown.window.key == "walk"
    shown.window.show_page("report")
    assert not panel.isVisible(), "what lay over the page went away with the jump"
