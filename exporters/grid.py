"""The geometry of tables, once for both renderers: which cell covers what, widths, long rows."""

from dataclasses import dataclass, replace

from exporters.blocks import Cell, GridItem, Paragraph, PictureGrid, Placeholder, Row, Table
from exporters.style import CELL_PADDING_X_MM, LOOKS, MM, Align, Style

# A row estimated taller than this many lines may run over a page's foot; shorter ones stay whole.
_LONG_ROW_LINES = 18


@dataclass(frozen=True)
class Placed:
    """A cell with the row and column of its upper left corner."""

    row: int
    column: int
    cell: Cell


def place(table: Table) -> list[Placed]:
    """Lay the cells on the grid, row by row; rows that are too short get empty cells.

    Raises ValueError when a span overlaps another cell or leaves the table.
    """
    taken: set[tuple[int, int]] = set()
    placed: list[Placed] = []
    count = len(table.columns)
    for number, row in enumerate(table.rows):
        column = 0
        for cell in row.cells:
            while (number, column) in taken:
                column += 1
            area = {
                (number + down, column + right)
                for down in range(cell.rowspan)
                for right in range(cell.colspan)
            }
            if column + cell.colspan > count or number + cell.rowspan > len(table.rows):
                raise ValueError(f"cell of row {number}, column {column} leaves the table")
            if area & taken or not area:
                raise ValueError(f"cell of row {number}, column {column} overlaps another")
            taken |= area
            placed.append(Placed(number, column, cell))
            column += cell.colspan
        for column in range(count):
            if (number, column) not in taken:
                taken.add((number, column))
                placed.append(Placed(number, column, Cell()))
    return sorted(placed, key=lambda item: (item.row, item.column))


def widths_mm(table: Table, available_mm: float) -> list[float]:
    """Scale the relative column widths to the available width."""
    total = sum(table.columns)
    return [available_mm * share / total for share in table.columns]


def inner_width_mm(placed: Placed, widths: list[float]) -> float:
    """Width that a cell's content has, in millimetres."""
    covered = widths[placed.column : placed.column + placed.cell.colspan]
    return max(sum(covered) - 2 * CELL_PADDING_X_MM, 1)


def rows_that_may_split(table: Table, placed: list[Placed], widths: list[float]) -> set[int]:
    """Rows so long that they may run over a page's foot: estimated from the text, not measured.

    An estimate, so that the .docx, which knows no heights, decides as the .pdf does.
    """
    em_mm = LOOKS[table.style].size / MM
    long_rows: set[int] = set()
    for item in placed:
        content = item.cell.content
        if isinstance(content, str):
            pieces = content.split("\n")
        else:
            pieces = [block.text for block in content if isinstance(block, Paragraph)]
            if any(isinstance(b, PictureGrid) and len(b.items) > b.columns for b in content):
                long_rows.add(item.row)
        per_line = max(inner_width_mm(item, widths) / em_mm, 1)
        lines = sum(1 + len(piece) // per_line for piece in pieces)
        if lines > _LONG_ROW_LINES * item.cell.rowspan:
            long_rows.update(range(item.row, item.row + item.cell.rowspan))
    return long_rows


def grid_table(grid: PictureGrid) -> Table:
    """A picture grid as a table without borders, a row for each line of pictures."""
    columns = max(grid.columns, 1)
    rows = [
        Row(tuple(_grid_cell(item) for item in grid.items[start : start + columns]))
        for start in range(0, len(grid.items), columns)
    ]
    return Table((1.0,) * columns, tuple(rows), border=False)


def parted(grid: PictureGrid) -> list[PictureGrid]:
    """A grid's last line of pictures by itself, so that a caption below stays with that line."""
    columns = max(grid.columns, 1)
    last = (len(grid.items) - 1) // columns * columns
    return [replace(grid, items=part) for part in (grid.items[:last], grid.items[last:]) if part]


def _grid_cell(item: GridItem) -> Cell:
    lines = tuple(Paragraph(line, Style.PICTURE_NOTE) for line in item.lines)
    return Cell((item.picture, *lines), top=True)


def placeholder_table(placeholder: Placeholder) -> Table:
    """The box that stands for a missing picture, as a table of one shaded cell."""
    cell = Cell(placeholder.text, align=Align.CENTRE, shaded=True)
    return Table((1.0,), (Row((cell,), min_height_mm=placeholder.height_mm),))
