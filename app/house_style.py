"""The provider's own style file (.docx), kept in the data folder; the standard's where none is."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from app.outside import cause
from app.store import Store
from exporters.style import STANDARD, StyleSheet
from exporters.style_file import read_style_file
from forms.errors import UserError

#: The setting holds the file's own name, for people; the file lies under a name of the program's.
SETTING = "style-file"
_KEPT = "style.docx"
_GONE = "但所存的版式文件已不能读取，文书暂按国标版式编排，请重新选择版式文件。"


def current(store: Store) -> StyleSheet:
    """What documents look like now; its notes say what of the chosen file is not followed.

    A kept file that cannot be read any more counts for nothing, which the notes say as well.
    """
    if not name(store):
        return STANDARD
    try:
        return read_style_file(store.folder / _KEPT)
    except UserError:
        return replace(STANDARD, notes=(_GONE,))


def name(store: Store) -> str:
    """The chosen file's own name; "" where the standard's layout is used."""
    return store.setting(SETTING)


def choose(store: Store, path: Path) -> None:
    """Use a file's styles from now on. UserError, and no change, where it is no style file."""
    read_style_file(path)
    target = store.folder / _KEPT
    part = target.with_suffix(".part")
    try:
        part.write_bytes(path.read_bytes())
        os.replace(part, target)
    except OSError as error:
        raise UserError(
            f"“{path.name}”没有存上（{cause(error)}），仍用原来的版式，请检查磁盘空间和权限后重试。"
        ) from error
    store.set_setting(SETTING, path.name)


def forget(store: Store) -> None:
    """Use the standard's layout again."""
    store.set_setting(SETTING, "")
