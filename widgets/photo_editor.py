"""One photo in full: the picture, what its file says, what was judged, what people say of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from forms.dossier import Member, Photo
from forms.dossier import Site as SiteForm
from forms.visit import PHOTO_KINDS
from grading.finding import Finding
from grading.gate_check import asked_again
from grading.photo_route import resend_text
from grading.rules.view import Alike, Judged
from grading.visit_day import GATE_KINDS
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.findings_panel import BasisLink
from widgets.icons import SEVERITY_WORDS, draw
from widgets.marks import Tag, box
from widgets.pages import visit_photos
from widgets.pages.photo_evidence import EvidencePanel
from widgets.photo_source import PhotoSource
from widgets.photo_tile import VERDICT_ICONS, VERDICT_TOKENS
from widgets.photo_view import PhotoView
from widgets.record_form import RecordForm, Section, record_words
from widgets.surfaces import Card, Rule, ScrollColumn, empty
from widgets.text import TextLabel
from widgets.toggles import PeopleToggles
from widgets.zoom_bar import ZoomBar

_SIDE = 380
_FIELDS = ("caption", "counterpart", "logo", "visit", "training")
_FORM = (Section("", _FIELDS, whole=frozenset(_FIELDS)),)


class PhotoEditor(QWidget):
    """Shows one photo of a list. `closed()`, `stepped(by)`, `withdrawn(photo id)`,
    `kind_chosen(kind)`, `person_toggled(member id)`, `site_taken(photo id)` when its position is to
    become the site's, `compare_wanted(Alike)` to see another place of the same picture beside it;
    `told(text)`.
    """

    closed = Signal()
    stepped = Signal(int)
    kind_chosen = Signal(str)
    person_toggled = Signal(str)
    withdrawn = Signal(object)
    site_taken = Signal(object)
    compare_wanted = Signal(object)
    told = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.photo: Photo | None = None
        self._judged: Judged | None = None
        self._wanted = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._focus_wanted)
        self.picture = PhotoView()
        self._source = PhotoSource(self.picture, desk.bench)
        self.form = RecordForm(desk, Photo, _FORM)
        kinds = [Segment(kind, f"{n} {kind}") for n, kind in enumerate(PHOTO_KINDS, 1)]
        self.kinds = SegmentedControl(kinds, height=28, name="照片类别")
        self.kinds.chosen.connect(self.kind_chosen)
        self.people = PeopleToggles()
        self.people.toggled.connect(self.person_toggled)
        self.evidence = EvidencePanel(desk)
        self.evidence.part_wanted.connect(self.picture.show_part)
        self._remarks: list[_Remark] = []
        self._fact_rows: list[_Fact] = []
        self._likes: tuple[Alike, ...] = ()
        self._alike = QVBoxLayout()
        self._alike.setSpacing(6)
        self._place = TextLabel("", "section")
        self._verdict = Tag("", "ok")
        self._reason = TextLabel("", "body", wrap=True)
        self._findings = QVBoxLayout()
        self._findings.setSpacing(6)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(2)
        self.ask_again = Button("复制重发请求", icon="transfer", height=28)
        self.ask_again.setToolTip("复制一段文字，粘贴发给拍摄人，请其以原图或文件方式重发")
        self.ask_again.clicked.connect(self._copy_request)
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
        who = QHBoxLayout()
        who.setSpacing(10)
        who.addWidget(self.people, 1)
        who.addWidget(ZoomBar(self.picture), 0, Qt.AlignmentFlag.AlignTop)
        verdict = QHBoxLayout()
        verdict.setSpacing(10)
        verdict.addWidget(self._verdict, 0, Qt.AlignmentFlag.AlignTop)
        verdict.addWidget(self._reason, 1)
        column = QVBoxLayout()
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.picture, 1)
        column.addWidget(self.kinds)
        column.addLayout(who)
        column.addLayout(verdict)
        return column

    def _right(self) -> ScrollColumn:
        scroll = ScrollColumn((16, 14, 16, 20), 12)
        scroll.setFixedWidth(_SIDE)
        facts = Card((20, 14), 8)
        facts.body.addWidget(TextLabel("拍摄信息", "section"))
        facts.body.addLayout(self._facts)
        facts.body.addWidget(self.ask_again)
        facts.body.addWidget(self._site_note)
        facts.body.addWidget(self.take_site)
        scroll.column.addLayout(self._findings)
        scroll.column.addLayout(self._alike)
        scroll.column.addWidget(self.form)
        scroll.column.addWidget(self.evidence)
        scroll.column.addWidget(facts)
        scroll.column.addStretch(1)
        return scroll

    def show_photo(self, judged: Judged, place: int, count: int) -> None:
        """Show a photo, the `place`-th of `count`; a field being typed in stays as it is.

        Where something typed of another photo is refused, that one stays.
        """
        photo = judged.photo
        if not self.flush() or not self.form.show_record(photo):
            return
        self.evidence.show_photo(judged)
        self.photo = photo
        self.kinds.set_current(photo.kind)
        gate = photo.kind in GATE_KINDS
        self.form.fields["logo"].setVisible(gate)
        self._place.setText(f"第 {place} 张，共 {count} 张" if place else "")
        self._show_verdict(judged)
        self._show_findings(judged)
        self._show_facts(judged)
        self._show_people(photo)
        self._source.show(photo, self._desk.awaited.get(photo.id, ""))

    def flush(self) -> bool:
        """Keep what is typed of the photo; False where some of it was refused."""
        return False not in [self.form.flush(), self.evidence.form.flush()]

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
        if field.partition(".")[0] == "people":
            self.people.focus_first()
            return
        if field in self.evidence.form.fields:
            self.evidence.focus_field(field)
            # Corrections that were closed have no place yet: the column is laid out first.
            wanted = self.evidence.form.fields[field]
            QTimer.singleShot(0, wanted, lambda: self._side.ensureWidgetVisible(wanted, 0, 60))
            return
        editor = self.form.focus_field(field)
        if editor is not None:
            self._side.ensureWidgetVisible(editor, 0, 60)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.picture.press(event):
            event.ignore()

    def _emit(self, signal: SignalInstance) -> None:
        if self.photo is not None:
            signal.emit(self.photo.id)

    def _show_verdict(self, judged: Judged) -> None:
        verdict = visit_photos.verdict_of(judged.verdict)
        self._verdict.set(verdict.value, VERDICT_TOKENS[verdict], VERDICT_ICONS[verdict])
        reason = judged.verdict.reason if judged.verdict else "没有读到拍摄信息。"
        self._reason.setText(reason if judged.counts else f"{reason}本张不计入照片数。")

    def _show_findings(self, judged: Judged) -> None:
        findings = judged.verdict.findings if judged.verdict else ()
        _tell(self._findings, self._remarks, findings, _Remark)
        likes = (*judged.alike, *self._repeats(judged))
        if likes != self._likes:
            self._likes = likes
            empty(self._alike)
            for alike in likes:
                self._alike.addWidget(_Alike(alike, self.compare_wanted))

    def _repeats(self, judged: Judged) -> list[Alike]:
        """The other files of the same visit that are the very same shot."""
        mine = judged.photo
        return [
            Alike(f"本次现场诊断的“{each.filename or each.caption}”", each.sha256, each.id)
            for each in self._desk.dossier.all(Photo)
            if each.sha256 in judged.repeats and each.visit == mine.visit and each.id != mine.id
        ]

    def _show_facts(self, judged: Judged) -> None:
        self._judged = judged
        _name, way = asked_again(judged)
        rows = visit_photos.facts_rows(judged.facts, judged.verdict)
        came = [("来路", way.words)] if way.lacks else []
        told = (("文件名", judged.photo.filename), *rows, *came)
        _tell(self._facts, self._fact_rows, told, _Fact)
        self.ask_again.setVisible(bool(way.lacks))
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

    def _copy_request(self) -> None:
        if self._judged is not None:
            QGuiApplication.clipboard().setText(resend_text([asked_again(self._judged)]))
            self.told.emit("重发请求已复制，可粘贴发给拍摄人。")

    def _show_people(self, photo: Photo) -> None:
        members = self._desk.dossier.all(Member)
        people = [(str(m.id), record_words(m, n)) for n, m in enumerate(members, 1)]
        self.people.show_people(people, {key: on is True for key, on in photo.people.items()}, 1)


class _Remark(QWidget):
    """A finding about the photo: glyph and word, sentence, what to do, the way to its clause."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self._token = ""
        self._message = TextLabel("", "dense", wrap=True)
        self._remedy = TextLabel("", "meta", "ink2", wrap=True)
        self._basis = BasisLink(finding, focused=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(34, 8, 12, 8)
        column.setSpacing(2)
        column.addWidget(self._message)
        column.addWidget(self._remedy)
        column.addWidget(self._basis, 0, Qt.AlignmentFlag.AlignLeft)
        self.tell(finding)

    def tell(self, finding: Finding) -> None:
        """Show another one."""
        self._token = finding.severity.value
        message, remedy, word = finding.message, finding.remedy, SEVERITY_WORDS[finding.severity]
        for label, words in ((self._message, message), (self._remedy, remedy)):
            label.setText(words)
            label.updateGeometry()
        self._basis.show_finding(finding)
        self.setAccessibleName(f"{word}：{message}{remedy}")
        self.setToolTip(word)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), "surface", "line")
        draw(painter, self._token, QRectF(11, 11, 15, 15), self._token)
        painter.end()


