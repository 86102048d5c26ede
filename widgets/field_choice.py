"""Fields that are ticked: one of the boxes, any of them, yes or no, records of the dossier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from forms.fields import Kind, Spec
from widgets.controls import Button, Segment, SegmentedControl
from widgets.field_base import FieldContext, FieldWidget, LeaveWatch
from widgets.flow_layout import FlowLayout
from widgets.surfaces import empty
from widgets.text import TextLabel, text_width

#: More boxes than this, or wider ones, become a drop-down list.
_BOXES, _BOXES_WIDE = 6, 520


def boxes_width(words: Sequence[str]) -> int:
    """The width in px of a row of boxes, 0 where a drop-down list serves better."""
    wide = sum(text_width(word, "dense", bold=True) + 20 for word in words)
    return wide if len(words) <= _BOXES and wide <= _BOXES_WIDE else 0


class ChoiceField(FieldWidget):
    """Exactly one of the boxes, or one record: joined boxes where there are few, else a list."""

    def __init__(self, name: str, spec: Spec, context: FieldContext) -> None:
        super().__init__(name, spec, context)
        words = [word for _, word in self._options()]
        self.boxes: Boxes | None = None
        self.combo: Combo | None = None
        if spec.kind is not Kind.REF and boxes_width(words):
            self.boxes = Boxes(spec.label)
            self.boxes.set_segments([Segment(key, word) for key, word in self._options()], "")
            self.boxes.taken.connect(self._take)
            self.body.addWidget(self.boxes)
        else:
            self.combo = Combo(spec.label)
            self.combo.activated.connect(lambda place: self._take(self.combo_key(place)))
            self.combo.setMaximumWidth(380)
            self.body.addWidget(self.combo)
        self._watch = LeaveWatch(self)
        self._watch.left.connect(self.left)
        (self.boxes or self.combo or self).installEventFilter(self._watch)

    def combo_key(self, place: int) -> str:
        """The key of a row of the list."""
        return str(self.combo.itemData(place) or "") if self.combo else ""

    def _options(self) -> list[tuple[str, str]]:
        if self.spec.kind is Kind.YESNO:
            return [("yes", "是"), ("no", "否")]
        if self.spec.kind is Kind.REF:
            return self.context.records(self.spec.of)
        return [(word, word) for word in self.context.offered(self.spec)]

    def _take(self, key: str) -> None:
        if self.spec.kind is Kind.YESNO:
            self._send({"yes": True, "no": False}.get(key))
        elif self.spec.kind is Kind.REF:
            self._send(UUID(key) if key else None)
        else:
            self._send(key)
        self.left.emit()

    def _show(self, value: Any, *, fresh: bool) -> None:
        key = "" if value is None else str(value)
        if self.spec.kind is Kind.YESNO:
            key = {True: "yes", False: "no"}.get(value, "")
        if self.boxes is not None:
            self.boxes.set_current(key)
        elif self.combo is not None:
            self.combo.show_options(self._options(), key)

    def focus_editor(self, key: str = "") -> None:
        if self.boxes is not None:
            self.boxes.focus_current()
        elif self.combo is not None:
            self.combo.setFocus(Qt.FocusReason.OtherFocusReason)


class Boxes(SegmentedControl):
    """Joined boxes: ← → move, 空格 takes, Delete clears. `taken(key)`, "" when cleared."""

    def __init__(self, name: str) -> None:
        super().__init__((), "", height=34, name=name)
        self.taken = self.chosen

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.set_current("")
            self.taken.emit("")
        else:
            super().keyPressEvent(event)

    def focus_current(self) -> None:
        """Give the focus to the box that is on, else to the first."""
        buttons = list(self._buttons.values())
        if buttons:
            on = next((button for button in buttons if button.isChecked()), buttons[0])
            on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _step(self, by: int) -> None:
        buttons = list(self._buttons.values())
        place = next((i for i, button in enumerate(buttons) if button.hasFocus()), 0)
        buttons[(place + by) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)


class Combo(QComboBox):
    """A drop-down list that the wheel does not change by accident, with a first row for nothing."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumHeight(34)
        self.setMinimumContentsLength(8)
        self.setMaxVisibleItems(18)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_options(self, options: Sequence[tuple[str, str]], current: str) -> None:
        """Offer `options` (key, words) and show `current`, also where it is no longer offered."""
        rows = [("", "请选择"), *options]
        if current and all(key != current for key, _ in rows):
            rows.append((current, current))
        if [(self.itemData(i), self.itemText(i)) for i in range(self.count())] != rows:
            self.clear()
            for key, words in rows:
                self.addItem(words, key)
        self.setCurrentIndex([key for key, _ in rows].index(current))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChoicesField(FieldWidget):
    """Any number of the boxes, under sub-headings where the paper has them."""

    def __init__(self, name: str, spec: Spec, context: FieldContext) -> None:
        super().__init__(name, spec, context)
        self.boxes: dict[str, QCheckBox] = {}
        if spec.groups:
            for group, words in spec.groups:
                self.body.addSpacing(4)
                self.body.addWidget(TextLabel(group, "meta", "ink3"))
                self._add([(f"{group}/{word}", word) for word in words])
        else:
            self._add([(word, word) for word in spec.choices])

    def _add(self, options: Sequence[tuple[str, str]]) -> None:
        host = QWidget()
        flow = FlowLayout(host, (20, 8))
        for key, word in options:
            box = QCheckBox(word)
            box.setAccessibleName(f"{self.spec.label}：{word}")
            box.setMinimumHeight(24)
            box.clicked.connect(lambda on, key=key: self._tick(key, on))
            self.boxes[key] = box
            flow.addWidget(box)
        self.body.addWidget(host)

    def _tick(self, key: str, on: bool) -> None:
        self._send(on, key)
        alone = self.spec.excludes
        if on and alone:
            for other, box in self.boxes.items():
                # 无 stands for itself: ticking it, or anything beside it, takes the other off.
                if other != key and alone in (key, other) and box.isChecked():
                    box.setChecked(False)
                    self._send(False, other)
        self.left.emit()

    def _show(self, value: Any, *, fresh: bool) -> None:
        for key, box in self.boxes.items():
            box.setChecked((value or {}).get(key) is True)

    def focus_editor(self, key: str = "") -> None:
        boxes = list(self.boxes.values())
        if boxes:
            (self.boxes.get(key) or boxes[0]).setFocus(Qt.FocusReason.OtherFocusReason)


