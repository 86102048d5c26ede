"""Names found by what somebody types: characters, pinyin or its initials, mixed as they come.

All names stand in one text. For each thing that a letter may mean, the places in that text where it
does are the bits of one whole number, so that a step of the search is one shift for all names at
once (Baeza-Yates and Gonnet's shift-and); ten thousand names cost a few milliseconds.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
import numpy.typing as npt

Sounds = Callable[[str], frozenset[str]]
"""All readings of a character without tones: 长 has chang and zhang; none for what is no 汉字."""

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NONE: Places = np.zeros(0, np.int64)
_LOADED: list[Sounds] = []
#: Fewer letters, or longer names, would fit one another by chance.
_LOOSE_FROM, _LOOSE_NAME = 3, 40
#: The initials that are two letters.
_PAIRS = ("zh", "ch", "sh")


def sounds() -> Sounds | None:
    """The readings, where they have been loaded."""
    return _LOADED[0] if _LOADED else None


def load_sounds() -> Sounds:
    """Load the readings, which takes a fifth of a second: to be called off the main thread."""
    if not _LOADED:
        # Words tell one reading from another, but every reading is to be found.
        os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
        from pypinyin import Style, pinyin

        @cache
        def readings(char: str) -> frozenset[str]:
            said = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
            return frozenset(said[0]) if said else frozenset()

        _LOADED.append(readings)
    return _LOADED[0]


@dataclass(frozen=True, slots=True)
class Named:
    """What can be found: its name, and beside it what is said of it (`about`, found by sound too)
    and its whole text (found as it is written)."""

    name: str
    about: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The entry at `place` of those that were given; the lower the `rank` the better it fits."""

    rank: int
    place: int


