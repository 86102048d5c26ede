"""判定依据: the note, the photos and the attachments that an answer rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.progress import Progress
from forms.dossier import Answer, Attachment, Photo, picked
from forms.evaluation import Stage
from forms.fields import complaints
from forms.photo_facts import BEIJING, PhotoFacts
from forms.record import specs
from grading.finding import Target
from grading.photo_verdict import PhotoWord
from widgets.answering import attempt
from widgets.controls import Button
from widgets.desk import Desk
from widgets.file_drop import ask_files, local_paths
from widgets.pages.walk_evidence import (
    Cross,
    EvidencePicker,
    FileCard,
    file_note,
)
from widgets.pages.walk_parts import Keeper, Remark, reveal, spare_focus
from widgets.photo_grid import PhotoGrid
from widgets.photo_tile import AWAY
from widgets.photo_tile import Photo as Tile
from widgets.surfaces import empty
from widgets.text import TextLabel

_IMAGES = frozenset((".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp", ".tif", ".tiff", ".bmp"))
_SIDE = 316
_NOTE = 56


class NoteField(QPlainTextEdit):
    """The note: here the input method is on; Tab leaves the field."""

    def __init__(self, parent: QWidget | None = None, *, least: int = _NOTE) -> None:
        super().__init__(parent)
        self._least = least
        self.setTabChangesFocus(True)
        self.setAccessibleName("判定依据")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def enter(self) -> None:
        """Take the keyboard, the cursor behind the text."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        cursor = self.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.setTextCursor(cursor)
        reveal(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()  # the document does not always tell that it broke its lines anew

    def _fit(self) -> None:
        """As high as the text, so that nothing scrolls within the page."""
        lines = self.document().size().height()  # in lines, not px
        line = self.fontMetrics().lineSpacing()
        self.setFixedHeight(max(self._least, int(lines * line) + 30))


class PhotoIntake(QObject):
    """Takes photos in off the screen's thread by `work`, and ties them, also those that were in the
    dossier.

    It belongs to the desk, for the person may have gone on to another item before it is done.
    `said(text, icon, token)` on progress and on what was left out; `tied(subject, ids)` at the end.
    """

    said = Signal(str, str, str)
    tied = Signal(str, list)

    def __init__(
        self, desk: Desk, stage: Stage, subject: str, work: Callable[[], Iterator[Progress]]
    ) -> None:
        super().__init__(desk)
        self._desk, self._stage, self.subject = desk, stage, subject
        self._photos: list[UUID] = []
        self._troubles: list[str] = []
        self._job = desk.job(work)
        self._job.progressed.connect(self._follow)
        self._job.refused.connect(self._troubles.append)
        self._job.ended.connect(self._tie)
        self._job.start()

    def _follow(self, step: Progress) -> None:
        if step.record is not None:
            self._photos.append(step.record)
        elif step.trouble:
            self._troubles.append(step.trouble)
        self.said.emit(f"正在读取照片 {step.done}/{step.total}", "clock", "ink2")

    def _tie(self) -> None:
        desk = self._desk
        for photo in self._photos:
            path = f"photos.{photo}"
            trouble = attempt(desk, partial(desk.answer, self._stage, self.subject, path, True))
            self._troubles += [trouble] if trouble else []
        desk.seal()
        self.said.emit("".join(self._troubles), "warn", "warn")
        self.tied.emit(self.subject, self._photos)
        self.deleteLater()


class BasisPanel(QWidget):
    """Note, photos and attachments of the answer to one subject at one stage: `show_subject`.

    `jump(Target)` when a photo or an attachment is opened on its own page.
    """

    jump = Signal(object)

    def __init__(self, desk: Desk, stage: Stage) -> None:
        super().__init__()
        self._desk, self._stage, self._subject = desk, stage, ""
        self.note = NoteField()
        self.keeper = Keeper(desk, self.note, partial(self._put, "note"))
        self.keeper.settled.connect(self._settled)
        self._photos: dict[str, Photo] = {}
        self.photos = PhotoGrid(self._picture_of, several=False, cross="取消关联")
        self.photos.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard there
        self.files = QWidget()
        self.photos.crossed.connect(lambda key: self._tie("photos", key, False))
        self.photos.opened.connect(lambda key: self.jump.emit(Target("visits", UUID(key))))
        self.picker = EvidencePicker(self._picture_of)
        self.picker.photo_chosen.connect(self._toggle_photo)
        self.picker.photo_opened.connect(lambda key: self._tie("photos", key, True))
        self.picker.file_chosen.connect(self._toggle_file)
        self.picker.browse.connect(lambda: self.browse(self.picker.what))
        self._trouble = Remark("block", "block")
        self._count = TextLabel("", "dense", "ink2")
        self._below = TextLabel("", "meta", "ink2")
        self._shown: object = None
        self._lay_out()
        spare_focus(self)

    def _lay_out(self) -> None:
        self.add_photo = Button("添加照片", icon="camera", key="P", height=32)
        self.add_file = Button("添加附件", icon="clip", height=32)
        self.add_photo.setToolTip("选取照片（P）；从文件添加（Ctrl I）；粘贴文件（Ctrl V）")
        self.add_photo.clicked.connect(lambda: self.pick("photos"))
        self.add_file.clicked.connect(lambda: self.pick("attachments"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(TextLabel("判定依据", "section"))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self.add_photo)
        head.addWidget(self.add_file)
        left, right = QVBoxLayout(), QVBoxLayout(self._make_side())
        left.setSpacing(4)
        left.addWidget(self.note)
        left.addWidget(self._below)
        left.addStretch(1)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        right.addWidget(self.photos)
        right.addWidget(self.files)
        right.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(left, 1)
        row.addWidget(self._side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._trouble)
        column.addWidget(self.picker)
        column.addLayout(row)

    def _make_side(self) -> QWidget:
        self._side = QWidget()
        self._side.setFixedWidth(_SIDE)
        QVBoxLayout(self.files).setContentsMargins(0, 0, 0, 0)
        return self._side

    def show_subject(self, subject: str) -> None:
        """Be for the answer to another item or scene from the next `refresh` on; what waits for
        the one before is to be flushed first."""
        self._subject = subject
        self.picker.hide()
        self._trouble.say("", "block", "block")
        self.keeper.load(self._answer().note)

    def set_prompt(self, text: str) -> None:
        """What the empty note asks for."""
        if self.note.placeholderText() != text:
            self.note.setPlaceholderText(text)

    def refresh(self) -> None:
        """Show what the dossier holds now."""
        answer = self._answer()
        self.keeper.show(answer.note)
        self._photos = {str(photo.id): photo for photo in self._desk.dossier.all(Photo)}
        photos = picked(answer.photos, self._photos.values())
        files = picked(answer.attachments, self._desk.dossier.all(Attachment))
        length = len(answer.note)
        self._below.setText(f"{length} 字　已保存" if length else "")
        written = int(bool(answer.note.strip()))
        self._count.setText(f"备注 {written} ・ 照片 {len(photos)} ・ 附件 {len(files)}")
        self._count.updateGeometry()
        tiles = tuple(self._tile(photo) for photo in photos)
        shown = (tiles, [f.name for f in files])
        if shown != self._shown:
            self._shown = shown
            self._show_photos(tiles)
            self._show_files(files)
            self._side.setVisible(bool(photos or files))
        if self.picker.isVisibleTo(self):
            self._fill_picker()

    def stops(self) -> list[QWidget]:
        """Where Tab goes, in order."""
        return [self.note, self.add_photo, self.add_file]

    def focus_note(self) -> None:
        """Give the note the keyboard, its cursor behind the text."""
        self.note.enter()

    def pick(self, what: str) -> None:
        """Open the panel that offers the dossier's `photos` or `attachments`; again shuts it.
        Where there are none, files are asked for at once."""
        if self.picker.isVisibleTo(self) and self.picker.what == what:
            self.picker.hide()
            return
        if not (self._photos if what == "photos" else self._desk.dossier.all(Attachment)):
            self.browse(what)
            return
        self.picker.what = what
        self.picker.show()
        self._fill_picker()
        self.picker.focus_first()
        reveal(self.picker, top=True)

    def take(self, paths: Sequence[Path]) -> None:
        """Take files in and tie them: pictures and folders as photos, the rest as attachments."""
        photos = [path for path in paths if path.is_dir() or path.suffix.lower() in _IMAGES]
        others = [path for path in paths if path not in photos]
        for path in others:
            self._attach(path)
        if photos:
            self._import(photos)

    def _answer(self) -> Answer:
        return self._desk.dossier.answer(self._stage, self._subject)

    def _put(self, path: str, value: object) -> bool:
        return self._desk.answer(self._stage, self._subject, path, value)

    def _tie(self, field: str, key: str, on: bool) -> None:
        if bool(getattr(self._answer(), field).get(key)) == on:
            return
        self._trouble.say(attempt(self._desk, lambda: self._put(f"{field}.{key}", on)))
        self._desk.seal()
        self.refresh()

    def _toggle_photo(self, key: str) -> None:
        self._tie("photos", key, not self._answer().photos.get(key))

    def _toggle_file(self, key: str) -> None:
        self._tie("attachments", key, not self._answer().attachments.get(key))

    def _settled(self, sentence: str) -> None:
        wrong = complaints(specs(Answer)["note"], self.keeper.text())
        self._trouble.say(sentence or "".join(wrong))

    def browse(self, what: str) -> None:
        """Ask for files: they are taken in as `photos` or `attachments`, and tied."""
        if what == "photos":
            kinds = f"照片 ({' '.join(f'*{s}' for s in sorted(_IMAGES))})"
            ask_files(self, "选择照片", kinds, self._import)
        else:
            ask_files(self, "选择附件", "", lambda paths: list(map(self._attach, paths)))

    def paste(self) -> None:
        """Take in the files that were copied in the system's own window of files."""
        paths = local_paths(QGuiApplication.clipboard().mimeData())
        self._trouble.say("" if paths else "剪贴板中没有文件，未作任何改动，请先复制文件再粘贴。")
        self.take(paths)

    def _attach(self, path: Path) -> None:
        made: list[UUID | None] = []
        proves = f"{self._subject}判定依据"
        sentence = attempt(
            self._desk,
            lambda: made.append(self._desk.attach(path, "其他材料", proves=proves)),
        )
        self._trouble.say(sentence)
        if made and made[0] is not None:
            self._tie("attachments", str(made[0]), True)

    def _import(self, paths: list[Path]) -> None:
        if paths:
            desk = self._desk
            work = partial(desk.bench.import_photos, desk.dossier_id, paths)
            intake = PhotoIntake(desk, self._stage, self._subject, work)
            intake.said.connect(self._hear)

    def _hear(self, text: str, icon: str, token: str) -> None:
        """What is said of photos that come in, while their own item or scene is shown."""
        intake = self.sender()
        if isinstance(intake, PhotoIntake) and intake.subject == self._subject:
            self._trouble.say(text, icon, token)

    def _tile(self, photo: Photo, tied: bool = False) -> Tile:
        review = self._desk.review
        verdict = review.verdicts.get(photo.id) if review else None
        facts = PhotoFacts.model_validate(photo.facts) if photo.facts else None
        taken = facts.taken_at if facts else None
        words = ["已关联"] if tied else []
        words.append(f"{taken.astimezone(BEIJING):%m-%d %H:%M}" if taken else "无拍摄时间")
        return Tile(
            key=str(photo.id),
            kind=photo.kind or "照片",
            verdict=verdict.word if verdict else PhotoWord.UNSUPPORTED,
            note=" ・ ".join(words),
            tip=photo.caption,
            away=AWAY if photo.id in self._desk.awaited else "",
        )

    def _picture_of(self, key: str) -> tuple[str, Callable[[], bytes]]:
        photo = self._photos[key]
        return f"{photo.sha256}.thumb", partial(self._desk.bench.picture, photo, "thumb")

    def _show_photos(self, tiles: Sequence[Tile]) -> None:
        held = {tile.key for tile in tiles} & {self.photos.current()}
        self.photos.set_photos(tiles, "" if held or not tiles else tiles[0].key)
        self.photos.setVisible(bool(tiles))
        if tiles:
            self.photos.setFixedHeight(self.photos.heightForWidth(_SIDE))

    def _show_files(self, files: Sequence[Attachment]) -> None:
        column = self.files.layout()
        assert column is not None
        empty(column)
        for record in files:
            card = FileCard(record.name or record.filename, file_note(record))
            card.clicked.connect(partial(self._open_file, record.id))
            Cross(card, partial(self._tie, "attachments", str(record.id), False))
            column.addWidget(card)
        self.files.setVisible(bool(files))
        spare_focus(self.files)

    def _open_file(self, record_id: UUID, _on: bool = False) -> None:
        self.jump.emit(Target("attachments", record_id))

    def _fill_picker(self) -> None:
        answer, dossier = self._answer(), self._desk.dossier
        if self.picker.what == "photos":
            rows = [self._tile(p, bool(answer.photos.get(k))) for k, p in self._photos.items()]
            self.picker.show_photos(rows)
            return
        tied = answer.attachments
        self.picker.show_files(
            [
                (key, record.name or record.filename, file_note(record, tied=bool(tied.get(key))))
                for record in dossier.all(Attachment)
                for key in [str(record.id)]
            ]
        )
