"""Layouts that are emptied or go leave none of their items behind."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QLayoutItem, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from widgets.flow_layout import FlowLayout
from widgets.surfaces import taken


def items(layout: QLayout) -> list[QLayoutItem]:
    found = [layout.itemAt(place) for place in range(layout.count())]
    return [item for item in found if item is not None]


def test_what_is_taken_out_is_freed_and_its_widgets_stay(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    for layout in (QVBoxLayout(host), FlowLayout(QWidget(host))):
        parts = [QWidget(host) for _ in range(3)]
        for part in parts:
            layout.addWidget(part)
        if isinstance(layout, QVBoxLayout):
            layout.addSpacing(8)
        held = items(layout)
        assert taken(layout) == parts and layout.count() == 0
        assert not any(map(isValid, held)) and all(map(isValid, parts))


def test_a_layout_of_words_goes_with_its_items(qtbot: QtBot) -> None:
    host = QWidget()
    flow, parts = FlowLayout(host), [QWidget(host) for _ in range(3)]
    for part in parts:
        flow.addWidget(part)
    delete(parts.pop())
    held = items(flow)
    assert len(held) == 2 and all(map(isValid, held))
    delete(host)
    assert not any(map(isValid, (flow, *held, *parts)))
