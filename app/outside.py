"""Outside the program: files of plain values, names that any system takes, the system's errors."""

from __future__ import annotations

import errno
import json
import os
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forms.errors import UserError

#: Neither a dossier nor an answer sheet nests deeper; the C parser has no bound of its own.
DEPTH_CEILING = 30

_CAUSES = {
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "文件过大",
    errno.EACCES: "没有访问权限",
    errno.EPERM: "没有访问权限",
    errno.EROFS: "磁盘只读",
    errno.ENOENT: "文件或文件夹不存在",
    errno.ENOTDIR: "所在位置不是文件夹",
    errno.EISDIR: "这是文件夹",
    errno.EEXIST: "同名文件已存在",
    errno.ENAMETOOLONG: "名称过长",
    errno.EIO: "磁盘读写出错",
}
_STORE_CAUSES = {
    sqlite3.SQLITE_FULL: "磁盘空间不足",
    sqlite3.SQLITE_READONLY: "数据文件夹只读",
    sqlite3.SQLITE_BUSY: "数据库正被其他程序占用",
    sqlite3.SQLITE_LOCKED: "数据库正被其他程序占用",
    sqlite3.SQLITE_IOERR: "磁盘读写出错",
    sqlite3.SQLITE_CANTOPEN: "数据库文件打不开",
    sqlite3.SQLITE_CORRUPT: "数据库文件已损坏",
    sqlite3.SQLITE_NOTADB: "数据库文件已损坏",
}


def cause(error: BaseException | None) -> str:
    """Why the system or the database refused, in a few Chinese words for a sentence's brackets."""
    if isinstance(error, sqlite3.Error) or hasattr(error, "sqlite_errorcode"):
        code = getattr(error, "sqlite_errorcode", 0)
        return _STORE_CAUSES.get(code & 0xFF, f"数据库错误 {code}")
    if isinstance(error, OSError):
        return _CAUSES.get(error.errno or 0, f"系统错误 {error.errno}")
    return "原因不明"


def expand(paths: list[Path], ceiling: int) -> Iterator[Path]:
    """The paths, and the files inside folders but for hidden ones, `ceiling` at most."""
    left = ceiling
    for path in paths:
        for item in _below(path) if path.is_dir() else [path]:
            if left == 0:
                return
            left -= 1
            yield item


def _below(folder: Path) -> Iterator[Path]:
    """Files below a folder; linked folders are not entered, for they may lead in circles."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root, name) for name in sorted(names) if not name.startswith("."))


def read_plain(path: Path, ceiling: int, rest: str) -> Any:
    """The plain values of a JSON or YAML file of at most `ceiling` bytes.

    YAML is told by its ending, .yaml or .yml; all else is JSON. Aliases, which let a small file
    unfold without bound, and nesting beyond DEPTH_CEILING are refused. Raises UserError; `rest` is
    the end of its sentence: what was not done, and what to do.
    """
    import yaml  # loaded late: what every start needs is in this module too

    text = read_text(path, ceiling, rest)
    try:
        if path.suffix.lower() not in (".yaml", ".yml"):
            return json.loads(text)
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        refuse_unbounded(text, loader)
        return yaml.load(text, Loader=loader)
    except (ValueError, yaml.YAMLError, RecursionError):
        raise UserError(f"“{path.name}”不是可读的 JSON 或 YAML，{rest}") from None


def read_text(path: Path, ceiling: int, rest: str) -> str:
    """A text file in UTF-8 of at most `ceiling` bytes. Raises as `read_plain`."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(ceiling + 1)
    except OSError as error:
        raise UserError(f"“{path.name}”不能读取（{cause(error)}），{rest}") from None
    if len(raw) > ceiling:
        size = f"{ceiling >> 20} 兆字节" if ceiling >> 20 else f"{ceiling} 字节"
        raise UserError(f"“{path.name}”超过 {size}，{rest}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"“{path.name}”不是 UTF-8 文本，{rest}") from None


def refuse_unbounded(text: str, loader: Any) -> None:
    """MarkedYAMLError where the YAML nests too deep or uses aliases; events alone are read here."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=loader):
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(None, None, "an alias", mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_CEILING:
            raise yaml.MarkedYAMLError(None, None, "nested too deep", mark)


_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d) *(\..*)?")
#: Controls, marks that turn the direction of writing, halves of characters, line ends.
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def plain_name(text: str) -> str:
    """A file name that Windows, macOS and Linux all take.

    At most 60 characters and 180 bytes of UTF-8: 255 is what a name may have with its ending.
    """
    seen = "".join(c for c in text if unicodedata.category(c) not in _INVISIBLE)
    name = _FORBIDDEN.sub("_", " ".join(seen.split())).strip(" .")[:60]
    name = name.encode()[:180].decode(errors="ignore").strip(" .")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name
