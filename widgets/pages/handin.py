"""导出与提交: what stands in the way, the documents, the 核验单, a bundle's check, who signs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.review import Review
from widgets.actions import bind
from widgets.desk import Desk
from widgets.file_drop import FileDrop
from widgets.pages.base import KeyHints, Page
from widgets.pages.handin_check import BlockingCard, SheetCard
from widgets.pages.handin_export import ExportCard
from widgets.pages.handin_mail import MailCard
from widgets.pages.handin_signers import SignersCard
from widgets.pages.handin_uploads import UploadCard
from widgets.pages.handin_verify import VerifyCard
from widgets.surfaces import ScrollColumn

_WIDEST = 960


class HandinPage(Page):
    """The last step: everything that leaves the program."""

    key = "handin"
    title = "导出与提交"
    own_refusals = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.blocking, self.sheet = BlockingCard(), SheetCard()
        self.export, self.verify = ExportCard(desk), VerifyCard(desk)
        self.signers, self.uploads = SignersCard(desk), UploadCard(desk)
        self.mail = MailCard(desk)
        self.mail.set_folder(self.export.folder)
        self.signers.changed.connect(self.export.closing.show_known)
        self.verify.met.connect(self.signers.ask)
        self.blocking.activated.connect(self.jump)
        scroll = self._scroll = ScrollColumn((24, 20, 24, 20), 0)
        middle, column = QHBoxLayout(), QVBoxLayout()
        column.setSpacing(16)
        for told in (self.export.exported, self.export.moved):
            told.connect(lambda: self.uploads.show_folder(self.export.folder))
            told.connect(lambda: self.mail.set_folder(self.export.folder))
        cards = (
            *(self.blocking, self.export, self.mail, self.uploads, self.sheet),
            *(self.verify, self.signers),
        )
        for card in cards:
            card.setMaximumWidth(_WIDEST)
            column.addWidget(card)
        middle.addLayout(column)
        scroll.column.addLayout(middle)
        scroll.column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        drop = FileDrop(self, "松开以核对文件包")
        drop.dropped.connect(self._take)
        bind(self, "handin.draft", lambda: self._export(draft=True), self.export.draft)
        bind(self, "handin.final", lambda: self._export(draft=False), self.export.final)

    def _export(self, *, draft: bool) -> None:
        """By the keyboard: what comes of it, a refusal too, stands in the card, further down."""
        self.export.export(draft=draft)
        self._scroll.ensureWidgetVisible(self.export, 0, 20)

    def _take(self, paths: list[Path]) -> None:
        """What was dropped: a colleague's contact file, or a bundle, or its parts."""
        if paths[0].suffix.lower() == ".json":
            self.signers.take(paths[0])
        else:
            self.verify.check(*paths)

    def hints(self) -> KeyHints:
        return ((("Ctrl E",), "导出草稿"), (("Ctrl Shift E",), "导出终稿"))

    def show_review(self, review: Review) -> None:
        self.blocking.show_review(review)
        self.export.show_review(review)
        self.sheet.show_review(review)
        self.uploads.show_review(review, self.export.folder)
