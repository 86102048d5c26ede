"""The window: the list of dossiers, or one of them. Light to import, so that it paints first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from forms.errors import UserError
from widgets.curtain import Curtain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from uuid import UUID

    from PySide6.QtGui import QCloseEvent

    from app.keys import LockedError
    from app.portfolio import Query
    from app.search import Hit
    from app.store import Store
    from app.workbench import Workbench
    from grading.finding import Target
    from widgets.arrivals import Arrivals, Outcome
    from widgets.dossier_window import DossierWindow
    from widgets.finder import Finder
    from widgets.mail_keeper import MailKeeper
    from widgets.pages.home import HomePage
    from widgets.pages.receiving import ReceivingPage
    from widgets.pages.security import SecurityPage
    from widgets.pages.statistics import StatisticsPage
    from widgets.support_dialog import SupportDialog
    from widgets.unlock_page import UnlockPage


class MainWindow(QMainWindow):
    """Empty at first; `show_list` shows the dossiers of an open store, `attach` gives it the
    workbench over that, `refuse` says why there is none, `ask_secret` asks for what opens it.

    `painted()` once it can be seen; `crashed(error)` carries what a background job died of;
    `retried()` asks to open again, `unlocked(secret)` with what was typed; `left()` a dossier.
    """

    painted = Signal()
    crashed = Signal(object)
    retried = Signal()
    left = Signal()
    unlocked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.bench: Workbench | None = None
        self.home: HomePage | None = None
        self.dossier: DossierWindow | None = None
        self.security: SecurityPage | None = None
        self.statistics: StatisticsPage | None = None
        self.receiving: ReceivingPage | None = None
        self.unlock: UnlockPage | None = None
        self.support: SupportDialog | None = None
        self.arrivals: Arrivals | None = None
        self.mails: MailKeeper | None = None
        self.finder: Finder | None = None
        #: Whether it was closed: what is opened from then on is nobody's.
        self.gone = False
        self._leaving = False
        self.setWindowTitle("诊改工作台")
        self.resize(1440, 900)
        self.setMinimumSize(812, 480)  # else a page's own, at its widest, would hold it
        self.stack = QStackedWidget()
        self.setCentralWidget(self.stack)
        self.wait()

    def wait(self) -> None:
        """Say that the data are being opened; a page that asked for the key says so itself."""
        if self.unlock is None:
            curtain = Curtain()
            curtain.painted.connect(self.painted)
            self._show(curtain)

    def ask_secret(self, error: LockedError) -> None:
        """Ask for the passphrase or recovery key; say what is wrong with one that was tried."""
        from widgets.unlock_page import UnlockPage

        if self.unlock is not None and self.unlock.new == error.new:
            self.unlock.refuse(str(error))
            return
        page = UnlockPage(new=error.new)
        page.given.connect(self.unlocked)
        page.closed.connect(self.close)
        self._show(page)
        self.unlock = page
        page.secret.ask()

    def show_list(self, store: Store) -> HomePage:
        """Show the dossiers of an open store; what is opened waits for `attach`."""
        from widgets.look import restore
        from widgets.pages.home import HomePage

        restore(store)
        self.home = home = HomePage(store)
        home.crashed.connect(self.crashed)
        for signal, act in (
            (home.opened, self.open_dossier),
            (home.found, self.open_hit),
            (home.security_asked, self.open_security),
            (home.brought, self.take_in),
            (home.statistics_asked, self.open_statistics),
            (home.receiving_asked, self.open_receiving),
        ):
            signal.connect(home.waiting.slot(act))
        self._show(home)
        home.asking.greet()
        return home

    def drop_list(self) -> None:
        """Take the list away: its store did not open after all."""
        self._leaving = False
        if self.home is not None and self.bench is None:
            self.home.finish()
            self.stack.removeWidget(self.home)
            self.home.deleteLater()
            self.home = None

    def attach(self, bench: Workbench) -> None:
        """Work with the workbench over the list's store, which is closed with the window."""
        from widgets.finder import Finder
        from widgets.mail_keeper import MailKeeper

        home = self.home or self.show_list(bench.store)
        self.bench = bench
        self.finder = Finder(self, bench.store)
        self.finder.serve(home)
        self.mails = MailKeeper(bench, self)
        home.attach(bench)
        if self._leaving:
            self.close()

    def refuse(self, sentence: str) -> None:
        """Say in the plain window why the data cannot be opened."""
        self._say("数据没有打开", sentence, "重新打开", self.retried.emit)

    def offer_rescue(self, told: str, restore: Callable[[], None]) -> None:
        """Say that the data are damaged, what can be had back, and do it where that is wanted."""
        self._say("数据库已损坏", told, "恢复", restore)

    def _say(self, title: str, sentence: str, word: str, act: Callable[[], None]) -> None:
        from widgets.plain_page import PlainPage

        page = PlainPage(title, sentence)
        page.offer(word, act)
        page.offer("关闭", self.close)
        self._show(page)

    def open_security(self) -> None:
        """Where the key is kept, who else can open the data, and the backups."""
        from widgets.pages.security import SecurityPage

        if self.bench is None or self.home is None or self.security is not None:
            return
        self.security = SecurityPage(self.bench, self.home.rest)
        self.security.closed.connect(self._leave_over)
        self.security.crashed.connect(self.crashed)
        self.security.support_asked.connect(self.show_support)
        self._cover(self.security)

    def show_support(self) -> None:
        """What to send to whoever mends the program, to be read before it is saved."""
        from widgets.support_dialog import SupportDialog

        if self.bench is not None:
            self.support = dialog = SupportDialog(self, self.bench.store)
            dialog.crashed.connect(self.crashed)
            dialog.finished.connect(self._support_closed)
            dialog.open()

    def _support_closed(self) -> None:
        if self.support is not None:
            self.support.deleteLater()
        self.support = None

    def _leave_over(self) -> None:
        """Show the list again in the place of the page that lies over it."""
        left = self.over_list()
        self.security = self.statistics = self.receiving = None
        if left is not None and self.home is not None:
            left.finish()
            self.stack.setCurrentWidget(self.home)
            self.stack.removeWidget(left)
            left.deleteLater()
            self.home.refresh()
            self.home.table.setFocus()

    def open_statistics(self) -> None:
        """The counts over all dossiers."""
        from widgets.pages.statistics import StatisticsPage

        if self.bench is None or self.home is None or self.statistics is not None:
            return
        self.statistics = page = StatisticsPage(self.bench)
        page.closed.connect(self._leave_over)
        page.crashed.connect(self.crashed)
        page.narrowed.connect(self._list_counted)
        page.opened.connect(self._open_counted)
        self._cover(page)

    def open_receiving(self) -> None:
        """Bundles that came, looked through and sent back."""
        from widgets.pages.receiving import ReceivingPage

        if self.bench is None or self.home is None or self.receiving is not None:
            return
        self.receiving = page = ReceivingPage(self.bench)
        page.closed.connect(self._leave_over)
        page.crashed.connect(self.crashed)
        page.opened.connect(self._open_returned)
        self._cover(page)

    def _open_returned(self, dossier_id: UUID) -> None:
        """Open a dossier at what was sent back on it."""
        self._leave_over()
        self.open_dossier(dossier_id, "returned")

    def _list_counted(self, query: Query) -> None:
        """List what stands behind a bar of the statistics."""
        self._leave_over()
        if self.home is not None:
            self.home.narrow_to(query)

    def _open_counted(self, dossier_id: UUID, target: Target) -> None:
        """Open a dossier where it has something in common with another."""
        self._leave_over()
        self.open_dossier(dossier_id, target.page)
        if self.dossier is not None:
            self.dossier.jump(target)

    def over_list(self) -> SecurityPage | StatisticsPage | ReceivingPage | None:
        """The page that lies over the list."""
        return self.security or self.statistics or self.receiving

    def _cover(self, page: SecurityPage | StatisticsPage | ReceivingPage) -> None:
        self._show(page)
        if self.finder is not None:
            self.finder.serve(page)

    def _show(self, page: QWidget) -> None:
        before, self.unlock = self.stack.currentWidget(), None
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        if before is not None and before.property("passing"):
            self.stack.removeWidget(before)
            before.deleteLater()

    def open_dossier(self, dossier_id: UUID, page: str = "") -> None:
        """Open a dossier, at the first page of the step it stands at unless `page` names one."""
        from widgets.dossier_window import DossierWindow

        if self.bench is None or self.home is None:
            return
        if not self._may_leave(partial(self._on, partial(self.open_dossier, dossier_id, page))):
            return
        try:
            opened = DossierWindow(self.bench, dossier_id, page or self._first_page(dossier_id))
        except UserError as error:
            self.home.notice.say(str(error))
            return
        self._shut()
        self.dossier = opened
        opened.finder = self.finder
        opened.closed.connect(self.go_home)
        opened.crashed.connect(self.crashed)
        opened.desk.brought.connect(self.take_in)
        if self.mails is not None:
            opened.desk.working.connect(self.mails.follow)
        self._show(opened)
        opened.page().setFocus()  # else the first button of all would have the keyboard

    def _first_page(self, dossier_id: UUID) -> str:
        """Where a dossier opens: at what a colleague gave to whoever works here, if that is new."""
        from app.assignments import news

        assert self.bench is not None and self.home is not None
        if news(self.bench, dossier_id):
            return "assignments"
        return self.home.list.first_page(dossier_id)

    def take_in(self, paths: list[Path]) -> None:
        """Open colleagues' bundles, and show what they would bring; what is typed is kept first."""
        from widgets.arrivals import Arrivals

        if self.bench is None or self.home is None:
            return
        if self.arrivals is None:
            self.arrivals = Arrivals(self.bench, self)
            self.arrivals.shown.connect(self._show_arrival)
            self.arrivals.gone.connect(self._leave_arrival)
            self.arrivals.over.connect(self._tell_arrivals)
            self.arrivals.crashed.connect(self.crashed)
        if self.dossier is not None:
            self.dossier.settle()
        self.arrivals.begin(paths, (self.dossier or self.home).jobs)

    def _show_arrival(self, page: QWidget) -> None:
        if self.dossier is not None:
            self.dossier.settle()
        self._show(page)

    def _leave_arrival(self, page: QWidget) -> None:
        under = self.dossier or self.home
        if under is not None:
            self.stack.setCurrentWidget(under)
        self.stack.removeWidget(page)

    def _tell_arrivals(self, outcome: Outcome) -> None:
        """Say where the person is what came, and what did not."""
        if self.gone or self.home is None:
            return
        self.home.refresh()
        if self.dossier is not None:
            self.dossier.tell_arrivals(outcome)
            return
        self.home.notice.say(outcome.wrong)
        for came in sorted(outcome.came, key=lambda each: not each.left)[:1]:
            page, word = ("merge", "裁定冲突") if came.left else ("", "打开档案")
            self.home.told.ask(outcome.words, word, partial(self.open_dossier, came.dossier, page))
        if not outcome.came:
            self.home.told.say(outcome.words)

    def open_hit(self, hit: Hit) -> None:
        """Open a dossier where a search found something in it, if that is still in view."""
        from widgets.dossier_nav import target_of

        self.open_dossier(hit.dossier)
        if self.dossier is not None and self.dossier.desk.dossier_id == hit.dossier:
            target = target_of(self.dossier.desk.dossier, hit.form, hit.record, hit.path)
            if target is not None:
                self.dossier.jump(target)

    def go_home(self, then: Callable[[], object] = lambda: None) -> None:
        """Back to the list and on with `then`, unless what was typed was refused and stays."""
        if self._may_leave(partial(self._on, then)):
            self._on(then)

    def _may_leave(self, again: Callable[[], object]) -> bool:
        return self.dossier is None or self.dossier.may_leave(again)

    def _on(self, then: Callable[[], object]) -> None:
        self._shut()
        then()

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
        self.left.emit()

    def focusNextPrevChild(self, onward: bool) -> bool:
        from widgets.tab_order import step

        return step(self, onward=onward) or super().focusNextPrevChild(onward)

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is being typed is kept, running jobs are stopped and waited for.

        Where something typed was refused the window stays, and asks. What was typed before the
        workbench was there is kept first: the window closes as soon as it is.
        """
        if self.bench is None and self.home is not None and self.home.waiting.typed:
            self._leaving = True
            event.ignore()
            return
        if not self._may_leave(partial(self._on, self.close)) or not (
            self.security is None or self.security.may_leave()
        ):
            event.ignore()
            return
        self.gone = True
        if self.support is not None:
            self.support.reject()
        for page in (self.arrivals, self.security, self.statistics, self.receiving, self.home):
            if page is not None:
                page.finish()
        for reader in (self.mails, self.finder):
            if reader is not None:
                reader.close()
        if self.dossier is not None:
            self.dossier.close_desk()
        if self.bench is not None:
            self.bench.close()
            self.bench = None
        super().closeEvent(event)
