"""How much memory a day of work takes.

    python -m benchmarks.day [--hours 8] [--dossiers 6]

The real program on a store of its own. Each hour all dossiers are opened in turn: every page is
gone to, the evaluation is answered anew, 300 keys are typed into a field, the statistics are looked
at and something is looked for in the list. Prints after each hour what belongs to the process alone
(the private memory that a task manager shows) and what it holds with the libraries that it shares.
Exits with 1 where an hour's work takes more than 200 MB of its own, or the last hour more than 1.1
times the second. Watermarks are read in a process of their own, and are not counted.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.application import Program

MOST_MB, GROWTH = 200, 1.1
_SECRET = "a passphrase of the benchmark"
_KEYS = 300


def memory() -> tuple[float, float]:
    """MB of the process's own, and with the files it maps (Linux alone tells)."""
    lines = (line.partition(":") for line in Path("/proc/self/status").read_text().splitlines())
    told = {name: value for name, _, value in lines}
    own, whole = (int(told[name].split()[0]) / 1024 for name in ("RssAnon", "VmRSS"))
    return own, whole


def turned(met: Callable[[], object] = lambda: False, seconds: float = 60.0) -> None:
    """Let the event loop turn until it is so, or for so long."""
    from PySide6.QtCore import QCoreApplication, QEvent

    end = time.monotonic() + seconds
    while not met() and time.monotonic() < end:
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        time.sleep(0.002)


def dossier_worked_on(program: Program, dossier: UUID, turn: int) -> None:
    """One dossier opened, gone through, answered, typed in and left."""
    from PySide6.QtTest import QTest

    from forms.steps import PAGES
    from widgets.form_page import FormPage
    from widgets.page_table import ASIDE
    from widgets.pages.walk import WalkPage

    main = program.window
    main.open_dossier(dossier)
    window = main.dossier
    assert window is not None
    turned(lambda: window.desk.review is not None)
    for key in (*PAGES, *ASIDE):
        window.show_page(key)
        turned(seconds=0.05)
    walk = window.show_page("walk")
    assert isinstance(walk, WalkPage)
    for subject in walk.subjects:
        walk.open(subject)
        walk.panel.press("AB"[turn % 2] if subject in walk._items else "12"[turn % 2])
        turned(seconds=0.01)
    form = window.show_page("enterprise")
    assert isinstance(form, FormPage)
    field = form.records[0].focus_field("address")
    assert field is not None
    for number in range(_KEYS):
        QTest.keyClicks(field.focusWidget(), "abcdefgh"[number % 8])
        turned(seconds=0.002)
    turned(lambda: window.desk._job is None and not window.desk._timer.isActive())
    main.go_home()


def hour_of_work(program: Program, dossiers: list[UUID], turn: int) -> None:
    """All dossiers in turn, then the statistics and the list."""
    for dossier in dossiers:
        dossier_worked_on(program, dossier, turn)
    main = program.window
    main.open_statistics()
    turned(seconds=1)
    main._leave_over()
    assert main.home is not None
    main.home.look_for("设备")
    turned(seconds=1)
    main.home.show_all()
    turned(seconds=0.5)


def main() -> int:
    """Work, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hours", type=int, default=8)
    parser.add_argument("--dossiers", type=int, default=6)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="day-") as name:
        folder = Path(name) / "data"
        dossiers = stored(folder, told.dossiers)
        from widgets.application import Program, spare_rubbish

        program = Program(["--data", str(folder)])
        sys.excepthook = sys.__excepthook__
        spare_rubbish(program)
        program.begin()
        turned(lambda: program.window.unlock)
        program.window.unlocked.emit(_SECRET)
        turned(lambda: program.window.bench)
        print("ready: {:.0f} MB of its own, {:.0f} in all".format(*memory()), flush=True)
        own = []
        for hour in range(1, told.hours + 1):
            hour_of_work(program, dossiers, hour)
            now = memory()
            own.append(now[0])
            print(f"hour {hour}: {now[0]:.0f} MB of its own, {now[1]:.0f} in all", flush=True)
        program.window.close()
    flat = len(own) < 3 or own[-1] <= GROWTH * own[1]
    return 0 if own[0] <= MOST_MB and flat else 1


def stored(folder: Path, count: int) -> list[UUID]:
    """A store with copies of the sample, in a process that is gone when the work begins."""
    import subprocess

    code = (
        "import sys\nfrom pathlib import Path\nfrom app.exchange import read_file\n"
        "from app.workbench import Workbench\nfrom exporters.style import resource_path\n"
        "bench = Workbench.open(Path(sys.argv[1]), sys.argv[2])\nbench.set_person('示例')\n"
        "told = read_file(resource_path('samples', 'electronics', 'dossier.yaml'))\n"
        "for number in range(int(sys.argv[3])):\n"
        "    told.pop('id', None)\n"
        "    print(bench.import_mapping(dict(told)))\n"
        "bench.close()\n"
    )
    words = [sys.executable, "-c", code, str(folder), _SECRET, str(count)]
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, cwd=root)
    return [UUID(line) for line in done.stdout.split()]


if __name__ == "__main__":
    sys.exit(main())
