"""The rows of the road: a step on its line, and a deadline with the days that are left."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from grading.finding import Severity
from grading.journey import CHANGED, KEPT, SCANNED, SIGNED, WAITING, Proof, StepView
from grading.rules.deadlines import Deadline
from widgets.controls import Hovered
from widgets.dossier_nav import STATES
from widgets.icons import draw
from widgets.marks import box, draw_tag, tag_width
from widgets.nav import STATE_TOKENS, STATE_WORDS
from widgets.text import draw_text, draw_wrapped, text_height, text_width
from widgets.theme import RADIUS_CONTROL, ROLES, tokens

_NODE = 20
"""The glyph on the line; its centre is where the line runs."""
_LEFT, _RIGHT = 10, 12
_TEXT = _LEFT + _NODE + 10
_TOP = 6
_WEIGHTS = (Severity.BLOCK, Severity.WARN)
_PROOFS = {
    SCANNED: ("check", "ok"),
    SIGNED: ("check", "ok"),
    KEPT: ("clip", "ink3"),
    CHANGED: ("stale", "stale"),
    WAITING: ("hollow", "warn"),
}
LEGEND = (
    ("已归扫描件、已签名", "ok", "check"),
    (WAITING, "warn", "hollow"),
    (CHANGED, "stale", "stale"),
    ("已附文件", "quiet", "clip"),
    ("无需签字的文书", "quiet", "file"),
)
"""What the glyphs before papers say: words, tone and glyph."""
NEAR_DAYS = 7


class _Row(Hovered):
    """A row that is a button. `stepped(by)` on the arrows."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return QSize(420, self.heightForWidth(420))

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 36)

    def hasHeightForWidth(self) -> bool:
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -7, Qt.Key.Key_Right: 7}
        if event.key() in ways:
            self.stepped.emit(ways[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


class StepRow(_Row):
    """One step: its node on the line, name, days and owner; papers with their scans; what is next.

    `first` and `last` end the line.
    """

    def __init__(self, view: StepView, *, current: bool, first: bool, last: bool) -> None:
        super().__init__()
        self.view, self._on, self._ends = view, current, (first, last)
        self._state = STATES[view.state]
        self.words = _days(view)
        said = [
            f"{view.step.number}. {view.step.name}",
            STATE_WORDS[self._state],
            self.words,
            *(f"{proof.name}{proof.state}" for proof in view.papers),
            *(f"{each.value}{view.count(each)}" for each in _WEIGHTS if view.count(each)),
            view.next,
        ]
        self.setAccessibleName("，".join(filter(None, said)))
        papers = (f"{p.name}：{p.state}" if p.state else p.name for p in view.papers)
        self.setToolTip("\n".join((self.words, *papers)))

    def _shows_papers(self) -> bool:
        return bool(self.view.papers) and self.view.state != "empty"

    def heightForWidth(self, width: int) -> int:
        tall = 2 * _TOP + ROLES["body"].line + (ROLES["meta"].line if self.words else 0)
        if self._shows_papers():
            tall += ROLES["meta"].line
        if self.view.next:
            tall += text_height(self.view.next, "dense", width - _TEXT - _RIGHT) + 2
        return tall

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self._on:
            box(painter, rect, "accent_bg", radius=RADIUS_CONTROL)
        elif self.hovered:
            box(painter, rect, "hover", radius=RADIUS_CONTROL)
        self._paint_line(painter, rect)
        line = QRectF(_TEXT, _TOP, rect.width() - _TEXT - _RIGHT, ROLES["body"].line)
        self._paint_head(painter, line)
        line.translate(0, ROLES["body"].line)
        line.setHeight(ROLES["meta"].line)
        if self.words:
            draw_text(painter, line, self.words, "meta", "ink2")
            line.translate(0, ROLES["meta"].line)
        if self._shows_papers():
            _paint_papers(painter, line, self.view.papers)
            line.translate(0, ROLES["meta"].line)
        if self.view.next:
            line.adjust(0, 2, 0, rect.height())
            token = "block" if self.view.state == "blocked" else "ink"
            draw_wrapped(painter, line, self.view.next, "dense", token)
        painter.end()

    def _paint_line(self, painter: QPainter, rect: QRectF) -> None:
        first, last = self._ends
        middle, x = _TOP + ROLES["body"].line / 2, _LEFT + _NODE / 2
        token = tokens().color("line2")
        if not first:
            painter.fillRect(QRectF(x - 1, 0, 2, middle - _NODE / 2), token)
        if not last:
            top = middle + _NODE / 2
            painter.fillRect(QRectF(x - 1, top, 2, rect.height() - top), token)
        spot = QRectF(_LEFT, middle - _NODE / 2, _NODE, _NODE)
        draw(painter, self._state.value, spot, STATE_TOKENS[self._state], "surface")

    def _paint_head(self, painter: QPainter, line: QRectF) -> None:
        end = line.right()
        for severity in reversed(_WEIGHTS):
            count = self.view.count(severity)
            if count:
                figure = text_width(str(count), "dense")
                end -= figure
                spot = QRectF(end, line.y(), figure, line.height())
                draw_text(painter, spot, str(count), "dense")
                end -= 20
                glyph = QRectF(end, line.y() + 3, 16, 16)
                draw(painter, severity.value, glyph, severity.value, "surface")
                end -= 10
        name = f"{self.view.step.number}. {self.view.step.name}"
        begun = self.view.state != "empty" or self._on
        wide = min(text_width(name, "body", bold=begun), line.width())
        draw_text(painter, line, name, "body", "ink" if begun else "ink2", bold=begun)
        word = STATE_WORDS[self._state]
        tone = {"done": "ok", "blocked": "block", "open": "info"}.get(self.view.state, "quiet")
        if line.x() + wide + 10 + tag_width(word) < end:
            at = line.topLeft()
            at.setX(line.x() + wide + 8)
            at.setY(line.y() + 1)
            draw_tag(painter, at, word, tone)


def _days(view: StepView) -> str:
    """When and by whom: 2025-06-17 至 06-24 · 负责人 王示例 · 数字化转型服务商."""
    began, ended = view.began, view.ended
    when = began.isoformat() if began else ""
    if ended and (began is None or ended > began):
        same = began is not None and ended.year == began.year
        until = f"{ended:%m-%d}" if same else ended.isoformat()
        when = f"{when} 至 {until}" if began else f"{until} 完成"
    elif began and view.state not in ("done", "empty"):
        when += " 起"
    parts = [when]
    if view.state != "empty" and view.owner:
        parts.append(f"负责人 {view.owner}")
    roles = "、".join(view.roles or view.step.roles)
    parts.append(roles if view.state == "done" else f"{roles}办理")
    return " · ".join(filter(None, parts))


def _paint_papers(painter: QPainter, line: QRectF, papers: tuple[Proof, ...]) -> None:
    """The papers that fit, each behind the glyph of its signing; then how many there are."""
    x, end = line.x(), line.right()
    for place, proof in enumerate(papers):
        rest = len(papers) - place
        more = f"等 {len(papers)} 份" if rest > 1 else ""
        glyph, token = _PROOFS.get(proof.state, ("file", "ink3"))
        wide = 15 + text_width(proof.name, "meta")
        if x + wide + (text_width(more, "meta") if more else 0) > end and place:
            draw_text(painter, QRectF(x, line.y(), end - x, line.height()),
                      f"等 {len(papers)} 份", "meta", "ink3")  # fmt: skip
            return
        draw(painter, glyph, QRectF(x, line.y() + 3, 12, 12), token, "surface")
        spot = QRectF(x + 15, line.y(), min(wide, end - x - 15), line.height())
        draw_text(painter, spot, proof.name, "meta", "ink2" if proof.state else "ink3")
        x += wide + 10


def left_words(deadline: Deadline, today: dt.date) -> tuple[str, str]:
    """How a deadline stands, in words and with its tone."""
    if deadline.met is not None:
        over = (deadline.met - deadline.day).days
        if over > 0:
            return f"超期 {over} 天完成", "warn"
        return f"{deadline.met.isoformat()} 已完成", "ok"
    if deadline.closed:
        return "已办结", "ok"
    left = deadline.days_left(today)
    if left < 0:
        return f"逾期 {-left} 天", "block"
    if left == 0:
        return "今日到期", "block"
    return f"余 {left} 天", "warn" if left <= NEAR_DAYS else "quiet"


class DeadlineRow(_Row):
    """A deadline: its day, what is due, the clause, the days left."""

    def __init__(self, deadline: Deadline, today: dt.date) -> None:
        super().__init__()
        self.deadline = deadline
        self._said, self._tone = left_words(deadline, today)
        words = (deadline.day.isoformat(), deadline.title, self._said, deadline.source)
        self.setAccessibleName("，".join(words))
        self.setToolTip(f"{deadline.title}\n{deadline.source}")

    def heightForWidth(self, width: int) -> int:
        return 36

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self.hovered:
            box(painter, rect, "hover", radius=RADIUS_CONTROL)
        quiet = not self.deadline.open
        day = QRectF(10, 0, 92, rect.height())
        draw_text(painter, day, self.deadline.day.isoformat(), "dense", "ink2" if quiet else "ink")
        wide = tag_width(self._said)
        at = rect.topRight()
        at.setX(rect.right() - 10 - wide)
        at.setY((rect.height() - 20) / 2)
        draw_tag(painter, at, self._said, self._tone)
        room = at.x() - 116
        named = min(text_width(self.deadline.title, "dense", bold=not quiet), room)
        title = QRectF(104, 0, named, rect.height())
        draw_text(painter, title, self.deadline.title, "dense", "ink2" if quiet else "ink",
                  bold=not quiet)  # fmt: skip
        source = QRectF(104 + named + 12, 0, room - named - 12, rect.height())
        if source.width() > 90:
            draw_text(painter, source, self.deadline.source, "meta", "ink3")
        painter.end()
