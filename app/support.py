"""支持包: what somebody who mends the program needs, as text that a person can read beforehand."""

from __future__ import annotations

import os
import platform
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app import doctor
from app.log_file import discreet, without_paths
from app.outside import cause
from app.progress import Progress
from app.store import SCHEMA, Store
from forms.errors import UserError

SUFFIX = ".zip"
_LINES = 2_000
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")


@dataclass(frozen=True, slots=True)
class Support:
    """The files of a support bundle: names and what stands in them."""

    files: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """All of it, as it is shown before it is saved."""
        return "\n\n".join(f"【{name}】\n{words}" for name, words in self.files)


def gather(store: Store, log: Path) -> Iterator[Progress | Support]:
    """Look this machine over, which takes some seconds; the Support comes last."""
    lines = [f"系统：{platform.system()} {platform.release()} {platform.machine()}"]
    lines.append(f"数据结构版本：{SCHEMA}")
    for result in doctor.examine(None, store=store):
        yield Progress(0, 0, f"正在检查{result['check']}")
        mark = "正常" if result["ok"] else "异常"
        told = "；".join(filter(None, (result["detail"], result["remedy"])))
        lines.append(f"{result['check']}：{mark}。{without_paths(told)}")
    yield Support((("检查结果.txt", "\n".join(lines)), ("日志.txt", _log(log))))


def _log(path: Path) -> str:
    """The log's last lines; an earlier version wrote there what does not belong there."""
    try:
        text = path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return "没有日志。"
    except OSError as error:
        return f"日志不能读取（{cause(error)}）。"
    found = []
    for line in text.splitlines()[-_LINES:]:
        stamp = _STAMP.match(line)
        head = stamp[0] if stamp else ""
        found.append(head + discreet(line[len(head) :]))
    return "\n".join(found) or "日志为空。"


def save(support: Support, path: Path) -> Path:
    """Write the .zip that was shown, whole or not at all; where it is. UserError."""
    if path.suffix.lower() != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as work:
            made = Path(work) / "support.zip"
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, words in support.files:
                    archive.writestr(name, words)
            os.replace(made, path)
    except OSError as error:
        raise UserError(
            f"支持包没有存上（{cause(error)}），原有文件未动，请换一个位置再试。"
        ) from error
    return path
