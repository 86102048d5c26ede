"""What an answer can be tied to: tiles and cards to pick from, and the small marks on them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from forms.dossier import Attachment
from widgets.controls import Button, Hovered, Kind
from widgets.icons import draw
from widgets.marks import box
from widgets.photo_grid import PhotoGrid, PictureOf
from widgets.photo_tile import Photo as Tile
from widgets.surfaces import Card, empty
from widgets.text import TextLabel, draw_text, draw_wrapped, text_height
from widgets.theme import RADIUS_CARD, ROLES


class EvidencePicker(Card):
    """What the dossier has, to be tied by a click; and the way to files that it has not."""

    photo_chosen = Signal(str)
    photo_opened = Signal(str)
    file_chosen = Signal(str)
    browse = Signal()

    def __init__(self, picture_of: PictureOf) -> None:
        super().__init__((16, 12), 10)
        self.what = ""
        self._title = TextLabel("", "strong")
        self._hint = TextLabel("", "dense", "ink2", wrap=True)
        self._browse = Button("从文件添加", icon="plus", height=32)
        self._browse.clicked.connect(self.browse)
        shut = Button("收起", Kind.QUIET, height=32)
        shut.clicked.connect(self.hide)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._browse)
        head.addWidget(shut)
        self.grid, self._list = PhotoGrid(picture_of, several=False), QWidget()
        self.grid.taken.connect(self.photo_chosen)
        self.grid.opened.connect(self.photo_opened)
        rows = QVBoxLayout(self._list)
        rows.setContentsMargins(0, 0, 0, 0)
        self._rows = rows
        self.body.addLayout(head)
        for part in (self._hint, self.grid, self._list):
            self.body.addWidget(part)
        self.hide()

    def focus_first(self) -> None:
        """Give the keyboard to the first that is offered, else to the way in."""
        cards = self._list.findChildren(FileCard) if self.what == "attachments" else []
        grid = self.grid if self.what == "photos" and self.grid.current() else None
        (grid or next(iter(cards), self._browse)).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_photos(self, tiles: Sequence[Tile]) -> None:
        """Offer these photos."""
        self._title.setText("为本项选取照片")
        self._hint.setText(
            "单击照片即关联，再次单击取消；也可将照片拖入本页。"
            if tiles
            else "本档案尚无照片。请从文件添加，或将照片拖入本页。"
        )
        self._list.hide()
        self.grid.setVisible(bool(tiles))
        # Without a current one there would be nothing for Tab to come to.
        self.grid.set_photos(tiles, self.grid.current() or (tiles[0].key if tiles else ""))

    def show_files(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Offer these attachments: key, name and a remark each."""
        self._title.setText("为本项选取附件")
        self._hint.setText(
            "单击附件即关联，再次单击取消；也可将文件拖入本页。"
            if rows
            else "本档案尚无附件。请从文件添加，或将文件拖入本页。"
        )
        self.grid.hide()
        self._list.setVisible(bool(rows))
        empty(self._rows)
        for key, name, note in rows:
            card = FileCard(name, note)
            card.clicked.connect(lambda _on=False, chosen=key: self.file_chosen.emit(chosen))
            self._rows.addWidget(card)


class FileCard(Hovered):
    """An attachment: its name in full, and what it is."""

    _LEFT, _RIGHT = 40, 36

    def __init__(self, name: str, note: str) -> None:
        super().__init__()
        self._name, self._note = name, note
        self.setText(name)
        self.setAccessibleName(f"{name}，{note}")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        inside = width - self._LEFT - self._RIGHT
        return text_height(self._name, "dense", inside) + ROLES["meta"].line + 20

    def sizeHint(self) -> QSize:
        width = max(self.width(), 240)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 58)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        box(painter, rect, "hover" if self.hovered else "surface", "line", RADIUS_CARD)
        draw(painter, "file", QRectF(14, 12, 16, 16), "ink2")
        inside = rect.adjusted(self._LEFT, 10, -self._RIGHT, 0)
        draw_wrapped(painter, inside, self._name, "dense")
        foot = QRectF(self._LEFT, rect.height() - 28, rect.width() - self._LEFT - 8, 18)
        draw_text(painter, foot, self._note, "meta", "ink2")
        painter.end()


class Cross(Button):
    """The small button in the upper right corner of a card that unties it.

    It places itself: a layout on its host would take over the host's own height.
    """

    def __init__(self, host: Hovered, act: partial[None]) -> None:
        super().__init__("", icon="close", height=24, parent=host)
        self._host = host
        self.setFixedSize(24, 24)
        self.setAccessibleName("取消关联")
        self.setToolTip("取消关联")
        self.clicked.connect(lambda _on=False: act())
        host.installEventFilter(self)
        self._place()
        self.show()

    def _place(self) -> None:
        self.move(self._host.width() - self.width() - 8, 8)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False


def file_note(record: Attachment, *, tied: bool = False) -> str:
    """What an attachment is, in a few words."""
    size = record.size or 0
    shown = f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, size // 1024)} KB"
    return " ・ ".join([*(["已关联"] if tied else []), record.kind or "附件", shown])
