"""What an answer rests on, in the shop-floor mode: its photos, and what to ask and see there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pydantic import ValidationError
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from forms.dossier import Photo
from forms.evaluation import Stage
from forms.photo_facts import BEIJING, PhotoFacts
from forms.questions import Question
from grading.questions import asked
from widgets.answering import attempt
from widgets.big_buttons import BigButton
from widgets.desk import Desk
from widgets.marks import box
from widgets.pages.walk_parts import Keeper, Remark, spare_focus
from widgets.question_line import ReplyField
from widgets.surfaces import Card
from widgets.text import TextLabel, draw_text
from widgets.theme import RADIUS_TAG, font
from widgets.thumbnails import thumbnails

_WIDE, _TALL, _UNDER, _APART = 150, 100, 28, 12


class FloorPhotos(QWidget):
    """The photos of an answer side by side, each with its time and whose clock that is."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._photos: tuple[Photo, ...] = ()
        self._images: dict[str, QImage] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        thumbnails().loaded.connect(self._loaded)

    def show_photos(self, photos: Sequence[Photo]) -> None:
        """Show these."""
        self._photos = tuple(photos)
        words = "；".join(map(_when, photos))
        self.setAccessibleName(f"照片 {len(photos)} 张：{words}" if photos else "")
        self.setVisible(bool(photos))
        self.updateGeometry()
        self.update()

    def _loaded(self, key: str, image: QImage) -> None:
        if any(key == _key(photo) for photo in self._photos):
            self._images[key] = image
            self.update()

    def heightForWidth(self, width: int) -> int:
        across = max(1, (width + _APART) // (_WIDE + _APART))
        return -(-len(self._photos) // across) * (_TALL + _UNDER)

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        width = max(self.width(), _WIDE)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(_WIDE, _TALL + _UNDER if self._photos else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        across = max(1, (self.width() + _APART) // (_WIDE + _APART))
        for place, photo in enumerate(self._photos):
            x, y = place % across * (_WIDE + _APART), place // across * (_TALL + _UNDER)
            spot = QRectF(x, y, _WIDE, _TALL)
            image = self._picture(photo)
            if image is None:
                box(painter, spot, "sunken", "line2", RADIUS_TAG)
            else:
                painter.drawImage(spot, image, _middle(image))
            under = QRectF(x, y + _TALL, _WIDE + _APART - 4, _UNDER)
            draw_text(painter, under, _when(photo), "lead", "ink2")
        painter.end()

    def _picture(self, photo: Photo) -> QImage | None:
        where = partial(self._desk.bench.picture, photo, "thumb")
        return thumbnails().get(_key(photo), where) or self._images.get(_key(photo))


def _key(photo: Photo) -> str:
    return f"{photo.sha256}.thumb"


def _middle(image: QImage) -> QRectF:
    """The middle of a picture in the tiles' shape."""
    wide = min(image.width(), image.height() * _WIDE / _TALL)
    tall = wide * _TALL / _WIDE
    return QRectF((image.width() - wide) / 2, (image.height() - tall) / 2, wide, tall)


def _when(photo: Photo) -> str:
    try:
        facts = PhotoFacts.model_validate(photo.facts)
    except ValidationError:  # none were read, or a bundle brought something else
        return "无拍摄时间"
    taken = facts.taken_at
    if taken is None:
        return "无拍摄时间"
    clock = f"{taken.astimezone(BEIJING):%H:%M}"
    return f"{clock} 本机时钟" if facts.own_clock else f"{clock} 已关联"


class EvidenceHints(Card):
    """取证提示: whom to ask, where to look, which papers; and the questions, answered here. Made
    when it is first shown."""

    def __init__(self, desk: Desk, stage: Stage, subject: str) -> None:
        super().__init__((16, 14), 8)
        self._desk, self._stage, self._subject = desk, stage, subject
        self.replies: list[ReplyLine] = []
        self.hide()

    def toggle(self) -> bool:
        """Show it, or put it away; whether it shows."""
        if not self.body.count():
            self._fill()
        self.setVisible(self.isHidden())
        return not self.isHidden()

    def _fill(self) -> None:
        desk, subject = self._desk, self._subject
        duty = desk.pack.survey.subjects[subject]
        papers = "、".join(duty.papers)
        for label, said in (("请问", duty.whom), ("现场查看", duty.where), ("查阅", papers)):
            if said:
                self.body.addWidget(TextLabel(f"{label}：{said}", "floor", wrap=True))
        self.body.addWidget(TextLabel("以上为本程序提示，非指标原文。", "lead", "ink2", wrap=True))
        on_site = self._stage is Stage.DIAGNOSIS
        for question in asked(desk.dossier, desk.pack):
            if on_site and question.where == subject:
                line = ReplyLine(desk, question)
                self.replies.append(line)
                self.body.addWidget(line)


class ReplyLine(QWidget):
    """A question of the shop floor with its reply in large type, which saves itself."""

    def __init__(self, desk: Desk, question: Question) -> None:
        super().__init__()
        self._desk, self._question = desk, question
        self.field = ReplyField(question)
        self.field.setFont(font("floor"))
        self.field.entered.connect(self.field.clearFocus)
        self.keeper = Keeper(desk, self.field, lambda text: desk.reply(question.key, "text", text))
        self._trouble = Remark("block", "block", "lead")
        self.keeper.settled.connect(self._trouble.say)
        self.unneeded = BigButton("不适用")
        self.unneeded.setAccessibleName(f"不适用：{question.ask}")
        self.unneeded.clicked.connect(self._set_aside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(TextLabel(question.ask, "floor", wrap=True))
        column.addWidget(self.field)
        column.addWidget(self.unneeded, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(self._trouble)
        self.refresh()
        spare_focus(self)

    def refresh(self) -> None:
        """Show what the dossier holds now."""
        reply = self._desk.dossier.reply(self._question.key)
        self.keeper.show(reply.text)
        self.unneeded.set_chosen(bool(reply.unneeded))
        self.field.setEnabled(not reply.unneeded)

    def _set_aside(self) -> None:
        aside = not self._desk.dossier.reply(self._question.key).unneeded
        put = partial(self._desk.reply, self._question.key, "unneeded", aside)
        self._trouble.say(attempt(self._desk, put))
        self._desk.seal()
        self.refresh()
