"""Watching a folder for new pictures by the system's notices; only what hangs is asked again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from app.watched_folder import Look, Stamp, look
from widgets.quiet_job import QuietJob

#: A file that is as it was so long ago is taken to be whole.
SETTLE_MS = 1500
#: A share that gave no answer cannot tell when it does again.
RETRY_MS = 60_000
#: Files that were empty or refused, and may yet be written on.
_MOST_FILES = 100


class FolderWatch(QObject):
    """`arrived(paths)` names pictures that have stopped changing; `changed()` follows every other
    change of what can be said of the folder; `crashed(error)` carries a bug.

    What lay in the folder when watching began, or when it came back, is `before`, and is left
    alone. `there` says whether the folder is in its place, `trouble` why it cannot be watched.
    """

    arrived = Signal(list)
    changed = Signal()
    crashed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.folder: Path | None = None
        self.there = True
        self.trouble = ""
        self.before: dict[Path, Stamp] = {}
        self._job: QuietJob | None = None
        self._asked: Path | None = None
        self._now: dict[Path, Stamp] = {}  # as the last look found them
        self._told: dict[Path, Stamp] = {}  # as they were when they arrived, or were refused
        self._fresh = True
        self._files = QFileSystemWatcher(self)
        self._files.directoryChanged.connect(self._stirred)
        self._files.fileChanged.connect(self._stirred)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(SETTLE_MS)
        self._again.timeout.connect(self._look)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(RETRY_MS)
        self._later.timeout.connect(self._look)

    @property
    def on(self) -> bool:
        """Whether a folder is being watched."""
        return self.folder is not None

    def begin(self, folder: Path) -> None:
        """Watch this folder from now on instead of any other."""
        self.stop()
        self.folder = folder
        self._look()

    def stop(self) -> None:
        """Watch nothing any more."""
        self.folder, self.there, self.trouble = None, True, ""
        self._fresh = True
        self._again.stop()
        self._later.stop()
        self.before, self._now, self._told = {}, {}, {}
        self._follow(())
        if self._job is not None:
            self._job.cancel()
        self.changed.emit()

    def look_again(self) -> None:
        """Look soon. A look while something is written leads to the next one, until it rests."""
        if self.on and not self._again.isActive():
            self._again.start()

    def settle(self, taken: Iterable[Path], refused: Iterable[Path], left: Iterable[Path]) -> None:
        """What became of pictures: those refused may yet change; those left lie there as before.

        Another picture may be put under the name of any of them, and arrives in its turn.
        """
        again = list(refused)
        for path in {*taken, *again}:
            self.before.pop(path, None)
        self.before |= {path: self._now[path] for path in left if path in self._now}
        if self._follow_files(again):
            self.look_again()
        self.changed.emit()

    def claim(self, paths: Iterable[Path]) -> None:
        """What lay there before is being taken now; `settle` will tell what became of it."""
        for path in paths:
            self.before.pop(path, None)
        self.changed.emit()

    def forget_before(self) -> None:
        """What lay there before is not wanted."""
        self.before.clear()
        self.changed.emit()

    def _stirred(self, path: str) -> None:
        if self.folder is not None and Path(path) == self.folder.parent:
            # Another folder may stand under the name: what is followed is the one that was there.
            self._files.removePath(str(self.folder))
        self.look_again()

    def _look(self) -> None:
        folder = self.folder
        if folder is None:
            return
        if self._job is not None:
            self._again.start()
            return
        self._asked = folder
        self._job = QuietJob(lambda: look(folder), self)
        self._job.finished.connect(self._looked)
        self._job.refused.connect(self._refused)
        self._job.crashed.connect(self.crashed)
        self._job.ended.connect(self._free)
        self._job.start()

    def _free(self) -> None:
        self._job = None

    def _refused(self, sentence: str) -> None:
        if self._asked == self.folder:
            self.trouble = sentence
            self.changed.emit()

    def _looked(self, seen: Look) -> None:
        if self._asked != self.folder:
            return
        self.there, self.trouble = seen.there, ""
        if self._follow(seen.watch):
            self._again.start()  # what came before these were followed went unseen
        if seen.there:
            self._compare(seen.pictures)
        else:
            self._fresh = True
            self.before, self._now = {}, {}
            if not seen.watch:
                self._later.start()
        self.changed.emit()

    def _compare(self, pictures: dict[Path, Stamp]) -> None:
        """Find what is new, and of it what is as it was at the last look."""
        new = {path: stamp for path, stamp in pictures.items() if self._told.get(path) != stamp}
        still = {path for path, stamp in new.items() if self._now.get(path) == stamp}
        self._now = pictures
        if self._fresh:
            self._fresh = False
            self.before = new
            self._told |= new
            return
        self.before = {path: stamp for path, stamp in self.before.items() if path in pictures}
        empty = [path for path in still if not new[path][0]]
        # What was written before a file was followed went unseen.
        if self._follow_files(empty) or len(still) < len(new):
            self._again.start()
        ready = sorted(path for path in still if new[path][0])
        for path in ready:
            self.before.pop(path, None)
            self._told[path] = new[path]
        if ready:
            self.arrived.emit(ready)

    def _follow(self, folders: Collection[Path]) -> bool:
        """Follow these folders and no others; whether one of them was not followed before."""
        held = {Path(path): path for path in self._files.directories()}
        if gone := [path for folder, path in held.items() if folder not in folders]:
            self._files.removePaths(gone)
        return self._add(folder for folder in folders if folder not in held)

    def _follow_files(self, paths: Iterable[Path]) -> bool:
        """Follow files that may yet be written on, of which a folder does not tell; as above."""
        held = {Path(path) for path in self._files.files()}
        wanted = [path for path in paths if path not in held]
        return self._add(wanted[: _MOST_FILES - len(held)])

    def _add(self, paths: Iterable[Path]) -> bool:
        new = sorted({str(path) for path in paths})
        return bool(new) and len(self._files.addPaths(new)) < len(new)
