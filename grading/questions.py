"""Which questions are asked of a dossier, and which of them are still open."""

from __future__ import annotations

from forms.dossier import Dossier, Enterprise, Reply
from forms.pack import Pack
from forms.questions import Question, reply_id


def asked(dossier: Dossier, pack: Pack) -> list[Question]:
    """The questions for the enterprise's industry, in the report's order."""
    industry = dossier.one(Enterprise).industry
    return [q for q in pack.questions if not q.industries or industry in q.industries]


def open_questions(dossier: Dossier, pack: Pack) -> list[Question]:
    """Those that nobody answered or called 不适用."""
    settled = {reply.id for reply in dossier.all(Reply) if reply.settled}
    return [q for q in asked(dossier, pack) if reply_id(dossier.id, q.key) not in settled]
