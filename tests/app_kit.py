"""Stores for the tests, made by the program once and copied from then on; a process that dies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

from app.workbench import Workbench


def fresh(folder: Path) -> Workbench:
    """An open workbench on a new store."""
    return Workbench.open(folder)


def dies() -> NoReturn:
    """In the place of what a worker loads: it does not come so far as to be ready."""
    os._exit(3)
