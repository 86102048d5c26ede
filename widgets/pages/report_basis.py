"""How a paragraph stands to the facts it was formed from, and how a new draft would differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import UUID

from app import drafts
from app.evidence import Evidence, Reader
from app.review import Review
from exporters.drafting import Draft
from forms.dossier import Dossier, Paragraph
from grading.cites import Facts, read
from widgets.pages.report_bar import Note

#: A number with its point and per cent sign, or a Latin word, changes as a whole.
_TOKEN = re.compile(r"[\d.,]*\d%?|[A-Za-z]+|.", re.DOTALL)
#: So few characters alike between two differences make the reading harder, not easier.
_ISLAND = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stays, goes (`old` alone) or comes (`new` alone)."""

    text: str
    old: bool
    new: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A paragraph with what it rests on.

    `changes` are empty where it is up to date; else `anew` is what would be drafted now, None
    where the facts no longer make this paragraph.
    """

    record: UUID
    text: str
    drafted: bool
    evidence: tuple[Evidence, ...]
    changes: tuple[str, ...] = ()
    anew: Draft | None = None

    @property
    def fresh(self) -> bool:
        """Whether there is a new draft that says something else."""
        return self.anew is not None and self.anew.text != self.text

    @property
    def note(self) -> Note:
        """What the editor shows of it."""
        spans, at = [], 0
        for piece in difference(self.text, self.anew.text) if self.anew else ():
            wide = qt_length(piece.text)
            if piece.old and not piece.new:
                spans.append((at, at + wide))
            at += wide if piece.old else 0
        return Note(len(self.evidence), self.changes, tuple(spans), self.fresh)


class Basis:
    """What one review knows of a section's paragraphs."""

    def __init__(self, review: Review, section: str) -> None:
        self.review, self._section = review, section
        self._reader = Reader(review)
        self._drafts: dict[str, Draft] | None = None

    def standings(self, dossier: Dossier, paragraphs: list[Paragraph]) -> list[Standing]:
        """How these paragraphs stand to the facts of `dossier`, which may be newer."""
        facts = Facts(dossier)
        return [self._standing(each, facts) for each in paragraphs]

    def _standing(self, paragraph: Paragraph, facts: Facts) -> Standing:
        cites = read(paragraph.cites)
        found = tuple(self._reader.evidence(cites))
        changes = tuple(self._reader.changes(cites, facts))
        anew = self._anew(paragraph.origin) if changes else None
        drafted = bool(paragraph.drafted)
        return Standing(paragraph.id, paragraph.text, drafted, found, changes, anew)

    def _anew(self, origin: str) -> Draft | None:
        if self._drafts is None:
            self._drafts = drafts.redrafted(self.review.source(True), self._section)
        return self._drafts.get(origin)


def qt_length(text: str) -> int:
    """How many characters Qt counts, for which a rare one is two."""
    return len(text.encode("utf-16-le")) // 2


def difference(old: str, new: str) -> list[Piece]:
    """One text and the other as runs: what stays, what goes, what comes."""
    if old == new:
        return [Piece(old, True, True)]
    one, two = _TOKEN.findall(old), _TOKEN.findall(new)
    runs: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        gone, come = "".join(one[a:b]), "".join(two[c:d])
        island = kind == "equal" and len(gone) <= _ISLAND and runs and d < len(two)
        if runs and (island or kind != "equal") and runs[-1][0] != runs[-1][1]:
            runs[-1] = runs[-1][0] + gone, runs[-1][1] + come
        else:
            runs.append((gone, come))
    return [piece for gone, come in runs for piece in _pieces(gone, come)]


def _pieces(gone: str, come: str) -> Iterator[Piece]:
    if gone == come:
        yield Piece(gone, True, True)
        return
    if gone:
        yield Piece(gone, True, False)
    if come:
        yield Piece(come, False, True)
