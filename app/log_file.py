"""The program's own log: a file in the data folder, rotated, for the day something goes wrong."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_BYTES, _KEPT = 1 << 20, 5


def start_log(folder: Path) -> Path | None:
    """Write warnings and worse below `folder`; the file, or None where it cannot be written.

    No dossier's content is written, only where in the program something failed.
    """
    path = folder / "logs" / "zhengai.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8")
    except OSError:
        return None  # the store will say in its own words what is wrong with the folder
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    return path
