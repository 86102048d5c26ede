"""Which questions are asked of a dossier, and which of them are still open."""

from __future__ import annotations

from uuid import UUID

from forms.dossier import Dossier, Enterprise, Reply
from forms.evaluation import Stage, answer_id
from forms.pack import Pack
from forms.questions import Question, reply_id
from grading.finding import Target


def asked(dossier: Dossier, pack: Pack) -> list[Question]:
    """The questions for the enterprise's industry, in the report's order."""
    industry = dossier.one(Enterprise).industry
    return [q for q in pack.questions if not q.industries or industry in q.industries]


def open_questions(dossier: Dossier, pack: Pack) -> list[Question]:
    """Those that nobody answered or called 不适用."""
    settled = {reply.id for reply in dossier.all(Reply) if reply.settled}
    return [q for q in asked(dossier, pack) if reply_id(dossier.id, q.key) not in settled]


def place_of(dossier: Dossier, question: Question) -> Target:
    """Where a question is answered: at its item or scene of the walk, else under its section."""
    if not question.where:
        return Target("report", None, question.section)
    return Target("walk", answer_id(dossier.id, Stage.DIAGNOSIS, question.where), "questions")


def reply_told(dossier: Dossier, pack: Pack, record: object) -> tuple[str, str, Target]:
    """A reply by its record's id, given or not: the question, the text, where it is typed."""
    for question in pack.questions:
        if isinstance(record, UUID) and reply_id(dossier.id, question.key) == record:
            text = dossier.reply(question.key).text.strip()
            return question.ask, text, place_of(dossier, question)
    return "", "", Target("report")
