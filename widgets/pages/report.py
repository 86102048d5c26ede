"""报告撰写: the outline at the left, in the middle the sheet on which one heading is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app import drafts
from app.review import Review
from exporters.source import Source
from forms.dossier import Paragraph
from forms.evaluation import Stage
from grading.finding import Target
from grading.questions import open_questions
from widgets.actions import bind
from widgets.bars import PageHeader
from widgets.controls import Button
from widgets.desk import Desk
from widgets.library_search import look_up
from widgets.pages.base import KeyHints, Page
from widgets.pages.report_evidence import EvidencePanel, SidePanel, sentence_of
from widgets.pages.report_index import ReportIndex
from widgets.pages.report_outline import (
    Entry,
    Tally,
    entries_of,
    tally,
    words_of,
)
from widgets.pages.report_section import SectionPart
from widgets.pages.report_sheet import EntrySheet

_KEYS: KeyHints = (
    (("Alt ↑", "Alt ↓"), "上一段／下一段"),
    (("Alt PgUp", "Alt PgDn"), "上一节／下一节"),
    (("F8",), "下一待办"),
    (("Ctrl D",), "拟写本节"),
    (("Ctrl L",), "查供需库"),
    (("Ctrl 回车",), "确认本段"),
    (("Ctrl Shift 回车",), "确认本节"),
    (("Alt 回车",), "采用新稿"),
    (("F6",), "依据"),
)


class ReportPage(Page):
    """Writes the paragraphs of the report's chapters and of its annexes."""

    key = "report"
    title = "报告撰写"
    wants_room = True
    #: Refused edits stand beside their section, not in the window's strip.
    own_refusals = True
    #: They stand in the page's own panel, and behind the window's button.
    findings_beside = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        rules = desk.pack.rules
        hard, soft = rules["REPORT-WORDS"].limit, rules["REPORT-MARGIN"].limit
        self._entries = entries_of(desk.pack.outline)
        self.index = ReportIndex(self._entries, int(hard), int(soft))
        self._sheets: dict[str, EntrySheet] = {}
        self._stack = QStackedWidget()
        self._words: dict[str, int] = {}
        self._prose: dict[str, int] = {}
        self._tallies: dict[str, Tally] = {}
        #: The paragraphs that are out of date, as last reviewed, with their sections.
        self._stale: dict[UUID, str] = {}
        self.panel = EvidencePanel(desk.bench)
        self._side = SidePanel(self, self.panel)
        self._looking: SectionPart | None = None
        self._header = self._make_header()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.index)
        row.addWidget(self._stack, 1)
        self._side.lie_in(row)
        self.index.opened.connect(self.open)
        self.panel.jump.connect(self._leave_for)
        self.panel.adopt.connect(self.adopt_paragraph)
        self.panel.hold.connect(self.hold_paragraph)
        self.panel.left.connect(self._back_to_text)
        self._bind_keys()
        self.sheet = self._make(next(entry for entry in self._entries.all if entry.sections))
        self._show(self.sheet.entry)

    def _make_header(self) -> PageHeader:
        header = PageHeader(self.title)
        self.drafting = Button("拟写本节", icon="pencil")
        self.drafting.setToolTip("按档案中的答案、数据和现场记录拟写；写过、改过、确认过的段落不动")
        self.drafting.clicked.connect(lambda: self.propose(self.sheet.entry))
        whole = Button("拟写全文")
        whole.clicked.connect(lambda: self.propose(None))
        todo = Button("下一待办", key="F8")
        todo.clicked.connect(self.next_todo)
        check = Button("导出与提交")
        check.clicked.connect(lambda: self.jump.emit(Target("handin")))
        self._side.button.clicked.connect(lambda: self._side.show_panel(True))
        header.add_right(self.drafting, whole, todo, check, self._side.button)
        return header

    def _bind_keys(self) -> None:
        # In the whole window: who has just pressed a button above the page goes on from there.
        bind(self, "report.up", lambda: self.sheet.step(-1))
        bind(self, "report.down", lambda: self.sheet.step(1))
        bind(self, "report.before", lambda: self.turn(-1))
        bind(self, "report.after", lambda: self.turn(1))
        bind(self, "report.todo", self.next_todo)
        bind(self, "report.insert", self._look_up)
        bind(self, "report.draft", lambda: self.propose(self.sheet.entry), self.drafting)
        bind(self, "report.confirm", self.confirm_paragraph)
        bind(self, "report.section", self.confirm_section)
        bind(self, "report.adopt", self.adopt_paragraph)

    def _look_up(self) -> None:
        at = self._current()
        look_up(self.desk, at[0].editor if at else None)

    def propose(self, entry: Entry | None) -> None:
        """Draft the sections under a heading, or all; what is being typed is saved first."""
        if not self.flush():
            return
        bench, dossier_id = self.desk.bench, self.desk.dossier_id
        sections = tuple(section.key for section in entry.sections) if entry else ()
        job = self.desk.job(lambda: drafts.propose(bench, dossier_id, sections))
        job.ended.connect(job.deleteLater)
        job.start()

    def header(self) -> QWidget | None:
        return self._header

    def hints(self) -> KeyHints:
        return _KEYS

    def open(self, key: str) -> None:
        """Open a heading; one with nothing on its page opens the next one that has."""
        keys = [entry.key for entry in self._entries.all]
        rest = self._entries.all[keys.index(key) :]
        found = next((entry for entry in rest if entry.opens), None)
        if found is not None:
            self._show(found).focus_top()

    def turn(self, by: int) -> None:
        """Open the heading before (-1) or after (1)."""
        opening = [entry for entry in self._entries.all if entry.opens]
        place = opening.index(self.sheet.entry) + by
        if 0 <= place < len(opening):
            self._show(opening[place]).focus_top()

    def _make(self, entry: Entry) -> EntrySheet:
        sheet = self._sheets[entry.key] = EntrySheet(self.desk, entry)
        sheet.jump.connect(self.jump)
        for part in sheet.parts:
            part.counted.connect(lambda part=part: self._recount(part))
            part.noted.connect(self._show_evidence)
            part.editor.entered.connect(lambda part=part: self._look(part))
            part.editor.caret.connect(lambda _rect, part=part: self._look(part))
        self._stack.addWidget(sheet)
        return sheet

    def _show(self, entry: Entry) -> EntrySheet:
        """Bring the sheet of a heading into view; it keeps what can be undone on it."""
        self.sheet.save()
        self.sheet = self._sheets.get(entry.key) or self._make(entry)
        self.sheet.refresh(self._source())
        if self.desk.review is not None:
            self.sheet.show_review(self.desk.review)
        self._stack.setCurrentWidget(self.sheet)
        self.index.set_current(entry.key)
        self._header.set_title(self.title, f"第{entry.chapter}章" if entry.chapter else "附件材料")
        self._looking = None
        self._show_evidence()
        self._show_findings()
        return self.sheet

    def _look(self, part: SectionPart) -> None:
        """The caret came into this section, or moved there."""
        if part in self.sheet.parts:
            self._looking = part
            self._show_evidence()

    def _current(self) -> tuple[SectionPart, int] | None:
        """The paragraph that the panel shows: where the caret is, or was before it went there."""
        part = self.sheet.focused() or self._looking
        return (part, part.editor.current()) if part is not None else None

    def _show_evidence(self) -> None:
        here = self._current()
        standing = here[0].standing(here[1]) if here else None
        drafted = any(part.rests_on_facts() for part in self.sheet.parts)
        sentence = sentence_of(standing, drafted)
        self.panel.show_paragraph(standing, sentence, self.desk.review)
        self._side.count(self.panel.count())

    def _show_findings(self) -> None:
        if self.desk.review is not None:
            sections = {section.key for section in self.sheet.entry.sections}
            found, dossier = self.desk.review.findings, self.desk.dossier
            self.panel.show_findings(found, dossier, sections)

    def _leave_for(self, target: Target) -> None:
        """Go where a fact is typed; what lies over the page goes away with it."""
        self._side.put_away()
        if target.page == self.key:
            self.go_to(target)
        else:
            self.jump.emit(target)

    def _back_to_text(self) -> None:
        self._side.put_away()
        here = self._current()
        if here is not None:
            here[0].editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.sheet.focus_top()

    def toggle_panel(self) -> bool:
        """F6: the panel, and the keyboard into it; from there back to the text, and away."""
        if not self.panel.has_keyboard():
            self._side.show_panel(True)
            self.panel.focus_first()
        else:
            self._side.show_panel(False)
            self._back_to_text()
        return True

    def _source(self) -> Source:
        """What the computed sentences are read from."""
        grades = {Stage.DIAGNOSIS: self.desk.grade(Stage.DIAGNOSIS)}
        return Source(self.desk.dossier, self.desk.pack, grades, today=dt.date.today())

    def lay_out(self) -> None:
        if not self.isVisible() or any(part.busy() for part in self.sheet.parts):
            return  # out of sight, or its own doing: the editor shows it already
        self.sheet.refresh(self._source())
        self._tallies = tally(self.desk.dossier)
        for part in self.sheet.parts:
            self._recount(part, tell=False)
        self._tell(self._entries.all)

    def show_review(self, review: Review) -> None:
        self._words = {name: review.words.get(name, 0) for name in self._entries.chapters}
        self._prose = self._entries.by_chapter(tally(review.dossier))
        before, self._stale = set(self._stale.values()), _stale(review)
        self.sheet.show_review(review)
        self._show_findings()
        self._tell(self._entries.all if before != set(self._stale.values()) else ())

    def _recount(self, part: SectionPart, *, tell: bool = True) -> None:
        """Something was typed: count that section at once, the rest stays as it was."""
        key, blocks = part.section.key, part.editor.blocks()
        if blocks:
            self._tallies[key] = Tally(part.words(), len(blocks), part.drafts())
        else:
            self._tallies.pop(key, None)
        if tell:
            entry = self._entries.of[key]
            self._tell((entry, *self._entries.ancestors(entry)))

    def _tell(self, entries: Sequence[Entry]) -> None:
        """Show counts and states; a chapter's are what was reviewed and what was typed since.

        The review counts headings, tables and computed sentences too; before the first one has
        come, the prose alone is known.
        """
        prose = self._entries.by_chapter(self._tallies)
        self.index.show_words(
            {n: max(0, self._words.get(n, 0) + prose[n] - self._prose.get(n, 0)) for n in prose}
        )
        held, stale = self._tallies, set(self._stale.values())
        for entry in entries:
            state = self._entries.state_of(entry, held, stale)
            self.index.show_entry(entry, words_of(entry, held), state)
        drafts = sum(each.drafts for each in held.values())
        written = sum(each.paragraphs for each in held.values()) - drafts
        empty = [s for s in self._entries.outline.writable if not s.optional and s.key not in held]
        self.index.show_totals(written, drafts, len(empty), len(self._stale))
        self.index.show_questions(len(open_questions(self.desk.dossier, self.desk.pack)))

    def confirm_paragraph(self) -> None:
        """Take the draft at the caret on, or let an outdated text stand; go to the next paragraph.

        Who confirms a paragraph has looked at it.
        """
        part = self.sheet.focused()
        if part is None:
            return
        if part.editor.confirm(part.editor.current()):
            part.save()
            part.editor.step(1)
        elif part.hold(part.editor.current()):
            part.editor.step(1)

    def confirm_section(self) -> None:
        """Take on every draft on this sheet; one that is out of date is looked at by itself."""
        for part in self.sheet.parts:
            standings = [part.standing(n) for n in range(len(part.editor.blocks()))]
            fit = (n for n, held in enumerate(standings) if held is None or not held.changes)
            part.editor.confirm(*fit)
            if part.pending():
                part.save()

    def adopt_paragraph(self) -> None:
        """Take the new draft of the outdated paragraph at the caret."""
        here = self._current()
        if here is not None:
            here[0].adopt(here[1])

    def hold_paragraph(self) -> None:
        """Let the outdated paragraph at the caret stand as it is."""
        here = self._current()
        if here is not None:
            here[0].hold(here[1])

    def next_todo(self) -> None:
        """Go to the next draft, outdated paragraph or empty section behind the caret, from the end
        to the beginning."""
        self.sheet.save()
        todo = self._todo()
        order = [section.key for section in self._entries.outline.writable]
        at, first = self._current(), next(iter(self.sheet.parts), None)
        part = at[0] if at else first
        place = max(at[1], 0) if at else -1  # nobody was in the text yet: from the sheet's top
        here = (order.index(part.section.key), place) if part else (-1, 0)
        later = [each for each in todo if (order.index(each[0]), each[1]) > here]
        for key, _place, record in (later or todo)[:1]:
            self._show(self._entries.of[key]).focus_section(key, record)

    def _todo(self) -> list[tuple[str, int, UUID | None]]:
        """Section, place and record of every draft and of what is out of date; section alone where
        one must be written."""
        found: list[tuple[str, int, UUID | None]] = []
        for section in self._entries.outline.writable:
            rows = [p for p in self.desk.dossier.section(section.key) if p.text.strip()]
            if not rows and not section.optional:
                found.append((section.key, 0, None))
            found += [
                (section.key, n, p.id)
                for n, p in enumerate(rows)
                if p.drafted or p.id in self._stale
            ]
        return found

    def go_to(self, target: Target) -> None:
        held = self.desk.dossier.find(Paragraph, target.record)
        key = held.section if held is not None else target.field
        if key in self._entries.of:
            record = held.id if held is not None else None
            self._show(self._entries.of[key]).focus_section(key, record)
        elif key in {entry.key for entry in self._entries.all}:
            self.open(key)
        else:
            self.sheet.focus_top()

    def flush(self) -> bool:
        return False not in [sheet.save() for sheet in self._sheets.values()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.lay_out()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.sheet.save()


def _stale(review: Review) -> dict[UUID, str]:
    """The paragraphs that are out of date, with their sections."""
    named = {f.target.record for f in review.findings if f.rule == "REPORT-STALE" and f.target}
    return {p.id: p.section for p in review.dossier.all(Paragraph) if p.id in named}
