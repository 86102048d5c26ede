"""What a person says of a watermark, put over what the machine read of it."""

from forms.dossier import Photo
from forms.fields import decimal
from forms.watermark import Statement, Watermark

#: Which statement each of the photo's fields speaks of.
FIELDS: dict[str, Statement] = {
    "stated_date": "day",
    "stated_time": "clock",
    "stated_address": "address",
    "stated_latitude": "position",
    "stated_longitude": "position",
}


def stated(photo: Photo) -> frozenset[Statement]:
    """The statements that a person made of this photo's watermark."""
    found = {name for field, name in FIELDS.items() if getattr(photo, field) not in (None, "")}
    if _degrees(photo) is None:
        found.discard("position")
    return frozenset(found)


def with_statements(read: Watermark | None, photo: Photo) -> Watermark | None:
    """The reading with a person's statements in it, which are sure; None where neither is there."""
    by_person = stated(photo)
    if not by_person:
        return read
    base = read or Watermark()
    update: dict[str, object] = {"unsure": base.unsure - by_person}
    if "day" in by_person:
        # The weekday was read by the machine: it says no more once a person has read the date.
        update |= {"day": photo.stated_date, "impossible": ""}
        update["unsure"] = base.unsure - by_person - {"weekday"}
    if "clock" in by_person:
        update |= {"clock": photo.stated_time, "seconds": False, "impossible": ""}
    if "address" in by_person:
        update["address"] = photo.stated_address
    degrees = _degrees(photo)
    if degrees is not None:
        update |= {"latitude": degrees[0], "longitude": degrees[1]}
    return base.model_copy(update=update)


def _degrees(photo: Photo) -> tuple[float, float] | None:
    latitude, longitude = decimal(photo.stated_latitude), decimal(photo.stated_longitude)
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return float(latitude), float(longitude)
