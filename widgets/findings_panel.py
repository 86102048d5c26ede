"""What is still wrong, in the order of nearness: this page, this step, everything else."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from grading.finding import Finding, Severity
from widgets.actions import ACTIONS
from widgets.controls import Hovered, Segment, SegmentedControl
from widgets.icons import SEVERITY_WORDS, draw
from widgets.marks import box
from widgets.surfaces import Rule, ScrollColumn, taken
from widgets.text import TextLabel, draw_text, draw_wrapped, text_height, text_width
from widgets.theme import ROLES, WALK_STRIP, tokens

_ORDER = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.INFO: 2}
_PAD, _INDENT = 12, 34


def count_by_severity(findings: Sequence[Finding]) -> dict[Severity, int]:
    """How many findings there are of each severity, none left out."""
    counted = Counter(finding.severity for finding in findings)
    return {severity: counted[severity] for severity in Severity}


class FindingsPanel(QWidget):
    """The right panel. `activated(Target)` when a finding's jump is taken, `block_wanted()` by a
    click on the counts."""

    activated = Signal(object)
    block_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings: tuple[Finding, ...] = ()
        self._page, self._step = "", frozenset[str]()
        self._titles: Mapping[str, str] = {}
        self._seen: tuple[object, ...] | None = None
        self._kept: dict[tuple[Finding, str, bool], FindingCard] = {}
        self._counts = SeverityCounts(zeros=True)
        self._counts.setToolTip(f"去下一处阻断（{ACTIONS['dossier.block'].caps}）")
        self._counts.setCursor(Qt.CursorShape.PointingHandCursor)
        self._counts.taken.connect(self.block_wanted)
        choices = (Segment("step", "本步"), Segment("all", "全部"))
        self._scope = SegmentedControl(choices, "step", name="待办问题的范围")
        self._scope.chosen.connect(lambda _key: self._fill())
        self._scroll = ScrollColumn((16, 12, 16, 16), 8, plain=True)
        self._list = self._scroll.column
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(Rule())
        column.addWidget(self._scroll)

    def _head(self) -> QWidget:
        head = QWidget()
        head.setFixedHeight(WALK_STRIP - 1)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addStretch(1)
        left.addWidget(TextLabel("待办问题", "section"))
        left.addWidget(self._counts)
        left.addStretch(1)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(0)
        row.addLayout(left)
        row.addStretch(1)
        row.addWidget(self._scope)
        return head

    def set_findings(
        self,
        findings: Sequence[Finding],
        page: str = "",
        step_pages: Collection[str] = (),
        titles: Mapping[str, str] | None = None,
    ) -> None:
        """Show `findings` as seen from `page`, one of the `step_pages` of the open step.

        `titles` names the pages; a jump to a page that it does not name reads 去处理.
        """
        seen = (tuple(findings), page, frozenset(step_pages), titles or {})
        if seen == self._seen:
            return  # as after most edits
        self._seen = seen
        self._findings, self._page, self._step, self._titles = seen
        self._counts.set_counts(count_by_severity(findings))
        self._fit_counts()
        self._fill()

    def groups(self) -> list[tuple[str, list[Finding]]]:
        """The findings as they are grouped on the screen, the graver first in each group."""
        here: list[Finding] = []
        near: list[Finding] = []
        far: list[Finding] = []
        for finding in sorted(self._findings, key=lambda f: _ORDER[f.severity]):
            page = finding.target.page if finding.target else ""
            group = here if page and page == self._page else near if page in self._step else far
            group.append(finding)
        named = [("与本页有关", here), ("本步其他", near)]
        if self._scope.current() == "all":
            named.append(("其他步骤", far))
        return [(name, group) for name, group in named if group]

    def focus_first(self) -> None:
        """Give the keyboard to the first finding (F6)."""
        cards = self.findChildren(FindingCard)
        target: QWidget = cards[0] if cards else self._scope
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _fill(self) -> None:
        """Lay out anew; the cards of findings that stay are kept, with the focus one may have."""
        gone = taken(self._list)
        self._kept = {card.shown: card for card in gone if isinstance(card, FindingCard)}
        groups = self.groups()
        for place, (name, group) in enumerate(groups):
            if place:
                self._list.addSpacing(8)
            self._list.addWidget(TextLabel(name, "meta", "ink2"))
            for finding in group:
                self._list.addWidget(self._card(finding, name == "与本页有关"))
        if not groups:
            rest = len(self._findings)
            text = f"本步没有待办问题，其他步骤有 {rest} 条。" if rest else "没有待办问题。"
            self._list.addWidget(TextLabel(text, "dense", "ink2", wrap=True))
        self._list.addStretch(1)
        for widget in gone:
            if self._list.indexOf(widget) < 0:
                widget.hide()  # not parentless: a window of its own would take the focus along
                widget.deleteLater()
        self._kept = {}

    def _card(self, finding: Finding, near: bool) -> "FindingCard":
        page = finding.target.page if finding.target else ""
        title = self._titles.get(page, "")
        here = "去填写" if finding.target and finding.target.field else "去处理"
        jump = "" if not page else f"去{title}" if title and not near else here
        if (kept := self._kept.pop((finding, jump, near), None)) is not None:
            return kept
        card = FindingCard(finding, jump, show_remedy=near)
        if finding.target is not None:
            card.clicked.connect(lambda _on=False, to=finding.target: self.activated.emit(to))
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_counts()
        super().resizeEvent(event)

    def _fit_counts(self) -> None:
        """Name the severities where the words have room beside the choice of scope."""
        self._counts.set_words(True)
        free = self.width() - 40 - self._scope.sizeHint().width()
        self._counts.set_words(self._counts.sizeHint().width() <= free)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("surface"))
        painter.end()


class FindingCard(Hovered):
    """One finding: glyph, sentence, clause, one jump. The whole card takes the click."""

    def __init__(
        self,
        finding: Finding,
        jump: str,
        *,
        show_remedy: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.finding, self._jump, self.shown = finding, jump, (finding, jump, show_remedy)
        self._remedy = finding.remedy if show_remedy else ""
        word = SEVERITY_WORDS[finding.severity]
        self.setAccessibleName(f"{word}：{finding.message} {finding.clause}")
        self.setAccessibleDescription(finding.remedy)
        self.setToolTip(f"{word}：{finding.remedy}（F1 看依据）")
        self.basis = BasisLink(finding, self)
        # A fixed height would be the one for the width it had before it was laid out.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _foot(self, width: int) -> tuple[float, int]:
        """Width of the clause and height of the last line or lines, in px."""
        free = width - _INDENT - _PAD - text_width(self._jump, "meta") - 12
        return free, text_height(self.finding.clause, "meta", free)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        inside = width - _INDENT - _PAD
        tall = text_height(self.finding.message, "dense", inside) + self._foot(width)[1] + 20
        if self._remedy:
            tall += text_height(self._remedy, "meta", inside) + 2
        return tall + 2

    def sizeHint(self) -> QSize:
        width = max(self.width(), 250)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(180, self.heightForWidth(max(self.width(), 180)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        free, tall = self._foot(self.width())
        wide = min(int(free), self.basis.sizeHint().width())
        top = self.height() - 11 - tall - BasisLink.AROUND
        self.basis.setGeometry(_INDENT, top, wide, tall + 2 * BasisLink.AROUND)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        ground = "hover" if self.hovered else "surface"
        box(painter, rect, ground, "line", 6)
        name = self.finding.severity.value
        draw(painter, name, QRectF(_PAD, 12, 16, 16), name, ground)
        inside = rect.width() - _INDENT - _PAD
        y = 10
        draw_wrapped(painter, QRectF(_INDENT, y, inside, 0), self.finding.message, "dense")
        y += text_height(self.finding.message, "dense", inside)
        if self._remedy:
            draw_wrapped(painter, QRectF(_INDENT, y + 2, inside, 0), self._remedy, "meta", "ink2")
            y += text_height(self._remedy, "meta", inside) + 2
        spot = QRectF(_INDENT, rect.height() - 11 - ROLES["meta"].line, inside, ROLES["meta"].line)
        right = Qt.AlignmentFlag.AlignRight
        draw_text(painter, spot, self._jump, "meta", "accent", align=right)
        painter.end()


class BasisLink(Hovered):
    """The clause of a finding, as a link to its words in full.

    Within a card F1 does the same, so that the focus need not stop at it; `focused` says that it
    is to stop here.
    """

    #: px above and below its words, which make one line a target of 24.
    AROUND = 3

    def __init__(
        self, finding: Finding, parent: QWidget | None = None, *, focused: bool = False
    ) -> None:
        super().__init__(parent)
        if not focused:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clicked.connect(self._explain)
        self.show_finding(finding)

    def show_finding(self, finding: Finding) -> None:
        """Lead to the clause of this finding."""
        self.finding = finding
        self.setAccessibleName(f"看依据：{finding.clause}")
        self.setToolTip(f"看依据：{finding.clause}（F1）")
        self.updateGeometry()
        self.update()

    def _explain(self) -> None:
        from widgets.help_window import explain  # loaded when it is first asked for

        explain(self, self.finding)

    def sizeHint(self) -> QSize:
        tall = ROLES["meta"].line + 2 * self.AROUND
        return QSize(text_width(self.finding.clause, "meta") + 2, tall)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect()).adjusted(0, self.AROUND, 0, -self.AROUND)
        token = "accent" if self.hovered else "ink2"
        draw_wrapped(painter, rect, self.finding.clause, "meta", token)
        painter.setPen(tokens().color(token if self.hovered else "line2"))
        y = self.height() - self.AROUND - 2
        painter.drawLine(0, y, min(self.width(), text_width(self.finding.clause, "meta")) - 1, y)
        painter.end()


class SeverityCounts(QWidget):
    """阻断 2 警告 4 提示 2; without `zeros` only what there is, without `words` no words. `taken()`
    by a click."""

    taken = Signal()

    def __init__(
        self, *, zeros: bool = False, words: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._zeros, self._words = zeros, words
        self._counts: dict[Severity, int] = {}
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.taken.emit()

    def set_words(self, on: bool) -> None:
        """Write the severities out or, where room is short, show their glyphs alone."""
        if on != self._words:
            self._words = on
            self.updateGeometry()
            self.update()

    def set_counts(self, counts: Mapping[Severity, int]) -> None:
        """Show these numbers."""
        self._counts = dict(counts)
        said = (f"{SEVERITY_WORDS[key]} {count}" for key, count in counts.items())
        self.setAccessibleName("，".join(said))
        self.updateGeometry()
        self.update()

    def _parts(self) -> list[tuple[str, str, int]]:
        parts = []
        for key, count in self._counts.items():
            if count or self._zeros:
                text = f"{SEVERITY_WORDS[key]} {count}" if self._words else str(count)
                parts.append((key.value, text, text_width(text, "meta")))
        return parts

    def sizeHint(self) -> QSize:
        return QSize(max(0, sum(24 + wide for _, _, wide in self._parts()) - 7), 20)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        x = 0
        for name, text, wide in self._parts():
            draw(painter, name, QRectF(x, 3, 14, 14), name)
            draw_text(painter, QRectF(x + 17, 0, wide, 20), text, "meta", "ink2")
            x += 24 + wide
        painter.end()
