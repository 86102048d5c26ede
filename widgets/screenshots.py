"""Redraws the pictures of the documentation: the real window on the bundled samples, no screen.

`python -m widgets.screenshots docs/pictures`
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QDir, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.review import Review
from app.samples import COMPLETE, FAULTY, load_sample
from app.workbench import Workbench
from forms.dossier import Photo, Visit
from grading.finding import Target
from widgets.dossier_window import DossierWindow
from widgets.main_window import MainWindow
from widgets.pages.visits import VisitsPage
from widgets.pages.walk import WalkPage
from widgets.theme import DARK, LIGHT, theme

#: The day on which the samples' work stands as their records tell.
DAY = dt.date(2025, 8, 4)
SIZE = (1440, 900)
_SETTLE_MS, _PATIENCE_MS = 400, 20_000


class _OnTheDay(Workbench):
    """A workbench whose today is DAY, so that the pictures stay the same."""

    def review(self, dossier_id: UUID, today: dt.date | None = None) -> Review:
        return super().review(dossier_id, today or DAY)

    def summary(self, dossier_id: UUID, today: dt.date | None = None) -> dict[str, Any]:
        return super().summary(dossier_id, today or DAY)


def main(argv: list[str]) -> int:
    """Draw every picture into the folder named; 2 where none is."""
    if len(argv) != 1:
        print("用法：python -m widgets.screenshots 文件夹", file=sys.stderr)
        return 2
    held = QApplication.instance()
    app = held if isinstance(held, QApplication) else QApplication(sys.argv[:1])
    theme().install(app)
    theme().use(LIGHT)
    QDir().mkpath(argv[0])
    with tempfile.TemporaryDirectory() as folder:
        bench = _OnTheDay.open(Path(folder))
        bench.set_person("王示例")
        bench.store.set_setting("export-folder", "D:/诊改材料")
        made = [_load(bench, slug) for slug in (FAULTY, *reversed(COMPLETE))]
        for name in _draw(bench, made[-1], made[0], argv[0]):
            print(name)
    return 0


def _load(bench: Workbench, slug: str) -> UUID:
    dossier_id = next(step for step in load_sample(bench, slug) if isinstance(step, UUID))
    for _step in bench.examine(dossier_id):
        pass
    bench.summary(dossier_id)
    return dossier_id


def _draw(bench: Workbench, dossier_id: UUID, faulty: UUID, folder: str) -> list[str]:
    window = MainWindow()
    window.resize(*SIZE)
    window.show()
    window.attach(bench)
    _settle(lambda: window.home is not None)
    made = [_grab(window, folder, "home")]
    window.open_dossier(dossier_id, "enterprise")
    opened = window.dossier
    assert opened is not None
    _settle(lambda: opened.desk.review is not None)
    for name, show in _VIEWS.items():
        show(opened)
        _settle(lambda: True)
        made.append(_grab(window, folder, name))
    opened.show_page("walk")
    theme().use(DARK)
    _settle(lambda: True)
    made.append(_grab(window, folder, "scene-dark"))
    theme().use(LIGHT)
    window.open_dossier(faulty, "visits")
    lacking = window.dossier
    assert lacking is not None and lacking is not opened
    _settle(lambda: lacking.desk.review is not None)
    _gate_check(lacking)
    _settle(lambda: True)
    made.append(_grab(window, folder, "gate-check"))
    window.close()
    return made


def _subject(name: str) -> Callable[[DossierWindow], None]:
    def show(window: DossierWindow) -> None:
        page = window.show_page("walk")
        assert isinstance(page, WalkPage)
        page.open(name)

    return show


def _page(key: str) -> Callable[[DossierWindow], None]:
    def show(window: DossierWindow) -> None:
        window.show_page(key)

    return show


def _visit(window: DossierWindow) -> None:
    window.jump(Target("visits", window.desk.dossier.all(Visit)[0].id))


def _photo(window: DossierWindow) -> None:
    """The first photo in full, with its watermark beside it."""
    window.jump(Target("visits", window.desk.dossier.all(Photo)[0].id))


def _gate_check(window: DossierWindow) -> None:
    page = window.show_page("visits")
    assert isinstance(page, VisitsPage)
    page.toggle_check()


#: Picture name → what shows it, in an open dossier.
_VIEWS: dict[str, Callable[[DossierWindow], None]] = {
    "enterprise": _page("enterprise"),
    "team": _page("team"),
    "inventory": _page("inventory"),
    "item": _subject("设备数字化"),
    "visit": _visit,
    "photo": _photo,
    "results": _page("results"),
    "report": _page("report"),
    "handin": _page("handin"),
    "scene": _subject("生产管控"),
}


def _settle(ready: Callable[[], bool]) -> None:
    """Let the event loop run until `ready`, and then until nothing moves any more."""
    loop, spent = QEventLoop(), 0
    while True:
        QTimer.singleShot(_SETTLE_MS, loop.quit)
        loop.exec()
        spent += _SETTLE_MS
        if ready() or spent > _PATIENCE_MS:
            return


def _grab(window: QWidget, folder: str, name: str) -> str:
    path = f"{folder}/{name}.png"
    if not window.grab().save(path):
        raise OSError(f"{path} cannot be written")
    return path


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main(sys.argv[1:]))
