"""What stands around the item in view in the shop-floor mode: above it where one is, below it the
buttons under the thumb; and the list of all items and scenes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from forms.dossier import Enterprise
from forms.evaluation import STAGE_NAMES, Stage
from forms.photo_facts import BEIJING
from grading.rules.numbers import duration
from grading.rules.view import view_visits
from grading.visit_day import Scene
from widgets.big_buttons import BigButton
from widgets.desk import Desk
from widgets.floor_parts import GAP, FloorStrip
from widgets.pages.walk_parts import Glyph
from widgets.surfaces import ScrollColumn
from widgets.text import TextLabel
from widgets.theme import tokens
from widgets.walk_strip import WalkState

_MARGIN, _TICK_MS = 20, 60_000
_STRIP, _ANY = 420, 16777215
"""px that the strip has at most where height is dear, and Qt's own bound elsewhere."""
_COMPACT = 1160
"""px below which one row of buttons shows icons alone for what is not pressed all the time."""


class _Band(QWidget):
    """A surface with a hairline below, or (`above`) on top."""

    def __init__(self, *, above: bool = False) -> None:
        super().__init__()
        self._above = above

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        held = tokens()
        painter.fillRect(self.rect(), held.color("surface"))
        y = 0 if self._above else self.height() - held.border
        painter.fillRect(0, y, self.width(), held.border, held.color("line"))
        painter.end()


class FloorHead(_Band):
    """Whose evaluation it is, how long the visit has lasted, how far the evaluation is."""

    def __init__(self, desk: Desk, stage: Stage) -> None:
        super().__init__()
        self._desk, self._stage, self._tight = desk, stage, False
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_visit)
        self.leave = BigButton("", icon="chevron-left")
        self.leave.setAccessibleName("退出车间模式")
        self.name = TextLabel("", "identity", keep=False)
        self.visit = TextLabel("", "lead", "ink2", keep=False)
        self._mark, self.saved = Glyph("check", "ok"), TextLabel("", "lead", "ink2")
        kept = self._kept = QWidget()
        said = QHBoxLayout(kept)
        said.setContentsMargins(0, 0, 0, 0)
        said.addWidget(self._mark)
        said.addWidget(self.saved)
        kept.hide()
        self.glare = BigButton("强光")
        self.strip = FloorStrip()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.name)
        words.addWidget(self.visit)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.leave)
        row.addLayout(words, 1)
        row.addWidget(kept)
        row.addWidget(self.glare)
        self._rows = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._rows.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        self._rows.setSpacing(8)
        self._rows.addLayout(row, 1)
        self._rows.addWidget(self.strip)

    def turn(self, wide: bool, *, short: bool) -> None:
        """One row where it has room, or where height is dear, and then no word of the saving: what
        is not kept is told below."""
        way = QBoxLayout.Direction
        self._rows.setDirection(way.LeftToRight if wide or short else way.TopToBottom)
        self._tight = short and not wide
        self.strip.setMaximumWidth(_STRIP if self._tight else _ANY)
        self._kept.setVisible(bool(self.saved.text()) and not self._tight)

    def show_state(self, state: WalkState) -> None:
        """Show how far the evaluation and the visit are."""
        self.name.setText(self._desk.dossier.one(Enterprise).name.strip() or "未命名企业")
        self._show_visit()
        self.strip.set_state(state)

    def _show_visit(self) -> None:
        """How long the visit has lasted, which goes on while one looks."""
        said, goes_on = f"水平评测・{STAGE_NAMES[self._stage]}", False
        if self._stage is Stage.DIAGNOSIS:
            said, goes_on = visit_words(self._desk, dt.datetime.now(BEIJING))
        self.visit.setText(said)
        self.visit.setToolTip(said)
        if not goes_on:
            self._tick.stop()
        elif not self._tick.isActive() and self.isVisible():
            self._tick.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_visit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()

    def show_saved(self, _at: object = None) -> None:
        """The last edit was kept."""
        self._say("已保存", "check", "ok")

    def show_unkept(self) -> None:
        """It was not."""
        self._say("没有存上", "block", "block")

    def _say(self, words: str, icon: str, token: str) -> None:
        self._mark.set(icon, token)
        self._kept.setVisible(not self._tight)
        self.saved.setText(words)
        self.saved.updateGeometry()


def visit_words(desk: Desk, now: dt.datetime) -> tuple[str, bool]:
    """How long today's visit has lasted by now (aware), and has still to; whether it goes on."""
    day = now.astimezone(BEIJING).date()
    view = next((each for each in view_visits(desk.dossier, {}) if each.visit.date == day), None)
    if view is None:
        return "今日没有登记现场诊断", False
    scene = Scene(desk.dossier, desk.pack, view, (), now)
    words = f"第 {view.number} 次现场"
    if scene.total:
        words += f"　已 {duration(scene.total)}"
    if scene.total and scene.lacking:
        hours = scene.limit("VISIT-HOURS")
        words += f"，满 {hours} 小时还需 {duration(scene.lacking)}"
    return words, any(scene.span(each) and each.span is None for each in view.sessions)


