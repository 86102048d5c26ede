"""Dates and times, typed the way people write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QDate, QLocale, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout

from forms.fields import Kind, Spec
from widgets.controls import Button
from widgets.field_base import FieldContext, FieldWidget, LineEdit

_NARROW = str.maketrans("０１２３４５６７８９：．／－", "0123456789:./-")
_DATE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")
_SOLID_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_TIME = re.compile(r"(\d{1,2})[:.点时](\d{0,2})分?")
_SOLID_TIME = re.compile(r"(\d{1,2})(\d\d)")
#: A date or a time of which every part has all its digits: who types on would not change it.
_WHOLE = re.compile(r"\d{4}[-/.年]\d\d[-/.月]\d\d日?|\d{8}|.+日|\d\d[:.点时]\d\d分?|\d{4}|.+分")


def read_date(typed: str, year: int) -> dt.date | None:
    """A day from 2025-06-17, 2025年6月17日, 20250617, or 6月17日 of `year`; else None."""
    plain = "".join(typed.split()).translate(_NARROW)
    match = _DATE.fullmatch(plain) or _SOLID_DATE.fullmatch(plain)
    if match is None:
        return None
    try:
        return dt.date(int(match[1] or year), int(match[2]), int(match[3]))
    except ValueError:
        return None


def read_time(typed: str) -> dt.time | None:
    """A time of day from 09:05, 9：05, 9点5分, 0905; None where it is none."""
    plain = "".join(typed.split()).translate(_NARROW)
    match = _TIME.fullmatch(plain) or _SOLID_TIME.fullmatch(plain)
    if match is None:
        return None
    try:
        return dt.time(int(match[1]), int(match[2] or 0))
    except ValueError:
        return None


class MomentField(FieldWidget):
    """A date or a time. What cannot be read stays in its field, and is asked for again."""

    def __init__(self, name: str, spec: Spec, context: FieldContext) -> None:
        super().__init__(name, spec, context)
        self._is_date = spec.kind is Kind.DATE
        self._kept: dt.date | dt.time | None = None
        self.edit = _MomentEdit(spec.label)
        self.edit.setPlaceholderText("如 2025-06-17 或 6月17日" if self._is_date else "如 09:05")
        self.edit.setFixedWidth(210 if self._is_date else 110)
        self.edit.digits_only()
        self.edit.typed.connect(self._typed)
        self.edit.returnPressed.connect(self._settle)
        self.edit.left.connect(self._leave)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.edit)
        if self._is_date:
            self.edit.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, True)
            button = Button("日历", icon="calendar", height=34)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip("Alt ↓")
            button.clicked.connect(self.open_calendar)
            self.edit.wanted = self.open_calendar
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.setFocusProxy(self.edit)

    def open_calendar(self) -> None:
        """Show the month beside the field; a click or 回车 takes the day."""
        calendar = QCalendarWidget(self)
        calendar.setWindowFlags(Qt.WindowType.Popup)
        calendar.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar.setLocale(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        if isinstance(self._kept, dt.date):
            calendar.setSelectedDate(QDate(self._kept.year, self._kept.month, self._kept.day))

        def take(day: QDate) -> None:
            calendar.close()
            self._keep(dt.date(day.year(), day.month(), day.day()))
            self.edit.setText(self._written(self._kept))
            self.left.emit()

        calendar.clicked.connect(take)
        calendar.activated.connect(take)
        calendar.move(self.edit.mapToGlobal(QPoint(0, self.edit.height() + 2)))
        calendar.show()
        calendar.setFocus()

    def _read(self, text: str) -> dt.date | dt.time | None:
        return read_date(text, dt.date.today().year) if self._is_date else read_time(text)

    @staticmethod
    def _written(value: dt.date | dt.time | None) -> str:
        if value is None:
            return ""
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value.isoformat()

    def _typed(self, text: str) -> None:
        """Keep what is whole: “2025-06-1” may still become the 17th, “113” half past eleven."""
        found = self._read(text)
        if found is not None and _WHOLE.fullmatch("".join(text.split()).translate(_NARROW)):
            self._keep(found)

    def _keep(self, value: dt.date | dt.time | None) -> None:
        self.refuse("")
        self.edit.setModified(False)
        self._kept = value
        self._send(value)

    def _leave(self) -> None:
        self._settle()
        self.left.emit()

    def _settle(self) -> None:
        """The typing is over: keep what stands here, or say why it cannot be."""
        text = self.edit.text()
        if not self.edit.isModified() and not self.refused:
            return
        found = self._read(text)
        if text.strip() and found is None:
            word = "日期，如 2025-06-17" if self._is_date else "时间，如 09:05"
            self.refuse(f"“{text.strip()[:20]}”不是{word}，没有存上，请改正。")
        else:
            if found != self._kept or self.refused:
                self._keep(found)
            self.edit.setText(self._written(found))

    def _show(self, value: Any, *, fresh: bool) -> None:
        self._kept = value
        self.edit.show_text(self._written(value), fresh=fresh)

    def flush(self) -> None:
        self.edit.flush()
        self._settle()

    def focus_editor(self, key: str = "") -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()


class _MomentEdit(LineEdit):
    """A line in which Alt ↓ opens what `wanted` opens."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.wanted: Callable[[], None] = self.selectAll

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_Down and alt:
            self.wanted()
        else:
            super().keyPressEvent(event)
