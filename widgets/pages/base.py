"""What every page of the dossier window is."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.review import Review
from grading.finding import Finding, Target
from widgets.desk import Desk

#: (keys, what they do) for the key bar, e.g. (("←", "→"), "上一项／下一项").
KeyHints = tuple[tuple[tuple[str, ...], str], ...]


class Page(QWidget):
    """One page over a desk.

    A page lays itself out from `desk.dossier`, sends edits to the desk, and refreshes what it shows
    on the desk's signals: once it has been seen and went out of view, not before it comes back. The
    frame calls `go_to` for a jump, and reads `hints` for the key bar.
    """

    jump = Signal(object)  # a Target on another page
    hints_changed = Signal()

    #: The page's key in `forms.steps.PAGES`.
    key = ""
    #: The words above the page.
    title = ""
    #: Whether the page itself shows why an edit or a job was refused.
    own_refusals = False
    #: Whether the findings stand beside the page, or behind a button with their counts.
    findings_beside = True
    #: Whether the navigation makes room as a rail.
    wants_room = False
    #: Whether it holds nothing but what is kept, and may be made anew when it is gone to again;
    #: not where it has a window of its own open, or a job that tells it how it ended.
    plain = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._seen = self._restructured = False
        self._reviewed = True  # what was judged before shows with the page
        desk.restructured.connect(self._hear_restructured)
        desk.reviewed.connect(self._hear_reviewed)

    def _hear_restructured(self) -> None:
        self._restructured = self._away()
        if not self._restructured:
            self.lay_out()

    def _hear_reviewed(self, review: Review) -> None:
        self._reviewed = self._away()
        if not self._reviewed:
            self.show_review(review)

    def _away(self) -> bool:
        return self._seen and not self.isVisible()

    def look_again(self) -> None:
        """The page is gone to: what it judges may be edited elsewhere since, or lie on the disk."""
        self._reviewed = True

    def catch_up(self) -> None:
        """Show what came while the page was out of view."""
        restructured, reviewed = self._restructured, self._reviewed
        self._restructured = self._reviewed = False
        if restructured:
            self.lay_out()
        if reviewed and self.desk.review is not None:
            self.show_review(self.desk.review)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._seen = True
        self.catch_up()

    def lay_out(self) -> None:
        """Show the dossier as it is now; called when entries came, went or moved."""

    def show_review(self, review: Review) -> None:
        """Show fresh judgements."""

    def go_to(self, target: Target) -> None:
        """Bring the record and field that a finding names into view, and give it the focus."""

    def flush(self) -> bool:
        """Keep what is being typed; False where it was refused, and stands here with the reason."""
        return True

    def finish(self) -> None:
        """The dossier is being left: end what the page itself has running, and wait for it."""

    def concerns(self, finding: Finding) -> bool:
        """Whether a finding is about what is in view, and stands first in the panel."""
        return finding.target is not None and finding.target.page == self.key

    def toggle_panel(self) -> bool:
        """F6: bring up the page's own panel, or put it away; False where it has none."""
        return False

    def hints(self) -> KeyHints:
        """The keys that act on this page now."""
        return ()

    def paper(self) -> tuple[str, UUID | None] | None:
        """The paper that this page fills in now, by its key in `forms.papers`, and the visit that
        it records; None where there is none to look at beside the page."""
        return PAPER_OF_PAGE.get(self.key)

    def header(self) -> QWidget | None:
        """What replaces the plain page header (the walk's strip); None for the plain one."""
        return None


class LivePage(Page):
    """A page of what follows from the whole dossier: worked out anew (`refresh`) whenever anything
    changes, here or elsewhere; out of sight not before it comes into view again."""

    def refresh(self) -> None:
        """Work it out and show it."""
        raise NotImplementedError

    def lay_out(self) -> None:
        if self.isVisible():
            self.refresh()

    def show_review(self, review: Review) -> None:
        self.lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        self._restructured, self._reviewed = True, False  # once, whatever came
        super().showEvent(event)


PAPER_OF_PAGE: dict[str, tuple[str, UUID | None]] = {
    "enterprise": ("report", None),
    "needs": ("report", None),
    "library": ("library", None),
    "preparation": ("plan", None),
    "agreement": ("agreement", None),
    "team": ("report", None),
    "inventory": ("report", None),
    "trainings": ("report", None),
    "walk": ("points", None),
    "briefing": ("minutes", None),
    "report": ("report", None),
    "projects": ("report", None),
    "satisfaction": ("satisfaction", None),
    "handin": ("checksheet", None),
    "inspection": ("rectification", None),
    "returned": ("rectification", None),
    "subsidy": ("subsidy", None),
    "filing": ("filing", None),
    "regrade": ("comparison", None),
    "comparison": ("comparison", None),
    "acceptance": ("acceptance", None),
}
