"""What stands on a .pdf page: items that know their height, can be cut, and draw themselves.

All measures are points; `top` is the y of an item's upper edge, counted upwards as in PDF.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol, Self

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfutils
from reportlab.pdfgen.canvas import Canvas

from exporters.pdf_text import Line, draw_line
from exporters.pictures import Loaded
from exporters.style import Look


class Item(Protocol):
    """Something of a known height that can be drawn and, where it must, be cut in two."""

    @property
    def height(self) -> float: ...
    @property
    def before(self) -> float: ...
    @property
    def after(self) -> float: ...
    @property
    def keep_next(self) -> bool: ...
    @property
    def anchor(self) -> str: ...
    def kept(self) -> "Item":
        """Give the same item, to stand on one page with the next one's beginning."""

    def start(self) -> float:
        """Height of the least part that may stand at a page's foot."""

    def split(self, room: float) -> "tuple[Item, Item] | None":
        """Cut so that the first part fits; None where no part does."""

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw at the given place."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What every item has: the space around it, and how it stands to its neighbours."""

    before: float = 0
    after: float = 0
    keep_next: bool = False
    anchor: str = ""

    def kept(self) -> Self:
        """Stand with what follows."""
        return replace(self, keep_next=True)


@dataclass(frozen=True)
class TextItem(Placed):
    """Set lines of one paragraph; two lines at least stay together at either end."""

    lines: tuple[Line, ...]
    look: Look

    @property
    def height(self) -> float:
        """Height of all lines."""
        return len(self.lines) * self.look.leading

    def start(self) -> float:
        """Two lines, or all three of three."""
        least = len(self.lines) if len(self.lines) <= 3 else 2
        return least * self.look.leading

    def split(self, room: float) -> tuple[Item, Item] | None:
        """Cut between lines, leaving neither a first nor a last line alone."""
        fit = min(int((room + 0.01) / self.look.leading), len(self.lines) - 2)
        if fit < 2:
            return None
        first = replace(self, lines=self.lines[:fit], after=0)
        return first, replace(self, lines=self.lines[fit:], before=0, anchor="")

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw line by line."""
        for line in self.lines:
            draw_line(canvas, line, self.look, x, top)
            top -= self.look.leading


@dataclass(frozen=True)
class TocItem(Placed):
    """A line of contents; its page number is looked up when drawn, after the layout is known."""

    text: TextItem
    target: str
    width: float
    numbers: Mapping[str, str]
    font: str

    @property
    def height(self) -> float:
        """Height of the entry's lines."""
        return self.text.height

    def start(self) -> float:
        """The entry stays whole."""
        return self.height

    def split(self, room: float) -> tuple[Item, Item] | None:
        """Only an entry longer than four lines is ever cut."""
        return None if len(self.text.lines) <= 4 else self.text.split(room)

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the text, the dots and the number, linked to the heading."""
        self.text.draw(canvas, x, top)
        look, last = self.text.look, self.text.lines[-1]
        number = self.numbers.get(self.target, "")
        base = top - self.height + (look.leading - look.size) / 2 + 0.14 * look.size
        canvas.setFont(self.font, look.size)
        canvas.drawRightString(x + self.width, base, number)
        dot = canvas.stringWidth(".", self.font, look.size) * 1.6
        begin = x + last.x + sum(piece.width for piece in last.pieces) + dot * 2
        end = x + self.width - canvas.stringWidth(number, self.font, look.size) - dot
        place = end
        while place > begin:
            canvas.drawString(place, base, ".")
            place -= dot
        box = (x, top - self.height, x + self.width, top)
        canvas.linkRect("", self.target, box, relative=0, thickness=0)


class _Jpeg(ImageReader):
    """A JPEG that is embedded as it is: named by its hash, never decoded."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self._name = sha256(data).digest()
        self._dataA = None

    def getRGBData(self) -> bytes:
        """Give what reportlab names the picture by."""
        return self._name


def _reader(loaded: Loaded) -> ImageReader:
    if loaded.kind == "jpeg":
        try:
            pdfutils.readJPEGInfo(io.BytesIO(loaded.data))
        except Exception:
            # reportlab raises bare exceptions for heads it does not know; then it must decode.
            return ImageReader(io.BytesIO(loaded.data))
        return _Jpeg(loaded.data)
    return ImageReader(io.BytesIO(loaded.data))


@dataclass(frozen=True)
class PictureItem(Placed):
    """A picture centred in its place."""

    loaded: Loaded
    size: tuple[float, float]
    width: float

    @property
    def height(self) -> float:
        """Height on paper."""
        return self.size[1]

    def start(self) -> float:
        """A picture stays whole."""
        return self.height

    def split(self, room: float) -> tuple[Item, Item] | None:
        """A picture is never cut."""
        return None

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw centred between the place's edges."""
        width, height = self.size
        left = x + (self.width - width) / 2
        transparent = "auto" if self.loaded.kind == "png" else None
        canvas.drawImage(_reader(self.loaded), left, top - height, width, height, mask=transparent)


def stack_height(items: "tuple[Item, ...]") -> float:
    """Height of items one under the other, with the space around each."""
    return sum(item.before + item.height + item.after for item in items)


def split_stack(
    items: "tuple[Item, ...]", room: float
) -> "tuple[tuple[Item, ...], tuple[Item, ...]]":
    """Divide a stack at a height: what fits above, and the rest."""
    used = 0.0
    for index, item in enumerate(items):
        if used + item.before + item.height > room + 0.01:
            pieces = item.split(room - used - item.before)
            if pieces is None:
                return items[:index], items[index:]
            return (*items[:index], pieces[0]), (pieces[1], *items[index + 1 :])
        used += item.before + item.height + item.after
    return items, ()
