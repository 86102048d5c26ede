"""The gate check as a file that the system's viewer opens, to be printed there."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from app.outside import cause, plain_name
from app.progress import Progress
from exporters import gate_check
from exporters.pdf_renderer import render_pdf
from forms.dossier import Enterprise
from forms.errors import UserError
from grading.gate_check import Todo
from grading.visit_day import Scene


def write(scene: Scene, items: Sequence[Todo], at: dt.datetime) -> Iterator[Progress]:
    """Write the list of one visit as .pdf; the last Progress says where.

    Each list has a folder of its own, for a viewer may still hold the one before; all are removed
    when the program ends. UserError where the disk refuses.
    """
    yield Progress(0, 1, "正在编排离场检查清单")
    company = plain_name(scene.dossier.one(Enterprise).name or "未命名企业")
    name = f"{company}-第{scene.view.number}次离场检查清单.pdf"
    try:
        path = Path(tempfile.mkdtemp(dir=_folder().name)) / name
        render_pdf(gate_check.compose(scene, items, at), path)
    except OSError as error:
        raise UserError(
            f"不能写入临时文件夹（{cause(error)}），没有生成清单，请检查磁盘空间，或改为复制清单。"
        ) from error
    yield Progress(1, 1, name, made=path)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="zhengai-", ignore_cleanup_errors=True)
