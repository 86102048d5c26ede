"""日程.ics: the calendar of one dossier, or of all of them, written to a place of one's choice."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlmodel import col, select

from app.outside import cause
from app.progress import Progress
from exporters import schedule
from forms.dossier import Dossier, Enterprise, File
from forms.errors import UserError
from forms.record import Record, form_of
from grading.rules.case import Case

if TYPE_CHECKING:
    from app.workbench import Workbench

SUFFIX = ".ics"


def export_schedule(
    bench: Workbench, path: Path, dossier_id: UUID | None = None, today: dt.date | None = None
) -> Iterator[Progress]:
    """Write the calendar of one dossier, or of all that were not withdrawn; the last Progress says
    where. The file is written beside its place and moved there when it is whole. UserError where
    there is nothing to write, or the disk refuses."""
    today = today or dt.date.today()
    if path.suffix.lower() != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    yield Progress(0, 0, "正在汇总现场诊断和期限")
    held = _all(bench) if dossier_id is None else [bench.dossier(dossier_id)]
    found: list[schedule.Occasion] = []
    for done, dossier in enumerate(held):
        yield Progress(done, len(held), "正在汇总现场诊断和期限")
        found += schedule.occasions(Case(dossier, bench.pack, today))
    if not found:
        raise UserError(
            "还没有现场诊断日期，也没有可计算的期限，没有导出日程，请先填写日期后再导出。"
        )
    one = held[0].one(Enterprise).name if dossier_id is not None else ""
    name = f"诊改日程　{one}" if one else "诊改日程"
    data = schedule.compose(found, name, dt.datetime.now(dt.UTC))
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as work:
            part = Path(work) / "schedule"
            part.write_bytes(data)
            os.replace(part, path)
    except OSError as error:
        raise UserError(
            f"不能写入“{path}”（{cause(error)}），没有导出日程，原有文件未动，请换一个文件夹再试。"
        ) from error
    yield Progress(1, 1, f"日程已导出：{path.name}，共 {len(found)} 项", made=path)


def _all(bench: Workbench) -> list[Dossier]:
    """Every dossier with no more of it than the calendar needs, by one query a form."""
    found: dict[UUID, dict[str, list[Record]]] = {}
    with bench.store.session() as session:
        wanted = select(File).where(col(File.withdrawn).is_(False))
        for file in session.exec(wanted).all():
            found[file.id] = {form_of(File): [file]}
        for kind in schedule.FORMS:
            rows = [] if kind is File else session.exec(select(kind)).all()
            for row in sorted(rows, key=lambda each: (each.position, str(each.id))):
                if row.dossier_id in found:
                    found[row.dossier_id].setdefault(form_of(kind), []).append(row)
        session.expunge_all()
    return [Dossier(key, records) for key, records in found.items()]
