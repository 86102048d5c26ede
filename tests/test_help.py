"""帮助 in the window: the guide at the page in view, a finding's rule with its clause, the keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app import guide
from app.explain import explain_all
from app.workbench import Workbench
from tests.window_kit import click, in_front, opened, window
from widgets import help_window
from widgets.dossier_window import DossierWindow
from widgets.findings_panel import BasisLink, FindingCard
from widgets.help_rules import page_of
from widgets.help_window import HelpWindow
from widgets.reading_pane import ReadingPane
from widgets.theme import DARK, LIGHT, theme


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("help") / "data") as made:
        yield made


@pytest.fixture
def win(qtbot: QtBot, bench: Workbench) -> DossierWindow:
    return window(qtbot, bench, bench.create("示例·求助公司"), "team", judged=True)


def shown(win: DossierWindow) -> HelpWindow:
    (found,) = win.findChildren(HelpWindow)
    assert found.isVisible()
    return found


def test_every_card_leads_to_its_own_rule(qtbot: QtBot, win: DossierWindow) -> None:
    cards = [card for card in win.findChildren(FindingCard) if card.isVisible()]
    assert len(cards) >= 3
    for card in cards:
        click(card.basis)
        rules = shown(win).rules
        assert rules is not None and rules.shown is not None
        assert rules.shown.rule == card.finding.rule
        assert rules.list.currentItem().data(Qt.ItemDataRole.UserRole) == card.finding.rule
        text = rules.pane.toPlainText()
        assert card.finding.message in text and card.finding.remedy in text
        assert all(clause.text in text for clause in rules.shown.clauses)


def test_f1_on_a_card_shows_its_rule_and_its_link_leads_back(
    qtbot: QtBot, win: DossierWindow
) -> None:
    win.show_page("agreement")

    def leading() -> list[FindingCard]:
        held = win.findChildren(FindingCard)
        return [c for c in held if c.isVisible() and c.finding.rule == "TEAM-LEAD"]

    qtbot.waitUntil(lambda: in_front(win) and bool(leading()), timeout=5000)
    (card,) = leading()
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_F1)
    held = shown(win)
    assert held.tabs.current() == "rules" and held.rules is not None
    assert "组长应由具备实践经验的专家担任" in held.rules.pane.toPlainText()
    held.rules.pane.anchorClicked.emit(QUrl("page:team"))
    assert win.key == "team"


def test_every_rule_has_its_page_and_is_found_by_its_words(win: DossierWindow) -> None:
    help_window.show_keys(win)
    held = shown(win)
    held.show_tab("rules")
    rules = held.rules
    assert rules is not None
    everything = explain_all(win.desk.pack)
    assert rules.in_view() == [each.rule for each in everything]
    for each in everything:
        page = page_of(each, can_go=True)
        assert all(word in page for word in ("依据", "怎么办", "到哪里办", each.page)), each.rule
    held.finder.setText("水印相机 LOGO")
    assert "STAY-LOGO" in rules.in_view() and "TEAM-SIZE" not in rules.in_view()
    QTest.keyClick(held.finder, Qt.Key.Key_Return)
    assert rules.shown is not None and rules.shown.rule == rules.in_view()[0]
    held.finder.clear()
    assert len(rules.in_view()) == len(everything)


def test_f1_opens_the_guide_at_the_page_in_view(qtbot: QtBot, win: DossierWindow) -> None:
    found = guide.about("team")
    assert found is not None
    qtbot.waitUntil(lambda: in_front(win), timeout=5000)
    win.page().setFocus()
    QTest.keyClick(win, Qt.Key.Key_F1)
    held = shown(win)
    assert held.guide.chapter == found[0] and held.tabs.current() == "guide"
    line = held.guide.contents.currentItem()
    assert line is not None and line.text(0) == found[1].heading


def test_the_guide_is_searched_and_what_is_found_opens(win: DossierWindow) -> None:
    help_window.show_help(win, "team")
    held = shown(win)
    held.finder.setText("离场检查")
    contents = held.guide.contents
    expected = list(guide.find("离场检查"))
    assert contents.topLevelItemCount() == len(expected) > 0
    QTest.keyClick(held.finder, Qt.Key.Key_Return)
    assert held.guide.chapter == expected[0].chapter
    assert held.guide.pane.extraSelections()  # and stands out there
    held.finder.setText("没有这个词")
    item = contents.topLevelItem(0)
    assert item is not None and "没有找到" in item.text(0)
    held.finder.clear()
    assert contents.topLevelItemCount() == len(guide.chapters())


def test_pictures_fit_and_follow_the_theme(qtbot: QtBot, tmp_path: Path) -> None:
    image = QImage(900, 300, QImage.Format.Format_RGB32)
    image.fill(0)
    assert image.save(str(tmp_path / "wide.png"))
    pane = ReadingPane(tmp_path, "试")
    qtbot.addWidget(pane)
    pane.resize(500, 300)
    pane.show()
    pane.show_markdown("# 标题\n\n![图](wide.png)\n\n> 引文\n\n按 `Ctrl K`。")
    drawn = pane.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("wide.png"))
    assert isinstance(drawn, QImage)
    assert drawn.width() / drawn.devicePixelRatio() <= pane.viewport().width() - 48
    assert pane.horizontalScrollBar().maximum() == 0
    light = pane.document().begin().next().next().blockFormat().background().color()
    theme().use(DARK)
    dark = pane.document().begin().next().next().blockFormat().background().color()
    theme().use(LIGHT)
    assert light != dark
    asked: list[str] = []
    pane.asked.connect(asked.append)
    pane.anchorClicked.emit(QUrl("02-x.md"))
    assert asked == ["02-x.md"]


def test_a_link_says_what_it_is_for(win: DossierWindow) -> None:
    for link in win.findChildren(BasisLink):
        assert link.accessibleName() == f"看依据：{link.finding.clause}"
