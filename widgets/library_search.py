"""Looking scenes, needs and products up while writing the report, and putting them at the caret."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextEdit

from app.library import Found, found
from widgets.desk import Desk
from widgets.palette import Entry, Palette


def look_up(desk: Desk, editor: QTextEdit | None) -> None:
    """Offer what the library and the advice say; what is taken goes to the editor's caret.

    Nothing happens without an editor: there is no caret to put it at.
    """
    if editor is None:
        return
    host = editor.window()
    entries = [
        Entry(f"{each.kind}（{each.source}）", each.name, each, each.text)
        for each in found(desk.bench, desk.dossier)
    ]
    palette = Palette(host, entries, "查找场景、需求、产品，回车插入光标处")
    palette.taken.connect(lambda each: _insert(editor, each))
    palette.open_over(host)


def _insert(editor: QTextEdit, each: object) -> None:
    """One paragraph's text, as it stands there; undo takes it back."""
    if isinstance(each, Found):
        editor.textCursor().insertText("".join(each.text.splitlines()))
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
