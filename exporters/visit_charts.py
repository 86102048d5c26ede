"""A visit at a glance on paper: its timeline, and the plan of where its photos were taken.

What they show is the screen's (`grading.visit_day`, `grading.site_plan`), but for the time that it
is now, which paper does not know. A drawing that would show nothing is left out.
"""

from __future__ import annotations

from functools import lru_cache

from exporters.blocks import Picture
from exporters.canvas import (
    BAD,
    BLUE,
    FAINT,
    GOOD,
    GREY,
    INK,
    PAPER,
    RULE,
    WEAK,
    Canvas,
    text_width,
)
from exporters.wording import duration
from grading.photo_verdict import PhotoWord
from grading.visit_day import Mark, Session, VisitDay, clock, half, spread

WIDTH = 152.0
"""What a cell across the form's table holds, in millimetres."""

_LEFT, _AXIS, _END, _COUNT = 19.0, 22.0, 111.0, 151.5
_UNTIMED = 129.0
_ROW, _LINE, _MARK, _HEAD = 6.6, 4.4, 3.8, 5.0
_SMALL, _TINY = 7.5, 6.5

_INKS = {
    PhotoWord.CONSISTENT: GOOD,
    PhotoWord.WATERMARK: WEAK,
    PhotoWord.EXIF: BLUE,
    PhotoWord.CONTRADICTORY: BAD,
    PhotoWord.UNSUPPORTED: GREY,
}
_LETTERS = {PhotoWord.WATERMARK: "!", PhotoWord.EXIF: "i", PhotoWord.UNSUPPORTED: "?"}


def timeline(day: VisitDay) -> Picture | None:
    """The visit on the clock; None where nothing of it has a time and it has no photos."""
    if not day.sessions and not day.marks:
        return None
    missing = "；".join(mark.missing for mark in day.marks if mark.missing)
    photos = sum(not mark.missing for mark in day.marks)
    alt = f"现场时间线：累计{_sum(day)}，照片{photos}张" + (f"，{missing}" if missing else "")
    return Picture(_timeline_png(day), WIDTH, alt=alt)


@lru_cache(maxsize=32)
def _timeline_png(day: VisitDay) -> bytes:
    return _Timeline(day).png()


