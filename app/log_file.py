"""The program's own log: a file in the data folder, rotated, for the day something goes wrong.

It says where in the program something failed, and nothing of anybody's: no name, no typed text, no
path. What the program itself writes there is plain ASCII; the rest is taken out of each line.
"""

from __future__ import annotations

import logging
import re
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path, PurePath

from forms.errors import UserError

_BYTES, _KEPT = 1 << 20, 5
_LONGEST = 300
_LEFT_OUT = "<...>"
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|“[^”]*”|‘[^’]*’|《[^》]*》""")
#: A drive or a share, or a path of two parts and more, up to what cannot be in one unquoted.
_PATH = re.compile(r"""(?:[A-Za-z]:[\\/]|\\\\|~/|(?<![\w<])/(?=[^\s/]+/))[^\n'"“”<>|，；。（）]*""")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_DIGITS = re.compile(r"\d{5,}")
#: Whatever is no program's own word: names and sentences are Chinese here, or foreign.
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_SPACES = re.compile(r"(?:<\.\.\.>[ ,;:]*){2,}")


def log_path(folder: Path) -> Path:
    """Where the log of a data folder lies."""
    return folder / "logs" / "zhengai.log"


def start_log(folder: Path) -> Path | None:
    """Write warnings and worse below `folder`; the file, or None where it cannot be written."""
    path = log_path(folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8")
    except OSError:
        return None  # the store will say in its own words what is wrong with the folder
    handler.setLevel(logging.WARNING)
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    return path


class Discreet(logging.Formatter):
    """Formats a record for the file alone: other handlers see it as it is, so that this is no
    filter, which would change it for all."""

    def format(self, record: logging.LogRecord) -> str:
        own = logging.makeLogRecord(record.__dict__)
        own.msg, own.args = discreet(record.getMessage()), None
        own.exc_info = own.exc_text = own.stack_info = None
        line = super().format(own)
        error = record.exc_info[1] if record.exc_info else None
        return line if error is None else f"{line}\n{told(error)}"


def told(error: BaseException) -> str:
    """An exception with what led to it: where in the program, its kind, its message made discreet.

    A UserError's message is written for the person at the screen, and left out.
    """
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)
        lines += [f"  {_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        first = "" if isinstance(current, UserError) else str(current).partition("\n")[0]
        said = discreet(first[:_LONGEST])
        lines.append(f"{type(current).__name__}: {said}" if said else type(current).__name__)
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
        if current is not None:
            lines.append("after")
    return "\n".join(lines)


def _place(filename: str) -> str:
    """A source file by its last two parts: the others may be named for a person."""
    return discreet("/".join(PurePath(filename.replace("\\", "/")).parts[-2:]))


def discreet(text: str) -> str:
    """A line without what may be somebody's: quoted values, paths, addresses, long numbers, and
    whatever is not ASCII."""
    for pattern in (_QUOTED, _PATH, _MAIL, _DIGITS, _FOREIGN):
        text = pattern.sub(_LEFT_OUT, text)
    return _SPACES.sub(f"{_LEFT_OUT} ", text).rstrip()


def without_paths(text: str) -> str:
    """A Chinese sentence without the paths in it."""
    return _PATH.sub("〔文件夹〕", text)
