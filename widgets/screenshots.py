"""Redraws the pictures of the documentation: the real window on the bundled samples, no screen.

`python -m widgets.screenshots docs/pictures docs/guide/pictures`
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image
from PySide6.QtCore import QDir, QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.review import Review
from app.samples import COMPLETE, FAULTY, load_sample
from app.workbench import Workbench
from forms.record import single_id
from widgets import guide_pictures
from widgets.dossier_window import DossierWindow
from widgets.main_window import MainWindow
from widgets.page_preview import PagePreview
from widgets.theme import DARK, LIGHT, theme

#: The day on which the samples' work stands as their records tell.
DAY = dt.date(2025, 8, 4)
_SECRET = "for pictures alone"
SIZE, GUIDE_SIZE = (1440, 900), (1280, 800)
_SETTLE_MS, _PATIENCE_MS = 400, 20_000


class _OnTheDay(Workbench):
    """A workbench whose today is DAY, so that the pictures stay the same."""

    def review(self, dossier_id: UUID, today: dt.date | None = None) -> Review:
        return super().review(dossier_id, today or DAY)

    def summary(self, dossier_id: UUID, today: dt.date | None = None) -> dict[str, Any]:
        return super().summary(dossier_id, today or DAY)


def main(argv: list[str]) -> int:
    """Draw every picture into the two folders named; 2 where they are not."""
    if len(argv) != 2:
        print("用法：python -m widgets.screenshots 文件夹 使用指南的图片文件夹", file=sys.stderr)
        return 2
    # The stores are thrown away: none leaves its key in somebody's keyring.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    held = QApplication.instance()
    app = held if isinstance(held, QApplication) else QApplication(sys.argv[:1])
    theme().install(app)
    theme().use(LIGHT)
    app.setCursorFlashTime(0)
    for folder in argv:
        QDir().mkpath(folder)
    with tempfile.TemporaryDirectory() as folder:
        bench = _OnTheDay.open(Path(folder) / "store", _SECRET)
        window = MainWindow()
        window.show()
        window.attach(bench)
        _first_run(window, argv[1])
        bench.set_person("王示例")
        bench.store.set_setting("export-folder", "D:/诊改材料")
        made = [_load(bench, slug) for slug in (FAULTY, *reversed(COMPLETE))]
        assert window.home is not None
        window.home.refresh()
        for name in (
            *_draw(window, made[-1], made[0], argv[0]),
            *_draw_guide(window, made, argv[1]),
        ):
            print(name)
        print(_arrival(window, Path(folder), argv[1]))
        window.close()
    return 0


def _load(bench: Workbench, slug: str) -> UUID:
    """Bring a sample in; the watermarks of those alone are read whose pages are drawn."""
    dossier_id = next(step for step in load_sample(bench, slug) if isinstance(step, UUID))
    if slug in (FAULTY, COMPLETE[0]):
        for _step in bench.examine(dossier_id):
            pass
    bench.summary(dossier_id)
    return dossier_id


def _first_run(window: MainWindow, folder: str) -> None:
    """The three steps of an empty store."""
    window.resize(*GUIDE_SIZE)
    home = window.home
    assert home is not None and home.asking.first is not None
    home.asking.first.name.setText("王示例")
    home.asking.first.enterprise.setText("示例·春城轴套汽车零部件有限公司")
    _settle(lambda: True)
    _grab(window, folder, "first-run", small=True)


def _draw(window: MainWindow, dossier_id: UUID, faulty: UUID, folder: str) -> list[str]:
    window.resize(*SIZE)
    _settle(lambda: True)
    made = [_grab(window, folder, "home")]
    opened = _opened(window, dossier_id, "enterprise")
    for name, show in _VIEWS.items():
        show(opened)
        _settle(lambda: True)
        made.append(_grab(window, folder, name))
    opened.show_page("walk")
    theme().use(DARK)
    _settle(lambda: True)
    made.append(_grab(window, folder, "scene-dark"))
    theme().use(LIGHT)
    guide_pictures.gate_check(_opened(window, faulty, "visits"))
    _settle(lambda: True)
    made.append(_grab(window, folder, "gate-check"))
    return made


def _draw_guide(window: MainWindow, samples: list[UUID], folder: str) -> list[str]:
    """The guide's own, smaller: the list and what lies over it, then pages of two dossiers."""
    made = []
    window.go_home()
    window.resize(*GUIDE_SIZE)
    _settle(lambda: True)
    made.append(_grab(window, folder, "home", small=True))
    for name in ("statistics", "receiving", "security"):
        getattr(window, f"open_{name}")()
        _settle(lambda: True)
        made.append(_grab(window, folder, name, small=True))
        page = window.over_list()
        assert page is not None
        page.leave()
    for dossier, views in (
        (samples[-1], guide_pictures.WHOLE),
        (samples[0], guide_pictures.LACKING),
    ):
        opened = _opened(window, dossier, "team")
        for name, show in views.items():
            shown = show(opened)
            _settle(lambda: True)
            made.append(_grab(shown if shown is not opened else window, folder, name, small=True))
            if shown is not opened:
                shown.close()
                _settle(lambda: True)
    return made


