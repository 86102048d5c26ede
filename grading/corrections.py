"""What the enterprise contested at the briefing, and the answers that were corrected for it."""

from __future__ import annotations

from forms.dossier import Correction, Dossier
from forms.evaluation import Stage
from forms.instrument import NO_LEVEL, NUMERALS, Instrument
from grading.sheet import Sheet, sheet_of

UNANSWERED = "未作答"


def answer_words(sheet: Sheet, subject: str) -> str:
    """An answer as minutes write it: 选项B、C, 二级, 无等级, or 未作答."""
    if letters := sheet.items.get(subject):
        return f"选项{'、'.join(sorted(letters))}"
    level = sheet.scenes.get(subject)
    if level is None:
        return UNANSWERED
    return f"{NUMERALS[level]}级" if level else NO_LEVEL


def undone(dossier: Dossier, instrument: Instrument) -> list[tuple[Correction, str]]:
    """The last correction of each subject whose answer is no longer what it says, and the answer
    as it is now."""
    last = {each.subject: each for each in dossier.all(Correction) if each.after}
    sheet = sheet_of(dossier, Stage.DIAGNOSIS, instrument)
    now = {subject: answer_words(sheet, subject) for subject in last}
    return [(each, now[name]) for name, each in last.items() if each.after != now[name]]
