"""A signature written on the screen, where the parties accept it in place of ink on paper."""

from __future__ import annotations

from math import isfinite
from typing import Annotated, Any
from uuid import UUID

from pydantic import NaiveDatetime
from sqlalchemy import JSON
from sqlmodel import Field

from forms import fields as f
from forms.record import Record

STROKES_CEILING = 200
POINTS_CEILING = 4_000
"""Strokes of a signature, and points of all of them together; more is no signature."""
_SHAPE = 0.4
"""The height in widths of a pad of which nothing usable is known."""


class Signature(Record, table=True):
    """One signature under one paper: whose it is, what was drawn, and what was signed.

    `paper` is the paper's key and `subject` the visit that it records, if it records one. `ink`
    holds `strokes`, lists of (x, y) with x and y from 0 to 1 of the pad's width, and `height`, the
    pad's height in widths. `fingerprint` is that of the paper as it was when it was signed.
    """

    title = "电子签名"
    clause = "附件3 现场诊断记录表"

    paper: Annotated[str, f.text("所签文书", 40)] = ""
    subject: Annotated[UUID | None, f.ref("所属现场诊断", "visit")] = None
    role: Annotated[str, f.text("签字身份", 40)] = ""
    name: Annotated[str, f.text("签字人", 40)] = ""
    ink: Annotated[dict[str, Any], f.Spec("签字笔迹", f.Kind.FACTS)] = Field(
        default_factory=dict, sa_type=JSON
    )
    fingerprint: Annotated[str, f.text("签字时的文书指纹", 64)] = ""
    signed_at: Annotated[NaiveDatetime | None, f.Spec("签字时刻", f.Kind.MOMENT)] = None


def clean_ink(raw: Any) -> dict[str, Any]:
    """The ink of a signature from outside in the shape that is kept; {} where it is none."""
    if not isinstance(raw, dict):
        return {}
    lines = strokes(raw)
    return (
        {"strokes": [[list(p) for p in line] for line in lines], "height": shape(raw)}
        if lines
        else {}
    )


def strokes(ink: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """The strokes of a kept signature; nothing where they are not what they should be."""
    found: list[list[tuple[float, float]]] = []
    count = 0
    try:
        for stroke in ink.get("strokes", ())[:STROKES_CEILING]:
            points = [(float(x), float(y)) for x, y in stroke]
            count += len(points)
            if count > POINTS_CEILING or not all(0 <= v <= 4 for p in points for v in p):
                return []
            found.append(points)
    except (TypeError, ValueError, OverflowError, KeyError):
        return []
    return [stroke for stroke in found if stroke]


def shape(ink: dict[str, Any]) -> float:
    """The pad's height in widths, from 0.1 to 4."""
    try:
        height = float(ink.get("height", _SHAPE))
    except (TypeError, ValueError, OverflowError):
        return _SHAPE
    return min(max(height, 0.1), 4.0) if isfinite(height) else _SHAPE
