"""One field of a form between two others, with everything it said."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from forms.fields import Spec
from widgets.field_base import FieldContext, FieldWidget
from widgets.field_widgets import make_field

PEOPLE = [(str(UUID(int=1)), "王示例"), (str(UUID(int=2)), "李样本")]
CONTEXT = FieldContext(
    lambda spec: (
        spec.choices or ("绿园区", "宽城区", "二道区", "南关区", "朝阳区", "农安县", "榆树市")
    ),
    lambda form: PEOPLE if form == "member" else [],
    lambda form: "诊断团队",
)


class Host(QWidget):
    """A field between two others, with everything it said."""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.said: list[tuple[str, Any]] = []
        self.left = 0
        self.field: FieldWidget = make_field("it", spec, CONTEXT)
        self.other = QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.other)
        self.field.value_changed.connect(lambda path, value: self.said.append((path, value)))
        self.field.left.connect(self._count)

    def _count(self) -> None:
        self.left += 1


def host(qtbot: QtBot, spec: Spec) -> Host:
    made = Host(spec)
    qtbot.addWidget(made)
    made.resize(700, 300)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made
