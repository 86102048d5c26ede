"""A .pdf as pictures of its pages: for the preview, for printing, and for reading scans.

The library is not made for several threads at once, so one lock serves all of the program.
"""

from __future__ import annotations

import io
import re
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import pypdfium2
import pypdfium2.raw
from PIL import Image

_LOCK = threading.RLock()
MM = 72 / 25.4
#: A page's picture is never larger; beyond it lies a crafted page, not paper.
PIXELS_CEILING = 40_000_000
#: What the library makes anew each time that it writes the same pages: the moment, and an id.
_MADE_AT = re.compile(rb"(?<=/CreationDate\(D:)\d{14}")
_IDS = re.compile(rb"(?<=/ID\[)<[0-9A-F]+><[0-9A-F]+>(?=\])")
_TRAILER = 256


class PdfPages:
    """An open .pdf; a context manager. Raises ValueError for what is none."""

    def __init__(self, source: Path | bytes) -> None:
        with _LOCK:
            try:
                self._pdf = pypdfium2.PdfDocument(source)
                self.count = len(self._pdf)
            except (pypdfium2.PdfiumError, OSError) as error:
                raise ValueError("no readable .pdf") from error

    @property
    def producer(self) -> str:
        """The program that says of itself that it wrote the file."""
        with _LOCK:
            return str(self._pdf.get_metadata_value("Producer"))

    @property
    def amended(self) -> bool:
        """Whether something was added to the file after it was written, as electronic seals are."""
        with _LOCK:
            return bool(pypdfium2.raw.FPDF_GetTrailerEnds(self._pdf, None, 0) > 1)

    def size(self, index: int) -> tuple[float, float]:
        """A page's width and height in points."""
        with _LOCK:
            width, height = self._pdf.get_page_size(index)
            return float(width), float(height)

    def picture(self, index: int, dpi: float) -> Image.Image:
        """A page in RGB; at fewer dots an inch where it would be larger than PIXELS_CEILING."""
        width, height = self.size(index)
        scale = min(dpi / 72, (PIXELS_CEILING / max(width * height, 1)) ** 0.5)
        with _LOCK:
            page = self._pdf[index]
            try:
                made: Image.Image = page.render(scale=scale).to_pil()
                return made.convert("RGB")
            except pypdfium2.PdfiumError as error:
                raise ValueError("a page that cannot be drawn") from error
            finally:
                page.close()

    def extract(self, pages: list[int], path: Path) -> None:
        """Write some of the pages as a .pdf of their own; the same pages give the same bytes."""
        held = io.BytesIO()
        with _LOCK:
            part = pypdfium2.PdfDocument.new()
            try:
                part.import_pages(self._pdf, pages)
                part.save(held)
            finally:
                part.close()
        path.write_bytes(_settled(held.getvalue()))

    def close(self) -> None:
        """Close it. Safe to call again."""
        with _LOCK:
            self._pdf.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _settled(data: bytes) -> bytes:
    """A .pdf that the library wrote, with one moment and one id for all; nothing in it moves."""
    data = _MADE_AT.sub(b"20000101000000", data, count=1)
    head, tail = data[:-_TRAILER], data[-_TRAILER:]
    return head + _IDS.sub(lambda ids: re.sub(rb"[0-9A-F]", b"0", ids[0]), tail)
