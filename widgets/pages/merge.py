"""收取与冲突: what stands side by side in a dossier is decided; what was taken in is taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app import takings
from app.clashes import Choice, Clash, Where, clashes
from app.progress import Progress
from app.takings import Taking, take_back
from forms.dossier import Photo
from forms.photo_facts import BEIJING
from grading.finding import Target
from widgets.bars import PageHeader
from widgets.clash_desk import HINTS, ClashDesk
from widgets.clash_words import Ground, choice_words, heading
from widgets.controls import Button, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.file_drop import BUNDLES, ask_files
from widgets.job_bar import Notice
from widgets.pages.base import KeyHints, Page
from widgets.plain_table import PlainTable
from widgets.surfaces import EmptyHint, EmptyState
from widgets.text import TextLabel

KEY, NAME = "merge", "收取与冲突"
CLASHES, TAKINGS = "clashes", "takings"
_HEADS = (("收取时间", 150), ("文件包", 0), ("签名人", 140), ("改动", 90), ("状态", 190))
_NOTE = "取舍随选随存，可以撤销。未定期间，界面和文书暂用其中一个值，并列入待办问题。"
_BACK = (
    "整包撤销以新的改动恢复收取以前的内容；收取之后又改过的，以及已彻底删除的，予以保留。"
    "撤销后仍可按 Ctrl Z 恢复。"
)


class MergePage(Page):
    """The conflicts that stand, and behind a tab the bundles that were taken in."""

    key = KEY
    title = NAME
    findings_beside = False
    wants_room = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.choices: dict[Where, Choice] = {}
        self._shown: list[Clash] = []
        self._taken: list[Taking] = []
        self.tabs = SegmentedControl(
            (Segment(CLASHES, "冲突"), Segment(TAKINGS, "收取记录")), CLASHES, name=NAME
        )
        self.head = PageHeader(NAME)
        self.bring = Button("收取文件包", icon="transfer")
        self.told, self.clashes = Notice(tone="info"), ClashDesk()
        self.table = PlainTable(_HEADS)
        self.back = Button("整包撤销", icon="withdraw")
        self.empty = EmptyState(
            (
                EmptyHint("没有待裁定的冲突", "同一处两人各改时，在此并排取舍"),
                EmptyHint("同事发来了文件包？", "拖到窗口中，先看摘要，再决定是否收入"),
            )
        )
        self._views = QStackedWidget()
        self._lay_out()
        self.tabs.chosen.connect(self.show_tab)
        self.bring.clicked.connect(self._choose_files)
        self.clashes.taken.connect(self.choose)
        self.clashes.all_wanted.connect(lambda: self.jump.emit(Target("trail")))
        self.table.itemSelectionChanged.connect(self._pick)
        self.back.clicked.connect(self.take_back)

    def _lay_out(self) -> None:
        self.head.add_middle(self.tabs)
        self.head.add_right(self.bring)
        self.clashes.note.setText(_NOTE)
        self.clashes.every.setText("看修改记录")
        self.clashes.every.setAccessibleName("看修改记录")
        self.table.setAccessibleName("收取记录")
        nothing, receipts = QWidget(), QWidget()
        inside = QVBoxLayout(nothing)
        inside.setContentsMargins(20, 20, 20, 20)
        inside.addWidget(self.empty)
        inside.addStretch(1)
        inside = QVBoxLayout(receipts)
        inside.setContentsMargins(20, 14, 20, 14)
        inside.setSpacing(12)
        inside.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.back)
        row.addWidget(TextLabel(_BACK, "dense", "ink2", wrap=True), 1)
        inside.addLayout(row)
        for view in (self.clashes, nothing, receipts):
            self._views.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.told)
        column.addWidget(self._views, 1)

    def header(self) -> QWidget | None:
        return self.head

    def hints(self) -> KeyHints:
        return HINTS if self._views.currentIndex() == 0 else ()

    # -- what is shown ----------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """What was decided before need not be looked at again."""
        super().showEvent(event)
        self.choices.clear()
        self._shown = []
        self.lay_out()
        if self._shown:
            self.clashes.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def lay_out(self) -> None:
        """What stands now; what was decided on this visit stays in view, and can be changed."""
        if not self.isVisible():
            return
        standing = [each for each in clashes(self.desk.bench, self.desk.dossier_id) if each.matters]
        now = {each.where: each for each in standing}
        self.choices = {w: choice for w, choice in self.choices.items() if w not in now}
        held = [now.get(each.where, each) for each in self._shown]
        held = [each for each in held if each.where in now or each.where in self.choices]
        known = {each.where for each in held}
        self._shown = held + [each for each in standing if each.where not in known]
        ground = Ground(self.desk.dossier, self.desk.pack.instrument)
        self.clashes.show_clashes(self._shown, self.choices, ground, self._picture, arriving=False)
        self._show_takings()
        open_ = str(len(standing)) if standing else ""
        count = str(len(self._taken)) if self._taken else ""
        self.tabs.set_segments(
            (Segment(CLASHES, "冲突", open_), Segment(TAKINGS, "收取记录", count)),
            self.tabs.current(),
        )
        self.show_tab(self.tabs.current())

    def show_tab(self, key: str) -> None:
        """Show the conflicts, or what was taken in."""
        self.tabs.set_current(key)
        nothing = not self._shown
        self._views.setCurrentIndex(2 if key == TAKINGS else int(nothing))
        self.hints_changed.emit()

    def go_to(self, target: Target) -> None:
        self.show_tab(CLASHES)
        if target.record is not None:
            self.clashes.go_to((target.record, target.field))
        self.clashes.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _picture(self, photo: Photo) -> bytes:
        return self.desk.bench.picture(photo, "thumb")

    # -- deciding ---------------------------------------------------------------------------------

    def choose(self, clash: Clash, choice: Choice) -> None:
        """Have a side hold, or both; saved at once."""
        before = self.choices.get(clash.where)
        self.choices[clash.where] = choice  # what follows from it is laid out within
        form, record, path = clash.form, clash.record, clash.path
        if self.desk.choose(form, record, path, clash.value(choice)):
            self.told.say("")
            self.setAccessibleDescription(f"{heading(clash)}：{choice_words(clash, choice)}")
        elif before is None:
            del self.choices[clash.where]
        else:
            self.choices[clash.where] = before
        self.clashes.show_choices(self.choices)

    # -- what was taken in ------------------------------------------------------------------------

    def _show_takings(self) -> None:
        self._taken = takings.takings(self.desk.bench, self.desk.dossier_id)
        rows, inks = [], []
        for each in self._taken:
            state = f"{_moment(each.undone)} 已整包撤销" if each.undone else "已收入"
            name = each.signer or "未署姓名"
            rows.append((_moment(each.at), each.name, name, str(each.edits), state))
            inks.append("ink3" if each.undone else "ok")
        chosen = max(0, self.table.currentRow())
        self.table.show_rows(rows, inks, tinted=4)
        self.table.setSortingEnabled(False)  # a row's place is its receipt's
        self.table.selectRow(min(chosen, len(rows) - 1))
        self._pick()

    def _pick(self) -> None:
        place = self.table.currentRow()
        held = self._taken[place] if 0 <= place < len(self._taken) else None
        self.back.setEnabled(held is not None and not held.undone)

    def take_back(self) -> None:
        """Have all of the chosen bundle as it was before."""
        place = self.table.currentRow()
        if not 0 <= place < len(self._taken):
            return
        self.told.say("")
        job = self.desk.job(partial(self._taking_back, self._taken[place]))
        job.finished.connect(self._taken_back)
        job.start()

    def _taking_back(self, taking: Taking) -> Iterator[Progress]:
        yield Progress(0, 0, f"正在撤销“{taking.name}”带来的改动")
        yield Progress(1, 1, take_back(self.desk.bench, taking.id))

    def _taken_back(self, last: object) -> None:
        if isinstance(last, Progress) and not self.desk.closed:
            self.told.say(last.text)

    def _choose_files(self) -> None:
        ask_files(self, "收取文件包", BUNDLES, self.desk.brought.emit)


def _moment(at: str) -> str:
    """A receipt's time by Beijing's clock, to the minute."""
    try:
        moment = dt.datetime.fromisoformat(at)
    except ValueError:
        return at
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
