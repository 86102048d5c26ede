"""The subsidies of all dossiers written as .xlsx, by district."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlmodel import col, select

from app.progress import Progress
from app.registry_export import SUFFIX, put_table
from exporters import subsidy_table
from exporters.subsidy_table import SubsidyRow
from exporters.wording import level_word
from forms.dossier import (
    Acceptance,
    Audit,
    Contract,
    Dossier,
    Enterprise,
    File,
    Invoice,
    Payment,
    SubsidyEntry,
)
from forms.errors import UserError
from forms.evaluation import Stage
from forms.pack import Pack
from grading.score import grade
from grading.sheet import sheet_of
from grading.subsidy import estimate, ledger
from grading.subsidy_checks import State, checks

if TYPE_CHECKING:
    from app.workbench import Workbench


def export_subsidies(bench: Workbench, path: Path) -> Iterator[Progress]:
    """Write all dossiers, reckoned where something of the subsidy stands in them; the last Progress
    says where. Ceasing to iterate leaves what was there before.

    UserError where there is nothing to write, or the disk refuses.
    """
    if path.suffix.lower() != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    summaries = bench.summaries()
    if not summaries:
        raise UserError("还没有档案，没有导出资金汇总表，请先新建或导入档案。")
    begun = _begun(bench)
    rows = []
    for done, each in enumerate(summaries):
        yield Progress(done, len(summaries), "正在汇总专项资金")
        name = each.name or "未命名企业"
        if each.id in begun:
            rows.append(row_of(bench.dossier(each.id), bench.pack))
        else:
            rows.append(SubsidyRow(each.district, name, each.code))
    put_table(
        path, lambda table: subsidy_table.write(rows, table, bench.pack.districts), "资金汇总表"
    )
    yield Progress(
        len(rows), len(rows), f"资金汇总表已导出：{path.name}，共 {len(rows)} 家", made=path
    )


def _begun(bench: Workbench) -> frozenset[UUID]:
    """The dossiers in which anything of the subsidy stands."""
    found: set[UUID] = set()
    with bench.store.session() as session:
        for form in (Contract, Invoice, Payment, SubsidyEntry, Audit):
            wanted = select(form.dossier_id).where(col(form.withdrawn).is_(False))
            found.update(session.exec(wanted))
    return frozenset(found)


def row_of(dossier: Dossier, pack: Pack) -> SubsidyRow:
    """A dossier's line."""
    instrument = pack.instrument
    regrade = grade(instrument, sheet_of(dossier, Stage.RETROFIT, instrument))
    enterprise, acceptance = dossier.one(Enterprise), dossier.one(Acceptance)
    audit, found, held = dossier.one(Audit), estimate(dossier, pack), ledger(dossier)
    lines = checks(dossier, pack, regrade)
    left = [each.name for each in lines if each.state is not State.HELD]
    return SubsidyRow(
        district=enterprise.district,
        name=enterprise.name or "未命名企业",
        code=enterprise.credit_code,
        batch=dossier.one(File).batch,
        contracts=len(found.contracts),
        contracted=found.contracted,
        invoiced=found.invoiced,
        paid=found.paid,
        verified=found.verified,
        audited=found.audited,
        base=found.base,
        expected=found.amount,
        lacking=found.lacking,
        level=level_word(regrade.level) if regrade.complete else "未评",
        acceptance=acceptance.conclusion,
        accepted_on=acceptance.opinion_on,
        auditor=audit.auditor,
        audit=next(each.state for each in lines if each.key == "audit"),
        held=len(lines) - len(left),
        asked=len(lines),
        open_names="、".join(left),
        applied=held.applied,
        granted=held.granted,
        given=held.paid,
        earlier=held.earlier,
    )
