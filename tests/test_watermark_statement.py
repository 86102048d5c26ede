"""A person's word on a watermark, over what the machine read of it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from forms.dossier import Photo
from forms.watermark import Watermark
from grading.watermark_statement import stated, with_statements

DAY = dt.date(2025, 6, 17)
READ = Watermark(
    day=DAY,
    clock=dt.time(9, 5),
    weekday=3,
    latitude=43.88,
    longitude=125.26,
    place="示例厂",
    brand="示例相机",
    code="A8K2",
    unsure=frozenset({"day", "weekday", "place", "brand", "code"}),
)


def shot(**fields: Any) -> Photo:
    return Photo(dossier_id=uuid4(), **fields)


def said(read: Watermark | None, **fields: Any) -> Watermark:
    mark = with_statements(read, shot(**fields))
    assert mark is not None
    return mark


def test_nothing_said_leaves_the_reading_as_it_is() -> None:
    assert with_statements(None, shot()) is None
    assert with_statements(READ, shot(stated_none=False)) is READ


def test_a_stated_date_has_the_weekday_that_was_read_say_no_more() -> None:
    mark = said(READ, stated_date=DAY)
    assert (mark.day, mark.weekday) == (DAY, None)
    assert not {"day", "weekday"} & mark.unsure


@pytest.mark.parametrize("name", ["place", "brand", "code"])
def test_names_and_codes_can_be_stated_too(name: str) -> None:
    mark = said(READ, **{f"stated_{name}": "另一个"})
    assert getattr(mark, name) == "另一个"
    assert mark.unsure == READ.unsure - {name}


@pytest.mark.parametrize(
    ("field", "typed", "place"),
    [
        ("stated_longitude", "125.3", (43.88, 125.3)),
        ("stated_latitude", "43.9", (43.9, 125.26)),
    ],
)
def test_half_a_position_is_filled_up_from_the_reading(
    field: str, typed: str, place: tuple[float, float]
) -> None:
    photo = shot(**{field: typed})
    mark = with_statements(READ, photo)
    assert mark is not None and mark.position == place
    assert stated(photo, mark) == {"position"}


def test_half_a_position_alone_and_degrees_that_are_none_state_nothing() -> None:
    alone, absurd = shot(stated_longitude="125.3"), shot(stated_latitude="143.9")
    assert with_statements(None, alone) is None
    assert with_statements(READ, absurd) is READ
    assert stated(alone, None) == stated(absurd, READ) == frozenset()


@pytest.mark.parametrize(
    ("impossible", "mends", "does_not"),
    [
        ("2025年2月30日", {"stated_date": DAY}, {"stated_time": dt.time(9, 5)}),
        ("2025-02-30", {"stated_date": DAY}, {"stated_time": dt.time(9, 5)}),
        ("25：61", {"stated_time": dt.time(9, 5)}, {"stated_date": DAY}),
        ("25时61分", {"stated_time": dt.time(9, 5)}, {"stated_date": DAY}),
    ],
)
def test_what_no_calendar_has_goes_when_it_was_stated_itself(
    impossible: str, mends: dict[str, Any], does_not: dict[str, Any]
) -> None:
    read = Watermark(impossible=impossible)
    assert said(read, **does_not).impossible == impossible
    assert said(read, **mends).impossible == ""


def test_that_there_is_no_watermark_silences_what_was_taken_for_one() -> None:
    read = READ.model_copy(update={"screen": True})
    photo = shot(stated_none=True, stated_place="示例厂")
    mark = with_statements(read, photo)
    assert mark is not None
    assert not mark.states_anything and not mark.unsure and not mark.place
    assert mark.screen  # what the picture itself shows has nothing to do with its writing
    assert stated(photo, mark) == frozenset()
