"""Signatures written on the screen, as pictures where the paper has its blank line."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from uuid import UUID

from exporters.blocks import CellBlock, GridItem, Paragraph, Picture, PictureGrid
from exporters.canvas import INK, Canvas
from exporters.source import Source
from exporters.style import MM, Style
from exporters.wording import date_text
from forms.dossier import Signature
from forms.papers import Role
from forms.signature import shape, strokes

HEIGHT_MM = 14.0
_WIDEST_MM = 60.0
_WEIGHT_MM = 0.5
_BESIDE = 4

Strokes = tuple[tuple[tuple[float, float], ...], ...]


def signatures(
    source: Source, paper: str, role: Role, subject: UUID | None = None
) -> tuple[Picture, ...]:
    """The signatures under a paper in one capacity, in order; empty where there are none.

    `paper` is a key of `forms.papers`, `subject` the visit whose record it is. A composer puts
    them where the blank line would be, or leaves the line blank. Nobody's signature stands under
    words that were changed since, nor twice.
    """
    found = {
        each.name: each
        for each in source.dossier.all(Signature)
        if (each.paper, each.role, each.subject) == (paper, role.value, subject)
        and each.id not in source.outdated
    }
    pictures = (drawn(each.ink, _told(each)) for each in found.values())
    return tuple(picture for picture in pictures if picture is not None)


def _told(signature: Signature) -> str:
    at = signature.signed_at
    when = f"，{date_text(at.date())} {at:%H:%M}" if at else ""
    return f"{signature.role}签名：{signature.name}{when}"


def place_to_sign(label: str, signed: tuple[Picture, ...] = ()) -> tuple[CellBlock, ...]:
    """A label in a form's cell with room below it to sign, or with what was signed already."""
    if signed:
        return (Paragraph(label, Style.CELL), *signed)
    return (Paragraph(label, Style.CELL, after_pt=HEIGHT_MM * MM),)


def beside(pictures: tuple[Picture, ...]) -> tuple[CellBlock, ...]:
    """Pictures side by side, as they go into a cell; nothing where there are none."""
    if len(pictures) < 2:
        return pictures
    return (PictureGrid(tuple(map(GridItem, pictures)), columns=min(len(pictures), _BESIDE)),)


def drawn(ink: dict[str, object], alt: str) -> Picture | None:
    """One signature as a picture; None where no line of it can be drawn."""
    lines = tuple(tuple(stroke) for stroke in strokes(ink))
    if not lines:
        return None
    width = min(HEIGHT_MM / shape(ink), _WIDEST_MM)
    return Picture(_png(lines, width, width * shape(ink)), width, HEIGHT_MM, alt)


@lru_cache(maxsize=64)
def _png(lines: Strokes, width: float, height: float) -> bytes:
    sheet = Canvas(width, height)
    for stroke in lines:
        points = [(x * width, y * width) for x, y in stroke]
        distinct = [points[0], *(after for before, after in pairwise(points) if before != after)]
        if len(distinct) > 1:
            sheet.path(distinct, INK, _WEIGHT_MM)
        else:
            sheet.disc(points[0], _WEIGHT_MM / 2, INK)
    return sheet.png()
