"""What keeps the window from answering during a visit.

    python -m benchmarks.stalls [--sample electronics] [--most 50]

The real program on an empty folder: the enterprise and the team typed, all items and scenes of the
evaluation answered with their reasons, the visits recorded, their photos dropped and described, one
key at a time. Each stretch of more than `--most` ms in which the main thread did not answer is
counted under the line where it stood, with the processor time that the thread itself took of it:
the rest it waited, for another thread of the program's or for the machine. Exits with 1 where there
was one.
"""

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

_PAGES = ("enterprise", "site", "team", "self", "walk", "visits")


def main() -> int:
    """Walk, watch, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", default="electronics")
    parser.add_argument("--most", type=float, default=50, help="ms; less is no stall")
    told = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    from benchmarks.screen_visit import Sitting
    from widgets.application import Program, spare_rubbish
    from widgets.stall_watch import Stall, StallWatch

    with tempfile.TemporaryDirectory(prefix="stalls-") as name:
        program = Program(["--data", str(Path(name) / "data")])
        sys.excepthook = sys.__excepthook__
        spare_rubbish(program)
        program.begin()
        program.window.resize(1440, 900)
        sitting = Sitting(program, told.sample, Path(name), None)
        sitting.begin()
        sitting.draw()
        watch = StallWatch(program.window)
        for key in _PAGES:
            sitting.at(key)
        watch.stop()
        program.window.close()
    places: dict[str, list[Stall]] = defaultdict(list)
    for each in watch.stalls:
        if each.ms > told.most:
            places[each.name].append(each)
    for place, found in sorted(places.items(), key=lambda each: -sum(s.ms for s in each[1])):
        most, own = max(s.ms for s in found), max(s.own_ms for s in found)
        print(f"{len(found):4} × at most {most:5.0f} ms, {own:5.0f} of its own: {place}")
    count = sum(len(found) for found in places.values())
    own = sum(s.own_ms > told.most for found in places.values() for s in found)
    said = f"{count} stalls over {told.most:.0f} ms, {own} of them by the thread's own work alone"
    print(f"{sitting.hand.keys:,} keys, {said}")
    for end in sitting.ends:
        print(f"dead end: {end}")
    return 1 if count or sitting.ends else 0


if __name__ == "__main__":
    sys.exit(main())
