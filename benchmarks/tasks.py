"""Five tasks done through the real window, by mouse and by keys, and what they take.

    python -m benchmarks.tasks [--show FOLDER]

A store is prepared with the electronics sample (its photos left out), in which two colleagues
edited two fields apart. Each task begins with that dossier open at 企业基本情况, the first one at
the list; it is done as by somebody who knows the program, and what came of it is read from the
store. Clicks and keys are counted, and how many of the keys are content, a name or a code, that is
typed whatever the way. A file dialog takes two clicks, or a file's name and 回车. Exits with 1
where a task cannot be done, or the mouse is needed by keys.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Prepare, do, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--show", type=Path, help="a picture after each task")
    told = parser.parse_args()
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    from benchmarks.task_ways import run

    with tempfile.TemporaryDirectory(prefix="tasks-") as name:
        return run(Path(name), told.show)


if __name__ == "__main__":
    sys.exit(main())
