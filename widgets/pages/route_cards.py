"""A route as a card: what is to be done, what is reached by it, and what is to be known of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from exporters.route_rows import Ground, needs_met, points_wan
from forms.advice import Effort
from forms.instrument import NUMERALS, points_text
from grading.chosen import MARGIN, changed_words, outcome, price_of, reserve, steps_of, unpriced
from grading.score import Condition
from grading.ways import Way, pack_costs
from widgets.controls import Hovered
from widgets.icons import draw
from widgets.marks import box, draw_tag, tag_width
from widgets.text import draw_text, text_width
from widgets.theme import RADIUS_CARD, tokens

EFFORTS = {Effort.SMALL: "小", Effort.MIDDLE: "中", Effort.LARGE: "大"}
_PAD, _HEAD, _LINE, _NOTE = 16, 48, 25, 21
_FEW, _NAMED = 3, 6


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One measure: its icon, subject, change (增选 B), what it brings, and its effort."""

    icon: str
    subject: str
    change: str
    gain: str
    effort: str


@dataclass(frozen=True, slots=True)
class RouteView:
    """What a card says. `notes` are (icon, token, sentence)."""

    letter: str
    name: str
    remark: str
    lines: tuple[RouteLine, ...]
    points: str
    rest: str
    notes: tuple[tuple[str, str, str], ...]
    adopted: bool = False

    @property
    def words(self) -> str:
        """All of it for screen readers."""
        done = [f"{line.subject} {line.change} {line.gain}" for line in self.lines]
        notes = [note for _, _, note in self.notes]
        after = f"到达后 {self.points} 分，{self.rest}"
        head = f"{self.letter} {self.name}{'，已采用' if self.adopted else ''}"
        return "；".join((head, self.remark, *done, after, *notes))


def route_view(letter: str, way: Way, base: Ground, *, adopted: bool) -> RouteView:
    """A way as its card tells of it."""
    table, sheet = base.instrument, base.sheet
    then = outcome(table, sheet, way.measures).conditions[way.level - 1]
    lines = tuple(
        RouteLine(
            "chart" if m.gain else "file",
            m.subject,
            changed_words(table, sheet, m),
            f"+{points_text(m.gain)}" if m.gain else "约束性" if m.binding else "指导性",
            EFFORTS[m.effort],
        )
        for m in way.measures
    )
    notes = []
    spare = reserve(then)
    if not then.met:
        notes.append(("block", "block", _short(way, base)))
    elif 0 <= spare < MARGIN:
        said = f"余量仅 {points_text(spare)} 分，一项认定不同即不达标"
        notes.append(("warn", "warn", said))
    met = needs_met(base, way)
    if met:
        notes.append(("check", "ok", f"对应企业已提需求 {met} 条"))
    elif base.needs:
        notes.append(("minus", "ink2", "未对应企业已提的需求"))
    steps = [step for m in way.measures for step in steps_of(table, sheet, m)]
    price = price_of(steps, base.prices) if steps else None
    remark = _efforts(way) + (f"　{points_wan(price)} 万元" if price is not None else "")
    rest = f"{then.scenes} 场景，约束性 {then.binding_scenes}"
    points = points_text(then.points)
    return RouteView(letter, way.name, remark, lines, points, rest, tuple(notes), adopted)


def _short(way: Way, base: Ground) -> str:
    """What is still lacking: 尚差 1.2 分、1 个场景."""
    then = outcome(base.instrument, base.sheet, way.measures).conditions[way.level - 1]
    rule = then.rule
    parts = []
    if not then.points_met:
        parts.append(f"{points_text(rule.min_score - then.points)} 分")
    if then.scenes < rule.min_scenes:
        parts.append(f"{rule.min_scenes - then.scenes} 个场景")
    if then.binding_scenes < rule.min_binding_scenes:
        parts.append(f"{rule.min_binding_scenes - then.binding_scenes} 个约束性场景")
    return f"尚差 {'、'.join(parts)}" if parts else "尚未达到"


def _efforts(way: Way) -> str:
    counts = [(word, sum(m.effort is e for m in way.measures)) for e, word in EFFORTS.items()]
    return "工作量 " + " ".join(f"{word} {count}" for word, count in counts if count)


