"""What the visible watermark says: the lines read off a photo, and what of them means something.

The watermark is what a camera burnt into the picture, and often the only witness that is left. It
was read by a machine, so each statement says whether it is sure, and where on the photo it stands.
"""

from datetime import date, datetime, time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from forms.photo_facts import YEARS

Statement = Literal["day", "clock", "weekday", "position", "address", "place", "brand", "code"]
"""What a watermark can state, by the names of `Watermark`'s fields; position is both degrees."""

LINE_CEILING = 120
"""Lines kept of one photo; a photographed page may hold more than anybody needs."""
TEXT_CEILING = 200


class Line(BaseModel):
    """A line of writing as read; `box` is left, top, right, bottom on the upright photo, 0 to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(max_length=TEXT_CEILING)
    score: float = Field(ge=0, le=1)
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    ink: tuple[int, int, int] | None = None
    """Red, green and blue of the writing, 0 to 255; None where it does not stand out clearly."""
    tilt: float = 0.0
    """Degrees by which the line falls to the right; 0 also for lines too short to tell."""

    @field_validator("box")
    @classmethod
    def _box_lies_on_the_photo(
        cls, value: tuple[float, float, float, float]
    ) -> tuple[float, float, float, float]:
        if not all(0 <= edge <= 1 for edge in value):
            raise ValueError("a box beyond the photo")
        return value


class Watermark(BaseModel):
    """The reading of one photo's writing; empty lines mean that nothing was found to read.

    `day` and `clock` are the watermark's wall clock (its camera's zone, which is not written);
    `clock` is to the minute where `seconds` is False. `weekday` counts from Monday, 0. Latitude and
    longitude are signed decimal degrees as written, in an unknown datum, both or neither.
    `impossible` is a date or time as read that no calendar has (2025年2月30日), which is told and
    not mended. `unsure` names the statements that a person has to look at; `seen_in` the lines (by
    number in `lines`) that each statement was read from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: tuple[Line, ...] = Field(default=(), max_length=LINE_CEILING)
    day: date | None = None
    clock: time | None = None
    seconds: bool = False
    weekday: int | None = Field(default=None, ge=0, le=6)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    address: str = Field(default="", max_length=TEXT_CEILING)
    place: str = Field(default="", max_length=TEXT_CEILING)
    brand: str = Field(default="", max_length=TEXT_CEILING)
    code: str = Field(default="", max_length=TEXT_CEILING)
    impossible: str = Field(default="", max_length=TEXT_CEILING)
    unsure: frozenset[Statement] = frozenset()
    seen_in: dict[Statement, tuple[int, ...]] = Field(default_factory=dict)
    screen: bool = False
    """Whether the picture bears the fine regular pattern of a photographed screen: a hint."""

    @field_validator("day")
    @classmethod
    def _far_years_are_dropped(cls, value: date | None) -> date | None:
        return value if value is not None and value.year in YEARS else None

    @property
    def taken_local(self) -> datetime | None:
        """The watermark's day and time together; None without both."""
        if self.day is None or self.clock is None:
            return None
        return datetime.combine(self.day, self.clock.replace(tzinfo=None))

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, or None: never one without the other."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @property
    def states_anything(self) -> bool:
        """Whether the writing holds a time, a place or a camera's mark, and is not just writing."""
        return bool(
            self.day
            or self.clock
            or self.position
            or self.address
            or self.code
            or self.brand
            or self.impossible
        )
