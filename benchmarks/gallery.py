"""How smooth 500 photos are on the main thread, against a floor that only paints pictures.

The floor is a widget that paints the same pictures, scaled beforehand, at the same places, and is
scrolled by the same steps in the same run. The gallery paints tiles with words, tags and rings, and
reads and scales its pictures while it is scrolled.

    QT_QPA_PLATFORM=offscreen python -m benchmarks.gallery [--photos 500]

What counts is the time that the main thread works, which other programs do not lengthen; how long
it took by the clock stands beside it. Exits with 1 where a frame of the grid takes longer than
FRAME_MS, or the photos longer than SET_MS to be set. The page is measured as well, and where its
time goes; it has no target of its own here.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch
from uuid import UUID

from PIL import Image, ImageDraw
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.keys import new_keys
from app.tables import ThumbRow
from app.workbench import Workbench
from forms.photo_facts import PhotoFacts
from forms.visit import PHOTO_KINDS
from grading.photo_verdict import PhotoWord
from widgets.desk import Desk
from widgets.pages import visits
from widgets.pages.visits import VisitsPage
from widgets.photo_grid import PhotoGrid
from widgets.photo_tile import Photo
from widgets.surfaces import ScrollColumn
from widgets.theme import theme
from widgets.thumbnails import thumbnails

FRAME_MS, SET_MS = 50.0, 100.0
DAY = date(2025, 6, 17)
SIZE = (640, 560)
CTRL = Qt.KeyboardModifier.ControlModifier
#: A notch of the wheel, and a fling.
STEPS = (120, 700)
#: Qt waits 5 ms before it paints, for more to come.
_TO_PAINT_S = 0.006


def make_thumbnails(folder: Path, count: int) -> list[Path]:
    """So many different pictures of 400 × 300 px, as they are made at import."""
    made = []
    for number in range(count):
        picture = Image.effect_noise((400, 300), 40).convert("RGB")
        draw = ImageDraw.Draw(picture)
        draw.rectangle((0, 200, 400, 300), fill=(number % 256, 90, 160))
        path = folder / f"{sha256(str(number).encode()).hexdigest()}.thumb.jpg"
        picture.save(path, quality=85)
        made.append(path)
    return made


class Floor(QWidget):
    """Paints pictures at their places, and nothing else."""

    def __init__(self, spots: list[QRect], pictures: list[QPixmap]) -> None:
        super().__init__()
        self._drawn = list(zip(spots, pictures, strict=True))
        self.setMinimumHeight(spots[-1].bottom())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for spot, picture in self._drawn:
            if spot.intersects(event.rect()):
                painter.drawPixmap(spot.topLeft(), picture)
        painter.end()


class Took(NamedTuple):
    """How long something took, in ms: the main thread's work, and the clock."""

    work: float
    clock: float


def took(act: Callable[[], object]) -> Took:
    """Do something and take its time."""
    work, clock = time.thread_time(), time.perf_counter()
    act()
    return Took(1000 * (time.thread_time() - work), 1000 * (time.perf_counter() - clock))


def painted(act: Callable[[], object]) -> Took:
    """Do something and take its time, until what it changed is on the screen."""
    done = took(lambda: (act(), QApplication.processEvents()))
    time.sleep(_TO_PAINT_S)
    rest = took(QApplication.processEvents)
    return Took(done.work + rest.work, done.clock + rest.clock)


def settle() -> None:
    """Let the layout settle and everything be painted."""
    for _ in range(3):
        painted(QApplication.processEvents)


def scroll(area: QScrollArea, step: int) -> list[Took]:
    """Scroll through by steps of so many px; how long each frame keeps the main thread."""
    bar = area.verticalScrollBar()
    bar.setValue(0)
    settle()
    return [painted(partial(bar.setValue, value)) for value in range(step, bar.maximum(), step)]


def say(what: str, frames: list[Took]) -> float:
    """Print median, 95th part and maximum; the maximum."""
    work = sorted(each.work for each in frames)
    late, most = work[int(0.95 * (len(work) - 1))], work[-1]
    clock = max(each.clock for each in frames)
    print(f"{what:<40}{len(work):>7} {statistics.median(work):9.1f} {late:7.1f} {most:7.1f} "
          f"{clock:9.1f}")  # fmt: skip
    return most


def say_one(what: str, once: Took) -> None:
    """Print the time of something that was done once."""
    print(f"{what:<40}{'':>7} {'':>9} {'':>7} {once.work:7.1f} {once.clock:9.1f}")


def measure_grid(paths: list[Path]) -> tuple[float, float]:
    """Set, scroll and change; the slowest frame and the time to set the photos, in ms."""
    files = {str(n): path for n, path in enumerate(paths)}
    photos = [
        Photo(key, PHOTO_KINDS[n % 6], list(PhotoWord)[n % 5], "10:21 ・ 距 88 米")
        for n, key in enumerate(files)
    ]
    area = ScrollColumn()
    grid = PhotoGrid(lambda key: (str(files[key]), files[key].read_bytes))
    area.column.addWidget(grid)
    area.column.addStretch(1)
    area.resize(*SIZE)
    area.show()
    QTest.qWaitForWindowExposed(area)
    print(f"{'ms':<40}{'frames':>7} {'median':>9} {'p95':>7} {'max':>7} {'by clock':>9}")
    setting = painted(partial(grid.set_photos, photos))
    say_one(f"{len(photos)} photos set and painted", setting)
    most = max(say(f"grid, {step} px a frame", scroll(area, step)) for step in STEPS)
    changed = [*photos[:3], Photo("3", "离场", PhotoWord.CONSISTENT, "10:22"), *photos[4:]]
    area.verticalScrollBar().setValue(0)
    settle()
    say_one("kind of one photo, grid alone", painted(partial(grid.set_photos, changed)))
    spots = [grid.spot(key) or QRect() for key in files]
    pictures = [QPixmap(str(path)).scaled(spots[0].size()) for path in paths]
    floor = QScrollArea()
    floor.setWidgetResizable(True)
    floor.setWidget(Floor(spots, pictures))
    floor.resize(*SIZE)
    floor.show()
    for step in STEPS:
        say(f"floor, {step} px a frame", scroll(floor, step))
    return most, setting.work


