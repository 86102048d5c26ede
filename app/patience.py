"""Reading a place that may never answer, without waiting for ever.

Listing a phone that was pulled out, or a share that is gone, can block in the system for good, and
nothing stops a thread that is in there. So it runs in a thread of its own, which is left behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import Any, TypeVar

T = TypeVar("T")

#: How often one who waits is heard from, so that he can be cancelled.
TICK = 0.2
#: Steps that the work may be ahead: of a file that is read, so many pieces.
_AHEAD = 64


def patiently(
    work: Callable[[], Iterator[T]], silence: float, tick: float = TICK
) -> Generator[T | None, None, None]:
    """What `work` yields, in its order, with None every `tick` seconds while nothing comes.

    Raises TimeoutError when nothing came for `silence` seconds, and whatever `work` raised. Who
    ceases to iterate ends the work at its next step.
    """
    heard: Queue[tuple[str, Any]] = Queue(_AHEAD)
    ended = threading.Event()
    threading.Thread(target=_run, args=(work, heard, ended), daemon=True, name="patience").start()
    waited = 0.0
    try:
        while True:
            try:
                kind, value = heard.get(timeout=min(tick, silence - waited))
            except Empty:
                waited += tick
                if waited >= silence:
                    raise TimeoutError(f"no answer in {silence:g} s") from None
                yield None
                continue
            waited = 0.0
            if kind == "end":
                return
            if kind == "error":
                try:
                    raise value
                finally:
                    value = None  # or the error would keep itself, and what it holds, alive
            yield value
    finally:
        ended.set()


def _run(
    work: Callable[[], Iterator[T]], heard: Queue[tuple[str, Any]], ended: threading.Event
) -> None:
    try:
        for step in work():
            _tell(("step", step), heard, ended)
            if ended.is_set():
                return
        _tell(("end", None), heard, ended)
    except BaseException as error:
        _tell(("error", error), heard, ended)


def _tell(word: tuple[str, Any], heard: Queue[tuple[str, Any]], ended: threading.Event) -> None:
    """Put it in when there is room; when nobody listens any more it would only lie there."""
    while not ended.is_set():
        with suppress(Full):
            heard.put(word, timeout=TICK)
            return
