"""The files of some kinds as a card: which are there, with a button to add each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app.progress import Progress
from forms.dossier import Attachment
from grading.finding import Target
from widgets.bars import StatusNote
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.file_drop import ask_files
from widgets.pages.attachments import attach_work
from widgets.surfaces import Card
from widgets.text import TextLabel

_NAME = 28
"""Characters of a file's title that a line shows."""


@dataclass(frozen=True, slots=True)
class Filed:
    """One kind of attachment and, where it is not plain, what it is wanted for."""

    kind: str
    why: str = ""


class KindFiles(Card):
    """`jump(Target)` where somebody wants to see a file; `lay_out` shows what is there now."""

    jump = Signal(object)

    def __init__(self, desk: Desk, title: str, wanted: Sequence[Filed]) -> None:
        super().__init__((20, 16), 10)
        self.desk, self.wanted = desk, tuple(wanted)
        self.notes: dict[str, StatusNote] = {}
        self.adds: dict[str, Button] = {}
        self.sees: dict[str, Button] = {}
        self.trouble = TextLabel("", "dense", "block", wrap=True)
        self.trouble.hide()
        self.body.addWidget(TextLabel(title, "section"))
        for each in self.wanted:
            self._line(each)
        self.body.addWidget(self.trouble)
        desk.restructured.connect(self.lay_out)
        self.lay_out()

    def _line(self, each: Filed) -> None:
        add = self.adds[each.kind] = Button("归入文件", icon="clip", height=28)
        add.setAccessibleName(f"归入{each.kind}")
        add.clicked.connect(lambda: self.ask(each.kind))
        see = self.sees[each.kind] = Button("查看", Kind.QUIET, height=28)
        see.setAccessibleName(f"查看{each.kind}")
        see.clicked.connect(lambda: self._see(each.kind))
        note = self.notes[each.kind] = StatusNote()
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(TextLabel(each.kind, "body"))
        row.addWidget(note)
        row.addStretch(1)
        row.addWidget(see)
        row.addWidget(add)
        self.body.addLayout(row)
        if each.why:
            self.body.addWidget(TextLabel(each.why, "meta", "ink2", wrap=True))

    def held(self, kind: str) -> list[Attachment]:
        """The attachments of a kind, in order."""
        return [each for each in self.desk.dossier.all(Attachment) if each.kind == kind]

    def lay_out(self) -> None:
        """Show what is there now."""
        for each in self.wanted:
            held = self.held(each.kind)
            self.sees[each.kind].setVisible(bool(held))
            if not held:
                self.notes[each.kind].set_note("尚未归入", "hollow", "ink2")
                continue
            name = held[-1].name or held[-1].filename
            name = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
            more = f"，共 {len(held)} 份" if len(held) > 1 else ""
            self.notes[each.kind].set_note(f"{name}{more}", "check", "ok")

    def ask(self, kind: str) -> None:
        """Ask for files of a kind."""
        ask_files(self, f"归入{kind}", "", lambda paths: self.attach(kind, paths))

    def attach(self, kind: str, paths: list[Path]) -> None:
        """Keep files as attachments of a kind; what could not be kept is told below."""
        troubles: list[str] = []
        self._tell(troubles)

        def note(step: Progress) -> None:
            if step.trouble:
                troubles.append(step.trouble)
                self._tell(troubles)

        job = self.desk.job(attach_work(self.desk, paths, kind))
        job.progressed.connect(note)
        job.start()

    def _tell(self, troubles: list[str]) -> None:
        self.trouble.setText("\n".join(troubles))
        self.trouble.setVisible(bool(troubles))

    def _see(self, kind: str) -> None:
        self.jump.emit(Target("attachments", self.held(kind)[-1].id))
