"""How far a device's clock runs ahead, told by the satellites' time in its own photos.

A position's time comes from satellites and is right; the shutter's time comes from the device.
Their difference is the clock's drift plus the age of the fix, and an age is never negative: so the
drift is the smallest difference that several photos of one device share.

Photos name a model and no single device. Two colleagues with phones of one model show as two
differences, each shared by several fixes of its own; then only a photo's own fix tells whose it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from forms.photo_facts import PhotoFacts

AGREEING = timedelta(seconds=90)
"""Fixes of one clock are this close together; a fresh one is seconds old."""
LEAST = timedelta(minutes=2)
"""A smaller drift changes no judgement, and is left alone."""
MOST = timedelta(days=400)
WITNESSES = 2


NO_DRIFT = timedelta(0)


@dataclass(frozen=True, slots=True)
class Clock:
    """How far a device's clock runs ahead (negative: behind).

    `below` is the least gap of another clock under the same name; None where there is no other.
    """

    ahead: timedelta
    below: timedelta | None = None

    def drift(self, facts: PhotoFacts) -> timedelta:
        """What to take off a photo's time; nothing where another clock may have written it."""
        gap = _gap(facts)
        mine = self.below is None or (gap is not None and gap < self.below)
        return self.ahead if mine else NO_DRIFT


def device_of(facts: PhotoFacts) -> str:
    """The device as its photos name it; "" where they do not."""
    return " ".join(part for part in (facts.make, facts.model) if part)


def clocks(photos: Iterable[PhotoFacts]) -> dict[str, Clock]:
    """The clocks that were wrong, by device.

    Only a difference that at least two photos taken at different moments share is believed: one
    photo cannot tell a wrong clock from an old fix.
    """
    gaps: dict[str, dict[timedelta, set[datetime]]] = {}
    for facts in photos:
        device, gap, fixed = device_of(facts), _gap(facts), facts.gps_time
        if device and gap is not None and fixed is not None and abs(gap) <= MOST:
            gaps.setdefault(device, {}).setdefault(gap, set()).add(fixed)
    found = {}
    for device, by_gap in gaps.items():
        shared = list(_shared(by_gap))
        if shared and abs(shared[0][1]) >= LEAST:
            found[device] = Clock(shared[0][1], shared[1][0] if len(shared) > 1 else None)
    return found


def _gap(facts: PhotoFacts) -> timedelta | None:
    if facts.taken_at is None or facts.gps_time is None:
        return None
    return facts.taken_at - facts.gps_time


def _shared(by_gap: dict[timedelta, set[datetime]]) -> Iterator[tuple[timedelta, timedelta]]:
    """The differences that enough fixes share, from the least: where each begins, its middle.

    One fix repeated in many photos is one, and one that was seen fresh is old ever after.
    """
    ordered, seen = sorted(by_gap), set[datetime]()
    while ordered:
        least = ordered[0]
        near = [gap for gap in ordered if gap <= least + AGREEING]
        fixes = set().union(*(by_gap[gap] for gap in near)) - seen
        if len(fixes) >= WITNESSES:
            yield least, near[len(near) // 2]
            seen |= fixes
            ordered = ordered[len(near) :]
        else:
            ordered = ordered[1:]
