"""导出与提交: what stands in the way, the documents, the 核验单, and the check of a bundle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.review import Review
from exporters import bundle
from exporters.bundle import Verdict
from widgets.bars import StatusNote
from widgets.controls import Button
from widgets.desk import Desk
from widgets.file_drop import FileDrop
from widgets.jobs import Job
from widgets.pages.base import KeyHints, Page
from widgets.pages.handin_check import BlockingCard, SheetCard
from widgets.pages.handin_export import FOLDER_SETTING, ExportCard
from widgets.surfaces import Card, ScrollColumn
from widgets.text import TextLabel

_WIDEST = 960
#: Names are listed up to this many of a kind; a bundle of another kind would list thousands.
_NAMED = 40


class HandinPage(Page):
    """The last step: everything that leaves the program."""

    key = "handin"
    title = "导出与提交"
    own_refusals = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.blocking, self.sheet = BlockingCard(), SheetCard()
        self.export, self.verify = ExportCard(desk), VerifyCard(desk)
        self.blocking.activated.connect(self.jump)
        scroll = self._scroll = ScrollColumn((24, 20, 24, 20), 0)
        middle, column = QHBoxLayout(), QVBoxLayout()
        column.setSpacing(16)
        for card in (self.blocking, self.export, self.sheet, self.verify):
            card.setMaximumWidth(_WIDEST)
            column.addWidget(card)
        middle.addLayout(column)
        scroll.column.addLayout(middle)
        scroll.column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        drop = FileDrop(self, "松开以核对文件包")
        drop.dropped.connect(lambda paths: self.verify.check(paths[0]))
        for keys, draft in (("Ctrl+E", True), ("Ctrl+Shift+E", False)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda draft=draft: self._export(draft))
        if desk.review is not None:
            self.show_review(desk.review)

    def _export(self, draft: bool) -> None:
        """By the keyboard: what comes of it, a refusal too, stands in the card, further down."""
        self.export.export(draft=draft)
        self._scroll.ensureWidgetVisible(self.export, 0, 20)

    def hints(self) -> KeyHints:
        return ((("Ctrl E",), "导出草稿"), (("Ctrl Shift E",), "导出终稿"))

    def show_review(self, review: Review) -> None:
        self.blocking.show_review(review)
        self.export.show_review(review)
        self.sheet.show_review(review)


class VerifyCard(Card):
    """核对文件包: whether a bundle still is what its manifest says."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__((20, 16), 8, parent)
        self.desk = desk
        self._job: Job | None = None
        choose = Button("选择文件包", icon="folder", height=28)
        choose.clicked.connect(self._choose)
        head = QHBoxLayout()
        head.addWidget(TextLabel("核对文件包", "section"))
        head.addStretch(1)
        head.addWidget(choose)
        self.body.addLayout(head)
        hint = (
            "逐个文件与清单比对大小和 SHA-256，列出缺少、改动和多出的文件。也可把 .zip 拖到本页。"
        )
        self.body.addWidget(TextLabel(hint, "dense", "ink2", wrap=True))
        self.note = StatusNote()
        self.note.hide()
        self.words = TextLabel("", "dense", wrap=True)
        self.words.hide()
        self.body.addWidget(self.note)
        self.body.addWidget(self.words)

    def _choose(self) -> None:
        start = str(Path(self.desk.bench.store.setting(FOLDER_SETTING)))
        found, _ = QFileDialog.getOpenFileName(self, "选择文件包", start, "文件包 (*.zip)")
        if found:
            self.check(Path(found))

    def check(self, path: Path) -> None:
        """Compare a bundle with its manifest, off the main thread."""
        if self._job is not None:
            return

        def work() -> Iterator[Verdict]:
            yield bundle.verify(path)

        self._say("正在核对。", "clock", "ink2", path.name)
        job = self._job = self.desk.job(work)
        job.finished.connect(lambda verdict: self._show(path.name, verdict))
        job.refused.connect(lambda sentence: self._say("不能核对", "block", "block", sentence))
        job.ended.connect(self._free)
        job.start()

    def _free(self) -> None:
        self._job = None

    def _show(self, name: str, verdict: Verdict) -> None:
        if verdict.whole:
            self._say(
                "文件包完整", "check", "ok", f"“{name}”与清单一致，没有缺少、改动或多出的文件。"
            )
            return
        kinds = (
            ("缺少", verdict.missing),
            ("改动", verdict.changed),
            ("多出", verdict.extra),
        )
        lines = [f"“{name}”与清单不一致，请让对方重新发送。"]
        for word, names in kinds:
            if names:
                rest = f"，等 {len(names)} 个" if len(names) > _NAMED else ""
                lines.append(f"{word} {len(names)} 个：{'、'.join(names[:_NAMED])}{rest}。")
        self._say("文件包不完整", "block", "block", "\n".join(lines))

    def _say(self, note: str, icon: str, token: str, words: str) -> None:
        self.note.set_note(note, icon, token)
        self.words.setText(words)
        self.words.show()
        self.words.updateGeometry()
