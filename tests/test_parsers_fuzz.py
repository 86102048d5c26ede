"""Broken files by the hundred before each parser; `benchmarks/fuzz_parsers.py` goes on longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.exchange import FORMAT, Reader
from benchmarks.fuzz_parsers import Parser, parsers, run, tried
from forms.errors import UserError

#: 500 in all: the others parse a file in a millisecond or two, these in twenty or more.
SLOW = {"yaml": 30, "json": 40, "style": 40, "xlsx": 60, "keys": 30}


@pytest.fixture(scope="module")
def every() -> dict[str, Parser]:
    return parsers()


FAST = ["answers", "bundle", "log", "rows", "csv", "contact", "opinion"]


@pytest.mark.allow_log("a foreign log was refused")
@pytest.mark.parametrize("name", [*FAST, *SLOW])
def test_broken_files_are_refused_in_words_or_read(name: str, every: dict[str, Parser]) -> None:
    count = SLOW.get(name, 43)
    tally = run(every[name], 3, lambda done: done < count)
    assert tally.faults == []
    assert tally.seen["refused"] > 3  # else they would not be broken enough to show anything


@pytest.mark.parametrize("stage", [[], {}, ["diagnosis"], None, 1])
def test_a_stage_of_any_kind_is_refused_in_words(stage: object) -> None:
    """Found by the above."""
    answers = [{"stage": stage, "subject": "a"}]
    with pytest.raises(UserError, match="缺少阶段"):
        Reader({"format": FORMAT, "answer": answers}).edits()


@pytest.mark.allow_log("a foreign log was refused")  # whose lines are tried one by one, too
def test_every_seed_is_read(every: dict[str, Parser], tmp_path: Path) -> None:
    for name, parser in every.items():
        for file, data in parser.seeds.items():
            outcome, _ = tried(parser, file, data, tmp_path)
            assert outcome == ("refused" if name == "keys" else "read"), (name, outcome)


def test_a_parser_that_gives_way_is_told(tmp_path: Path) -> None:
    def crashes(path: Path) -> object:
        raise KeyError(path.name)

    outcome, _ = tried(Parser({}, crashes), "a", b"", tmp_path)
    assert outcome.startswith("KeyError")
