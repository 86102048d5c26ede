"""The other process may do anything: stop in the middle of an answer, or answer with a maze."""

import gc
import json
import os
import struct
import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from multiprocessing.connection import Connection
from typing import Any

import pytest

from app.killable import Answering, CrashError, Killable, OverrunError, StoppedError
from app.processor_time import processor_seconds

MEMORY = 1 << 30


def _sane() -> Answering:
    return lambda question: question


def _half() -> Answering:
    """Announces an answer of a hundred bytes and sends ten of them."""

    def answering(question: dict[str, Any]) -> dict[str, Any]:
        if "half" not in question:
            return question
        (pipe,) = (each for each in gc.get_objects() if isinstance(each, Connection))
        os.write(pipe.fileno(), struct.pack("!i", 100) + b" " * 10)
        time.sleep(60)
        return {}

    return answering


def _maze() -> Answering:
    """Answers with lists in lists, deeper than any reader goes."""

    def deep(*_given: Any, **_more: Any) -> str:
        return "[" * 300_000

    def answering(question: dict[str, Any]) -> dict[str, Any]:
        json.dumps = deep  # spells the answer
        return {}

    return answering


def _busy() -> Answering:
    """Has so much of the processor before it answers, at a third of its pace."""

    def answering(question: dict[str, Any]) -> dict[str, Any]:
        while time.process_time() < question["seconds"]:
            begun = time.process_time()
            while time.process_time() < begun + 0.05:
                pass
            time.sleep(0.1)
        return question

    return answering


def _worn() -> Answering:
    """Works for a while, and then hangs."""
    busy = _busy()

    def answering(question: dict[str, Any]) -> dict[str, Any]:
        busy(question)
        time.sleep(question.get("then", 0))
        return question

    return answering


def killable(
    prepare: Callable[[], Answering],
    seconds: float = 10,
    stop: Callable[[], bool] = lambda: False,
) -> Killable:
    return Killable(prepare, "test", seconds, MEMORY, stop=stop)


def test_questions_are_answered_by_one_process() -> None:
    process = killable(_sane)
    assert process.ask({"a": "门口"}) == {"a": "门口"}
    pid = process.pid
    assert process.ask({"b": "x" * 500_000}) == {"b": "x" * 500_000}
    assert process.pid == pid
    pieces = [b"", b"\xff\xd8\xff" * 500_000]
    for data in ([], pieces[:1], pieces):
        assert process.ask({"a": 1, "data": data}) == {"a": 1, "data": data}
    assert process.pid == pid
    process.close()
    process.close()
    assert process.pid is None


@pytest.mark.skipif(os.name == "nt", reason="writes to the pipe as POSIX has it")
def test_an_answer_that_stops_in_the_middle_is_out_of_time() -> None:
    process = killable(_half, 1)
    process.ask({})
    since = time.monotonic()
    with pytest.raises(OverrunError):
        process.ask({"half": True})
    assert time.monotonic() - since < 3
    assert process.ask({"again": 1}) == {"again": 1}
    process.close()


@pytest.mark.skipif(processor_seconds(os.getpid()) is None, reason="the system does not tell")
def test_a_limit_is_of_the_processor_where_the_machine_is_busy() -> None:
    process = killable(_busy, 1)
    assert process.ask({"seconds": 0})
    assert process.pid is not None
    before = processor_seconds(process.pid)
    assert before is not None
    since = time.monotonic()
    assert process.ask({"seconds": before + 0.7})
    assert time.monotonic() - since > 1.2
    with pytest.raises(OverrunError):
        process.ask({"seconds": before + 10})
    assert processor_seconds(os.getpid()) == pytest.approx(time.process_time(), abs=0.5)
    assert processor_seconds(2**22) is None
    process.close()


@pytest.mark.skipif(processor_seconds(os.getpid()) is None, reason="the system does not tell")
def test_who_worked_and_hangs_is_not_waited_for_by_what_was_worked() -> None:
    process = killable(_worn, 1)
    assert process.ask({"seconds": 0}) and process.pid is not None
    before, since = processor_seconds(process.pid), time.monotonic()
    assert before is not None
    with pytest.raises(OverrunError):
        process.ask({"seconds": before + 0.6, "then": 60})
    assert time.monotonic() - since < 20  # 0.6 s would else count for a minute
    process.close()


@pytest.mark.skipif(os.name == "nt", reason="writes to the pipe as POSIX has it")
def test_who_does_not_want_the_rest_of_an_answer_is_let_go() -> None:
    answers: Iterator[bool] = repeat(False)
    process = killable(_half, 60, stop=lambda: next(answers))
    process.ask({})
    # Still wanted when it is asked for, and no more while it is waited for.
    answers, since = chain([False], repeat(True)), time.monotonic()
    with pytest.raises(StoppedError):
        process.ask({"half": True})
    assert time.monotonic() - since < 3
    assert process.pid is None


def test_an_answer_nested_beyond_measure_is_a_crash() -> None:
    process = killable(_maze)
    with pytest.raises(CrashError):
        process.ask({})
    assert process.pid is None


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files by /proc")
def test_processes_that_were_killed_leave_no_pipe_open() -> None:
    process = killable(_half, 0.3)
    process.ask({})
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with pytest.raises(OverrunError):
            process.ask({"half": True})
        process.ask({})
    time.sleep(0.3)
    assert len(os.listdir("/proc/self/fd")) <= before
    process.close()


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="asks as POSIX does")
def test_whoever_types_comes_before_it() -> None:
    process = Killable(_sane, "sane", 10, MEMORY)
    process.ask({})
    assert process.pid is not None
    own, its = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, process.pid))
    assert its > own
    process.close()
