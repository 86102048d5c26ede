"""Copies in clear for the system's own viewers: in one folder, for its owner alone, soon wiped."""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack, suppress
from pathlib import Path, PurePath

from app import intake
from app.store import Store
from app.vault import Kept
from forms.dossier import Attachment
from forms.errors import UserError


class ClearCopies:
    """Makes them, and wipes them with `wipe`; what a crash or a viewer held is wiped by the next
    start, since they lie in a work folder of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held = ExitStack()
        self._folder: Path | None = None

    def copy(self, held: Attachment) -> Path | None:
        """An attachment's file under its own name, read-only; None where it is not to be had."""
        # The name comes from outside: nothing of it may lead out of the folder.
        name = PurePath(held.filename.replace("\\", "/")).name
        try:
            kept = intake.attachment(self._store, held)
            if self._folder is None:
                self._folder = self._held.enter_context(self._store.work_folder()).resolve()
            path = self._folder / f"{kept.digest[:16]}-{name}"
            if not path.exists():
                _write(path, kept)
        except (OSError, UserError):
            return None
        return path

    def wipe(self) -> None:
        """Remove them all; a viewer's program may hold one until the next start."""
        if self._folder is not None:
            for path in self._folder.glob("*"):
                with suppress(OSError):
                    path.chmod(stat.S_IREAD | stat.S_IWRITE)  # else Windows keeps it
        self._held.close()
        self._folder = None


def _write(path: Path, kept: Kept) -> None:
    """Whole or not there; nobody but the owner ever has it to read."""
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags, stat.S_IREAD | stat.S_IWRITE), "wb") as stream:
            for piece in kept.pieces():
                stream.write(piece)
        path.chmod(stat.S_IREAD)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
