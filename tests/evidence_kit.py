"""A sample whose report was drafted, and the report page in its window at one paragraph."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import drafts
from app.workbench import Workbench
from forms.dossier import Dossier, Paragraph
from forms.evaluation import Stage
from grading.finding import Target
from tests.sample_cases import SAMPLES
from tests.window_kit import window
from widgets.dossier_window import DossierWindow
from widgets.pages.report import ReportPage
from widgets.pages.report_bar import DraftBar
from widgets.pages.report_cards import EvidenceCard
from widgets.pages.report_section import SectionPart
from widgets.surfaces import laid

DRAFTED = (
    *("1.profile", "1.production", "1.equipment", "2.base", "2.base.设备系统", "2.base.数据采集"),
    *("2.base.信息系统", "2.base.信息安全", "2.operation", "2.pain", "3"),
)
SECTION, NETWORK = "2.base.设备系统", "2.base.设备系统/设备联网"


def drafted_store(folder: Path) -> Path:
    """A store with a sample of which every kind of section was drafted, made once."""
    bench = Workbench.open(folder)
    bench.set_person("王示例")
    text = (SAMPLES / "electronics" / "dossier.yaml").read_text("utf-8")
    made = bench.import_mapping(yaml.load(text, Loader=yaml.CSafeLoader))
    list(drafts.propose(bench, made, DRAFTED))
    bench.close()
    return folder


@contextmanager
def copy_of(drafted: Path, folder: Path) -> Iterator[Workbench]:
    """An open workbench on a copy of that store, closed afterwards."""
    shutil.copytree(drafted, folder)
    made = Workbench.open(folder)
    yield made
    made.close()


def the(bench: Workbench) -> Dossier:
    return bench.dossier(bench.summaries()[0].id)


def paragraph(bench: Workbench, origin: str = NETWORK) -> Paragraph:
    return next(p for p in the(bench).all(Paragraph) if p.origin == origin)


def connect_fewer(bench: Workbench) -> None:
    """Change one fact that drafts rest on: how many machines are connected."""
    path = "figures.equipment_networked"
    bench.answer(the(bench).id, Stage.DIAGNOSIS, "设备联网", path, "36")


class Shown:
    """The report page in its window, the paragraph about the network at the caret."""

    def __init__(self, qtbot: QtBot, bench: Workbench) -> None:
        self.bench, self.qtbot = bench, qtbot
        self.window: DossierWindow = window(qtbot, bench, the(bench).id, "report", judged=True)
        page = self.window.page()
        assert isinstance(page, ReportPage)
        self.page = page
        self.go(NETWORK)

    def go(self, origin: str) -> None:
        self.page.go_to(Target("report", paragraph(self.bench, origin).id, "text"))

    @property
    def part(self) -> SectionPart:
        return next(part for part in self.page.sheet.parts if part.section.key == SECTION)

    @property
    def place(self) -> int:
        rows = the(self.bench).section(SECTION)
        return [p.origin for p in rows].index(NETWORK)

    def bar(self) -> DraftBar | None:
        bars = self.part.editor.findChildren(DraftBar)
        return next((b for b in bars if b.isVisible() and b._place == self.place), None)

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, held)

    def cards(self) -> list[EvidenceCard]:
        column = self.page.panel._scroll.column
        return [each for each in laid(column) if isinstance(each, EvidenceCard)]

    def outdated(self) -> bool:
        held = self.part.standing(self.place)
        return held is not None and bool(held.changes)


def gone_stale(qtbot: QtBot, bench: Workbench) -> Shown:
    """The page in its window, with that paragraph confirmed before a fact under it changed."""
    bench.put(the(bench).id, "paragraph", paragraph(bench).id, "drafted", False)
    connect_fewer(bench)
    return Shown(qtbot, bench)
