"""收发文件包: bundles that came are dropped here, looked through and sent back; no dossier of one's
own is needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.killable import StoppedError
from app.outside import expand
from app.progress import Progress
from app.received import Noted
from app.receiving import Received, look, look_all
from app.return_file import Came, write
from app.workbench import Workbench
from forms.errors import UserError
from widgets.actions import bind
from widgets.bars import KeyBar, KeyHint, PageHeader, TopBar
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.file_drop import FileDrop
from widgets.job_bar import JobBar, Notice
from widgets.jobs import Job
from widgets.opinion_intake import OpinionIntake
from widgets.received_detail import ReceivedDetail
from widgets.received_list import ReceivedList
from widgets.return_form import ReturnForm
from widgets.surfaces import EmptyHint, EmptyState

_FILES = "文件包 (*.zip *.age)"
_ENDINGS = (".zip", ".age")
_FILES_MOST = 2000
_HINTS = (
    KeyHint(("↑", "↓"), "选择"),
    KeyHint(("Ctrl O",), "选择文件包"),
    KeyHint(("Ctrl R",), "退回意见"),
    KeyHint(("Delete",), "移出列表"),
    KeyHint(("Esc",), "返回"),
)
_SEEN, _RETURN = "seen", "return"


class ReceivingPage(QWidget):
    """Over the list of dossiers. `closed()` when the person goes back, `opened(dossier)` where an
    opinion was taken in."""

    closed = Signal()
    opened = Signal(object)
    crashed = Signal(object)
    _found = Signal(object)

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench
        self._finished = False
        #: What was dropped, by path, in the order in which it came.
        self.received: dict[Path, Received] = {}
        self._ticked: dict[str, list[Noted]] = {}
        #: The opinions that are being written, by the same keys; and what opened what was closed.
        self._forms: dict[str, ReturnForm] = {}
        self._secrets: dict[Path, str] = {}
        self.top, self.head, self.keys = TopBar(), PageHeader("收到的文件包"), KeyBar()
        self.notice, self.told, self.jobs = Notice(), Notice(tone="info"), JobBar()
        self.table = ReceivedList()
        self.detail = ReceivedDetail(bench.store)
        self.intake = OpinionIntake(bench, self._job)
        self.views = QStackedWidget()
        segments = (Segment(_SEEN, "核验结果"), Segment(_RETURN, "退回意见"))
        self.tabs = SegmentedControl(segments, _SEEN, name="核验结果与退回意见")
        self.send = Button("写出退回意见", Kind.PRIMARY, icon="export")
        self.empty = EmptyState(
            (
                EmptyHint("收到了文件包？", "选择，或拖到此处", "Ctrl O", "open", "选择文件包"),
                EmptyHint("看什么？", "是否完整、由谁签名、哪些要求未达到、缺什么"),
                EmptyHint("要退回？", "勾选问题，写出退回意见，对方逐条整改后重报"),
            )
        )
        self._lay_out()
        self._connect()
        self._show_list()

    def _lay_out(self) -> None:
        self.top.set_identity("收发文件包")
        self.top.set_search("")
        choose = Button("选择文件包", icon="folder")
        choose.clicked.connect(self.choose_files)
        self.top.set_buttons(choose)
        self.keys.set_hints(_HINTS, "文件包的内容不存入本机，只记核验结论")
        self.head.add_middle(self.tabs)
        self.head.add_right(self.send)
        self.views.addWidget(self.detail)
        self._body = QWidget()
        body = QHBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.table)
        body.addWidget(self.views, 1)
        self._nothing = QWidget()
        middle = QVBoxLayout(self._nothing)
        middle.setContentsMargins(24, 20, 24, 20)
        middle.addWidget(self.empty)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.top, self.head, self.notice, self.told, self.intake):
            column.addWidget(part)
        column.addWidget(self._body, 1)
        column.addWidget(self._nothing, 1)
        column.addWidget(self.jobs)
        column.addWidget(self.keys)

    def _connect(self) -> None:
        self.top.back.connect(self.leave)
        self.empty.activated.connect(lambda _what: self.choose_files())
        self.table.itemSelectionChanged.connect(self._show_chosen)
        self.tabs.chosen.connect(self.turn)
        self.send.clicked.connect(self.ask_folder)
        self.detail.ticked.connect(self._tick)
        self.detail.unlocked.connect(self.unlock)
        self.detail.marks_wanted.connect(self.read_marks)
        self.detail.known.connect(self._again)
        self.intake.taken.connect(self._taken)
        # Found in a job: told on the window's own thread.
        self._found.connect(self._came, Qt.ConnectionType.QueuedConnection)
        drop = FileDrop(self, "松开鼠标，核验文件包")
        drop.dropped.connect(self.bring_in)
        bind(self, "receiving.choose", self.choose_files)
        bind(self, "receiving.answer", lambda: self.turn(_RETURN))
        bind(self, "receiving.leave", self._back)
        bind(self.table, "receiving.forget", self.forget)

    # -- what came --------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Ask for bundles."""
        dialog = QFileDialog(self, "选择文件包", "", _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.bring_in([Path(name) for name in names]))
        dialog.open()

    def bring_in(self, paths: list[Path]) -> None:
        """Look files through; of folders, the bundles that lie in them."""
        if self.jobs.busy():
            self.notice.say("另有核验正在进行，没有加入新的文件，请等待其完成，或取消后再试。")
            return
        files = [
            path
            for path in expand(paths, _FILES_MOST)
            if path in paths or path.suffix.lower() in _ENDINGS
        ]
        if not files:
            self.notice.say("所选文件夹里没有文件包（.zip、.age），没有核验，请核对后重试。")
            return
        self._run(lambda: look_all(self.bench, files, self._found.emit))

    def _came(self, found: Received) -> None:
        if self._finished:
            return
        if found.opinion is not None:
            self.intake.show_file(found.opinion)
            return
        self.received[found.path] = found
        self._show_list()

    def _job(self, work: Any) -> Job:
        job = Job(work, self)
        job.crashed.connect(self.crashed)
        self.jobs.follow(job)
        return job

    def _run(self, work: Any) -> Job:
        self.notice.say("")
        self.told.say("")
        job = self._job(work)
        job.refused.connect(self.notice.say)
        job.start()
        return job

    # -- the list ---------------------------------------------------------------------------------

    def groups(self) -> dict[str, list[Received]]:
        """What came, the parts of one bundle together."""
        found: dict[str, list[Received]] = {}
        for path, each in self.received.items():
            key = f"part {each.part.set}" if each.part else str(path)
            found.setdefault(key, []).append(each)
        for parts in found.values():
            parts.sort(key=lambda each: each.part.number if each.part else 0)
        return found

    def _show_list(self) -> None:
        current, groups = self.table.current(), self.groups()
        self.table.show_groups(groups)
        self._body.setVisible(bool(groups))
        self._nothing.setVisible(not groups)
        self.tabs.setVisible(bool(groups))
        self.send.hide()
        self.head.set_title("收到的文件包", f"{len(groups)} 份" if groups else "")
        self.choose(current if current in groups else next(iter(groups), ""))

    def choose(self, key: str) -> None:
        """Put the list on a row, and show it."""
        self.table.choose(key)
        self._show_chosen()

    def chosen(self) -> list[Received]:
        """The parts of the chosen bundle."""
        return self.groups().get(self.table.current(), [])

    def _show_chosen(self) -> None:
        group, key = self.chosen(), self.table.current()
        if not group:
            return
        self.detail.show_group(group, self._ticked.get(key, ()))
        self.views.setCurrentWidget(self.detail)
        self._tick()
        self.turn(_SEEN)

    def forget(self) -> None:
        """Take the chosen bundle off the list; its findings stay known for the next one."""
        for each in self.chosen():
            self.received.pop(each.path, None)
        self._ticked.pop(self.table.current(), None)
        form = self._forms.pop(self.table.current(), None)
        if form is not None:
            self.views.removeWidget(form)
            form.deleteLater()
        self._show_list()

    # -- looking again ----------------------------------------------------------------------------

    def unlock(self, passphrase: str) -> None:
        """Open the chosen bundle by a passphrase."""
        self._secrets |= {each.path: passphrase for each in self.chosen()}
        self._again()

    def read_marks(self) -> None:
        """Look the chosen bundle through once more, with its photos' watermarks."""
        self._again(marks=True)

    def _again(self, marks: bool = False) -> None:
        paths = [each.path for each in self.chosen()]
        if not paths or self.jobs.busy():
            return

        def work() -> Iterator[Progress]:
            for done, path in enumerate(paths):
                yield Progress(done, len(paths), f"正在核验 {path.name}")
                secret = self._secrets.get(path, "")
                try:
                    self._found.emit(look(self.bench, path, secret, marks, job.stopping.is_set))
                except StoppedError:
                    return
            yield Progress(len(paths), len(paths), "核验完毕")

        job = self._job(work)
        job.start()

    # -- sending back -----------------------------------------------------------------------------

    @property
    def form(self) -> ReturnForm | None:
        """The opinion on the chosen bundle, where one was begun."""
        return self._forms.get(self.table.current())

    def turn(self, view: str) -> None:
        """Show what was found, or the opinion that is being written."""
        group = self.chosen()
        if view == _RETURN and group and group[0].examined is None:
            self.notice.say("这个文件包没有核验成功，不能据以写退回意见，请让对方重新发送。")
        composing = view == _RETURN and bool(group) and group[0].examined is not None
        if composing:
            form = self.form or self._begin(group[0])
            form.set_findings(self.detail.chosen())
            self.views.setCurrentWidget(form)
        else:
            if self.views.currentWidget() is self.form:
                self._untick()
            self.views.setCurrentWidget(self.detail)
        self.tabs.set_current(_RETURN if composing else _SEEN)
        self.send.setVisible(composing)

    def _begin(self, first: Received) -> ReturnForm:
        seen = first.examined
        assert seen is not None
        form = ReturnForm(self.bench.store, seen, first.sha256)
        form.counted.connect(self._counted)
        self._forms[self.table.current()] = form
        self.views.addWidget(form)
        return form

    def _untick(self) -> None:
        """A point that was dropped from the opinion is ticked no more."""
        kept = self.form.findings() if self.form is not None else []
        for each, box in self.detail.boxes:
            box.setChecked(each in kept)
        self._tick()

    def _tick(self) -> None:
        found = self.detail.chosen()
        self._ticked[self.table.current()] = found
        own = self.form.own() if self.form is not None else 0
        self._counted(len(found) + own)

    def _counted(self, count: int) -> None:
        words = "退回意见" if not count else f"退回意见 {count} 条"
        segments = (Segment(_SEEN, "核验结果"), Segment(_RETURN, words))
        self.tabs.set_segments(segments, self.tabs.current())

    def ask_folder(self) -> None:
        """Ask where the opinion is to lie."""
        found = QFileDialog.getExistingDirectory(self, "写出退回意见")
        if found:
            self.write(Path(found))

    def write(self, folder: Path) -> None:
        """Write the opinion's file and its paper into a folder."""
        if self.form is None:
            return
        try:
            returned = self.form.returned()
        except UserError as error:
            self.notice.say(str(error))
            return
        job = self._run(lambda: write(self.bench, returned, folder))
        job.finished.connect(self._written)

    def _written(self, last: object) -> None:
        if isinstance(last, Progress) and last.made is not None and not self._finished:
            self.told.say(
                f"退回意见已写入“{last.made.parent}”：.zip 交对方程序收入，.docx、.pdf 供用印存档。"
            )

    def _taken(self, came: Came) -> None:
        self.told.ask(
            f"已收入“{came.returned.enterprise}”的退回意见 {len(came.returned.points)} 条。",
            "打开这份档案",
            lambda: self.opened.emit(came.returned.dossier),
        )

    # -- leaving ----------------------------------------------------------------------------------

    def _back(self) -> None:
        if self.views.currentWidget() is not self.detail:
            self.turn(_SEEN)
        else:
            self.leave()

    def leave(self) -> None:
        """Go back, unless something runs."""
        if self.jobs.busy():
            self.notice.say("核验正在进行，请等待其完成，或取消后再离开。")
            return
        self.closed.emit()

    def finish(self) -> None:
        """Stop what runs and wait for it, when the window closes."""
        self._finished = True
        self.jobs.wait()
