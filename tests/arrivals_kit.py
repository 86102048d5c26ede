"""The real window, colleagues' stores beside it, and bundles that go between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from pytestqt.qtbot import QtBot

from app.closing import OPEN, Closing
from app.handing_out import pack
from app.merging import arrived
from app.workbench import Workbench
from forms.evaluation import Stage
from forms.record import single_id
from tests.window_kit import fresh_store, in_front
from widgets.main_window import MainWindow
from widgets.pages.arrival import ArrivalPage

SLOW = 20_000
Laptop = Callable[[str], Workbench]


@contextmanager
def laptops(folder: Path) -> Iterator[Laptop]:
    """Stores by the name of who works at them, closed afterwards."""
    made: list[Workbench] = []

    def open_(person: str) -> Workbench:
        fresh_store(folder / person)
        made.append(Workbench.open(folder / person))
        made[-1].set_person(person)
        return made[-1]

    yield open_
    for bench in made:
        bench.close()


@contextmanager
def window_over(qtbot: QtBot, folder: Path) -> Iterator[tuple[MainWindow, list[object]]]:
    """The real window over a store of its own, and what crashed in it."""
    fresh_store(folder)
    bench = Workbench.open(folder)
    bench.set_person("周示例")
    made = MainWindow()
    crashes: list[object] = []
    made.crashed.connect(crashes.append)
    made.resize(1440, 900)
    with qtbot.waitExposed(made):
        made.show()
    made.attach(bench)
    qtbot.waitUntil(lambda: in_front(made), timeout=SLOW)
    yield made, crashes
    made.close()
    made.deleteLater()


def ours(window: MainWindow) -> Workbench:
    assert window.bench is not None
    return window.bench


def bundle(
    bench: Workbench, dossier: UUID, folder: Path, closing: Closing = OPEN, **more: object
) -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    *_, last = pack(bench, dossier, folder, closing, **more)  # type: ignore[arg-type]
    assert last.made is not None
    return last.made


def give(bench: Workbench, path: Path) -> None:
    with arrived(bench, path) as arrival:
        list(arrival.take())


def say(bench: Workbench, dossier: UUID, field: str, value: object) -> None:
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), field, value)
    bench.seal(dossier)


def shared_dossier(bench: Workbench, theirs: Workbench, folder: Path) -> UUID:
    """A dossier that both have, with what either wrote in it since."""
    dossier = bench.create("示例・甲厂")
    say(bench, dossier, "contact", "王示例")
    machine = bench.add(dossier, "equipment", name="车床", quantity=3)
    bench.answer(dossier, Stage.DIAGNOSIS, "生产管控", "level", 1)
    give(theirs, bundle(bench, dossier, folder))
    say(theirs, dossier, "contact", "赵样本")
    say(theirs, dossier, "address", "示例路 1 号")
    theirs.put(dossier, "equipment", machine, "quantity", 44)
    bench.put(dossier, "equipment", machine, "quantity", 46)
    theirs.answer(dossier, Stage.DIAGNOSIS, "生产管控", "level", 2)
    bench.answer(dossier, Stage.DIAGNOSIS, "生产管控", "level", 3)
    bench.seal(dossier)
    return dossier


def arrival(qtbot: QtBot, window: MainWindow) -> ArrivalPage:
    """The page of the bundle that came, in view."""
    found = window.arrivals
    assert found is not None
    qtbot.waitUntil(lambda: found.page is not None, timeout=SLOW)
    assert found.page is not None and window.stack.currentWidget() is found.page
    qtbot.waitUntil(lambda: in_front(window), timeout=SLOW)
    return found.page


def over(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until everything that was brought is done with."""
    qtbot.waitUntil(
        lambda: (
            not isinstance(window.stack.currentWidget(), ArrivalPage)
            and window.arrivals is not None
            and window.arrivals._job is None
            and not window.arrivals._queue
        ),
        timeout=SLOW,
    )
