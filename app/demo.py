"""The demo: the main job on the bundled samples, with no screen, in a throw-away data folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from app import drafts
from app.keys import new_keys
from app.outside import cause
from app.packs import DEFAULT_PACK
from app.progress import Progress
from app.samples import FAULTY, OF_PACK, load_sample
from app.workbench import Workbench
from exporters import bundle
from forms.dossier import Paragraph
from forms.errors import UserError


def demo(out: Path, pack: str = DEFAULT_PACK) -> Iterator[Progress]:
    """Write every document of a pack's samples below `out`; a written file's Progress names it.

    A sample without prose is drafted and its drafts are confirmed. The faulty sample's final export
    is refused, as it must be; its draft is written. Raises UserError where a bundle that was just
    written does not verify, or there is no such pack or no sample of it.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"不能写入“{out}”（{cause(error)}），没有运行，请换一个文件夹。") from error
    with tempfile.TemporaryDirectory() as folder:
        bench = Workbench.open(Path(folder), keys=new_keys(), pack=pack)
        try:
            if pack not in OF_PACK:
                raise UserError(f"方案包“{pack}”没有样例，没有运行，请先备好样例档案。")
            for slug in OF_PACK[pack]:
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
    if not bench.dossier(dossier_id).all(Paragraph):
        yield from _drafted(bench, dossier_id)
    for step in bench.export(dossier_id, out, draft=slug == FAULTY):
        yield step
        made = step.made
        if made and made.suffix == ".zip" and not bundle.verify(made).whole:
            raise UserError(f"“{made.name}”写出后核对不符，请检查磁盘后重新运行。")


def _drafted(bench: Workbench, dossier_id: UUID) -> Iterator[Progress]:
    """Have the report drafted, and confirm every paragraph as a person does who has read it."""
    yield from drafts.propose(bench, dossier_id)
    waiting = [each for each in bench.dossier(dossier_id).all(Paragraph) if each.drafted]
    for done, paragraph in enumerate(waiting, 1):
        bench.put(dossier_id, "paragraph", paragraph.id, "drafted", False)
        yield Progress(done, len(waiting), f"样例演示代为逐段确认拟写的草稿，共{len(waiting)}段")
    bench.seal(dossier_id)
