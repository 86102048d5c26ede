"""The window's frame: top bar, navigation, the page, findings at the right, keys at the bottom."""

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from grading.finding import Finding, Severity
from widgets.actions import bind
from widgets.bars import KeyBar, KeyHint, TopBar
from widgets.controls import Hovered
from widgets.findings_panel import FindingsPanel, SeverityCounts, count_by_severity
from widgets.marks import box
from widgets.nav import NavPanel
from widgets.surfaces import Toast
from widgets.text import draw_text, text_width
from widgets.theme import NAV, PANEL, PANEL_BELOW, RAIL_BELOW, TOP_BAR, tokens


class Frame(QWidget):
    """Holds a page and what surrounds it; knows widths, not content.

    Signals: `page_requested(key)` from the navigation, `finding_activated(Target)`, `back()`,
    `search()`, `undone()` from the toast. Below 1360 px the right panel becomes a button with
    counts (F6 opens it over the page), below 1200 px the navigation becomes a rail.
    """

    page_requested = Signal(str)
    finding_activated = Signal(object)
    back = Signal()
    search = Signal()
    undone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.top, self.nav, self.keys = TopBar(), NavPanel(), KeyBar()
        self.findings = FindingsPanel()
        self.toast = Toast(self)
        self._wants_panel, self._wide_nav, self._pulled_out = True, False, False
        self._wants_rail = False
        self._panel, self._share = PANEL, 0.0
        #: F6 of a page with a panel of its own; answers False where the page has none.
        self.own_panel: Callable[[], bool] = lambda: False
        self._side = _SidePanel(self.findings)
        self._pages, self._headers = QStackedWidget(), QHBoxLayout()
        self._header: QWidget | None = None
        self._button = FindingsButton()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._headers.setContentsMargins(0, 0, 0, 0)
        self._headers.setSpacing(0)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        self._head_band = _HeadBand(self._headers, self._button)
        middle.addWidget(self._head_band)
        middle.addWidget(self._pages, 1)
        self._body = QHBoxLayout()
        self._body.setSpacing(0)
        self._body.addWidget(self.nav)
        self._body.addLayout(middle, 1)
        self._body.addWidget(self._side)
        column = QVBoxLayout(self)
        # The docked panel must not keep the window from becoming too narrow for it.
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(self._body, 1)
        column.addWidget(self.keys)

    def _connect(self) -> None:
        self.nav.opened.connect(self._go)
        self.nav.widened.connect(self._widen)
        self.findings.activated.connect(self._jump)
        self.top.back.connect(self.back)
        self.top.search.connect(self.search)
        self.toast.undone.connect(self.undone)
        self._button.clicked.connect(lambda: self.pull_out(not self._pulled_out))
        bind(self, "dossier.findings", self._to_findings, self._button)
        bind(self, "window.search", self.search.emit)

    def set_page(
        self,
        page: QWidget,
        header: QWidget | None = None,
        *,
        panel: int = PANEL,
        rail: bool = False,
    ) -> None:
        """Show `page` under `header`. `panel` is the right panel's width in px, 284 to 324, or 0
        to give the page its room; `rail` does so with the navigation's. The frame keeps the pages
        it has seen; whoever made one may delete it."""
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        if self._header is not header and self._header is not None and isValid(self._header):
            self._headers.removeWidget(self._header)
            self._header.hide()
        self._header = header
        if header is not None:
            self._headers.addWidget(header, 1)
            header.show()
        self._wants_panel, self._wants_rail = panel > 0, rail
        self._panel = panel or PANEL
        self._pulled_out = self._wide_nav = False
        self._fit()

    def page(self) -> QWidget | None:
        """The page that shows."""
        return self._pages.currentWidget()

    def set_side(self, widget: QWidget | None, share: float = 0) -> None:
        """Put `widget` into the right panel instead of the findings; None brings them back.

        `share` is the part of the window's width that it needs, where the panel's is not enough;
        the navigation then makes room as a rail.
        """
        self._share = share if widget is not None else 0
        self._side.show_instead(widget)
        self._fit()

    def set_findings(
        self,
        findings: Sequence[Finding],
        page: str = "",
        step_pages: Collection[str] = (),
        titles: Mapping[str, str] | None = None,
    ) -> None:
        """Show the findings in the panel, and their counts on its button."""
        self.findings.set_findings(findings, page, step_pages, titles)
        self._button.set_counts(count_by_severity(findings))

    def set_keys(self, hints: Sequence[KeyHint], note: str = "") -> None:
        """Fill the key bar."""
        self.keys.set_hints(hints, note)

    def pull_out(self, on: bool) -> None:
        """Where the right panel is a button: lay it over the page, or put it away."""
        self._pulled_out = on
        self._fit()

    def panel_docked(self) -> bool:
        """Whether the right panel has a column of its own."""
        return (self._wants_panel or self._share > 0) and self.width() >= PANEL_BELOW

    def _to_findings(self) -> None:
        if self.own_panel():
            return
        if not self.panel_docked():
            self.pull_out(True)
        self.findings.focus_first()

    def _go(self, key: str) -> None:
        self._wide_nav = False
        self._fit()
        self.page_requested.emit(key)

    def _jump(self, target: object) -> None:
        if self._pulled_out:
            self.pull_out(False)
        self.finding_activated.emit(target)

    def _widen(self) -> None:
        self._wide_nav = True
        self._fit()

    def _fit(self) -> None:
        docked = self.panel_docked()
        crowded = self._wants_rail or (docked and self._share > 0)
        narrow = self.width() < RAIL_BELOW or crowded
        self.nav.set_rail(narrow and not self._wide_nav)
        self.top.compact(self.width() < RAIL_BELOW)
        self._side.setFixedWidth(max(self._panel, round(self.width() * self._share)))
        in_row = self._body.indexOf(self._side) >= 0
        if docked and not in_row:
            self._body.addWidget(self._side)
        elif not docked and in_row:
            self._body.removeWidget(self._side)
        self._side.setVisible(docked or self._pulled_out)
        self._button.setVisible(not docked)
        if not docked and self._pulled_out:
            wide = self._side.width()
            height = self.height() - TOP_BAR - self.keys.height()
            self._side.setGeometry(QRect(self.width() - wide, TOP_BAR, wide, height))
            self._side.raise_()
        self._head_band.setVisible(self._header is not None or not docked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(NAV + 600, 480)  # a screen of 1080 px at 200 % has 540

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("bg"))
        painter.end()


