"""诊改工作台: without a command it opens the window, with one it works without a screen."""

import multiprocessing
import sys


def main(argv: list[str]) -> int:
    """Start the window or run a command; the exit status."""
    # The data folder alone, in either spelling, is no command.
    rest = argv[2:] if argv[:1] == ["--data"] and len(argv) > 1 else argv
    if rest and not (len(argv) == 1 and argv[0].startswith("--data=")):
        from app.commands import run

        return run(argv)
    from widgets.application import start

    return start(argv)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main(sys.argv[1:]))
