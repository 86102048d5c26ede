"""An answer of the diagnosis corrected after the briefing, with the reason that is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.entry import NewEntry
from app.records import snapshot
from forms.dossier import Correction, Dossier
from forms.errors import UserError
from forms.evaluation import Stage, answer_id
from forms.fields import chosen
from grading.corrections import answer_words
from grading.sheet import parse_sheet, sheet_of

if TYPE_CHECKING:
    from app.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answer is to become: option letters of an item, or the level of a scene; with the
    reason, who of the enterprise agreed, the day, and the remark that it goes back to."""

    subject: str
    answer: frozenset[str] | int
    reason: str
    agreed: str
    day: dt.date | None = None
    remark: UUID | None = None


def correct(bench: Workbench, dossier_id: UUID, wanted: Wanted) -> UUID:
    """Correct the answer and keep why, in one transaction that one undo takes back.

    The id of the kept `Correction`. UserError, and nothing changed, where reason or consent is
    missing, the table does not allow the answer, or it is the present one.
    """
    if not wanted.reason.strip() or not wanted.agreed.strip():
        raise UserError("没有写明更正理由和同意更正的人员，评测结果未改，请补填后再更正。")
    instrument = bench.pack.instrument
    after = answer_words(parse_sheet(_sheet(wanted), instrument), wanted.subject)
    with bench.writing() as (session, log, records):
        log.seal(dossier_id)
        dossier = snapshot(session, dossier_id, ())
        before = answer_words(sheet_of(dossier, Stage.DIAGNOSIS, instrument), wanted.subject)
        if before == after:
            raise UserError(f"“{wanted.subject}”现在就是{after}，没有更正，请选择更正后的结果。")
        made = NewEntry(session, bench.store.device, bench.person, dossier_id).write(
            Correction,
            {
                "subject": wanted.subject,
                "before": before,
                "after": after,
                "reason": wanted.reason.strip(),
                "agreed": wanted.agreed.strip(),
                "decided_on": wanted.day,
                "remark": wanted.remark,
            },
        )
        for path, value in _edits(dossier, wanted):
            answer = answer_id(dossier_id, Stage.DIAGNOSIS, wanted.subject)
            records.edit(dossier_id, "answer", answer, path, value)
        log.seal(dossier_id)
    return made


def _sheet(wanted: Wanted) -> dict[str, dict[str, object]]:
    """The wanted answer as a sheet of its own, which the table then judges."""
    if isinstance(wanted.answer, frozenset):
        return {"items": {wanted.subject: sorted(wanted.answer)}}
    return {"scenes": {wanted.subject: wanted.answer}}


def _edits(dossier: Dossier, wanted: Wanted) -> Iterator[tuple[str, object]]:
    """The edits that make the answer what it is to be."""
    held = dossier.given(Stage.DIAGNOSIS, wanted.subject)
    if held is None:
        yield from (("stage", Stage.DIAGNOSIS.value), ("subject", wanted.subject))
    if isinstance(wanted.answer, int):
        yield "level", wanted.answer
        return
    for key in sorted(wanted.answer ^ set(chosen(held.chosen) if held else ())):
        yield f"chosen.{key}", key in wanted.answer
