"""Examining photos behind the window: what is read is kept by hash, once, and feeds judgements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlmodel import select

from app import examine, photo_cache
from app.examine import unexamined
from app.killable import StartError
from app.likeness import METHOD
from app.photo_worker import Refused
from app.tables import FingerprintRow, LikenessRow, ReadingRow
from app.watermark_reader import ENGINE
from app.workbench import Workbench
from exporters.style import resource_path
from forms.dossier import Photo
from forms.errors import UserError
from forms.photo_facts import PhotoFacts
from forms.watermark import Watermark
from tests.window_kit import opened

pytestmark = pytest.mark.usefixtures("_kept_workers")

FONT = resource_path("fonts", "NotoSansSC-Regular.ttf")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with opened(tmp_path / "data") as made:
        yield made


def shot(path: Path, words: str, seed: int = 1) -> Path:
    """A photo of some blocks, with a watermark."""
    picture = Image.new("RGB", (1280, 960), "#56606a")
    draw = ImageDraw.Draw(picture)
    for n in range(40):
        x, y = (n * 131 * seed) % 1200, (n * 89 * seed) % 700
        draw.rectangle((x, y, x + 60 + n, y + 40 + n), fill=(n * 6 % 255, 90 + n * 3, 200 - n * 4))
    draw.multiline_text((40, 800), words, "white", ImageFont.truetype(FONT, 40), spacing=14)
    picture.save(path, quality=90)
    return path


def test_a_photo_is_read_once_whatever_dossiers_hold_it(bench: Workbench, tmp_path: Path) -> None:
    path = shot(tmp_path / "a.jpg", "2025-06-17 09:05 星期二\n长春市绿园区示例路18号")
    one, other = bench.create("示例・甲"), bench.create("示例・乙")
    list(bench.import_photos(one, [path]))
    assert unexamined(bench, one)

    steps = list(bench.examine(one))

    assert [step.record for step in steps if step.record] == [bench.dossier(one).all(Photo)[0].id]
    assert not unexamined(bench, one)
    (read,) = bench.dossier(one).watermarks.values()
    assert read.taken_local == dt.datetime(2025, 6, 17, 9, 5)
    assert read.address == "长春市绿园区示例路18号"
    list(bench.import_photos(other, [path]))
    assert not unexamined(bench, other) and list(bench.examine(other)) == []
    assert bench.dossier(other).watermarks == bench.dossier(one).watermarks


def test_a_copy_in_another_dossier_is_found_and_named(bench: Workbench, tmp_path: Path) -> None:
    path = shot(tmp_path / "a.jpg", "2025-06-17 09:05")
    with Image.open(path) as picture:
        picture.resize((960, 720)).save(tmp_path / "b.jpg", quality=60)
    one, other = bench.create("示例・甲"), bench.create("示例・乙")
    list(bench.import_photos(one, [path]))
    list(bench.examine(one))
    summary = bench.summary(one)["findings"]
    visit = bench.add(other, "visit", date="2025-06-17")
    list(bench.import_photos(other, [tmp_path / "b.jpg"], visit))
    list(bench.examine(other))

    (judged,) = bench.review(one, dt.date(2025, 8, 1)).photos.values()

    assert [each.words for each in judged.alike] == ["“示例・乙”的档案"]
    assert bench.copy_of(judged.alike[0].sha256).startswith(b"\xff\xd8\xff")
    # The home list's kept summary is worked out anew, for what it rests on has changed.
    assert bench.summary(one)["findings"] != summary


def test_an_older_engines_reading_stands_until_it_is_read_anew(
    bench: Workbench, tmp_path: Path
) -> None:
    dossier = bench.create("示例・甲")
    list(bench.import_photos(dossier, [shot(tmp_path / "a.jpg", "2025-06-17 09:05")]))
    list(bench.examine(dossier))
    with bench.writing() as (session, _log, _records):
        row = session.exec(select(ReadingRow)).one()
        row.engine, row.watermark = "older", Watermark(brand="旧").model_dump_json()

    assert unexamined(bench, dossier)
    assert next(iter(bench.dossier(dossier).watermarks.values())).brand == "旧"
    list(bench.examine(dossier))
    with bench.store.session() as session:
        assert session.exec(select(ReadingRow.engine)).all() == [ENGINE]


def test_ceasing_to_iterate_keeps_what_was_read(bench: Workbench, tmp_path: Path) -> None:
    dossier = bench.create("示例・甲")
    paths = [shot(tmp_path / f"{n}.jpg", f"2025-06-17 09:0{n}", n) for n in (1, 2)]
    list(bench.import_photos(dossier, paths))

    steps = bench.examine(dossier)
    next(steps)
    assert isinstance(steps, Iterator)
    steps.close()  # type: ignore[attr-defined]

    assert len(bench.dossier(dossier).watermarks) == 1
    assert unexamined(bench, dossier)


def test_what_a_table_holds_from_outside_is_doubted(bench: Workbench, tmp_path: Path) -> None:
    dossier = bench.create("示例・甲")
    list(bench.import_photos(dossier, [shot(tmp_path / "a.jpg", "")]))
    digest = bench.dossier(dossier).all(Photo)[0].sha256
    with bench.writing() as (session, _log, _records):
        session.merge(ReadingRow(sha256=digest, engine="x", watermark='{"lines": 1}'))
    assert bench.dossier(dossier).watermarks == {digest: Watermark()}


def test_pairs_left_uncompared_are_taken_up_again(bench: Workbench, tmp_path: Path) -> None:
    path = shot(tmp_path / "a.jpg", "")
    with Image.open(path) as picture:
        picture.resize((960, 720)).save(tmp_path / "b.jpg", quality=60)
    dossier = bench.create("示例・甲")
    list(bench.import_photos(dossier, [path, tmp_path / "b.jpg"]))
    steps = bench.examine(dossier)
    assert any(step.text == "提取照片特征" and step.done == step.total for step in steps)
    steps.close()  # type: ignore[attr-defined]

    assert unexamined(bench, dossier)
    list(bench.examine(dossier))
    assert not unexamined(bench, dossier)
    with bench.store.session() as session:
        assert session.exec(select(LikenessRow.alike)).all() == [True]


class Broken:
    """A reader whose process does not start."""

    def __init__(self, **_more: object) -> None:
        pass

    def __enter__(self) -> Broken:
        return self

    def __exit__(self, *_more: object) -> None:
        pass

    def read(self, path: Path, data: bytes | None = None) -> Refused | Watermark:
        raise StartError("no")


def test_a_reader_that_does_not_start_is_told_and_nothing_is_noted(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = bench.create("示例・甲")
    list(bench.import_photos(dossier, [shot(tmp_path / "a.jpg", "2025-06-17 09:05")]))
    monkeypatch.setattr(examine, "WatermarkReader", Broken)
    with pytest.raises(UserError, match="识别程序没有启动"):
        list(bench.examine(dossier))
    assert bench.dossier(dossier).watermarks == {}


class Answering(Broken):
    """A reader that answers each photo with what it was told to."""

    answer: Refused | Watermark = Watermark()

    def read(self, path: Path, data: bytes | None = None) -> Refused | Watermark:
        answer = type(self).answer
        if isinstance(answer, Refused):
            return replace(answer, path=path, message=answer.message.format(path.name))
        return answer


def failing(overran: bool) -> Refused:
    why = "的水印超过 30 秒，已停止，其余照片不受影响；请对照原图填写水印内容。"
    return Refused(Path(), "读取“{}”" + why, overran)


@pytest.mark.parametrize("overran", [False, True])
def test_a_photo_that_was_read_in_vain_is_not_told_as_one_without_a_watermark(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overran: bool
) -> None:
    """What took too long is read again when one comes to it the next time, what failed is not."""
    dossier = bench.create("示例・甲")
    visit = bench.add(dossier, "visit", date="2025-06-17")
    list(bench.import_photos(dossier, [shot(tmp_path / "a.jpg", "2025-06-17 09:05")], visit))
    (photo,) = bench.dossier(dossier).all(Photo)
    bench.put(dossier, "photo", photo.id, "kind", "入场")
    monkeypatch.setattr(Answering, "answer", failing(overran))
    monkeypatch.setattr(examine, "WatermarkReader", Answering)

    (told, *_) = bench.examine(dossier)

    assert "“a.jpg”" in told.trouble and photo.sha256 not in told.trouble
    found = {each.rule: each for each in bench.review(dossier, dt.date(2025, 8, 1)).findings}
    assert not {"PHOTO-WATERMARK-NONE", "PHOTO-WATERMARK-WAITING"} & found.keys()
    assert "读取“a.jpg”的水印超过 30 秒" in found["PHOTO-WATERMARK-UNREAD"].message
    assert unexamined(bench, dossier) is overran
    monkeypatch.setattr(Answering, "answer", Watermark(brand="水印相机"))
    list(bench.examine(dossier))
    brands = [mark.brand for mark in bench.dossier(dossier).watermarks.values()]
    assert brands == (["水印相机"] if overran else [])


@pytest.mark.parametrize("overran", [False, True])
def test_a_failure_takes_no_older_reading_away(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overran: bool
) -> None:
    dossier = bench.create("示例・甲")
    list(bench.import_photos(dossier, [shot(tmp_path / "a.jpg", "")]))
    digest = bench.dossier(dossier).all(Photo)[0].sha256
    old = Watermark(brand="旧")
    with bench.writing() as (session, _log, _records):
        session.merge(ReadingRow(sha256=digest, engine="older", watermark=old.model_dump_json()))
    monkeypatch.setattr(Answering, "answer", failing(overran))
    monkeypatch.setattr(examine, "WatermarkReader", Answering)
    list(bench.examine(dossier))
    assert bench.dossier(dossier).watermarks == {digest: old}
    assert unexamined(bench, dossier) is overran


def test_a_person_reads_what_the_machine_could_not(bench: Workbench) -> None:
    dossier = bench.create("示例・甲")
    visit = bench.add(dossier, "visit", date="2025-06-17")
    facts = PhotoFacts(width=800, height=600, format="JPEG").model_dump(mode="json")
    photo = bench.add(dossier, "photo", sha256="a" * 64, filename="a.jpg", visit=visit, facts=facts)
    with bench.writing() as (session, _log, _records):
        session.merge(ReadingRow(sha256="a" * 64, engine=ENGINE, trouble="“a.jpg”读到一半出错。"))

    def told() -> set[str]:
        found = bench.review(dossier, dt.date(2025, 8, 1)).findings
        return {each.rule for each in found if "WATERMARK" in each.rule}

    assert told() == {"PHOTO-WATERMARK-UNREAD"}
    bench.put(dossier, "photo", photo, "stated_date", "2025-06-17")
    bench.put(dossier, "photo", photo, "stated_time", "09:05")
    assert "PHOTO-WATERMARK-UNREAD" not in told()


def test_who_asks_no_more_is_not_kept_waiting(bench: Workbench, tmp_path: Path) -> None:
    dossier = bench.create("示例・甲")
    list(bench.import_photos(dossier, [shot(tmp_path / "a.jpg", "2025-06-17 09:05")]))
    assert list(bench.examine(dossier, lambda: True)) == []
    assert bench.dossier(dossier).watermarks == {}


def test_twins_are_told_both_ways_and_not_of_withdrawn_photos(bench: Workbench) -> None:
    one, other = bench.create("示例・甲"), bench.create("示例・乙")
    visits = [bench.add(dossier, "visit") for dossier in (one, other)]
    mine = bench.add(one, "photo", sha256="a" * 64, filename="a.jpg", visit=visits[0])
    theirs = bench.add(other, "photo", sha256="b" * 64, filename="b.jpg", visit=visits[1])
    bench.add(one, "photo", sha256="c" * 64, filename="c.jpg")
    with bench.writing() as (session, _log, _records):
        for pair in (("a", "b", True), ("a", "c", True), ("b", "c", False)):
            session.add(_likeness(*pair))
        session.add(FingerprintRow(sha256="a" * 64, method="older", hashes="0"))

    def seen(dossier: UUID) -> dict[str, list[tuple[str, str]]]:
        with bench.store.session() as session:
            found = photo_cache.twins(session, dossier)
        return {key[0]: [(t.sha256[0], t.dossier) for t in rows] for key, rows in found.items()}

    assert seen(one) == {"a": [("b", "“示例・乙”的档案"), ("c", "")], "c": [("a", "")]}
    assert seen(other) == {"b": [("a", "“示例・甲”的档案")]}
    bench.withdraw(other, "photo", theirs)
    assert seen(one) == {"a": [("c", "")], "c": [("a", "")]}
    bench.withdraw(one, "photo", mine)
    assert seen(one) == {}


def test_anothers_photo_counts_where_it_is_used(bench: Workbench) -> None:
    """Moved out of its visit, or with its visit or dossier withdrawn, it speaks against nobody."""
    one, other = bench.create("示例・甲"), bench.create("示例・乙")
    visit, training = bench.add(other, "visit"), bench.add(other, "training")
    bench.add(one, "photo", sha256="a" * 64, filename="a.jpg")
    theirs = bench.add(other, "photo", sha256="a" * 64, filename="a.jpg")

    def used() -> bool:
        with bench.store.session() as session:
            return bool(photo_cache.twins(session, one))

    assert not used()
    bench.put(other, "photo", theirs, "visit", str(visit))
    assert used()
    bench.withdraw(other, "visit", visit)
    assert not used()
    bench.put(other, "photo", theirs, "training", str(training))
    assert used()
    bench.withdraw(other, "dossier", other)
    assert not used()


def _likeness(one: str, other: str, alike: bool) -> LikenessRow:
    return LikenessRow(one=one * 64, other=other * 64, method=METHOD, alike=alike)
