"""Lines of writing as they stand on a photo, for the tests of what is made of them."""

from collections.abc import Sequence

from app.watermark_spelling import ems
from forms.watermark import Line

TALL, ASPECT = 0.03, 4 / 3


def line(text: str, left: float, top: float, *, tall: float = TALL, score: float = 0.99) -> Line:
    """A line of type `tall` (of the photo's height) on a photo of 4 to 3."""
    wide = ems(text) * tall * 0.8 / ASPECT
    box = (left, top, min(1.0, left + wide), min(1.0, top + tall))
    return Line(text=text, score=score, box=box)


def block(
    texts: Sequence[str],
    left: float = 0.03,
    bottom: float = 0.97,
    *,
    tall: float = TALL,
    right: float | None = None,
    centre: float | None = None,
    pitch: float = 1.3,
    score: float = 0.99,
) -> list[Line]:
    """Lines one below the other; flush left at `left`, or right at `right`, or centred."""
    top = bottom - tall * pitch * len(texts)
    found = []
    for number, text in enumerate(texts):
        one = line(text, 0.0, top + number * tall * pitch, tall=tall, score=score)
        width = one.box[2]
        start = left
        if right is not None:
            start = right - width
        if centre is not None:
            start = centre - width / 2
        box = (start, one.box[1], min(1.0, start + width), one.box[3])
        found.append(Line(text=text, score=score, box=box))
    return found
