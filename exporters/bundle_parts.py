"""A bundle in numbered parts, for mailboxes that take no large mail.

Every part is a bundle of its own: with manifest and signature, with the dossier and its log, and
with a list of which part holds what. So each can be read, checked and merged by itself, in any
order; the manifest says which part of which set it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LIST = "分卷清单.txt"
PARTS_CEILING = 999
_FACT = "part"
_LETTER = 64 * 1024
"""Bytes of a mail beside its attachment: its head, and the letter's text."""
_LINE, _CODED = 57, 78
"""base64 turns so many bytes of a file into a line of so many bytes of a mail (RFC 2045)."""
_CLOSING, _SHARE = 8 * 1024, 4096
"""What closing adds at most: its heads, and 16 bytes for each 64 KiB, or fewer."""
_ENTRY, _FRAME = 400, 16 * 1024
"""What a file adds to an archive and its manifest besides its bytes and four times its name; and
an archive to its files."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of which set a bundle is; `number` is from 1 to `of`."""

    set: str
    number: int
    of: int

    @property
    def mark(self) -> str:
        """What a file so numbered has in its name: （1-3）."""
        return f"（{self.number}-{self.of}）"

    @property
    def fact(self) -> dict[str, Any]:
        """What the part's manifest says of it."""
        return {_FACT: {"set": self.set, "number": self.number, "of": self.of}}


def numbered(count: int) -> list[Part]:
    """The parts of a new set."""
    name = secrets.token_hex(8)
    return [Part(name, number, count) for number in range(1, count + 1)]


def part_of(manifest: Mapping[str, Any]) -> Part | None:
    """Which part a manifest, which may come from outside, says that its bundle is."""
    fact = manifest.get(_FACT)
    if not isinstance(fact, dict):
        return None
    name, number, of = fact.get("set"), fact.get("number"), fact.get("of")
    if not isinstance(name, str) or type(number) is not int or type(of) is not int:
        return None
    return Part(name[:64], number, of) if 1 <= number <= of <= PARTS_CEILING else None


def missing(parts: Collection[Part]) -> list[int]:
    """The numbers that are not there, of the parts of one set; at least one of them is."""
    there = {part.number for part in parts}
    return [
        number for number in range(1, max(part.of for part in parts) + 1) if number not in there
    ]


def file_most(mail: int) -> int:
    """How many bytes a file may have that goes by a mail of `mail` bytes."""
    return max(0, mail - _LETTER) // _CODED * _LINE


def archive_most(file: int) -> int:
    """How many bytes an archive may have that has no more than `file` once it is closed."""
    return max(0, file - _CLOSING) * _SHARE // (_SHARE + 1)


def weight(name: str, size: int) -> int:
    """The most that a file of `size` bytes, or of so many when it is deflated, takes up."""
    return size + _ENTRY + 4 * len(name.encode())


def divided(weights: Sequence[int], first: int, each: int, most: int) -> list[list[int]]:
    """Which files, by their places, go into which part, in order; at least one part.

    `most` is what an archive may weigh, `each` what is in every part besides, `first` in the first
    one. What is too heavy stands alone, in a part at the end.
    """
    room = most - each - _FRAME
    parts: list[list[int]] = [[]]
    alone: list[list[int]] = []
    filled = first
    for place, heavy in enumerate(weights):
        if heavy > room:
            alone.append([place])
            continue
        if filled + heavy > room:
            parts.append([])
            filled = 0
        parts[-1].append(place)
        filled += heavy
    return [*parts, *alone]


def list_text(held: Sequence[Sequence[str]]) -> bytes:
    """The list that lies in every part, for any program that shows text: which files each holds."""
    lines = [f"本文件包分为 {len(held)} 卷，各卷可单独打开和核对，内容如下。"]
    for number, names in enumerate(held, 1):
        lines += ["", f"第 {number} 卷（{len(names)} 个文件）", *(f"  {name}" for name in names)]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")
