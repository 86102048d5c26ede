"""A helper process that answers questions and can be killed, with a limit on time and memory.

A decoder that hangs, crashes or eats memory takes this process with it and nothing else: a thread
could not be stopped. The two sides exchange JSON and not pickles, so that a decoder that was taken
over by a crafted file cannot run code on the other side.

The process is started by `spawn`, alike on every platform: the program's main module is imported
again in it, has to be guarded by `if __name__ == "__main__":`, and calls
`multiprocessing.freeze_support()` there first for the packaged program.
"""

import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self, TypeAlias

from app.patience import TICK, patiently
from app.processor_time import processor_seconds

Answering: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""Answers one question; both are JSON. It runs in the other process and may raise nothing.

Beside the JSON, bytes can go either way, as a list under "data": of a question what it is about,
where that is no file that lies open, of an answer what was made of it.
"""

_START_SECONDS = 180.0
"""For loading what answering needs: nothing foreign, but hundreds of MB, off a slow disk maybe."""
_STARVED = 0.01
"""The least share of the processor that one who works has on the busiest machine, behind eight
others on his core: with less, he hangs."""
_MESSAGE_LIMIT = 1 << 20
_DATA_LIMIT = 256 << 20
_DATA_PIECES = 4


class OverrunError(Exception):
    """The answer did not come in time; the process was killed."""


class StoppedError(Exception):
    """Who asked does not want the answer any more; the process was killed."""


class StartError(RuntimeError):
    """The process did not start: something of the program's is missing, or the machine is too busy.

    Not about any one file: what was asked may be asked again later.
    """


class CrashError(Exception):
    """The process died, or answered what is no JSON object; it was killed."""


class Killable:
    """One question at a time; not to be shared between threads.

    `prepare` is a module's own function that loads what answering needs and returns the answering
    function: a first question must not pay for the imports. The process starts with the first
    question, stays for the next ones, and is started anew after it had to be killed. It yields the
    processor to whoever sits before the window. `stop` is asked while an answer is
    waited for, so that closing a window does not have to wait for it too.

    An answer is late when the limit has passed on the clock and, where the machine is busy with
    other things, of the processor too: what can be read on an idle machine can be read on any.
    """

    def __init__(
        self,
        prepare: Callable[[], Answering],
        name: str,
        seconds_limit: float,
        memory_limit: int,
        *,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._arguments = (prepare, memory_limit)
        self._name = name
        self._seconds = seconds_limit
        self._stop = stop
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer, which is to be doubted. Raises OverrunError, CrashError, StartError
        or StoppedError.
        """
        if self._stop():  # an answer may come before it is first waited for
            self.close()
            raise StoppedError(self._name)
        pipe = self._running()
        try:
            _send(pipe, question)
            answer = _counted(self._received(pipe, self._seconds))
            if "data" in answer:
                answer["data"] = [
                    self._received(pipe, self._seconds, _DATA_LIMIT) for _ in range(answer["data"])
                ]
        except TimeoutError as error:
            self.close()
            raise OverrunError(f"{self._name}: no answer in {self._seconds:g} s") from error
        except (OSError, EOFError, ValueError, RecursionError) as error:
            # A decoder that was taken over may answer anything; it gets no second question.
            self.close()
            raise CrashError(str(error)) from error
        except BaseException:
            # Stopped or interrupted: the answer that was left behind is not the next question's.
            self.close()
            raise
        return answer

    def _received(self, pipe: Connection, seconds: float, limit: int = _MESSAGE_LIMIT) -> bytes:
        """A whole message: one that was begun may never end. Raises TimeoutError, EOFError,
        OSError, and StoppedError where it is not wanted any more.
        """
        tick, waited, before = min(TICK, seconds), 0.0, self._used()
        looked, then = 0.0, before
        receiving = partial(_message, pipe, limit)
        with closing(patiently(receiving, seconds / _STARVED, tick)) as messages:
            for message in messages:
                if message is not None:
                    return message
                if self._stop():
                    raise StoppedError(self._name)
                waited += tick
                if waited < seconds:
                    continue
                used, over = self._used(), waited - looked >= seconds
                hangs = over and used - then <= (waited - looked) * _STARVED
                if hangs or used - before >= seconds:
                    raise TimeoutError(f"no answer in {seconds:g} s")
                if over:
                    looked, then = waited, used
        raise EOFError("no message")

    def _used(self) -> float:
        """Seconds of the processor; 0 where the system does not tell, and only the clock counts."""
        return (self.pid and processor_seconds(self.pid)) or 0.0

    def close(self) -> None:
        """End the process. Safe to call again; a later `ask` would start a new one.

        Our end of the pipe closes with its last holder: a thread may still be receiving from it.
        """
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._pipe = self._process = None

    @property
    def pid(self) -> int | None:
        """The running process's number."""
        return None if self._process is None else self._process.pid

    def _running(self) -> Connection:
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self.close()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_serve, args=(theirs, *self._arguments), daemon=True, name=self._name
        )
        process.start()
        # Ours alone may stay open here, or the end of the other process would not be noticed.
        theirs.close()
        self._process, self._pipe = process, ours
        try:
            self._received(ours, _START_SECONDS)
        except (OSError, EOFError) as error:
            self.close()
            raise StartError(f"the process {self._name} did not start") from error
        except BaseException:
            self.close()
            raise
        return ours


class Served:
    """What works through a process of its own: a context manager that ends it."""

    _process: Killable

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process. Safe to call again; a later question would start a new one."""
        self._process.close()


def _message(pipe: Connection, limit: int) -> Iterator[bytes]:
    yield pipe.recv_bytes(limit)


def _send(pipe: Connection, message: dict[str, Any]) -> None:
    """The JSON, with the number of pieces under "data", and then those."""
    data = message.get("data", [])
    counted = {**message, "data": len(data)} if "data" in message else message
    pipe.send_bytes(json.dumps(counted).encode())
    for piece in data:
        pipe.send_bytes(piece)


def _counted(message: bytes) -> dict[str, Any]:
    """A message whose pieces of data are still to come. ValueError where it is none."""
    answer = json.loads(message)
    if not isinstance(answer, dict):
        raise ValueError("no object")
    pieces = answer.get("data", 0)
    if not isinstance(pieces, int) or not 0 <= pieces <= _DATA_PIECES:
        raise ValueError("no number of pieces")
    return answer


def _serve(pipe: Connection, prepare: Callable[[], Answering], memory_limit: int) -> None:
    """The other process: one answer a question, until the asking side is gone."""
    # Interrupting a command is the asking side's business, and ends this one through the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _yield_processor()
    _limit_memory(memory_limit)
    answering = prepare()
    with suppress(EOFError, OSError):
        pipe.send_bytes(b"ready")
        while True:
            question = _counted(pipe.recv_bytes())
            if "data" in question:
                question["data"] = [pipe.recv_bytes() for _ in range(question["data"])]
            _send(pipe, answering(question))


def _yield_processor() -> None:
    """Have whoever types come first: two of these fill a laptop of two cores. Windows does so by
    itself for the window in front; what it has for this might never let them on."""
    if sys.platform != "win32":
        os.nice(10)


def _limit_memory(limit: int) -> None:
    try:
        import resource
    except ImportError:
        return
    # Some systems know the limit and refuse to set it.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
