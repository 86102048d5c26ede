"""帮助: the guide, the rules with their clauses, and the keys, beside the work.

One for each window of the program; it stays open while one goes on working.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from grading.finding import Target
from widgets.controls import Segment, SegmentedControl
from widgets.help_guide import GuideView
from widgets.key_page import KeyPage
from widgets.surfaces import Rule

if TYPE_CHECKING:
    from forms.pack import Pack
    from grading.finding import Finding
    from widgets.help_rules import RulesView

GUIDE, RULES, KEYS = "guide", "rules", "keys"
_NAMES = {GUIDE: "使用指南", RULES: "规则与依据", KEYS: "快捷键"}
_PROMPTS = {GUIDE: "在使用指南中查找", RULES: "在规则和条款原文中查找"}
_WIDE, _TALL = 1120, 720


class HelpWindow(QDialog):
    """Help over a window of the program."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setWindowTitle("帮助")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(
            min(_WIDE, max(720, over.width() - 60)), min(_TALL, max(400, over.height() - 40))
        )
        self.tabs = SegmentedControl(
            [Segment(key, name) for key, name in _NAMES.items()], GUIDE, name="帮助的内容"
        )
        self.finder = QLineEdit()
        self.finder.setClearButtonEnabled(True)
        self.finder.setFixedWidth(280)
        self.guide = GuideView()
        self.rules: RulesView | None = None
        self.keys: KeyPage | None = None
        self.stack = QStackedWidget()
        self.stack.addWidget(self.guide)
        self._host: QWidget = over
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        head.addWidget(self.tabs)
        head.addStretch(1)
        head.addWidget(self.finder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Rule())
        column.addWidget(self.stack, 1)
        self.tabs.chosen.connect(self.show_tab)
        self.finder.textChanged.connect(self._look)
        self.finder.returnPressed.connect(self._take_first)

    def come_from(self, host: QWidget) -> None:
        """Whoever asks for help now: the keys are that page's, the rules that dossier's pack's."""
        self._host = _at_work(host) or host
        self._drop(self.keys)
        self.keys = None
        if self.rules is not None and self.rules.pack.id != self._pack().id:
            self._drop(self.rules)
            self.rules = None

    def show_tab(self, key: str) -> None:
        """Show one of the three."""
        self.tabs.set_current(key)
        shown = {GUIDE: lambda: self.guide, RULES: self._rules, KEYS: self._keys}[key]()
        self.stack.setCurrentWidget(shown)
        if self.rules is not None and key == RULES:
            self.rules.begin()
        self.finder.setVisible(key in _PROMPTS)
        self.finder.setPlaceholderText(_PROMPTS.get(key, ""))
        self.finder.setAccessibleName(_PROMPTS.get(key, ""))
        self._look(self.finder.text())

    def show_guide(self, page: str = "") -> None:
        """The guide, at what is about a page of the window."""
        self.finder.clear()
        self.guide.begin(page)
        self.show_tab(GUIDE)
        self.guide.contents.setFocus()

    def show_finding(self, finding: Finding) -> None:
        """A finding with its rule."""
        self.finder.clear()
        rules = self._rules()
        rules.show_finding(finding)
        self.show_tab(RULES)
        rules.list.setFocus()

    def show_keys(self) -> None:
        """The keys."""
        self.show_tab(KEYS)
        self._keys().setFocus()

    def _rules(self) -> RulesView:
        if self.rules is None:
            from widgets.help_rules import RulesView

            self.rules = RulesView(self._pack())
            self.rules.page_asked.connect(self._go)
            self.stack.addWidget(self.rules)
        self.rules.can_go = self._work() is not None
        return self.rules

    def _keys(self) -> KeyPage:
        if self.keys is None:
            self.keys = KeyPage(self._host)
            self.stack.addWidget(self.keys)
        return self.keys

    def _drop(self, view: QWidget | None) -> None:
        if view is not None:
            self.stack.removeWidget(view)
            view.deleteLater()

    def _work(self) -> Any:
        """The dossier that help was asked for in; None where there is none, or it was left."""
        return _at_work(self._host) if isValid(self._host) else None

    def _pack(self) -> Pack:
        from app.packs import load_pack

        work, bench = self._work(), getattr(self.parentWidget(), "bench", None)
        pack: Pack = work.desk.pack if work is not None else bench.pack if bench else load_pack()
        return pack

    def _go(self, page: str) -> None:
        work = self._work()
        if work is not None:
            work.mend(Target(page))
            work.window().activateWindow()

    def _look(self, words: str) -> None:
        if self.tabs.current() == RULES and self.rules is not None:
            self.rules.look_for(words)
        elif self.tabs.current() == GUIDE:
            self.guide.look_for(words)

    def _take_first(self) -> None:
        if self.tabs.current() == RULES and self.rules is not None:
            self.rules.take_first()
        elif self.tabs.current() == GUIDE:
            self.guide.take_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.finder.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)


def help_for(host: QWidget) -> HelpWindow:
    """The help of the window that `host` is in, made when it is first asked for, in front."""
    over = host.window()
    held = over.findChild(HelpWindow)
    if held is None:
        held = HelpWindow(over)
    held.come_from(host)
    held.show()
    held.activateWindow()
    return held


def explain(host: QWidget, finding: Finding) -> None:
    """Show what stands behind a finding."""
    help_for(host).show_finding(finding)


def show_help(host: QWidget, page: str) -> None:
    """F1: the rule where a finding has the focus, else the guide at the page in view."""
    focused = QApplication.focusWidget()
    finding = getattr(focused, "finding", None)
    if focused is not None and finding is not None:
        explain(focused, finding)
    else:
        help_for(host).show_guide(page)


def show_keys(host: QWidget) -> None:
    """The keys of the page in view and of all others."""
    help_for(host).show_keys()


def _at_work(host: QWidget | None) -> QWidget | None:
    """The dossier at work around a widget: what has a desk, and goes where a finding points."""
    while host is not None and not hasattr(host, "mend"):
        host = host.parentWidget()
    return host
