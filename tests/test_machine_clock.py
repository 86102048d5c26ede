"""A picture of this machine's own camera: kept whole, marked with whose clock it bears, and worth
no more than that."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from PySide6.QtGui import QColor, QImage
from pytest import fixture

from app.frames import stamped
from app.photo_reading import facts_of
from app.workbench import Workbench
from forms.dossier import Photo
from forms.photo_facts import BEIJING, MACHINE_CLOCK, PhotoFacts
from forms.watermark import Watermark
from grading.gate_check import asked_again
from grading.photo_route import Way
from grading.photo_verdict import PhotoWord, judge
from grading.rules import check
from grading.rules.view import Judged
from tests.rule_cases import case_of, dossier_of, good
from tests.window_kit import opened
from widgets.floor_camera import frame_of

TAKEN = dt.datetime(2025, 6, 17, 2, 52, 33, tzinfo=dt.UTC)  # 10:52:33 at the factory
MORNING = dt.datetime(2025, 6, 17, 9, tzinfo=BEIJING), dt.datetime(2025, 6, 17, 12, tzinfo=BEIJING)
OWN = PhotoFacts(
    width=1600,
    height=1200,
    format="JPEG",
    taken_local=dt.datetime(2025, 6, 17, 10, 52, 33),
    offset="+08:00",
    software=MACHINE_CLOCK,
)


def picture(width: int = 1600, height: int = 1200) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    return image


@fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("frames") / "data") as made:
        yield made


def test_a_frame_is_kept_whole_in_the_visit_that_is_going_on(bench: Workbench) -> None:
    made = bench.create("示例")
    earlier = bench.add(made, "visit", date=dt.date(2025, 6, 17))
    bench.add(made, "stay", parent=earlier, start=dt.time(8), end=dt.time(9, 30))
    running = bench.add(made, "visit", date=dt.date(2025, 6, 17))
    bench.add(made, "stay", parent=running, start=dt.time(10))

    (step,) = bench.keep_frame(made, frame_of(picture()), TAKEN)

    (photo,) = bench.dossier(made).all(Photo)
    kept = bench.picture(photo, "original")
    assert not step.trouble and step.record == photo.id
    assert hashlib.sha256(kept).hexdigest() == photo.sha256 and len(kept) == photo.size
    assert (photo.visit, photo.kind) == (running, "生产现场")
    assert photo.filename == "车间拍照-20250617-105233.jpg"
    # Whoever reads the file again is told the same, and of no camera.
    assert facts_of(kept, "a.jpg") == PhotoFacts.model_validate(photo.facts) == OWN
    for size, most in (("report", 1280), ("thumb", 400)):
        copy = QImage.fromData(bench.picture(photo, size))
        assert max(copy.width(), copy.height()) == most


def test_a_frame_of_no_visit_belongs_to_none(bench: Workbench) -> None:
    made = bench.create("示例")
    bench.add(made, "visit", date=dt.date(2025, 6, 18))
    list(bench.keep_frame(made, frame_of(picture(640, 480)), TAKEN))
    (photo,) = bench.dossier(made).all(Photo)
    assert photo.visit is None


def test_what_is_no_jpeg_is_not_stamped() -> None:
    with pytest.raises(ValueError, match="JPEG"):
        stamped(b"\x89PNG", TAKEN)


def test_its_verdict_names_the_machines_clock_as_the_only_witness() -> None:
    poster = Watermark(
        day=dt.date(2025, 6, 17), clock=dt.time(10, 52), latitude=43.8868, longitude=125.3245
    )
    for mark in (None, poster):  # what hangs on the wall is no second witness
        verdict = judge(OWN, None, [MORNING], watermark=mark)
        assert verdict.word is PhotoWord.EXIF and verdict.position is None
        assert verdict.reason == (
            "时间取自本机时钟，仅此一项凭据；拍摄时间在本次诊断时段内；没有位置。"
        )
        assert [finding.rule for finding in verdict.findings] == ["PHOTO-OWN-CLOCK"]
    # Nor does it contradict.
    other = replace_day(poster)
    assert judge(OWN, None, [MORNING], watermark=other).word is PhotoWord.EXIF
    late = OWN.model_copy(update={"taken_local": dt.datetime(2025, 6, 18, 10)})
    assert judge(late, None, [MORNING]).word is PhotoWord.CONTRADICTORY


def replace_day(mark: Watermark) -> Watermark:
    return mark.model_copy(update={"day": dt.date(2025, 6, 20)})


def test_nobody_is_asked_to_send_it_again() -> None:
    name, told = "车间拍照-20250617-105233.jpg", OWN.model_dump(mode="json")
    photo = Photo(dossier_id=uuid4(), filename=name, facts=told)
    _name, way = asked_again(Judged(photo, OWN, None))
    assert (way.way, way.lacks) == (Way.MACHINE, ())
    assert way.words == "由本机摄像头拍摄：照片由本程序拍摄，时间取自本机时钟。"


def test_at_the_gate_it_counts_for_nothing() -> None:
    mapping = good()
    rules = {found.rule for found in check(case_of(dossier_of(mapping)))}
    assert "STAY-ARRIVAL" not in rules
    arrival = next(each for each in mapping["photo"] if each["kind"] == "入场")
    taken = PhotoFacts.model_validate(arrival["facts"]).taken_local
    own = OWN.model_copy(update={"taken_local": taken})
    arrival["facts"] = own.model_dump(mode="json")
    dossier = dossier_of(mapping)
    dossier = replace(dossier, watermarks={**dossier.watermarks, arrival["sha256"]: Watermark()})

    rules = {found.rule for found in check(case_of(dossier))}

    assert {"STAY-ARRIVAL", "PHOTO-OWN-CLOCK"} <= rules
