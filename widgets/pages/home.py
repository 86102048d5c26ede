"""一企一档: every dossier with its step, level, findings and days left; the ways to a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app import portfolio
from app.portfolio import Facet, Query
from app.progress import Progress
from app.store import Store
from widgets import look
from widgets.actions import ACTIONS, bind, tell_keys
from widgets.bars import KeyBar, KeyHint, PageHeader, TopBar
from widgets.controls import Button, Kind
from widgets.dossier_table import DossierTable
from widgets.file_drop import BUNDLES, FileDrop, ask_files, ask_place, may_be_bundle
from widgets.home_archive import Archiving
from widgets.home_asking import Asking
from widgets.home_bands import NOTHING_FOUND
from widgets.home_filters import FilterBar
from widgets.home_list import HomeList
from widgets.home_panel import HomePanel
from widgets.home_rows import FOOT, TEAM
from widgets.home_work import REGISTRY, SCHEDULE, Export, open_sample, show_update
from widgets.job_bar import JobBar, Notice
from widgets.jobs import Job
from widgets.judging import Judging
from widgets.nav import NavEntry, NavGroup, NavPanel
from widgets.surfaces import EmptyState
from widgets.theme import PANEL_BELOW, RAIL_BELOW
from widgets.waiting import Waiting

if TYPE_CHECKING:
    from app.workbench import Workbench
    from widgets.registry_import import FileImports

_SEARCH_AFTER_MS = 120
_FILES = "档案文件、企业名单 (*.json *.yaml *.yml *.xlsx *.csv)"
_HINTS = (
    KeyHint(("↑", "↓"), "选择"),
    KeyHint(("回车",), "打开"),
    KeyHint(("1", "至", "7"), "按列排序"),
    KeyHint(("Ctrl F",), "查找"),
    KeyHint(("Ctrl N",), "新建"),
    KeyHint(("Ctrl O",), "导入档案文件"),
)
_AT_ONCE = {"list", "new", "find", "update"}  # what does not wait for the workbench
#: Against the 1 of the empty room below: the table takes what its rows need.
_ALL_THERE_IS = 1000


class HomePage(QWidget):
    """The list of dossiers. It shows what is in the store at once; `attach` gives it the workbench,
    which takes longer to load, and what is asked for before waits for that.

    `opened(id)` when one is to be worked on, `found(hit)` where a search found something in it; the
    `…_asked()` for the pages over it."""

    opened = Signal(object)
    found = Signal(object)
    security_asked = Signal()
    statistics_asked = Signal()
    receiving_asked = Signal()
    brought = Signal(list)
    crashed = Signal(object)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store, self.person = store, store.setting("person")
        self._bench: Workbench | None = None
        self.waiting = Waiting()
        self._archived = 0
        self.archiving = Archiving(self)
        self._judging: Judging | None = None
        self.imports: FileImports | None = None
        self._finished = False
        self.top, self.nav, self.keys = TopBar(), NavPanel(), KeyBar()
        self.table, self.panel = DossierTable(), HomePanel()
        self.list = HomeList(store, self.table)
        self.filters = FilterBar(self.list.choices)
        self.jobs, self.notice, self.told = JobBar(), Notice(), Notice(tone="info")
        self.asking = Asking(self)
        self.name_band, self.new_band = self.asking.name_band, self.asking.new_band
        self.finder = QLineEdit()
        self.head = PageHeader("全部档案")
        self.empty = EmptyState(NOTHING_FOUND)
        self._lay_out()
        self.acts = self._bind()
        self._fill_bars()
        self._connect()
        self.refresh()
        self.name_band.setVisible(not self.person and self.asking.first is None)

    @property
    def bench(self) -> Workbench:
        """The workbench, once it is there."""
        assert self._bench is not None
        return self._bench

    def attach(self, bench: Workbench) -> None:
        """Work with the loaded workbench from now on, and do what was asked for meanwhile."""
        from widgets.registry_import import FileImports

        self._bench = bench
        self.imports = FileImports(self, bench, self.run, self.tell_step)
        self._judging = Judging(bench, self)
        self._judging.news.connect(self._renew)
        self._judging.crashed.connect(self.crashed)
        self.list.pack = bench.pack
        self.top.set_identity("诊改工作台", (bench.pack.title,), back=False)
        self._judging.begin()
        self.waiting.end()

    def _lay_out(self) -> None:
        self._middle = middle = QVBoxLayout()
        middle.setSpacing(0)
        bands = self.name_band, self.new_band, self.head, self.filters, self.notice, self.told
        for part in bands:
            middle.addWidget(part)
        middle.addWidget(self.table, _ALL_THERE_IS)
        below = QHBoxLayout()
        below.setContentsMargins(20, 14, 20, 14)
        below.addWidget(self.empty)
        middle.addLayout(below)
        middle.addStretch(1)
        middle.addWidget(self.jobs)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.nav)
        body.addLayout(middle, 1)
        body.addWidget(self.panel)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(body, 1)
        column.addWidget(self.keys)

    def _fill_bars(self) -> None:
        self.top.set_identity("诊改工作台", (), back=False)
        self.top.set_search("查找企业、操作")
        ways = ("bring", "transfer"), ("import", "folder"), ("registry", "export")
        buttons = [self._button(what, icon=icon) for what, icon in ways]
        self.newest = self._button("new", Kind.PRIMARY, icon="plus")
        self.top.set_buttons(*buttons, self.newest)
        self.keys.set_hints(_HINTS, "数据保存在本机")
        self.finder.setPlaceholderText("查找企业和档案中填写的内容")
        self.finder.setAccessibleName("查找企业和档案中填写的内容")
        self.finder.setClearButtonEnabled(True)
        self.finder.setFixedWidth(260)
        self.clear = self.filters.clear
        self.head.add_middle(self.finder)
        needs = self._button("needs", icon="list")
        needs.setToolTip("按行业和场景汇总各档案供需适配库的需求及其状态")
        self.head.add_right(self._button("schedule", icon="clock"), needs)

    def _button(self, what: str, kind: Kind = Kind.OUTLINED, *, icon: str) -> Button:
        button = Button(ACTIONS[f"home.{what}"].name, kind, icon=icon)
        button.clicked.connect(self.acts[what].trigger)
        tell_keys(button, ACTIONS[f"home.{what}"])
        return button

    def _bind(self) -> dict[str, QAction]:
        """All that can be done from the list, by the buttons, the keys and the palette."""
        acts: dict[str, Callable[[], object]] = {
            "list": self.table.setFocus,
            "new": self.asking.ask_new,
            "import": self.choose_file,
            "find": partial(self.finder.setFocus, Qt.FocusReason.ShortcutFocusReason),
            "bring": partial(ask_files, self, "收取文件包", BUNDLES, self.brought.emit),
            "registry": partial(self.choose_export, REGISTRY),
            "schedule": partial(self.choose_export, SCHEDULE),
            "needs": self.survey,
            "sample": self.load_sample,
            "unsample": self.archiving.remove_samples,
            "backup": self._back_up,
            "statistics": self.statistics_asked.emit,
            "receiving": self.receiving_asked.emit,
            "security": self.security_asked.emit,
            "update": partial(show_update, self, self.crashed.emit),
            "look": lambda: look.ask(self.nav, self.store),
        }
        for what in acts.keys() - _AT_ONCE:
            acts[what] = self.waiting.slot(acts[what])
        return {what: bind(self, f"home.{what}", act) for what, act in acts.items()}

    def _connect(self) -> None:
        self._pause = QTimer(self, singleShot=True, interval=_SEARCH_AFTER_MS)
        self._pause.timeout.connect(lambda: self.list.narrow(words=self.finder.text()))
        self._counts = QTimer(self, singleShot=True, interval=0)
        self._counts.timeout.connect(self._show_counts)
        self.finder.textChanged.connect(lambda _text: self._pause.start())
        self.finder.returnPressed.connect(self.table.setFocus)
        self.list.shown.connect(self._shown)
        self.list.crashed.connect(self.crashed)
        self.empty.activated.connect(self.act)
        self.filters.changed.connect(self.list.choose)
        self.filters.cleared.connect(self.show_all)
        self.table.opened.connect(self._open)
        self.table.archive_asked.connect(self.waiting.slot(self.archiving.ask))
        self.table.removal_asked.connect(self.acts["unsample"].trigger)
        self.nav.opened.connect(self.act)
        self.panel.step_taken.connect(self._take_step)
        self.panel.dossier_taken.connect(lambda key: self.opened.emit(UUID(key)))
        drop = FileDrop(self, "松开鼠标，收取文件包或导入档案文件")
        drop.dropped.connect(self.waiting.slot(self.bring_in))

    def refresh(self, current: str = "") -> None:
        """Read the list anew; what changed since it was judged is judged in the background."""
        if self._finished:
            return  # a job's last words came after the store was closed
        self._archived = len(portfolio.archived(self.store))
        self.list.show(current)
        if self._judging is not None:
            self._judging.begin()

    def _renew(self) -> None:
        if not self._finished:
            self.list.show()

    def finish(self) -> None:
        """Stop what runs and wait for it, when the window closes."""
        self.jobs.wait()
        self.list.finish()
        self.archiving.wait()
        if self._judging is not None:
            self._judging.stop()
        self._finished = True

    def rest(self) -> bool:
        """Stop judging until the next `refresh`, for the store is wanted alone; whether no job that
        somebody began is in the way."""
        if self.jobs.busy():
            return False
        if self._judging is not None:
            self._judging.stop()
        return True

    def act(self, key: str) -> None:
        """Do what an action of the list is, 帮助 too, or look at one of its views."""
        if key == "help":
            from widgets.help_window import show_help

            show_help(self, "home")
        elif key in self.acts:
            self.acts[key].trigger()
        else:
            self.list.look(key)

    def narrow_to(self, query: Query) -> None:
        """Show what stands behind a bar of the statistics."""
        self.finder.setText(query.words)
        self._pause.stop()
        self.list.narrow_to(query)

    def _open(self, key: str) -> None:
        """Open a dossier; where a search found something in it, there."""
        hit = self.list.hit(UUID(key))
        if hit is None:
            self.opened.emit(UUID(key))
        else:
            self.found.emit(hit)

    def _shown(self) -> None:
        """The rows are others: all that stands around them follows, the counts a moment later."""
        rows = self.list.count
        self.table.setVisible(bool(rows))
        self.table.setMaximumHeight(34 + 46 * rows + 2 if rows < 1000 else 16_777_215)
        self.filters.show_chosen(self.list.query.chosen, self.list.narrowed)
        self.asking.follow(not (rows or self.list.narrowed or self._archived))
        self._counts.start()

    def put_in_place_of_list(self, page: QWidget | None) -> None:
        """Show a page where the list stands; None brings the list back."""
        for part in (self.head, self.filters, self.empty):
            part.setVisible(page is None)
        self.newest.set_kind(Kind.PRIMARY if page is None else Kind.OUTLINED)
        if page is not None:
            self._middle.insertWidget(self._middle.indexOf(self.table), page, _ALL_THERE_IS)
        self._fit()

    def _show_counts(self) -> None:
        if self._finished:
            return
        counts, shown = self.list.counts(), self.list.count
        note = f"{shown} / {counts.total} 家" if shown < counts.total else f"{counts.total} 家"
        gone = f"，已归档 {self._archived} 份" if self._archived else ""
        title = next(view.name for view, _ in counts.views if view.key == self.list.view)
        self.head.set_title(title, f"{note}{gone}")
        entries = tuple(
            NavEntry(view.key, view.name, str(count), icon=view.icon, token=view.token)
            for view, count in counts.views
        )
        groups = (NavGroup("档案", entries), NavGroup("团队与资料", TEAM))
        self.nav.set_groups(groups, FOOT)
        self.nav.set_current(self.list.view)
        self.panel.show_steps(counts.steps, counts.total, self._steps())
        self.panel.show_pressing(counts.pressing)

    def show_all(self) -> None:
        """Take every filter off."""
        self.finder.clear()
        self._pause.stop()
        self.list.narrow_to(Query())

    def _steps(self) -> set[int]:
        chosen = self.list.query.chosen.get(Facet.STEP, frozenset())
        return {each for each in chosen if isinstance(each, int)}

    def _take_step(self, number: int) -> None:
        self.list.choose(Facet.STEP, frozenset({number} - self._steps()))

    def look_for(self, words: str) -> None:
        """Look for words in everything typed."""
        self.finder.setText(words)
        self.finder.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def choose_file(self) -> None:
        """Ask for dossier files."""
        ask_files(self, "导入档案文件", _FILES, self.bring_in)

    def bring_in(self, paths: list[Path]) -> None:
        """Look at colleagues' bundles; import the rest, and name what cannot be."""
        if bundles := [path for path in paths if may_be_bundle(path)]:
            self.brought.emit(bundles)
        if rest := [path for path in paths if path not in bundles]:
            assert self.imports is not None
            self.imports.begin(rest)

    def choose_export(self, what: Export) -> None:
        """Ask where something of all dossiers, whatever the list is narrowed to, is to stand."""
        ask_place(self, what.title, what.name, what.kinds, partial(self.write_export, what))

    def write_export(self, what: Export, path: Path) -> None:
        """Write it, and say where it is."""
        self.run(lambda: what.write(self.bench, path), self._registry_done)

    def tell_step(self, last: object) -> None:
        """Say what the last step of a job was."""
        if isinstance(last, Progress) and not self._finished:
            self.told.say(last.text)

    def _registry_done(self, last: object) -> None:
        if isinstance(last, Progress) and last.made is not None and not self._finished:
            self.told.say(f"{last.text}。文件位置：{last.made}")

    def _back_up(self) -> None:
        from widgets.security_work import back_up

        self.run(lambda: back_up(self.bench), self.tell_step)

    def survey(self) -> None:
        """Show the needs of all dossiers with their states."""
        from widgets.library_overview import OverviewDialog

        self.overview = OverviewDialog(self.bench, self)
        self.overview.opened.connect(self.opened)
        self.overview.open()

    def load_sample(self) -> None:
        """Load the bundled sample and open it."""
        self.run(lambda: open_sample(self.bench), self._sample_done)

    def _sample_done(self, made: object) -> None:
        if isinstance(made, UUID) and not self._finished:
            self.opened.emit(made)

    def run(
        self, work: Callable[[], Iterator[Any]], done: Callable[[object], None] | None = None
    ) -> Job:
        """Run a job with its progress in the strip; the list is read anew when it ends."""
        job = Job(work, self)
        self.notice.say("")
        self.told.say("")
        job.refused.connect(self.notice.say)
        job.crashed.connect(self.crashed)
        if done is not None:
            job.finished.connect(done)
        self.jobs.follow(job)
        job.ended.connect(self.refresh)
        job.start()
        return job

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.panel.setVisible(self.width() >= PANEL_BELOW and self.asking.first is None)
        self.nav.set_rail(self.width() < RAIL_BELOW)
        self.top.compact(self.width() < RAIL_BELOW)
