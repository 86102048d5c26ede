"""The demo: the main job on the bundled samples, with no screen, in a throw-away data folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from app.keys import new_keys
from app.outside import cause
from app.progress import Progress
from app.samples import COMPLETE, FAULTY, load_sample
from app.workbench import Workbench
from exporters import bundle
from forms.errors import UserError


def demo(out: Path) -> Iterator[Progress]:
    """Write every document of the samples below `out`; the Progress of a written file names it.

    The faulty sample's final export is refused, as it must be; its draft is written. Raises
    UserError where a bundle that was just written does not verify.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"不能写入“{out}”（{cause(error)}），没有运行，请换一个文件夹。") from error
    with tempfile.TemporaryDirectory() as folder:
        bench = Workbench.open(Path(folder), keys=new_keys())
        try:
            for slug in (*COMPLETE, FAULTY):
                yield from _one(bench, slug, out)
        finally:
            bench.close()


def _one(bench: Workbench, slug: str, out: Path) -> Iterator[Progress]:
    dossier_id = None
    for step in load_sample(bench, slug):
        if isinstance(step, UUID):
            dossier_id = step
        else:
            yield step
    assert dossier_id is not None
    yield from bench.examine(dossier_id)
    for step in bench.export(dossier_id, out, draft=slug == FAULTY):
        yield step
        made = step.made
        if made and made.suffix == ".zip" and not bundle.verify(made).whole:
            raise UserError(f"“{made.name}”写出后核对不符，请检查磁盘后重新运行。")