class _HeadBand(QWidget):
    """The page's header with the findings button behind it, on one surface."""

    def __init__(self, headers: QHBoxLayout, button: QWidget) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(headers, 1)
        row.addWidget(button)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens().color("line"))
        painter.end()


class _SidePanel(QFrame):
    """The right panel: the findings, or what a page puts in their place."""

    def __init__(self, findings: QWidget) -> None:
        super().__init__()
        self._findings, self._other = findings, QWidget(self)
        self._other.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(findings)
        self.setFixedWidth(PANEL)

    def show_instead(self, widget: QWidget | None) -> None:
        if isValid(self._other):
            self._column.removeWidget(self._other)
            self._other.hide()
        if widget is not None:
            self._other = widget
            self._column.addWidget(widget)
            widget.show()
        self._findings.setVisible(widget is None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("surface"))
        # A panel that a page put there is marked as what one is working in.
        token, wide = ("line", 1) if self._findings.isVisibleTo(self) else ("accent", 2)
        painter.fillRect(0, 0, wide, self.height(), tokens().color(token))
        painter.end()


class FindingsButton(Hovered):
    """待办问题 with a count for each severity there is, where the panel has no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks = SeverityCounts(words=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(13 + text_width("待办问题", "body") + 8, 0, 29, 0)
        row.addWidget(self._marks)
        self._marks.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_counts({})

    def set_counts(self, counts: Mapping[Severity, int]) -> None:
        """Show these numbers."""
        self._marks.set_counts(counts)
        self.setAccessibleName(f"待办问题，{self._marks.accessibleName()}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = 13 + text_width("待办问题", "body") + 8 + self._marks.sizeHint().width() + 13
        return QSize(wide + 16, 32)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(0, 0, self.width() - 16, self.height())
        box(painter, rect, "hover" if self.hovered else "surface", "ctl")
        draw_text(painter, rect.adjusted(13, 0, 0, 0), "待办问题")
        painter.end()


def frame_of(widget: QWidget) -> Frame | None:
    """The frame that holds a page; one that stands alone has none."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, Frame):
        above = above.parentWidget()
    return above
