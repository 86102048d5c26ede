"""How much of a report's prose stands in the reports of the store's other dossiers too.

Compared are runs of 13 characters. Of every dossier a sample of its runs' hashes is kept in memory,
chosen by the hashes themselves, so that two samples show what two reports share; the few that come
near a limit are then compared in full. What is kept follows the change log: a dossier is read again
when a row of it was written. Nothing of it outlives the program, so that what is purged is gone.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from forms.dossier import Dossier, Enterprise, Member, Paragraph, Provider
from forms.pack import Pack
from grading.prose_check import Shared

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

RUN = 13
"""Characters of a run."""
LEAST = 1000
"""So many runs a report needs before it is compared: of few paragraphs any share is chance."""
_EVERY = 8
"""One run in so many is sampled, by its hash: about 2,500 of a report of 20,000 characters."""
_MARGIN = 5
"""Per cent by which a sample may mistake a share, generously: beyond, a report is not read."""
_BREAK = "\ue000"
"""Stands between paragraphs and in the place of names; no text has it."""
_READ = 3
"""So many reports at most are compared in full."""


class SharedProse:
    """The samples of one store's reports. Safe to ask from any thread."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._lock = threading.Lock()
        self._samples: dict[UUID, Hashes] = {}
        self._full: dict[UUID, Hashes] = {}
        self._stale: set[UUID] = set()
        self._read_to = 0
        self._index: tuple[list[UUID], Hashes, NDArray[np.int64]] | None = None
        self._official_runs: Hashes | None = None

    def found(self, session: Session, dossier: Dossier, level: int | None) -> tuple[Shared, ...]:
        """The other reports that share as much with this one as the pack minds, the most first.

        `level` is the enterprise's by its diagnosis, None while that is open. Headings and official
        texts do not count, nor do the names of enterprise, provider and team.
        """
        rows, least = dossier.all(Paragraph), _lowest_limit(self._pack)
        if sum(len(row.text) for row in rows) < LEAST:
            return ()
        names = [dossier.one(Enterprise).name, dossier.one(Provider).name]
        names += [row.name for row in dossier.all(Member)]
        with self._lock:
            self._refresh(session, dossier.id)
            if not self._samples.keys() - {dossier.id}:
                return ()
            own = self._runs(_joined((row.text for row in rows), names))
            if len(own) < LEAST:
                return ()
            near = self._near(own, dossier.id, least - _MARGIN)
            shares = {}
            for other in near[:_READ]:
                shares[other] = _common(own, self._whole(session, other)) * 100 // len(own)
        found = [(share, other) for other, share in shares.items() if share >= least]
        industry = dossier.one(Enterprise).industry
        told = (self._told(session, other, share, industry, level) for share, other in found)
        return tuple(sorted(told, key=lambda each: -each.share))

    def _whole(self, session: Session, other: UUID) -> Hashes:
        """All runs of another report; those of the last ones asked for are kept."""
        if other not in self._full:
            if len(self._full) >= 2 * _READ:
                self._full.clear()
            texts = [whole for _, whole in _reports(session, [other])]
            self._full[other] = _hashes("".join(texts))
        return self._full[other]

    def _told(
        self, session: Session, other: UUID, share: int, industry: str, level: int | None
    ) -> Shared:
        name, trade, facts = session.connection().execute(_WHO, {"dossier": other.hex}).one()
        known = json.loads(facts).get("level") if facts else None
        # What is not known yet is not held against anybody.
        differs = trade != industry or (None not in (known, level) and known != level)
        return Shared(name or "未命名企业", int(share), not differs, other)

    def _refresh(self, session: Session, own: UUID) -> None:
        """Read what was written since the last time; `own` is at hand, and waits for its turn."""
        newest, open_ = session.connection().execute(_WRITTEN, {"last": self._read_to}).one()
        if newest is not None:
            touched = session.connection().execute(_TOUCHED, {"last": self._read_to})
            self._stale |= {UUID(row[0]) for row in touched}
            # A row that is still being typed changes in its place: it is looked at again.
            self._read_to = min(newest, (open_ or newest + 1) - 1)
        wanted = self._stale - {own}
        if not wanted:
            return
        self._stale -= wanted
        for dossier_id in wanted:
            self._samples.pop(dossier_id, None)
            self._full.pop(dossier_id, None)
        for dossier_id, whole in _reports(session, wanted):
            self._samples[dossier_id] = _hashes(whole, every=_EVERY)
        self._index = None

    def _near(self, own: Hashes, own_id: UUID, least: int) -> list[UUID]:
        """The dossiers whose sample has about `least` per cent of this one's, the most first."""
        import numpy as np

        ids, values, owners = self._indexed()
        sample = own[own % _EVERY == 0]
        first = np.searchsorted(values, sample, "left")
        many = np.searchsorted(values, sample, "right") - first
        # Where each of a hash's entries stands: from the first one on, one after the other.
        steps = np.arange(many.sum()) - np.repeat(many.cumsum() - many, many)
        counts = np.bincount(owners[np.repeat(first, many) + steps], minlength=len(ids))
        least_count = max(least * len(sample) / 100, 1)
        order = np.argsort(-counts, kind="stable")
        return [ids[n] for n in order if counts[n] >= least_count and ids[n] != own_id]

    def _indexed(self) -> tuple[list[UUID], Hashes, NDArray[np.int64]]:
        """All samples as one sorted array, and whose each is."""
        import numpy as np

        if self._index is None:
            ids = list(self._samples)
            values = np.concatenate([self._samples[each] for each in ids])
            owners = np.repeat(np.arange(len(ids)), [len(self._samples[each]) for each in ids])
            order = np.argsort(values, kind="stable")
            self._index = ids, values[order], owners[order]
        return self._index

    def _runs(self, whole: str) -> Hashes:
        """The distinct runs of a text but for the official ones."""
        import numpy as np

        if self._official_runs is None:
            self._official_runs = _hashes(_joined(_official(self._pack), ()))
        runs = _hashes(whole)
        return runs[~np.isin(runs, self._official_runs, assume_unique=True)]