def _arrival(window: MainWindow, work: Path, folder: str) -> str:
    """A colleague's bundle of the first sample, before it is taken in."""
    theirs = _OnTheDay.open(work / "theirs", _SECRET)
    theirs.set_person("李样本")
    dossier = next(s for s in load_sample(theirs, COMPLETE[0], 0) if isinstance(s, UUID))
    record = single_id(dossier, "enterprise")
    for field, value in (("phone", "138-0000-0101"), ("contact", "钱示范")):
        theirs.put(dossier, "enterprise", record, field, value)
    written = [s.made for s in theirs.export(dossier, work, ("bundle",), draft=True) if s.made]
    theirs.close()
    window.take_in([path for path in written if path.suffix == ".zip"])
    _settle(lambda: window.stack.currentWidget() not in (window.home, window.dossier))
    return _grab(window, folder, "arrival", small=True)


def _opened(window: MainWindow, dossier_id: UUID, page: str) -> DossierWindow:
    window.open_dossier(dossier_id, page)
    opened = window.dossier
    assert opened is not None and opened.desk.dossier_id == dossier_id
    _settle(lambda: opened.desk.review is not None)
    return opened


#: Picture name → what shows it, in an open dossier.
_VIEWS: dict[str, guide_pictures.View] = {
    name: guide_pictures.WHOLE[name]
    for name in (
        *("enterprise", "team", "inventory", "item", "visit", "photo", "results", "report"),
        "scene",
    )
} | {"handin": guide_pictures.LACKING["handin"]}


def _settle(ready: Callable[[], bool]) -> None:
    """Let the event loop run until `ready`, and then until nothing moves any more."""
    loop, spent = QEventLoop(), 0
    while True:
        QTimer.singleShot(_SETTLE_MS, loop.quit)
        loop.exec()
        spent += _SETTLE_MS
        if ready() or spent > _PATIENCE_MS:
            return


def _grab(window: QWidget, folder: str, name: str, *, small: bool = False) -> str:
    """Keep a picture; `small` with 256 colours, which the guide's are shipped with."""
    path = f"{folder}/{name}.png"
    if not _still(window).save(path):
        raise OSError(f"{path} cannot be written")
    if small:
        with Image.open(path) as whole:
            _of_few_colours(whole.convert("RGB")).save(path, optimize=True)
    return path


def _of_few_colours(whole: Image.Image) -> Image.Image:
    """The same with 256 colours, each the one most seen of those that it stands for: a mean of
    greys is no grey."""
    few = whole.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    colours = zip(*[iter(whole.tobytes())] * 3, strict=True)
    seen = Counter(zip(colours, few.tobytes(), strict=True))
    palette = few.getpalette() or []
    for (colour, place), _ in reversed(seen.most_common()):
        palette[3 * place : 3 * place + 3] = colour
    few.putpalette(palette)
    return few


def _still(window: QWidget) -> QImage:
    """What shows once two looks at it are the same: pages fill in by and by."""
    before, spent = QImage(), 0
    while spent < _PATIENCE_MS:
        image = window.grab().toImage()
        if image == before and not _at_work(window):
            break
        before = image
        _settle(lambda: True)
        spent += _SETTLE_MS
    return before


def _at_work(window: QWidget) -> bool:
    """Whether it says of anything that it is being done."""
    said = (label.text() for label in window.findChildren(QLabel) if label.isVisible())
    previews = (each for each in window.findChildren(PagePreview) if each.isVisible())
    return any(text.startswith("正在") for text in said) or any(not p.count() for p in previews)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main(sys.argv[1:]))
