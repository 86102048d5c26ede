"""How soon the window is painted and of use, as multiples of a bare QMainWindow's first paint.

    python -m benchmarks.start [--turns 9] [--count 500]

Each turn starts a bare window and the program over an encrypted store, both in new processes and
counted from their creation; the key is under a passphrase, which is slow on purpose. Compares
medians and exits with 1 where a target is missed. Bytecode is kept in a folder of its own, as it is
beside an installed program. The second core matters: the passphrase is worked on in a thread.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from app.workbench import Workbench
from benchmarks.portfolio import summarised

ROOT = Path(__file__).resolve().parent.parent
FIRST_PAINT, USABLE = 1.5, 3.0
_SECRET = "a passphrase of the benchmark"
_BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.told)

    def told(self):
        sys.path.insert(0, sys.argv[1])
        import time
        painted = time.perf_counter()
        from app.process_age import age_ms
        now, age = time.perf_counter(), age_ms()
        print(age - (now - painted) * 1000)
        app.quit()

app = QApplication([])
window = Window()
window.resize(1440, 900)
window.show()
app.exec()
"""


def run(words: list[str], folder: Path) -> str:
    """The standard output of a Python process with these arguments."""
    own = {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "ZHENGAI_PASSPHRASE": _SECRET}
    given = {"QT_QPA_PLATFORM": "offscreen"} | os.environ | own
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, *words], env=given, capture_output=True, text=True, check=True, timeout=300
    )
    return done.stdout


def turn(folder: Path) -> tuple[float, float, float]:
    """Milliseconds to the bare window's paint, and to the program's paint and usable list."""
    bare = float(run(["-c", _BARE, str(ROOT)], folder))
    told = run([str(ROOT / "main.py"), "--measure-start", "--data", str(folder / "store")], folder)
    figures = json.loads(told)
    return bare, figures["first_paint_ms"], figures["usable_ms"]


def main() -> int:
    """Measure and print; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--count", type=int, default=500)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        bench = Workbench.open(folder / "store", _SECRET)
        bench.set_person("示例")
        summarised(bench, told.count, random.Random(1))
        bench.close()
        turn(folder)  # makes the bytecode, and warms what the system reads
        turns = [turn(folder) for _ in range(told.turns)]
    bare, painted, usable = (statistics.median(each) for each in zip(*turns, strict=True))
    print(f"a bare QMainWindow: {bare:.0f} ms")
    met = True
    for name, value, most in (("painted", painted, FIRST_PAINT), ("usable", usable, USABLE)):
        kept = value <= most * bare
        met &= kept
        target = f"target {most}" + ("" if kept else ", MISSED")
        print(f"{name}: {value:.0f} ms, {value / bare:.2f} times ({target})")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
