"""A conflict as cards, one a side: who and when, the value in words, what it rests on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.clashes import Choice, Clash, Side, Way
from forms.dossier import Photo
from widgets.clash_words import (
    EMPTY,
    Ground,
    choice_of,
    choice_words,
    chosen_side,
    day_words,
    differing,
    heading,
    photo_words,
    where_from,
)
from widgets.controls import Button, Kind
from widgets.flow_layout import FlowLayout
from widgets.icons import draw
from widgets.marks import LevelBadge, Tag, box
from widgets.photo_tile import framed
from widgets.surfaces import Rule, ScrollColumn
from widgets.text import TextLabel, draw_text, tip
from widgets.theme import RADIUS_CARD, RADIUS_TAG, tokens
from widgets.thumbnails import thumbnails

_PICTURE = QSize(132, 84)
_PICTURES = 3
_BASE_MOST = 20
_RING = 10

Pictures = Callable[[Photo], bytes]
"""A photo's small picture as a file's bytes; OSError or UserError where it is not to be had."""


class ClashBlock(QWidget):
    """One conflict. `taken(choice)` by a click on a side's button; `touched()` by one elsewhere."""

    taken = Signal(object)
    touched = Signal()

    def __init__(
        self, clash: Clash, number: str, ground: Ground, pictures: Pictures, *, arriving: bool
    ) -> None:
        super().__init__()
        self.clash, self._current = clash, False
        self.setAccessibleName(f"{heading(clash)}，{number}")
        self._pair = len(clash.sides) == 2
        marks = [[], []] if not (clash.joinable and self._pair) else differing(
            clash.sides[0].words, clash.sides[1].words
        )  # fmt: skip
        self.cards: list[SideCard] = []
        for place, side in enumerate(clash.sides):
            key = ("←", "→")[place] if self._pair else str(place + 1)
            word = ("取左", "取右")[place] if self._pair else f"取第 {place + 1} 个"
            card = SideCard(clash, side, ground, pictures, word, key, arriving=arriving)
            card.value.marks = tuple(marks[place]) if self._pair else ()
            card.take.clicked.connect(partial(self.taken.emit, choice_of(clash, place)))
            self.cards.append(card)
        self.both = Button("两者都留" if self._pair else "都留", key="B")
        self.both.clicked.connect(lambda: self.taken.emit(Way.BOTH))
        self._lay_out(number, ground)

    def _lay_out(self, number: str, ground: Ground) -> None:
        clash = self.clash
        column = QVBoxLayout(self)
        column.setContentsMargins(_RING, _RING, _RING, _RING)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        about = TextLabel(heading(clash), "section", keep=False)
        about.setToolTip(tip(heading(clash)))
        head.addWidget(about)
        scene = ground.scene(clash)
        if scene is not None:
            head.addWidget(Tag("约束性" if scene.binding else "指导性", "edge"))
        note = f"{number} ・ 文字，不同处加底色" if clash.joinable and self._pair else number
        head.addWidget(TextLabel(note, "meta", "ink2"))
        head.addStretch(1)
        head.addWidget(TextLabel("共同的原值：", "meta", "ink2"))
        head.addWidget(_base(clash, scene is not None))
        column.addLayout(head)
        way = QBoxLayout.Direction
        sides = QBoxLayout(way.LeftToRight if self._pair else way.TopToBottom)
        sides.setSpacing(16 if self._pair else 8)
        for card in self.cards:
            sides.addWidget(card, 1)
        column.addLayout(sides)
        if clash.joinable:
            below = QHBoxLayout()
            below.addWidget(self.both)
            joined = TextLabel("都留的，按时间先后前后相接。", "dense", "ink2", keep=False)
            below.addWidget(joined, 1)
            column.addLayout(below)

    def show_choice(self, choice: Choice | None) -> None:
        """Mark what is chosen."""
        place = chosen_side(self.clash, choice)
        for n, card in enumerate(self.cards):
            card.mark(n == place)
        self.both.set_kind(Kind.CHOSEN if choice is Way.BOTH else Kind.OUTLINED)
        self.setAccessibleDescription(choice_words(self.clash, choice))

    def set_current(self, on: bool) -> None:
        """Put the ring around the one that the keys act on, or take it away."""
        self._current = on
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.touched.emit()
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._current:
            painter = QPainter(self)
            box(painter, QRectF(self.rect()), "", "accent", RADIUS_CARD + 2, pen=2)
            painter.end()


def _base(clash: Clash, is_level: bool) -> QWidget:
    """What all sides saw before they wrote."""
    words = " ".join(clash.base.words.split()) if clash.base is not None else ""
    if clash.path == "withdrawn":
        return TextLabel(words or "未撤回", "dense")
    if is_level and clash.base is not None and type(clash.base.value) is int:
        return LevelBadge(clash.base.value, words)
    if not words:
        return Tag("未判" if is_level else EMPTY, "dashed")
    shown = words if len(words) <= _BASE_MOST else f"{words[:_BASE_MOST]}……"
    label = TextLabel(shown, "dense", keep=False)
    label.setToolTip(tip(words))
    return label


