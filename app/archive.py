"""结项归档: a finished dossier goes into a bundle that is read back, then off this laptop.

What stays is that it was archived, when, and the archive's hash; and a note of destruction to
sign, beside the archive.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlmodel import Session, col, func, select

from app import bundle_check, durable, handin, purge
from app.closing import Closing
from app.handin_choice import Packing
from app.intake import ATTACHMENTS, ORIGINALS
from app.log import LogRow
from app.outside import cause
from app.portfolio import ARCHIVED
from app.progress import Progress
from app.signers import Signers
from app.tables import Meta
from exporters import destruction
from exporters.destruction import Destroyed
from exporters.docx_renderer import render_docx
from exporters.pdf_renderer import render_pdf
from forms.dossier import Attachment, Dossier, Enterprise, Photo
from forms.errors import UserError

if TYPE_CHECKING:
    from app.workbench import Workbench

DONE = "已归档，并已从本机清除"


def archive(
    bench: Workbench,
    dossier_id: UUID,
    out: Path,
    closing: Closing,
    busy: Callable[[], bool] = lambda: False,
) -> Iterator[Progress]:
    """Write the bundle below `out`, read it back, wipe the dossier, leave the note of destruction.

    The last ones (DONE) name what was made, and in `trouble` what holds the dossier still: files
    that the disk keeps, backups. `busy` tells whether a job of somebody's runs. UserError where the
    dossier is not finished, a file of it cannot be archived, the bundle is not sound, or the
    dossier was changed meanwhile: it stays on the laptop then, whole. Ceasing to iterate before the
    wiping leaves it likewise.
    """
    if busy():
        raise UserError("另有任务正在进行，没有归档，档案未变，请等待其完成后再试。")
    before = _state(bench, dossier_id)
    bundle = yield from _written(bench, dossier_id, out, closing)
    yield Progress(0, 0, "正在核验归档文件")
    digest = _verified(bench, bundle, closing)
    note = partial(_note, bench, bundle=bundle, sha256=digest, closing=closing)
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=bundle.parent) as work:
            yield Progress(0, 0, "正在清除本机上的档案")
            made, stuck = _wiped(bench, dossier_id, before, digest, note, Path(work), busy)
            for path in made:
                durable.sync(path)
                durable.place(path, bundle.parent / path.name)
    except OSError as error:
        raise UserError(
            f"“{bundle.parent}”不能写入（{cause(error)}），销毁记录没有存上，"
            "归档文件完好，请检查磁盘空间后查看档案列表。"
        ) from error
    trouble = stuck + (purge.scour(bench.store) or purge.held_elsewhere(bench.store))
    # Not to be stopped from the wiping on: whoever ceases here has it done.
    for path in (*(bundle.parent / each.name for each in made), bundle):
        yield Progress(1, 1, DONE, trouble, path)


def _written(
    bench: Workbench, dossier_id: UUID, out: Path, closing: Closing
) -> Generator[Progress, None, Path]:
    """The bundle; nothing of the dossier may be left out of it, for it is wiped here."""
    made: list[Path] = []
    everything = Packing(withdrawn=True)
    for step in handin.export(bench, dossier_id, out, ("bundle",), False, closing, everything):
        if step.trouble and step.text.startswith("没有打包"):
            raise UserError(
                f"{step.trouble.rstrip('。')}；没有归档，档案未变，也可将该条记录彻底删除后再归档。"
            )
        if step.made is not None:
            made.append(step.made)
        yield Progress(step.done, step.total, step.text, step.trouble)
    return made[-1]


def _verified(bench: Workbench, bundle: Path, closing: Closing) -> str:
    """The SHA-256 of a bundle that was read back and is sound. UserError where it is not."""
    trouble = ""
    try:
        found = bundle_check.check(bundle, closing.passphrase, Signers(bench.store))
        if not (found.sound and found.signed):
            trouble = found.sentence if found.verdict.whole else "有文件缺失或与清单不符"
        with bundle.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        trouble = cause(error)
    except UserError as error:
        trouble = str(error)
    if trouble:
        raise UserError(
            f"归档文件没有通过核验（{trouble.rstrip('。')}），档案仍在本机、未作改动，"
            "请换一个位置重新归档。"
        )
    return digest


def _wiped(
    bench: Workbench,
    dossier_id: UUID,
    before: tuple[int, ...],
    digest: str,
    note: Callable[..., list[Path]],
    work: Path,
    busy: Callable[[], bool],
) -> tuple[list[Path], str]:
    """Wipe the dossier in one transaction, the note being written before; then its files. The
    note's files, and a sentence where the disk keeps some of the dossier's."""
    bench.store.unsettle()  # a kill between the commit and the files: the next start removes them
    with bench.writing() as (session, log, _records):
        log.seal(dossier_id)
        if busy() or _counted(session, dossier_id) != before:
            raise UserError("归档期间档案又有改动或另有任务，没有清除，档案仍在本机，请重新归档。")
        files = files_in(session, dossier_id)
        dossier = bench.dossier(dossier_id)
        purge.wipe_rows(session, dossier_id)
        unused = purge.forget_files(session, files)
        facts = {"on": dt.date.today().isoformat(), "sha256": digest}
        session.merge(Meta(key=f"{ARCHIVED}{dossier_id.hex}", value=json.dumps(facts)))
        made = note(dossier=dossier, edits=before[0], shared=len(files) - len(unused), work=work)
    return made, purge.drop_files(bench.store, unused)


def _state(bench: Workbench, dossier_id: UUID) -> tuple[int, ...]:
    with bench.writing() as (session, log, _records):
        log.seal(dossier_id)
        return _counted(session, dossier_id)


def _counted(session: Session, dossier_id: UUID) -> tuple[int, ...]:
    """How many rows the log has, its highest counter, and how many were not erased."""
    query = select(func.count(), func.max(LogRow.counter), func.count(col(LogRow.value)))
    count, top, kept = session.exec(query.where(LogRow.dossier_id == dossier_id)).one()
    return count, top or 0, kept


def files_in(session: Session, dossier_id: UUID) -> list[purge.Held]:
    """The originals and attachments that a dossier names."""
    found = set()
    for kind, area in ((Photo, ORIGINALS), (Attachment, ATTACHMENTS)):
        hashes = session.exec(select(kind.sha256).where(kind.dossier_id == dossier_id))
        found |= {(area, digest) for digest in hashes if digest}
    return sorted(found)


def _note(
    bench: Workbench,
    *,
    dossier: Dossier,
    edits: int,
    shared: int,
    work: Path,
    bundle: Path,
    sha256: str,
    closing: Closing,
) -> list[Path]:
    """The note of destruction as .pdf and .docx in `work`."""
    enterprise = dossier.one(Enterprise)
    if closing.recipients:
        closed = "以指定人员的公钥加密"
    else:
        closed = "AES-256 口令加密，口令另行保管" if closing.passphrase else "未加密"
    document = destruction.compose(
        Destroyed(
            enterprise=enterprise.name,
            code=enterprise.credit_code,
            number=str(dossier.id),
            records=sum(len(rows) for rows in dossier.records.values()),
            edits=edits,
            photos=len(dossier.records.get("photo", ())),
            attachments=len(dossier.records.get("attachment", ())),
            shared=shared,
            person=bench.person,
            at=dt.datetime.now(),
            archive=bundle.name,
            place=str(bundle.parent),
            sha256=sha256,
            closed=closed,
        )
    )
    pdf, docx = (work / f"{destruction.TITLE}{ending}" for ending in (".pdf", ".docx"))
    render_pdf(document, pdf)
    render_docx(document, docx)
    return [pdf, docx]
