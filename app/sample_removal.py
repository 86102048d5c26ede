"""The bundled samples off this machine again, whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from app import archive, purge
from app.exchange import Reader
from app.progress import Progress
from app.samples import EVERY
from forms.dossier import Enterprise

if TYPE_CHECKING:
    from app.workbench import Workbench

MARK = "示例"
"""What every sample's name begins with; one that was renamed is somebody's work."""


@cache
def sample_ids() -> frozenset[UUID]:
    """The dossiers that the samples become, wherever they are opened."""
    return frozenset(Reader({"id": f"sample-{slug}"}).dossier_id for slug in EVERY)


def remove_samples(bench: Workbench) -> Iterator[Progress]:
    """Wipe the samples that are there, with their files; the last Progress says how many.

    One whose enterprise was renamed stays, and is named in `trouble`, as are files that the disk
    keeps.
    """
    there = [each.id for each in bench.summaries() if each.id in sample_ids()]
    gone, trouble = 0, list[str]()
    for dossier_id in there:
        yield Progress(gone, len(there), "正在移除样例档案")
        name = bench.dossier(dossier_id).one(Enterprise).name
        if name.startswith(MARK):
            trouble.append(_wipe(bench, dossier_id))
            gone += 1
        else:
            trouble.append(f"“{name}”由样例改名而来，按正式档案对待，没有移除，可以结项归档。")
    yield Progress(1, 1, f"已移除样例档案 {gone} 份。", "".join(dict.fromkeys(trouble)))


def _wipe(bench: Workbench, dossier_id: UUID) -> str:
    bench.store.unsettle()  # a kill between the commit and the files: the next start removes them
    with bench.writing() as (session, log, _records):
        log.seal(dossier_id)
        files = archive.files_in(session, dossier_id)
        purge.wipe_rows(session, dossier_id)
        unused = purge.forget_files(session, files)
    return purge.drop_files(bench.store, unused)
