"""现场请问 and 只有您知道: real keys into a real store, in the walk and under the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import drafts
from app.evidence import Reader
from app.exchange import dump
from app.workbench import Workbench
from forms.dossier import Paragraph, Reply
from forms.errors import UserError
from forms.evaluation import Stage
from forms.questions import reply_id
from grading.cites import read
from grading.finding import Target
from grading.questions import asked, open_questions
from tests.walk_kit import KEY, bench, desk, press, walk
from tests.window_kit import click, refusing
from widgets.desk import Desk
from widgets.pages.report import ReportPage
from widgets.pages.report_questions import SectionQuestions
from widgets.pages.walk import WalkPage


def test_replies_go_out_and_come_back_and_two_files_mean_one_record(bench: Workbench) -> None:
    given = {"question": "bottleneck", "text": "热处理", "unneeded": False}
    first = bench.import_mapping({"format": "zhengai-dossier/1", "dossier": {}, "reply": [given]})
    written = dump(bench.dossier(first))
    assert written["reply"][0]["question"] == "bottleneck"
    assert bench.dossier(first).reply("bottleneck").id == reply_id(first, "bottleneck")
    with pytest.raises(UserError, match="缺少问题"):
        bench.import_mapping({"format": "zhengai-dossier/1", "reply": [{"text": "热处理"}]})


# -- the walk ------------------------------------------------------------------------------------


def test_q_asks_and_the_reply_is_kept(
    qtbot: QtBot, desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="设备联网")
    keys = [line.question.key for line in page.panel.asked.lines]
    assert keys == ["why-offline", "maker-interface"]
    assert (("Q",), "现场请问") in page.hints()
    press("q")
    first, second = page.panel.asked.lines
    assert QApplication.focusWidget() is first.field
    press("abc q", KEY.Key_Return)
    assert QApplication.focusWidget() is second.field
    assert desk.bench.dossier(desk.dossier_id).reply("why-offline").text == "abc q"
    press("x")
    page.open("设备数字化")  # going on saves what was being typed
    assert desk.bench.dossier(desk.dossier_id).reply("maker-interface").text == "x"
    page.open("设备联网")
    assert page.panel.asked.lines[0].field.toPlainText() == "abc q"
    click(page.panel.asked.lines[1].unneeded)
    kept = desk.bench.dossier(desk.dossier_id).reply("maker-interface")
    assert kept.unneeded and kept.text == "x" and not page.panel.asked.lines[1].field.isEnabled()
    click(page.panel.asked.lines[1].unneeded)
    assert not desk.dossier.reply("maker-interface").unneeded
    assert page.panel.asked.lines[1].field.isEnabled()


def test_lines_that_ask_something_else_keep_nothing_of_the_question_before(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="设备联网")
    press("q", "abc")
    page.open("设备数字化")
    (line,) = page.panel.asked.lines
    assert line.field.toPlainText() == "" and line.field.accessibleName() == line.question.ask
    press("q")
    assert QApplication.focusWidget() is line.field
    press(KEY.Key_Z, held=Qt.KeyboardModifier.ControlModifier)
    press("d", KEY.Key_Return)
    assert not line.field.hasFocus()  # there is no further one to go to
    page.open("设备联网")
    assert [line.field.toPlainText() for line in page.panel.asked.lines] == ["abc", ""]
    kept = desk.bench.dossier(desk.dossier_id).all(Reply)
    assert sorted(reply.text for reply in kept) == ["abc", "d"]


def test_questions_are_asked_on_site_only(walk: Callable[..., WalkPage]) -> None:
    for stage in (Stage.SELF, Stage.RETROFIT):
        page = walk(stage, "设备联网")
        assert page.panel.asked.lines == [] and not page.panel.asked.isVisible()
        assert (("Q",), "现场请问") not in page.hints()
        press("q")  # nobody is asked, nothing happens
        assert page.panel.basis.note.toPlainText() == ""


def test_what_is_refused_stays_in_its_field(desk: Desk, walk: Callable[..., WalkPage]) -> None:
    page = walk(subject="生产管控")
    with refusing(desk.bench):
        press("q", "abc")
        page.step(1)
        assert page.subject == "生产管控"
        assert page.panel.asked.lines[0].field.toPlainText() == "abc"
    page.step(1)
    assert page.subject == "质量管理" and desk.dossier.reply("bottleneck").text == "abc"


def test_the_field_grows_with_the_reply(walk: Callable[..., WalkPage]) -> None:
    field = walk(subject="生产管控").panel.asked.lines[0].field
    low = field.height()
    assert low <= 44
    field.setPlainText("炉子一停后面全等，" * 30)
    assert field.height() > 3 * low
    assert field.verticalScrollBar().maximum() == 0


# -- the report ----------------------------------------------------------------------------------


@pytest.fixture
def report(qtbot: QtBot, desk: Desk) -> Iterator[ReportPage]:
    # Without a screen, deleting an earlier test's window later on would leave none active.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    desk.add("paragraph", section="1.equipment", text="我自己写的一段。")
    page = ReportPage(desk)
    qtbot.addWidget(page)
    page.resize(1000, 760)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.go_to(Target("report", field="1.equipment"))
    yield page


def test_a_reply_under_a_section_becomes_its_draft_and_its_card_goes(
    qtbot: QtBot, desk: Desk, report: ReportPage
) -> None:
    asks = report.sheet.findChild(SectionQuestions)
    assert asks is not None
    card = asks.cards["why-offline"]
    card.line.field.setFocus()
    press("abc")
    assert card.isVisible()
    press(KEY.Key_Return)

    def texts() -> list[str]:
        return [row.text for row in desk.dossier.section("1.equipment")]

    qtbot.waitUntil(lambda: len(texts()) == 2, timeout=20_000)
    assert texts() == ["我自己写的一段。", "部分设备未联网的原因是abc。"]
    (made,) = [row for row in desk.dossier.section("1.equipment") if row.origin]
    assert made.drafted
    qtbot.waitUntil(lambda: not card.isVisible(), timeout=5_000)
    editor = report.sheet.parts[0].editor
    qtbot.waitUntil(lambda: len(editor.blocks()) == 2, timeout=5_000)

    click(asks.again)  # what was answered is looked at again, and set aside
    assert card.isVisible()
    click(card.line.unneeded)
    qtbot.waitUntil(lambda: texts() == ["我自己写的一段。"], timeout=20_000)


def test_all_questions_of_a_section_come_in_their_order(
    qtbot: QtBot, desk: Desk, report: ReportPage
) -> None:
    key, _ = Counter(q.section for q in asked(desk.dossier, desk.pack)).most_common(1)[0]
    keys = [q.key for q in asked(desk.dossier, desk.pack) if q.section == key]
    assert len(keys) > 4
    desk.reply(keys[1], "text", "答过")
    asks = SectionQuestions(desk, desk.pack.outline.by_key[key])
    asks.setParent(report)
    asks.resize(900, 2_000)
    asks.show()

    def in_view() -> list[str]:
        shown = [(card.y(), key) for key, card in asks.cards.items() if card.isVisible()]
        return [key for _, key in sorted(shown)]

    qtbot.waitUntil(lambda: in_view() == keys[:1] + keys[2:])
    desk.reply(keys[1], "text", "")
    qtbot.waitUntil(lambda: in_view() == keys)


def test_a_confirmed_reply_is_not_overwritten(qtbot: QtBot, desk: Desk, report: ReportPage) -> None:
    desk.reply("old-machines", "text", "用到报废")
    list(drafts.propose_replies(desk.bench, desk.dossier_id, "1.equipment"))
    desk.refresh()
    (made,) = [row for row in desk.dossier.section("1.equipment") if row.origin]
    desk.put("paragraph", made.id, "drafted", False)
    desk.reply("why-offline", "text", "厂房待搬迁")
    list(drafts.propose_replies(desk.bench, desk.dossier_id, "1.equipment"))
    kept = desk.bench.dossier(desk.dossier_id).find(Paragraph, made.id)
    assert kept is not None and kept.text == "对于老旧设备，用到报废。"
    findings = desk.bench.review(desk.dossier_id).findings
    assert made.id in {f.target.record for f in findings if f.rule == "REPORT-STALE" and f.target}


def test_what_a_draft_rests_on_leads_back_to_the_question(
    desk: Desk, walk: Callable[..., WalkPage], report: ReportPage
) -> None:
    desk.reply("why-offline", "text", "厂房待搬迁")
    list(drafts.propose_replies(desk.bench, desk.dossier_id, "1.equipment"))
    review = desk.bench.review(desk.dossier_id)
    (made,) = [row for row in review.dossier.section("1.equipment") if row.origin]
    found = {each.title: each for each in Reader(review).evidence(read(made.cites))}
    offline = found["没有联网的车间或设备，为什么没有联？"]
    assert offline.quotes == ("厂房待搬迁",) and offline.target is not None
    aged = found["老设备打算加装、更换还是用到报废？"]
    assert aged.lines == ("待回答",) and not aged.quotes, "nobody said so"
    page = walk(subject="网络建设")
    page.go_to(offline.target)
    assert page.subject == "设备联网"
    assert QApplication.focusWidget() in [line.field for line in page.panel.asked.lines]


def test_the_index_counts_what_waits_for_an_answer(
    qtbot: QtBot, desk: Desk, report: ReportPage
) -> None:
    left = len(open_questions(desk.dossier, desk.pack))
    desk.reply("why-offline", "unneeded", True)
    report.lay_out()
    assert report.index._asks.text() == f"待您回答 {left - 1} 处"
