"""The registry of dossiers (台账) written as .xlsx: what the home list knows, a row a dossier, and
the counts over all of them as further sheets."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select

from app.outside import cause
from app.progress import Progress
from app.statistics import counted
from app.summaries import SummaryRow
from exporters import registry_table, statistics_table
from exporters.registry_table import RegistryRow
from forms.dossier import Agreement, Enterprise, File, Provider, Visit
from forms.errors import UserError
from forms.photo_facts import BEIJING
from grading.overview import overview
from grading.rules.agreement import last_day

if TYPE_CHECKING:
    from app.summaries import Summary
    from app.workbench import Workbench

SUFFIX = ".xlsx"


def export_registry(
    bench: Workbench, path: Path, today: dt.date | None = None
) -> Iterator[Progress]:
    """Write all dossiers in the home list's order; the last Progress says where.

    Dossiers that changed since they were judged are judged first; what the days alone bring is the
    home list's to keep up, so that thousands are written within seconds. The file is written beside
    its place and moved there when it is whole; ceasing to iterate leaves what was there before.
    UserError where there is nothing to write, or the disk refuses.
    """
    today = today or dt.date.today()
    if path.suffix.lower() != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    changed = _changed(bench)
    for done, dossier_id in enumerate(changed):
        yield Progress(done, len(changed), "正在汇总改动过的档案")
        bench.review(dossier_id, today)
    summaries = bench.summaries()
    if not summaries:
        raise UserError("还没有档案，没有导出台账，请先新建或导入档案。")
    yield Progress(0, 0, f"正在写出 {len(summaries)} 家")
    rest = _rest(bench)
    rows = [_row(bench, summary, rest[summary.id], today) for summary in summaries]
    seen = overview(counted(bench.store, today), bench.pack)
    put_table(
        path,
        lambda table: registry_table.write(
            rows, table, lambda sheets: statistics_table.add(sheets, seen)
        ),
        "台账",
    )
    yield Progress(len(rows), len(rows), f"台账已导出：{path.name}，共 {len(rows)} 家", made=path)


def put_table(path: Path, write: Callable[[Path], object], what: str) -> None:
    """Have `write` make a file beside `path`, and move it there when it is whole.

    UserError where the disk refuses; `what` is what people call the table.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as work:
            table = Path(work) / "table.xlsx"
            write(table)
            os.replace(table, path)
    except OSError as error:
        raise UserError(
            f"不能写入“{path}”（{cause(error)}），没有导出{what}，原有文件未动，"
            "请关闭正在使用该文件的程序，或换一个文件夹。"
        ) from error


def _changed(bench: Workbench) -> list[UUID]:
    """The dossiers that changed since they were judged, or never were."""
    wanted = select(SummaryRow.dossier_id).where(col(SummaryRow.judged_on).is_(None))
    with bench.store.session() as session:
        return list(session.exec(wanted.where(col(SummaryRow.withdrawn).is_not(True))))


@dataclass(frozen=True, slots=True)
class _Rest:
    """What the home list does not show of a dossier, read for all of them at once."""

    batch: str
    owner: str
    provider: str
    size: str
    signed: dt.date | None
    visits: int = 0
    last_visit: dt.date | None = None
    updated: dt.datetime | None = None


def _rest(bench: Workbench) -> dict[UUID, _Rest]:
    updated = _updated(bench)
    with bench.store.session() as session:
        files = session.exec(select(File.id, File.batch, File.owner)).all()
        houses = dict(session.exec(select(Provider.dossier_id, Provider.name)).all())
        sizes = dict(session.exec(select(Enterprise.dossier_id, Enterprise.size)).all())
        signed = dict(session.exec(select(Agreement.dossier_id, col(Agreement.signed_on))).all())
        visits = session.exec(
            select(Visit.dossier_id, func.count(), func.max(Visit.date))
            .where(col(Visit.withdrawn).is_(False))
            .group_by(col(Visit.dossier_id))
        ).all()
    counted = {dossier: (count, last) for dossier, count, last in visits}
    return {
        key: _Rest(
            batch,
            owner,
            houses.get(key, ""),
            sizes.get(key, ""),
            signed.get(key),
            *counted.get(key, (0, None)),
            updated.get(key),
        )
        for key, batch, owner in files
    }


def _row(bench: Workbench, summary: Summary, rest: _Rest, today: dt.date) -> RegistryRow:
    facts = summary.facts
    ends = last_day(bench.pack, rest.signed) if rest.signed else None
    return RegistryRow(
        name=summary.name or "未命名企业",
        code=summary.code,
        district=summary.district,
        industry=summary.industry,
        size=rest.size,
        batch=rest.batch,
        owner=rest.owner,
        provider=rest.provider,
        step=facts.get("step", ""),
        steps=facts.get("steps", {}),
        own_level=facts.get("own_level"),
        level=facts.get("level"),
        target=facts.get("target"),
        score=None if facts.get("level") is None else facts["score"],
        findings=facts.get("findings", {}),
        signed=rest.signed,
        term_end=ends,
        days_left=(ends - today).days if ends else None,
        visits=rest.visits,
        last_visit=rest.last_visit,
        words=facts.get("words", 0),
        updated=rest.updated,
    )


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
            found[UUID(str(dossier))] = zoned.replace(tzinfo=None, microsecond=0)
    return found


_LAST = text("SELECT dossier_id, max(at) FROM log GROUP BY dossier_id")
