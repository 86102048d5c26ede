"""Every page of the window as pictures, at any size, scale and theme, for people to look at.

    python -m benchmarks.screens OUT [--pages home walk …] [--size 1280x720 …] [--scale 1.5]
        [--theme light dark contrast] [--dossier full empty] [--data FOLDER]

A process has one scale, as a screen has: 1920×1080 at 150 % is `--size 1280x720 --scale 1.5`.
The full dossier is the auto-parts sample, the empty one has a name alone. Six pictures stand on
each contact sheet `sheet-….png`; the pictures themselves lie beside it. `--data` keeps the store,
so that the sample's photos are drawn once.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw, ImageFont
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.samples import load_sample
from app.workbench import Workbench
from forms.dossier import Photo, Visit
from forms.steps import PAGES
from grading.finding import Target
from widgets.dossier_window import DossierWindow
from widgets.main_window import MainWindow
from widgets.page_table import ASIDE
from widgets.theme import DARK, GLARE, HIGH, LIGHT, theme
from widgets.unlock_page import UnlockPage

THEMES = {"light": LIGHT, "dark": DARK, "contrast": GLARE, "contrast-dark": HIGH}
SHEET_COLUMNS, SHEET_ROWS = 2, 3
CELL_WIDE = 640
_SETTLE_MS, _PATIENCE_MS = 400, 20_000
SLUG = "auto-parts"


def settle(ready: Callable[[], bool] = lambda: True, ms: int = _SETTLE_MS) -> None:
    """Let the event loop run until `ready`, at the least so long."""
    loop, spent = QEventLoop(), 0
    while True:
        QTimer.singleShot(ms, loop.quit)
        loop.exec()
        spent += ms
        if ready() or spent > _PATIENCE_MS:
            return


def dossier_views(window: DossierWindow) -> Iterator[tuple[str, QWidget]]:
    """Every page of an open dossier with what can be shown on it, by name; in view when yielded."""
    for key in (*PAGES, *ASIDE):
        window.show_page(key)
        yield key, window


def over_views(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The list and the pages that lie over it."""
    yield "home", window
    for name in ("statistics", "receiving", "security"):
        getattr(window, f"open_{name}")()
        settle(ms=800)
        yield name, window
        window._leave_over()
    for new in (True, False):
        page = UnlockPage(new=new)
        page.resize(window.size())
        page.show()
        yield f"unlock-{'new' if new else 'old'}", page
        page.close()


def views(window: MainWindow, dossier_id: UUID, name: str) -> Iterator[tuple[str, QWidget]]:
    """All views of the window over a dossier."""
    if name == "full":
        yield from over_views(window)
    window.open_dossier(dossier_id, "enterprise")
    opened = window.dossier
    assert opened is not None
    settle(lambda: opened.desk.review is not None)
    yield from dossier_views(opened)
    if name == "full":
        yield from parts(opened)
    window.go_home()


def parts(window: DossierWindow) -> Iterator[tuple[str, QWidget]]:
    """What is reached on a page by a further step."""
    held = window.desk.dossier
    for view, name in (("item", "设备数字化"), ("scene", "生产管控")):
        page: Any = window.show_page("walk")
        page.open(name)
        yield f"walk-{view}", window
    for record, name in ((Visit, "visits-visit"), (Photo, "visits-photo")):
        if held.all(record):
            window.jump(Target("visits", held.all(record)[0].id))
            yield name, window
    page = window.show_page("visits")
    page.toggle_check()
    yield "visits-check", window
    page.toggle_check()
    window.show_page("enterprise")
    window.toggle_paper()
    settle(ms=2500)
    yield "enterprise-paper", window
    window.toggle_paper()


def grab_all(
    window: MainWindow,
    dossiers: dict[str, UUID],
    sizes: list[tuple[int, int]],
    asked: argparse.Namespace,
) -> None:
    """Grab every view at every size and theme, and lay them on sheets."""
    for name, dossier_id in dossiers.items():
        if name not in asked.dossier:
            continue
        for look in asked.theme:
            theme().use(THEMES[look])
            for size in sizes:
                window.resize(*size)
                made = []
                label = f"{name}-{look}-{size[0]}x{size[1]}@{asked.scale:g}"
                for view, widget in views(window, dossier_id, name):
                    if (
                        asked.pages
                        and view.partition("-")[0] not in asked.pages
                        and view not in asked.pages
                    ):
                        continue
                    settle()
                    path = asked.out / f"{label}-{view}.png"
                    picture = widget.grab()
                    picture.save(str(path))
                    made.append((view, path))
                sheets(made, asked.out / f"sheet-{label}")


def sheets(made: list[tuple[str, Path]], stem: Path) -> None:
    """Lay pictures on contact sheets of six, each under its name."""
    face = ImageFont.load_default(18)
    each = SHEET_COLUMNS * SHEET_ROWS
    for start in range(0, len(made), each):
        cells = []
        for name, path in made[start : start + each]:
            with Image.open(path) as picture:
                high = picture.height * CELL_WIDE // picture.width
                cells.append((name, picture.convert("RGB").resize((CELL_WIDE, high))))
        high = max(cell.height for _name, cell in cells) + 26
        rows = -(-len(cells) // SHEET_COLUMNS)
        sheet = Image.new("RGB", (SHEET_COLUMNS * (CELL_WIDE + 8), rows * high), "#777777")
        draw = ImageDraw.Draw(sheet)
        for place, (name, cell) in enumerate(cells):
            x, y = place % SHEET_COLUMNS * (CELL_WIDE + 8), place // SHEET_COLUMNS * high
            draw.text((x + 4, y + 2), name, "white", face)
            sheet.paste(cell, (x, y + 24))
        sheet.save(f"{stem}-{start // each + 1:02}.png")


def _size(text: str) -> tuple[int, int]:
    wide, _x, high = text.partition("x")
    return int(wide), int(high)


def main(argv: list[str]) -> int:
    """Draw what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", nargs="*", default=[])
    parser.add_argument("--size", nargs="*", type=_size, default=[(1280, 720)])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--theme", nargs="*", choices=list(THEMES), default=["light"])
    parser.add_argument("--dossier", nargs="*", choices=["full", "empty"], default=["full"])
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args(argv)
    os.environ["QT_SCALE_FACTOR"] = f"{asked.scale:g}"
    app = QApplication(sys.argv[:1])
    theme().install(app)
    asked.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = asked.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bench = Workbench.open(folder, "benchmarks-screens")
        bench.set_person("王示例")
        full = next(step for step in load_sample(bench, SLUG) if isinstance(step, UUID))
        for _step in bench.examine(full):
            pass
        named = [s.id for s in bench.summaries() if s.id != full]
        empty = named[0] if named else bench.create("示例・空白档案有限公司")
        for dossier_id in (full, empty):
            bench.summary(dossier_id)
        window = MainWindow()
        window.resize(*asked.size[0])
        window.show()
        window.attach(bench)
        settle(lambda: window.home is not None)
        grab_all(window, {"full": full, "empty": empty}, asked.size, asked)
        window.close()
    return 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main(sys.argv[1:]))
