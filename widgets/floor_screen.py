"""车间模式: the evaluation on the whole screen, for one hand in a glove and a screen in the sun.

方案 三（一）4. One item or scene at a time, its official text in full; whatever is touched is at
least 48 px, and the ways on lie under the thumb. Each answer is saved as it is pressed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.review import Review
from forms.evaluation import Stage, answer_id
from forms.figures import Figures
from forms.instrument import Item, Scene
from forms.places import PAGE_OF_STAGE
from grading.finding import Target
from widgets.actions import bind
from widgets.desk import Desk
from widgets.floor_bars import FloorFoot, FloorHead, FloorIndex
from widgets.floor_drag import Drag
from widgets.floor_panel import FloorPanel
from widgets.floor_shots import FloorShots
from widgets.pages.walk import WalkPage
from widgets.pages.walk_parts import reveal, spare_focus
from widgets.pages.walk_state import walk_state
from widgets.surfaces import ScrollColumn
from widgets.theme import GLARE, theme, tokens

if TYPE_CHECKING:
    from widgets.dossier_window import DossierWindow

UNDO_MS = 6000
WIDE, SHORT = 1000, 600
"""px of width from which two columns and one row of buttons have room, and of height below which
two rows have none."""
_GLARE = "floor-glare"


class FloorScreen(QWidget):
    """The evaluation of one stage, full screen. `closed(subject)` when it was left."""

    closed = Signal(str)

    def __init__(self, desk: Desk, stage: Stage, subject: str, parent: QWidget | None = None):
        super().__init__(parent, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("车间模式")
        self.desk, self.stage = desk, stage
        instrument = desk.pack.instrument
        self._of: dict[str, Item | Scene] = {each.name: each for each in instrument.items}
        self._of |= {each.name: each for each in instrument.scenes}
        self.subjects = list(self._of)
        self._figures = Figures.parse(desk.pack.figures, instrument)
        self._open = desk.grade(stage).unanswered
        self.subject = subject or (*self._open, self.subjects[0])[0]
        self.head, self.foot = FloorHead(desk, stage), FloorFoot()
        self.index = FloorIndex(self.subjects)
        self.body = _Body()
        self.stack = QStackedWidget()
        self.panel = self._make_panel()
        self.drag = Drag(self.body)
        self.shots = FloorShots(desk, stage, self)
        self._undo: Callable[[], str] | None = None
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(UNDO_MS)
        self._forget.timeout.connect(self.forget_undo)
        self._lay_out()
        self._connect()
        self._wear(desk.bench.store.setting(_GLARE) == "1")
        self._settle_panel()
        self.refresh()

    def begin(self) -> None:
        """Cover the screen."""
        self.showFullScreen()
        self.activateWindow()
        self.body.setFocus()

    # -- how it looks -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.body.column.addWidget(self.panel)
        self.stack.addWidget(self.body)
        self.stack.addWidget(self.index)
        column = QVBoxLayout(self)
        # How it lies must not keep it from being turned to where it has less width.
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.stack, 1)
        column.addWidget(self.foot)
        for part in (self.head, self.foot, self.index):
            spare_focus(part)

    def _connect(self) -> None:
        head, foot = self.head, self.foot
        for key, act, button in (
            ("before", lambda: self.step(-1), foot.back),
            ("after", lambda: self.step(1), foot.forward),
            ("open", self.next_open, foot.next_open),
            ("photo", self.take_photo, foot.photo),
            ("note", self.write_note, foot.note),
            ("hints", self.show_hints, foot.hints),
            ("undo", self.undo, foot.undo),
            ("glare", lambda: self._wear(not self.head.glare.chosen), head.glare),
            ("all", self.show_all, head.strip),
            ("leave", self.leave, head.leave),
        ):
            button.clicked.connect(bind(self, f"floor.{key}", act, button).trigger)
        self.index.chosen.connect(self.open)
        self.body.verticalScrollBar().rangeChanged.connect(self._hold_typed)
        self.drag.swiped.connect(self.step)
        self.shots.said.connect(lambda *said: self.panel.trouble.say(*said))
        self.shots.took.connect(self._offer_undo)
        self.desk.changed.connect(self.refresh)
        self.desk.restructured.connect(self.refresh)
        self.desk.reviewed.connect(self.show_review)
        self.desk.saved.connect(self.head.show_saved)
        self.desk.unkept.connect(self.head.show_unkept)

    def _make_panel(self) -> FloorPanel:
        subject = self._of[self.subject]
        kin = [name for name, each in self._of.items() if type(each) is type(subject)]
        kind = "采集项" if isinstance(subject, Item) else "场景"
        place = f"{kind} {kin.index(self.subject) + 1}/{len(kin)}"
        made = FloorPanel(self.desk, self.stage, subject, self._figures, place)
        made.pressed.connect(lambda before, undo: self._offer_undo(f"改回{before}", undo))
        return made

    def _settle_panel(self) -> None:
        """New widgets are swiped over, too; and Tab goes through them in the order of the eye."""
        self.drag.watch(self.panel)
        before: QWidget = self.body
        for stop in (*self.panel.stops(), *self.foot.stops()):
            self.setTabOrder(before, stop)
            before = stop
        self._turn()

    def _turn(self) -> None:
        """Fit the screen as it is held; nothing is made anew, so that nothing typed is lost."""
        wide, short = self.width() >= WIDE, self.height() < SHORT
        self.head.turn(wide, short=short)
        self.foot.turn(wide or short, self.width())
        self.index.turn(self.width())
        self.panel.turn(wide)

    def _hold_typed(self) -> None:
        """Keep what is typed in view when the screen is turned, or what stands above it grows."""
        typed: QWidget | None = self.focusWidget()
        if typed is not None and self.panel.isAncestorOf(typed):
            reveal(typed)

    def refresh(self) -> None:
        """Show the dossier as it is now."""
        grade = self.desk.grade(self.stage)
        self._open = grade.unanswered
        self.head.show_state(walk_state(self.desk, self.stage, self.subject, grade))
        place = self.subjects.index(self.subject)
        last = place + 1 == len(self.subjects)
        self.foot.set_ways(
            self.subjects[place - 1] if place else "",
            "" if last else self.subjects[place + 1],
            bool(set(self._open) - {self.subject}),
        )
        self.foot.show_camera(self.shots.has_camera)
        self.index.show_state(self.subject, self._open)
        self.panel.refresh()

    def show_review(self, _review: Review) -> None:
        """Show the findings, and the cells that they are about."""
        self.refresh()

    # -- what is done -----------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Go to the neighbour; at either end, stay."""
        place = self.subjects.index(self.subject) + by
        if 0 <= place < len(self.subjects):
            self.open(self.subjects[place])

    def next_open(self) -> None:
        """Go to the next one without an answer, from here on and round."""
        here = self.subjects.index(self.subject)
        ahead = [*self.subjects[here + 1 :], *self.subjects[:here]]
        found = next((name for name in ahead if name in self._open), None)
        if found is not None:
            self.open(found)

    def open(self, subject: str) -> None:
        """Show an item or scene; what is being typed is saved first, and held here if refused."""
        self._show_body()
        if subject == self.subject or not self._keep():
            return
        self.forget_undo()
        self.subject = subject
        old, self.panel = self.panel, self._make_panel()
        # Wrapped text settles its height in a second pass; nobody should see the first.
        self.body.setUpdatesEnabled(False)
        QTimer.singleShot(0, self.body, lambda: self.body.setUpdatesEnabled(True))
        self.body.column.replaceWidget(old, self.panel)
        old.hide()
        old.deleteLater()
        self.panel.show()
        self.body.verticalScrollBar().setValue(0)
        self._settle_panel()
        self.refresh()
        self.body.setFocus()

    def take_photo(self) -> None:
        """A picture for what is in view, by the camera or from a file."""
        self._show_body()
        self.shots.take(self.subject)

    def write_note(self) -> None:
        """Give the note the keyboard."""
        self._show_body()
        self.panel.note.enter()

    def show_hints(self) -> None:
        """Show what to ask and see for what is in view, or put it away."""
        self._show_body()
        self.panel.toggle_hints()
        self._settle_panel()

    def show_all(self) -> None:
        """The list of all items and scenes; again puts it away."""
        if self.stack.currentWidget() is self.index:
            self._show_body()
        else:
            self.stack.setCurrentWidget(self.index)
            self.index.buttons[self.subject].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_body(self) -> None:
        """What is in view, from under the list of all."""
        if self.stack.currentWidget() is self.index:
            self.stack.setCurrentWidget(self.body)
            self.body.setFocus()

    def undo(self) -> None:
        """Take back the last press, while that is offered."""
        act, self._undo = self._undo, None
        self.forget_undo()
        if act is not None:
            self.panel.trouble.say(act())

    def _offer_undo(self, words: str, act: Callable[[], str]) -> None:
        self._undo = act
        self.foot.offer_undo(words)
        self._forget.start()

    def forget_undo(self) -> None:
        """The press stands."""
        self._forget.stop()
        self._undo = None
        self.foot.offer_undo("")

    def _wear(self, glare: bool) -> None:
        theme().wear(GLARE if glare else None)
        self.head.glare.set_chosen(glare)
        store = self.desk.bench.store
        if store.setting(_GLARE) != ("1" if glare else ""):
            store.set_setting(_GLARE, "1" if glare else "")

    def _keep(self) -> bool:
        """Save what is being typed, composed characters too; False where it was refused."""
        QGuiApplication.inputMethod().commit()
        return self.panel.flush()

    def leave(self) -> None:
        """Back to the desk, unless something typed is refused; from the list, back to the item."""
        if self.stack.currentWidget() is self.index:
            self._show_body()
        else:
            self.close()

    # -- keys and closing -------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As on the walk: letters and digits answer, N writes, P takes a photo, space goes on."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        listed = self.stack.currentWidget() is self.index
        if held != Qt.KeyboardModifier.NoModifier or event.isAutoRepeat() or listed:
            event.ignore()
            return
        text, key = event.text().upper(), event.key()
        acts = {
            Qt.Key.Key_N: self.write_note,
            Qt.Key.Key_P: self.take_photo,
            Qt.Key.Key_Space: self.next_open,
            Qt.Key.Key_Return: self.panel.accept,
            Qt.Key.Key_Enter: self.panel.accept,
        }
        if text.strip() and self.panel.press_key(text):
            return
        act = acts.get(Qt.Key(key))
        if act is None:
            event.ignore()
        else:
            act()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._keep():
            event.ignore()
            return
        self.shots.close()
        self.desk.seal()
        theme().wear(None)
        super().closeEvent(event)
        self.closed.emit(self.subject)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("bg"))
        painter.end()


class _Body(ScrollColumn):
    """The scrolling middle, which has the keyboard when no field has: up and down scroll, every
    other key is the screen's."""

    _SCROLLS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)

    def __init__(self) -> None:
        super().__init__((20, 16, 20, 20))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setAccessibleName("车间模式")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in self._SCROLLS:
            super().keyPressEvent(event)
        else:
            event.ignore()


def cover(window: DossierWindow) -> FloorScreen:
    """The shop-floor mode over a dossier's window: at the stage and the item or scene of the walk
    in view, else at the diagnosis. On leaving, the walk shows where one was."""
    page = window.page()
    walk = page if isinstance(page, WalkPage) else None
    stage = walk.stage if walk else Stage.DIAGNOSIS
    window.settle()
    made = FloorScreen(window.desk, stage, walk.subject if walk else "", window)

    def back(subject: str) -> None:
        record = answer_id(window.desk.dossier_id, stage, subject)
        window.jump(Target(PAGE_OF_STAGE[stage], record))

    made.closed.connect(back)
    made.begin()
    return made
