"""Marks that one photo or several have or have not: who is on them, by one key each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.controls import Hovered
from widgets.flow_layout import FlowLayout
from widgets.icons import draw
from widgets.marks import box
from widgets.surfaces import empty
from widgets.text import TextLabel, draw_text, text_width

#: The home row; L says that the LOGO can be seen, and R goes to the people.
PEOPLE_KEYS = "ASDFGHJK"


def person_of(key: Qt.Key, people: Sequence[str]) -> str:
    """Whose key this is, of people in their order; an empty string where it is nobody's."""
    place = PEOPLE_KEYS.find(chr(key)) if key < 128 else -1
    return people[place] if 0 <= place < len(people) else ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the photos at hand have the mark."""

    count: int = 0
    of: int = 1

    @property
    def icon(self) -> str:
        """All: a tick; some: half; none: nothing."""
        return "" if not self.count else "check" if self.count == self.of else "half"

    @property
    def words(self) -> str:
        """For screen readers."""
        if self.of == 1:
            return "是" if self.count else "否"
        return f"{self.of} 张中 {self.count} 张"


class Toggle(Hovered):
    """A mark with its key before its name. A click asks for the change; what holds is shown."""

    def __init__(self, key: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = Share()
        self._label = f"{key} {name}" if key else name
        self.setText(name)
        self.setAccessibleName(f"{name}（{key} 键）" if key else name)

    def show_share(self, share: Share) -> None:
        """Show on how many photos the mark is."""
        self._share = share
        self.setAccessibleDescription(share.words)
        self.update()

    @property
    def share(self) -> Share:
        """What it shows."""
        return self._share

    def sizeHint(self) -> QSize:
        return QSize(text_width(self._label, "dense", bold=True) + 38, 28)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect, on = QRectF(self.rect()), bool(self._share.count)
        ink = "accent" if on else "ink2"
        if not self.isEnabled():
            box(painter, rect, "sunken", "line2")
            ink = "ink3"
        elif on:
            box(painter, rect, "accent_bg", "accent")
        else:
            box(painter, rect, "hover" if self.hovered else "surface", "ctl")
        inside = rect.adjusted(10, 0, -26, 0)
        draw_text(painter, inside, self._label, "dense", ink, bold=on)
        if self._share.icon:
            spot = QRectF(rect.right() - 23, (rect.height() - 14) / 2, 14, 14)
            draw(painter, self._share.icon, spot, ink, "accent_bg")
        painter.end()


class PeopleToggles(QWidget):
    """The members of the team as toggles that flow. `toggled(id)`."""

    toggled = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.boxes: dict[str, Toggle] = {}
        self._shown: list[tuple[str, str]] | None = None
        self._host = QWidget()
        self._flow = FlowLayout(self._host, (6, 6))
        self._none = TextLabel("尚无诊断人员，请先到“诊断团队”添加。", "dense", "ink3", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._host)
        column.addWidget(self._none)
        self.setAccessibleName("照片中的诊断人员")

    def show_people(
        self, people: Sequence[tuple[str, str]], counts: Mapping[str, int], of: int
    ) -> None:
        """Offer `people` (id, name); `counts` says on how many of the `of` photos each is."""
        if list(people) != self._shown:
            self._rebuild(people)
        for key, toggle in self.boxes.items():
            toggle.show_share(Share(counts.get(key, 0), of))

    def focus_first(self) -> None:
        """Give the keyboard to the first of them."""
        for toggle in self.boxes.values():
            toggle.setFocus(Qt.FocusReason.OtherFocusReason)
            return

    def _rebuild(self, people: Sequence[tuple[str, str]]) -> None:
        self._shown = list(people)
        empty(self._flow)
        self.boxes = {}
        for place, (key, name) in enumerate(people):
            toggle = Toggle(PEOPLE_KEYS[place : place + 1], name)
            toggle.clicked.connect(lambda _on=False, key=key: self.toggled.emit(key))
            self.boxes[key] = toggle
            self._flow.addWidget(toggle)
        self._host.setVisible(bool(people))
        self._none.setVisible(not people)
        self.updateGeometry()
