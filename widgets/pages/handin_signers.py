"""签名与联系人: this device's fingerprint, and the colleagues whose fingerprints were compared."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.signers import CONTACT_FILE, Signer, Signers, read_contact, save_contact
from forms.errors import UserError
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.surfaces import Card, Rule, empty
from widgets.text import TextLabel

_HINT = (
    "导出的文件包由本机签名。与同事互换联系密钥后，文件包可以加密给对方，对方的签名也能辨认。"
    "收入前须以电话核对指纹：对方念出的八个词应与所示完全一致。"
)


class SignersCard(Card):
    """Contacts go out and come in here. `changed` says that somebody is known or forgotten."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__((20, 16), 8, parent)
        self.desk = desk
        self.signers = Signers(desk.bench.store)
        self._asked: Signer | None = None
        give, take = Button("导出本机联系密钥", height=28), Button("收入联系密钥", height=28)
        give.clicked.connect(self._give)
        take.clicked.connect(self._choose)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(TextLabel("签名与联系人", "section"))
        head.addStretch(1)
        head.addWidget(give)
        head.addWidget(take)
        self.body.addLayout(head)
        self.body.addWidget(TextLabel(_HINT, "dense", "ink2", wrap=True))
        self.own = TextLabel("", "body", wrap=True)
        self.body.addWidget(self.own)
        self.status = TextLabel("", "dense", wrap=True)
        self.status.hide()
        self.same, self.other = Button("已核对一致，收入", Kind.PRIMARY), Button("不一致，不收入")
        self.same.clicked.connect(self._confirm)
        self.other.clicked.connect(lambda: self._ask(None, "没有收入，已有的联系人未变。"))
        self._answers = QWidget()
        row = QHBoxLayout(self._answers)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.same)
        row.addWidget(self.other)
        row.addStretch(1)
        self.body.addWidget(self.status)
        self.body.addWidget(self._answers)
        self._answers.hide()
        self.people = QVBoxLayout()
        self.people.setSpacing(4)
        self.body.addLayout(self.people)
        self.show_all()

    def show_all(self) -> None:
        """This device's fingerprint, and everybody known."""
        self.own.setText(f"本机指纹：{self.signers.own().fingerprint}")
        empty(self.people)
        known = self.signers.known()
        if known:
            self.people.addWidget(Rule())
        for signer in known:
            self.people.addWidget(self._line(signer))

    def _line(self, signer: Signer) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        words = f"{signer.name or '未署姓名'}　{signer.fingerprint}　{signer.confirmed_on} 核实"
        row.addWidget(TextLabel(words, "dense", wrap=True), 1, Qt.AlignmentFlag.AlignVCenter)
        button = Button("移除", Kind.QUIET, height=28)
        button.setAccessibleName(f"移除：{signer.name}")
        button.clicked.connect(lambda: self._forget(signer))
        row.addWidget(button)
        return line

    def take(self, path: Path) -> None:
        """Read a colleague's contact file, and ask whether the words are theirs."""
        try:
            self._ask(read_contact(path))
        except UserError as error:
            self._ask(None, str(error), "block")

    def ask(self, signer: Signer) -> None:
        """Ask whether somebody's words were compared."""
        self._ask(signer)

    def _ask(self, signer: Signer | None, sentence: str = "", token: str = "ink2") -> None:
        self._asked = signer
        if signer is not None:
            sentence = (
                f"请以电话与“{signer.name or '未署姓名'}”核对指纹：{signer.fingerprint}。"
                "由对方念出，逐词一致方可收入。"
            )
            token = "ink"
        self.status.set_token(token)
        self.status.setText(sentence)
        self.status.setVisible(bool(sentence))
        self.status.updateGeometry()
        self._answers.setVisible(signer is not None)
        if signer is not None:
            self.other.setFocus()

    def _confirm(self) -> None:
        if self._asked is not None:
            self.signers.confirm(self._asked)
            self._ask(None, f"已收入“{self._asked.name or '未署姓名'}”。", "ok")
            self.show_all()
            self.changed.emit()

    def _forget(self, signer: Signer) -> None:
        self.signers.forget(signer.key)
        self._ask(None, f"已移除“{signer.name}”，其签名今后按未核实处理。")
        self.show_all()
        self.changed.emit()

    def _give(self) -> None:
        found, _ = QFileDialog.getSaveFileName(
            self, "导出本机联系密钥", CONTACT_FILE, "联系密钥 (*.json)"
        )
        if found:
            self.give(Path(found))

    def give(self, path: Path) -> None:
        """Write this device's contact file."""
        try:
            save_contact(self.signers, self.desk.bench.person, path)
        except UserError as error:
            self._ask(None, str(error), "block")
            return
        self._ask(None, f"已导出“{path.name}”，其中没有秘密，可以直接发给同事。", "ok")

    def _choose(self) -> None:
        found, _ = QFileDialog.getOpenFileName(self, "收入联系密钥", "", "联系密钥 (*.json)")
        if found:
            self.take(Path(found))
