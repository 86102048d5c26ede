"""The long work of the page 数据安全, as generators for the job runner: keys, and backups."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtPrintSupport import QPrinter

from app import backups
from app.keys import KeyFile, keyring_name
from app.outside import cause
from app.progress import Progress
from app.workbench import Workbench
from exporters import recovery_page
from exporters.pdf_renderer import render_pdf
from forms.errors import UserError
from widgets.printing import print_pdf

_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup as the list shows it; `size` in bytes, None where it went meanwhile."""

    made_at: dt.datetime
    name: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Safety:
    """Who can open the store, and what there is of it besides.

    `keyring` names this machine's, "" where there is none; `remembered` says that it has the key.
    """

    keyring: str
    remembered: bool
    passphrase: bool
    recovery: bool
    copies: tuple[Copy, ...]
    more: int
    second: Path | None

    @property
    def elsewhere(self) -> bool:
        """Whether anything but this machine's keyring opens the store and its backups."""
        return self.passphrase or self.recovery


def look(bench: Workbench) -> Iterator[Safety]:
    """How things stand; keyrings answer slowly at times."""
    store, key_file = bench.store, bench.store.key_file
    found = backups.newest(store)
    yield Safety(
        keyring_name(),
        key_file.is_remembered(store.keys),
        key_file.has_passphrase,
        key_file.has_recovery,
        tuple(Copy(each.made_at, each.path.name, _size(each.path)) for each in found[:_SHOWN]),
        len(found[_SHOWN:]),
        backups.second_place(store),
    )


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


@contextmanager
def _keeping(bench: Workbench, what: str) -> Iterator[KeyFile]:
    """The key file to change; a disk that refuses becomes a sentence, and the file is as it was."""
    try:
        yield bench.store.key_file
    except OSError as error:
        raise UserError(
            f"{what}没有存上（{cause(error)}），数据未受影响，请检查磁盘空间和权限后重试。"
        ) from error


def remember(bench: Workbench) -> Iterator[Progress]:
    """Have this machine's keyring keep the key. UserError where it does not."""
    yield Progress(0, 0, "正在存入密钥环")
    with _keeping(bench, "密钥环的记录") as key_file:
        if not key_file.remember(bench.store.keys):
            raise UserError(
                "系统密钥环没有保存密钥，数据未受影响，仍以口令或恢复密钥打开，"
                "请解锁系统密钥环后重试。"
            )
    yield Progress(1, 1, "密钥已存入本机的系统密钥环。")


def set_passphrase(bench: Workbench, passphrase: str) -> Iterator[Progress]:
    """Have a passphrase open the store; the one before does no more."""
    yield Progress(0, 0, "正在设定口令")
    with _keeping(bench, "口令") as key_file:
        key_file.set_passphrase(bench.store.keys, passphrase)
    yield Progress(1, 1, "口令已设定。")


def make_recovery(bench: Workbench) -> Iterator[str]:
    """A new recovery key, in groups of four; the one before opens nothing any more."""
    with _keeping(bench, "恢复密钥") as key_file:
        made = key_file.make_recovery(bench.store.keys)
    yield made


def print_recovery(bench: Workbench, key: str, printer: QPrinter) -> Iterator[Progress]:
    """Print the recovery key's page; it is nowhere on the disk."""
    page = io.BytesIO()
    number = bench.store.key_file.short
    render_pdf(recovery_page.compose(key, number, dt.date.today()), page)
    yield from print_pdf(page.getvalue(), printer)


def choose_second(bench: Workbench, place: Path | None) -> Iterator[Progress]:
    """Use a second place for backups, and fill it at once; or (None) no more."""
    yield Progress(0, 0, "正在检查第二备份位置")
    backups.set_second_place(bench.store, place)
    if place is None:
        yield Progress(1, 1, "第二备份位置已停用，其中已有的备份没有删除。")
    else:
        yield from back_up(bench)


def back_up(bench: Workbench) -> Iterator[Progress]:
    """Make a backup now, in the second place as well."""
    yield from backups.back_up(bench.store)
    yield Progress(1, 1, "备份已完成。")
