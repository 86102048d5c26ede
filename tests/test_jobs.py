"""The job runner: what becomes of a job that is stopped late, or let go of early."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from app.progress import Progress
from widgets.jobs import Job, settle

MADE = Progress(1, 3, "写好", made=Path("a.pdf"))
LET_GO = """
import sys
import threading
import time
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject
from widgets.jobs import Job, settle

sys.setswitchinterval(1e-6)  # the thread comes to its end after the window hears of it
app = QCoreApplication([])
for _ in range(300):
    host, heard = QObject(), []
    job = Job(lambda: iter([1]), host)
    job.finished.connect(lambda _last: (shiboken6.delete(host), heard.append(1)))
    job.start()
    while not heard:
        app.processEvents()
print("well")
"""


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        (Progress(1, 2, "写着"), "cancelled"),
        (Progress(2, 2, "收入了"), "finished"),
        (MADE, "finished"),
        (7, "finished"),
    ],
)
def test_only_what_has_come_to_nothing_yet_is_called_stopped(
    qtbot: QtBot, last: object, kind: str
) -> None:
    host, heard = QObject(), list[tuple[str, object]]()

    def work() -> Iterator[object]:
        yield Progress(0, 2, "开始")
        job.cancel()
        yield last

    job = Job(work, host)
    job.finished.connect(lambda found: heard.append(("finished", found)))
    job.cancelled.connect(lambda: heard.append(("cancelled", last)))
    with qtbot.waitSignal(job.ended, timeout=20_000):
        job.start()
    qtbot.waitUntil(lambda: heard == [(kind, last)])


def test_whoever_hears_of_the_end_may_let_go_of_the_job() -> None:
    """A window that closes at once, as 归档 does, takes its job along."""
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-c", LET_GO], cwd=root, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, "well\n"), done.stderr


def test_a_thread_outlives_the_page_that_asked_for_it(qtbot: QtBot) -> None:
    """Qt ends the program where a thread is destroyed that still runs."""
    begun, gate, over = threading.Event(), threading.Event(), list[int]()

    def work() -> Iterator[Progress]:
        begun.set()
        gate.wait(10)
        time.sleep(0.05)
        over.append(1)
        yield Progress(0, 2, "开始")
        over.append(2)

    page = QObject()
    job = Job(work, page)
    job.start()
    delete(page)
    assert not isValid(job)
    assert begun.wait(10)
    gate.set()
    settle()
    assert over == [1], "waited for, and ceased after the step it was in"
