"""The manual page of the package says what the commands take: no more, no less."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from app.commands import _parser

PAGE = (Path(__file__).parent.parent / "installers/zhengai.1").read_text("utf-8")
#: The window's own word, which main.py reads, and the help that each command has.
_WINDOW, _HELP = {"--measure-start"}, {"--help"}


def _taken(parser: argparse.ArgumentParser) -> tuple[set[str], set[str]]:
    """The commands and the long options of a parser, those of its commands included."""
    commands, options = set[str](), set[str]()
    for action in parser._actions:
        options |= {name for name in action.option_strings if name.startswith("--")}
        if isinstance(action, argparse._SubParsersAction):
            for name, part in action.choices.items():
                commands.add(name)
                options |= _taken(part)[1]
    return commands, options


def test_the_manual_page_names_each_command_and_option_and_no_other() -> None:
    commands, options = _taken(_parser())
    named = re.findall(r"^\.TP\n\.BI? ([a-z]+)", PAGE, re.MULTILINE)
    assert sorted(named) == sorted(commands)
    assert set(re.findall(r"--[a-z-]+", PAGE.replace(r"\-", "-"))) == (options - _HELP) | _WINDOW