class _Timeline:
    """The drawing: rows for the sessions, each kind of photos, and the hours' sum."""

    def __init__(self, day: VisitDay) -> None:
        self.day = day
        self.first, self.last = day.hours
        self.rows = [self._arranged(row) for row in range(len(day.rows))]
        lines = [1 + max((line for _, line, _ in held), default=0) for held, _ in self.rows]
        self.tops = [_HEAD + _ROW + 1]
        for count in lines:
            self.tops.append(self.tops[-1] + _ROW + (count - 1) * _LINE)
        self.sheet = Canvas(WIDTH, self.tops[-1] + _ROW + 6.5)

    def png(self) -> bytes:
        """Draw it all."""
        self._grid()
        for session in self.day.sessions:
            self._session(session)
        for row, (held, _) in enumerate(self.rows):
            for x, line, mark in held:
                self._mark(x, self._middle(row) + line * _LINE, mark)
        self._hours()
        self._key()
        return self.sheet.png()

    def _x(self, minute: float) -> float:
        return _AXIS + (_END - _AXIS) * (minute - self.first) / (self.last - self.first)

    def _middle(self, row: int) -> float:
        """The height of a row's first line; -1 is the sessions'."""
        return self.tops[row] + _ROW / 2 if row >= 0 else _HEAD + _ROW / 2

    def _arranged(self, row: int) -> tuple[list[tuple[float, int, Mark]], int]:
        """A row's marks with their left edges and lines, and how many found no room."""
        marks = [mark for mark in self.day.marks if mark.row == row]
        wants = sorted(((self._want(mark), mark) for mark in marks), key=lambda want: want[0])
        spots = spread([(x, _wide(mark)) for x, mark in wants], _MARK + 0.5, _COUNT - 9)
        held = [(*spot, mark) for spot, (_, mark) in zip(spots, wants, strict=True) if spot]
        return held, len(marks) - len(held)

    def _want(self, mark: Mark) -> float:
        return _UNTIMED if mark.minute is None else self._x(mark.minute) - _MARK / 2

    def _grid(self) -> None:
        sheet, foot = self.sheet, self.tops[-1] + _ROW
        step = 60 if self.last - self.first <= 600 else 120
        for minute in range(self.first, self.last + 1, step):
            x = self._x(minute)
            sheet.rule((x, _HEAD), (x, foot), RULE, 0.12)
            sheet.text((x, _HEAD / 2), clock(minute), GREY, _SMALL, align="m")
        if any(mark.minute is None for mark in self.day.marks):
            sheet.text((_UNTIMED, _HEAD / 2), "无时间", GREY, _SMALL)
        sheet.text((_COUNT, _HEAD / 2), "计入/须有", GREY, _SMALL, align="r")
        sheet.text((_LEFT, self._middle(-1)), "场次", INK, 8, align="r")
        for row, name in enumerate(self.day.rows):
            y, lost = self._middle(row), self.rows[row][1]
            sheet.rule((0, self.tops[row]), (WIDTH, self.tops[row]), RULE, 0.12)
            sheet.text((_LEFT, y), name, INK, 8, align="r")
            if lost:
                sheet.text((_LEFT, y + _LINE), f"另{lost}张", GREY, _TINY, align="r")
            if row < len(self.day.counts):
                self._count(y, *self.day.counts[row])
        sheet.rule((0, self.tops[-1]), (WIDTH, self.tops[-1]), RULE, 0.12)
        sheet.text((_LEFT, self._middle(len(self.day.rows))), "累计", INK, 8, align="r")

    def _count(self, y: float, held: int, needed: int) -> None:
        short = held < needed
        words = f"{held}/{needed}" if needed else f"{held}"
        self.sheet.text((_COUNT, y), words, BAD if short else INK, 8, bold=short, align="r")

    def _session(self, session: Session) -> None:
        y, x = self._middle(-1), self._x(session.start)
        end = max(self._x(session.end), x + 0.8)
        self.sheet.box((x, y - 2.5, end, y + 2.5), FAINT, INK, radius=0.6)
        length = duration(session.end - session.start)
        times = f"{clock(session.start)}—{clock(session.end)}"
        for words in (f"{times}　{length}", f"{half(session.start)}{length}", length):
            if text_width(words, _SMALL) <= end - x - 1.5:
                self.sheet.text(((x + end) / 2, y), words, INK, _SMALL, align="m")
                return

    def _mark(self, x: float, y: float, mark: Mark) -> None:
        half_mark = _MARK / 2
        corners = (x, y - half_mark, x + _MARK, y + half_mark)
        if mark.missing:
            edge = [corners[:2], (corners[2], corners[1]), corners[2:], (x, corners[3])]
            self.sheet.path([*edge, edge[0]], BAD, 0.3, dash=0.63)
            self.sheet.text((x + _MARK + 0.8, y), mark.missing, BAD, _SMALL, clear=True)
        else:
            verdict_mark(self.sheet, (x + half_mark, y), mark.verdict or PhotoWord.UNSUPPORTED)

    def _hours(self) -> None:
        """The sum of the sessions, laid against the hours that a visit needs."""
        sheet, day, y = self.sheet, self.day, self._middle(len(self.day.rows)) + 0.4
        x = self._x(day.sessions[0].start if day.sessions else self.first)
        scale = (_END - _AXIS) / (self.last - self.first)
        need, have = x + day.needed * scale, x + day.total * scale
        sheet.box((x, y - 1, max(need, have, x + 0.8), y + 1), PAPER, GREY, weight=0.15)
        if have > x:
            sheet.box((x, y - 1, max(have, x + 0.8), y + 1), INK)
        sheet.rule((x, y - 2.4), (need, y - 2.4), BLUE, 0.3)
        for edge in (x, need):
            sheet.rule((edge, y - 2.4), (edge, y + 1.6), BLUE, 0.3)
        words, end = _sum(day), max(need, have) + 1.5
        ink = BAD if day.total < day.needed else INK
        if end + text_width(words, _SMALL) <= WIDTH:
            sheet.text((end, y), words, ink, _SMALL, clear=True)
        else:
            sheet.text((WIDTH, y - 2.2), words, ink, _SMALL, align="r")

    def _key(self) -> None:
        """The verdicts that occur, each by its mark."""
        y, x = self.tops[-1] + _ROW + 3.5, _AXIS
        seen = {
            mark.verdict or PhotoWord.UNSUPPORTED for mark in self.day.marks if not mark.missing
        }
        for word in PhotoWord:
            if word in seen:
                verdict_mark(self.sheet, (x + _MARK / 2, y), word)
                self.sheet.text((x + _MARK + 1, y), word.value, GREY, _SMALL)
                x += _MARK + 5 + text_width(word.value, _SMALL)


def verdict_mark(sheet: Canvas, middle: tuple[float, float], word: PhotoWord) -> None:
    """A photo's verdict: full where both witnesses were heard, hollow where one or none was."""
    (x, y), half_mark, ink = middle, _MARK / 2, _INKS[word]
    corners = (x - half_mark, y - half_mark, x + half_mark, y + half_mark)
    if word in _LETTERS:
        sheet.box(corners, PAPER, ink, weight=0.3, radius=0.6)
        sheet.text(middle, _LETTERS[word], ink, 8, bold=True, align="m")
        return
    sheet.box(corners, ink, radius=0.6)
    if word is PhotoWord.CONSISTENT:
        sheet.path([(x - 1.05, y + 0.05), (x - 0.3, y + 0.8), (x + 1.1, y - 0.8)], PAPER, 0.42)
    else:
        for slant in (1, -1):
            sheet.path([(x - 0.85, y - 0.85 * slant), (x + 0.85, y + 0.85 * slant)], PAPER, 0.42)


def _wide(mark: Mark) -> float:
    """What a mark takes up in its row: a missing photo has its words behind it."""
    return _MARK + (text_width(mark.missing, _SMALL) + 2 if mark.missing else 0.5)


def _sum(day: VisitDay) -> str:
    words = f"{duration(day.total)}，须满{duration(day.needed)}"
    short = day.needed - day.total
    return f"{words}，差{duration(short)}" if short > 0 else words
