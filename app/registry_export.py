"""The registry of dossiers (台账) written as .xlsx: what the home list knows, a row a dossier."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text

from app.outside import cause
from app.progress import Progress
from exporters import registry_table
from exporters.registry_table import RegistryRow
from forms.dossier import Agreement, Dossier, Enterprise, File, Visit
from forms.errors import UserError
from forms.evaluation import Stage
from forms.photo_facts import BEIJING
from grading.score import grade
from grading.sheet import sheet_of

if TYPE_CHECKING:
    from app.workbench import Summary, Workbench

SUFFIX = ".xlsx"


def export_registry(
    bench: Workbench, path: Path, today: dt.date | None = None
) -> Iterator[Progress]:
    """Write all dossiers in the home list's order; the last Progress says where.

    It is written beside its place and moved there when it is whole; ceasing to iterate leaves what
    was there before. UserError where there is nothing to write, or the disk refuses.
    """
    today = today or dt.date.today()
    if path.suffix.lower() != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    summaries = bench.summaries()
    if not summaries:
        raise UserError("还没有档案，没有导出台账，请先新建或导入档案。")
    updated = _updated(bench)
    rows = []
    for done, summary in enumerate(summaries):
        yield Progress(done, len(summaries), f"正在汇总“{summary.name or '未命名企业'}”")
        rows.append(_row(bench, summary, updated.get(summary.id), today))
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as work:
            registry_table.write(rows, Path(work) / "table.xlsx")
            os.replace(Path(work) / "table.xlsx", path)
    except OSError as error:
        raise UserError(
            f"不能写入“{path}”（{cause(error)}），没有导出台账，原有文件未动，"
            "请关闭正在使用该文件的程序，或换一个文件夹。"
        ) from error
    yield Progress(len(rows), len(rows), f"台账已导出：{path.name}，共 {len(rows)} 家", made=path)


def _row(
    bench: Workbench, summary: Summary, updated: dt.datetime | None, today: dt.date
) -> RegistryRow:
    facts, dossier = bench.summary(summary.id, today), bench.dossier(summary.id)
    enterprise, file = dossier.one(Enterprise), dossier.one(File)
    signed = dossier.one(Agreement).signed_on
    visits = dossier.all(Visit)
    return RegistryRow(
        name=summary.name or "未命名企业",
        code=summary.code,
        district=summary.district,
        industry=summary.industry,
        size=enterprise.size,
        batch=file.batch,
        owner=file.owner,
        step=facts["step"],
        steps=facts["steps"],
        own_level=_own_level(bench, dossier),
        level=facts["level"],
        target=facts["target"],
        score=None if facts["level"] is None else facts["score"],
        findings=facts["findings"],
        signed=signed,
        term_end=_term_end(signed, bench.pack.term_days),
        days_left=facts["days_left"],
        visits=len(visits),
        last_visit=max((visit.date for visit in visits if visit.date is not None), default=None),
        words=facts["words"],
        updated=updated,
    )


def _term_end(signed: dt.date | None, days: int) -> dt.date | None:
    """The last day of the agreement's term (附件2 第一条 2)."""
    try:
        return signed + dt.timedelta(days=days) if signed is not None else None
    except OverflowError:  # in the last year that there is
        return None


def _own_level(bench: Workbench, dossier: Dossier) -> int | None:
    """The level of the self-assessment; None while answers are open."""
    instrument = bench.pack.instrument
    held = grade(instrument, sheet_of(dossier, Stage.SELF, instrument))
    return held.level if held.complete else None


def _updated(bench: Workbench) -> dict[UUID, dt.datetime]:
    """When each dossier was last edited, by Beijing's clock; sheets know no zones."""
    found = {}
    with bench.store.session() as session:
        for dossier, at in session.connection().execute(_LAST):
            try:
                moment = dt.datetime.fromisoformat(at)
            except ValueError:  # a foreign bundle's
                continue
            zoned = moment.astimezone(BEIJING) if moment.tzinfo else moment
            found[UUID(dossier)] = zoned.replace(tzinfo=None, microsecond=0)
    return found


_LAST = text("SELECT dossier_id, max(at) FROM log GROUP BY dossier_id")
