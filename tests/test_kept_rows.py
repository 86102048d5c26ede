"""What is laid out anew while somebody is there keeps what stays, and the keyboard with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from grading.finding import Finding, Severity, Target
from widgets.controls import Segment, SegmentedControl
from widgets.findings_panel import FindingCard, FindingsPanel


def test_segments_that_stay_keep_their_buttons_and_the_focus(qtbot: QtBot) -> None:
    """Counts in them change while somebody is there: what changed alone is made anew."""
    control = SegmentedControl([Segment("a", "甲", "1"), Segment("b", "乙")], "a")
    qtbot.addWidget(control)
    with qtbot.waitExposed(control):
        control.show()
    first, second = control._buttons["a"], control._buttons["b"]
    first.setFocus()
    others = [Segment("c", "丙"), Segment("b", "乙", "7"), Segment("a", "甲", "20")]
    control.set_segments(others, "b")
    assert control._buttons["a"] is first and control._buttons["b"] is second
    assert first.text() == "甲 20" and second.text() == "乙 7" and control.current() == "b"
    qtbot.waitUntil(lambda: 0 < control._buttons["c"].x() < second.x() < first.x())
    assert first.width() == first.sizeHint().width() and control.focusWidget() is first
    with qtbot.waitSignal(control.chosen) as told:
        QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert told.args == ["a"]
    control.set_segments([Segment("b", "乙")], "b")
    assert list(control._buttons) == ["b"] and not first.isVisible()


def _cards(qtbot: QtBot, panel: FindingsPanel, *rules: str) -> dict[str, FindingCard]:
    """The cards that show, once they are these."""

    def shown() -> dict[str, FindingCard]:
        cards = panel.findChildren(FindingCard)
        return {card.finding.rule: card for card in cards if card.isVisible()}

    qtbot.waitUntil(lambda: sorted(shown()) == sorted(rules))
    return shown()


def test_findings_that_stay_keep_their_cards_and_the_focus(qtbot: QtBot) -> None:
    """Each edit is judged anew: the card at which somebody stands is not taken from under them."""
    found = [
        Finding(rule, Severity.WARN, f"{rule} 有误。", "一致性核对", "请改正。", Target("site"))
        for rule in ("A", "B", "C", "D")
    ]
    panel = FindingsPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.set_findings(found[:3], "site", ("site",), {"site": "厂址"})
    before = _cards(qtbot, panel, "A", "B", "C")
    before["C"].setFocus()
    panel.set_findings([found[0], found[2], found[3]], "site", ("site",), {"site": "厂址"})
    after = _cards(qtbot, panel, "A", "C", "D")
    assert after["A"] is before["A"] and after["C"] is before["C"]
    assert panel.focusWidget() is after["C"]
    qtbot.waitUntil(lambda: 0 < after["A"].y() < after["C"].y() < after["D"].y())
    with qtbot.waitSignal(panel.activated) as told:
        QTest.mouseClick(after["C"], Qt.MouseButton.LeftButton)
    assert told.args == [Target("site")]
    panel.set_findings([found[2]], "walk", ("site",), {"site": "厂址"})  # said in other words there
    assert _cards(qtbot, panel, "C")["C"] is not after["C"]
