"""方案 三（二）5: the assessor's evaluation on the site, its report, the systems that went live."""

from collections.abc import Iterator

from forms import fields as f
from forms.assessment import NOT_MET, UP
from forms.dossier import Assessment, Attachment, ContractItem, Dossier, GoLive
from forms.enterprise import LEVELS
from forms.evaluation import Stage
from forms.instrument import points_text
from forms.pack import NOT_PAID_FOR
from forms.record import specs
from forms.visit import ASSESSMENT_SCAN
from grading.comparison import compared
from grading.effects import Verdict, change_words, checked, figure_words
from grading.road import begun
from grading.rules.case import Case, Hits, hit
from grading.rules.evaluation import unanswered
from grading.rules.fields import is_empty
from grading.rules.numbers import listed

_STEP = "assessment"


def systems(dossier: Dossier) -> Iterator[tuple[ContractItem, list[GoLive]]]:
    """Every system of the contracts with the checks of it; what no batch pays for is none."""
    rows = dossier.all(GoLive)
    for item in dossier.all(ContractItem):
        if item.kind != NOT_PAID_FOR:
            yield item, [row for row in rows if row.item == item.id]


def system_name(dossier: Dossier, row: GoLive) -> str:
    """What a check is of: the system's own name, else its product's in the contract."""
    item = dossier.find(ContractItem, row.item)
    return row.name.strip() or (item.name.strip() if item else "")


def report(case: Case) -> Hits:
    """Who evaluated on which day, and the report with its scan."""
    if not begun(case, _STEP):
        return
    form = case.dossier.one(Assessment)
    asked = ((spec, getattr(form, name)) for name, spec in specs(Assessment).items())
    missing = [spec.label for spec, value in asked if spec.required and is_empty(spec, value)]
    if all(each.kind != ASSESSMENT_SCAN for each in case.dossier.all(Attachment)):
        missing.append(ASSESSMENT_SCAN)
    if missing:
        yield hit("ASSESS-REPORT", form.id, half=2, names=listed(missing))
    if form.visited_on and form.reported_on and form.visited_on > form.reported_on:
        yield hit(
            "ASSESS-DAYS",
            form.id,
            "reported_on",
            half=2,
            visited=form.visited_on,
            reported=form.reported_on,
        )


def complete(case: Case) -> Hits:
    """All items and scenes are evaluated again."""
    if not begun(case, _STEP):
        return
    missing = unanswered(case, Stage.RETROFIT)
    if missing:
        record = case.dossier.answer(Stage.RETROFIT, missing[0]).id
        yield hit("ASSESS-COMPLETE", record, half=2, count=len(missing), names=listed(missing))


def level(case: Case) -> Hits:
    """Level two or above by the answers and by the report, which say the same."""
    grade, form = case.grades.get(Stage.RETROFIT), case.dossier.one(Assessment)
    said = LEVELS.index(form.level) if form.level in LEVELS else None
    held = grade.level if grade is not None and grade.complete else None
    least = case.limit("ASSESS-LEVEL")
    wanted = LEVELS[int(least)]
    for page, found in (("regrade", held), ("assessor", said)):
        if found is not None and found < least:
            yield hit("ASSESS-LEVEL", page=page, half=2, level=LEVELS[found], wanted=wanted)
    if held is not None and said is not None and held != said:
        values = {"said": form.level, "held": LEVELS[held]}
        yield hit("ASSESS-SAYS-LEVEL", form.id, "level", half=2, **values)
    score = f.decimal(form.score)
    if grade is not None and grade.complete and score is not None and score * 1000 != grade.total:
        values = {"said": form.score, "held": points_text(grade.total, trim=True)}
        yield hit("ASSESS-SAYS-SCORE", form.id, "score", half=2, **values)


def fell(case: Case) -> Hits:
    """What is lower after the retrofit than at the diagnosis is explained."""
    for change in compared(case.dossier, case.pack.instrument).fell:
        answer = case.dossier.answer(Stage.RETROFIT, change.name)
        if not answer.reason.strip():
            values = {"subject": change.name, "was": change.said, "now": change.saying}
            yield hit("ASSESS-FELL", answer.id, "reason", half=2, **values)


def effects(case: Case) -> Hits:
    """A claimed effect that the figures of the evaluation deny."""
    for each in checked(case.dossier, case.figures):
        if each.verdict is Verdict.DENIED and each.seen is not None:
            yield hit(
                "EFFECT-DENIED",
                each.effect.id,
                half=2,
                name=each.effect.name or each.seen.name,
                claimed=f"{each.effect.before}→{each.effect.after}",
                seen=f"{figure_words(each.seen.before)}→{figure_words(each.seen.after)}",
                change=change_words(each.seen.difference),
            )


def went_live(case: Case) -> Hits:
    """Every system of the contracts is checked on the site, and runs."""
    if not begun(case, _STEP):
        return
    for item, rows in systems(case.dossier):
        if not rows:
            yield hit("GOLIVE-MISSING", item.id, half=2, name=item.name)
    visited = case.dossier.one(Assessment).visited_on
    for row in case.dossier.all(GoLive):
        name = system_name(case.dossier, row)
        if (row.state and row.state not in UP) or row.result == NOT_MET:
            how = row.state if row.state and row.state not in UP else row.result
            yield hit("GOLIVE-DOWN", row.id, "state", half=2, name=name, how=how)
        if not f.chosen(row.photos) and not f.chosen(row.attachments):
            yield hit("GOLIVE-EVIDENCE", row.id, "attachments", half=2, name=name)
        if visited and row.online_on and row.online_on > visited:
            yield hit(
                "GOLIVE-DATE",
                row.id,
                "online_on",
                half=2,
                name=name,
                online=row.online_on,
                visited=visited,
            )


RULES = (report, complete, level, fell, effects, went_live)
