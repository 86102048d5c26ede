"""One photo in full: the picture, what its file says, what was judged, what people say of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from forms.dossier import Photo
from forms.dossier import Site as SiteForm
from forms.visit import PHOTO_KINDS
from grading.finding import Severity
from grading.rules.view import Judged
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.icons import SEVERITY_WORDS, draw
from widgets.marks import Tag, box
from widgets.pages import visit_photos
from widgets.photo_tile import VERDICT_ICONS, VERDICT_TOKENS
from widgets.record_form import RecordForm, Section
from widgets.surfaces import Card, Rule, ScrollColumn, empty
from widgets.text import TextLabel, draw_text
from widgets.theme import RADIUS_TAG
from widgets.thumbnails import thumbnails

_SIDE = 380
_FORM = (
    Section(
        "",
        ("caption", "people", "counterpart", "logo", "visit", "training"),
        whole=frozenset({"caption", "people", "counterpart", "logo", "visit", "training"}),
    ),
)


class PhotoEditor(QWidget):
    """Shows one photo of a list. `closed()`, `stepped(by)`, `withdrawn(photo id)`,
    `site_taken(photo id)` when its position is to become the site's."""

    closed = Signal()
    stepped = Signal(int)
    withdrawn = Signal(object)
    site_taken = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.photo: Photo | None = None
        self._wanted = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._focus_wanted)
        self.picture = Picture()
        self.form = RecordForm(desk, Photo, _FORM)
        kinds = [Segment(kind, f"{n} {kind}") for n, kind in enumerate(PHOTO_KINDS, 1)]
        self.kinds = SegmentedControl(kinds, height=34, name="照片类别")
        self.kinds.chosen.connect(self._choose_kind)
        self._place = TextLabel("", "section")
        self._verdict = Tag("", "ok")
        self._reason = TextLabel("", "body", wrap=True)
        self._findings = QVBoxLayout()
        self._findings.setSpacing(6)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(2)
        self.take_site = Button("用作厂址位置", icon="pin", height=28)
        self.take_site.clicked.connect(lambda: self._emit(self.site_taken))
        self._site_note = TextLabel("", "meta", "ink2", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(self._left(), 1)
        row.addWidget(Rule(upright=True))
        self._side = self._right()
        row.addWidget(self._side)
        thumbnails().loaded.connect(self._loaded)

    def _left(self) -> QVBoxLayout:
        back = Button("返回现场", Kind.OUTLINED, icon="chevron-left", key="Esc", height=28)
        back.clicked.connect(self.closed)
        before = Button("", icon="chevron-left", height=28)
        after = Button("", icon="chevron-right", height=28)
        for button, by, words in ((before, -1, "上一张"), (after, 1, "下一张")):
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.clicked.connect(lambda _on=False, by=by: self.stepped.emit(by))
        remove = Button("撤回照片", Kind.QUIET, icon="withdraw", height=28)
        remove.clicked.connect(lambda: self._emit(self.withdrawn))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(back)
        head.addSpacing(8)
        head.addWidget(before)
        head.addWidget(after)
        head.addWidget(self._place)
        head.addStretch(1)
        head.addWidget(remove)
        verdict = QHBoxLayout()
        verdict.setSpacing(10)
        verdict.addWidget(self._verdict, 0, Qt.AlignmentFlag.AlignTop)
        verdict.addWidget(self._reason, 1)
        column = QVBoxLayout()
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.picture, 1)
        column.addWidget(self.kinds)
        column.addLayout(verdict)
        return column

    def _right(self) -> ScrollColumn:
        scroll = ScrollColumn((16, 14, 16, 20), 12)
        scroll.setFixedWidth(_SIDE)
        facts = Card((20, 14), 8)
        facts.body.addWidget(TextLabel("拍摄信息", "section"))
        facts.body.addLayout(self._facts)
        facts.body.addWidget(self._site_note)
        facts.body.addWidget(self.take_site)
        scroll.column.addLayout(self._findings)
        scroll.column.addWidget(self.form)
        scroll.column.addWidget(facts)
        scroll.column.addStretch(1)
        return scroll

    def show_photo(self, judged: Judged, place: int, count: int) -> None:
        """Show a photo, the `place`-th of `count`; a field being typed in stays as it is.

        Where something typed of another photo is refused, that one stays.
        """
        photo = judged.photo
        if not self.form.show_record(photo):
            return
        self.photo = photo
        self.kinds.set_current(photo.kind)
        gate = photo.kind in visit_photos.GATE_KINDS
        self.form.fields["logo"].setVisible(gate)
        self._place.setText(f"第 {place} 张，共 {count} 张" if place else "")
        self._show_verdict(judged)
        self._show_findings(judged)
        self._show_facts(judged)
        self._show_picture(photo)

    def focus_field(self, field: str) -> None:
        """Give the keyboard to a field of the photo, once boxes just made are on the screen."""
        self._wanted = field
        self._later.start(0)

    def _focus_wanted(self) -> None:
        field = self._wanted
        if field == "kind":
            boxes = self.kinds.findChildren(QAbstractButton)
            held = next((each for each in boxes if each.isChecked()), boxes[0])
            held.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        editor = self.form.focus_field(field)
        if editor is not None:
            self._side.ensureWidgetVisible(editor, 0, 60)

    def _choose_kind(self, kind: str) -> None:
        if self.photo is not None:
            self._desk.put("photo", self.photo.id, "kind", kind)
            self._desk.seal()

    def _emit(self, signal: SignalInstance) -> None:
        if self.photo is not None:
            signal.emit(self.photo.id)

    def _show_verdict(self, judged: Judged) -> None:
        verdict = visit_photos.verdict_of(judged.verdict)
        self._verdict.set(verdict.value, VERDICT_TOKENS[verdict], VERDICT_ICONS[verdict])
        reason = judged.verdict.reason if judged.verdict else "没有读到拍摄信息。"
        self._reason.setText(reason if judged.counts else f"{reason}本张不计入照片数。")

    def _show_findings(self, judged: Judged) -> None:
        empty(self._findings)
        for finding in judged.verdict.findings if judged.verdict else ():
            self._findings.addWidget(_Remark(finding.severity, finding.message, finding.remedy))

    def _show_facts(self, judged: Judged) -> None:
        empty(self._facts)
        rows = visit_photos.facts_rows(judged.facts, judged.verdict)
        for label, words in (("文件名", judged.photo.filename), *rows):
            self._facts.addWidget(_Fact(label, words))
        position = judged.facts.position if judged.facts else None
        site = self._desk.dossier.one(SiteForm)
        own = site.source == "照片确认" and site.photo == judged.photo.id
        self.take_site.setVisible(position is not None and not own)
        if own:
            who = f"（{site.confirmed_by}确认）" if site.confirmed_by else ""
            note = f"厂址位置取自本照片{who}，本照片不再为自身的位置作证。"
        elif position is not None:
            note = "照片确在厂门拍摄的，可将其位置用作厂址位置；本照片此后不再为自身的位置作证。"
        else:
            note = ""
        self._site_note.setText(note)
        self._site_note.setVisible(bool(note))

    def _show_picture(self, photo: Photo) -> None:
        bench = self._desk.bench
        large = thumbnails().get(
            f"{photo.sha256}.report", lambda: bench.photo_file(photo, "report")
        )
        if large is None:
            large = thumbnails().get(
                f"{photo.sha256}.thumb", lambda: bench.photo_file(photo, "thumb")
            )
        self.picture.show_image(large, photo.caption or photo.filename)

    def _loaded(self, key: str, image: QImage) -> None:
        photo = self.photo
        if photo is not None and key == f"{photo.sha256}.report":
            self.picture.show_image(image, photo.caption or photo.filename)


