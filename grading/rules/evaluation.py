"""附件3 五（三）: the evaluation table is answered as it allows, and for stated reasons."""

from typing import Any

from forms.dossier import Answer, Attachment, File
from forms.enterprise import LEVELS
from forms.evaluation import STAGE_NAMES, Stage
from forms.instrument import NUMERALS, Instrument
from forms.places import PAGE_OF_STAGE
from forms.steps import STEP_OF_PAGE
from grading.figures import propose
from grading.rules.case import Case, Hits, answered, hit
from grading.rules.numbers import listed, written


def _given(case: Case, stage: Stage) -> list[str]:
    """Items and scenes that somebody answered, whether or not the table allows the answer."""
    return [
        answer.subject
        for answer in case.dossier.answers(stage)
        if answered(answer) or answer.level is not None
    ]


def _subjects(table: Instrument) -> list[str]:
    """All items, then all scenes, in official order."""
    return [item.name for item in table.items] + [scene.name for scene in table.scenes]


def unanswered(case: Case, stage: Stage) -> list[str]:
    """Items and scenes without an answer that counts, in official order."""
    grade = case.grades.get(stage)
    if grade is not None:
        return list(grade.unanswered)
    given = set(_given(case, stage))
    return [name for name in _subjects(case.pack.instrument) if name not in given]


def complete(case: Case) -> Hits:
    """All items and scenes of the diagnosis; the self-assessment as far as it is known."""
    total = len(_subjects(case.pack.instrument))
    for stage, rule in (
        (Stage.DIAGNOSIS, "EVAL-COMPLETE"),
        (Stage.SELF, "EVAL-SELF-COMPLETE"),
    ):
        missing = unanswered(case, stage)
        if missing:
            record = case.dossier.answer(stage, missing[0]).id
            yield hit(rule, record, count=len(missing), total=total, names=listed(missing))


def target(case: Case) -> Hits:
    """The retrofit must lead to level two at least."""
    file = case.dossier.one(File)
    if file.target_level is not None and file.target_level < case.limit("TARGET-LEVEL"):
        level = LEVELS[max(0, file.target_level)]
        yield hit("TARGET-LEVEL", file.id, "target_level", level=level)


def _place(stage: Stage) -> dict[str, Any]:
    """The page on which a stage is answered, and the half of the plan that it belongs to."""
    page = PAGE_OF_STAGE[stage]
    return {"page": page, "half": STEP_OF_PAGE[page].half}


def allowed(case: Case) -> Hits:
    """Answers that the table knows and lets stand together; a merge can bring others."""
    for stage in Stage:
        for answer in sorted(case.dossier.answers(stage), key=lambda a: a.subject):
            what = _unknown(case.pack.instrument, answer)
            where: dict[str, Any] = _place(stage) | {"stage": STAGE_NAMES[stage]}
            if what:
                yield hit("EVAL-OPTION", answer.id, what=what, **where)
            elif not _stands(case.pack.instrument, answer):
                yield hit(
                    "EVAL-EXCLUSIVE",
                    answer.id,
                    "chosen",
                    **where,
                    item=answer.subject,
                    chosen="、".join(sorted(answered(answer))),
                )


def _unknown(table: Instrument, answer: Answer) -> str:
    """What of an answer the table does not have, or ""."""
    if any(scene.name == answer.subject for scene in table.scenes):
        known = answer.level is None or 0 <= answer.level <= len(table.levels)
        return "" if known else f"“{answer.subject}”的等级 {answer.level}"
    item = next((item for item in table.items if item.name == answer.subject), None)
    if item is None:
        return f"“{answer.subject}”"
    strange = sorted(answered(answer) - set(item.scores))
    return f"“{answer.subject}”的选项 {listed(strange)}" if strange else ""


def _stands(table: Instrument, answer: Answer) -> bool:
    item = next((item for item in table.items if item.name == answer.subject), None)
    return item is None or item.allows(answered(answer))


def proposals(case: Case) -> Hits:
    """An option other than the figures give needs a reason; answers need figures that can be."""
    least = case.limit("EVAL-PROPOSAL")
    for stage in (Stage.DIAGNOSIS, Stage.RETROFIT):
        typed = case.numbers(stage)
        for figure in case.figures.figures:
            answer = case.dossier.given(stage, figure.item.name)
            if answer is None or not (chosen := answered(answer)):
                continue
            proposal = propose(figure, typed, retrofitted=stage is Stage.RETROFIT)
            where: dict[str, Any] = _place(stage) | {"item": figure.item.name}
            if proposal.option_key is None:
                explanation = proposal.explanation
                yield hit("EVAL-FIGURES", answer.id, "figures", explanation=explanation, **where)
            elif proposal.departs(chosen) and written(answer.reason) < least:
                yield hit(
                    "EVAL-PROPOSAL",
                    answer.id,
                    "reason",
                    chosen="、".join(sorted(chosen)),
                    proposed=proposal.option_key,
                    **where,
                )


def differences(case: Case) -> Hits:
    """Where the diagnosis differs from the enterprise's own view, it says why."""
    for subject in _subjects(case.pack.instrument):
        own = case.dossier.given(Stage.SELF, subject)
        found = case.dossier.given(Stage.DIAGNOSIS, subject)
        if own is None or found is None:
            continue
        mine, ours = _words(own), _words(found)
        if mine and ours and mine != ours and not found.reason.strip():
            yield hit("EVAL-SELF-DIFF", found.id, "reason", subject=subject, mine=mine, ours=ours)


def _words(answer: Answer) -> str:
    """An answer in words, "" where there is none."""
    if answer.level is not None:
        known = 0 < answer.level < len(NUMERALS)
        return f"{NUMERALS[answer.level]}级" if known else "无等级"
    return "、".join(sorted(answered(answer)))


def evidence(case: Case) -> Hits:
    """What an answer rests on; and the platform's picture of the result."""
    bare = [
        answer
        for answer in case.dossier.answers(Stage.DIAGNOSIS)
        if (answered(answer) or answer.level is not None)
        and not (answer.note.strip() or answer.photos or answer.attachments)
    ]
    if bare:
        names = listed([answer.subject for answer in bare])
        yield hit("EVAL-NOTE", bare[0].id, "note", count=len(bare), names=names)
    if not any(each.kind == "评测平台截图" for each in case.dossier.all(Attachment)):
        yield hit("EVAL-SCREENSHOT")


RULES = (complete, target, allowed, proposals, differences, evidence)
