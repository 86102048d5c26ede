"""Progress of long work: a generator yields it; ceasing to iterate cancels the work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` parts (total 0 where unknown), and in words what is being done;
    `trouble` is a sentence about a part that was left out."""

    done: int
    total: int
    text: str
    trouble: str = ""
