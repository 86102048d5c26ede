"""离场检查: the panel beside a visit that lists what can still be mended, and until when."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.progress import Progress
from grading.gate_check import Todo, When, as_text, before_leaving, summary, todo
from grading.rules.numbers import duration
from grading.visit_day import Scene, clock
from widgets.controls import Button, Hovered, Kind
from widgets.icons import SEVERITY_WORDS, draw
from widgets.jobs import Job
from widgets.marks import box
from widgets.pages.base import Page
from widgets.surfaces import Rule, ScrollColumn, empty
from widgets.text import TextLabel, draw_text, draw_wrapped, text_height, text_width
from widgets.theme import tokens

_PAD, _INDENT, _RIGHT = 16, 50, 84


class CheckPanel(QWidget):
    """Shows a scene's open matters. `acted(Todo)` when a row is taken, `closed()` on ✕ or Esc.

    `scene_now` answers with a visit as it is at the moment; None where it is gone.
    """

    acted = Signal(object)
    closed = Signal()

    def __init__(self, page: Page, scene_now: Callable[[UUID], Scene | None]) -> None:
        super().__init__(page)
        self.items: list[Todo] = []
        self._due_rows = True
        self._desk = page.desk
        self._scene: Scene | None = None
        self._scene_now = scene_now
        #: The visit that the reminder is for, and the minute of its day.
        self._armed: tuple[UUID, int] | None = None
        self._job: Job | None = None
        self._open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl
        self._asked = TextLabel("", "meta", "ink2")
        self._sum = TextLabel("", "meta", "ink2", wrap=True)
        self._said = TextLabel("", "meta", "ok", wrap=True)
        self._said.hide()
        self._scroll = ScrollColumn((0, 0, 0, 12), 0, plain=True)
        self._copy = Button("复制", Kind.QUIET, height=28)
        self._copy.setAccessibleName("复制清单")
        self._copy.setToolTip("复制清单，可粘贴发给同行人员")
        self._print = Button("打印清单", icon="file")
        self._remind = Button("", Kind.PRIMARY)
        self._reminder = QTimer(self)
        self._reminder.setSingleShot(True)
        self._reminder.setTimerType(Qt.TimerType.PreciseTimer)  # a coarse one is minutes off
        self._reminder.timeout.connect(self._due)
        self._copy.clicked.connect(self.copy)
        self._print.clicked.connect(self.print)
        self._remind.clicked.connect(self.remind)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(Rule())
        column.addWidget(self._scroll, 1)
        column.addWidget(Rule())
        column.addWidget(self._foot())

    def _head(self) -> QWidget:
        head = QWidget()
        close = Button("", Kind.PLAIN, icon="close", height=24)
        close.setAccessibleName("关闭离场检查")
        close.setToolTip("关闭离场检查（Esc）")
        close.clicked.connect(self.closed)
        line = QHBoxLayout()
        line.addWidget(TextLabel("离场检查", "section"))
        line.addStretch(1)
        line.addWidget(self._copy)
        line.addSpacing(6)
        line.addWidget(self._asked)
        line.addSpacing(6)
        line.addWidget(close)
        column = QVBoxLayout(head)
        column.setContentsMargins(_PAD, 10, 12, 8)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self._sum)
        return head

    def _foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self._print, self._remind):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            row.addWidget(button)
        column = QVBoxLayout(foot)
        column.setContentsMargins(_PAD, 12, 12, 12)
        column.setSpacing(6)
        column.addWidget(self._said)
        column.addLayout(row)
        return foot

    def show_scene(self, scene: Scene) -> None:
        """List what is open in this visit now."""
        same_visit = self._scene is not None and self._scene.visit.id == scene.visit.id
        self._scene = scene
        self._asked.setText(f"{scene.now:%H:%M} 检查" if scene.now else "")
        found = todo(scene)
        if found != self.items or not same_visit:
            self.items = found
            self._due_rows = True
            if self.isVisible():
                self._fill()
        self._sum.setText(summary(found))
        if not same_visit:
            self._said.hide()
        self._offer_reminder(scene)
        for button in (self._copy, self._print):
            button.setEnabled(bool(found) and (button is self._copy or self._job is None))

    def focus_first(self) -> None:
        """Give the keyboard to the first row."""
        rows = self.findChildren(CheckRow)
        (rows[0] if rows else self._copy).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def copy(self) -> None:
        """Put the list on the clipboard."""
        if self._scene is not None:
            QGuiApplication.clipboard().setText(as_text(self._scene, self.items))
            self.say(f"清单 {len(self.items)} 件已复制。")

    def print(self) -> None:
        """Make the list a page and have the system's viewer show it, where it is printed."""
        scene = self._scene
        if scene is None or scene.now is None or self._job is not None:
            return
        from app.gate_sheet import write  # loaded late: it brings the .pdf renderer along

        items, at = tuple(self.items), scene.now
        self._job = self._desk.job(lambda: write(scene, items, at))
        self._print.setEnabled(False)
        self._job.finished.connect(self._printed)
        self._job.refused.connect(self.say)
        self._job.ended.connect(self._print_ended)
        self._job.start()

    def _printed(self, last: Progress) -> None:
        if self._open_url(QUrl.fromLocalFile(str(last.made))):
            self.say("清单已在系统的阅读器中打开，请在其中打印。")
        else:
            self.say(f"没有能打开 PDF 的程序，清单保存在“{last.made}”，退出本程序前有效。")

    def _print_ended(self) -> None:
        self._job = None
        self._print.setEnabled(bool(self.items))

    def _offer_reminder(self, scene: Scene) -> None:
        """The button with the minute that it would remind at; off, where that is arranged."""
        until = scene.until
        self._remind.setVisible(until is not None)
        if until is not None:
            self._remind.setText(f"{clock(until)} 提醒我")
            self._remind.setAccessibleName(self._remind.text())
            self._remind.updateGeometry()
            self._remind.setEnabled(self._armed != (scene.visit.id, until))

    def remind(self) -> None:
        """Speak up when the stay of the visit in view has lasted long enough: one timer, once."""
        scene = self._scene
        if scene is not None and scene.until is not None and self._arm(scene, scene.until):
            self._offer_reminder(scene)
            self.say(f"到 {clock(scene.until)} 将提醒，提醒前请勿退出程序。")

    def _arm(self, scene: Scene, until: int) -> bool:
        if scene.now is None or scene.minute is None:
            return False
        self._armed = scene.visit.id, until
        self._reminder.start(max((until - scene.minute) * 60 - scene.now.second, 1) * 1000)
        return True

    def say(self, sentence: str) -> None:
        """A sentence above the buttons."""
        self._said.setText(sentence)
        self._said.show()

    def _due(self) -> None:
        """Look at the visit anew: meanwhile its sessions may have been filled in otherwise."""
        visit, due = self._armed or (None, 0)
        self._armed = None
        scene = self._scene_now(visit) if visit else None
        if scene is None:
            return  # the visit was withdrawn
        until = scene.until
        if until is None or not self._arm(scene, until):
            self._tell(scene, _time_is_up(scene))
        elif until != due:
            words = f"现场时长还差 {duration(scene.lacking)}，改在 {clock(until)} 提醒。"
            self._tell(scene, words)
        if self._scene is not None:
            self.show_scene(scene if self._scene.visit.id == visit else self._scene)

    def _tell(self, scene: Scene, sentence: str) -> None:
        """Say it, of a visit that may not be the one in view, and have the window noticed."""
        here = self._scene is not None and self._scene.visit.id == scene.visit.id
        self.say(sentence if here else f"第 {scene.view.number} 次现场诊断：{sentence}")
        QApplication.alert(self.window())

    def showEvent(self, event: QShowEvent) -> None:
        if self._due_rows:
            self._fill()
        super().showEvent(event)

    def _fill(self) -> None:
        """Lay out anew, in the rows that are there already; nobody waits for it while hidden."""
        found, self._due_rows = self.items, False
        column = self._scroll.column
        rows = self.findChildren(CheckRow)
        for row in rows:
            column.removeWidget(row)
        empty(column)
        near = before_leaving(found)
        for number, entry in enumerate(found, 1):
            if number == len(near) + 1:
                words = "离开后" if near else "离开后处理"
                column.addWidget(_Heading(words))
            row = rows.pop(0) if rows else self._row()
            row.show_item(number, entry)
            column.addWidget(row)
            row.show()  # at once, for only what shows takes the keyboard
        if not found:
            label = TextLabel("本次现场诊断的时长、照片、人员和记录均无待补事项。", "dense", "ink2",
                              wrap=True)  # fmt: skip
            label.setContentsMargins(_PAD, 16, _PAD, 0)
            column.addWidget(label)
        column.addStretch(1)
        for row in rows:
            row.hide()
            row.setParent(None)
            row.deleteLater()

    def _row(self) -> CheckRow:
        row = CheckRow()
        row.clicked.connect(lambda: self.acted.emit(row.item))
        return row

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            event.ignore()


