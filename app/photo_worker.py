"""Reading unknown photos in a process of its own, which can be killed.

A decoder that hangs, crashes or eats memory takes this process with it and nothing else: a thread
could not be stopped. The two sides exchange JSON and not pickles, so that a decoder that was taken
over by a crafted file cannot run code on the other side.

The process is started by `spawn`, alike on every platform: the program's main module is imported
again in it, has to be guarded by `if __name__ == "__main__":`, and calls
`multiprocessing.freeze_support()` there first for the packaged program.
"""

import json
import multiprocessing
import re
import signal
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from forms.errors import UserError
from forms.photo_facts import PhotoFacts

SECONDS_LIMIT = 20.0
MEMORY_LIMIT = 1536 * 1024 * 1024
"""Bytes of address space, where the platform can limit it; elsewhere the pixel limit serves."""

_START_SECONDS = 60.0
_MESSAGE_LIMIT = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Inspected:
    """A photo that was read. The copies are None where none were asked for."""

    path: Path
    facts: PhotoFacts
    sha256: str
    size: int
    thumbnail: Path | None = None
    report_copy: Path | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken, and the Chinese sentence that says why."""

    path: Path
    message: str


class PhotoWorker:
    """Inspects photos one at a time; a context manager. Not to be shared between threads.

    The process starts with the first photo, stays for the next ones, and is started anew after
    it had to be killed.
    """

    def __init__(
        self, seconds_limit: float = SECONDS_LIMIT, memory_limit: int = MEMORY_LIMIT
    ) -> None:
        self._seconds = seconds_limit
        self._memory = memory_limit
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def inspect(self, path: Path, out_dir: Path | None = None) -> Inspected | Refused:
        """Read the photo's facts and hash; with `out_dir`, write its upright JPEG copies there.

        The copies are `<sha256>.thumb.jpg` (400 px) and `<sha256>.report.jpg` (1280 px); the
        folder must exist. Never raises for what the file holds: a photo that is over the limits,
        or brings the decoder down, is Refused.
        """
        pipe = self._running()
        question = {"path": str(path), "out_dir": None if out_dir is None else str(out_dir)}
        try:
            pipe.send_bytes(json.dumps(question).encode())
            if not pipe.poll(self._seconds):
                self._kill()
                return Refused(path, _overrun(path.name, self._seconds))
            return _heard(path, out_dir, json.loads(pipe.recv_bytes(_MESSAGE_LIMIT)))
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            # A decoder that was taken over may answer anything; it gets no second question.
            self._kill()
            return Refused(path, _crashed(path.name))

    def close(self) -> None:
        """End the process. Safe to call again; a later `inspect` would start a new one."""
        self._kill()

    def _running(self) -> Connection:
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self._kill()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_serve, args=(theirs, self._memory), daemon=True, name="photo-worker"
        )
        process.start()
        # Ours alone may stay open here, or the end of the other process would not be noticed.
        theirs.close()
        self._process, self._pipe = process, ours
        if not ours.poll(_START_SECONDS):
            self._kill()
            raise RuntimeError("the photo process did not start")
        ours.recv_bytes(_MESSAGE_LIMIT)
        return ours

    def _kill(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._pipe = self._process = None


def _serve(pipe: Connection, memory_limit: int) -> None:
    """The other process: one answer a question, until the asking side is gone."""
    # Interrupting a command is the asking side's business, and ends this one through the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory(memory_limit)
    # Loaded before the clock runs: a first photo must not pay for the imports.
    from app import photo_reading

    pipe.send_bytes(b"ready")
    with suppress(EOFError, OSError):
        while True:
            question = json.loads(pipe.recv_bytes())
            path = Path(question["path"])
            try:
                answer = _answer(path, question["out_dir"])
            except UserError as error:
                answer = {"refused": str(error)}
            except MemoryError:
                answer = {"refused": photo_reading.too_large(path.name)}
            pipe.send_bytes(json.dumps(answer).encode())


def _answer(path: Path, out_dir: str | None) -> dict[str, object]:
    from app import photo_reading

    facts = photo_reading.read_facts(path)
    digest, size = photo_reading.digest_of(path)
    if out_dir is not None:
        thumbnail, report_copy = _copies(Path(out_dir), digest)
        photo_reading.make_copy(path, report_copy, photo_reading.REPORT_PX)
        # The large copy is upright and clean already, and forty times faster to read again.
        photo_reading.make_copy(report_copy, thumbnail, photo_reading.THUMBNAIL_PX)
    return {"facts": facts.model_dump(mode="json"), "sha256": digest, "size": size}


def _heard(path: Path, out_dir: Path | None, answer: dict[str, Any]) -> Inspected | Refused:
    """The other side's answer, doubted; ValueError, KeyError or TypeError where it is none."""
    if "refused" in answer:
        return Refused(path, str(answer["refused"]))
    digest, size = answer["sha256"], answer["size"]
    if not (isinstance(digest, str) and _DIGEST.fullmatch(digest) and isinstance(size, int)):
        raise ValueError("no digest or no size")
    copies = (None, None) if out_dir is None else _copies(out_dir, digest)
    return Inspected(path, PhotoFacts.model_validate(answer["facts"]), digest, size, *copies)


def _copies(out_dir: Path, digest: str) -> tuple[Path, Path]:
    return out_dir / f"{digest}.thumb.jpg", out_dir / f"{digest}.report.jpg"


def _limit_memory(limit: int) -> None:
    try:
        import resource
    except ImportError:
        return
    # Some systems know the limit and refuse to set it.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _overrun(name: str, seconds: float) -> str:
    return (
        f"读取“{name}”超过 {seconds:g} 秒，已停止，其余照片不受影响；"
        "请确认文件完好，或另存为 JPEG 后重试。"
    )


def _crashed(name: str) -> str:
    return f"“{name}”使读图程序中断，未导入，其余照片不受影响；请另存为 JPEG 后重试。"
