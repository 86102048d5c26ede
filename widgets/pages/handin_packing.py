"""What goes into the bundle, and in how many parts for the mailbox's limit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import packing
from app.handin_choice import Packing
from app.review import Review
from app.uploads import MB
from widgets.controls import Segment, SegmentedControl
from widgets.desk import Desk
from widgets.text import TextLabel

ALL, TICKED = "all", "ticked"
ORIGINALS, COPIES = "originals", "copies"
WHOLE = "0"
DOCUMENTS = (Segment(ALL, "全部文档"), Segment(TICKED, "仅上列勾选的文档"))
PHOTOS = (Segment(ORIGINALS, "原始照片"), Segment(COPIES, "缩小副本"))
_COPIES_HINT = (
    "缩小副本长边不超过 1280 像素，便于邮寄，不能代替原始照片；清单载明所对应的原始照片。"
)
_PARTS_HINT = "各卷可单独打开和核对。常见邮箱每封限 50 MB 左右，政务邮箱请询问对方。"


class PackingChoice(QWidget):
    """Which documents, which photos, undivided or by a mail's limit; with about how many parts
    there will be. `changed()` when another choice was made."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        mail = desk.pack.mail
        sizes = [Segment(str(mb), f"每封 {mb} MB") for mb in mail.limits_mb]
        self.documents = SegmentedControl(DOCUMENTS, ALL, name="文件包内文档")
        self.photos = SegmentedControl(PHOTOS, ORIGINALS, name="文件包内照片")
        self.parts = SegmentedControl(
            [Segment(WHOLE, "不分卷"), *sizes], str(mail.limit_mb), name="文件包分卷"
        )
        self.hint = TextLabel("", "dense", "ink2", wrap=True)
        outer, column, row = QHBoxLayout(self), QVBoxLayout(), QHBoxLayout()
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        outer.addWidget(TextLabel("包内装", "dense", "ink2"), 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(column, 1)
        column.setSpacing(8)
        row.setSpacing(12)
        for control in (self.documents, self.photos, self.parts):
            row.addWidget(control, 0, Qt.AlignmentFlag.AlignLeft)
            control.chosen.connect(lambda _key: self._show())
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.hint)
        self._review: Review | None = None
        self._ticked: frozenset[str] = frozenset()
        self._show()

    def packed(self, ticked: frozenset[str]) -> Packing:
        """How the bundle is packed; `ticked` are the parts that are exported beside it."""
        return Packing(
            documents=ticked if self.documents.current() == TICKED else None,
            copies=self.photos.current() == COPIES,
            mail=int(self.parts.current()) * MB,
        )

    def show_review(self, review: Review, ticked: frozenset[str]) -> None:
        """Foresee the parts anew."""
        self._review, self._ticked = review, ticked
        self._show()

    def _show(self) -> None:
        packed = self.packed(self._ticked)
        told = _COPIES_HINT if packed.copies else ""
        if packed.mail and self._review is not None:
            count = packing.foreseen(self._review, self.desk.bench.store, packed)
            parted = f"预计分为 {count} 卷" if count > 1 else "预计一卷即可"
            told += f"{parted}，以导出时为准。{_PARTS_HINT}"
        self.hint.setText(told)
        self.hint.setVisible(bool(told))
        self.hint.updateGeometry()
        self.changed.emit()
