"""Quick ways about a dossier: to what blocks, one after another, and back to where one was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from grading.finding import Target
from widgets.actions import bind
from widgets.field_base import field_around
from widgets.record_form import RecordForm

if TYPE_CHECKING:
    from widgets.dossier_window import DossierWindow

_KEPT = 30


class Jumps(QObject):
    """Remembers the pages that were left and what on them had the keyboard."""

    def __init__(self, window: DossierWindow) -> None:
        super().__init__(window)
        self._window = window
        self._been: list[tuple[Target, QWidget | None]] = []
        self._last = Target("")
        self._place = 0
        bind(window, "dossier.block", self.next_block)
        bind(window, "dossier.return", self.go_back)
        window.frame.finding_activated.connect(self._mending)
        window.frame.findings.block_wanted.connect(self.next_block)

    def leave(self) -> None:
        """The page in view is about to be left, or jumped about in."""
        if self._window.key:
            held = self._window.page().focusWidget()
            self._been = [*self._been, (_place_of(self._window.key, held), held)][-_KEPT:]

    def _mending(self, target: Target) -> None:
        """A finding is about to be gone to; of another page `leave` is told when that shows."""
        if target.page == self._window.key:
            self.leave()

    def go_back(self) -> None:
        """Show the page that was left last, the keyboard where it was."""
        if not self._been:
            self._say("此前没有离开过本页")
            return
        place, held = self._been.pop()
        before = list(self._been)
        page = self._window.show_page(place.page)
        if self._window.key == place.page:
            self._been = before  # going back is no way that one comes back by
        if held is not None and isValid(held) and held.isVisible():
            held.setFocus(Qt.FocusReason.OtherFocusReason)
        elif place.field and self._window.key == place.page:
            page.go_to(place)  # the page was made anew since

    def next_block(self) -> None:
        """Go to the finding that blocks, and from there to the next; what was mended is gone."""
        review = self._window.desk.review
        said: dict[Target, str] = {}  # several may be mended in one place
        for finding in review.blocking if review else ():
            if finding.target is not None:
                said.setdefault(finding.target, finding.message)
        targets = list(said)
        if not targets:
            self._say("没有阻断" if review else "正在判断，请稍候")
            return
        here = targets.index(self._last) if self._last in said else self._place - 1
        self._place = (here + 1) % len(targets)
        self._last = targets[self._place]
        self._mending(self._last)
        self._window.mend(self._last)
        self._say(f"阻断 {self._place + 1}/{len(targets)}：{said[self._last]}")

    def _say(self, words: str) -> None:
        self._window.frame.toast.say(words, undo=False)


def _place_of(page: str, held: QWidget | None) -> Target:
    """A page, and the record and field of what has the keyboard on it."""
    field = field_around(held)
    form = held
    while form is not None and not isinstance(form, RecordForm):
        form = form.parentWidget()
    record = form.record() if isinstance(form, RecordForm) else None
    if field is None or record is None:
        return Target(page)
    return Target(page, record.id, field.name)
