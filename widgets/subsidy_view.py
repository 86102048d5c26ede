"""What follows for the subsidy from what was typed: its conditions, and the estimate as a picture.

Both are shown, never filled in: a condition's state is the dossier's (`grading.subsidy_checks`).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from grading.subsidy import ContractSums, Estimate, money
from grading.subsidy_checks import Check, State
from grading.subsidy_words import CAVEAT, Bar, bars, left_out_lines, rule_words
from widgets.controls import Button
from widgets.marks import Tag, box
from widgets.surfaces import Card, Rule, empty
from widgets.text import TextLabel, draw_text, text_width
from widgets.theme import RADIUS_TAG, tokens

_TONES = {State.HELD: ("ok", "check"), State.FAILED: ("block", "block"), State.OPEN: ("warn", "")}
_GO = {State.HELD: "查看", State.FAILED: "去核对", State.OPEN: "去补充"}
_ROW, _THICK, _NAME, _GO_WIDE = 34, 16, 104, 66


class CheckList(Card):
    """The conditions of payment, a line each. `wanted(Target)` when one is to be mended.

    The `bureau` whose notices are the source is not repeated in each line.
    """

    wanted = Signal(object)

    def __init__(self, bureau: str) -> None:
        super().__init__((20, 14), 8)
        self._bureau = bureau
        self._shown: Sequence[Check] = ()
        self.rows: dict[str, Button] = {}
        head = QHBoxLayout()
        head.addWidget(TextLabel("拨付条件", "section"))
        head.addWidget(TextLabel("状态由档案内容得出，不能手工勾选", "meta", "ink2"))
        head.addStretch(1)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(14)
        self.grid.setVerticalSpacing(6)
        for column, share in ((1, 5), (2, 6), (3, 4)):
            self.grid.setColumnStretch(column, share)
        self.body.addLayout(head)
        self.body.addLayout(self.grid)

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show these; what did not change stays as it is, with the focus on it."""
        if checks == self._shown:
            return
        held = next((key for key, button in self.rows.items() if button.hasFocus()), "")
        self._shown = tuple(checks)
        empty(self.grid)
        self.rows.clear()
        for place, check in enumerate(checks):
            self._add(2 * place, check)
            if place + 1 < len(checks):
                self.grid.addWidget(Rule(), 2 * place + 1, 0, 1, 5)
        if held in self.rows:
            self.rows[held].setFocus()

    def _add(self, row: int, check: Check) -> None:
        tone, icon = _TONES[check.state]
        button = Button(_GO[check.state], height=28)
        button.setFixedWidth(_GO_WIDE)
        button.setAccessibleName(f"{check.name}：{check.state}，{check.reason}。{button.text()}")
        button.clicked.connect(lambda _on=False, target=check.target: self.wanted.emit(target))
        self.rows[check.key] = button
        parts: tuple[QWidget, ...] = (
            Tag(check.state, tone, icon),
            TextLabel(check.name, "dense", wrap=True),
            TextLabel(check.reason, "dense", "ink2", wrap=True),
            TextLabel(check.source.removeprefix(self._bureau).strip(), "meta", "ink3", keep=False),
            button,
        )
        parts[3].setToolTip(check.source)
        for column, part in enumerate(parts):
            self.grid.addWidget(part, row, column, Qt.AlignmentFlag.AlignVCenter)

    def focus(self, key: str) -> QWidget | None:
        """Give the focus to a condition's way on, else to the first that does not hold."""
        first = next((each.key for each in self._shown if each.state is not State.HELD), "")
        button = self.rows.get(key) or self.rows.get(first)
        if button is not None:
            button.setFocus()
        return button


