"""The examiner in a real window: what was stopped is offered again, and nothing runs in circles."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import examine, likeness
from app.likeness import LikenessWorker
from app.workbench import Workbench
from forms.watermark import Watermark
from tests.test_examine import Broken, shot
from tests.window_kit import click, kept, opened, window
from widgets.dossier_window import DossierWindow
from widgets.theme import theme


class Slow(Broken):
    """A reader that finds nothing, and takes until `go`; it counts."""

    go = threading.Event()
    asked: list[str] = []  # noqa: RUF012

    def read(self, path: Path, data: bytes | None = None) -> Watermark:
        type(self).asked.append(path.name)
        type(self).go.wait(20)
        return Watermark()


@pytest.fixture(autouse=True)
def _slow(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    theme().install(qapp)
    monkeypatch.setattr(Slow, "go", threading.Event())
    monkeypatch.setattr(Slow, "asked", [])
    monkeypatch.setattr(examine, "WatermarkReader", Slow)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with opened(tmp_path / "data") as made:
        yield made


@pytest.fixture
def dossier(bench: Workbench, tmp_path: Path) -> UUID:
    made = bench.create("示例・识别")
    list(bench.import_photos(made, [shot(tmp_path / f"{n}.jpg", "", n) for n in (1, 2)]))
    return made


def rested(qtbot: QtBot, made: DossierWindow) -> None:
    def rests() -> bool:
        return not made.examiner.running and made.examiner._asking is None

    qtbot.waitUntil(lambda: rests() and not made.jobs.busy(), timeout=30_000)


def has(asked: list[bytes], count: int) -> bool:
    return len(asked) == count


def test_what_a_person_stopped_is_offered_and_goes_on(
    bench: Workbench, dossier: UUID, qtbot: QtBot
) -> None:
    made = window(qtbot, bench, dossier, "visits")
    qtbot.waitUntil(lambda: bool(Slow.asked), timeout=30_000)
    made.jobs.cancel()
    Slow.go.set()
    rested(qtbot, made)

    assert len(kept(made.desk).dossier.watermarks) == 1
    assert "还有 1 张照片的水印没有读取，已完成的均已保留" in made.unfinished.text()
    made.desk.refresh()  # as any other edit does; it does not begin by itself what was stopped
    QTest.qWait(50)
    assert not made.examiner.running
    click(made.unfinished.act)
    assert made.unfinished.text() == ""
    rested(qtbot, made)
    assert len(kept(made.desk).dossier.watermarks) == 2 == len(Slow.asked)
    assert made.unfinished.text() == ""


def test_pairs_that_take_too_long_are_tried_once_an_opening(
    bench: Workbench, dossier: UUID, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    Slow.go.set()
    asked: list[bytes] = []
    monkeypatch.setattr(likeness, "candidates", lambda _prints, new: [tuple(new)])
    monkeypatch.setattr(LikenessWorker, "same", lambda _self, one, _other: asked.append(one))
    for opening in (1, 2):
        made = window(qtbot, bench, dossier, "visits")
        qtbot.waitUntil(partial(has, asked, opening), timeout=30_000)
        rested(qtbot, made)
        made.desk.refresh()
        QTest.qWait(100)
        rested(qtbot, made)
        assert len(asked) == opening and made.unfinished.text() == ""
        made.close_desk()
