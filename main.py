"""诊改工作台: without a command it opens the window, with one it works without a screen."""

import sys

_NAMED = ("--data", "--passphrase-file")
#: Endings of bundles, which a double click brings.
_BUNDLES = (".zip", ".age")


def main(argv: list[str]) -> int:
    """Start the window or run a command; the exit status."""
    if _for_window(argv):
        from widgets.application import start

        return start(argv)
    from app.commands import run

    return run(argv)


def _for_window(argv: list[str]) -> bool:
    """Whether there are no words but the window's: the data folder, in either spelling, bundles to
    look at, and what `--measure-start` takes."""
    measured, words = "--measure-start" in argv, iter(argv)
    for word in words:
        name, sign, _ = word.partition("=")
        if (name == "--measure-start" and not sign) or word.lower().endswith(_BUNDLES):
            continue
        if name not in _NAMED or not (measured or name == "--data"):
            return False
        if not sign and next(words, None) is None:
            return False
    return True


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()
    sys.exit(main(sys.argv[1:]))
