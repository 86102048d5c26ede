"""What takes dossiers off this machine from the list: 结项归档, and the samples' removal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from app import portfolio
from app.progress import Progress
from widgets.home_work import drop_backups

if TYPE_CHECKING:
    from widgets.archive_dialog import ArchiveDialog
    from widgets.pages.home import HomePage


class Archiving:
    """One dossier after the other; `dialog` is there while one is asked about."""

    def __init__(self, home: HomePage) -> None:
        self._home = home
        self.dialog: ArchiveDialog | None = None

    def ask(self, key: str) -> ArchiveDialog | None:
        """Ask where a finished dossier is archived to; then it goes off this machine."""
        from widgets.archive_dialog import ArchiveDialog

        home = self._home
        if not home.rest():
            home.notice.say("另有任务正在进行，没有归档，档案未变，请等待其完成后再试。")
            return None
        entry = portfolio.entry(home.store, UUID(key))
        called = entry.name if entry is not None and entry.name else "未命名企业"
        dialog = ArchiveDialog(home, home.bench, UUID(key), called)
        dialog.archived.connect(self._done)
        dialog.crashed.connect(home.crashed)
        dialog.finished.connect(self._closed)
        self.dialog = dialog
        dialog.open()
        return dialog

    def remove_samples(self) -> None:
        """Take the samples away again, and say what came of it."""
        from app.sample_removal import remove_samples

        home = self._home
        if home.rest():
            home.run(lambda: remove_samples(home.bench), self._removed)
        else:
            home.notice.say("另有任务正在进行，样例没有移除，请等待其完成后再试。")

    def _removed(self, last: object) -> None:
        self._home.tell_step(last)
        if isinstance(last, Progress) and last.trouble:
            self._home.notice.say(last.trouble)

    def wait(self) -> None:
        """Wait for what is being archived, when the window closes."""
        if self.dialog is not None:
            self.dialog.wait()

    def _closed(self) -> None:
        self.dialog = None
        self._home.refresh()

    def _done(self, sentence: str, in_backups: bool) -> None:
        home = self._home
        if in_backups:
            drop = partial(home.run, lambda: drop_backups(home.bench), home.tell_step)
            home.told.ask(sentence, "删除此前的备份", drop)
        else:
            home.told.say(sentence)
