"""To which record a list's entries belong: the contract whose products and milestones are shown."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from forms.record import Record
from widgets.desk import Desk
from widgets.field_choice import Combo
from widgets.record_form import record_words
from widgets.text import TextLabel


class ParentBar(QWidget):
    """A choice of one record of a form. `chosen(id)` when somebody wants another one; it is the
    `current` one once the list that hears of it says so."""

    chosen = Signal(object)

    def __init__(self, desk: Desk, kind: type[Record]) -> None:
        super().__init__()
        self.desk, self.kind = desk, kind
        self.current: UUID | None = None
        self.combo = Combo(f"所属{kind.title}")
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.combo.setMaximumWidth(560)
        self.combo.activated.connect(self._take)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 10, 24, 6)
        row.setSpacing(12)
        row.addWidget(TextLabel(f"所属{kind.title}", "dense", "ink2"))
        row.addWidget(self.combo, 1)
        row.addStretch(1)

    def lay_out(self) -> None:
        """Offer the records as they are now; the first where the one in view is gone."""
        rows = self.desk.dossier.all(self.kind)
        if all(row.id != self.current for row in rows):
            self.current = rows[0].id if rows else None
        self.combo.clear()
        for place, row in enumerate(rows, 1):
            self.combo.addItem(record_words(row, place), row.id)
            if row.id == self.current:
                self.combo.setCurrentIndex(place - 1)
        self.setVisible(bool(rows))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.lay_out()  # one of them may have been renamed meanwhile

    def _take(self, place: int) -> None:
        self.chosen.emit(self.combo.itemData(place))
