"""What the watermark says, beside the crop it was read from, for a person to confirm or correct."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from forms.dossier import Photo
from forms.watermark import Statement, Watermark
from grading.rules.view import Judged
from grading.watermark_statement import FIELDS, NONE, stated, with_statements
from widgets.controls import Button
from widgets.desk import Desk
from widgets.marks import Tag, box
from widgets.record_form import RecordForm, Section
from widgets.surfaces import Card, empty
from widgets.text import TextLabel
from widgets.theme import RADIUS_TAG
from widgets.thumbnails import thumbnails

Box = tuple[float, float, float, float]

_CORRECTIONS = (*FIELDS, NONE)
#: One below the other: the panel is too narrow for a date and a time in one line.
_FORM = (Section("", _CORRECTIONS, whole=frozenset(_CORRECTIONS)),)
_WEEKDAYS = "一二三四五六日"
_MARGIN = 0.015
_CROP_HEIGHT = 120


@dataclass(frozen=True, slots=True)
class Remark:
    """One statement of the watermark in words, and how far it can be relied on."""

    label: str
    words: str
    state: str
    tone: str
    icon: str = ""


_BY_PERSON = ("人工核对", "ok", "person")
_UNSURE = ("没有把握", "warn", "help")
_SURE = ("", "", "")


def remarks(judged: Judged) -> list[Remark]:
    """What the watermark states, as far as it does."""
    mark = judged.watermark
    if mark is None:
        return []
    by_person = stated(judged.photo, mark)

    def remark(label: str, words: str, *names: Statement) -> Remark:
        state = _BY_PERSON if set(names) <= by_person else _SURE
        return Remark(label, words, *(_UNSURE if mark.unsure & set(names) else state))

    found = []
    if mark.day or mark.clock:
        parts: dict[Statement, object] = {
            "day": mark.day, "clock": mark.clock, "weekday": mark.weekday
        }  # fmt: skip
        names = [name for name, value in parts.items() if value is not None]
        found.append(remark("水印时间", _moment(mark), *names))
    if mark.impossible:
        found.append(Remark("水印时间", mark.impossible, "没有此日期", "warn", "warn"))
    if mark.position:
        words = f"{mark.position[0]:.6f}，{mark.position[1]:.6f}"
        found.append(remark("水印坐标", words, "position"))
    if mark.address:
        found.append(remark("水印地址", mark.address, "address"))
    if mark.place:
        found.append(remark("地点名称", mark.place, "place"))
    if mark.brand:
        found.append(remark("水印相机", mark.brand, "brand"))
    if mark.code:
        found.append(remark("防伪码", mark.code, "code"))
    return found


def doubtful(judged: Judged) -> frozenset[Statement]:
    """The statements that a person can confirm as they were read, and has not yet.

    A day's name is confirmed with its date. Where the two contradict each other, neither is: one of
    them was misread, or the watermark is as it should not be, and the finding has to stand.
    """
    mark = judged.watermark
    if mark is None:
        return frozenset()
    unsure = set(mark.unsure & frozenset(FIELDS.values()))
    if mark.day and "weekday" in mark.unsure:
        unsure.add("day")
    return frozenset(unsure - {"day"} if _at_odds(mark) else unsure)


def crop_of(mark: Watermark | None) -> Box | None:
    """The part of the photo that the watermark stands on, or its writing; None where none was."""
    if mark is None or not mark.lines:
        return None
    numbers = {n for places in mark.seen_in.values() for n in places if n < len(mark.lines)}
    part = _around([mark.lines[n].box for n in numbers] or [line.box for line in mark.lines])
    if part is None:
        return None
    # A line that the edge would cut through comes along whole.
    return _around([part, *(line.box for line in mark.lines if _touch(line.box, part))], 0.0)


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _around(boxes: Sequence[Box], margin: float = _MARGIN) -> Box | None:
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
    if right <= left or bottom <= top:
        return None
    return (
        max(0.0, left - margin),
        max(0.0, top - margin),
        min(1.0, right + margin),
        min(1.0, bottom + margin),
    )


def _at_odds(mark: Watermark) -> bool:
    """Whether date and weekday contradict each other."""
    return bool(mark.day) and mark.weekday not in (None, mark.day.weekday() if mark.day else None)


def _moment(mark: Watermark) -> str:
    parts = []
    if mark.day:
        parts.append(f"{mark.day:%Y-%m-%d}")
    if mark.clock:
        parts.append(f"{mark.clock:%H:%M:%S}" if mark.seconds else f"{mark.clock:%H:%M}")
    if mark.weekday is not None:
        parts.append(f"周{_WEEKDAYS[mark.weekday]}")
    return " ".join(parts)


def _note(judged: Judged) -> str:
    """What there is to do about the watermark; "" where there is nothing."""
    photo, mark = judged.photo, judged.watermark
    if photo.stated_none is True:
        return "已注明照片上没有水印，识别结果和其他更正均不采用；改选“否”后恢复。"
    if mark is None:
        return judged.trouble or "水印尚未读取，读完后显示在此。"
    half = bool(photo.stated_latitude) != bool(photo.stated_longitude)
    if half and "position" not in stated(photo, mark):
        return "坐标只填写了一半，另一半没有读到，尚未采用；请对照原图补填，经纬度齐全后采用。"
    if _at_odds(mark):
        return (
            "日期与星期不符，请对照原图核对：有一项读错的，在“更正”中填写日期；"
            "水印确实如此的，不作更正，在照片说明中写明原因。"
        )
    if doubtful(judged):
        return "没有把握的，请对照原图核对；核对和更正作为您的说明保存并留痕。"
    if not remarks(judged):
        return "没有读到水印。水印可见的，请对照原图填写。"
    return ""


class EvidencePanel(Card):
    """The watermark of one photo. `part_wanted(box)` shows a part of the photo in full."""

    part_wanted = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__((20, 14), 8)
        self._desk = desk
        self._judged: Judged | None = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self._note = TextLabel("", "meta", "ink2", wrap=True)
        self.crop = Crop()
        self.crop.taken.connect(self._show_part)
        self.confirm = Button("核对无误", icon="check", height=28)
        self.confirm.clicked.connect(self.confirm_reading)
        self.correct = Button("更正", icon="pencil", height=28)
        self.correct.setCheckable(True)
        self.correct.toggled.connect(self._open_form)
        self.form = RecordForm(desk, Photo, _FORM)
        self.form.cards[0].body.setContentsMargins(0, 4, 0, 0)
        self.form.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.confirm)
        buttons.addWidget(self.correct)
        buttons.addStretch(1)
        self.body.addWidget(TextLabel("水印", "section"))
        self.body.addWidget(self.crop)
        self.body.addLayout(self._rows)
        self.body.addWidget(self._note)
        self.body.addLayout(buttons)
        self.body.addWidget(self.form)
        thumbnails().loaded.connect(self._loaded)

    def show_photo(self, judged: Judged) -> bool:
        """Show a photo's watermark; False where something typed of another one is refused."""
        if not self.form.show_record(judged.photo):
            return False
        before = self._judged.photo.id if self._judged else None
        self._judged = judged
        if judged.photo.id != before:
            said = [getattr(judged.photo, field) for field in _CORRECTIONS]
            self.correct.setChecked(any(value not in (None, "") for value in said))
        self._fill(judged)
        self._show_crop()
        return True

    def focus_field(self, field: str) -> None:
        """Open the corrections and give one of them the keyboard."""
        self.correct.setChecked(True)
        self.form.fields[field].focus_editor()

    def confirm_reading(self) -> None:
        """Keep what was read without certainty, as it shows, as this person's own statement.

        What was typed of it stands: also what was not kept yet when this was asked for.
        """
        shown = self._judged
        if shown is None or shown.watermark is None or not self.form.flush():
            return
        photo = self._desk.dossier.find(Photo, shown.photo.id)
        if photo is None:
            return
        read = self._desk.dossier.watermarks.get(photo.sha256)
        now = replace(shown, photo=photo, watermark=with_statements(read, photo))
        wanted = doubtful(shown) & doubtful(now)
        with self._desk.batch():
            for field, value in _as_stated(shown.watermark).items():
                empty_still = getattr(photo, field) in (None, "")
                if FIELDS[field] in wanted and value and empty_still:
                    self._desk.put("photo", photo.id, field, value)
        self._desk.seal()

    def _fill(self, judged: Judged) -> None:
        empty(self._rows)
        found = remarks(judged)
        for remark in found:
            self._rows.addWidget(_Row(remark))
        words = _note(judged)
        if judged.waiting and judged.photo.id in self._desk.awaited:
            words = "原图在同事处，水印没有在本机读取；收入含原图的文件包后显示在此。"
        self._note.setText(words)
        self._note.setVisible(bool(words))
        self.confirm.setVisible(bool(doubtful(judged)))

    def _open_form(self, on: bool) -> None:
        self.form.setVisible(on)
        if on:
            next(iter(self.form.fields.values())).focus_editor()

    def _show_crop(self) -> None:
        judged = self._judged
        part = crop_of(judged.watermark) if judged else None
        image = None
        if judged is not None and part is not None:
            photo, bench = judged.photo, self._desk.bench
            key = f"{photo.sha256}.report"
            image = thumbnails().get(key, lambda: bench.picture(photo, "report"))
        self.crop.show_part(image, part)

    def _loaded(self, key: str, image: QImage) -> None:
        if self._judged is not None and key == f"{self._judged.photo.sha256}.report":
            self.crop.show_part(image, crop_of(self._judged.watermark))

    def _show_part(self) -> None:
        part = crop_of(self._judged.watermark) if self._judged else None
        if part is not None:
            self.part_wanted.emit(part)


