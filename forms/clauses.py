"""What is cited, in full: the text behind 方案 四（三） as it stands in its document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Clause:
    """A cited place: its document's title, the `text` quoted as it stands, and a `note` in our own
    words where nothing can be quoted, or where the quotation leaves something open."""

    cite: str
    document: str
    text: str = ""
    note: str = ""


def quoted(cite: str, clauses: Mapping[str, Clause]) -> tuple[Clause, ...]:
    """The clauses that a citation names, `方案 三（二）3、7` two; () where none is known.

    One that is not held itself is told by the longest that it begins with: 附件3 by 附件3 表99.
    """
    if cite in clauses:
        return (clauses[cite],)
    parts = cite.split("、")
    if len(parts) > 1:
        found: list[Clause] = []
        for part in parts:
            if part.isdigit():  # the next number of the part before
                part = re.sub(r"\d+$", part, parts[0])
            found += quoted(part, clauses)
        return tuple(dict.fromkeys(found))
    whole = [known for known in clauses if re.match(rf"{re.escape(known)}(?!\d)", cite)]
    return (clauses[max(whole, key=len)],) if whole else ()


def parse_clauses(data: dict[str, Any]) -> dict[str, Clause]:
    """The clauses of `clauses.yaml` by their citations; ValueError where one is told twice, says
    nothing, or is of no document."""
    found: dict[str, Clause] = {}
    documents: dict[str, str] = data["documents"]
    for row in data["clauses"]:
        named = next(
            (title for word, title in documents.items() if row["cite"].startswith(word)), ""
        )
        clause = Clause(**{"document": named, **row})
        if clause.cite in found or not clause.document or not (clause.text or clause.note):
            raise ValueError(f"clause {clause.cite}")
        found[clause.cite] = clause
    return found
