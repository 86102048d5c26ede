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


def copies(out_dir: Path, digest: str) -> tuple[Path, Path]:
    """Where a photo's thumbnail and report copy are written."""
    return out_dir / f"{digest}.thumb.jpg", out_dir / f"{digest}.report.jpg"


def prepare() -> Answering:
    """In the other process: load the decoders, then answer."""
    _keep_memory()
    _silence_decoders()
    # The other worker has the other core.
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}
    from app import photo_reading

    def answering(question: dict[str, Any]) -> dict[str, Any]:
        path = Path(question["path"])
        try:
            if "copy" in question:
                return _copy(path, Path(question["copy"]), question["max_px"])
            return _answer(path, question["out_dir"])
        except UserError as error:
            return {"refused": str(error)}
        except MemoryError:
            return {"refused": photo_reading.too_large(path.name)}

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


def _copy(path: Path, out: Path, max_px: int) -> dict[str, object]:
    from app.photo_copies import make_copy

    make_copy(path, out, max_px)
    return {}


def _answer(path: Path, out_dir: str | None) -> dict[str, object]:
    from app import photo_reading

    data = photo_reading.read(path)
    values = photo_reading.values_of(data, path.name)
    digest = sha256(data).hexdigest()
    if out_dir is not None:
        from app.photo_copies import make_copies

        thumbnail, report_copy = copies(Path(out_dir), digest)
        make_copies(data, path.name, values["orientation"], report_copy, thumbnail)
    return {"facts": values, "sha256": digest, "size": len(data)}