def _as_stated(mark: Watermark) -> dict[str, object]:
    """What a watermark reads, by the field in which a person would state it."""
    return {
        "stated_date": mark.day,
        "stated_time": mark.clock and mark.clock.replace(second=0, microsecond=0),
        "stated_address": mark.address,
        "stated_place": mark.place,
        "stated_latitude": _typed(mark.latitude),
        "stated_longitude": _typed(mark.longitude),
        "stated_brand": mark.brand,
        "stated_code": mark.code,
    }


def _typed(degrees: float | None) -> str:
    return "" if degrees is None else f"{degrees:.6f}"


class Crop(QWidget):
    """A part of a photo, whole and as large as there is room; a click is `taken`."""

    taken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._part: Box | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("在照片上查看")
        self.setAccessibleName("水印所在的部分")
        self.setFixedHeight(_CROP_HEIGHT)

    def show_part(self, image: QImage | None, part: Box | None) -> None:
        """Show this part of the image; without an image or a part nothing stands here."""
        self._image, self._part = image, part
        self.setVisible(part is not None)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, _CROP_HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.taken.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        spot = QRectF(self.rect())
        box(painter, spot, "sunken", "line", RADIUS_TAG)
        image, part = self._image, self._part
        if image is not None and not image.isNull() and part is not None:
            wide, tall = image.width(), image.height()
            left, top, right, bottom = part
            source = QRectF(left * wide, top * tall, (right - left) * wide, (bottom - top) * tall)
            scale = min((spot.width() - 8) / source.width(), (spot.height() - 8) / source.height())
            target = QRectF(0, 0, source.width() * scale, source.height() * scale)
            target.moveCenter(spot.center())
            painter.drawImage(target, image, source)
        painter.end()


class _Row(QWidget):
    """A statement: what, in words, and how sure."""

    def __init__(self, remark: Remark) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        name = TextLabel(remark.label, "meta", "ink2")
        name.setFixedWidth(60)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(name, 0, top)
        row.addWidget(TextLabel(remark.words, "meta", wrap=True), 1)
        if remark.state:
            row.addWidget(Tag(remark.state, remark.tone, remark.icon), 0, top)
