"""Handing work out: the whole log for a colleague, with those files that the colleague needs.

A work bundle has no papers; it goes to one of the team, and comes back as one. What of the
dossier's files is left out stays with whoever has it: the records name it by its hash.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app import bundle_files, durable
from app.awaited import awaited
from app.closing import OPEN, Closing, closed
from app.outside import cause, plain_name
from app.progress import Progress
from exporters import bundle
from forms.dossier import Attachment, Dossier, Enterprise, File, Photo
from forms.errors import UserError
from grading.assignments import Parts

if TYPE_CHECKING:
    from app.workbench import Workbench

KIND = "work"
"""What the manifest of such a bundle says that it is."""


def pack(
    bench: Workbench,
    dossier_id: UUID,
    folder: Path,
    closing: Closing = OPEN,
    files: Collection[UUID] | None = None,
    to: str = "",
) -> Iterator[Progress]:
    """Write a work bundle into `folder`; the last Progress names it.

    `files` are the photos and attachments (by record) that go along, None all of them; `to` is the
    colleague whom it is for. UserError where it cannot be written; nothing is left then.
    """
    closing.check()
    dossier = bench.dossier(dossier_id)
    name = plain_name(dossier.one(Enterprise).name or "未命名企业")
    parts = [name, plain_name(to or bench.person or "工作包"), f"{dt.datetime.now():%Y%m%d-%H%M}"]
    target = folder / f"{'_'.join(parts)}{closing.ending}"
    away = awaited(bench.store, dossier)
    held = bundle_files.stored(
        bench.store, _with_files(dossier, files, away), withdrawn=files is None
    )
    for trouble in bundle_files.told(held.lost):
        yield Progress(0, 0, "没有打包部分照片和附件", trouble)
    members = [*held.members, *bundle_files.data(bench, dossier_id)]
    facts = {
        "kind": KIND,
        "dossier": str(dossier_id),
        "enterprise": dossier.one(Enterprise).name,
        "pack": dossier.one(File).pack or bench.pack.id,
        "to": to,
        "made_on": dt.date.today().isoformat(),
        "marking": "保密",
    }
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as work:
            made = Path(work) / target.name
            signing = bundle_files.signing(bench, members[-1])
            with made.open("wb") as out, closed(closing, out) as stream:
                for done, inside in enumerate(bundle.write(members, facts, stream, signing)):
                    yield Progress(done, len(members), f"正在打包 {inside}")
            durable.sync(made)
            durable.place(made, target)
    except OSError as error:
        raise UserError(
            f"不能写入“{folder}”（{cause(error)}），工作包没有写成，请检查磁盘空间或换一个文件夹。"
        ) from error
    rest = f"；{len(away)} 个照片和附件的原件在同事处，不在包内" if away else ""
    yield Progress(len(members), len(members), f"{target.name}{rest}", made=target)


def _with_files(
    dossier: Dossier, files: Collection[UUID] | None, away: Collection[UUID]
) -> Dossier:
    """The dossier with only those photos and attachments that go along: what never came here is
    nothing that this laptop lost."""

    def goes(record: UUID) -> bool:
        return record not in away and (files is None or record in files)

    records = {
        name: [row for row in rows if not isinstance(row, Photo | Attachment) or goes(row.id)]
        for name, rows in dossier.records.items()
    }
    return Dossier(dossier.id, records)


@dataclass(frozen=True, slots=True)
class Luggage:
    """What goes along for a colleague and what stays, in files and bytes; `files` by record.

    `away` are at other colleagues', and can go with their bundles alone.
    """

    files: frozenset[UUID]
    photos: int
    attachments: int
    size: int
    left: int
    left_size: int
    away: int


def luggage(bench: Workbench, dossier: Dossier, person: str) -> Luggage:
    """The files that a colleague needs for the parts that are theirs."""
    away = awaited(bench.store, dossier)
    needed = Parts(dossier, bench.pack).files_for(person)
    here: list[Photo | Attachment] = [*dossier.all(Photo), *dossier.all(Attachment)]
    here = [row for row in here if row.id not in away]
    along = [row for row in here if row.id in needed]
    photos = sum(isinstance(row, Photo) for row in along)
    size = sum(row.size or 0 for row in along)
    return Luggage(
        files=frozenset(row.id for row in along),
        photos=photos,
        attachments=len(along) - photos,
        size=size,
        left=len(here) - len(along),
        left_size=sum(row.size or 0 for row in here) - size,
        away=len(away),
    )