def _reports(session: Session, wanted: Iterable[UUID]) -> Iterator[tuple[UUID, str]]:
    """Reports as they are stored, of which the dossier was not withdrawn."""
    keys = json.dumps([each.hex for each in wanted])
    names: dict[str, list[str]] = {}
    for key, name in session.connection().execute(_NAMES, {"keys": keys}):
        names.setdefault(key, []).append(name)
    for key, texts in session.connection().execute(_TEXTS, {"keys": keys}):
        yield UUID(key), _joined([texts], names.get(key, []))


def _joined(texts: Iterable[str], names: Iterable[str]) -> str:
    """Paragraphs without spaces, as one text that breaks where a run must not go on."""
    whole = "".join(_BREAK.join(texts).split())
    for name in names:
        if name.strip():
            whole = whole.replace("".join(name.split()), _BREAK)
    return whole


def _official(pack: Pack) -> Iterator[str]:
    """What every report may quote: headings and hints of annex 3, the evaluation table's words."""
    for section in pack.outline.sections:
        yield section.heading
        yield section.guide
    for item in pack.instrument.items:
        yield from (f"{item.name}{option.text}" for option in item.options)
    for scene in pack.instrument.scenes:
        yield from scene.criteria
    yield from (pack.title, pack.document, pack.instrument.title)


def _hashes(whole: str, every: int = 1) -> Hashes:
    """The hashes of the runs without a break, each once, sorted; one in `every`."""
    import numpy as np

    codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    count = len(codes) - RUN + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    # A polynomial in each run's characters, modulo 2**64: of 1, 2, 4, 8, 12 and 13 of them.
    one = codes.astype(np.uint64)
    two = one[:-1] * _power(1) + one[1:]
    four = two[:-2] * _power(2) + two[2:]
    eight = four[:-4] * _power(4) + four[4:]
    twelve = eight[: count + 1] * _power(4) + four[8 : count + 9]
    sums = twelve[:count] * _power(1) + one[12:]
    sums ^= sums >> np.uint64(29)
    sums *= np.uint64(0xBF58476D1CE4E5B9)
    sums ^= sums >> np.uint64(32)
    breaks = np.concatenate(([0], np.cumsum(codes == ord(_BREAK))))
    unbroken = breaks[RUN:] == breaks[:count]
    return np.unique(sums[unbroken & (sums % np.uint64(every) == 0)])


def _power(times: int) -> np.uint64:
    import numpy as np

    return np.uint64(pow(0x9E3779B97F4A7C15, times, 2**64))


def _common(own: Hashes, other: Hashes) -> int:
    import numpy as np

    return int(np.isin(own, other, assume_unique=True).sum())


_WRITTEN = text(
    "SELECT max(rowid), min(CASE WHEN link IS NULL THEN rowid END) FROM log WHERE rowid > :last"
)
_TOUCHED = text("SELECT DISTINCT dossier_id FROM log WHERE rowid > :last")
_KEYS = "(SELECT value FROM json_each(:keys))"
_TEXTS = text(
    "SELECT p.dossier_id, group_concat(p.text, char(57344)) "  # which is _BREAK
    "FROM paragraph p JOIN dossier d ON d.id = p.dossier_id "
    f"WHERE p.dossier_id IN {_KEYS} AND NOT p.withdrawn AND NOT d.withdrawn "
    "GROUP BY p.dossier_id"
)
_NAMES = text(
    f"SELECT dossier_id, name FROM enterprise WHERE dossier_id IN {_KEYS} "
    f"UNION ALL SELECT dossier_id, name FROM provider WHERE dossier_id IN {_KEYS} "
    f"UNION ALL SELECT dossier_id, name FROM member WHERE dossier_id IN {_KEYS}"
)
_WHO = text(
    "SELECT e.name, e.industry, s.facts FROM dossier d "
    "LEFT JOIN enterprise e ON e.dossier_id = d.id LEFT JOIN summary s ON s.dossier_id = d.id "
    "WHERE d.id = :dossier"
)


def _lowest_limit(pack: Pack) -> int:
    """The lowest share, in per cent, that the pack minds; 100 where it minds none."""
    rules = [pack.rules.get(name) for name in ("REPORT-SHARED", "REPORT-SHARED-ALIKE")]
    return min((int(rule.limit) for rule in rules if rule), default=100)
