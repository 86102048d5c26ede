"""The drawings on paper: what they show, how they hold what is too much, and how long they take."""

from __future__ import annotations

import io
import random
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from exporters import site_chart, visit_charts
from exporters.blocks import Picture
from exporters.canvas import BAD, DPI, GOOD, PAPER, Canvas, text_width
from exporters.pictures import load
from grading.photo_verdict import PhotoWord
from grading.site_plan import SitePlan, SitePoint
from grading.visit_day import Mark, Session, VisitDay

ROWS = ("入场离场", "办公场所", "生产现场")
KINDS = ("入场", "宣贯培训", "人员访谈", "生产现场", "离场")


def day(marks: tuple[Mark, ...] = (), **more: Any) -> VisitDay:
    values: dict[str, Any] = {
        "rows": ROWS,
        "sessions": (Session(545, 680), Session(810, 845)),
        "marks": marks,
        "total": 170,
        "needed": 180,
        "counts": ((2, 4), (1, 2), (4, 1)),
    } | more
    return VisitDay(**values)


def mark(number: int, minute: int | None, row: int = 2, **more: Any) -> Mark:
    return Mark(str(number), row, minute, more.pop("verdict", PhotoWord.CONSISTENT), **more)


def places(*around: tuple[float, float], fence: float = 500) -> SitePlan:
    points = tuple(
        SitePoint(str(n), east, north, KINDS[n % len(KINDS)], n)
        for n, (east, north) in enumerate(around, 1)
    )
    return SitePlan(points, fence, 0, "")


def image_of(picture: Picture | None) -> Image.Image:
    """The drawing as a document would take it in."""
    assert picture is not None and isinstance(picture.source, bytes)
    loaded = load(picture.source)
    assert loaded is not None and loaded.kind == "png" and loaded.data == picture.source
    image = Image.open(io.BytesIO(picture.source))
    assert image.width == round(visit_charts.WIDTH * DPI / 25.4)
    return image.convert("RGB")


def amount(image: Image.Image, colour: str) -> int:
    """How many dots have exactly this colour."""
    wanted = tuple(int(colour[n : n + 2], 16) for n in (1, 3, 5))
    counted = image.getcolors(image.width * image.height) or []
    return sum(count for count, found in counted if found == wanted)


def test_a_verdict_is_a_shape_and_not_a_colour_alone() -> None:
    grey = set()
    for word in PhotoWord:
        sheet = Canvas(6, 6)
        visit_charts.verdict_mark(sheet, (3, 3), word)
        image = Image.open(io.BytesIO(sheet.png())).convert("L")
        # In black and white alone, as a poor copy would show it.
        grey.add(image.point(lambda value: 255 if value > 150 else 0).tobytes())
    assert len(grey) == len(PhotoWord)


def test_the_day_is_described_for_who_cannot_see_it() -> None:
    found = visit_charts.timeline(day((mark(1, 600), Mark("gone", 0, 845, missing="缺下午离场"))))
    assert found is not None
    assert found.alt == "现场时间线：累计2小时50分，须满3小时，差10分，照片1张，缺下午离场"


def test_more_photos_of_one_moment_make_the_row_higher_and_are_all_drawn() -> None:
    one = image_of(visit_charts.timeline(day((mark(1, 600),))))
    few = image_of(visit_charts.timeline(day(tuple(mark(n, 600) for n in range(2)))))
    many = image_of(visit_charts.timeline(day(tuple(mark(n, 600) for n in range(12)))))
    assert one.height == few.height < many.height
    a_mark = amount(few, GOOD) - amount(one, GOOD)
    # Where a mark lies between two dots its edges are a little paler.
    assert amount(many, GOOD) - amount(one, GOOD) == pytest.approx(11 * a_mark, rel=0.03)


def test_sixty_photos_and_five_hundred_stay_a_picture_of_bounded_size() -> None:
    spread_out = tuple(mark(n, 510 + 6 * n, row=n % 3) for n in range(60))
    assert image_of(visit_charts.timeline(day(spread_out))).height < 900
    crowd = tuple(mark(n, 600, row=n % 3) for n in range(500))
    image = image_of(visit_charts.timeline(day(crowd)))
    assert image.height * 25.4 / DPI < 120


