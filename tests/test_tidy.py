"""What goes at rest, after a dossier was left: by the C library's own count of what is held."""

from __future__ import annotations

import ctypes
import gc
import sys

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QComboBox, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from widgets.theme import theme
from widgets.tidy import forget_styles

_FIELDS = (
    *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
    *("usmblks", "fsmblks", "used", "free", "keepcost"),
)


class _Told(ctypes.Structure):
    """struct mallinfo2 of glibc's malloc.h."""

    _fields_ = [(name, ctypes.c_size_t) for name in _FIELDS]


def held() -> int:
    """Bytes."""
    gc.collect()
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _Told
    return int(ask().used)


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc")
def test_rules_of_style_are_not_kept_for_widgets_that_are_gone(
    qtbot: QtBot, qapp: QApplication
) -> None:
    theme().install(qapp)
    host = QWidget()
    qtbot.addWidget(host)
    host.show()

    def come_and_go() -> int:
        forget_styles()
        before = held()
        for kind in (QComboBox, QScrollArea) * 5:
            made = [kind(host) for _ in range(40)]
            for each in made:
                each.show()
            qapp.processEvents()
            for each in made:
                shiboken6.delete(each)
        return before

    come_and_go()
    before = come_and_go()
    kept = held() - before
    forget_styles()
    assert kept > 200_000 and held() - before < kept / 10
