"""The card of the office's database: where it is, and exchanging with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit

from app import hub, shared_folder
from app.hub_exchange import elsewhere, exchange, here
from app.progress import Progress
from app.workbench import Workbench
from forms.errors import UserError
from widgets.controls import Button
from widgets.security_cards import Form, StateCard

_FOR = (
    "服务商或主管部门已有 PostgreSQL 数据库的，可与之同步：送出本机的改动，收入他人的改动，"
    "两人改动同一处的并列保留。照片和附件经共享文件夹同步。只在点击同步时连接。"
)
_TYPING = (
    "地址写成 postgresql://账号@服务器/数据库 的样子；地址中的口令只存入系统密钥环。"
    "服务器不在本机的，以核对证书的加密连接（TLS）同步。两栏均留空即停用。"
)
_MOST = 1000
_TROUBLES = 5


class OfficeForm(Form):
    """Where the office's database and shared folder are. `given(address, folder)`."""

    given = Signal(str, str)

    def __init__(self, address: str, folder: str) -> None:
        super().__init__("", "保存")
        self.said.setText(_TYPING)
        self.said.show()
        self.address, self.folder = QLineEdit(address), QLineEdit(folder)
        names = ("办公室数据库的地址", "共享文件夹（可不填）")
        for field, name in zip((self.address, self.folder), names, strict=True):
            field.setMaxLength(_MOST)
            field.setMinimumHeight(34)
            field.setPlaceholderText(name)
            field.setAccessibleName(name)
            field.returnPressed.connect(self.done.click)
        choose = Button("选择文件夹")
        choose.clicked.connect(self._choose)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.folder, 1)
        row.addWidget(choose)
        self.column.insertWidget(1, self.address)
        self.column.insertLayout(2, row)
        self.done.clicked.connect(
            lambda: self.given.emit(self.address.text().strip(), self.folder.text().strip())
        )

    def _choose(self) -> None:
        dialog = QFileDialog(self, "选择共享文件夹")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()


class OfficeCard(StateCard):
    """`save_asked(address, folder)` and `sync_asked(whole)`: whether all that the office has."""

    save_asked = Signal(str, str)
    sync_asked = Signal(bool)

    def __init__(self, bench: Workbench) -> None:
        super().__init__("办公室数据库")
        self._bench = bench
        self.whole = QCheckBox("一并取回办公室的其他档案")
        self.content.addWidget(self.whole)
        self.sync = self.add("与办公室数据库同步", lambda: self.sync_asked.emit(self._wanted()))
        self.change = self.add("填写地址", self.ask)
        self.look()

    def _wanted(self) -> bool:
        return self.whole.isChecked()

    def look(self) -> None:
        """Show how things stand."""
        address, folder = hub.settings(self._bench.store)
        words = f"{_FOR}\n数据库：{address}" if address else _FOR
        self.say("已设置" if address else "未设置", "ok" if address else "quiet",
                 words + (f"\n共享文件夹：{folder}" if folder else ""))  # fmt: skip
        self.sync.setVisible(bool(address))
        self.whole.setVisible(bool(address))

    def ask(self) -> None:
        """Ask where the database and the folder are."""
        form = OfficeForm(*hub.settings(self._bench.store))
        form.cancelled.connect(self.close_form)
        form.given.connect(self._given)
        self.open_form(form)
        form.address.setFocus()

    def _given(self, address: str, folder: str) -> None:
        self.close_form()
        self.save_asked.emit(address, folder)


def save(bench: Workbench, address: str, folder: str) -> Iterator[Progress]:
    """Keep where the office is, and try whether it is to be had. UserError."""
    yield Progress(0, 0, "正在保存设置")
    if folder:
        shared_folder.make(Path(folder))
    hub.set_up(bench.store, address, folder)
    if not address:
        yield Progress(1, 1, "办公室数据库已停用，已同步的内容保留。")
        return
    yield Progress(0, 0, "正在连接办公室数据库")
    hub.connect(bench.store).close()
    yield Progress(1, 1, "设置已保存，办公室数据库可以连接。")


def synchronise(bench: Workbench, whole: bool) -> Iterator[Progress]:
    """Exchange all that is here, or also all that the office has; what was left out is told once
    the rest is done. UserError."""
    yield Progress(0, 0, "正在连接办公室数据库")
    troubles: list[str] = []
    changed = 0
    with closing(hub.connect(bench.store)) as office:
        chosen = [*here(bench), *(elsewhere(bench, office) if whole else ())]
        for step in exchange(bench, office, chosen):
            troubles += [step.trouble] if step.trouble else []
            changed += "没有新的改动" not in step.text and step.record is not None
            yield step
    if troubles:
        more = len(troubles) - _TROUBLES
        rest = f"\n另有 {more} 处。" if more > 0 else ""
        raise UserError("\n".join(troubles[:_TROUBLES]) + rest)
    yield Progress(len(chosen), len(chosen), f"已与办公室数据库同步，{changed} 份档案有新的改动。")
