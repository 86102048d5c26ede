"""How far a device's clock runs ahead, told by the satellites' time in its own photos.

A position's time comes from satellites and is right; the shutter's time comes from the device.
Their difference is the clock's drift plus the age of the fix, and an age is never negative: so the
drift is the smallest difference that several photos of one device share.
"""

from collections.abc import Iterable
from datetime import timedelta

from forms.photo_facts import PhotoFacts

AGREEING = timedelta(seconds=90)
"""Fixes of one clock are this close together; a fresh one is seconds old."""
LEAST = timedelta(minutes=2)
"""A smaller drift changes no judgement, and is left alone."""
MOST = timedelta(days=400)
WITNESSES = 2


def device_of(facts: PhotoFacts) -> str:
    """The device as its photos name it; "" where they do not."""
    return " ".join(part for part in (facts.make, facts.model) if part)


def drifts(photos: Iterable[PhotoFacts]) -> dict[str, timedelta]:
    """By device, how far its clock runs ahead (negative: behind); devices on time are left out.

    Only a difference that at least two photos taken at different moments share is believed: one
    photo cannot tell a wrong clock from an old fix.
    """
    gaps: dict[str, dict[timedelta, set[object]]] = {}
    for facts in photos:
        device, taken, fixed = device_of(facts), facts.taken_at, facts.gps_time
        if device and taken is not None and fixed is not None and abs(taken - fixed) <= MOST:
            gaps.setdefault(device, {}).setdefault(taken - fixed, set()).add(fixed)
    found = {device: _shared(by_gap) for device, by_gap in gaps.items()}
    return {device: gap for device, gap in found.items() if gap is not None and abs(gap) >= LEAST}


def _shared(by_gap: dict[timedelta, set[object]]) -> timedelta | None:
    """The least difference that enough fixes share: one fix repeated in many photos is one."""
    ordered = sorted(by_gap)
    for least in ordered:
        near = [gap for gap in ordered if least <= gap <= least + AGREEING]
        fixes = set().union(*(by_gap[gap] for gap in near))
        if len(fixes) >= WITNESSES:
            return near[len(near) // 2]
    return None
