"""What the commands have in common: usage, what is printed where, and the open store."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from app.outside import read_text
from app.progress import Progress
from forms.errors import UserError

if TYPE_CHECKING:
    from app.workbench import Workbench

WELL, FAILS, BAD = 0, 1, 2
_PASSPHRASE_CEILING = 4096

#: What argparse finds wrong, as it says it and as this program says it.
_USAGE = (
    (r"the following arguments are required: (.*)", r"缺少 \1"),
    (r"unrecognized arguments: (.*)", r"多出 \1"),
    (r"argument 命令: invalid choice: '(.*)' \(choose from .*", r"没有“\1”这个命令"),
    (r"argument (.*): invalid .* value: '(.*)'", r"\1 的值“\2”不合要求"),
    (r"argument (.*): expected .*", r"\1 后面缺少内容"),
    (r"argument (.*): ignored explicit argument .*", r"\1 后面不带内容"),
)


class Parser(argparse.ArgumentParser):
    """Says usage errors as one Chinese sentence."""

    def error(self, message: str) -> NoReturn:
        message = " ".join(message.split())
        for english, chinese in _USAGE:
            if found := re.fullmatch(english, message):
                message = found.expand(chinese)
        raise UserError(f"命令写法不对（{message}），未作任何改动，请用 --help 查看用法。")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def print_line(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


def follow(steps: Iterable[Progress]) -> int:
    """Show progress, print what was made; FAILS where something was left out."""
    made, status = [], WELL
    for step in steps:
        say(f"[{step.done}/{step.total}] {step.text}" if step.total else step.text)
        if step.trouble:
            say(step.trouble)
            status = FAILS
        if step.made:
            made.append(step.made)
    for path in made:
        print(path)
    return status


def bench_of(options: argparse.Namespace) -> AbstractContextManager[Workbench]:
    """The open store, as a context manager that closes it."""
    from app.workbench import Workbench

    return closing(Workbench.open(folder_of(options), secret_of(options)))


def folder_of(options: argparse.Namespace) -> Path | None:
    named = options.data_after or options.data
    return Path(named) if named else None


def secret_of(options: argparse.Namespace) -> str:
    """The passphrase, for where there is no keyring; "" where none is given.

    The last line's end is not a part of it: editors put one there.
    """
    if options.passphrase_file is None:
        return os.environ.get("ZHENGAI_PASSPHRASE", "")
    return passphrase_in(options.passphrase_file, "没有打开数据")


def passphrase_in(path: Path | None, rest: str) -> str:
    """The passphrase in a file; "" where none is named. UserError where there is none in it."""
    if path is None:
        return ""
    found = read_text(path, _PASSPHRASE_CEILING, f"{rest}，请核对口令文件。").rstrip("\r\n")
    if not found:
        raise UserError(f"口令文件“{path.name}”是空的，{rest}，请核对口令文件。")
    return found
