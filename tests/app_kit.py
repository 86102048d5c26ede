"""A process that dies, a store's database looked into from outside, and what a dossier holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NoReturn
from uuid import UUID

from sqlcipher3.dbapi2 import Connection

from app import database
from app.keys import KeyFile
from app.workbench import Workbench
from forms.dossier import Enterprise, Equipment


def dies() -> NoReturn:
    """In the place of what a worker loads: it does not come so far as to be ready."""
    os._exit(3)


def database_of(folder: Path) -> Path:
    """The database of a data folder that was opened before."""
    return folder / KeyFile(folder).vault / "zhengai.db"


@contextmanager
def looked_into(folder: Path) -> Iterator[Connection]:
    """A connection of its own to a store's database, whether the store is open or closed."""
    with closing(database.connect(database_of(folder), KeyFile(folder).unlock())) as raw:
        yield raw


def enterprise(bench: Workbench, dossier_id: UUID) -> Enterprise:
    return bench.dossier(dossier_id).one(Enterprise)


def names(bench: Workbench, dossier_id: UUID) -> list[str]:
    return [record.name for record in bench.dossier(dossier_id).all(Equipment)]
