"""The photo worker's own side: what runs in the process that may be killed.

Every import waits for what this module loads, twice over: neither Pydantic, which would be half of
it, nor anything of the program that it does not need.
"""

import os
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.killable import Answering
from forms.errors import UserError

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""By glibc's malloc.h."""


def prepare() -> Answering:
    """In the other process: load the decoders, then answer."""
    _keep_memory()
    _silence_decoders()
    # The other worker has the other core.
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}
    from app import photo_reading

    def answering(question: dict[str, Any]) -> dict[str, Any]:
        name = Path(question["path"]).name
        try:
            if "data" in question:
                (data,) = question["data"]
            else:
                data = photo_reading.read(Path(question["path"]))
            if "max_px" in question:
                return _copy(data, name, question["max_px"])
            return _answer(data, name, question["copies"])
        except UserError as error:
            return {"refused": str(error)}
        except MemoryError:
            return {"refused": photo_reading.too_large(name)}

    return answering


def _keep_memory() -> None:
    """Have the process keep up to 128 MB that it freed, for the next photo.

    Getting a picture's memory from the system anew, page by page, is a tenth of all the time.
    """
    if sys.platform == "linux":
        import ctypes

        with suppress(AttributeError):  # not every C library has this
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_M_MMAP_THRESHOLD, 32 << 20)
            mallopt(_M_TRIM_THRESHOLD, 128 << 20)


def _silence_decoders() -> None:
    """Let Python alone write to the standard error: libtiff tells there of every broken strip."""
    with suppress(OSError, ValueError):  # there is none in a program that has only windows
        sys.stderr = os.fdopen(os.dup(2), "w")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _copy(data: bytes, name: str, max_px: int) -> dict[str, object]:
    from app import photo_reading
    from app.photo_copies import make_copy

    orientation = photo_reading.values_of(data, name)["orientation"]
    return {"data": [make_copy(data, name, orientation, max_px)]}


def _answer(data: bytes, name: str, copies: bool) -> dict[str, object]:
    from app import photo_reading

    values = photo_reading.values_of(data, name)
    answer: dict[str, object] = {
        "facts": values,
        "sha256": sha256(data).hexdigest(),
        "size": len(data),
    }
    if copies:
        from app.photo_copies import make_copies

        answer["data"] = make_copies(data, name, values["orientation"])
    return answer
