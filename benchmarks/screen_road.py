"""The first half of the plan worked through in the real window; see `by_screens`."""

from __future__ import annotations

import time
import traceback
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from app.sample_figures import draw_chart
from benchmarks.screen_hand import CTRL, DeadEnd, Hand, open_by_nav
from benchmarks.screen_pages import Pages
from exporters.style import resource_path
from forms.dossier import Attachment
from forms.record import form_of
from forms.steps import STEPS
from widgets.application import Program
from widgets.dossier_window import DossierWindow
from widgets.kind_files import KindFiles
from widgets.list_pane import ListPane
from widgets.record_form import RecordForm
from widgets.unlock_page import UnlockPage

PASSPHRASE = "shili-changchun-2025"
PERSON = "示例·王工"
_LETTERS = {letter: getattr(Qt.Key, f"Key_{letter}") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


LOOKED_AT = {"library", "assignments", "results", "route", "returned"}
"""Nothing is to be done there: one laptop, its own projects, nothing sent back."""
ACCEPTED: dict[str, Any] = {
    "diagnosisacceptance": {
        "organiser": "长春市工业和信息化局",
        "held_on": "2025-10-15",
        "place": "示例会议中心三号会议室",
        "opinion": "诊断程序完整，过程材料齐全，等级判定有据，同意通过验收。",
        "conclusion": "通过",
        "issued_on": "2025-10-16",
    },
    "diagnosisexpert": [
        {"name": "孟示例", "organisation": "示例大学", "post": "教授", "lead": True},
        {"name": "丁样本", "organisation": "示例研究院", "post": "高级工程师", "lead": False},
    ],
}
"""The experts' acceptance, of a sample that has none yet."""


class Road(Pages):
    """One sitting at the window."""

    hands: type[Hand] = Hand

    def __init__(
        self, program: Program, sample: str, files: Path, show: Path | None, rows: int = 1000
    ) -> None:
        self.most = rows
        self.program, self.files, self.show = program, files, show
        self.hand = self.hands(program.window, self._paper)
        self.told = {**ACCEPTED, **_read(sample, "dossier.yaml")}
        self.pictures = _read(sample, "photos.yaml")
        self.ids: dict[str, str] = {}
        self.ends: list[str] = []
        self.window: DossierWindow = None  # type: ignore[assignment]

    # ── the way in ──────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """Set the passphrase where it is asked for, then make the dossier."""
        hand, main = self.hand, self.program.window
        hand.wait(lambda: main.home or main.findChildren(UnlockPage), "第一页")
        for page in main.findChildren(UnlockPage):
            for field in page.findChildren(QLineEdit):
                hand.write(field, PASSPHRASE)
            hand.click(page.go_on)
        hand.wait(lambda: main.home, "档案列表")
        for words in (PERSON, self.told["enterprise"]["name"]):  # the three steps of 首次使用
            hand.type(words)
            hand.press(Qt.Key.Key_Return)
        hand.wait(lambda: main.findChildren(DossierWindow), "新档案")
        self.window = main.findChildren(DossierWindow)[0]
        self.picture("0")

    def walk(self) -> None:
        """Every page of the first half, in the order of the navigation."""
        pages = [page.key for step in STEPS if step.half == 1 for page in step.pages]
        pages.remove("team")  # the plan of the visit asks for it, and says where it is filled in
        pages.insert(pages.index("preparation"), "team")
        for key in [key for key in pages if key != "handin"] + ["handin"]:
            self.at(key)

    def at(self, key: str) -> None:
        """Go to a page, do what is to be done there, and say what it took."""
        hand = self.hand
        before, began = (hand.clicks, hand.keys, hand.files), time.monotonic()
        trouble = ""
        try:
            self.open(key)
            if key not in LOOKED_AT:
                getattr(self, f"_{key}", self.fields)(self.page)
            if not self.page.flush():
                raise DeadEnd("有内容没有存上")
        except DeadEnd as end:
            trouble = str(end)
        except Exception as error:
            traceback.print_exc()
            trouble = repr(error)
        if trouble:
            self.ends.append(f"{key}: {trouble}")
        self.picture(key)
        clicks, keys, files = (
            now - then
            for now, then in zip((hand.clicks, hand.keys, hand.files), before, strict=True)
        )
        took = time.monotonic() - began
        print(
            f"{key:12} {clicks:5} clicks {keys:7,} keys {files:3} files {took:6.1f} s {trouble}",
            flush=True,
        )

    def open(self, key: str) -> None:
        open_by_nav(self.hand, self.window, key)

    def picture(self, name: str) -> None:
        if self.show is not None:
            self.program.window.grab().save(str(self.show / f"{name}.png"))

    # ── what pages have alike ───────────────────────────────────────────────────────────────────

    def fields(self, page: Any) -> None:
        """Forms, lists behind their tabs, and files of a kind."""
        for form in page.findChildren(RecordForm):
            if form.kind.single:
                self.tab(page, "form")
                self.hand.fill(form, self.told.get(form_of(form.kind), {}), self.ids)
        for pane in page.findChildren(ListPane):
            if rows := self._rows(pane):
                self.tab(page, form_of(pane.listed.kind))
                for row in rows:
                    self._entry(page, pane, row)
        for card in page.findChildren(KindFiles):
            self.tab(page, "form")
            self._kinds(card)

    def _rows(self, pane: ListPane) -> list[dict[str, Any]]:
        rows = self.told.get(form_of(pane.listed.kind), [])
        preset = pane.listed.preset
        return [row for row in rows if all(row.get(k) == v for k, v in preset)][: self.most]

    def tab(self, page: Any, key: str) -> None:
        tabs = getattr(page, "tabs", None)
        if tabs is None or key not in tabs._buttons:
            return
        for _ in range(5):  # its buttons may have been made anew just now
            if tabs.current() == key:
                return
            with suppress(DeadEnd, RuntimeError):
                self.hand.click(tabs._buttons[key])
        raise DeadEnd(f"标签页 {key} 打不开")

    def _entry(self, page: QWidget, pane: ListPane, row: dict[str, Any]) -> None:
        """A new entry by Ctrl N, filled in, remembered under its short name."""
        before = pane.count()
        self.stand_on(page)
        self.hand.press(Qt.Key.Key_N, held=CTRL)
        self.hand.wait(lambda: pane.count() == before + 1, f"新的{pane.listed.one}", 10)
        self.hand.fill(pane.form, row, self.ids)
        record = pane.form.record()
        if "id" in row and record is not None:
            self.ids[row["id"]] = str(record.id)

    def _kinds(self, card: KindFiles) -> None:
        for each in card.wanted:
            if not self._holds(each.kind):
                self.hand.click(card.adds[each.kind])
                self.hand.choose_files([self._scan(each.kind)])
                self.hand.wait(partial(self._holds, each.kind), each.kind)

    def _holds(self, kind: str) -> bool:
        return any(each.kind == kind for each in self.dossier.all(Attachment))

    def _scan(self, kind: str) -> Path:
        """A scan to bring in: a page with its name on it, each another."""
        path = self.files / f"{kind}.png"
        if not path.exists():
            draw_chart({"chart": "flow", "title": kind, "steps": ["示例", "扫描件"]}, path)
        return path


def _read(sample: str, name: str) -> Any:
    with resource_path("samples", sample, name).open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=yaml.CSafeLoader)


def judged(road: Road) -> int:
    """What came of it."""
    desk = road.window.desk
    review = desk.bench.review(desk.dossier_id)
    undone = {
        step.name: review.steps[step.key]
        for step in STEPS
        if step.half == 1 and review.steps[step.key] != "done"
    }
    for finding in review.findings:
        if finding.half == 1:
            print(f"  {finding.severity.value} {finding.rule}: {finding.message}")
    print(f"not done: {undone or 'none'}")
    hand = road.hand
    print(f"in all {hand.clicks:,} clicks, {hand.keys:,} keys, {hand.files} files")
    far = sorted(hand.far.items(), key=lambda each: -each[1])[:12]
    if far:
        print("by Tab:", "，".join(f"{name} {steps}" for name, steps in far))
    for end in road.ends:
        print(f"dead end: {end}")
    return 1 if undone or road.ends else 0