def _time_is_up(scene: Scene) -> str:
    """What there is to say of a stay that is not expected to grow any more, or is long enough."""
    need = scene.limit("VISIT-HOURS")
    if scene.lacking:
        short = f"现场时长还差 {duration(scene.lacking)}，已登记离场"
        return f"{short}；再次入场的另登记一场，合计满 {need} 小时。"
    inside = any(s.span is None and scene.span(s) for s in scene.view.sessions)
    after = "，离开前请拍摄离场照片" if inside else ""
    return f"现场时长已满 {need} 小时{after}。"


class _Heading(QWidget):
    def __init__(self, words: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(_PAD, 14, _PAD, 2)
        row.addWidget(TextLabel(words, "meta", "ink2"))


class CheckRow(Hovered):
    """One thing to do: its place in the order, what, why, until when, and what a click does."""

    item: Todo

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_item(self, number: int, item: Todo) -> None:
        """Stand for this now."""
        self._number, self.item = number, item
        word = SEVERITY_WORDS[item.severity]
        self.setAccessibleName(f"{number}. {word}，{item.when.word}：{item.title}。{item.text}")
        self.setAccessibleDescription(item.action)
        self.setToolTip(f"{word}：{item.action}")
        self.updateGeometry()
        self.update()

    def _inside(self, width: float) -> float:
        return width - _INDENT - _RIGHT - 12

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        inside = self._inside(width)
        title = text_height(self.item.title, "body", inside)
        return max(64, title + text_height(self.item.text, "meta", inside) + 26)

    def sizeHint(self) -> QSize:
        width = max(self.width(), 280)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(max(self.width(), 240)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        item, token, width = self.item, self.item.severity.value, float(self.width())
        if self.hovered:
            painter.fillRect(self.rect(), tokens().color("hover"))
        chip = QRectF(_PAD, 13, 22, 22)
        box(painter, chip, f"{token}_bg", radius=11)
        centre = Qt.AlignmentFlag.AlignHCenter
        draw_text(painter, chip, str(self._number), "meta", token, bold=True, align=centre)
        inside = self._inside(width)
        y = 12.0
        draw_wrapped(painter, QRectF(_INDENT, y, inside, 0), item.title, "body")
        y += text_height(item.title, "body", inside) + 2
        draw_wrapped(painter, QRectF(_INDENT, y, inside, 0), item.text, "meta", "ink2")
        right = QRectF(width - _RIGHT - 12, 13, _RIGHT, 18)
        wide = text_width(item.when.word, "meta")
        glyph = QRectF(right.right() - wide - 17, 15, 13, 13)
        draw(painter, token, glyph, token)
        end = Qt.AlignmentFlag.AlignRight
        draw_text(painter, right, item.when.word, "meta", "ink2", align=end)
        draw_text(painter, right.translated(0, 23), item.action, "dense", "accent", align=end)
        painter.fillRect(QRectF(0, self.height() - 1, width, 1), tokens().color("line"))
        painter.end()


__all__ = ["CheckPanel", "CheckRow", "When"]