class _Alike(QWidget):
    """Another place where the same picture stands, to be seen beside this one."""

    def __init__(self, alike: Alike, wanted: SignalInstance) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(34, 0, 0, 0)
        row.addWidget(TextLabel(f"同一画面：{alike.words}", "dense", wrap=True), 1)
        look = Button("并排查看", height=28)
        look.setAccessibleDescription(alike.words)
        look.clicked.connect(lambda: wanted.emit(alike))
        row.addWidget(look, 0, Qt.AlignmentFlag.AlignTop)


class _Fact(QWidget):
    def __init__(self, told: tuple[str, str]) -> None:
        super().__init__()
        self._label, self._words = TextLabel("", "meta", "ink2"), TextLabel("", "meta", wrap=True)
        self._label.setFixedWidth(60)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._label, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.tell(told)

    def tell(self, told: tuple[str, str]) -> None:
        """Show another one: what it is, and what the file says."""
        label, words = told
        self._label.setText(label)
        self._words.setText(words)
        self._words.updateGeometry()


def _tell(
    column: QVBoxLayout, rows: list[Any], told: Sequence[Any], kind: type[_Remark] | type[_Fact]
) -> None:
    """A row of the column for each of `told`: those of the photo before as far as they go, for to
    make them takes far longer. The others hide."""
    for place, each in enumerate(told):
        if place < len(rows):
            rows[place].tell(each)
            rows[place].show()
        else:
            rows.append(kind(each))
            column.addWidget(rows[-1])
    for row in rows[len(told) :]:
        row.hide()


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
