"""The place for a seal: a faint dashed circle with faint words, to be stamped over.

It is a picture, so that it stands alike in cells and between paragraphs, in .docx and .pdf, and is
not counted as text.
"""

from functools import lru_cache

from exporters.blocks import Picture
from exporters.canvas import Canvas, text_width

_FAINT = "#AAB0B5"
_EDGE_MM = 1.0
_SIZES = (9.0, 8.0, 7.0, 6.0)


@lru_cache(maxsize=16)
def seal_place(words: str = "盖章处", diameter_mm: float = 38) -> Picture:
    """Give a circle as large as an official seal, with words in brackets in its middle."""
    side = diameter_mm + 2 * _EDGE_MM
    canvas = Canvas(side, side)
    middle = (side / 2, side / 2)
    canvas.circle(middle, diameter_mm / 2, _FAINT, weight=0.3, dash=1.5)
    line = f"（{words}）"
    fitting = (size for size in _SIZES if text_width(line, size) < diameter_mm - 4)
    canvas.text(middle, line, _FAINT, next(fitting, _SIZES[-1]), align="m")
    return Picture(canvas.png(), width_mm=side, max_height_mm=side, alt=line)
