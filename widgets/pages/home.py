"""一企一档: every dossier with its step, level, findings and days left; the ways to a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.portfolio import Facet, Query
from app.progress import Progress
from app.summaries import Summary, archived
from app.workbench import Workbench
from forms.errors import UserError
from forms.steps import STEPS
from widgets.bars import KeyBar, KeyHint, PageHeader, TopBar
from widgets.controls import Button, Kind
from widgets.dossier_table import DossierTable
from widgets.file_drop import FileDrop
from widgets.home_bands import AskBand
from widgets.home_panel import HomePanel
from widgets.home_rows import Filter, is_near, row_of
from widgets.home_work import drop_backups, import_files, judge_all, list_dossiers, open_sample
from widgets.job_bar import JobBar, Notice
from widgets.jobs import Job
from widgets.nav import NavEntry, NavGroup, NavPanel
from widgets.palette import Entry, Palette
from widgets.surfaces import EmptyHint, EmptyState
from widgets.theme import PANEL_BELOW, RAIL_BELOW

if TYPE_CHECKING:
    from widgets.archive_dialog import ArchiveDialog

_SEARCH_AFTER_MS = 120
_FILES = "档案文件、企业名单 (*.json *.yaml *.yml *.xlsx *.csv)"
_HINTS = (
    KeyHint(("↑", "↓"), "选择"),
    KeyHint(("回车",), "打开"),
    KeyHint(("Ctrl F",), "在表中查找"),
    KeyHint(("Ctrl N",), "新建"),
    KeyHint(("Ctrl O",), "导入档案文件"),
)
_SECURITY = NavEntry("security", "数据安全", icon="lock")
_STATISTICS = NavEntry("statistics", "汇总统计", icon="chart")
_VIEWS = {"all": "全部档案", "near": "7 天内到期", "blocked": "有阻断"}


class HomePage(QWidget):
    """The list of dossiers. `opened(id)` when one is to be worked on; `security_asked()` and
    `statistics_asked()` for the pages over it."""

    opened = Signal(object)
    security_asked = Signal()
    statistics_asked = Signal()
    crashed = Signal(object)

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench
        self._filter = Filter()
        self._summaries: list[Summary] = []
        self._archived = 0
        self._archiver: ArchiveDialog | None = None
        self._judging: Job | None = None
        self._finished = False
        self.top, self.nav, self.keys = TopBar(), NavPanel(), KeyBar()
        self.table, self.panel = DossierTable(), HomePanel()
        self.jobs, self.notice, self.told = JobBar(), Notice(), Notice(tone="info")
        self.name_band = AskBand("您的姓名", "记在您的每处改动旁，只存在本机。", "保存姓名", 40)
        self.new_band = AskBand("企业名称", "建立后即可填写，名称随时可改。", "建立档案", 80)
        self.finder = QLineEdit()
        self.head = PageHeader("全部档案")
        self.empty = self._make_empty()
        self._lay_out()
        self._fill_bars()
        self._connect()
        self.refresh()
        self.name_band.setVisible(not bench.person)

    def _make_empty(self) -> EmptyState:
        state = EmptyState(
            (
                EmptyHint("没有要找的企业？", "新建，或", "Ctrl N", "import", "从名单表格导入"),
                EmptyHint("同事发来了档案？", "把档案文件拖到此处"),
                EmptyHint("第一次使用？", "", "", "sample", "打开样例档案"),
            )
        )
        ways = {"import": self.choose_file, "sample": self.load_sample}
        state.activated.connect(lambda what: ways[what]())
        return state

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(0)
        for part in (self.name_band, self.new_band, self.head, self.notice, self.told):
            middle.addWidget(part)
        middle.addWidget(self.table, 1)
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
        self.top.set_identity("诊改工作台", (self.bench.pack.title,), back=False)
        self.top.set_search("查找企业")
        bring = Button("导入档案文件", icon="transfer")
        bring.clicked.connect(self.choose_file)
        listed = Button("导出台账", icon="export")
        listed.clicked.connect(self.choose_registry)
        new = Button("新建档案", Kind.PRIMARY, icon="plus")
        new.clicked.connect(self.new_band.ask)
        self.top.set_buttons(bring, listed, new)
        self.keys.set_hints(_HINTS, "数据保存在本机，不联网")
        self.finder.setPlaceholderText("在表中查找企业、县区、行业")
        self.finder.setAccessibleName("在表中查找")
        self.finder.setClearButtonEnabled(True)
        self.finder.setFixedWidth(260)
        self.clear = Button("清除筛选", Kind.QUIET, height=28)
        self.clear.clicked.connect(self.show_all)
        self.head.add_middle(self.finder, self.clear)
        needs = Button("各企业需求", icon="list")
        needs.setToolTip("按行业和场景汇总各档案供需适配库的需求及其状态")
        needs.clicked.connect(self.survey)
        self.head.add_right(needs)

    def _connect(self) -> None:
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_SEARCH_AFTER_MS)
        self._pause.timeout.connect(lambda: self.narrow(words=self.finder.text()))
        self.finder.textChanged.connect(lambda _text: self._pause.start())
        self.finder.returnPressed.connect(self.table.setFocus)
        self.table.opened.connect(lambda key: self.opened.emit(UUID(key)))
        self.table.archive_asked.connect(self.ask_archive)
        self.nav.opened.connect(self._go)
        self.panel.step_taken.connect(self._take_step)
        self.panel.dossier_taken.connect(lambda key: self.opened.emit(UUID(key)))
        self.top.search.connect(self.search)
        self.name_band.answered.connect(self.bench.set_person)
        self.new_band.answered.connect(self.begin_dossier)
        drop = FileDrop(self, "松开鼠标，导入档案文件")
        drop.dropped.connect(self.bring_in)
        for keys, act in (
            ("Ctrl+N", self.new_band.ask),
            ("Ctrl+O", self.choose_file),
            ("Ctrl+F", partial(self.finder.setFocus, Qt.FocusReason.ShortcutFocusReason)),
            ("Ctrl+K", self.search),
        ):
            short = QShortcut(QKeySequence(keys), self)
            short.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            short.activated.connect(act)

    def refresh(self, current: str = "") -> None:
        """Read the list anew; what changed since it was judged is judged in the background."""
        if self._finished:
            return  # a job's last words came after the store was closed
        self._summaries = self.bench.summaries()
        self._archived = len(archived(self.bench.store))
        self.show_rows(current or self.table.current())
        if self._judging is None:
            self._judging = Job(lambda: judge_all(self.bench), self)
            self._judging.finished.connect(self._judged)
            self._judging.crashed.connect(self.crashed)
            self._judging.ended.connect(self._judging_ended)
            self._judging.start()

    def _judged(self, news: object) -> None:
        if news and not self._finished:
            self._summaries = self.bench.summaries()
            self.show_rows(self.table.current())

    def _judging_ended(self) -> None:
        if self._judging is not None:
            self._judging.deleteLater()
        self._judging = None

    def finish(self) -> None:
        """Stop what runs and wait for it, when the window closes."""
        self.jobs.wait()
        if self._archiver is not None:
            self._archiver.wait()
        if self._judging is not None:
            self._judging.cancel()
            self._judging.wait()
        self._finished = True

    def first_page(self, dossier_id: UUID) -> str:
        """The first page of the step a dossier stands at."""
        key = next((s.facts.get("step") for s in self._summaries if s.id == dossier_id), "")
        return next((step.pages[0].key for step in STEPS if step.key == key), "enterprise")

    def rest(self) -> bool:
        """Stop judging until the next `refresh`, for the store is wanted alone; whether no job that
        somebody began is in the way."""
        if self.jobs.busy():
            return False
        if self._judging is not None:
            self._judging.cancel()
            self._judging.wait()
        return True

    def _go(self, key: str) -> None:
        if key == _SECURITY.key:
            self.security_asked.emit()
        elif key == _STATISTICS.key:
            self.statistics_asked.emit()
        else:
            self.narrow(view=key, step=0)

    def narrow_to(self, query: Query) -> None:
        """Show what stands behind a bar of the statistics."""
        values = {facet: next(iter(held)) for facet, held in query.chosen.items()}
        step = values.pop(Facet.STEP, 0)
        named = (value for value in values.values() if isinstance(value, str))
        words = " ".join([query.words, *named]).strip()
        self.finder.setText(words)
        self.narrow(words=words, view="all", step=step if isinstance(step, int) else 0)

    def narrow(self, **changes: Any) -> None:
        """Change the filter: `words`, `view`, `step`."""
        self._filter = replace(self._filter, **changes)
        self.show_rows(self.table.current())

    def show_rows(self, current: str = "") -> None:
        """Show what the filter leaves."""
        pairs = [(row_of(summary), summary) for summary in self._summaries]
        rows = [row for row, summary in pairs if self._filter.keeps(row, summary)]
        self.table.set_rows(rows, current or (rows[0].key if rows else ""))
        self.table.setVisible(bool(rows))
        self.table.setMaximumHeight(34 + 46 * len(rows) + 2)
        self.clear.setVisible(self._filter != Filter())
        title = _VIEWS[self._filter.view]
        total, shown = len(self._summaries), len(rows)
        note = f"{shown} / {total} 家" if shown < total else f"{total} 家"
        gone = f"，已归档 {self._archived} 份" if self._archived else ""
        self.head.set_title(title, f"{note}{gone}")
        self.panel.show_rows([row for row, _ in pairs], self._filter.step)
        near = sum(1 for summary in self._summaries if is_near(summary))
        blocked = sum(1 for row, _ in pairs if Filter(view="blocked").keeps(row, _))
        views = (
            NavEntry("all", _VIEWS["all"], str(total), icon="folder"),
            NavEntry("near", _VIEWS["near"], str(near), icon="clock"),
            NavEntry("blocked", _VIEWS["blocked"], str(blocked), icon="block", token="block"),
        )
        groups = (NavGroup("档案", views), NavGroup("团队与资料", (_STATISTICS,)))
        self.nav.set_groups(groups, (_SECURITY,))
        self.nav.set_current(self._filter.view)

    def show_all(self) -> None:
        """Take every filter off."""
        self.finder.clear()
        self.narrow(words="", view="all", step=0)

    def _take_step(self, number: int) -> None:
        self.narrow(step=0 if number == self._filter.step else number)

    def search(self) -> None:
        """The palette over all enterprises."""
        entries = [
            Entry(summary.district or "未填县区", summary.name or "未命名企业", summary.id)
            for summary in self._summaries
        ]
        palette = Palette(self, entries, "查找企业")
        palette.taken.connect(self.opened)
        palette.open_over(self)

    def begin_dossier(self, name: str) -> None:
        """A new dossier under the enterprise's name, opened at once."""
        try:
            made = self.bench.create(name)
        except UserError as error:
            self.notice.say(str(error))
            return
        self.opened.emit(made)

    def choose_file(self) -> None:
        """Ask for dossier files."""
        dialog = QFileDialog(self, "导入档案文件", "", _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.bring_in([Path(name) for name in names]))
        dialog.open()

    def bring_in(self, paths: list[Path]) -> None:
        """Import dossier files and registries; each that cannot be is named, the others come in."""
        self.run(lambda: import_files(self.bench, paths))

    def choose_registry(self) -> None:
        """Ask where the registry of all dossiers is to stand."""
        dialog = QFileDialog(self, "导出台账", "一企一档台账.xlsx", "台账 (*.xlsx)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.write_registry(Path(name)))
        dialog.open()

    def write_registry(self, path: Path) -> None:
        """Write the registry of all dossiers, whatever the list is narrowed to."""
        self.run(lambda: list_dossiers(self.bench, path), self._registry_done)

    def ask_archive(self, key: str) -> ArchiveDialog | None:
        """Ask where a finished dossier is archived to; then it goes off this machine."""
        from widgets.archive_dialog import ArchiveDialog

        if not self.rest():
            self.notice.say("另有任务正在进行，没有归档，档案未变，请等待其完成后再试。")
            return None
        called = next((s.name for s in self._summaries if str(s.id) == key), "")
        dialog = ArchiveDialog(self, self.bench, UUID(key), called or "未命名企业")
        dialog.archived.connect(self._archive_done)
        dialog.crashed.connect(self.crashed)
        dialog.finished.connect(self._archiver_closed)
        self._archiver = dialog
        dialog.open()
        return dialog

    def _archiver_closed(self) -> None:
        self._archiver = None
        self.refresh()

    def _archive_done(self, sentence: str, in_backups: bool) -> None:
        if in_backups:
            self.told.ask(
                sentence,
                "删除此前的备份",
                lambda: self.run(lambda: drop_backups(self.bench), self.tell_step),
            )
        else:
            self.told.say(sentence)

    def tell_step(self, last: object) -> None:
        """Say what the last step of a job was."""
        if isinstance(last, Progress) and not self._finished:
            self.told.say(last.text)

    def _registry_done(self, last: object) -> None:
        if isinstance(last, Progress) and last.made is not None and not self._finished:
            self.told.say(f"{last.text}。文件位置：{last.made}")

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
        job.ended.connect(self._ended)
        job.start()
        return job

    def _ended(self) -> None:
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.setVisible(self.width() >= PANEL_BELOW)
        self.nav.set_rail(self.width() < RAIL_BELOW)
        self.top.compact(self.width() < RAIL_BELOW)
