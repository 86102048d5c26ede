"""Replies to what only a person knows, as sentences of the report."""

from __future__ import annotations

import re
from itertools import groupby

from exporters.draft_words import sentences
from exporters.drafting import Drafter, Teller
from forms.dossier import Enterprise
from forms.questions import BLANK, Question

PREFIX = "reply."
"""What the keys of paragraphs made of replies begin with."""
_AROUND = "，、；：。！？,;:!?… \u3000"
_SHORT = 60
"""Characters that several sentences of one reply may have to be joined to a single one."""


def formed(says: str, text: str) -> list[str]:
    """A reply in the question's sentence; a long one goes on in sentences of its own.

    >>> formed("对于老旧设备，{}。", "用到报废。")
    ['对于老旧设备，用到报废。']
    >>> formed("对于老旧设备，{}。", "普车用到报废。磨床加装！")
    ['对于老旧设备，普车用到报废；磨床加装。']
    """
    bare = (each.lstrip(_AROUND).rstrip(_AROUND + ".") for each in sentences(text))
    parts = [each for each in bare if re.search(r"\w", each)]
    whole = "；".join(parts)
    if not parts:
        return []
    if len(whole) <= _SHORT:
        return [says.replace(BLANK, whole)]
    return [says.replace(BLANK, parts[0]), *(f"{each}。" for each in parts[1:])]


def replies(t: Teller) -> None:
    """The section's replies, those that belong together in one paragraph."""
    mine = [question for question in t.pack.questions if question.section == t.section]
    for paragraph, group in groupby(mine, lambda question: question.paragraph):
        _told(t, list(group))
        t.end(f"{PREFIX}{paragraph}")


def _told(t: Teller, group: list[Question]) -> None:
    answered = [question for question in group if _said(t, question)]
    t.forget()
    for question in group:  # so that a later answer marks the paragraph which lacks it
        if question not in answered:
            _said(t, question)
    for question in answered:
        for place, sentence in enumerate(_said(t, question)):
            if place:
                _said(t, question)
            t.say(sentence, lent=[question.says.replace(BLANK, "")] if not place else ())


def _said(t: Teller, question: Question) -> list[str]:
    """The sentences of a question's reply; none where it is not asked, open, or 不适用."""
    if question.industries and t.text(t.one(Enterprise), "industry") not in question.industries:
        return []
    reply = t.reply(question.key)
    text, unneeded = t.text(reply, "text"), t.value(reply, "unneeded")
    return [] if unneeded else formed(question.says, text)


def with_replies(drafter: Drafter | None) -> Drafter:
    """A section's drafter that tells its replies too, after what follows from facts."""

    def both(t: Teller) -> None:
        if drafter is not None:
            drafter(t)
        replies(t)

    return both
