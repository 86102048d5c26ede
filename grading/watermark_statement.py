"""What a person says of a watermark, put over what the machine read of it."""

import re

from forms.dossier import Photo
from forms.fields import decimal
from forms.watermark import Statement, Watermark
from grading.geodesy import degrees

#: Which statement each of the photo's fields speaks of.
FIELDS: dict[str, Statement] = {
    "stated_date": "day",
    "stated_time": "clock",
    "stated_address": "address",
    "stated_place": "place",
    "stated_latitude": "position",
    "stated_longitude": "position",
    "stated_brand": "brand",
    "stated_code": "code",
}
#: The field that says that there is no watermark, whatever was taken for one.
NONE = "stated_none"
_WORDS: tuple[Statement, ...] = ("address", "place", "brand", "code")
#: What is written in a time and not in a date.
_OF_A_CLOCK = re.compile("[:：时時点點]")


def stated(photo: Photo, mark: Watermark | None) -> frozenset[Statement]:
    """The statements that a person made of this photo's watermark; `mark` is its reading, with or
    without them.

    One of two degrees states the position where the other was read.
    """
    if photo.stated_none is True:
        return frozenset()
    found = {name for field, name in FIELDS.items() if getattr(photo, field) not in (None, "")}
    if _degrees(photo, mark) is None:
        found.discard("position")
    return frozenset(found)


def with_statements(read: Watermark | None, photo: Photo) -> Watermark | None:
    """The reading with a person's statements in it, which are sure; None where neither is there."""
    if photo.stated_none is True:
        return Watermark(screen=bool(read and read.screen))
    by_person = stated(photo, read)
    if not by_person:
        return read
    base = read or Watermark()
    update: dict[str, object] = {"unsure": base.unsure - by_person}
    if "day" in by_person:
        # The weekday beside it was read by the machine, and nobody can correct it: a person who
        # looked at the date to write it down saw the day's name too.
        update |= {"day": photo.stated_date, "weekday": None}
        update["unsure"] = base.unsure - by_person - {"weekday"}
    if "clock" in by_person:
        update |= {"clock": photo.stated_time, "seconds": False}
    if ("clock" if _OF_A_CLOCK.search(base.impossible) else "day") in by_person:
        update["impossible"] = ""
    update |= {name: getattr(photo, f"stated_{name}") for name in _WORDS if name in by_person}
    position = _degrees(photo, read)
    if position is not None:
        update |= {"latitude": position[0], "longitude": position[1]}
    return base.model_copy(update=update)


def _degrees(photo: Photo, mark: Watermark | None) -> tuple[float, float] | None:
    """The position that a person states; what was left empty is as read."""
    typed = (photo.stated_latitude, photo.stated_longitude)
    if typed == ("", ""):
        return None
    read = (mark.latitude, mark.longitude) if mark else (None, None)
    found = [decimal(said) if said else seen for said, seen in zip(typed, read, strict=True)]
    return degrees(*found)
