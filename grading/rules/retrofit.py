"""方案 三（二）3: the work under each contract goes on with dates and evidence, and everybody is
trained before, during and after it (三个同步)."""

import datetime as dt

from forms.dossier import (
    Attachment,
    Contract,
    Milestone,
    Photo,
    Training,
    TrainingSync,
    picked,
)
from forms.visit import PHASES
from grading.road import begun
from grading.rules.case import Case, Hits, hit
from grading.rules.filing_view import term
from grading.rules.numbers import between, listed
from grading.rules.retrofit_view import (
    EFFECT,
    HELD,
    PLAN,
    Cell,
    contract_name,
    effect_day,
    synchronisations,
)

_STEP = "retrofit"
_CELLS = {PLAN: "SYNC-PLAN", HELD: "SYNC-HELD", EFFECT: "SYNC-EFFECT"}
_BEFORE, _, _AFTER = PHASES


def milestones(case: Case) -> Hits:
    """Each contract has its milestones, and each of them is done in the end."""
    if not begun(case, _STEP):
        return
    for number, contract in enumerate(case.dossier.all(Contract), 1):
        name = contract_name(case.dossier, contract, number)
        rows = case.dossier.all(Milestone, contract.id)
        if not rows:
            yield hit("MILESTONE-NONE", contract.id, page="milestones", half=2, name=name)
        waiting = [row for row in rows if row.done_on is None]
        if waiting:
            first = waiting[0]
            yield hit("MILESTONE-OPEN", first.id, "done_on", half=2, name=name, count=len(waiting))
        bare = [row for row in rows if row.done_on is not None and not _proven(case, row)]
        if bare:
            names, first = listed([_name(row) for row in bare]), bare[0]
            yield hit("MILESTONE-EVIDENCE", first.id, "attachments", half=2, name=name, names=names)
        for row in rows:
            yield from _milestone(case, contract, row)


def _proven(case: Case, row: Milestone) -> bool:
    photos = picked(row.photos, case.dossier.all(Photo))
    return bool(photos or picked(row.attachments, case.dossier.all(Attachment)))


def _name(row: Milestone) -> str:
    return row.name.strip() or "未命名"


def _milestone(case: Case, contract: Contract, row: Milestone) -> Hits:
    name = _name(row)
    if row.planned_on is None:
        yield hit("MILESTONE-PLANNED", row.id, "planned_on", half=2, name=name)
    if row.done_on is None:
        return
    if not row.who.strip():
        yield hit("MILESTONE-WHO", row.id, "who", half=2, name=name)
    if row.done_on > case.today:
        yield hit(
            "MILESTONE-FUTURE", row.id, "done_on", half=2,
            name=name, done=row.done_on, today=case.today,
        )  # fmt: skip
    if contract.signed_on and row.done_on < contract.signed_on:
        yield hit(
            "MILESTONE-EARLY", row.id, "done_on", half=2,
            name=name, done=row.done_on, signed=contract.signed_on,
        )  # fmt: skip


def synchronised(case: Case) -> Hits:
    """Each of the nine cells: planned, held and accepted in each phase, with its evidence."""
    if not begun(case, _STEP):
        return
    unproven: dict[tuple[str, str], list[Cell]] = {}
    for cell in synchronisations(case.dossier, case.photos.values(), case.today):
        to = cell.target
        if cell.missing:
            yield hit(
                _CELLS[cell.what], to.record, to.field, to.page, half=2,
                phase=cell.phase, what="，".join(cell.missing),
            )  # fmt: skip
        elif cell.weak:
            unproven.setdefault((cell.what, "，".join(cell.weak)), []).append(cell)
    for (step, what), cells in unproven.items():  # one plan's file serves all phases
        to, phases = cells[0].target, "、".join(cell.phase for cell in cells)
        yield hit(
            "SYNC-EVIDENCE", to.record, page=to.page, half=2, phase=phases, step=step, what=what
        )


def trainings(case: Case) -> Hits:
    """Each training's own times, and whether it was held in the phase that it is of."""
    starts, ends = term(case.dossier)
    for row in case.dossier.trainings(*PHASES):
        topic = row.topic.strip() or "未填主题"
        length = between(row.start, row.end)
        if length is not None and length <= 0:
            yield hit("COURSE-ORDER", row.id, "end", half=2, topic=topic)
        if row.date is None:
            continue
        if row.date > case.today:
            yield hit(
                "COURSE-FUTURE", row.id, "date", half=2,
                topic=topic, date=row.date, today=case.today,
            )  # fmt: skip
        yield from _in_phase(row, topic, starts, ends)


def _in_phase(row: Training, topic: str, starts: dt.date | None, ends: dt.date | None) -> Hits:
    if row.date is None or starts is None:
        return
    wrong = (
        row.date > starts if row.phase == _BEFORE
        else row.date < starts  # held during or after a work that has not begun
    )  # fmt: skip
    if wrong:
        yield hit(
            "COURSE-PHASE", row.id, "phase", half=2,
            topic=topic, phase=row.phase, date=row.date, start=starts,
        )  # fmt: skip
    elif row.phase not in (_BEFORE, _AFTER) and ends is not None and row.date > ends:
        yield hit(
            "COURSE-AFTER", row.id, "phase", half=2,
            topic=topic, phase=row.phase, date=row.date, end=ends,
        )  # fmt: skip


def in_step(case: Case) -> Hits:
    """同时 and 同步 by the days: planned before the first training, accepted after the last one."""
    form = case.dossier.one(TrainingSync)
    held = case.dossier.trainings(*PHASES)
    first = min((row.date for row in held if row.date), default=None)
    if form.plan_on and first and form.plan_on > first:
        yield hit("SYNC-PLAN-LATE", form.id, "plan_on", half=2, planned=form.plan_on, first=first)
    for phase in PHASES:
        day = effect_day(form, phase)
        last = max((r.date for r in held if r.date and r.phase == phase), default=None)
        if day and last and day < last:
            yield hit("SYNC-EFFECT-EARLY", form.id, half=2, phase=phase, accepted=day, last=last)


RULES = (milestones, synchronised, trainings, in_step)
