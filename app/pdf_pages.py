"""A .pdf as pictures of its pages: for the preview, for printing, and for reading scans.

The library is not made for several threads at once, so one lock serves all of the program.
"""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import pypdfium2
from PIL import Image

_LOCK = threading.RLock()
MM = 72 / 25.4
#: A page's picture is never larger; beyond it lies a crafted page, not paper.
PIXELS_CEILING = 40_000_000


class PdfPages:
    """An open .pdf; a context manager. Raises ValueError for what is none."""

    def __init__(self, source: Path | bytes) -> None:
        with _LOCK:
            try:
                self._pdf = pypdfium2.PdfDocument(source)
                self.count = len(self._pdf)
            except (pypdfium2.PdfiumError, OSError) as error:
                raise ValueError("no readable .pdf") from error

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
        """Write some of the pages as a .pdf of their own."""
        with _LOCK:
            part = pypdfium2.PdfDocument.new()
            try:
                part.import_pages(self._pdf, pages)
                part.save(path)
            finally:
                part.close()

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