class FloorFoot(_Band):
    """The buttons under the thumb, in one row or two."""

    def __init__(self) -> None:
        super().__init__(above=True)
        self.photo = BigButton("拍照", icon="camera")
        self.note = BigButton("备注", icon="pencil")
        self.hints = BigButton("取证提示", icon="note")
        self.undo = BigButton("撤销", icon="withdraw")
        self.back = BigButton("", icon="chevron-left")
        self.next_open = BigButton("下一未答")
        self.forward = BigButton("", primary=True, trailing="chevron-right")
        self._rows = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._rows.setContentsMargins(_MARGIN, GAP, _MARGIN, GAP)
        self._rows.setSpacing(GAP)
        self._upper = (self.photo, self.note, self.hints, self.undo)
        self._lower = (self.back, self.next_open, self.forward)
        self._wide, self._width = False, 4 * _COMPACT
        for parts in (self._upper, self._lower):
            row = QHBoxLayout()
            row.setSpacing(GAP)
            for part in parts:
                row.addWidget(part, 1)
            self._rows.addLayout(row, len(parts))
        self.offer_undo("")

    def turn(self, wide: bool, width: int) -> None:
        """One row where the screen lies, two where it stands; with icons alone for what is not
        pressed all the time, where that has no room."""
        way = QBoxLayout.Direction
        self._rows.setDirection(way.LeftToRight if wide else way.TopToBottom)
        self._wide, self._width = wide, width
        self._fit()

    def _fit(self) -> None:
        """Where a row has no room for its words, those before which an icon stands go."""
        compact = self._wide and self._width < _COMPACT
        for row in (self._upper, self._lower):
            room = self._width - 2 * _MARGIN - GAP * (len(row) - 1)
            tight = not self._wide and sum(each.full_width() for each in row) > room
            for button in row:
                if button.has_icon():
                    button.shorten(tight or (compact and button is not self.photo))

    def set_ways(self, back: str, forward: str, more: bool) -> None:
        """Name where the ways lead; one that leads nowhere cannot be pressed."""
        for button, name, none in ((self.back, back, "上一项"), (self.forward, forward, "下一项")):
            button.set_text(name or none)
            button.setEnabled(bool(name))
        self.next_open.setEnabled(more)
        self._fit()

    def show_camera(self, there: bool) -> None:
        """Whether a press takes a picture, or asks for a file of one."""
        self.photo.set_text("拍照" if there else "选取照片", "camera" if there else "folder")
        tip = "" if there else "本机没有可用的摄像头，请选取手机、文件夹中的照片"
        self.photo.setAccessibleDescription(tip)
        self._fit()

    def offer_undo(self, words: str) -> None:
        """Offer to take the last press back, or ("") not."""
        self.undo.setEnabled(bool(words))
        self.undo.set_text(words or "撤销")
        self.undo.setAccessibleName(f"撤销：{words}" if words else "撤销")
        self._fit()

    def stops(self) -> Sequence[QWidget]:
        """Where Tab goes, in order."""
        return (*self._upper, *self._lower)


class FloorIndex(ScrollColumn):
    """All items and scenes, each a button. `chosen(name)`."""

    chosen = Signal(str)
    _LEAST = 190

    def __init__(self, subjects: Sequence[str]) -> None:
        super().__init__((_MARGIN, 16, _MARGIN, 20))
        self.buttons: dict[str, BigButton] = {}
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        for name in subjects:
            made = self.buttons[name] = BigButton(name, icon="hollow")
            made.clicked.connect(lambda _on=False, name=name: self.chosen.emit(name))
        self._across = 0
        self.column.addLayout(self._grid)
        self.column.addStretch(1)
        self.turn(4 * self._LEAST)

    def turn(self, width: int) -> None:
        """As many beside each other as have room."""
        across = max(1, (width - 2 * _MARGIN) // self._LEAST)
        if across == self._across:
            return
        for place in range(max(across, self._across)):
            self._grid.setColumnStretch(place, int(place < across))
        self._across = across
        for place, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, place // across, place % across)

    def show_state(self, current: str, unanswered: Collection[str]) -> None:
        """Which are answered, and which is in view."""
        for name, button in self.buttons.items():
            answered = name not in unanswered
            button.set_text(name, "done" if answered else "hollow")
            button.set_chosen(name == current)
            said = ("当前", "已答" if answered else "未答")[int(name != current) :]
            button.setAccessibleDescription("，".join(said))
