"""The strip over the tiles: what is said of the selected photos, each with its key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QMoveEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from forms.dossier import Photo
from forms.fields import chosen
from forms.visit import PHOTO_KINDS
from grading.visit_day import GATE_KINDS
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.flow_layout import FlowLayout
from widgets.text import TextLabel
from widgets.theme import tokens
from widgets.toggles import PeopleToggles, Share, Toggle

#: An id and its words.
Named = tuple[str, str]


class PhotoBar(QWidget):
    """Shows what the selected photos are, and asks for changes of all of them: `kind_chosen(kind)`,
    `person_toggled(member id)`, `logo_toggled()`, `home_chosen(visit id, or "" for none)`,
    `withdrawn()`."""

    kind_chosen = Signal(str)
    person_toggled = Signal(str)
    logo_toggled = Signal()
    home_chosen = Signal(str)
    withdrawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visits: Sequence[Named] = ()
        self._afloat = False
        self.menu = QMenu(self)
        self.count = TextLabel("", "dense", bold=True)
        kinds = [Segment(kind, f"{n} {kind}") for n, kind in enumerate(PHOTO_KINDS, 1)]
        self.kinds = SegmentedControl(kinds, height=28, name="所选照片的类别")
        self.people, self.logo = PeopleToggles(), Toggle("L", "LOGO 可见")
        self.home = Button("归入…", trailing="chevron-down", height=28)
        self.remove = Button("撤回", Kind.QUIET, icon="withdraw", height=28)
        self.kinds.chosen.connect(self.kind_chosen)
        self.people.toggled.connect(self.person_toggled)
        self.logo.clicked.connect(self.logo_toggled)
        self.home.clicked.connect(self._ask_home)
        self.remove.clicked.connect(self.withdrawn)
        first, above = QWidget(), QWidget()
        row = QHBoxLayout(first)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.count)
        row.addWidget(self.kinds)
        flow = FlowLayout(above, (10, 6))
        for part in (first, self.logo, self.home, self.remove):
            flow.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 2, 18, 6)
        column.setSpacing(6)
        column.addWidget(above)
        column.addWidget(self.people)

    def show_chosen(
        self, photos: Sequence[Photo], members: Sequence[Named], visits: Sequence[Named]
    ) -> None:
        """Show what holds of these photos, of the team and the visits that there are."""
        self._visits = visits
        self.count.setText(f"已选 {len(photos)} 张")
        kinds = {photo.kind for photo in photos}
        self.kinds.set_current(kinds.pop() if len(kinds) == 1 else "")
        counts = dict.fromkeys((key for key, _ in members), 0)
        for photo in photos:
            for key in chosen(photo.people):
                if key in counts:
                    counts[key] += 1
        self.people.show_people(members, counts, len(photos))
        gate = [photo for photo in photos if photo.kind in GATE_KINDS]
        self.logo.setEnabled(bool(gate))
        self.logo.setToolTip("" if gate else "只用于入场、离场照片")
        self.logo.show_share(Share(sum(photo.logo is True for photo in gate), len(gate)))

    def set_afloat(self, on: bool) -> None:
        """Draw a line under it where tiles pass below."""
        if on != self._afloat:
            self._afloat = on
            self.update()

    def _ask_home(self) -> None:
        """Offer the visits under the button."""
        self.menu.clear()
        for key, words in (*self._visits, ("", "不归入现场诊断")):
            self.menu.addAction(words).triggered.connect(partial(self._choose_home, key))
        self.menu.popup(self.home.mapToGlobal(self.home.rect().bottomLeft()))

    def _choose_home(self, key: str, _on: bool = False) -> None:
        self.home_chosen.emit(key)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("bg"))
        if self._afloat:
            painter.fillRect(0, self.height() - 1, self.width(), 1, tokens().color("line"))
        painter.end()


class Berth(QWidget):
    """Room for a bar that stays in view while the page scrolls on. `moved()` when it is elsewhere.

    The bar is no child of it: it lies over the page, at the berth or at the upper edge of the view.
    """

    moved = Signal()

    def __init__(self, bar: QWidget) -> None:
        super().__init__()
        self._bar = bar
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._bar.heightForWidth(width)

    def sizeHint(self) -> QSize:
        return QSize(self.width(), self.heightForWidth(self.width()))

    def moveEvent(self, event: QMoveEvent) -> None:
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.moved.emit()
