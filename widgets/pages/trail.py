"""修改记录: who changed what when; old values and withdrawn records come back, or go for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import purge, trail
from app.progress import Progress
from app.trail import Entry, Part, Wanted, What
from app.workbench import Workbench
from forms.record import forms, split_path
from grading.finding import Target
from widgets.bars import PageHeader
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.file_drop import ask_place
from widgets.job_bar import Notice
from widgets.jobs import Job
from widgets.pages.base import Page
from widgets.surfaces import Card, Toast
from widgets.text import TextLabel
from widgets.trail_dialogs import HistoryDialog, PurgeDialog, can_restore, restore_value
from widgets.trail_table import TrailTable, record_words

KEY, NAME = "trail", "修改记录"
ALL, WITHDRAWN = "all", "withdrawn"
_TYPED_MS = 250
_DETAIL = 600
_ANYBODY, _ANY_FORM = "全部人员", "全部表单"
_READING = "正在读取修改记录。"


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What a reading brought; the choices are those of the first part alone."""

    part: Part
    people: tuple[str, ...] = ()
    forms: tuple[tuple[str, str], ...] = ()
    withdrawn: tuple[tuple[str, UUID, str], ...] = ()


def _read(
    bench: Workbench, dossier: UUID, wanted: Wanted, after: tuple[int, str] | None
) -> Iterator[Part | _Loaded]:
    part = Part(())
    for part in trail.read(bench, dossier, wanted, after):
        yield part
    if after is not None:
        yield _Loaded(part)
        return
    people, used = trail.people(bench, dossier), trail.used_forms(bench, dossier)
    yield _Loaded(part, tuple(people), tuple(used), tuple(trail.withdrawn(bench, dossier)))


