"""From an empty program to a finished diagnosis half, with only the screens as guide.

    python -m benchmarks.by_screens [--sample electronics] [--rows N] [--show FOLDER] [--keys-only]

The real program is started on an empty folder and worked through as a person would: every field
typed, ticked or chosen, photos and scans brought in, the report drafted from the replies and
confirmed, the papers exported. What is typed comes from a sample. Clicks, keys and files are
counted page by page; whatever cannot be gone on from is printed, with the pictures under `--show`.
With `--keys-only` there is no mouse: what is clicked else is looked up by Ctrl K, or come to by Tab
and arrows, and the longest ways by Tab are named. Exits with 1 where a step of the first half is
not done at the end, or the export is refused.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

# The workers import this module again as they start: the window is loaded in `main` alone.


def main() -> int:
    """Walk, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", default="electronics")
    parser.add_argument("--show", type=Path)
    parser.add_argument("--rows", type=int, default=1000, help="the most entries of one list")
    parser.add_argument("--keys-only", action="store_true", help="without a mouse")
    told = parser.parse_args()
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    from benchmarks.screen_key_road import KeyRoad
    from benchmarks.screen_road import Road, judged
    from widgets.application import Program

    with tempfile.TemporaryDirectory(prefix="by-screens-") as name:
        program = Program(["--data", str(Path(name) / "data")])
        sys.excepthook = sys.__excepthook__  # the program's own would tell its log file alone
        program.begin()
        program.window.resize(1440, 900)
        kind = KeyRoad if told.keys_only else Road
        road = kind(program, told.sample, Path(name), told.show, told.rows)
        road.begin()
        road.walk()
        found = judged(road)
        program.window.close()
        return found


if __name__ == "__main__":
    sys.exit(main())
