"""核对文件包: whether a bundle still is what its manifest says, and who signed it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from app.bundle_check import Checked, check, of_sets
from app.closing import PassphraseError
from app.signers import Signer, Signers, Standing
from widgets.bars import StatusNote
from widgets.controls import Button
from widgets.desk import Desk
from widgets.jobs import Job
from widgets.pages.handin_export import FOLDER_SETTING
from widgets.secret_fields import SecretLine
from widgets.surfaces import Card
from widgets.text import TextLabel

#: Names are listed up to this many of a kind; a bundle of another kind would list thousands.
_NAMED = 40
#: From a forger to oneself.
_TRUST = (Standing.NAMESAKE, Standing.UNKNOWN, Standing.KNOWN, Standing.OWN)
_HINT = (
    "逐个文件与清单比对大小和 SHA-256，列出缺少、改动和多出的文件，并核对签名。"
    "也可把文件包或其各卷一起拖到本页。"
)


class VerifyCard(Card):
    """A bundle is chosen or dropped; one that a passphrase closes asks for it. `met(signer)` asks
    for a signer who is not known yet to be made so."""

    met = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__((20, 16), 8, parent)
        self.desk = desk
        self._job: Job | None = None
        self._next: tuple[tuple[Path, ...], str] | None = None
        self._paths: tuple[Path, ...] = ()
        self._signer: Signer | None = None
        choose = Button("选择文件包", icon="folder", height=28)
        choose.clicked.connect(self._choose)
        head = QHBoxLayout()
        head.addWidget(TextLabel("核对文件包", "section"))
        head.addStretch(1)
        head.addWidget(choose)
        self.body.addLayout(head)
        self.body.addWidget(TextLabel(_HINT, "dense", "ink2", wrap=True))
        self.note = StatusNote()
        self.note.hide()
        self.words, self.signed = (TextLabel("", "dense", wrap=True) for _ in range(2))
        self.remember = Button("核对指纹并记住此人", height=28)
        self.remember.clicked.connect(lambda: self.met.emit(self._signer))
        self.body.addWidget(self.note)
        self.secret = SecretLine("文件包口令", "打开并核对")
        self.secret.given.connect(lambda secret: self.check(*self._paths, passphrase=secret))
        self.secret.hide()
        self.body.addWidget(self.secret)
        for part in (self.words, self.signed, self.remember):
            part.hide()
            self.body.addWidget(part)

    def _choose(self) -> None:
        start = str(Path(self.desk.bench.store.setting(FOLDER_SETTING)))
        kinds = "文件包 (*.zip *.age)"
        found, _ = QFileDialog.getOpenFileNames(self, "选择文件包，或其各卷", start, kinds)
        if found:
            self.check(*map(Path, found))

    def check(self, *paths: Path, passphrase: str = "") -> None:
        """Look a bundle, or its parts, through, off the main thread."""
        if self._job is not None:
            self._next = paths, passphrase
            return
        self._paths, store = paths, self.desk.bench.store

        def work() -> Iterator[dict[str, Checked] | PassphraseError]:
            found: dict[str, Checked] = {}
            try:
                for path in paths:
                    found[path.name] = check(path, passphrase, Signers(store))
                    yield found
            except PassphraseError as error:
                yield error

        self._say("正在核对。", "clock", "ink2", "、".join(path.name for path in paths))
        self.secret.field.clear()
        job = self._job = self.desk.job(work)
        job.finished.connect(self._show)
        job.refused.connect(lambda sentence: self._say("不能核对", "block", "block", sentence))
        job.ended.connect(self._free)
        job.start()

    def _free(self) -> None:
        """What was asked for last meanwhile comes next, unless nobody waits any more."""
        stopped = self.desk.closed or (self._job is not None and self._job.stopping.is_set())
        wanted, self._job, self._next = self._next, None, None
        if wanted is not None and not stopped:
            self.check(*wanted[0], passphrase=wanted[1])

    def _show(self, found: dict[str, Checked] | PassphraseError) -> None:
        if isinstance(found, PassphraseError):
            self._say("文件包已加密", "warn", "warn", str(found))
            self.secret.show()
            self.secret.field.setFocus()
            return
        sets = of_sets(found)
        lines = [words_of(name, each) for name, each in found.items()]
        words = "\n".join([*lines, *sets])
        if not all(each.verdict.whole for each in found.values()):
            self._say("文件包不完整", "block", "block", words)
        elif not all(each.sound for each in found.values()):
            self._say("签名无效", "block", "block", words)
        elif not all(sets.values()):
            self._say("文件包缺卷", "warn", "warn", words)
        else:
            self._say("文件包完整", "check", "ok", words)
        # Of several, the one that is to be believed least.
        self._show_signature(min(found.values(), key=_trust))

    def _show_signature(self, found: Checked) -> None:
        """Known signers, unknown ones and forgeries look different."""
        token = "block"
        if found.standing in (Standing.OWN, Standing.KNOWN):
            token = "ok"
        elif found.sound and found.standing is not Standing.NAMESAKE:
            token = "warn"
        self.signed.set_token(token)
        self.signed.setText(found.sentence)
        self.signed.show()
        self.signed.updateGeometry()
        made = found.verdict.signature
        if made is not None and found.standing in (Standing.UNKNOWN, Standing.NAMESAKE):
            self._signer = Signer(made.key, made.name, "")
            self.remember.show()

    def _say(self, note: str, icon: str, token: str, words: str) -> None:
        for part in (self.secret, self.signed, self.remember):
            part.hide()
        self.note.set_note(note, icon, token)
        self.words.setText(words)
        self.words.show()
        self.words.updateGeometry()


def words_of(name: str, found: Checked) -> str:
    """What there is to say of one bundle, or of one part."""
    verdict = found.verdict
    if verdict.whole:
        return f"“{name}”与清单一致，没有缺少、改动或多出的文件。{found.part_sentence}"
    lines = [f"“{name}”与清单不一致，请让对方重新发送。{found.part_sentence}"]
    kinds = (("缺少", verdict.missing), ("改动", verdict.changed), ("多出", verdict.extra))
    for word, names in kinds:
        if names:
            rest = f"，等 {len(names)} 个" if len(names) > _NAMED else ""
            lines.append(f"{word} {len(names)} 个：{'、'.join(names[:_NAMED])}{rest}。")
    return "\n".join(lines)


def _trust(found: Checked) -> int:
    if not found.sound:
        return 0
    return _TRUST.index(found.standing) if found.standing in _TRUST else 1