class Names:
    """Entries to be found. Without `sounds`, by what is written alone."""

    def __init__(self, entries: Iterable[Named], sounds: Sounds | None = None) -> None:
        fields = [tuple(map(_plain, (e.name, e.about, e.text))) for e in entries]
        # A character that nobody can type parts the fields, another ends the line.
        text = "".join("\t".join(each) + "\n" for each in fields)
        self._size = len(text)
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        lengths = np.array([[*map(len, each)] for each in fields], np.int64).reshape(-1, 3)
        ends = np.cumsum(lengths.sum(axis=1) + 3)
        self._starts = starts = ends - lengths.sum(axis=1) - 3
        named = _between(self._size, starts, starts + lengths[:, 0])
        short = np.where(lengths[:, 0] > _LOOSE_NAME, 0, lengths[:, 0])
        self._short = _number(_between(self._size, starts, starts + short))
        heard = _between(self._size, starts, starts + lengths[:, 0] + 1 + lengths[:, 1])
        self._begin, self._end = self._bits(starts), self._bits(ends - 1)
        self._name, self._name_end = _number(named), self._bits(starts + lengths[:, 0])
        self._line = ((1 << self._size) - 1) & ~self._end
        order = np.argsort(codes, kind="stable")
        found, first = np.unique(codes[order], return_index=True)
        parted = np.split(order, first[1:]) if len(found) else []
        self._written = {chr(code): at for code, at in zip(found, parted, strict=True)}
        self._heard = heard
        self._spelt = _spelt(set(self._written) - {"\t", "\n"}, sounds)
        self._masks: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self._starts)

    def find(self, typed: str, limit: int, recent: Sequence[int] = ()) -> list[Match]:
        """The best matches, at most `limit`: the whole name, what begins so, what has it within,
        what has all the words anywhere, and what has the letters in this order; what is written so
        before what sounds so, and among equals the `recent` places first, in their order.

        Where nothing is typed: the recent ones, then all as they were given.
        """
        words = [word for word in map(_plain, typed.split()) if word]
        if not words:
            rest = (n for n in range(len(self)) if n not in recent)
            found = [Match(0, n) for n in recent[:limit]]
            return found + [Match(1, n) for n in islice(rest, limit - len(found))]
        found, seen = [], 0
        for rank, lines in enumerate(self._tiers("".join(words), words)):
            fresh = lines & ~seen
            seen |= fresh
            found += [Match(rank, n) for n in self._places(fresh, recent, limit - len(found))]
            if len(found) >= limit:
                break
        return found

    def _tiers(self, whole: str, words: list[str]) -> Iterator[int]:
        """The lines that fit, from the best sort to the loosest, each as the bits of their ends."""
        begins = self._reach(whole, self._begin)
        yield self._lines(begins & self._name_end)
        yield self._lines(self._reach(whole, self._begin, sounding=False))
        yield self._lines(begins)
        yield self._lines(self._reach(whole, self._name, sounding=False))
        yield self._lines(self._reach(whole, self._name))
        anywhere, every = self._line, self._end
        for word in words:
            every &= self._lines(self._reach(word, anywhere))
        yield every
        if len(whole) >= _LOOSE_FROM:
            yield self._lines(self._reach(whole, self._short, loose=True))

    def _reach(self, word: str, starts: int, *, sounding: bool = True, loose: bool = False) -> int:
        """Just behind which places a match of `word` ends that begins at one of `starts`; `loose`
        lets other characters of the name stand in between."""
        reached = [starts] + [0] * len(word)
        for done in range(len(word)):
            here = reached[done]
            if loose and here:
                here = self._onward(here)
            if here:
                for length, mask in self._meanings(word, done, sounding=sounding):
                    reached[done + length] |= (here & mask) << 1
        return reached[-1]

    def _onward(self, here: int) -> int:
        """These places and all behind them in the same name: a sum carries through a run of ones
        and turns them over."""
        run = self._short
        return (run & ~(run + (here & run))) | here

    def _lines(self, places: int) -> int:
        """The ends of the lines in which any of `places` lies: there the sum's carry arrives."""
        return ((self._line + (places & self._line)) | places) & self._end

    def _places(self, lines: int, recent: Sequence[int], limit: int) -> list[int]:
        """The numbers of these lines, `recent` ones first."""
        if not lines or limit <= 0:
            return []
        size = -(-self._size // 8)
        octets = np.frombuffer(lines.to_bytes(size, "little"), np.uint8)
        ends = np.flatnonzero(np.unpackbits(octets, bitorder="little"))
        places = (np.searchsorted(self._starts, ends, "right") - 1).tolist()
        held = set(places) & set(recent)
        first = [n for n in recent if n in held]
        return [*first, *(n for n in places if n not in held)][:limit]

    def _meanings(self, word: str, at: int, *, sounding: bool) -> Iterator[tuple[int, int]]:
        """What the letters from `at` on may mean: (so many letters, where that stands)."""
        yield 1, self._mask("=", word[at])
        if not sounding or not self._spelt or not word[at].isascii():
            return
        for length in range(1, min(6, len(word) - at) + 1):
            part = word[at : at + length]
            # Only what is typed last may be cut short.
            kind = "~" if at + length == len(word) else "-"
            if mask := self._mask(kind, part):
                yield length, mask

    def _mask(self, kind: str, part: str) -> int:
        """Where a character is written (=), where one is read or begins so (-), where a reading
        goes on from this (~)."""
        held = self._masks.get((kind, part))
        if held is None:
            if kind == "=":
                held = self._bits(self._written.get(part, _NONE))
            else:
                chars = self._spelt.get(part, set())
                if kind == "~":
                    longer = (cs for r, cs in self._spelt.items() if r.startswith(part))
                    chars = set().union(*longer)
                at = np.concatenate([_NONE, *(self._written[char] for char in chars)])
                held = self._bits(at[self._heard[at]])
            self._masks[kind, part] = held
        return held

    def _bits(self, places: Places) -> int:
        on = np.zeros(self._size, bool)
        on[places] = True
        return _number(on)


def _number(on: Flags) -> int:
    """One bit for each place, the first one the lowest."""
    return int.from_bytes(np.packbits(on, bitorder="little").tobytes(), "little")


def _between(size: int, starts: Places, ends: Places) -> Flags:
    """On from each start to before its end."""
    steps = np.zeros(size + 1, np.int8)
    steps[starts] += 1
    steps[ends] -= 1
    return np.cumsum(steps[:-1]) > 0


def _plain(text: str) -> str:
    """Small letters, digits and 汉字; nobody types the marks and spaces of a name."""
    return "".join(filter(str.isalnum, text.casefold())).replace("ü", "v")


def _spelt(chars: Iterable[str], sounds: Sounds | None) -> dict[str, set[str]]:
    """By syllable and by initial the characters that may be read so."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    if sounds is not None:
        for char in chars:
            for reading in () if char.isascii() else sounds(char):
                found[reading].add(char)
                found[reading[0]].add(char)
                if reading.startswith(_PAIRS):
                    found[reading[:2]].add(char)
    return dict(found)
