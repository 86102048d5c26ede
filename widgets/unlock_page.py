"""Asking for the key at the start: the passphrase or recovery key, or a first passphrase."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal

from widgets.plain_page import PlainPage
from widgets.secret_fields import SecretFields

_FIRST = (
    "本机没有可用的系统密钥环，档案、照片和附件将以口令加密保存，以后每次打开时输入该口令。"
    "口令遗忘后，没有恢复密钥的，数据不能找回；请妥善记存口令，并在“数据安全”中生成恢复密钥。"
)
_AGAIN = (
    "数据已加密，本机的密钥环中没有这份数据的密钥。"
    "请输入口令，或者打印页上的恢复密钥（连字符可省略，不分大小写）。"
)


class UnlockPage(PlainPage):
    """`given(secret)` when one was typed; while it is tried the page waits, `refuse` lets go."""

    given = Signal(str)
    closed = Signal()

    def __init__(self, *, new: bool) -> None:
        super().__init__("设定口令" if new else "输入口令", _FIRST if new else _AGAIN)
        self.new = new
        name = "口令（8 个字符以上）" if new else "口令或恢复密钥"
        self.secret = SecretFields(name, choose=new)
        self.put_in(self.secret)
        self.go_on = self.offer("打开", self._take)
        if not new:  # it may have been locked, or not there yet, as the program started
            self.again = self.offer("再试密钥环", partial(self._try, ""))
        self.offer("关闭", self.closed.emit)
        self.secret.given.connect(self._try)

    def _take(self) -> None:
        secret = self.secret.take()
        if secret is not None:
            self._try(secret)

    def _try(self, secret: str) -> None:
        self._wait(True)
        self.given.emit(secret)

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with it, and ask again."""
        self._wait(False)
        self.secret.say(sentence)
        self.secret.ask()

    def _wait(self, on: bool) -> None:
        self.secret.setEnabled(not on)
        self.go_on.setEnabled(not on)
        if not self.new:
            self.again.setEnabled(not on)
        self.go_on.setText("正在打开" if on else "打开")
        self.go_on.updateGeometry()