class TrailPage(Page):
    """The trail, read in parts off the main thread; what was withdrawn stands behind a tab."""

    key = KEY
    title = NAME
    findings_beside = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._job: Job | None = None
        self._again = self._finished = False
        self._stale = True
        self.tabs = SegmentedControl(
            (Segment(ALL, "全部修改"), Segment(WITHDRAWN, "已撤回")), ALL, name=NAME
        )
        self.person, self.form, self.words = QComboBox(), QComboBox(), QLineEdit()
        self.export = Button("导出修改记录", icon="export")
        self.head = PageHeader(NAME)
        self.notice, self.told, self.toast = Notice(), Notice(tone="info"), Toast(self)
        self.table, self.gone = TrailTable(), QListWidget()
        self.detail = TextLabel("", "dense", wrap=True)
        self.back, self.field = Button("恢复此值"), Button("本栏修改历史")
        self.decide = Button("裁定冲突", icon="fork")
        self.erase = Button("彻底删除该记录", icon="trash")
        self.restore, self.erase_gone = (
            Button("恢复", Kind.PRIMARY),
            Button("彻底删除", icon="trash"),
        )
        self._views = QStackedWidget()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPED_MS)
        _fill(self.person, _ANYBODY, ())
        _fill(self.form, _ANY_FORM, ())
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        for box, name in ((self.person, "修改人"), (self.form, "表单")):
            box.setAccessibleName(name)
            box.setFixedWidth(150)
        self.words.setPlaceholderText("查找内容、栏目、记录")
        self.words.setAccessibleName("查找修改记录")
        self.words.setClearButtonEnabled(True)
        self.words.setFixedWidth(320)
        filters = QHBoxLayout()
        filters.setSpacing(12)
        for asked in (self.person, self.form, self.words):
            filters.addWidget(asked)
        filters.addStretch(1)
        self.head.add_middle(self.tabs)
        self.head.add_right(self.export)
        self.gone.setAccessibleName("已撤回的记录")
        self.gone.setSpacing(6)
        card = Card((20, 12), 8)
        card.body.addWidget(self.detail)
        card.body.addLayout(_row(self.decide, self.back, self.field, self.erase))
        every, gone = QWidget(), QWidget()
        for view, parts in ((every, (self.table, card)), (gone, (self.gone,))):
            column = QVBoxLayout(view)
            column.setContentsMargins(20, 12, 20, 12)
            column.setSpacing(12)
            for place, part in enumerate(parts):
                column.addWidget(part, 0 if place else 1)
            self._views.addWidget(view)
        for view, place, line in (
            (every, 0, filters),
            (gone, 1, _row(self.restore, self.erase_gone)),
        ):
            lines = view.layout()
            assert isinstance(lines, QVBoxLayout)
            lines.insertLayout(place, line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.told)
        column.addWidget(self._views, 1)

    def _connect(self) -> None:
        self.tabs.chosen.connect(self.show_tab)
        for box in (self.person, self.form):
            box.activated.connect(lambda _place: self.reload())
        self.words.textChanged.connect(lambda _text: self._pause.start())
        self._pause.timeout.connect(self.reload)
        self.table.trail.wanted.connect(self._more)
        self.table.picked.connect(self._pick)
        self.gone.currentRowChanged.connect(lambda _row: self._pick_gone())
        self.export.clicked.connect(self._ask_export)
        self.back.clicked.connect(self._put_back)
        self.field.clicked.connect(self._show_history)
        self.decide.clicked.connect(self._decide)
        self.erase.clicked.connect(self._erase_picked)
        self.restore.clicked.connect(self._restore)
        self.erase_gone.clicked.connect(self._erase_gone)

    def header(self) -> QWidget | None:
        return self.head

    def show_tab(self, key: str) -> None:
        """Show all edits, or what was withdrawn."""
        self.tabs.set_current(key)
        self._views.setCurrentIndex(0 if key == ALL else 1)

    # -- reading ----------------------------------------------------------------------------------

    def lay_out(self) -> None:
        self._stale = True
        if self.isVisible():
            self.reload()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()  # typing on another page lays nothing out anew

    def wanted(self) -> Wanted:
        """What the filter leaves."""
        person = self.person.currentData() if self.person.currentIndex() > 0 else None
        form = self.form.currentData() if self.form.currentIndex() > 0 else ""
        return Wanted(person, form or "", self.words.text())

    def reload(self) -> None:
        """Read the trail anew from its newest entry on."""
        self._pause.stop()
        if self._job is not None:
            self._again = True
            self._job.cancel()
            return
        self._start(None)

    def _more(self) -> None:
        if self._job is None and self.table.trail.entries and self._after is not None:
            self._start(self._after)

    def _start(self, after: tuple[int, str] | None) -> None:
        if self._finished:
            return
        self._stale = self._again = False
        self._fresh, wanted = after is None, self.wanted()
        bench, dossier = self.desk.bench, self.desk.dossier_id
        self._job = Job(lambda: _read(bench, dossier, wanted, after), self)
        self._job.finished.connect(self._loaded)
        self._job.refused.connect(self.notice.say)
        self._job.crashed.connect(self.desk.crashed)
        self._job.ended.connect(self._free)
        if self._fresh and not self.table.trail.entries:
            self._pick(None)
        self._job.start()

    def _free(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        if self._again:
            self._start(None)
        elif not self.table.trail.entries:
            self._pick(None)

    def _loaded(self, found: object) -> None:
        if not isinstance(found, _Loaded) or self._again or self._finished:
            return
        self._after = found.part.after
        more = self._after is not None
        if not self._fresh:
            self.table.trail.append(found.part.entries, more=more)
            return
        self.table.trail.show_entries(found.part.entries, more=more)
        if found.part.entries:
            self.table.selectRow(0)
        _fill(self.person, _ANYBODY, [(name, name or "（导入）") for name in found.people])
        _fill(self.form, _ANY_FORM, found.forms)
        self.gone.clear()
        for form, record, words in found.withdrawn:
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, (form, record))
            self.gone.addItem(item)
        self.gone.setCurrentRow(0)
        self._pick_gone()
        self.tabs.set_segments(
            (Segment(ALL, "全部修改"), Segment(WITHDRAWN, "已撤回", str(self.gone.count()))),
            self.tabs.current(),
        )

    _after: tuple[int, str] | None = None
    _fresh = True

    def finish(self) -> None:
        self._finished = True
        if self._job is not None:
            self._job.cancel()
            self._job.wait()

    # -- one entry --------------------------------------------------------------------------------

    def _pick(self, entry: Entry | None) -> None:
        nothing = _READING if self._job is not None else "没有符合条件的修改记录。"
        self.detail.setText(_told(entry) if entry else nothing)
        self.detail.updateGeometry()
        plain = entry is not None and entry.what is What.EDITED
        self.back.setEnabled(entry is not None and can_restore(entry))
        self.field.setEnabled(plain)
        self.decide.setVisible(entry is not None and entry.conflict)
        kind = forms().get(entry.form) if entry else None
        self.erase.setEnabled(bool(kind) and not (kind and kind.single))

    def _put_back(self) -> None:
        entry = self.table.current()
        if entry is not None and restore_value(self.desk, entry):
            self.toast.say(f"已恢复“{entry.label}”的原内容", undo=False)

    def _decide(self) -> None:
        entry = self.table.current()
        if entry is not None:
            self.jump.emit(Target("merge", entry.record, entry.path))

    def _show_history(self) -> None:
        entry = self.table.current()
        if entry is not None:
            name = split_path(entry.path)[0]
            HistoryDialog(self, self.desk, entry.form, entry.record, name).open()

    # -- what was withdrawn, and what goes for good -----------------------------------------------

    def _pick_gone(self) -> None:
        for button in (self.restore, self.erase_gone):
            button.setEnabled(self.gone.currentItem() is not None)

    def _restore(self) -> None:
        item = self.gone.currentItem()
        if item is not None:
            form, record = item.data(Qt.ItemDataRole.UserRole)
            words = item.text()
            if self.desk.restore(form, record):
                self.toast.say(f"已恢复{words}", undo=False)

    def _erase_picked(self) -> None:
        entry = self.table.current()
        if entry is not None:
            self.ask_purge(entry.form, entry.record, record_words(entry))

    def _erase_gone(self) -> None:
        item = self.gone.currentItem()
        if item is not None:
            form, record = item.data(Qt.ItemDataRole.UserRole)
            self.ask_purge(form, record, item.text())

    def ask_purge(self, form: str, record: UUID, called: str) -> PurgeDialog:
        """Ask for the reason and the word; then the record goes for good."""
        dialog = PurgeDialog(self, called)
        dialog.accepted.connect(lambda: self.purge(form, record, dialog.reason.text()))
        dialog.open()
        return dialog

    def purge(self, form: str, record: UUID, reason: str) -> None:
        """Erase a record; say what holds it still."""
        bench, dossier = self.desk.bench, self.desk.dossier_id
        self._run(lambda: purge.purge(bench, dossier, form, record, reason))

    def _run(self, work: object) -> None:
        self.notice.say("")
        self.told.say("")
        assert callable(work)
        job = self.desk.job(work)
        job.finished.connect(self._done)
        job.start()

    def _done(self, last: object) -> None:
        if not isinstance(last, Progress) or self._finished:
            return
        where = f"。文件位置：{last.made}" if last.made else ""
        words = f"{last.text}{where}"
        if last.trouble.startswith(purge.IN_BACKUPS):
            drop = "删除此前的备份"
            store = self.desk.bench.store
            sentence = f"{words}。{last.trouble}"
            self.told.ask(sentence, drop, lambda: self._run(lambda: purge.drop_backups(store)))
        else:
            self.told.say("。".join(filter(None, (words, last.trouble))))

    # -- the sheet --------------------------------------------------------------------------------

    def _ask_export(self) -> None:
        ask_place(self, "导出修改记录", f"{NAME}.xlsx", "表格 (*.xlsx)", self.write)

    def write(self, path: Path) -> None:
        """Write the whole trail as .xlsx."""
        bench, dossier = self.desk.bench, self.desk.dossier_id
        self._run(lambda: trail.export_trail(bench, dossier, path))


def _row(*buttons: Button) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row


def _fill(box: QComboBox, everything: str, choices: object) -> None:
    """Offer these choices behind `everything`; the one that holds stays."""
    held = box.currentData()
    box.clear()
    box.addItem(everything, None)
    assert isinstance(choices, list | tuple)
    for key, words in choices:
        box.addItem(words, key)
    place = box.findData(held) if held is not None else 0
    box.setCurrentIndex(max(place, 0))


def _told(entry: Entry) -> str:
    """An entry in full, as far as there is room for it."""
    who = "，".join(filter(None, (entry.at, entry.person, entry.device)))
    head = f"{who}：{record_words(entry)}　{entry.label}"
    if entry.what is not What.EDITED:
        return f"{head}{'：' + entry.after if entry.after else ''}"
    before, after = (
        f"“{words[:_DETAIL]}”" if words else "" for words in (entry.before, entry.after)
    )
    change = f"由{before}改为{after}" if before and after else f"填写{after}"
    said = f"{head}\n{change if after else f'清空，原为{before}' if before else '清空'}"
    return f"{said}\n另有他人的修改与此并存，请点“裁定冲突”取舍。" if entry.conflict else said
