"""The report page's evidence and its outdated paragraphs: shown where they rest, decided by a
person, undone by a key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import drafts
from app.evidence import Evidence, Reader
from app.packs import load_advice
from app.workbench import Workbench
from forms.dossier import Dossier, Equipment, Paragraph, Photo, Visit
from forms.evaluation import Stage, answer_id
from forms.record import single_id
from grading.cites import ADVICE, Facts, kept, read
from grading.finding import Target
from tests.window_kit import child, click, in_front, window
from widgets.controls import Button
from widgets.dossier_window import DossierWindow
from widgets.list_page import ListPage
from widgets.page_table import MAKERS
from widgets.pages.report import ReportPage
from widgets.pages.report_bar import DraftBar
from widgets.pages.report_basis import difference
from widgets.pages.report_cards import DifferenceView, EvidenceCard
from widgets.pages.report_outline import State
from widgets.pages.report_section import SectionPart
from widgets.pages.walk import WalkPage

KEY = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
SAMPLES = Path(__file__).parent.parent / "resources" / "samples"
DRAFTED = (
    *("1.profile", "1.production", "1.equipment", "2.base", "2.base.设备系统", "2.base.数据采集"),
    *("2.base.信息系统", "2.base.信息安全", "2.operation", "2.pain", "3"),
)
SECTION, NETWORK = "2.base.设备系统", "2.base.设备系统/设备联网"


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a sample of which every kind of section was drafted, made once."""
    folder = tmp_path_factory.mktemp("drafted") / "data"
    bench = Workbench.open(folder)
    bench.set_person("王示例")
    text = (SAMPLES / "electronics" / "dossier.yaml").read_text("utf-8")
    made = bench.import_mapping(yaml.load(text, Loader=yaml.CSafeLoader))
    list(drafts.propose(bench, made, DRAFTED))
    bench.close()
    return folder


@pytest.fixture
def bench(drafted: Path, tmp_path: Path) -> Iterator[Workbench]:
    shutil.copytree(drafted, tmp_path / "store")
    made = Workbench.open(tmp_path / "store")
    yield made
    made.close()


def the(bench: Workbench) -> Dossier:
    return bench.dossier(bench.summaries()[0].id)


def paragraph(bench: Workbench, origin: str = NETWORK) -> Paragraph:
    return next(p for p in the(bench).all(Paragraph) if p.origin == origin)


def evidence(bench: Workbench, origin: str) -> list[Evidence]:
    review = bench.review(the(bench).id)
    return Reader(review).evidence(read(paragraph(bench, origin).cites))


def connect_fewer(bench: Workbench) -> None:
    """Change one fact that drafts rest on: how many machines are connected."""
    path = "figures.equipment_networked"
    bench.answer(the(bench).id, Stage.DIAGNOSIS, "设备联网", path, "36")


class Shown:
    """The report page in its window, the paragraph about the network at the caret."""

    def __init__(self, qtbot: QtBot, bench: Workbench) -> None:
        self.bench, self.qtbot = bench, qtbot
        self.window: DossierWindow = window(qtbot, bench, the(bench).id, "report", judged=True)
        page = self.window.page()
        assert isinstance(page, ReportPage)
        self.page = page
        self.go(NETWORK)

    def go(self, origin: str) -> None:
        self.page.go_to(Target("report", paragraph(self.bench, origin).id, "text"))

    @property
    def part(self) -> SectionPart:
        return next(part for part in self.page.sheet.parts if part.section.key == SECTION)

    @property
    def place(self) -> int:
        rows = the(self.bench).section(SECTION)
        return [p.origin for p in rows].index(NETWORK)

    def bar(self) -> DraftBar | None:
        bars = self.part.editor.findChildren(DraftBar)
        return next((b for b in bars if b.isVisible() and b._place == self.place), None)

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, held)

    def cards(self) -> list[EvidenceCard]:
        column = self.page.panel._scroll.column
        items = filter(None, map(column.itemAt, range(column.count())))
        return [w for item in items if isinstance(w := item.widget(), EvidenceCard)]

    def outdated(self) -> bool:
        held = self.part.standing(self.place)
        return held is not None and bool(held.changes)


