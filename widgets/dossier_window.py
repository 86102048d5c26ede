"""One dossier in the window: its frame, its pages, its findings, what is saved and what runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.review import Review
from app.workbench import Workbench
from forms.dossier import Agreement, Enterprise
from forms.steps import PAGES, STEP_OF_PAGE
from grading.finding import Finding, Target
from grading.rules.fields import undecided
from widgets import help_window
from widgets.actions import ACTIONS, bind, tell_keys
from widgets.backup_keeper import BackupKeeper
from widgets.bars import KeyHint, PageHeader
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.dossier_nav import nav_groups, page_of_row, row_of_page
from widgets.examiner import Examiner
from widgets.field_base import field_around
from widgets.file_drop import FileDrop, may_be_bundle
from widgets.frame import Frame
from widgets.job_bar import JobBar, Notice
from widgets.jobs import Job
from widgets.jumps import Jumps
from widgets.kept_pages import KeptPages
from widgets.nav import NavEntry
from widgets.page_table import ASIDE, ASIDE_ICONS, ASIDE_NAMES, MAKERS, cover_by_floor
from widgets.pages.base import Page
from widgets.pages.paper_list import paper_states
from widgets.paper_view import PaperView
from widgets.theme import PANEL

if TYPE_CHECKING:
    from widgets.arrivals import Outcome
    from widgets.finder import Finder

_TITLES = {key: page.name for key, page in PAGES.items()} | ASIDE_NAMES
_MAKERS = MAKERS | ASIDE
_TRAIL, _HELP = "trail", "help"
_NEAR_DAYS = 7
#: Of the window's width, what the paper beside a page takes.
PREVIEW_SHARE = 0.4
ANYWAY = "仍要离开"
STAYS = "本页有内容没有存上，原因见该栏；请改正后再离开。仍要离开的，未存内容暂留在本页。"
LOSES = "本页有内容没有存上，原因见该栏；请改正后再离开。仍要离开的，未存内容不再保留。"


class DossierWindow(QWidget):
    """A dossier at work. `closed()` when the person goes back to the list."""

    closed = Signal()
    crashed = Signal(object)

    def __init__(self, bench: Workbench, dossier_id: UUID, page: str = "enterprise") -> None:
        super().__init__()
        self.desk = Desk(bench, dossier_id, self)
        self.frame = Frame()
        self.jobs, self.notice = JobBar(), Notice()
        self.unfinished, self.came = Notice(tone="info"), Notice(tone="info")
        self._pages = KeptPages()
        self._headers: dict[str, QWidget] = {}
        self.key = ""
        self._insists = False
        self.finder: Finder | None = None  # the window's, which finds more than what is here
        self._paper: PaperView | None = None  # made when it is first asked for
        self._beside = False
        self._paper_buttons: dict[str, Button] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.frame, 1)
        around = self.frame.layout()
        if isinstance(around, QVBoxLayout):  # above the key bar, below the page
            for strip in (self.notice, self.came, self.jobs, self.unfinished):
                around.insertWidget(around.count() - 1, strip)
        self.jumps = Jumps(self)
        self._connect()
        self._identify()
        self.show_page(page)
        self.desk.judge_soon()
        self.examiner = Examiner(self.desk)
        self.examiner.stopped.connect(self._offer_to_go_on)
        self.examiner.begun.connect(self.unfinished.hide)
        self.keeper = BackupKeeper(self.desk)
        self.keeper.failed.connect(self.notice.say)
        # After the page has been painted, and not where the window is gone by then.
        QTimer.singleShot(0, self.examiner, self.examiner.begin)

    def _connect(self) -> None:
        desk, frame = self.desk, self.frame
        desk.saved.connect(self._saved)
        desk.refused.connect(self._say_refused)
        desk.unkept.connect(lambda: self.frame.top.set_saved("有一处没有存上", ok=False))
        desk.reviewed.connect(self._reviewed)
        desk.restructured.connect(self._show_nav)
        desk.changed.connect(self._identify)
        desk.working.connect(self._follow)
        desk.crashed.connect(self.crashed)
        self._drop = FileDrop(self, "松开鼠标，收取文件包", may_be_bundle)
        self._drop.dropped.connect(desk.brought)
        frame.page_requested.connect(self._open_row)
        frame.finding_activated.connect(self.mend)
        frame.back.connect(self.closed)
        frame.search.connect(self.search)
        frame.own_panel = lambda: self.page().toggle_panel()
        bind(self, "dossier.before", lambda: self.turn(-1))
        bind(self, "dossier.after", lambda: self.turn(1))
        bind(self, "dossier.paper", self.toggle_paper)
        # A text field that has the focus takes these for itself.
        bind(self, "dossier.undo", lambda: self.go_back())
        bind(self, "dossier.redo", lambda: self.go_back(again=True))
        bind(self, "dossier.history", self.show_history)
        bind(self, "dossier.floor", lambda: cover_by_floor(self))
        bind(self, "window.help", lambda: help_window.show_help(self, self.key))
        bind(self, "window.keys", lambda: help_window.show_keys(self))

    def page(self) -> Page:
        """The page in view."""
        return self._pages[self.key]

    def show_page(self, key: str, again: Callable[[], object] | None = None) -> Page:
        """Show the page of `key`, made on its first visit; the page that is in view then.

        Where something typed is refused the page in view stays, and asks; who wants to leave all
        the same goes the way of `again`, and finds the typing here on coming back.
        """
        # A page may take long to make: what is being typed is saved first.
        if key != self.key and not self._let_go():
            self.notice.ask(
                STAYS, ANYWAY, lambda: self._insist(again or (lambda: self.show_page(key)))
            )
            return self.page()
        page = self._pages.seen(key)
        if page is None:
            page = self._pages[key] = _MAKERS[key](self.desk)
            page.setAccessibleName(page.accessibleName() or _TITLES[key])
            page.jump.connect(self.jump)
            page.hints_changed.connect(self._turned)
            self._headers[key] = page.header() or PageHeader(page.title or _TITLES[key])
            self._offer_paper(page)
        if key != self.key:
            self.jumps.leave()
            self.key = key
            self.notice.say("")
            panel = PANEL if page.findings_beside else 0
            # The paper first: a page that comes into view puts its own panel there.
            self._show_paper()
            page.look_again()
            self.frame.set_page(page, self._headers[key], panel=panel, rail=page.wants_room)
            focus = QApplication.focusWidget()
            if focus is None or not focus.isVisible():  # it went away with the page before
                page.setFocus(Qt.FocusReason.OtherFocusReason)
            self._show_nav()
            self._pages.let_go(key, (self._headers, self._paper_buttons))
            page.catch_up()  # where the window itself is not in view
            if self.desk.review is not None:
                self._show_findings(self.desk.review)
        self._show_hints()
        return page

    def jump(self, target: Target) -> None:
        """Go to a page, and to a record or field of it where one is named."""
        if target.page in _MAKERS:
            page = self.show_page(target.page, lambda: self.jump(target))
            if self.key == target.page and (target.record is not None or target.field):
                page.go_to(target)

    def mend(self, target: Target) -> None:
        """Go where a finding points; a page knows where to begin if it names no record."""
        if target.page in _MAKERS:
            page = self.show_page(target.page, lambda: self.mend(target))
            if self.key == target.page:
                page.go_to(target)

    def turn(self, by: int) -> None:
        """Show the page before (-1) or after (1) this one, in the order of the work."""
        keys = list(PAGES)
        place = keys.index(self.key) + by if self.key in PAGES else -1
        if 0 <= place < len(keys):
            self.show_page(keys[place])

    def go_back(self, *, again: bool = False) -> None:
        """Undo the last step of whoever works here, or (`again`) redo it, and say what it was."""
        said = self.desk.go_back(again=again)
        if said is None:
            said = f"没有可以{'重做' if again else '撤销'}的修改"
        if said:
            self.frame.toast.say(said, undo=False)

    def show_history(self) -> None:
        """What stood in the field that has the focus; elsewhere, the whole trail."""
        field = field_around(QApplication.focusWidget())
        if field is not None and self.page().isAncestorOf(field):
            field.history_wanted.emit()
        else:
            self.show_page(_TRAIL)

    def toggle_paper(self) -> None:
        """Show the paper that the page fills in beside it, or put it away."""
        if self.page().paper() is None:
            return
        # Open but out of view, where the window became too narrow: over the page, then.
        self._beside = self._paper is None or not self._paper.isVisibleTo(self)
        self._show_paper()
        if not self.frame.panel_docked():
            self.frame.pull_out(self._beside)
        self._mark_paper()

    def _offer_paper(self, page: Page) -> None:
        """A button for the paper in the page's header, behind the title, where the panel that is
        laid over a narrow window does not cover it."""
        head = self._headers[page.key]
        if page.paper() is not None and type(head) is PageHeader:  # a page's own one has no room
            button = self._paper_buttons[page.key] = Button("看纸面", icon="file")
            button.setToolTip("在旁边显示或收起本页填写的文书")
            tell_keys(button, ACTIONS["dossier.paper"])
            button.clicked.connect(lambda: self.toggle_paper())
            head.add_middle(button)

    def _show_paper(self) -> None:
        """Have the preview, where it is open, follow the page."""
        key = self.page().paper()
        if not self._beside or key is None:
            self.frame.set_side(None)
        else:
            if self._paper is None:
                self._paper = PaperView(self.desk)
            self.frame.set_side(self._paper, PREVIEW_SHARE)
            states = paper_states(self.desk.review) if self.desk.review is not None else []
            self._paper.show_paper(next((s.sheet for s in states if s.key == key), None))
        self._mark_paper()

    def _mark_paper(self) -> None:
        """Have the page's button say whether its paper is in view."""
        on = self._paper is not None and self._paper.isVisibleTo(self)
        for button in self._paper_buttons.values():
            button.set_kind(Kind.CHOSEN if on else Kind.OUTLINED)

    def search(self) -> None:
        """The command palette: what there is in this dossier, and what is found everywhere."""
        from widgets.finder import search_in

        search_in(self)

    def settle(self) -> None:
        """Keep what is being typed, and close its editing session: a merge is about to come."""
        self._let_go()
        self.desk.seal()

    def tell_arrivals(self, outcome: Outcome) -> None:
        """Say what came of bundles that were taken in while this dossier is open."""
        mine = [each for each in outcome.came if each.dossier == self.desk.dossier_id]
        if mine:
            self.desk.refresh()
        if any(each.left for each in mine):
            self.show_page("merge")
        self.notice.say(outcome.wrong)  # last, for going to a page hides what was said on another
        if outcome.words:
            self.came.ask(outcome.words, "看收取记录", self._show_takings)

    def _show_takings(self) -> None:
        from widgets.pages.merge import TAKINGS, MergePage

        self.came.hide()
        page = self.show_page("merge")
        if isinstance(page, MergePage):
            page.show_tab(TAKINGS)

    def close_desk(self) -> None:
        """Leave the dossier: what is being typed is kept, running jobs end."""
        self._let_go()
        for view in (*self._pages.values(), self._paper):
            if view is not None:
                view.finish()
        self.jobs.wait()
        self.examiner.close()
        self.keeper.close()
        self.desk.close()

    def may_leave(self, again: Callable[[], object]) -> bool:
        """Whether all that was typed is kept; where not, ask, and leave by `again`."""
        kept = self._let_go()
        lost = [key for key, page in self._pages.items() if not page.flush()]
        if kept and not lost:
            return True
        if lost and self.key not in lost:
            self._insist(lambda: self.show_page(lost[0]))
        self.notice.ask(LOSES, ANYWAY, again)
        return False

    def _open_row(self, row: str) -> None:
        if row == _HELP:
            help_window.show_help(self, self.key)
        else:
            self.show_page(page_of_row(row))

    def _let_go(self) -> bool:
        """Take the focus out of the page in view, which saves what is being typed there; False
        where some of it was refused, and is not to be left."""
        if not self.key:
            return True
        focused: QWidget | None = self.focusWidget()
        if focused is not None and self.page().isAncestorOf(focused):
            focused.clearFocus()
        return self.page().flush() or self._insists

    def _insist(self, way: Callable[[], object]) -> None:
        """Go although something was refused."""
        self._insists = True
        try:
            way()
        finally:
            self._insists = False

    def _follow(self, job: Job) -> None:
        self.jobs.follow(job)

    def _offer_to_go_on(self, sentence: str) -> None:
        self.unfinished.ask(sentence, "继续识别", self.examiner.resume)

    def _say_refused(self, sentence: str) -> None:
        if not self.page().own_refusals:
            self.notice.say(sentence)

    def _turned(self) -> None:
        """The page shows another of its parts: other keys act, other findings concern it."""
        self._show_hints()
        if self._beside:
            self._show_paper()
        if self.desk.review is not None:
            self._show_findings(self.desk.review)

    def _saved(self, at: dt.datetime) -> None:
        self.frame.top.set_saved(f"已保存 {at:%H:%M:%S}")
        self.notice.say("")

    def _identify(self) -> None:
        enterprise = self.desk.dossier.one(Enterprise)
        tags = [tag for tag in (enterprise.district, enterprise.industry) if tag]
        self.frame.top.set_identity(enterprise.name or "未命名企业", tags)
        self.frame.top.compact(self.width() < 1200)

    def _reviewed(self, review: Review) -> None:
        self._show_nav()
        self._show_findings(review)
        left = review.days_left
        if review.dossier.one(Agreement).reported_on is not None:
            self.frame.top.set_due("报告已编制")
        elif left is None:
            self.frame.top.set_due("协议未签")
        elif left < 0:
            self.frame.top.set_due(f"协议逾期 {-left} 天", "block")
        else:
            self.frame.top.set_due(f"协议余 {left} 天", "warn" if left <= _NEAR_DAYS else "ink2")

    def _show_nav(self) -> None:
        nav = self.frame.nav
        clashes = undecided(self.desk.dossier)
        notes = {"merge": f"{len(clashes)} 处"} if clashes else {}
        aside = [
            NavEntry(row_of_page(key), ASIDE_NAMES[key], notes.get(key, ""), icon=icon)
            for key, icon in ASIDE_ICONS.items()
        ]
        aside.append(NavEntry(_HELP, "帮助", icon="help"))
        nav.set_groups(nav_groups(self.desk.dossier, self.desk.pack, self.desk.review), aside)
        nav.set_current(row_of_page(self.key))

    def _show_findings(self, review: Review) -> None:
        page = self.page()
        near = [finding for finding in review.findings if page.concerns(finding)]
        others = [finding for finding in review.findings if finding not in near]
        findings: list[Finding] = [*near, *others]
        step = STEP_OF_PAGE.get(self.key)
        pages = {each.key for each in step.pages} if step else set()
        self.frame.set_findings(findings, self.key, pages, _TITLES)

    def _show_hints(self) -> None:
        # Two letters or digits are the ends of a row of keys: 1 – 6.
        hints = [
            KeyHint(
                keys, text, span=len(keys) == 2 and "".join(keys).isalnum() and len(keys[0]) == 1
            )
            for keys, text in self.page().hints()
        ]
        if self.page().paper() is not None:
            hints.append(KeyHint(("F7",), "看纸面"))
        if self.key:
            self.frame.set_keys(hints, "数据保存在本机")
