"""收取文件包: what a bundle would bring, its conflicts decided; then it is taken in, or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.clashes import Choice, Clash, Where
from app.incoming import Incoming
from app.merging import Arrival, Taken
from app.progress import Progress
from app.signers import Signer, Signers, Standing
from app.trail import Entry
from app.workbench import Workbench
from forms.dossier import Enterprise, Photo
from widgets.actions import bind
from widgets.arrival_words import asked, broken, chips, counts, in_short, nothing_new, take_words
from widgets.bars import KeyBar, KeyHint, PageHeader, TopBar
from widgets.clash_desk import HINTS, ClashDesk
from widgets.clash_words import Ground
from widgets.controls import Button, Kind
from widgets.count_strip import CountStrip
from widgets.job_bar import JobBar, Notice
from widgets.jobs import Job
from widgets.marks import Tag
from widgets.text import TextLabel, tip
from widgets.theme import tokens
from widgets.trail_table import TrailTable

_LOW = 600
_EDIT_WIDTHS = (160, 80, 96, 190, 166)


@dataclass(slots=True)
class Opened:
    """A bundle that lies open: it is set apart until `held` is closed."""

    arrival: Arrival
    told: Incoming
    held: ExitStack


class ArrivalPage(QWidget):
    """`taken(Taken)` when it is in, `left()` when it is not wanted; both end what was set apart.

    `stopped()` when the taking in was cancelled, `crashed(error)` where anything is a bug, and
    `broken(str)` with what became of the bundle where taking it in was.
    """

    taken = Signal(object)
    left = Signal()
    stopped = Signal()
    broken = Signal(str)
    crashed = Signal(object)

    def __init__(self, bench: Workbench, opened: Opened, place: str = "") -> None:
        super().__init__()
        self.bench, self.arrival, self.told = bench, opened.arrival, opened.told
        self.clashes = asked(opened.told)
        self._held = opened.held
        self._taking = self._over = False
        self.choices: dict[Where, Choice] = {}
        self._order: list[tuple[Where, Choice | None]] = []
        assert opened.told.united is not None
        self._ground = Ground(opened.told.united, bench.pack.instrument)
        self.top, self.keys = TopBar(), KeyBar()
        self.head = PageHeader("收取文件包", in_short(self.arrival.name))
        self.strip, self.desk, self.edits = CountStrip(), ClashDesk(), TrailTable()
        self.notice, self.jobs = Notice(), JobBar()
        self.signer = _SignerBand()
        self.views = QStackedWidget()
        self.leave, self.take = Button("不收"), Button("", Kind.PRIMARY)
        self.state = TextLabel("", "dense", "ink2", keep=False, align=Qt.AlignmentFlag.AlignRight)
        self._fill_bars(place)
        self._lay_out()
        self._connect()
        self._show()

    def _fill_bars(self, place: str) -> None:
        united = self._ground.dossier.one(Enterprise)
        tags = [tag for tag in (united.district, united.industry) if tag]
        self.top.set_identity(self.told.enterprise or "未命名企业", tags)
        self.top.set_search("")
        self.head.setToolTip(tip(self.arrival.name))
        self.head.add_middle(*(Tag(*chip) for chip in chips(self.told, self.bench.pack)))
        note = "本机没有这份档案，收入后建立" if self.told.new else "尚未收入，本机档案未变"
        self.head.add_right(TextLabel("　".join(filter(None, (place, note))), "dense", "ink2"))
        hints = [KeyHint(keys, text) for keys, text in HINTS] if self.clashes else []
        self.keys.set_hints([*hints, KeyHint(("Ctrl 回车",), "收入")], "收入后仍可整包撤销")

    def _lay_out(self) -> None:
        self.edits.setAccessibleName("全部改动")
        for place, width in enumerate(_EDIT_WIDTHS):
            self.edits.setColumnWidth(place, width)
        every = QWidget()
        inside = QVBoxLayout(every)
        inside.setContentsMargins(20, 14, 20, 14)
        inside.addWidget(self.edits)
        self.desk.place.removeWidget(self.desk.cards)
        self.views.addWidget(self.desk.cards)
        self.views.addWidget(every)
        self.desk.place.addWidget(self.views)
        self.desk.side.setVisible(bool(self.clashes))
        foot = _Foot()
        for part in (self.leave, self.state, self.take):
            foot.row.addWidget(part, 1 if part is self.state else 0)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        above = (self.top, self.head, self.signer, self.strip, self.notice)
        for bar in (*above, self.desk, self.jobs, foot, self.keys):
            column.addWidget(bar, 1 if bar is self.desk else 0)

    def _connect(self) -> None:
        self.desk.taken.connect(self.choose)
        self.desk.all_wanted.connect(self._turn)
        self.leave.clicked.connect(self.refuse)
        self.top.back.connect(self.refuse)
        self.take.clicked.connect(self.begin)
        self.signer.confirmed.connect(self._confirm)
        bind(self, "arrival.undo", self.undo)
        bind(self, "arrival.take", self.begin, self.take)

    def _show(self) -> None:
        self.signer.show_signer(self.told)
        others = self.told.edits - sum(len(each.rows) - 1 for each in self.clashes)
        self.desk.note.setText(
            f"其余 {max(0, others):,} 条改动无冲突，收入时并入。"
            "未定的冲突收入后各值并存，随时可再定。"
        )
        self.desk.show_clashes(
            self.clashes, self.choices, self._ground, self._picture, arriving=True
        )
        self._mark()
        if not self.clashes:
            self._turn()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.strip.compact(self.height() < _LOW)

    def start(self) -> None:
        """It came into view: the keys are the list's; without conflicts, the way on's."""
        first = self.desk.list if self.clashes else self.take
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _mark(self) -> None:
        """Say what is decided, and what the way on does."""
        self.strip.show_counts(counts(self.told, self.choices))
        open_ = len(self.clashes) - len(self.choices)
        words = f"未定 {open_} 处，可先收入" if open_ else ""
        self.state.setText(words or (nothing_new(self.told) if not self.told.new else ""))
        self.take.setText(take_words(self.told))
        self.take.setAccessibleName(self.take.text())
        self.take.updateGeometry()
        self.desk.show_choices(self.choices)

    def _picture(self, photo: Photo) -> bytes:
        """A photo of either side, from the store or the bundle; runs off the main thread."""
        try:
            return self.bench.picture(photo, "thumb")
        except FileNotFoundError:
            return self.arrival.photo(photo.sha256)

    # -- choosing ---------------------------------------------------------------------------------

    def choose(self, clash: Clash, choice: Choice) -> None:
        """Take a side, or both; nothing of it is done before the bundle is taken in."""
        if not self._taking:
            self._order.append((clash.where, self.choices.get(clash.where)))
            self.choices[clash.where] = choice
            self._mark()

    def undo(self) -> None:
        """Take the last choice back."""
        if self._order and not self._taking:
            where, before = self._order.pop()
            self.choices.pop(where, None)
            if before is not None:
                self.choices[where] = before
            self.desk.go_to(where)
            self._mark()

    # -- every edit -------------------------------------------------------------------------------

    def _turn(self) -> None:
        """Show every edit instead of the conflicts, or these again."""
        on = self.views.currentIndex() == 0
        self.views.setCurrentIndex(int(on))
        self.desk.every.setText("回到冲突" if on else "逐条看全部改动")
        self.desk.every.setAccessibleName(self.desk.every.text())
        self.desk.every.updateGeometry()
        if on and not self.edits.trail.entries and self.told.edits:
            self._run(self._read, self._show_edits)

    def _read(self) -> Iterator[Progress | list[Entry]]:
        yield Progress(0, 0, "正在列出全部改动")
        yield self.arrival.edits()

    def _show_edits(self, found: object) -> None:
        if isinstance(found, list):
            self.edits.trail.show_entries(found, more=False)

    # -- taking it in, or not ---------------------------------------------------------------------

    def begin(self) -> None:
        """Take it in, with what was chosen."""
        if not self._taking:
            self._taking = True
            self.take.setEnabled(False)
            job = self._run(partial(self._take, dict(self.choices)), self._taken)
            job.refused.connect(lambda _words: self._free())
            job.cancelled.connect(self._stopped)
            job.crashed.connect(lambda _error: self._broken())

    def _free(self) -> None:
        """It was refused: what was chosen is still there, and it can be tried again."""
        self._taking = False
        self.take.setEnabled(True)

    def _take(self, choices: dict[Where, Choice]) -> Iterator[Progress | Taken]:
        yield (yield from self.arrival.take(choices))

    def _taken(self, found: object) -> None:
        if isinstance(found, Taken):
            self.close_arrival()
            self.taken.emit(found)

    def _stopped(self) -> None:
        self.close_arrival()
        self.stopped.emit()

    def _broken(self) -> None:
        self.close_arrival()
        self.broken.emit(broken(self.arrival.name, united=self.arrival.united))

    def refuse(self) -> None:
        """Leave the bundle; what is here stays as it is."""
        if self._taking:
            self.jobs.cancel()
            return
        self.close_arrival()
        self.left.emit()

    def _run(self, work: Callable[[], Iterator[Any]], done: Callable[[object], None]) -> Job:
        job = Job(work, self)
        self.notice.say("")
        job.refused.connect(self.notice.say)
        job.crashed.connect(self.crashed)
        job.finished.connect(lambda found: None if self._over else done(found))
        self.jobs.follow(job)
        job.start()
        return job

    def close_arrival(self) -> None:
        """What was set apart goes; what still lists edits is waited for."""
        self._over = True
        self.jobs.wait()
        self._held.close()

    def finish(self) -> None:
        """The window closes: stop what runs, wait for it, and leave nothing behind."""
        self.close_arrival()

    # -- who signed -------------------------------------------------------------------------------

    def _confirm(self) -> None:
        made = self.told.checked.verdict.signature
        if made is not None:
            Signers(self.bench.store).confirm(Signer(made.key, made.name, ""))
            self.signer.done()


class _SignerBand(QWidget):
    """The words to compare over the telephone, where the signer is not known yet. `confirmed()`."""

    confirmed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = TextLabel("", "dense", wrap=True)
        self.button = Button("逐词一致，记住此人", height=28)
        self.button.clicked.connect(self.confirmed)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 24, 9)
        row.setSpacing(16)
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_signer(self, told: Incoming) -> None:
        """Ask for the comparison where it was not made."""
        held = told.checked
        if held.standing in (Standing.UNKNOWN, Standing.NAMESAKE):
            self.words.setText(held.sentence)
            self.show()
        elif not held.signed:
            self.words.setText("文件包没有签名，不能确认出自何人，请先向对方核实，再决定是否收入。")
            self.button.hide()
            self.show()

    def done(self) -> None:
        """They were compared."""
        self.words.setText("已记住此人，今后其签名按已核实处理。")
        self.button.hide()
        self.words.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("warn_bg"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens().color("line"))
        painter.end()


class _Foot(QWidget):
    """The band of the two ways on."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(56)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(24, 0, 24, 0)
        self.row.setSpacing(12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("surface"))
        painter.fillRect(0, 0, self.width(), 1, tokens().color("line"))
        painter.end()
