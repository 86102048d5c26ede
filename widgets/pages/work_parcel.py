"""发给某人: what goes along, how the work bundle is closed, and writing it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app import handing_out
from app.closing import OPEN, Closing, new_passphrase
from app.handing_out import Luggage
from app.progress import Progress
from app.signers import Signers
from grading.assignments import Parts
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.jobs import Job
from widgets.pages.handin_export import FOLDER_SETTING, FileLine
from widgets.surfaces import Card, empty
from widgets.text import TextLabel

ADDRESSEE, PASSPHRASE, CLEAR = "addressee", "passphrase", "clear"
_WAYS = (
    Segment(ADDRESSEE, "只给本人"),
    Segment(PASSPHRASE, "口令加密"),
    Segment(CLEAR, "不加密"),
)
_MB = 1024 * 1024
_HINTS = {
    ADDRESSEE: "只有收件人和本机打得开。",
    PASSPHRASE: "口令不随工作包保存，请抄下后以电话告知，不要与工作包一同发送。",
    CLEAR: "任何人拿到都能看到全部答卷、正文和随包照片，请只在专人当面递送时使用。",
}
_UNKNOWN = "尚无{name}的联系密钥，请用口令加密，或先在“导出与提交”的“签名与联系人”中收入。"
_NOT_CONFIRMED = "没有写出工作包：不加密的，请先勾选“已知悉”。"
_NO_ADDRESSEE = "没有写出工作包：请选定收件人的联系密钥，或改用口令加密。"


class ParcelCard(Card):
    """A work bundle for one colleague. `closed()` when the person is done with it."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__((16, 14), 10)
        self.desk = desk
        self._job: Job | None = None
        self._luggage: Luggage | None = None
        self._troubles: list[str] = []
        kept = desk.bench.store.setting(FOLDER_SETTING)
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self.folder = Path(kept or home)
        self.who, self.key = QComboBox(), QComboBox()
        self.told = TextLabel("", "dense", wrap=True)
        self.whole = QCheckBox("全部照片和附件")
        self.way = SegmentedControl(_WAYS, ADDRESSEE, height=28, name="工作包加密方式")
        self.hint = TextLabel("", "meta", "ink2", wrap=True)
        self.secret = QLineEdit(new_passphrase())
        self.known = QCheckBox("已知悉，仍不加密")
        self.where = TextLabel(str(self.folder), "meta", "ink2", wrap=True)
        self.write, self.stop = Button("写出工作包", Kind.PRIMARY, icon="export"), Button("取消")
        self.leave = Button("返回")
        self.status = TextLabel("", "dense", wrap=True)
        self._secret = QWidget()
        self._made = QVBoxLayout()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        for field, name in ((self.who, "收件人"), (self.key, "收件人的联系密钥")):
            field.setAccessibleName(name)
            field.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
        self.secret.setAccessibleName("工作包口令")
        another, copy = Button("换一个", height=28), Button("复制口令", height=28)
        another.clicked.connect(lambda: self.secret.setText(new_passphrase()))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.secret.text()))
        secret = QVBoxLayout(self._secret)
        secret.setContentsMargins(0, 0, 0, 0)
        secret.setSpacing(6)
        secret.addWidget(self.secret)
        secret.addLayout(_row(another, copy))
        choose = Button("选择文件夹", icon="folder", height=28)
        choose.clicked.connect(self._choose)
        parts: tuple[QWidget, ...] = (
            *(TextLabel("发给", "section"), self.who, self.told, self.whole, self.way, self.key),
            *(self._secret, self.hint, self.known, self.where, choose),
        )
        for part in parts:
            fixed = isinstance(part, Button | SegmentedControl)
            side = Qt.AlignmentFlag.AlignLeft if fixed else Qt.AlignmentFlag(0)
            self.body.addWidget(part, 0, side)
        self.body.addLayout(_row(self.write, self.stop, self.leave))
        self.body.addWidget(self.status)
        self.body.addLayout(self._made)
        self.stop.hide()
        self.status.hide()

    def _connect(self) -> None:
        self.who.activated.connect(lambda _place: self._show_person())
        self.whole.toggled.connect(lambda _on: self._tell())
        self.way.chosen.connect(lambda _key: self._show_way())
        self.write.clicked.connect(self.pack)
        self.stop.clicked.connect(self._cancel)
        self.leave.clicked.connect(self.closed)

    def show_people(self, names: Sequence[str], chosen: str = "") -> None:
        """Offer these; begin with `chosen`, or else with who was chosen before."""
        held = chosen or self.who.currentText()
        self.who.clear()
        self.who.addItems(list(names))
        self.who.setCurrentIndex(max(self.who.findText(held), 0))
        self._show_person()

    def _show_person(self) -> None:
        """What goes along for whom is chosen, and whether the colleague's key is known."""
        name, bench = self.who.currentText(), self.desk.bench
        self._luggage = handing_out.luggage(bench, self.desk.dossier, name) if name else None
        self.key.clear()
        for signer in Signers(bench.store).known():
            if signer.name == name and signer.recipient:
                self.key.addItem(f"{signer.name}　{signer.fingerprint}", signer.recipient)
        if self.key.count() > 1:  # namesakes: nobody is closed for by chance
            self.key.setCurrentIndex(-1)
        self.way.set_current(ADDRESSEE if self.key.count() else PASSPHRASE)
        self.known.setChecked(False)
        self.write.setEnabled(bool(name))
        self.whole.setEnabled(bool(self._luggage and self._luggage.left))
        self.say("")
        self._tell()
        self._show_way()

    def _tell(self) -> None:
        """What goes along, in counts and megabytes."""
        held = self._luggage
        if held is None:
            self.told.setText("还没有可发给的人员，请先在“诊断团队”登记。")
            return
        parts = len(Parts(self.desk.dossier, self.desk.pack).of(self.who.currentText()))
        words = [f"负责 {parts} 项。全部修改记录随包。"]
        total = held.photos + held.attachments
        if self.whole.isChecked():
            size = held.size + held.left_size
            words.append(f"照片和附件 {total + held.left} 个全部随包，{_size(size)}。")
        else:
            words.append(
                f"随包照片 {held.photos} 张、附件 {held.attachments} 件，{_size(held.size)}。"
                if total
                else "没有随包的照片和附件。"
            )
            if held.left:
                rest = f"其余 {held.left} 个（{_size(held.left_size)}）与其分工无关，留在本机。"
                words.append(rest)
        if held.away:
            words.append(f"另有 {held.away} 个的原件在其他同事处，不能随包。")
        self.told.setText("".join(words))
        self.told.updateGeometry()

    def _show_way(self) -> None:
        way = self.way.current()
        lacking = way == ADDRESSEE and not self.key.count()
        self.key.setVisible(way == ADDRESSEE and not lacking)
        self._secret.setVisible(way == PASSPHRASE)
        self.known.setVisible(way == CLEAR)
        unknown = _UNKNOWN.format(name=self.who.currentText())
        self.hint.setText(unknown if lacking else _HINTS[way])
        self.hint.set_token("warn" if lacking or way == CLEAR else "ink2")
        self.hint.updateGeometry()

    def closing(self) -> Closing | str:
        """How the bundle is closed, or the sentence why it cannot be written so."""
        way = self.way.current()
        if way == ADDRESSEE:
            recipient = self.key.currentData()
            own = Signers(self.desk.bench.store).own().recipient
            return Closing(recipients=(recipient, own)) if recipient else _NO_ADDRESSEE
        if way == PASSPHRASE:
            if not self.secret.text():
                return "没有写出工作包：请填写口令，或点“换一个”由程序生成。"
            return Closing(self.secret.text())
        return OPEN if self.known.isChecked() else _NOT_CONFIRMED

    def set_folder(self, folder: Path) -> None:
        """Write into `folder` from now on, also after the next start."""
        self.folder = folder
        self.where.setText(str(folder))
        self.where.updateGeometry()
        self.desk.bench.store.set_setting(FOLDER_SETTING, str(folder))

    def _choose(self) -> None:
        found = QFileDialog.getExistingDirectory(self, "选择文件夹", str(self.folder))
        if found:
            self.set_folder(Path(found))

    def pack(self) -> None:
        """Write the bundle, unless something stands in the way that is known already."""
        closing, held = self.closing(), self._luggage
        if isinstance(closing, str) or held is None or self._job is not None:
            if isinstance(closing, str):
                self.say(closing, "block")
            return
        bench, dossier, folder = self.desk.bench, self.desk.dossier_id, self.folder
        files = None if self.whole.isChecked() else held.files
        name = self.who.currentText()
        self._troubles = []
        empty(self._made)
        self.say("正在核对照片和附件。")
        job = self._job = self.desk.job(
            lambda: handing_out.pack(bench, dossier, folder, closing, files, name)
        )
        job.progressed.connect(self._progressed)
        job.refused.connect(lambda sentence: self.say(sentence, "block"))
        job.cancelled.connect(lambda: self.say("已取消，没有写出工作包。"))
        job.finished.connect(self._finished)
        job.crashed.connect(lambda _error: self.say("没有写出工作包，档案未受影响。", "block"))
        job.ended.connect(self._ended)
        self.write.setEnabled(False)
        self.stop.setEnabled(True)
        self.stop.show()
        job.start()

    def say(self, sentence: str, token: str = "ink2") -> None:
        """Say how it stands."""
        self.status.set_token(token)
        self.status.setText(sentence)
        self.status.setVisible(bool(sentence))
        self.status.updateGeometry()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.stop.setEnabled(False)
            self.say("正在停止，当前一个文件写完即止。")

    def _progressed(self, step: Progress) -> None:
        if step.trouble:
            self._troubles.append(step.trouble)
        elif self.stop.isEnabled() and step.made is None:
            self.say(f"{step.text}（{step.done + 1}/{step.total}）。")

    def _finished(self, last: object) -> None:
        if isinstance(last, Progress) and last.made is not None:
            self.say("".join(("工作包已写好。", *self._troubles)), "ok")
            self._made.addWidget(FileLine(last.made.name, last.made.parent, "打开文件夹", "folder"))

    def _ended(self) -> None:
        self._job = None
        self.stop.hide()
        self.write.setEnabled(True)


def _size(count: int) -> str:
    """Bytes in megabytes."""
    return f"{count / _MB:,.1f} 兆字节" if count >= _MB / 10 else "不足 0.1 兆字节"


def _row(*buttons: Button) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
