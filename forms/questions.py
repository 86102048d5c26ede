"""Questions that only a person can answer, and the replies to them.

Written for this project, not official. They ask what no field of the dossier holds, at the item or
scene of the walk where it is cheapest to answer, and each reply becomes a sentence of the report.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from forms import fields as f
from forms.outline import Outline
from forms.reading import mapping, sequence, text, unique
from forms.record import Record, single_id

BLANK = "{}"
"""Where a reply stands in a question's sentence."""


@dataclass(frozen=True, slots=True)
class Question:
    """One short question. Its reply, a phrase or a sentence, fills the `{}` of `says`.

    `section` is a key of the report's outline, `paragraph` names those that are told together.
    `where` is the item or scene at which it is asked, "" for the desk alone; `industries` are those
    that it is asked in, none for all.
    """

    key: str
    section: str
    paragraph: str
    ask: str
    hint: str
    says: str
    where: str = ""
    industries: tuple[str, ...] = ()


class Reply(Record, table=True):
    """What a person said to one question; its id follows from the dossier and the question."""

    title = "现场答复"
    clause = "附件3"

    question: Annotated[str, f.text("问题", 60, required=True)] = ""
    text: Annotated[str, f.prose("答复", 500)] = ""
    unneeded: Annotated[bool | None, f.yesno("不适用")] = None

    @property
    def settled(self) -> bool:
        """Whether the question need not be asked any more."""
        return bool(self.unneeded) or bool(self.text.strip())


def reply_id(dossier_id: UUID, question: str) -> UUID:
    """The id of the reply to a question, by its key."""
    return single_id(dossier_id, "reply", question)


def parse_questions(
    raw: Any, subjects: Container[str], industries: Container[str], outline: Outline
) -> tuple[Question, ...]:
    """The questions of decoded YAML, in the report's order; ValueError where one has no place.

    `subjects` are the instrument's items and scenes, `industries` and `outline` the pack's.
    """
    found = []
    for entry in sequence(raw, "questions"):
        group = mapping(entry, "paragraph")
        for row in sequence(group.get("questions"), "questions"):
            found.append(_question(mapping(row, "question"), group))
    unique([each.key for each in found], "question")
    unique([each.says for each in found], "sentence of a question")
    unique([f"{each['section']}/{each['paragraph']}" for each in raw], "paragraph")
    for each in found:
        section = outline.by_key.get(each.section)
        if section is None or not section.writable:
            raise ValueError(f"question {each.key}: no section {each.section}")
        if each.where and each.where not in subjects:
            raise ValueError(f"question {each.key}: nothing is called {each.where}")
        if any(name not in industries for name in each.industries):
            raise ValueError(f"question {each.key}: industries {each.industries}")
        if each.says.count(BLANK) != 1 or not each.says.endswith(f"{BLANK}。"):
            raise ValueError(f"question {each.key}: a sentence ends with {BLANK}。")
    order = list(outline.by_key)
    return tuple(sorted(found, key=lambda each: order.index(each.section)))


def _question(row: Any, group: Any) -> Question:
    return Question(
        key=text(row, "key"),
        section=text(group, "section"),
        paragraph=text(group, "paragraph"),
        ask=text(row, "ask"),
        hint=text(row, "hint"),
        says=text(row, "says"),
        where=text(row, "where", ""),
        industries=tuple(map(str, row.get("industries") or ())),
    )
