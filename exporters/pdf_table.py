"""Tables on .pdf pages: row heights with spans, repeated heads, cuts between and within rows.

reportlab's own table cannot cut a row that is merged over more than a page, and the evaluation
table has such rows; here a cut goes through merged cells, whose content runs on.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from exporters.pdf_items import Item, Placed, split_stack, stack_height
from exporters.style import CELL_PADDING_X_MM, CELL_PADDING_Y_MM, MM, SHADE_COLOUR

PAD_X = CELL_PADDING_X_MM * MM
PAD_Y = CELL_PADDING_Y_MM * MM
_SHADE = HexColor(f"#{SHADE_COLOUR}")
_LEAST_CUT = 48
"""Room in points below which a long row is not begun at a page's foot."""
_MOST_KEPT = 0.9
"""Rows that are taller than this part of a page are not kept together."""


@dataclass(frozen=True)
class BoxCell:
    """A cell with its content set to its width."""

    row: int
    column: int
    rowspan: int
    colspan: int
    items: tuple[Item, ...]
    shaded: bool = False
    top: bool = False

    @cached_property
    def need(self) -> float:
        """Height that the content asks for."""
        return stack_height(self.items) + 2 * PAD_Y


@dataclass(frozen=True)
class TableItem(Placed):
    """A table or a part of one; `least` holds each row's least height, `kept_rows` those that
    stand on one page with the next row.

    In a part, cells below the head keep the row they had in the whole table, `base` rows further
    down than in the part: a table of thousands of rows is cut a hundred times.
    """

    widths: tuple[float, ...]
    cells: tuple[BoxCell, ...]
    least: tuple[float, ...]
    long_rows: frozenset[int]
    kept_rows: frozenset[int]
    head_rows: int
    page_height: float
    border: bool = True
    base: int = 0

    def _row(self, cell: BoxCell) -> int:
        return cell.row if cell.row < self.head_rows else cell.row - self.base

    @cached_property
    def rows(self) -> tuple[float, ...]:
        """Heights of the rows; a merged cell that needs more stretches its last row."""
        heights = list(self.least)
        for cell in sorted(self.cells, key=lambda c: c.rowspan):
            first = self._row(cell)
            last = first + cell.rowspan
            lack = cell.need - sum(heights[first:last])
            if lack > 0:
                heights[last - 1] += lack
        return tuple(heights)

    @cached_property
    def height(self) -> float:
        """Height of all rows."""
        return sum(self.rows)

    def start(self) -> float:
        """The head and the first row under it with what it is kept with, or a long row's start."""
        rows, row = self.rows, self.head_rows
        while row + self.base in self.kept_rows and row + 1 < len(rows):
            if self._may_cut(row, rows):
                break  # what is kept with its foot need not be where it begins
            row += 1
        above, last = sum(rows[:row]), rows[row] if row < len(rows) else 0
        return above + (min(last, _LEAST_CUT) if self._may_cut(row, rows) else last)

    def _may_cut(self, row: int, rows: tuple[float, ...]) -> bool:
        if row >= len(rows):
            return False
        return row + self.base in self.long_rows or rows[row] > self.page_height - sum(
            rows[: self.head_rows]
        )

    def split(self, room: float) -> tuple[Item, Item] | None:
        """Cut after the last row that fits, or through a long row that does not."""
        rows = self.rows
        fit, used = 0, 0.0
        while fit < len(rows) and used + rows[fit] <= room + 0.01:
            used += rows[fit]
            fit += 1
        if fit >= self.head_rows and self._may_cut(fit, rows) and room - used >= _LEAST_CUT:
            cut = self._cut(fit, rows, room - used)
            if cut is not None:
                return cut
        if fit <= self.head_rows or fit >= len(rows):
            return None
        parting = self._parting(fit, rows)
        return None if parting is None else self._cut(parting, rows, 0)

    def _parting(self, fit: int, rows: tuple[float, ...]) -> int | None:
        """Where to part rows that are not kept together, at `fit` or above it.

        None if all above are kept; what would hardly go on any page is parted at `fit` anyway.
        """
        row = fit
        while row > self.head_rows and row - 1 + self.base in self.kept_rows:
            row -= 1
        if row > self.head_rows:
            return row
        return fit if sum(rows[: fit + 1]) > _MOST_KEPT * self.page_height else None

    def _cut(
        self, row: int, rows: tuple[float, ...], part: float
    ) -> "tuple[TableItem, TableItem] | None":
        """Cut `part` points into a row (0: above it); None if a part would hold nothing."""
        taken = row + (1 if part else 0)
        upper: list[BoxCell] = []
        lower: list[BoxCell] = []
        progress = not part
        for cell in self.cells:
            begin = self._row(cell)
            end = begin + cell.rowspan
            if end <= row:
                upper.append(cell)
            elif begin >= taken:
                lower.append(cell)
            else:
                room = sum(rows[begin:row]) + part - 2 * PAD_Y
                above, below = split_stack(cell.items, room)
                progress = progress or (bool(above) and begin == row)
                top = cell.top or bool(below)
                upper.append(replace(cell, rowspan=taken - begin, items=above, top=top))
                start = max(begin, row)
                span = end - start
                whole = start + self.base
                lower.append(replace(cell, row=whole, rowspan=span, items=below, top=top))
        if not progress:
            return None
        first = replace(
            self,
            cells=tuple(upper),
            least=(*rows[:row], 0.0) if part else rows[:row],
            after=0,
            keep_next=False,
        )
        return first, self._rest(lower, row, part)

    def _rest(self, cells: list[BoxCell], row: int, part: float) -> "TableItem":
        """The part below a cut, under the repeated head."""
        head = self.head_rows
        least = list(self.least[row:])
        least[0] = max(least[0] - part, 0)
        repeated = [cell for cell in self.cells if cell.row + cell.rowspan <= head]
        return replace(
            self,
            cells=(*repeated, *cells),
            base=self.base + row - head,
            least=(*self.least[:head], *least),
            before=0,
            anchor="",
        )

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw shades, borders and contents."""
        lefts = [x + edge for edge in accumulate(self.widths, initial=0.0)]
        tops = [top - edge for edge in accumulate(self.rows, initial=0.0)]
        for cell in self.cells:
            left, right = lefts[cell.column], lefts[cell.column + cell.colspan]
            row = self._row(cell)
            upper, lower = tops[row], tops[row + cell.rowspan]
            self._draw_box(canvas, cell, (left, lower, right - left, upper - lower))
            content = stack_height(cell.items)
            slack = upper - lower - 2 * PAD_Y - content
            place = upper - PAD_Y - (0 if cell.top else max(slack, 0) / 2)
            for item in cell.items:
                place -= item.before
                item.draw(canvas, left + PAD_X, place)
                place -= item.height + item.after

    def _draw_box(
        self, canvas: Canvas, cell: BoxCell, box: tuple[float, float, float, float]
    ) -> None:
        if not (self.border or cell.shaded):
            return
        canvas.saveState()
        canvas.setFillColor(_SHADE)
        canvas.setLineWidth(0.5)
        canvas.rect(*box, stroke=int(self.border), fill=int(cell.shaded))
        canvas.restoreState()
