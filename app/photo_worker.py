"""Inspecting photos of unknown origin: facts, hash and upright copies, in a process of its own."""

import re
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from app.killable import CrashError, Killable, OverrunError, Served, StartError
from app.photo_process import prepare
from forms.errors import UserError
from forms.photo_facts import PhotoFacts

T = TypeVar("T")

SECONDS_LIMIT = 10.0
"""What `photo_bounds` lets through takes a middling core of 2025 two seconds at most; the rest is
for older ones that are busy with other things besides."""
WORKERS = 2
"""Processes that read one import's photos. A third would find no idle core on most laptops."""
MEMORY_LIMIT = 1200 << 20
"""Bytes of address space, where the platform can limit it; elsewhere the pixel limits serve. Some
200 MB of it are the libraries' and never touched, so that a gigabyte is never in use."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Inspected:
    """A photo that was read. The copies are upright JPEGs, empty where none were asked for."""

    path: Path
    facts: PhotoFacts
    sha256: str
    size: int
    thumbnail: bytes = b""
    report_copy: bytes = b""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken, and the Chinese sentence that says why.

    One that `overran` its time may be read another time, when the machine is less busy.
    """

    path: Path
    message: str
    overran: bool = False


class PhotoWorker(Served):
    """Inspects photos one at a time; a context manager. Not to be shared between threads."""

    def __init__(
        self, seconds_limit: float = SECONDS_LIMIT, memory_limit: int = MEMORY_LIMIT
    ) -> None:
        self._seconds = seconds_limit
        self._process = Killable(prepare, "photo-worker", seconds_limit, memory_limit)

    def inspect(self, path: Path, copies: bool = False) -> Inspected | Refused:
        """Read the photo's facts and hash; with `copies`, make those too (400 and 1280 px a side).

        Never raises for what the file holds: a photo that is over the limits, or brings the decoder
        down, is Refused.
        """
        question = {"path": str(path), "copies": copies}
        return self._asked(path, question, partial(_heard, path, copies))

    def copy(self, path: Path, data: bytes, max_px: int) -> bytes | Refused:
        """An upright JPEG of at most `max_px` pixels a side of a photo's bytes; `path` names it.

        Refused where that cannot be done within the limits; never raises for what the file holds.
        """

        def heard(answer: dict[str, Any]) -> bytes | Refused:
            if "refused" in answer:
                return Refused(path, str(answer["refused"]))
            (made,) = answer["data"]
            return bytes(made)

        question = {"path": str(path), "max_px": max_px, "data": [data]}
        return self._asked(path, question, heard)

    def _asked(
        self, path: Path, question: dict[str, Any], heard: Callable[[dict[str, Any]], T]
    ) -> T | Refused:
        try:
            return heard(self._process.ask(question))
        except OverrunError:
            return Refused(path, _overrun(path.name, self._seconds), overran=True)
        except (CrashError, ValueError, KeyError, TypeError):
            # A decoder that was taken over may answer anything; it gets no second question.
            self.close()
            return Refused(path, _crashed(path.name))

    @property
    def pid(self) -> int | None:
        """The running process's number."""
        return self._process.pid


def inspect_all(
    paths: Sequence[Path],
    then: Callable[[Inspected | Refused], T],
    drop: Callable[[T], None],
    workers: int = WORKERS,
) -> Generator[T, None, None]:
    """Inspect photos in parallel by `PhotoWorker.inspect`, and have `then` go on with each.

    `then` runs in one of several threads, so that waiting for a disk holds no worker up. What it
    answers comes in the order of `paths`. Who ceases to iterate waits for the photos in work;
    answers that were not handed out any more are given to `drop`.
    """
    idle: SimpleQueue[PhotoWorker] = SimpleQueue()

    def work(path: Path) -> T:
        worker = idle.get()
        try:
            seen = worker.inspect(path, copies=True)
        finally:
            idle.put(worker)
        return then(seen)

    waiting: deque[Future[T]] = deque()
    with ExitStack() as stack, ThreadPoolExecutor(2 * workers, "photo") as pool:
        for _ in range(workers):
            idle.put(stack.enter_context(PhotoWorker()))
        try:
            for path in paths:
                waiting.append(pool.submit(work, path))
                if len(waiting) > 3 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for answer in [answer for answer in waiting if not answer.cancel()]:
                if answer.exception() is None:
                    drop(answer.result())


@contextmanager
def starting(kept: str) -> Iterator[None]:
    """Say as a UserError that the worker did not start; `kept` is what came of the files so far."""
    try:
        yield
    except StartError as error:
        raise UserError(
            f"读图程序没有启动，{kept}，请关闭其他程序后重试；仍不能启动的，请用 doctor 命令检查。"
        ) from error


def _heard(path: Path, copies: bool, answer: dict[str, Any]) -> Inspected | Refused:
    """The other side's answer, doubted; ValueError, KeyError or TypeError where it is none."""
    if "refused" in answer:
        return Refused(path, str(answer["refused"]))
    digest, size = answer["sha256"], answer["size"]
    if not (isinstance(digest, str) and _DIGEST.fullmatch(digest) and isinstance(size, int)):
        raise ValueError("no digest or no size")
    facts = PhotoFacts.model_validate(answer["facts"])
    if not copies:
        return Inspected(path, facts, digest, size)
    thumbnail, report_copy = answer["data"]
    return Inspected(path, facts, digest, size, thumbnail, report_copy)


def _overrun(name: str, seconds: float) -> str:
    return (
        f"读取“{name}”超过 {seconds:g} 秒，已停止，其余照片不受影响；"
        "请确认文件完好，或另存为 JPEG 后重试。"
    )


def _crashed(name: str) -> str:
    return f"“{name}”使读图程序中断，未导入，其余照片不受影响；请另存为 JPEG 后重试。"
