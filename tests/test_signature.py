"""Ink from outside in the shape that is kept, and the pad that keeps within it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from exporters.signing import drawn
from forms.signature import POINTS_CEILING, clean_ink, strokes
from widgets.signature_pad import SignaturePad

LINE = [[0.1, 0.1], [0.5, 0.3]]


@pytest.mark.parametrize("height", [float("nan"), float("inf"), -1, 10**400, "x", None, [], True])
def test_any_height_can_be_drawn(height: Any) -> None:
    ink = clean_ink({"strokes": [LINE], "height": height})
    assert 0.1 <= ink["height"] <= 4
    assert drawn(ink, "签名") is not None


@pytest.mark.parametrize(
    "given",
    [{}, None, 5, [[10**400, 0]], [[[10**400, 0]]], [[[float("nan"), 0]]], [[[0.1]]], [["ab"]]],
)
def test_what_is_no_ink_is_none(given: Any) -> None:
    assert clean_ink({"strokes": given}) == {}


def test_a_long_signature_is_kept_as_far_as_it_goes(qtbot: QtBot) -> None:
    pad = SignaturePad()
    qtbot.addWidget(pad)
    pad.resize(400, 160)
    for stroke in range(30):
        pad.begin(QPointF(0, stroke))
        for step in range(200):
            pad.move_to(QPointF(step * 2, stroke))
        pad.end()
    kept = strokes(pad.ink())
    assert sum(map(len, kept)) == POINTS_CEILING and len(kept) == POINTS_CEILING // 200