class SideCard(QWidget):
    """One side with its button `take`; marked where it is the one that is chosen."""

    def __init__(
        self, clash: Clash, side: Side, ground: Ground, pictures: Pictures, word: str, key: str,
        *, arriving: bool,
    ) -> None:  # fmt: skip
        super().__init__()
        self._on = False
        self.pictures: list[_Picture] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        said, ink = side.words or EMPTY, "ink" if side.words else "ink3"
        self.value = TextLabel(said, "body", ink, wrap=True)
        self.take = Button(word, key=key)
        who, where = side.person or "未署姓名", where_from(side, arriving=arriving)
        self.take.setAccessibleName(f"{word}：{said}（{who}，{where}）")
        self.setAccessibleName(f"{who}，{where}，{day_words(side.at)}：{said}")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._head(who, where, day_words(side.at)))
        column.addWidget(Rule())
        column.addLayout(self._body(clash, side, ground, pictures), 1)
        column.addWidget(Rule())
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 8)
        foot.setSpacing(12)
        self._outcome = TextLabel(ground.outcome(clash, side), "dense", "ink2", wrap=True)
        foot.addWidget(self._outcome, 1, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.take)
        column.addLayout(foot)

    def _head(self, who: str, where: str, at: str) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(16, 9, 16, 9)
        head.setSpacing(8)
        head.addWidget(TextLabel(who, "strong", keep=False))
        head.addWidget(TextLabel(where, "meta", "ink2", keep=False))
        head.addStretch(1)
        self._chosen = Tag("已取", "ok", "check")
        self._chosen.hide()
        head.addWidget(self._chosen)
        head.addWidget(TextLabel(at, "meta", "ink2"))
        return head

    def _body(self, clash: Clash, side: Side, ground: Ground, pictures: Pictures) -> QVBoxLayout:
        body = QVBoxLayout()
        body.setContentsMargins(16, 12, 16, 12)
        body.setSpacing(8)
        criterion = ground.criterion(clash, side)
        line = QHBoxLayout()
        line.setSpacing(10)
        top = Qt.AlignmentFlag.AlignTop
        if ground.scene(clash) is not None and type(side.value) is int:
            line.addWidget(LevelBadge(side.value, side.words), 0, top)
            self.value.setText(criterion or "未达到一级要求。")
        line.addWidget(self.value, 1, top)
        body.addLayout(line)
        if criterion and ground.scene(clash) is None:
            body.addWidget(TextLabel(criterion, "dense", "ink2", wrap=True))
        photos = ground.photos(side)
        if photos:
            holder = QWidget()
            flow = FlowLayout(holder, (12, 8))
            self.pictures = [_Picture(photo, pictures) for photo in photos[:_PICTURES]]
            for picture in self.pictures:
                flow.addWidget(picture)
            body.addWidget(holder)
        if len(photos) > _PICTURES:
            more = f"另有 {len(photos) - _PICTURES} 张依据照片"
            body.addWidget(TextLabel(more, "meta", "ink2"))
        body.addStretch(1)
        return body

    def mark(self, on: bool) -> None:
        """Whether this side is the one that is chosen."""
        self._on = on
        self._chosen.setVisible(on)
        self.take.set_kind(Kind.CHOSEN if on else Kind.OUTLINED)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        edge, pen = ("accent", 2) if self._on else ("ctl", tokens().border)
        box(painter, QRectF(self.rect()), "surface", edge, RADIUS_CARD, pen=pen)
        painter.end()


class _Picture(QWidget):
    """A photo as somebody recognises it, with its caption and time."""

    def __init__(self, photo: Photo, pictures: Pictures) -> None:
        super().__init__()
        self._words, self.image = photo_words(photo), QPixmap()
        self._key = f"{photo.sha256}.thumb"
        self.setFixedSize(_PICTURE.width(), _PICTURE.height() + 22)
        self.setAccessibleName(f"照片：{self._words}")
        self.setToolTip(tip(self._words))
        thumbnails().loaded.connect(self._loaded)
        thumbnails().retry(self._key)  # another bundle may hold what was missing before
        found = thumbnails().get(self._key, partial(pictures, photo))
        if found is not None:
            self._loaded(self._key, found)

    def _loaded(self, key: str, image: QImage) -> None:
        if key == self._key:
            self.image = framed(image, _PICTURE, self.devicePixelRatioF())
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        frame = QRectF(0, 0, _PICTURE.width(), _PICTURE.height())
        if self.image.isNull():
            box(painter, frame, "sunken", "line", RADIUS_TAG)
            middle = frame.center()
            draw(painter, "camera", QRectF(middle.x() - 10, middle.y() - 10, 20, 20), "ink3")
        else:
            painter.drawPixmap(frame.topLeft(), self.image)
        below = QRectF(0, _PICTURE.height() + 4, _PICTURE.width(), 18)
        draw_text(painter, below, self._words, "meta", "ink2")
        painter.end()


class CardColumn(ScrollColumn):
    """Where the blocks stand; the arrows belong to the page."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()
