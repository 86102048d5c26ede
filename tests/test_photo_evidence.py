"""The watermark beside its crop: what is read, what is doubtful, and a person's word on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.tables import ReadingRow
from app.workbench import Workbench
from forms.dossier import Photo
from forms.watermark import Line, Watermark
from grading.rules.judging import judge_all
from grading.rules.view import Judged
from tests.photo_files import photo as photo_file
from tests.window_kit import click, in_front, kept, opened
from widgets.desk import Desk
from widgets.pages.photo_evidence import EvidencePanel, crop_of, doubtful, remarks
from widgets.theme import theme

READ = Watermark(
    lines=(
        Line(text="09:05", score=0.7, box=(0.02, 0.8, 0.1, 0.85)),
        Line(text="2025-06-17 星期二", score=0.9, box=(0.02, 0.86, 0.2, 0.9)),
        Line(text="车间", score=0.9, box=(0.5, 0.1, 0.6, 0.2)),
    ),
    day=dt.date(2025, 6, 17),
    clock=dt.time(9, 5),
    weekday=1,
    latitude=43.88,
    longitude=125.26,
    address="长春市绿园区示例路18号",
    unsure=frozenset({"clock", "address"}),
    seen_in={"clock": (0,), "day": (1,), "weekday": (1,)},
)


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with opened(tmp_path / "data") as made:
        yield made


@pytest.fixture
def dossier(bench: Workbench, tmp_path: Path) -> UUID:
    made = bench.create("示例・水印")
    list(bench.import_photos(made, [photo_file(tmp_path / "a.jpg")]))
    return made


def keep(bench: Workbench, dossier: UUID, read: Watermark) -> None:
    (photo,) = bench.dossier(dossier).all(Photo)
    row = ReadingRow(sha256=photo.sha256, engine="test", watermark=read.model_dump_json())
    with bench.writing() as (session, _log, _records):
        session.merge(row)


def judged(desk: Desk) -> Judged:
    (found,) = judge_all(kept(desk).dossier, desk.pack, {}, dt.date(2026, 1, 1)).values()
    return found


def panel(qtbot: QtBot, bench: Workbench, dossier: UUID) -> tuple[EvidencePanel, Desk]:
    desk = Desk(bench, dossier)
    made = EvidencePanel(desk)
    desk.setParent(made)
    qtbot.addWidget(made, before_close_func=lambda _panel: desk.close())
    made.resize(380, 600)
    made.show()
    made.show_photo(judged(desk))
    return made, desk


def test_what_is_read_and_what_is_doubtful(bench: Workbench, dossier: UUID, qtbot: QtBot) -> None:
    keep(bench, dossier, READ)
    made, desk = panel(qtbot, bench, dossier)

    told = [(each.label, each.words, each.state) for each in remarks(judged(desk))]

    assert told == [
        ("水印时间", "2025-06-17 09:05 周二", "没有把握"),
        ("水印坐标", "43.880000，125.260000", ""),
        ("水印地址", "长春市绿园区示例路18号", "没有把握"),
    ]
    assert made.confirm.isVisible() and not made.form.isVisible()


def test_confirming_keeps_what_was_doubtful_as_the_persons_word(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    keep(bench, dossier, READ)
    made, desk = panel(qtbot, bench, dossier)

    click(made.confirm)

    (photo,) = kept(desk).dossier.all(Photo)
    assert (photo.stated_time, photo.stated_address) == (dt.time(9, 5), READ.address)
    assert (photo.stated_date, photo.stated_latitude) == (None, "")
    now = judged(desk)
    assert not doubtful(now)
    assert remarks(now)[2].state == "人工核对"
    rows = bench.whole(dossier)[1]
    assert {row.field for row in rows if row.person == "王示例"} >= {
        "stated_time", "stated_address",
    }  # fmt: skip


def test_a_correction_stands_over_the_reading(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    keep(bench, dossier, READ)
    made, desk = panel(qtbot, bench, dossier)

    made.focus_field("stated_time")
    assert made.form.isVisible()
    desk.put("photo", judged(desk).photo.id, "stated_time", dt.time(9, 25))

    now = judged(desk)
    assert now.watermark is not None
    assert now.watermark.taken_local == dt.datetime(2025, 6, 17, 9, 25)
    assert now.taken_at is not None and now.taken_at.minute == 25


def test_nothing_read_yet_and_nothing_to_read(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    made, desk = panel(qtbot, bench, dossier)
    assert made._note.text() == "水印尚未读取，读完后显示在此。"
    keep(bench, dossier, Watermark())
    made.show_photo(judged(desk))
    assert made._note.text() == "没有读到水印。水印可见的，请对照原图填写。"
    assert not made.crop.isVisible() and not made.confirm.isVisible()


def test_the_crop_is_where_the_statements_were_read(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    keep(bench, dossier, READ)
    made, _desk = panel(qtbot, bench, dossier)
    part = crop_of(READ)
    assert part == pytest.approx((0.005, 0.785, 0.215, 0.915))
    with qtbot.waitSignal(made.part_wanted) as wanted:
        click(made.crop)
    assert wanted.args == [part]
    assert crop_of(None) is None and crop_of(Watermark()) is None
    # A line at the crop's edge is not cut through.
    below = Line(text="示例诊断团队", score=1, box=(0.02, 0.905, 0.12, 0.935))
    assert crop_of(READ.model_copy(update={"lines": (*READ.lines, below)})) == pytest.approx(
        (0.005, 0.785, 0.215, 0.935)
    )


def test_what_was_just_typed_outlives_the_confirmation(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    keep(bench, dossier, READ)
    made, desk = panel(qtbot, bench, dossier)
    qtbot.waitUntil(lambda: in_front(made), timeout=10_000)

    made.focus_field("stated_time")
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "0925")
    click(made.confirm)

    (photo,) = kept(desk).dossier.all(Photo)
    assert (photo.stated_time, photo.stated_address) == (dt.time(9, 25), READ.address)


def test_what_was_kept_before_the_panel_heard_of_it_outlives_the_confirmation(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    keep(bench, dossier, READ)
    made, desk = panel(qtbot, bench, dossier)

    desk.put("photo", judged(desk).photo.id, "stated_time", dt.time(9, 25))
    click(made.confirm)

    (photo,) = kept(desk).dossier.all(Photo)
    assert (photo.stated_time, photo.stated_address) == (dt.time(9, 25), READ.address)


def test_a_weekday_that_is_in_doubt_is_shown_so_and_goes_with_the_date(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    keep(bench, dossier, READ.model_copy(update={"unsure": frozenset({"weekday"})}))
    made, desk = panel(qtbot, bench, dossier)
    assert remarks(judged(desk))[0].state == "没有把握"

    click(made.confirm)

    assert kept(desk).dossier.all(Photo)[0].stated_date == READ.day
    now = judged(desk)
    assert not doubtful(now)
    assert remarks(now)[0].words == "2025-06-17 09:05"


def test_a_date_against_its_weekday_is_corrected_and_not_confirmed(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    unsure = frozenset({"day", "weekday"})
    keep(bench, dossier, READ.model_copy(update={"weekday": 3, "unsure": unsure}))
    made, desk = panel(qtbot, bench, dossier)

    assert not made.confirm.isVisible()
    assert made._note.text().startswith("日期与星期不符")
    before = judged(desk).verdict
    assert before and "PHOTO-WATERMARK-WEEKDAY" in {each.rule for each in before.findings}

    desk.put("photo", judged(desk).photo.id, "stated_date", READ.day)

    after = judged(desk).verdict
    assert after and "PHOTO-WATERMARK-WEEKDAY" not in {each.rule for each in after.findings}


def test_names_in_doubt_are_confirmed_with_the_rest(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    names = {"place": "示例厂", "brand": "示例相机", "code": "A8K2"}
    keep(bench, dossier, READ.model_copy(update={**names, "unsure": frozenset(names)}))
    made, desk = panel(qtbot, bench, dossier)

    click(made.confirm)

    (photo,) = kept(desk).dossier.all(Photo)
    assert (photo.stated_place, photo.stated_brand, photo.stated_code) == tuple(names.values())
    assert [each.state for each in remarks(judged(desk))[-3:]] == ["人工核对"] * 3


def test_a_photo_without_a_watermark_can_be_said_to_have_none(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    keep(bench, dossier, READ)
    made, desk = panel(qtbot, bench, dossier)

    desk.put("photo", judged(desk).photo.id, "stated_none", True)
    made.show_photo(judged(desk))

    assert remarks(judged(desk)) == [] and not made.confirm.isVisible()
    assert made._note.text().startswith("已注明照片上没有水印")
    assert judged(desk).taken_at is None


def test_half_a_position_that_nothing_fills_up_is_told(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    keep(bench, dossier, Watermark())
    made, desk = panel(qtbot, bench, dossier)

    desk.put("photo", judged(desk).photo.id, "stated_longitude", "125.3")
    made.show_photo(judged(desk))

    assert made._note.text().startswith("坐标只填写了一半")


def test_why_a_watermark_was_not_read_stands_in_its_place(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    (photo,) = bench.dossier(dossier).all(Photo)
    why = "读取“a.jpg”的水印超过 30 秒，已停止，其余照片不受影响；请对照原图填写水印内容。"
    with bench.writing() as (session, _log, _records):
        session.merge(ReadingRow(sha256=photo.sha256, engine="test", trouble=why))
    made, _desk = panel(qtbot, bench, dossier)
    assert made._note.text() == why


def test_the_corrections_are_no_wider_than_the_photos_side(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    keep(bench, dossier, READ)
    made, _desk = panel(qtbot, bench, dossier)
    made.focus_field("stated_date")
    assert made.minimumSizeHint().width() <= 380 - 2 * 16
