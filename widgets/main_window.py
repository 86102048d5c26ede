"""The window: the list of dossiers, or one of them. Light to import, so that it paints first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from forms.errors import UserError
from widgets.bars import KeyBar, TopBar
from widgets.controls import Button, Kind
from widgets.surfaces import Card
from widgets.text import TextLabel

if TYPE_CHECKING:
    from app.workbench import Workbench
    from widgets.dossier_window import DossierWindow
    from widgets.pages.home import HomePage


class MainWindow(QMainWindow):
    """Empty at first; `attach` gives it the open workbench, `refuse` says why there is none.

    `crashed(error)` carries what a background job died of; `retried()` asks to open again.
    """

    crashed = Signal(object)
    retried = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.bench: Workbench | None = None
        self.home: HomePage | None = None
        self.dossier: DossierWindow | None = None
        self.setWindowTitle("诊改工作台")
        self.resize(1440, 900)
        self.stack = QStackedWidget()
        self.setCentralWidget(self.stack)
        self._plain(_Plain("正在打开档案", "数据文件夹较大时需要几秒。"))

    def _plain(self, page: _Plain) -> None:
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)

    def attach(self, bench: Workbench) -> None:
        """Show the dossiers of an open workbench, which the window closes with itself."""
        from widgets.pages.home import HomePage

        self.bench = bench
        self.home = HomePage(bench)
        self.home.opened.connect(self.open_dossier)
        self.home.crashed.connect(self.crashed)
        self._show(self.home)
        if bench.person:
            self.home.table.setFocus()
        else:
            self.home.name_band.ask()

    def refuse(self, sentence: str) -> None:
        """Say in the plain window why the data cannot be opened."""
        page = _Plain("数据没有打开", sentence)
        page.offer("重新打开", self.retried.emit)
        page.offer("关闭", self.close)
        self._show(page)

    def _show(self, page: QWidget) -> None:
        before = self.stack.currentWidget()
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        if isinstance(before, _Plain):
            self.stack.removeWidget(before)
            before.deleteLater()

    def open_dossier(self, dossier_id: UUID, page: str = "") -> None:
        """Open a dossier, at the first page of the step it stands at unless `page` names one."""
        from widgets.dossier_window import DossierWindow

        if self.bench is None or self.home is None:
            return
        if not self._may_leave(lambda: self._leave_for(dossier_id, page)):
            return
        try:
            opened = DossierWindow(self.bench, dossier_id, page or self.home.first_page(dossier_id))
        except UserError as error:
            self.home.notice.say(str(error))
            return
        self._shut()
        self.dossier = opened
        opened.closed.connect(self.go_home)
        opened.crashed.connect(self.crashed)
        self._show(opened)

    def go_home(self) -> None:
        """Back to the list, unless something typed was refused and is not to be left."""
        if self._may_leave(self._shut):
            self._shut()

    def _may_leave(self, again: Callable[[], object]) -> bool:
        return self.dossier is None or self.dossier.may_leave(again)

    def _leave_for(self, dossier_id: UUID, page: str) -> None:
        self._shut()
        self.open_dossier(dossier_id, page)

    def _shut(self) -> None:
        """Close the dossier that is open; it is the chosen one of the list."""
        if self.dossier is None or self.home is None:
            return
        left, self.dossier = self.dossier, None
        left.close_desk()
        self.stack.setCurrentWidget(self.home)
        self.stack.removeWidget(left)
        left.deleteLater()
        self.home.refresh(str(left.desk.dossier_id))
        self.home.table.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is being typed is kept, running jobs are stopped and waited for.

        Where something typed was refused the window stays, and asks.
        """
        if not self._may_leave(self._close_anyway):
            event.ignore()
            return
        if self.dossier is not None:
            self.dossier.close_desk()
        if self.home is not None:
            self.home.finish()
        if self.bench is not None:
            self.bench.close()
            self.bench = None
        super().closeEvent(event)

    def _close_anyway(self) -> None:
        self._shut()
        self.close()


class _Plain(QWidget):
    """The window without data: a title and one sentence in the frame that it will have."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__()
        top = TopBar()
        top.set_identity("诊改工作台", (), back=False)
        top.setEnabled(False)
        card = Card((32, 28), 12)
        card.setFixedWidth(560)
        card.body.addWidget(TextLabel(title, "title"))
        card.body.addWidget(TextLabel(sentence, "body", "ink2", wrap=True))
        self._buttons = QHBoxLayout()
        self._buttons.addStretch(1)
        card.body.addLayout(self._buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addStretch(1)
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        column.addWidget(KeyBar())

    def offer(self, text: str, act: object) -> None:
        """A button under the sentence; the first one is the primary."""
        kind = Kind.PRIMARY if self._buttons.count() == 1 else Kind.OUTLINED
        button = Button(text, kind)
        button.clicked.connect(act)
        self._buttons.addWidget(button)
