"""How the bundle is closed before it leaves: by a passphrase unless somebody says otherwise."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app import consent
from app.closing import OPEN, Closing, new_passphrase
from app.signers import Signers
from forms.dossier import Dossier
from widgets.bars import StatusNote
from widgets.controls import Button, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.flow_layout import FlowLayout
from widgets.surfaces import empty
from widgets.text import TextLabel

PASSPHRASE, COLLEAGUES, CLEAR = "passphrase", "colleagues", "clear"
WAYS = (
    Segment(PASSPHRASE, "口令加密"),
    Segment(COLLEAGUES, "只给同事"),
    Segment(CLEAR, "不加密"),
)
_HINTS = {
    PASSPHRASE: "收件人用 7-Zip、WinRAR 等软件输入口令打开。口令不随文件包保存，请抄下，"
    "以电话告知，不要写在邮件里。",
    COLLEAGUES: "只有勾选的同事和本机打得开，用于组内交换，不供报送，不生成邮件草稿。",
    CLEAR: "文件包不加密，任何人拿到都能看到全部照片和答卷，请只用于本机查看或专人递送。",
}
_NOBODY = "没有勾选同事，没有导出，请先在“签名与联系人”中收入同事的联系密钥，再行勾选。"


class ClosingChoice(QWidget):
    """口令加密, 只给同事 or 不加密; and whether the enterprise's written consent is on file."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.way = SegmentedControl(WAYS, PASSPHRASE, name="文件包加密方式")
        self.field = QLineEdit(new_passphrase())
        self.mates: dict[str, QCheckBox] = {}
        self.note = StatusNote()
        self._hint = TextLabel("", "dense", "ink2", wrap=True)
        self._asked = TextLabel("", "dense", "warn", wrap=True)
        self._secret, self._people = QWidget(), QWidget()
        self._flow = FlowLayout(self._people, (20, 6))
        self._lay_out()
        self.way.chosen.connect(lambda _key: self._show())
        self.show_known()
        self.show_consent(desk.dossier)

    def _lay_out(self) -> None:
        self.field.setAccessibleName("文件包口令")
        self.field.setFixedWidth(280)
        another, copy = Button("换一个", height=28), Button("复制口令", height=28)
        another.clicked.connect(lambda: self.field.setText(new_passphrase()))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.field.text()))
        row = QHBoxLayout(self._secret)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for widget in (self.field, another, copy):
            row.addWidget(widget)
        row.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.way, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self._secret, self._people, self._hint, self.note, self._asked):
            column.addWidget(part)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        outer.addWidget(TextLabel("文件包", "dense", "ink2"), 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(column, 1)

    def closing(self) -> Closing:
        """How the next bundle is closed."""
        if self.way.current() == PASSPHRASE:
            return Closing(self.field.text())
        if self.way.current() == COLLEAGUES:
            own = Signers(self.desk.bench.store).own().recipient
            picked = [to for to, box in self.mates.items() if box.isChecked()]
            return Closing(recipients=(*picked, own))
        return OPEN

    def refusal(self, *, unsent: bool) -> str:
        """Why a bundle cannot be made as things stand; "" where it can.

        One for others than colleagues is refused without the enterprise's consent, unless it is not
        to be sent anyway: a draft, or what findings refuse.
        """
        way = self.way.current()
        if way == COLLEAGUES:
            return "" if any(box.isChecked() for box in self.mates.values()) else _NOBODY
        if way == PASSPHRASE and not self.field.text():
            return "没有填写文件包口令，没有导出，请填写，或点“换一个”由程序生成。"
        if not unsent and consent.on_file(self.desk.dossier) is None:
            return f"没有导出：{consent.WANTING}"
        return ""

    def show_known(self) -> None:
        """The colleagues that a bundle can be closed for, those ticked before ticked again."""
        ticked = {to for to, box in self.mates.items() if box.isChecked()}
        fresh = not self.mates
        empty(self._flow)
        self.mates = {}
        for signer in Signers(self.desk.bench.store).known():
            if signer.recipient:
                box = QCheckBox(signer.name or "未署姓名")
                box.setToolTip(signer.fingerprint)
                box.setChecked(fresh or signer.recipient in ticked)
                self.mates[signer.recipient] = box
                self._flow.addWidget(box)
        self._show()

    def show_consent(self, dossier: Dossier) -> None:
        """Whether the enterprise's consent is on file."""
        found = consent.on_file(dossier)
        self._asked.setText("" if found else consent.WANTING)
        self.note.set_note(
            f"企业书面同意已存入附件：{found.name}" if found else "尚无企业书面同意",
            "check" if found else "warn",
            "ok" if found else "warn",
        )
        self._show()

    def _show(self) -> None:
        way = self.way.current()
        self._secret.setVisible(way == PASSPHRASE)
        self._people.setVisible(way == COLLEAGUES and bool(self.mates))
        hint = _HINTS[way]
        if way == COLLEAGUES and not self.mates:
            hint += "尚无联系人，请先在“签名与联系人”中收入同事的联系密钥。"
        self._hint.setText(hint)
        self._hint.set_token("warn" if way == CLEAR else "ink2")
        self._hint.updateGeometry()
        outward = way != COLLEAGUES
        self.note.setVisible(outward)
        self._asked.setVisible(outward and bool(self._asked.text()))
        self._asked.updateGeometry()
        self.changed.emit()
