"""Taking a 退回意见 in: its signer and points are shown, then a person decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app.closing import PassphraseError
from app.return_file import Came, read, take_in
from app.signers import Standing
from app.workbench import Workbench
from exporters.wording import date_text
from forms.errors import UserError
from widgets.bars import StatusNote
from widgets.controls import Button, Kind
from widgets.jobs import Job
from widgets.secret_fields import SecretLine
from widgets.surfaces import Card
from widgets.text import TextLabel

Runner = Callable[[Callable[[], Iterator[Any]]], Job]
_SHOWN = 5


class OpinionIntake(Card):
    """Hidden until a file is looked at. `taken(Came)` when its points were made records of.

    `run` makes a job of work, not started yet; `only` is the dossier whose opinions are wanted,
    None any that is in the store.
    """

    taken = Signal(object)

    def __init__(self, bench: Workbench, run: Runner, only: UUID | None = None) -> None:
        super().__init__((20, 16), 8)
        self.bench, self._run, self._only = bench, run, only
        self._path = Path()
        self._came: Came | None = None
        self._job: Job | None = None
        self.note = StatusNote()
        self.words, self.signed = (TextLabel("", "dense", wrap=True) for _ in range(2))
        self.take = Button("", Kind.PRIMARY)
        self.take.clicked.connect(self._take)
        self.leave = Button("")
        self.leave.clicked.connect(self.hide)
        self.secret = SecretLine("文件口令", "打开")
        self.secret.given.connect(lambda secret: self.look(self._path, secret))
        for part in (self.note, self.words, self.signed, self.secret):
            self.body.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.take)
        row.addWidget(self.leave)
        row.addStretch(1)
        self.body.addLayout(row)
        self.hide()

    def look(self, path: Path, passphrase: str = "") -> None:
        """Read a file off the main thread, and show what it is."""
        if self._job is not None:
            return
        self._path, store = path, self.bench.store
        self.secret.field.clear()
        self._say("正在读取", "clock", "ink2", path.name)

        def work() -> Iterator[Came | UserError]:
            try:
                yield read(store, path, passphrase)
            except UserError as error:
                yield error

        job = self._job = self._run(work)
        job.finished.connect(self.show_file)
        job.ended.connect(self._free)
        job.start()

    def _free(self) -> None:
        self._job = None

    def show_file(self, found: Came | UserError) -> None:
        """Show what was read, or why it could not be."""
        self._came = None
        if isinstance(found, UserError):
            locked = isinstance(found, PassphraseError)
            self._say(
                "不能收入", "warn" if locked else "block", "warn" if locked else "block", str(found)
            )
            self.secret.setVisible(locked)
            if locked:
                self.secret.field.setFocus()
            return
        returned, opinion = found.returned, found.returned.opinion
        if self._only is not None and returned.dossier != self._only:
            self._say(
                *("不能收入", "block", "block"),
                f"这份退回意见针对“{returned.enterprise}”的另一份档案，没有收入，请打开那份档案后再收。",
            )
            return
        self._came = found
        head = "，".join(filter(None, (opinion.office, opinion.number, date_text(opinion.date))))
        count = len(returned.points)
        lines = [f"{head or '未注明退回单位'}。针对“{returned.enterprise}”，共 {count} 条："]
        lines += [f"{n}. {_brief(each.text)}" for n, each in enumerate(returned.points[:_SHOWN], 1)]
        lines += [f"……其余 {count - _SHOWN} 条收入后查看。"] if count > _SHOWN else []
        self._say("退回意见", "transfer", "accent", "\n".join(lines))
        known = found.checked.standing in (Standing.OWN, Standing.KNOWN)
        self.signed.set_token("ok" if known else "warn")
        self.signed.setText(found.checked.sentence)
        self.signed.show()
        self.take.setText(f"收入 {count} 条意见")
        self.take.setAccessibleName(self.take.text())
        self.take.updateGeometry()
        self.take.show()
        self._name_leave("不收")
        self.take.setFocus()

    def _take(self) -> None:
        came = self._came
        if came is None:
            return
        try:
            fresh = take_in(self.bench, came)
        except UserError as error:
            self._say("没有收入", "block", "block", str(error))
            return
        if not fresh:
            self._say(
                "此前已收入", "check", "ok", "这份退回意见已在档案中，没有重复收入，档案未变。"
            )
            return
        self.hide()
        self.taken.emit(came)

    def _name_leave(self, word: str) -> None:
        self.leave.setText(word)
        self.leave.setAccessibleName(word)
        self.leave.updateGeometry()

    def _say(self, note: str, icon: str, token: str, words: str) -> None:
        for part in (self.secret, self.signed, self.take):
            part.hide()
        self._name_leave("关闭")
        self.note.set_note(note, icon, token)
        self.words.setText(words)
        self.words.updateGeometry()
        self.show()


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