@pytest.fixture
def shown(qtbot: QtBot, bench: Workbench) -> Shown:
    return Shown(qtbot, bench)


@pytest.fixture
def stale(qtbot: QtBot, bench: Workbench) -> Shown:
    """The same, with that paragraph confirmed before a fact under it changed."""
    bench.put(the(bench).id, "paragraph", paragraph(bench).id, "drafted", False)
    connect_fewer(bench)
    return Shown(qtbot, bench)


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


# -- out of date -----------------------------------------------------------------------------------


def test_an_outdated_paragraph_names_what_changed_and_shows_the_difference(stale: Shown) -> None:
    bar = stale.bar()
    assert bar is not None and bar.accessibleName() == (
        "已过时，设备联网“实现联网的生产设备数量”由 34 台改为 36 台"
    )
    assert bar.adopt.isVisible() and bar.hold.isVisible() and not bar.confirm.isVisible()
    held = stale.part.standing(stale.place)
    assert held is not None and held.fresh and held.anew is not None
    struck = [s.cursor.selectedText() for s in stale.part.editor.extraSelections()]
    gone = [p.text for p in difference(held.text, held.anew.text) if not p.new]
    assert struck == gone and gone
    (view,) = stale.page.panel.findChildren(DifferenceView)
    assert "36台" in view.accessibleName()
    assert paragraph(stale.bench).text == held.text, "nothing is overwritten by itself"
    index = stale.page.index
    assert index.rows["2.base"].state() is State.STALE
    assert "已过时" in index._legend[State.STALE].text()


def test_alt_enter_takes_the_new_draft_and_undo_brings_back_text_and_mark(stale: Shown) -> None:
    old = paragraph(stale.bench)
    held = stale.part.standing(stale.place)
    assert held is not None and held.anew is not None
    stale.key(KEY.Key_Return, ALT)
    now = paragraph(stale.bench)
    assert now.text == now.proposed == held.anew.text and now.id == old.id
    assert now.cites == kept(held.anew.cites) and not now.drafted
    assert not stale.outdated() and stale.bar() is None
    stale.key(KEY.Key_Z, CTRL)
    stale.part.save()
    back = paragraph(stale.bench)
    assert (back.text, back.proposed, back.cites) == (old.text, old.proposed, old.cites)
    assert stale.outdated(), "the old text is as outdated as it was"
    stale.key(KEY.Key_Z, CTRL | SHIFT)
    stale.part.save()
    assert paragraph(stale.bench).cites == kept(held.anew.cites)


@pytest.mark.parametrize("way", ["key", "bar", "panel"])
def test_a_text_can_be_left_as_it_is_and_is_then_up_to_date(stale: Shown, way: str) -> None:
    old = paragraph(stale.bench)
    if way == "key":
        stale.key(KEY.Key_Return, CTRL)
    elif way == "bar":
        bar = stale.bar()
        assert bar is not None
        click(bar.hold)
    else:
        click(child(stale.page.panel, Button, "保留原文"))
    now = paragraph(stale.bench)
    assert now.text == old.text and now.cites != old.cites
    assert not stale.outdated() and stale.bar() is None
    assert Facts(the(stale.bench)).changed(read(now.cites)) == []
    stale.qtbot.waitUntil(lambda: stale.place not in stale.part.editor._marks, timeout=5000)


def test_edited_words_stay_until_the_press_and_come_back(qtbot: QtBot, bench: Workbench) -> None:
    own = "我按现场情况改写的一段，联网设备34台。"
    bench.put(the(bench).id, "paragraph", paragraph(bench).id, "text", own)
    bench.put(the(bench).id, "paragraph", paragraph(bench).id, "drafted", False)
    connect_fewer(bench)
    shown = Shown(qtbot, bench)
    shown.page.propose(shown.page.sheet.entry)
    qtbot.waitUntil(lambda: shown.window.jobs.isHidden(), timeout=20_000)
    assert paragraph(bench).text == own and shown.outdated()
    shown.part.editor.focus_paragraph(shown.place)
    shown.key(KEY.Key_Return, ALT)
    assert "36台" in paragraph(bench).text
    shown.key(KEY.Key_Z, CTRL)
    shown.part.save()
    assert paragraph(bench).text == own


