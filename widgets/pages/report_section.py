"""One section on the sheet: what the program writes there, the template's guidance, the editor."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.review import Review
from forms.dossier import Paragraph
from forms.outline import Section
from grading.cites import Facts, renewed
from grading.cites import kept as kept_cites
from grading.finding import Severity
from grading.wordcount import count
from widgets.desk import Desk
from widgets.marks import Tag
from widgets.pages.report_basis import Basis, Standing
from widgets.pages.report_blocks import kept, shown
from widgets.pages.report_diff import (
    Block,
    Edit,
    Held,
    Move,
    Put,
    Restore,
    Sheet,
    Withdraw,
    plan,
    together,
)
from widgets.pages.report_editor import SectionEditor
from widgets.pages.report_outline import part_name
from widgets.text import TextLabel

#: From a key to the store, also while typing goes on; the commit comes on top of it.
SAVE_AFTER_MS = 200
#: A large paste is saved in slices of this length, so that the window answers in between.
_SLICE_S = 0.15
_FORM = "paragraph"


class SectionPart(QWidget):
    """A section's editor and its records. `counted()` whenever its text changed, `noted()` when it
    was looked at anew what its paragraphs rest on."""

    counted = Signal()
    noted = Signal()

    def __init__(self, desk: Desk, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.section = desk, section
        self._sheet = Sheet()
        self._saving = False
        self._review: Review | None = None
        self._basis: Basis | None = None
        self._standings: list[Standing] = []
        #: By record and text, what that text rests on: undo must bring that back, too.
        self._rests: dict[tuple[UUID, str], tuple[str, dict[str, Any]]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: self.save(whole=False))
        self.editor = SectionEditor(part_name(section) or section.heading)
        self._lead = TextLabel("", "dense", "ink2", wrap=True)
        self._guide = Guide(section)
        self.wrong = TextLabel("", "dense", "block", wrap=True)
        self._lay_out()
        self.editor.edited.connect(self._edited)
        self.editor.left.connect(self._left)
        self.editor.refused.connect(self.say)
        self.editor.adopting.connect(self.adopt)
        self.editor.holding.connect(self.hold)
        self.refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        name = part_name(self.section)
        if name:
            label = TextLabel(name, "strong", "ink2")
            label.setContentsMargins(14, 0, 14, 0)
            column.addWidget(label)
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(8)
        row.addWidget(Tag("系统写入"))
        row.addWidget(self._lead, 1)
        column.addWidget(self._row)
        column.addWidget(self._guide)
        column.addWidget(self.editor)
        column.addWidget(self.wrong)
        self._row.hide()
        self.wrong.setContentsMargins(14, 0, 14, 0)
        self.wrong.hide()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_lead(self, sentence: str) -> None:
        """Show the computed sentence that will stand at the beginning."""
        self._lead.setText(sentence)
        self._row.setVisible(bool(sentence))
        self._lead.updateGeometry()

    def say(self, sentence: str) -> None:
        """Show beside the editor why something was not taken; "" clears it."""
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))
        self.wrong.updateGeometry()

    def words(self) -> int:
        """The 字数 of what stands in the editor."""
        return sum(count(block.text) for block in self.editor.blocks())

    def drafts(self) -> int:
        """How many paragraphs wait to be confirmed."""
        return sum(block.drafted for block in self.editor.blocks())

    def busy(self) -> bool:
        """Whether this section is being saved, so that what the desk says is its own doing."""
        return self._saving

    def pending(self) -> bool:
        """Whether the editor shows what the store does not hold."""
        return self.editor.blocks() != self._sheet.blocks()

    def refresh(self) -> None:
        """Show the records as they are, unless they stand here already or somebody types here."""
        stored = self._stored()
        if self._saving or stored == self._sheet.live:
            return
        if self.editor.hasFocus() or self.pending():
            return  # taken up when the focus has gone and all is saved
        written = [held for held in stored if held.text.strip()]
        self.editor.load([Block(held.text, held.drafted) for held in written])
        here = {each.id for each in stored}
        self._sheet = Sheet(stored, tuple(h for h in self._sheet.gone if h.id not in here))
        self._guide.setVisible(bool(self.section.guide) and not written)
        self.show_review(self._review)

    def _stored(self) -> tuple[Held, ...]:
        """The records as an editor shows them, so that opening a section changes nothing."""
        return tuple(
            Held(each.id, kept(shown(each.text)), bool(each.drafted))
            for each in self.desk.dossier.section(self.section.key)
        )

    def show_review(self, review: Review | None) -> None:
        """Mark the paragraphs that findings name."""
        self._review = review
        shown = [held.id for held in self._sheet.live if held.text.strip()]
        marks: dict[int, tuple[Severity, str]] = {}
        for finding in review.findings if review else ():
            target = finding.target
            if target and target.record in shown and finding.severity is not Severity.INFO:
                marks.setdefault(shown.index(target.record), (finding.severity, finding.message))
        self.editor.set_marks(marks)
        self._take_note()

    def _take_note(self) -> None:
        """Look anew at what the paragraphs rest on; what is not saved yet waits until it is."""
        if self._review is None or self.pending():
            return
        if self._basis is None or self._basis.review is not self._review:
            self._basis = Basis(self._review, self.section.key)
        written = [p for p in self.desk.dossier.section(self.section.key) if p.text.strip()]
        self._standings = self._basis.standings(self.desk.dossier, written)
        self.editor.set_notes({n: each.note for n, each in enumerate(self._standings)})
        self.noted.emit()

    def standing(self, place: int) -> Standing | None:
        """What the paragraph `place` of the editor rests on, as last looked at."""
        known = not self.pending() and 0 <= place < len(self._standings)
        return self._standings[place] if known else None

    def rests_on_facts(self) -> bool:
        """Whether any paragraph here was drafted from facts."""
        return any(each.evidence for each in self._standings)

    def adopt(self, place: int) -> bool:
        """Take the new draft of a paragraph that is out of date; undo brings the old text back."""
        held = self.standing(place) if self.save() else None
        paragraph = self.desk.dossier.find(Paragraph, held.record) if held else None
        if held is None or paragraph is None or not held.changes or held.anew is None:
            return False
        now = held.anew.text, kept_cites(held.anew.cites)
        self._rests[held.record, held.text] = paragraph.proposed, dict(paragraph.cites)
        self._rests[held.record, kept(shown(held.anew.text))] = now
        if not held.fresh:
            return self.hold(place)
        self.desk.seal()
        self.editor.replace(place, held.anew.text)
        return self.save()

    def hold(self, place: int) -> bool:
        """Let a paragraph that is out of date stand: somebody looked at it, and it still holds."""
        held = self.standing(place) if self.save() else None
        if held is None or not held.changes:
            return False
        if not self.desk.put_all([*self._looked_at(held.record, Facts(self.desk.dossier))]):
            return False
        self._take_note()
        return True

    def holds(self, record: UUID) -> bool:
        """Whether a paragraph's record is one of this section."""
        return any(held.id == record for held in self._sheet.live)

    def focus_record(self, record: UUID | None) -> None:
        """Give the focus to a paragraph, or to the end of the section."""
        shown = [held.id for held in self._sheet.live if held.text.strip()]
        self.editor.focus_paragraph(shown.index(record) if record in shown else -1)

    def save(self, *, whole: bool = True) -> bool:
        """Save what differs; False where an edit was refused or, unless `whole`, more is to come.

        What was refused stays in the editor and is tried again with the next key.
        """
        if self._saving:
            return False
        self._timer.stop()
        self._saving = True
        begun, done = time.monotonic(), True
        self.desk.refused.connect(self.say)
        try:
            with self.desk.batch():
                for edits in together(plan(self._sheet, self.editor.blocks(), uuid4)):
                    done = self._do(edits)
                    if not done:
                        break
                    for edit in edits:
                        self._sheet = self._sheet.with_edit(edit)
                    if not whole and time.monotonic() - begun > _SLICE_S:
                        self._timer.start(0)  # the rest follows, planned anew, after this event
                        return False
            if done:
                self._keep_order()
                self.say("")
                self._take_note()
        finally:
            self._saving = False
            self.desk.refused.disconnect(self.say)
        return done

    def _do(self, edits: Sequence[Edit]) -> bool:
        """Save one edit, or several confirmations."""
        desk, edit = self.desk, edits[0]
        if isinstance(edit, Put):
            now = Facts(desk.dossier)
            puts = [each for each in edits if isinstance(each, Put)]
            return desk.put_all([row for each in puts for row in self._put(each, now)])
        if isinstance(edit, Move):
            return desk.move(_FORM, edit.id, edit.after)
        if isinstance(edit, Withdraw):
            return desk.withdraw(_FORM, edit.id)
        if isinstance(edit, Restore):
            return desk.restore(_FORM, edit.id)
        values: dict[str, Any] = {"section": self.section.key, "text": edit.text}
        if edit.drafted:
            values["drafted"] = True
        return desk.add(_FORM, after=edit.after, record_id=edit.id, **values) is not None

    def _put(self, put: Put, now: Facts) -> Iterator[tuple[str, UUID, str, Any]]:
        """An edit, with what a paragraph's new text rests on."""
        yield _FORM, put.id, put.path, put.value
        known = self._rests.get((put.id, put.value)) if isinstance(put.value, str) else None
        if known is None:
            yield from self._looked_at(put.id, now)
        else:
            yield _FORM, put.id, "proposed", known[0]
            yield _FORM, put.id, "cites", known[1]

    def _looked_at(self, record_id: UUID, now: Facts) -> Iterator[tuple[str, UUID, str, Any]]:
        """Who edits or confirms a paragraph has seen it: it rests on the facts as they are now."""
        paragraph = self.desk.dossier.find(Paragraph, record_id)
        if paragraph is not None and paragraph.cites:
            cites = renewed(paragraph.cites, now)
            if cites != paragraph.cites:
                yield _FORM, record_id, "cites", cites

    def _keep_order(self) -> None:
        """Two laptops may have given two paragraphs one position; what stands here decides."""
        stored = [each.id for each in self.desk.dossier.section(self.section.key)]
        wanted = self._sheet.ids()
        if stored != wanted and set(stored) == set(wanted):
            with self.desk.batch():
                for before, record in pairwise(wanted):
                    self.desk.move(_FORM, record, before)

    def _edited(self) -> None:
        if not self._timer.isActive():  # not begun anew: long typing must be saved meanwhile, too
            self._timer.start(SAVE_AFTER_MS)
        self.counted.emit()

    def _left(self) -> None:
        if self.save():
            self.desk.seal()
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.pending():
            self.save()


class Guide(QWidget):
    """The hint for a section nobody has written in yet: annex 3's, or one of the program's own."""

    def __init__(self, section: Section) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 4)
        source = "提示" if section.own else "附件3 提示"
        row.addWidget(TextLabel(f"{source}：{section.guide}", "dense", "ink3", wrap=True), 1)