def remark(base: Ground, now: Condition, offered: int, *, by_price: bool) -> str:
    """What is to be known of all routes to a level: by what they are compared, what is left out,
    and why there are fewer than three where there are."""
    held, wanted = now.binding_scenes, now.rule.min_binding_scenes
    enough, level = "已够" if held >= wanted else "不足", f"{NUMERALS[now.rule.level]}级"
    said = f"约束性场景{enough}（{held} 个，要求 {wanted} 个）。"
    if by_price:
        costs = pack_costs(base.advice)
        left = unpriced(base.instrument, base.sheet, now.rule.level, costs, base.prices)
        if left:
            names = "、".join(f"{subject} {key}" for subject, key in left[:_NAMED])
            more = "等" if len(left) > _NAMED else "，"
            said += f"没有报价、未参加比较的措施有{names}{more}共 {len(left)} 项。"
    if not offered:
        why = "已有报价的措施" if by_price else "可以列为措施的各项"
        return f"{said}{why}全部完成也达不到{level}，没有可列的路线。"
    basis = "所填报价" if by_price else "建议库工作量"
    said += f"下列路线按{basis}算出，各自都能达到{level}。"
    if offered < _FEW:
        said += f"换用其他措施得出的路线与所列相同，故只列 {offered} 条。"
    return said


class RouteCard(Hovered):
    """A card to choose: a click chooses it, Enter on it asks to adopt it. `adopt()`."""

    adopt = Signal()

    def __init__(self, shown: RouteView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = shown
        self.setCheckable(True)
        self.setText(shown.name)
        self.setAccessibleName(shown.words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isChecked():
            self.adopt.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        shown = self.shown
        tall = _PAD + _HEAD + _LINE * len(shown.lines) + 14 + _NOTE + _NOTE * len(shown.notes) + 10
        return QSize(300, tall)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isChecked()
        edge = "accent" if on or self.hasFocus() else "line"
        fill = "hover" if self.hovered and not on else "surface"
        box(painter, QRectF(self.rect()), fill, edge, RADIUS_CARD, pen=2 if on else 0)
        self._paint_head(painter, on)
        top = float(_PAD + _HEAD)
        for line in self.shown.lines:
            self._paint_line(painter, line, top)
            top += _LINE
        self._paint_foot(painter)
        painter.end()

    def _paint_head(self, painter: QPainter, on: bool) -> None:
        shown, right = self.shown, self.width() - _PAD
        ring = QRectF(_PAD, _PAD - 1, 16, 16)
        box(painter, ring, "accent" if on else "surface", "accent" if on else "ctl", 8)
        if on:
            box(painter, ring.adjusted(5, 5, -5, -5), "surface", radius=3)
        tag = tag_width("已采用", "check") + 8 if shown.adopted else 0
        x = _PAD + 24
        draw_text(painter, QRectF(x, _PAD - 4, 32, 22), shown.letter, "strong")
        x += text_width(shown.letter, "strong") + 10
        name = QRectF(x, _PAD - 4, right - x - tag, 22)
        draw_text(painter, name, shown.name, "strong")
        if shown.adopted:
            draw_tag(painter, QPointF(right - tag + 8, _PAD - 3), "已采用", "ok", "check")
        line = QRectF(_PAD + 24, _PAD + 19, right - _PAD - 24, 18)
        draw_text(painter, line, shown.remark, "meta", "ink2")

    def _paint_line(self, painter: QPainter, line: RouteLine, top: float) -> None:
        right = float(self.width() - _PAD)
        draw(painter, line.icon, QRectF(_PAD + 1, top + 5, 14, 14), "ink3")
        tag = tag_width(line.effort)
        draw_tag(painter, QPointF(right - tag, top + 2), line.effort, "edge")
        gain = text_width(line.gain, "dense")
        place = QRectF(right - tag - 12 - gain, top, gain, _LINE)
        draw_text(painter, place, line.gain, "dense", "ink2")
        x = _PAD + 25.0
        # A longer subject moves its own change along, which is short; 一级 → 三级 needs the room.
        wide = max(text_width(word, "dense") for word in ("规划实施", line.subject)) + 8
        draw_text(painter, QRectF(x, top, wide, _LINE), line.subject, "dense")
        rest = QRectF(x + wide, top, place.x() - x - wide - 6, _LINE)
        draw_text(painter, rest, line.change, "dense", "ink")

    def _paint_foot(self, painter: QPainter) -> None:
        shown = self.shown
        top = self.height() - 10.0 - _NOTE * (1 + len(shown.notes))
        painter.fillRect(QRectF(_PAD, top - 8, self.width() - 2 * _PAD, 1), tokens().color("line"))
        wide = self.width() - 2.0 * _PAD
        head = text_width("到达后", "dense") + 6
        points = text_width(shown.points, "dense", bold=True)
        draw_text(painter, QRectF(_PAD, top, head, _NOTE), "到达后", "dense", "ink2")
        at = QRectF(_PAD + head, top, points, _NOTE)
        draw_text(painter, at, shown.points, "dense", bold=True)
        tail = QRectF(at.right() + 6, top, wide - head - points - 6, _NOTE)
        draw_text(painter, tail, f"分　　{shown.rest}", "dense")
        for icon, token, note in shown.notes:
            top += _NOTE
            draw(painter, icon, QRectF(_PAD, top + 4, 13, 13), token)
            draw_text(painter, QRectF(_PAD + 20, top, wide - 20, _NOTE), note, "meta", token)
