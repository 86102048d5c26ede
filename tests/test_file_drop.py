"""Files dropped on a page, over its fields, and on a page within another."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.window_kit import drop
from widgets.file_drop import FileDrop


def test_the_nearest_page_takes_what_is_dropped_on_a_field_however_late_it_came(
    qtbot: QtBot, tmp_path: Path
) -> None:
    outer, inner = QWidget(), QWidget()
    taken: list[tuple[str, list[Path]]] = []
    for name, page in (("outer", outer), ("inner", inner)):
        made = FileDrop(page, "松开鼠标")
        made.dropped.connect(lambda paths, name=name: taken.append((name, paths)))
    column = QVBoxLayout(outer)
    beside = QLineEdit()
    column.addWidget(beside)
    column.addWidget(inner)
    QVBoxLayout(inner)
    qtbot.addWidget(outer)
    outer.resize(400, 300)
    with qtbot.waitExposed(outer):
        outer.show()
    late = QLineEdit()
    layout = inner.layout()
    assert layout is not None
    layout.addWidget(late)
    qtbot.waitUntil(late.isVisible)
    paper = tmp_path / "paper.pdf"
    for target in (late, beside, late):
        drop(target, paper)
    assert taken == [("inner", [paper]), ("outer", [paper]), ("inner", [paper])]
    assert late.text() == beside.text() == ""
