"""The report page's right panel: what the paragraph at the caret rests on, and what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.evidence import Evidence
from app.review import Review
from app.workbench import Workbench
from forms.dossier import Dossier, Paragraph
from grading.finding import Finding, Severity
from widgets.controls import Button, Segment, SegmentedControl
from widgets.findings_panel import FindingCard, count_by_severity
from widgets.marks import Tag
from widgets.pages import visit_photos
from widgets.pages.report_basis import Standing
from widgets.pages.report_cards import DifferenceView, EvidenceCard, Picture, Tinted
from widgets.surfaces import Rule, ScrollColumn, taken
from widgets.text import TextLabel
from widgets.theme import PAGE_HEADER, PANEL, tokens
from widgets.thumbnails import thumbnails

#: From this width of the page on, in px, the panel has room beside the text.
DOCKED_FROM = 1100
#: More cards than that nobody reads; the rest is counted.
_MOST = 40


class EvidencePanel(QFrame):
    """`jump(Target)` to where a fact is typed; `adopt()` and `hold()` for the paragraph shown;
    `left()` when the keyboard is to go back to the text."""

    jump = Signal(object)
    adopt = Signal()
    hold = Signal()
    left = Signal()

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._review: Review | None = None
        self._standing: Standing | None = None
        self._sentence = ""
        self._findings: list[tuple[str, list[Finding]]] = []
        self._tabs = SegmentedControl((), height=28, name="面板内容")
        self._tabs.chosen.connect(lambda _key: self._fill())
        self._scroll = ScrollColumn((0, 0, 0, 16), 0, plain=True)
        self.setFixedWidth(PANEL)
        self.setAccessibleName("本段依据")
        head = QWidget()
        head.setFixedHeight(PAGE_HEADER - 1)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 16, 0)
        row.addWidget(TextLabel("本段依据", "section"))
        row.addStretch(1)
        row.addWidget(self._tabs)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(Rule())
        column.addWidget(self._scroll, 1)
        self._mark_tabs()
        self._fill()

    def show_paragraph(
        self, standing: Standing | None, sentence: str, review: Review | None
    ) -> None:
        """Show a paragraph's evidence, or the sentence that says why there is none."""
        held = (self._standing, self._sentence)
        judged = review is not self._review
        self._standing, self._sentence, self._review = standing, sentence, review
        if held == (standing, sentence) and not (judged and self._has_photos()):
            return
        self._mark_tabs()
        if self._tabs.current() == "basis":
            self._fill()

    def show_findings(
        self, findings: Sequence[Finding], dossier: Dossier, sections: Collection[str]
    ) -> None:
        """Show the report's findings, those of the `sections` in view first."""
        near: list[Finding] = []
        far: list[Finding] = []
        for finding in findings:
            target = finding.target
            if target is None or target.page != "report":
                continue
            held = dossier.find(Paragraph, target.record)
            key = held.section if held is not None else target.field
            (near if key in sections else far).append(finding)
        groups = [(name, found) for name, found in (("本节", near), ("其他章节", far)) if found]
        if groups != self._findings:
            self._findings = groups
            self._mark_tabs()
            if self._tabs.current() == "findings":
                self._fill()

    def count(self) -> int:
        """On how many things the paragraph shown rests."""
        return len(self._standing.evidence) if self._standing else 0

    def focus_first(self) -> None:
        """Give the keyboard to the first thing that can be taken."""
        for widget in self._stops()[:1]:
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _stops(self) -> list[QWidget]:
        """What can be taken, from the top; the tabs come last."""
        page = self._scroll.widget()
        found = page.findChildren(QWidget) if page is not None else []
        found += self._tabs.findChildren(QWidget)
        can = Qt.FocusPolicy.TabFocus
        return [w for w in found if w.focusPolicy() & can and w.isVisibleTo(self)]

    def _step(self, by: int) -> None:
        """The keyboard to the next stop, never out of the panel."""
        stops, focused = self._stops(), QApplication.focusWidget()
        place = stops.index(focused) + by if focused in stops else 0
        if 0 <= place < len(stops):
            stops[place].setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(stops[place], 0, 12)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            self._step(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def has_keyboard(self) -> bool:
        """Whether the keyboard is in the panel."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _has_photos(self) -> bool:
        return any(each.photo for each in self._standing.evidence) if self._standing else False

    def _mark_tabs(self) -> None:
        findings = [finding for _, group in self._findings for finding in group]
        counts = count_by_severity(findings)
        worst = next((s.value for s in Severity if counts[s]), "")
        self._tabs.set_segments(
            (
                Segment("basis", "依据", str(self.count())),
                Segment("findings", "问题", str(len(findings)), worst, worst or "ink2"),
            ),
            self._tabs.current() or "basis",
        )

    def _fill(self) -> None:
        column, had = self._scroll.column, self.has_keyboard()
        for widget in taken(column):
            widget.hide()  # not parentless: a window of its own would take the focus along
            widget.setParent(self)
            widget.deleteLater()
        if self._tabs.current() == "findings":
            self._fill_findings()
        else:
            self._fill_evidence()
        column.addStretch(1)
        self._scroll.verticalScrollBar().setValue(0)
        if had and not self.has_keyboard():
            self.focus_first()

    def _fill_evidence(self) -> None:
        held, column = self._standing, self._scroll.column
        if held is None or not held.evidence:
            self._say(self._sentence)
            return
        if held.changes:
            column.addWidget(self._outdated(held))
        for number, evidence in enumerate(held.evidence[:_MOST], 1):
            column.addWidget(self._card(number, evidence))
        if (rest := len(held.evidence) - _MOST) > 0:
            self._say(f"另有 {rest} 处依据，未一一列出。")

    def _say(self, sentence: str) -> None:
        label = TextLabel(sentence, "dense", "ink2", wrap=True)
        holder = QWidget()
        row = QVBoxLayout(holder)
        row.setContentsMargins(16, 14, 16, 8)
        row.addWidget(label)
        self._scroll.column.addWidget(holder)

    def _card(self, number: int, evidence: Evidence) -> EvidenceCard:
        card = EvidenceCard(number, evidence, self._picture(evidence))
        if evidence.target is not None:
            card.clicked.connect(lambda _on=False, to=evidence.target: self.jump.emit(to))
        return card

    def _picture(self, evidence: Evidence) -> Picture | None:
        judged = (
            self._review.photos.get(evidence.photo) if self._review and evidence.photo else None
        )
        if judged is None:
            return None
        where = partial(self._bench.picture, judged.photo, "thumb")
        key = f"{judged.photo.sha256}.thumb"
        return Picture(key, visit_photos.tile(judged), thumbnails().get(key, where))

    def _outdated(self, held: Standing) -> QWidget:
        """What changed, how the new draft differs, and the two ways on."""
        box = Tinted("stale")
        column = QVBoxLayout(box)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(Tag("已过时", "stale", "clock"))
        head.addStretch(1)
        column.addLayout(head)
        for change in held.changes:
            column.addWidget(TextLabel(change, "dense", wrap=True))
        column.addWidget(self._compared(held))
        row = QHBoxLayout()
        row.setSpacing(8)
        ways = [("采用新稿", "Alt 回车", self.adopt)] if held.fresh else []
        for text, key, done in (*ways, ("保留原文", "", self.hold)):
            button = Button(text, key=key, height=28)
            button.clicked.connect(done)
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        return box

    def _compared(self, held: Standing) -> QWidget:
        if held.anew is None:
            text = "档案现有内容已不能拟写本段，请核对后改写，或保留原文。"
        elif not held.fresh:
            text = "按现有内容拟写的文字与原文相同，核对后保留原文即可。"
        else:
            return DifferenceView(held.text, held.anew.text)
        return TextLabel(text, "dense", "ink2", wrap=True)

    def _fill_findings(self) -> None:
        if not self._findings:
            self._say("报告撰写没有待办问题。")
            return
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(16, 12, 16, 0)
        column.setSpacing(8)
        order = list(Severity)
        for name, group in self._findings:
            column.addWidget(TextLabel(name, "meta", "ink2"))
            for finding in sorted(group, key=lambda f: order.index(f.severity)):
                card = FindingCard(finding, "打开", show_remedy=name == "本节")
                card.clicked.connect(lambda _on=False, to=finding.target: self.jump.emit(to))
                column.addWidget(card)
        self._scroll.column.addWidget(holder)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("surface"))
        painter.fillRect(0, 0, 1, self.height(), tokens().color("line"))
        painter.end()


def sentence_of(standing: Standing | None, drafted_here: bool) -> str:
    """Why no evidence is shown, in one calm sentence; "" where there is some."""
    if standing is not None and standing.evidence:
        return ""
    if not drafted_here:
        return "本节没有系统拟写的段落，因而没有可列的依据。"
    if standing is None:
        return "光标所在段落的依据在此列出。"
    return "本段由人工撰写，没有系统记录的依据。"


class SidePanel:
    """Where the panel stands: beside the text where there is room, else over it when asked for."""

    def __init__(self, page: QWidget, panel: EvidencePanel) -> None:
        self._page, self._panel = page, panel
        self._wanted, self._over = True, False
        self._row: QHBoxLayout | None = None
        self.button = Button("依据")
        self.count(0)

    def lie_in(self, row: QHBoxLayout) -> None:
        """Stand at the end of the page's row."""
        self._row = row
        self._panel.setParent(self._page)
        self.fit()

    def count(self, number: int) -> None:
        """Say on the button how much there is to see."""
        text = f"依据 {number}" if number else "依据"
        if text != self.button.text():
            self.button.setText(text)
            self.button.updateGeometry()
        self.button.setToolTip("在旁边显示光标所在段落的依据（F6）")
        self.button.setAccessibleName(f"本段依据 {number} 处，打开面板")

    def docked(self) -> bool:
        """Whether the page is wide enough for the panel to stand beside the text."""
        return self._page.width() >= DOCKED_FROM

    def show_panel(self, on: bool) -> None:
        """Bring it up or put it away."""
        if self.docked():
            self._wanted = on
        else:
            self._over = on
        self.fit()

    def put_away(self) -> None:
        """Where it lies over the page, take it off."""
        self._over = False
        self.fit()

    def fit(self) -> None:
        """Take the place that the page's width leaves."""
        if self._row is None:
            return
        docked, lies = self.docked(), self._row.indexOf(self._panel) >= 0
        if docked and not lies:
            self._row.addWidget(self._panel)
        elif not docked and lies:
            self._row.removeWidget(self._panel)
        shown = self._wanted if docked else self._over
        self._panel.setVisible(shown)
        self.button.setVisible(not shown)
        if shown and not docked:
            wide = self._panel.width()
            self._panel.setGeometry(self._page.width() - wide, 0, wide, self._page.height())
            self._panel.raise_()
