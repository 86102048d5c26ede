"""What a photo file says about itself, before anyone judges it."""

from datetime import datetime, timedelta, timezone

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NaiveDatetime, field_validator

BEIJING = timezone(timedelta(hours=8), "北京时间")
"""Assumed where a photo records no offset: all of China keeps +08:00, without summer time."""


YEARS = range(1900, 2200)
"""Years that photos and papers can be of; at the calendar's ends adding an hour or a day fails."""


MACHINE_CLOCK = "诊改工作台 本机时钟"
"""What a photo that this program took itself names as its software: its time is the clock's of the
machine that ran the program, and no camera recorded anything."""


class PhotoFacts(BaseModel):
    """Time, place and device as recorded in one image, unjudged.

    Sizes are in pixels as stored; an `orientation` other than 1 still has to be applied.
    Latitude and longitude are signed decimal degrees in whatever datum the device wrote, and both
    None where the file holds no usable position: absent, not finite, out of range, or (0, 0).
    `gps_time` is the time of the position fix, which can be older than the picture.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int = Field(ge=1)
    height: int = Field(ge=1)
    format: str
    taken_local: NaiveDatetime | None = None
    """The device's wall clock (EXIF DateTimeOriginal), with its fraction of a second."""
    subsec: str = ""
    """The fraction's digits as recorded, so that “054” stays distinct from “54”."""
    offset: str | None = Field(default=None, pattern=r"^[+-]\d\d:[0-5]\d$")
    """OffsetTimeOriginal as ±HH:MM; None where the file does not say."""
    gps_time: AwareDatetime | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    hemisphere_known: bool = True
    """False where a reference letter (N/S, E/W) was missing: north and east were taken then."""
    make: str | None = None
    model: str | None = None
    software: str | None = None
    orientation: int = Field(default=1, ge=1, le=8)

    @field_validator("offset")
    @classmethod
    def _offset_is_on_earth(cls, value: str | None) -> str | None:
        if value is not None and abs(parse_offset(value)) > timedelta(hours=15):
            raise ValueError("offset beyond 15 hours")
        return value

    @field_validator("taken_local", "gps_time")
    @classmethod
    def _far_years_are_dropped(cls, value: datetime | None) -> datetime | None:
        return value if value is not None and value.year in YEARS else None

    @property
    def offset_known(self) -> bool:
        """Whether the file itself says how far its clock is from UTC."""
        return self.offset is not None

    @property
    def taken_at(self) -> datetime | None:
        """When the shutter was released, aware; Beijing time is assumed without an offset."""
        if self.taken_local is None:
            return None
        zone = BEIJING if self.offset is None else timezone(parse_offset(self.offset))
        return self.taken_local.replace(tzinfo=zone)

    @property
    def own_clock(self) -> bool:
        """Whether this program took the photo, so that no camera but the machine's clock says when;
        a file that says so of itself claims less than any other."""
        return self.software == MACHINE_CLOCK

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, or None: never one without the other."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


def parse_offset(text: str) -> timedelta:
    """±HH:MM as a distance from UTC. The text must have that shape already."""
    size = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return -size if text[0] == "-" else size