class EstimateCard(Card):
    """The estimate: what it comes to, how, by which rule, and what was left out why."""

    def __init__(self) -> None:
        super().__init__((20, 14), 8)
        self.amount = TextLabel("", "identity", keep=False)
        self.said = TextLabel("", "dense", "ink2", wrap=True)
        self.flow = FlowBars()
        self.contracts = QGridLayout()
        self.contracts.setHorizontalSpacing(16)
        self.contracts.setColumnStretch(0, 1)
        self.left_out = TextLabel("", "dense", "ink2", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(TextLabel("补助金额测算（估算）", "section"))
        head.addWidget(self.amount, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.said)
        self.body.addWidget(self.flow)
        self.body.addLayout(self.contracts)
        self.body.addWidget(self.left_out)
        self.body.addWidget(TextLabel(CAVEAT, "meta", "ink3", wrap=True))

    def show_estimate(self, found: Estimate) -> None:
        """Show it."""
        known = found.amount is not None
        self.amount.setText(f"{money(found.amount)} 元" if found.amount is not None else "")
        self.amount.updateGeometry()
        self.said.setText(rule_words(found) if known else found.lacking)
        self.said.set_token("ink2" if known else "warn")
        self.flow.show_bars(bars(found), found.cap if known else None)
        self._show_contracts(found.contracts)
        self.left_out.setText("\n".join(left_out_lines(found)))
        for part in (self.said, self.left_out):
            part.updateGeometry()
        self.left_out.setVisible(bool(found.left_out))

    def _show_contracts(self, rows: Sequence[ContractSums]) -> None:
        empty(self.contracts)
        if not rows:
            return
        heads = ("合同", "合同金额（元）", "已开发票（元）", "已付款（元）", "可核实投入（元）")
        lines = [
            (
                row.name + (f"（{row.why}，不计入）" if row.why else ""),
                "未填" if row.amount is None else money(row.amount),
                *(money(each) for each in (row.invoiced, row.paid, row.verified)),
            )
            for row in rows
        ]
        right = Qt.AlignmentFlag.AlignRight
        for number, line in enumerate((heads, *lines)):
            for column, words in enumerate(line):
                token = "ink2" if not number else "ink"
                label = TextLabel(words, "dense", token, keep=column > 0)
                if column:
                    label = TextLabel(words, "dense", token, align=right)
                label.setToolTip(words if not column else "")
                self.contracts.addWidget(label, number, column)


class FlowBars(QWidget):
    """Bars under each other on one scale: contract, invoiced, paid, verified, share, subsidy; a
    mark where the cap is."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: Sequence[Bar] = ()
        self._cap: Decimal | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, rows: Sequence[Bar], cap: Decimal | None) -> None:
        """Show these; `cap` None draws no line."""
        self._bars, self._cap = tuple(rows), cap
        self.setAccessibleName(
            "；".join(f"{each.name} {money(each.amount)} 元，{each.note}" for each in rows)
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(520, _ROW * len(self._bars) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        figure = max((text_width(self._figure(each), "dense") for each in self._bars), default=0)
        track = max(self.width() - _NAME - figure - 12.0, 80.0)
        top = max((each.amount for each in self._bars), default=Decimal(0))
        for place, each in enumerate(self._bars):
            self._paint(painter, place, each, track, float(each.amount / top) if top else 0.0)
        if self._cap is not None and 0 < self._cap <= top:
            self._mark(painter, int(_NAME + track * float(self._cap / top)))
        painter.end()

    def _mark(self, painter: QPainter, x: int) -> None:
        """The cap, across the bars that it bounds and not across their notes."""
        painter.setPen(QPen(tokens().color("block"), 2))
        for place, each in enumerate(self._bars):
            if each.own:
                painter.drawLine(x, _ROW * place, x, _ROW * place + _THICK + 3)

    def _paint(self, painter: QPainter, place: int, each: Bar, track: float, share: float) -> None:
        y, last = float(_ROW * place), place == len(self._bars) - 1
        fill = "accent" if last and each.own else "info" if each.own else "line2"
        draw_text(painter, QRectF(0, y, _NAME, 20), each.name, "dense", bold=last and each.own)
        box(painter, QRectF(_NAME, y + 2, track, _THICK), "sunken", radius=RADIUS_TAG)
        if share:
            wide = max(track * share, 2.0)
            box(painter, QRectF(_NAME, y + 2, wide, _THICK), fill, radius=RADIUS_TAG)
        right = QRectF(0, y, self.width(), 20)
        words = self._figure(each)
        side = Qt.AlignmentFlag.AlignRight
        draw_text(painter, right, words, "dense", align=side, bold=last and each.own)
        note = QRectF(_NAME, y + 18, self.width() - _NAME, 16)
        draw_text(painter, note, each.note, "meta", "ink3")

    @staticmethod
    def _figure(each: Bar) -> str:
        return f"{money(each.amount)} 元"
