"""诊改工作台: without a command it opens the window, with one it works without a screen."""

import multiprocessing
import sys


def main(argv: list[str]) -> int:
    """Start the window or run a command; the exit status."""
    if argv and not (len(argv) == 2 and argv[0] == "--data") and not argv[0].startswith("--data="):
        from app.commands import run

        return run(argv)
    from widgets.application import start

    return start(argv)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main(sys.argv[1:]))
