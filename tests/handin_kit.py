"""The hand-in page over a dossier with nothing in it that blocks a draft."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from widgets.desk import Desk
from widgets.pages.handin import HandinPage
from widgets.pages.handin_closing import WAYS
from widgets.pages.handin_export import FileLine

LEFT = Qt.MouseButton.LeftButton
SLOW = 20_000


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one dossier, made once: migrations take their time."""
    folder = tmp_path_factory.mktemp("template") / "data"
    bench = Workbench.open(folder)
    dossier_id = bench.create("示例企业")
    bench.add(dossier_id, "paragraph", section="1.profile", text="企业位于示例区。")
    bench.close()
    return folder


@pytest.fixture
def desk(qapp: QApplication, template: Path, data_folder: Path) -> Iterator[Desk]:
    shutil.copytree(template, data_folder)
    bench = Workbench.open()
    made = Desk(bench, bench.summaries()[0].id)
    yield made
    made.close()
    bench.close()


@pytest.fixture
def page(desk: Desk, qtbot: QtBot, tmp_path: Path) -> HandinPage:
    made = HandinPage(desk)
    qtbot.addWidget(made)
    made.resize(960, 760)
    made.export.set_folder(tmp_path / "导出 到")
    with qtbot.waitExposed(made):
        made.show()
    with qtbot.waitSignal(desk.reviewed, timeout=SLOW):
        desk.refresh()
    return made


def export_draft(page: HandinPage, qtbot: QtBot, *parts: str) -> list[FileLine]:
    for part, box in page.export.boxes.items():
        box.setChecked(part in parts)
    with qtbot.waitSignal(page.export.exported, timeout=SLOW):
        QTest.mouseClick(page.export.draft, LEFT)
    qtbot.waitUntil(lambda: page.export.draft.isEnabled(), timeout=SLOW)
    return page.export.findChildren(FileLine)


def closing_by(page: HandinPage, way: str) -> None:
    button = next(
        button
        for button, segment in zip(
            page.export.closing.way.findChildren(QPushButton), WAYS, strict=True
        )
        if segment.key == way
    )
    button.click()


def said(page: HandinPage, qtbot: QtBot, part: str) -> str:
    """What the check of a bundle says, once it says that."""
    words = (page.verify.words, page.verify.signed)
    qtbot.waitUntil(lambda: any(part in each.text() for each in words), timeout=SLOW)
    qtbot.waitUntil(lambda: page.verify._job is None, timeout=SLOW)
    return "".join(each.text() for each in words if not each.isHidden())


def documents(folder: Path) -> list[Path]:
    """The files somebody would see there."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
