"""一致性核对: the machine's clock, which dates every edit, against its own order and the photos."""

import datetime as dt
from contextlib import suppress
from typing import Any
from uuid import UUID

from forms.dossier import Photo
from forms.photo_facts import BEIJING
from grading.rules.case import Case, Hits, hit
from grading.rules.photos import name_of

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def set_back(case: Case) -> Hits:
    """A device whose edits run backwards in time: its clock was set back by hours or more.

    A device's own edits are compared, in the order in which they were made; the furthest step is
    told. A battery that is empty sets a clock back by years.
    """
    latest: dict[UUID, dt.datetime] = {}
    worst: tuple[dt.timedelta, dt.datetime, dt.datetime] | None = None
    for edit in case.edits:
        before = latest.setdefault(edit.device, edit.at)
        gap = before - edit.at
        if worst is None or gap > worst[0]:
            worst = gap, before, edit.at
        latest[edit.device] = max(before, edit.at)
    if worst is not None and worst[0] > _HOUR * int(case.limit("CLOCK-BACK")):
        yield hit("CLOCK-BACK", before=_shown(worst[1]), after=_shown(worst[2]))


def before_photos(case: Case) -> Hits:
    """A photo that was recorded, by the machine's clock, days before it was taken.

    The satellites' time is believed before the camera's; what the camera's own clock is off by is
    taken off where it is known.
    """
    first: dict[UUID, dt.datetime] = {}
    for edit in case.edits:
        first.setdefault(edit.record, edit.at)
    worst: tuple[dt.timedelta, Photo, dt.datetime, dt.datetime] | None = None
    for each in case.photos.values():
        recorded = first.get(each.photo.id)
        taken = (each.facts.gps_time if each.facts else None) or each.taken_at
        if recorded is None or taken is None or taken.tzinfo is None:
            continue
        gap = taken - recorded
        if worst is None or gap > worst[0]:
            worst = gap, each.photo, recorded, taken
    if worst is not None and worst[0] > _DAY * int(case.limit("CLOCK-PHOTO")):
        _, photo, recorded, taken = worst
        shown: dict[str, Any] = {"recorded": _shown(recorded), "taken": _shown(taken)}
        yield hit("CLOCK-PHOTO", photo.id, photo=name_of(photo), **shown)


def _shown(moment: dt.datetime) -> str:
    with suppress(OverflowError):  # in the year 1 or 9999
        moment = moment.astimezone(BEIJING)
    return f"{moment:%Y-%m-%d %H:%M}"


RULES = (set_back, before_photos)