def make_dossier(bench: Workbench, paths: list[Path]) -> UUID:
    """A dossier of one visit with a photo for each picture, one every 40 seconds."""
    start = datetime(2025, 6, 17, 9, 5)
    photos = []
    for n, path in enumerate(paths):
        facts = PhotoFacts(
            width=4000, height=3000, format="JPEG", taken_local=start + timedelta(seconds=40 * n),
            offset="+08:00", latitude=43.88 + n % 7 / 10_000, longitude=125.26, make="示例",
        )  # fmt: skip
        photos.append(
            {
                "sha256": path.name.split(".")[0],
                "filename": f"IMG_{n:04}.jpg",
                "facts": facts.model_dump(mode="json"),
                "visit": "v",
                "kind": PHOTO_KINDS[n % 6],
            }
        )
    return bench.import_mapping(
        {
            "format": "zhengai-dossier/1",
            "enterprise": {"name": "示例・图库测量"},
            "site": {"latitude": "43.88", "longitude": "125.26", "datum": "WGS-84",
                     "source": "人工填写"},
            "member": [{"name": f"{word}示例"} for word in "甲乙丙丁"],
            "visit": [{"id": "v", "date": DAY.isoformat()}],
            "stay": [{"parent": "v", "start": "09:05", "end": "16:30"}],
            "photo": photos,
        }
    )  # fmt: skip


@contextmanager
def counted(spent: dict[str, float], label: str, owner: object, name: str) -> Iterator[None]:
    """Add up the work that a function does while this lasts, in ms."""
    plain = getattr(owner, name)

    def timed(*args: object, **named: object) -> object:
        begun = time.thread_time()
        try:
            return plain(*args, **named)
        finally:
            spent[label] = spent.get(label, 0.0) + 1000 * (time.thread_time() - begun)

    with patch.object(owner, name, timed):
        yield


def measure_page(paths: list[Path]) -> None:
    """One key press, and one for all photos, on the page of a dossier: where the time goes."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Workbench.open(Path(folder), keys=new_keys())
        dossier_id = make_dossier(bench, paths)
        with bench.writing() as (session, _log, _records):
            for path in paths:
                digest = path.name.split(".")[0]
                session.add(ThumbRow(sha256=digest, jpeg=path.read_bytes()))
        desk = Desk(bench, dossier_id)
        page = VisitsPage(desk)
        page.resize(900, 700)
        page.show()
        desk.refresh()
        while desk.review is None:
            QApplication.processEvents()
        page.album.scene.focus_current()
        settle()
        _measure_key(page)
        QTest.keyClick(page.album.scene.grid.cursor_at, Qt.Key.Key_A, CTRL)
        _measure_many(page, len(paths))
        thumbnails().finish()
        desk.close()
        page.close()
        bench.close()


def _measure_key(page: VisitsPage) -> None:
    """The kind of one photo: the key itself, the page's refresh, and what is painted anew."""
    spent: dict[str, float] = {}
    with (
        counted(spent, "key: desk.put", page.desk, "put"),
        counted(spent, "refresh: scenes()", visits, "scenes"),
        counted(spent, "refresh: tiles, timeline, map", page.album, "show_scene"),
        counted(spent, "refresh: the visit's record", page.record, "show_scene"),
        counted(spent, "refresh: the check before leaving", page.check, "show_scene"),
    ):
        say_one("kind of one photo: the key", took(lambda: page.album.key(Qt.Key.Key_3, "3")))
        say_one("kind of one photo: the page's refresh", took(page._refresh))
    page._soon.stop()  # it was refreshed already
    say_one("kind of one photo: painting", painted(QApplication.processEvents))
    for label, each in spent.items():
        print(f"    {label:<36}{each:33.1f}")


def _measure_many(page: VisitsPage, count: int) -> None:
    """The kind of all photos: how long until it is done, and the longest the window was held."""
    over: list[str] = []
    page.album.done.connect(lambda text, _undo: over.append(text))
    begun = time.perf_counter()
    turns = [took(lambda: page.album.key(Qt.Key.Key_2, "2"))]
    while not over:
        turns.append(took(QApplication.processEvents))
        time.sleep(0.002)
    total = time.perf_counter() - begun
    say(f"kind of {count} photos, {total:.1f} s, turns", turns)


def main(argv: list[str]) -> int:
    """Measure and print; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--photos", type=int, default=500)
    count = parser.parse_args(argv).photos
    app = QApplication(sys.argv[:1])
    theme().install(app)
    with tempfile.TemporaryDirectory() as folder:
        paths = make_thumbnails(Path(folder), count)
        most, setting = measure_grid(paths)
        measure_page(paths)
        thumbnails().finish()
    missed = most > FRAME_MS or setting > SET_MS
    print(f"frame {most:.1f} of {FRAME_MS} ms, set {setting:.1f} of {SET_MS} ms:", end=" ")
    print("missed" if missed else "kept")
    return int(missed)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main(sys.argv[1:]))