def test_without_a_time_photos_stand_at_the_right() -> None:
    # Nothing else is green, and the lowest line is the key to the marks.
    image = image_of(visit_charts.timeline(day((mark(1, None),))))
    right = image.crop((image.width * 8 // 10, 0, image.width, image.height * 8 // 10))
    left = image.crop((0, 0, image.width * 8 // 10, image.height * 8 // 10))
    assert amount(right, GOOD) > 500 and amount(left, GOOD) == 0


def test_nothing_to_draw_is_no_drawing() -> None:
    assert visit_charts.timeline(day(sessions=(), total=0)) is None
    assert site_chart.plan(places()) is None
    assert visit_charts.timeline(day((mark(1, None),), sessions=(), total=0)) is not None
    assert visit_charts.timeline(day()) is not None


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.none() | st.integers(0, 1439), st.sampled_from(PhotoWord)),
        max_size=20,
    ),
    st.lists(st.tuples(st.integers(0, 1438), st.integers(1, 900)), max_size=4),
    st.integers(0, 1440),
)
def test_any_day_is_drawn(
    marks: list[tuple[int, int | None, PhotoWord]], stays: list[tuple[int, int]], total: int
) -> None:
    held = tuple(Mark(str(n), row, at, word) for n, (row, at, word) in enumerate(marks))
    sessions = tuple(Session(start, min(start + long, 1439)) for start, long in sorted(stays))
    picture = visit_charts.timeline(day(held, sessions=sessions, total=total))
    if held or sessions:
        image_of(picture)


def test_what_lies_outside_stands_red_at_the_edge_in_its_direction() -> None:
    near = [(4.0, 6.0), (-5.0, 3.0), (30.0, 20.0)]
    assert amount(image_of(site_chart.plan(places(*near))), BAD) == 0
    image = image_of(site_chart.plan(places(*near, (-1900.0, 0.0))))
    west = image.crop((0, image.height // 4, image.width // 6, image.height * 3 // 4))
    east = image.crop((image.width // 6, 0, image.width * 2 // 3, image.height))
    assert amount(west, BAD) > 300 > amount(east, BAD)


def test_numbers_round_one_gate_do_not_cover_each_other() -> None:
    spots = [(50.0, 30.0)] * 12
    moved = site_chart.apart(spots, (50.0, 30.0))
    for n, (x, y) in enumerate([*moved, (50.0, 30.0)]):
        for other, up in moved[:n]:
            assert ((x - other) ** 2 + (y - up) ** 2) ** 0.5 > 3.5


def test_a_crowd_round_the_gate_is_enlarged_and_a_wide_field_is_not() -> None:
    assert site_chart.extent_of(places((4, 6), (-30, 3), (60, 20), (480, 0))) == 100
    assert site_chart.extent_of(places((4, 6), (300, 3), (-260, 20))) == 0
    assert site_chart.extent_of(places((1900, 0))) == 0
    assert site_chart.extent_of(places((0, 0), (0, 0), fence=50)) == 0


def test_sixty_places_are_listed_as_far_as_there_is_room() -> None:
    chance = random.Random(7)
    around = [(chance.gauss(0, 60), chance.gauss(0, 60)) for _ in range(60)]
    found = places(*around, (2000.0, 0.0))
    listed = site_chart.listed(found)
    assert len(listed) == 48 and listed[-1].number == 61
    image = image_of(site_chart.plan(found))
    assert image.height * 25.4 / DPI < 110


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-3e6, 3e6), st.floats(-3e6, 3e6)), min_size=1, max_size=30),
    st.floats(1, 5000),
)
def test_any_plan_is_drawn(around: list[tuple[float, float]], fence: float) -> None:
    image_of(site_chart.plan(places(*around, fence=fence)))


def test_a_label_longer_than_its_column_is_cut() -> None:
    point = SitePoint("a", 10, 10, "很长的照片类别" * 20, 1)
    image = image_of(site_chart.plan(SitePlan((point,), 500, 0, "")))
    # The distance at the right end stands free of it.
    strip = image.crop((round(146 * DPI / 25.4), 0, image.width, 60))
    assert amount(strip, PAPER) > strip.width * strip.height / 2


def test_both_drawings_of_one_visit_take_less_than_a_moment() -> None:
    marks = tuple(mark(n, 510 + 40 * n, row=n % 3) for n in range(12))
    around = [(4.0 * n, 6.0 * n) for n in range(12)]
    took = []
    for run in range(5):
        begun = process_time()
        visit_charts.timeline(day(marks, total=200 + run))
        site_chart.plan(places(*around, fence=500 + run))
        took.append(process_time() - begun)
    assert min(took) < 0.15, took


def test_the_same_day_is_drawn_once() -> None:
    first, second = (visit_charts.timeline(day((mark(1, 600),))) for _ in range(2))
    assert first is not None and second is not None and first.source is second.source


def test_widths_are_in_millimetres() -> None:
    assert text_width("照片", 10) == pytest.approx(2 * 10 * 25.4 / 72, rel=0.01)
    assert text_width("", 10) == 0