class RefsField(FieldWidget):
    """Any number of the dossier's records; says where they are made when there are none."""

    def __init__(self, name: str, spec: Spec, context: FieldContext) -> None:
        super().__init__(name, spec, context)
        self.boxes: dict[str, QCheckBox] = {}
        self._host = QWidget()
        self._flow = FlowLayout(self._host, (20, 8))
        page = context.page(spec.of)
        self.take_in = Button("添加文件", icon="clip", height=28)
        self.take_in.setAccessibleName(f"添加文件：{spec.label}")
        self.take_in.clicked.connect(self._ask)
        takes = bool(spec.kinds) and context.take_in is not None
        where = "尚未添加。" if takes else f"尚无可选的记录，请先到“{page}”添加。"
        self._none = TextLabel(where, "dense", "ink3")
        for part in (self._host, self._none, self.take_in):
            self.body.addWidget(part)
        self.take_in.setVisible(takes)  # in its place now: before, it would be a window

    def _show(self, value: Any, *, fresh: bool) -> None:
        fitting, chosen = self.context.fitting(self.spec), value or {}
        options = [
            (key, words)
            for key, words in self.context.records(self.spec.of)
            if fitting is None or key in fitting or chosen.get(key) is True
        ]
        if [(key, box.text()) for key, box in self.boxes.items()] != options:
            self._rebuild(options)
        for key, box in self.boxes.items():
            box.setChecked((value or {}).get(key) is True)

    def _rebuild(self, options: Sequence[tuple[str, str]]) -> None:
        empty(self._flow)
        self.boxes = {}
        for key, words in options:
            box = QCheckBox(words)
            box.setMinimumHeight(24)
            box.clicked.connect(lambda on, key=key: self._tick(key, on))
            self.boxes[key] = box
            self._flow.addWidget(box)
        self._host.setVisible(bool(options))
        self._none.setVisible(not options)

    def _tick(self, key: str, on: bool) -> None:
        self._send(on, key)
        self.left.emit()

    def _ask(self) -> None:
        if self.context.take_in is not None:
            self.context.take_in(self.spec, self._took)

    def _took(self, keys: list[str]) -> None:
        for key in keys:
            if key in self.boxes:
                self.boxes[key].setChecked(True)
            self._tick(key, True)

    def focus_editor(self, key: str = "") -> None:
        boxes = list(self.boxes.values())
        if boxes:
            (self.boxes.get(key) or boxes[0]).setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.take_in.isVisible():
            self.take_in.setFocus(Qt.FocusReason.OtherFocusReason)
