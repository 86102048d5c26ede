"""Commands run in this process, as the tests type them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.commands import run


class Shell:
    """Runs commands in this process; each answers with status, JSON lines, and words."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *argv: object) -> tuple[int, list[dict[str, Any]], str]:
        status, out, words = self.raw(*argv)
        return status, [json.loads(line) for line in out.splitlines()], words

    def raw(self, *argv: object) -> tuple[int, str, str]:
        status = run([str(part) for part in argv])
        out, words = self._capsys.readouterr()
        assert "Traceback" not in words
        return status, out, words

    def refused(self, *argv: object) -> str:
        """The one sentence of a command that is refused, with status 2 and no output."""
        status, out, words = self.raw(*argv)
        assert (status, out) == (2, "")
        assert words.endswith("。\n") and words.count("\n") == 1
        return words
