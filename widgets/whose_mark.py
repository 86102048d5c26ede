"""A quiet mark that says whose part of the work something is; nobody is kept from it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from grading.assignments import holder
from widgets.desk import Desk
from widgets.marks import Tag
from widgets.text import tip

_LONGEST = 10
_HINT = "他人负责的内容仍可填写，两人改动不同的，合并时并列待裁定。"


class WhoseMark(Tag):
    """由李样本负责, hidden where nobody has the part. Who edits what is another's is told here that
    the edit was kept all the same."""

    def __init__(self, desk: Desk, kind: str, subject: str, parent: QWidget | None = None) -> None:
        super().__init__("", "quiet", "person", parent)
        self._desk, self._kind, self._subject = desk, kind, subject
        self._held = ""
        desk.changed.connect(self._edited)
        desk.restructured.connect(self.refresh)
        self.refresh()

    def show_part(self, kind: str, subject: str) -> None:
        """Speak of another part from now on."""
        if (kind, subject) != (self._kind, self._subject):
            self._kind, self._subject = kind, subject
            self.refresh()

    def refresh(self) -> None:
        """Say whose it is now."""
        self._held = holder(self._desk.dossier, self._kind, self._subject)
        self._say("", "quiet")

    def _edited(self) -> None:
        held = holder(self._desk.dossier, self._kind, self._subject)
        if held != self._held:
            self.refresh()
        elif held != self._desk.bench.person and self.isVisible():
            self._say("，本次改动已照常保存", "warn")

    def _say(self, more: str, tone: str) -> None:
        held = self._held
        name = held if len(held) <= _LONGEST else f"{held[: _LONGEST - 1]}…"
        self.set(f"由{name}负责{more}", tone, "person")
        self.setVisible(bool(held))
        self.setToolTip(tip(f"由{held}负责。{_HINT}"))
