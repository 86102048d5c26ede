"""Progress of long work: a generator yields it; ceasing to iterate cancels the work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` parts (total 0 where unknown), and in words what is being done.

    `trouble` is a sentence about a part that was left out; `made` a file that is now in its place;
    `record` the entry that stands for the part, whether it is new or was there before.
    """

    done: int
    total: int
    text: str
    trouble: str = ""
    made: Path | None = None
    record: UUID | None = None
