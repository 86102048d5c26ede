"""A device's photos by day and by album, for a person to choose from."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.phone_folders import PhonePhoto
from grading.photo_route import shown_name
from widgets.controls import Button, Kind
from widgets.flow_layout import FlowLayout
from widgets.surfaces import empty
from widgets.text import TextLabel

#: So many days show at a time, and so many albums by name.
DAYS, ALBUMS = 10, 12
_LABEL = 36
_WEEKDAYS = "一二三四五六日"

Day = dt.date | None


class PhotoChoice(QWidget):
    """Days with their counts, some at a time, and albums where there are several. `changed()`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._photos: tuple[PhonePhoto, ...] = ()
        self._counts: Counter[Day] = Counter()
        self._on: set[Day] = set()
        self._albums_off: set[str] = set()
        self._first = 0
        self.days: dict[Day, QCheckBox] = {}
        self.albums: dict[str, QCheckBox] = {}
        self.older = Button("更早", Kind.QUIET, trailing="chevron-right", height=24)
        self.newer = Button("更近", Kind.QUIET, icon="chevron-left", height=24)
        self.older.setAccessibleName("更早的日期")
        self.newer.setAccessibleName("更近的日期")
        self.older.clicked.connect(lambda: self._turn(DAYS))
        self.newer.clicked.connect(lambda: self._turn(-DAYS))
        self._days, self._albums = _Row("日期"), _Row("相册")
        for button in (self.newer, self.older):
            self._days.tail.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._days)
        column.addWidget(self._albums)

    def show_photos(self, photos: Sequence[PhonePhoto], day: Day) -> None:
        """Offer these photos, the newest first; those of `day` are chosen beforehand."""
        self._photos = tuple(photos)
        self._counts = Counter(photo.day for photo in photos)
        self._on = {day} & self._counts.keys()
        self._albums_off = set()
        places = list(self._counts)
        self._first = places.index(day) // DAYS * DAYS if day in self._counts else 0
        self._show_days()
        self._show_albums()
        self.setVisible(bool(photos))

    def chosen_days(self) -> set[Day]:
        """The days that are on, whether or not they show."""
        return set(self._on)

    def selection(self) -> list[PhonePhoto]:
        """The photos of the days and albums that are on, the newest first."""
        return [
            photo
            for photo in self._photos
            if photo.day in self._on and photo.album not in self._albums_off
        ]

    def _turn(self, by: int) -> None:
        self._first = max(0, self._first + by)
        self._show_days()

    def _show_days(self) -> None:
        shown = list(self._counts)[self._first : self._first + DAYS]
        self.days = {}
        for day in shown:
            box = _box(day_words(day), self._counts[day], on=day in self._on)
            box.toggled.connect(partial(self._set_day, day))
            self.days[day] = box
        self._days.fill(self.days.values())
        self.newer.setVisible(self._first > 0)
        self.older.setVisible(self._first + DAYS < len(self._counts))

    def _show_albums(self) -> None:
        """The albums with most photos; the others can only be taken along with their day."""
        counts = Counter(photo.album for photo in self._photos)
        self.albums = {}
        for album, count in counts.most_common(ALBUMS):
            box = _box(shown_name(album), count, on=True)
            box.toggled.connect(partial(self._set_album, album))
            self.albums[album] = box
        self._albums.fill(self.albums.values())
        self._albums.setVisible(len(counts) > 1)

    def _set_day(self, day: Day, on: bool) -> None:
        (self._on.add if on else self._on.discard)(day)
        self.changed.emit()

    def _set_album(self, album: str, on: bool) -> None:
        (self._albums_off.discard if on else self._albums_off.add)(album)
        self.changed.emit()


def day_words(day: Day) -> str:
    """6月17日 周二, with the year where it is not this one; 日期不明 for none."""
    if day is None:
        return "日期不明"
    year = "" if day.year == dt.date.today().year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日 周{_WEEKDAYS[day.weekday()]}"


def _box(words: str, count: int, *, on: bool) -> QCheckBox:
    box = QCheckBox(f"{words}　{count:,} 张".replace("&", "&&"))
    box.setChecked(on)
    return box


class _Row(QWidget):
    """A label and what flows beside it; `tail` stands at the right end."""

    def __init__(self, label: str) -> None:
        super().__init__()
        name = TextLabel(label, "dense", "ink2")
        name.setFixedWidth(_LABEL)
        host = QWidget()
        host.setAccessibleName(label)
        self._flow = FlowLayout(host, (20, 8))
        self.tail = QHBoxLayout()
        self.tail.setSpacing(12)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(host, 1)
        row.addLayout(self.tail)

    def fill(self, boxes: Iterable[QWidget]) -> None:
        """Show these instead of what was there."""
        empty(self._flow)
        for box in boxes:
            self._flow.addWidget(box)