class Picture(QWidget):
    """An image as large as there is room, whole and upright."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._fit: tuple[tuple[int, int, int], QImage] | None = None
        policy = QSizePolicy.Policy.Expanding
        self.setSizePolicy(policy, policy)
        self.setMinimumSize(240, 180)

    def show_image(self, image: QImage | None, words: str) -> None:
        """Show `image`, or that it is not there (yet)."""
        self._image = image
        self.setAccessibleName(f"照片：{words}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def _fitted(self, image: QImage, size: QSize) -> QImage:
        """The image in the screen's own pixels, kept until the room or the image changes."""
        pixels = size * self.devicePixelRatioF()
        key = (image.cacheKey(), pixels.width(), pixels.height())
        if self._fit is None or self._fit[0] != key:
            smooth = Qt.TransformationMode.SmoothTransformation
            self._fit = key, image.scaled(pixels, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        return self._fit[1]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        box(painter, rect, "sunken", radius=RADIUS_TAG)
        image = self._image
        if image is None or image.isNull():
            centre = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, rect, "正在读取照片", "dense", "ink2", align=centre)
        else:
            size = image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            spot = QRectF(0, 0, size.width(), size.height())
            spot.moveCenter(rect.center())
            painter.drawImage(spot, self._fitted(image, size))
        painter.end()


class _Remark(QWidget):
    """A finding about the photo: glyph and word, sentence, what to do."""

    def __init__(self, severity: Severity, message: str, remedy: str) -> None:
        super().__init__()
        self._token = severity.value
        column = QVBoxLayout(self)
        column.setContentsMargins(34, 8, 12, 8)
        column.setSpacing(2)
        column.addWidget(TextLabel(message, "dense", wrap=True))
        column.addWidget(TextLabel(remedy, "meta", "ink2", wrap=True))
        self.setAccessibleName(f"{SEVERITY_WORDS[severity]}：{message}{remedy}")
        self.setToolTip(SEVERITY_WORDS[severity])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), "surface", "line")
        draw(painter, self._token, QRectF(11, 11, 15, 15), self._token)
        painter.end()


class _Fact(QWidget):
    def __init__(self, label: str, words: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        name = TextLabel(label, "meta", "ink2")
        name.setFixedWidth(60)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(TextLabel(words, "meta", wrap=True), 1)


def take_as_site(desk: Desk, judged: Judged) -> bool:
    """Make a photo's position the site's, with where it comes from and who confirmed it.

    The datum is the one the photo was found to agree with, else WGS-84, which devices that name
    none write. Whether all of it was taken.
    """
    position = judged.facts.position if judged.facts else None
    if position is None:
        return False
    site = desk.dossier.one(SiteForm)
    datum = (judged.verdict.datum if judged.verdict else None) or "WGS-84"
    # Where it comes from goes first: a position that was kept alone, when the program was ended
    # half-way, would let the photo prove itself.
    values = {
        "photo": judged.photo.id,
        "source": "照片确认",
        "confirmed_by": desk.bench.person,
        "datum": datum,
        "latitude": f"{position[0]:.6f}",
        "longitude": f"{position[1]:.6f}",
    }
    done = all(desk.put("site", site.id, name, value) for name, value in values.items())
    desk.seal()
    return done
