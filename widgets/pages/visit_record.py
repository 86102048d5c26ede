"""A visit's 现场诊断记录表: when, why, who, what came of it, and every entry and exit."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from forms.dossier import Stay, Training, Visit
from grading.rules.numbers import duration
from grading.visit_day import Scene
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.record_form import RecordForm, Section
from widgets.surfaces import Card, ScrollColumn
from widgets.text import TextLabel

_WIDEST = 1080
_FIRST = (Section("现场诊断", ("date", "topics")),)
_REST = (
    Section("参加人员", ("present", "counterpart", "counterpart_post", "others")),
    Section(
        "成果与签字",
        ("results", "signed_team", "signed_counterpart"),
        "现场诊断记录表打印后由双方签字，签字后在此注明，并将扫描件存入附件。",
    ),
)


class StayCard(QWidget):
    """One session: its number and length, its fields, and 撤回."""

    withdrawn = Signal(object)

    def __init__(self, desk: Desk, stay: Stay) -> None:
        super().__init__()
        self.stay_id: UUID = stay.id
        section = Section("", ("start", "end", "absence"))
        self.form = RecordForm(desk, Stay, (section,))
        self._title = TextLabel("", "section")
        self._length = TextLabel("", "dense", "ink2")
        self._remove = Button("撤回本场", Kind.QUIET, icon="withdraw", height=28)
        self._remove.clicked.connect(lambda: self.withdrawn.emit(self.stay_id))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title)
        head.addWidget(self._length)
        head.addStretch(1)
        head.addWidget(self._remove)
        self.form.cards[0].body.insertLayout(0, head)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        self.form.show_record(stay)

    def show_in(self, scene: Scene, number: int) -> None:
        """Its place among the visit's sessions and how long it lasted."""
        self._title.setText(f"第 {number} 场")
        self._remove.setAccessibleName(f"撤回第 {number} 场")
        session = next((s for s in scene.view.sessions if s.stay.id == self.stay_id), None)
        span = scene.span(session) if session else None
        open_now = span is not None and session is not None and session.end is None
        words = "" if span is None else duration(span[1] - span[0])
        self._length.setText(f"{words}，尚未离场" if open_now else words)


class RecordView(ScrollColumn):
    """The form of one visit. `stay_withdrawn(id)`, `visit_withdrawn(id)`."""

    stay_withdrawn = Signal(object)
    visit_withdrawn = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__((18, 14, 18, 20), 12)
        self._desk = desk
        self.first = RecordForm(desk, Visit, _FIRST)
        self.rest = RecordForm(desk, Visit, _REST, at_once=0)
        self.stays: list[StayCard] = []
        self._scene: Scene | None = None
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self.add = Button("增加一场", icon="plus", height=28)
        self.add.clicked.connect(self.add_stay)
        self._trainings = TextLabel("", "dense", "ink2", wrap=True)
        self._remove = Button("撤回本次现场诊断", Kind.QUIET, icon="withdraw", height=28)
        self._remove.clicked.connect(self._withdraw)
        host = QWidget()
        host.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(host)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.first)
        column.addWidget(self._sessions_card())
        column.addLayout(self._list)
        column.addWidget(self.rest)
        column.addWidget(self._remove, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(host)
        self.column.addStretch(1)

    def _sessions_card(self) -> Card:
        card = Card((20, 12), 4)
        head = QHBoxLayout()
        head.addWidget(TextLabel("场次", "section"))
        head.addStretch(1)
        head.addWidget(self.add)
        card.body.addLayout(head)
        note = "每次进出登记一场，中途离开（如午间外出）的分为两场；每场须有入场、离场照片。"
        card.body.addWidget(TextLabel(note, "meta", "ink2", wrap=True))
        card.body.addWidget(self._trainings)
        return card

    def show_scene(self, scene: Scene) -> None:
        """Put the form on a visit; fields being typed in stay as they are."""
        self._scene = scene
        self.first.show_record(scene.visit)
        self.rest.show_record(scene.visit)
        stays = [session.stay for session in scene.view.sessions]
        if [card.stay_id for card in self.stays] != [stay.id for stay in stays]:
            self._rebuild(stays)
        for card, session in zip(self.stays, scene.view.sessions, strict=True):
            card.form.refresh()
            card.show_in(scene, session.number)
        within = [t for t in scene.dossier.all(Training) if t.visit == scene.visit.id]
        names = "、".join(t.topic or "未填主题" for t in within)
        self._trainings.setText(f"本次现场诊断中的主题培训：{names}。" if names else "")
        self._trainings.setVisible(bool(names))

    def _rebuild(self, stays: list[Stay]) -> None:
        """Lay the session cards out anew, keeping those that stay: somebody may be typing there."""
        kept = {card.stay_id: card for card in self.stays}
        for card in self.stays:
            self._list.removeWidget(card)
        self.stays = []
        for stay in stays:
            card = kept.pop(stay.id) if stay.id in kept else self._card(stay)
            self.stays.append(card)
            self._list.addWidget(card)
        for card in kept.values():
            card.setParent(None)
            card.deleteLater()

    def _card(self, stay: Stay) -> StayCard:
        card = StayCard(self._desk, stay)
        card.withdrawn.connect(self.stay_withdrawn)
        return card

    def add_stay(self) -> None:
        """A new session, ready for its entry time."""
        if self._scene is None:
            return
        made = self._desk.add("stay", self._scene.visit.id)
        if made is not None:
            self.focus(made, "start")

    def focus(self, record: UUID, field: str) -> None:
        """Give the keyboard to a field of the visit or of one of its sessions."""
        form = next((c.form for c in self.stays if c.stay_id == record), None)
        if form is None:
            name = field.partition(".")[0]
            form = self.first if name in self.first.fields else self.rest
        editor = form.focus_field(field)
        if editor is not None:
            self.ensureWidgetVisible(editor, 0, 80)

    def focus_sessions(self) -> None:
        """Give the keyboard to the first session, or to the button that makes one."""
        if self.stays:
            self.focus(self.stays[0].stay_id, "start")
        else:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(self.add, 0, 80)

    def flush(self) -> bool:
        """Send what still waits for its pause in the typing; False where some of it is refused."""
        forms = (self.first, self.rest, *(card.form for card in self.stays))
        return False not in [form.flush() for form in forms]

    def _withdraw(self) -> None:
        if self._scene is not None:
            self.visit_withdrawn.emit(self._scene.visit.id)