def test_the_mark_is_no_step_to_be_undone_and_spoils_no_step(
    qtbot: QtBot, bench: Workbench
) -> None:
    shown = Shown(qtbot, bench)
    editor = shown.part.editor
    first = paragraph(bench).text
    editor.moveCursor(QTextCursor.MoveOperation.EndOfBlock)
    QTest.keyClicks(editor, "abc")
    shown.part.save()
    shown.window.desk.answer(Stage.DIAGNOSIS, "设备联网", "figures.equipment_networked", "36")
    qtbot.waitUntil(shown.outdated, timeout=10_000)
    assert shown.bar() is not None
    shown.key(KEY.Key_Z, CTRL)
    shown.part.save()
    assert paragraph(bench).text == first, "one press takes the typing back"
    assert editor.document().isRedoAvailable()
    shown.key(KEY.Key_Z, CTRL | SHIFT)
    shown.part.save()
    assert paragraph(bench).text == first + "abc"


def test_a_composition_is_not_disturbed_by_a_mark(qtbot: QtBot, bench: Workbench) -> None:
    shown = Shown(qtbot, bench)
    editor = shown.part.editor
    QApplication.sendEvent(editor, QInputMethodEvent("zheng", []))
    shown.window.desk.answer(Stage.DIAGNOSIS, "设备联网", "figures.equipment_networked", "36")
    qtbot.waitUntil(shown.outdated, timeout=10_000)
    assert editor._composing and editor.textCursor().block().layout().preeditAreaText() == "zheng"
    done = QInputMethodEvent()
    done.setCommitString("诊改")
    QApplication.sendEvent(editor, done)
    shown.part.save()
    assert "诊改" in paragraph(bench).text


def test_a_section_is_confirmed_without_what_is_out_of_date(qtbot: QtBot, bench: Workbench) -> None:
    connect_fewer(bench)
    shown = Shown(qtbot, bench)
    shown.key(KEY.Key_Return, CTRL | SHIFT)
    rows = {p.origin: bool(p.drafted) for p in the(bench).section(SECTION)}
    assert rows.pop(NETWORK) and not any(rows.values())
    bar = shown.bar()
    assert bar is not None and bar.accessibleName().startswith("草稿，已过时")
    click(bar.adopt)
    assert paragraph(bench).drafted and not shown.outdated()
    bar = shown.bar()
    assert bar is not None and bar.accessibleName() == "草稿，待确认，依据 2 处"
    click(bar.rewrite)
    assert shown.part.editor.textCursor().atBlockEnd()


def test_f8_leads_to_what_is_out_of_date(stale: Shown) -> None:
    dossier = the(stale.bench)
    for row in dossier.all(Paragraph):
        if row.drafted and row.section == SECTION:
            stale.bench.put(dossier.id, "paragraph", row.id, "drafted", False)
    stale.window.desk.refresh()
    stale.qtbot.waitUntil(lambda: stale.part.drafts() == 0 or in_front(stale.window), timeout=5000)
    stale.part.editor.focus_paragraph(0)
    stale.key(KEY.Key_F8)
    assert stale.part.editor.hasFocus() and stale.part.editor.current() == stale.place


# -- the difference --------------------------------------------------------------------------------

TEXTS = st.text("甲乙丙丁𬭎，。0123456789.%ab\n", max_size=60)


@given(TEXTS, TEXTS)
def test_the_difference_holds_both_texts_whole(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(p.text for p in pieces if p.old) == old
    assert "".join(p.text for p in pieces if p.new) == new
    assert all(p.old or p.new for p in pieces)


def test_a_number_changes_as_a_whole() -> None:
    pieces = difference("联网率15.2%，均在三车间。", "联网率17.4%，均在三车间。")
    assert [p.text for p in pieces if p.old != p.new] == ["15.2%", "17.4%"]
