"""The same road without a mouse: what a person presses where others click."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from benchmarks.screen_hand import DeadEnd
from benchmarks.screen_keys import KeyHand, NoMouse
from benchmarks.screen_road import Road
from forms.steps import PAGES
from widgets.pages.attachments import AttachmentsPage
from widgets.pages.handin import HandinPage
from widgets.pages.report import ReportPage
from widgets.pages.report_outline import entries_of
from widgets.pages.visits import VisitsPage
from widgets.pages.walk import WalkPage

K = Qt.Key


class KeyRoad(Road):
    """One sitting at the keyboard; whatever the mouse does is a dead end."""

    hands = KeyHand
    hand: KeyHand

    def __init__(self, *told: Any, **more: Any) -> None:
        super().__init__(*told, **more)
        self.mouse = NoMouse(self.program.app)

    def at(self, key: str) -> None:
        super().at(key)
        if self.mouse.seen:
            self.ends.append(f"{key}: 用到鼠标 {self.mouse.seen} 次")
            self.mouse.seen = 0

    def open(self, key: str) -> None:
        if self.window.key != key:
            self.hand.look_up(PAGES[key].name)
            self.hand.wait(lambda: self.window.key == key, f"页面 {key}", 10)

    def stand_on(self, page: Any) -> None:
        self.hand.ready()
        focused = QApplication.focusWidget()
        if focused is None or not self.window.isAncestorOf(focused):
            raise DeadEnd("键盘不在本档案中")

    def show_visit(self, page: VisitsPage, visit: UUID) -> None:
        if page.album.enlarged:
            self.hand.press(K.Key_Escape)
        if page._visit != visit:
            self.hand.click(page.tabs.visits._buttons[str(visit)])
        if page._visit != visit:
            raise DeadEnd("没有转到该次现场诊断")

    def show_photo(self, page: VisitsPage, photo: UUID) -> None:
        if page.album.enlarged:
            self.hand.press(K.Key_Escape)
        grid = page.album.scene.grid
        self.hand.come_to(grid)
        self.hand.press(K.Key_Home)
        for _ in range(200):
            if grid.current() == str(photo):
                self.hand.press(K.Key_Return)
                return
            self.hand.press(K.Key_Right)
        raise DeadEnd("按 → 没有到这张照片")

    def show_attachment(self, page: AttachmentsPage, row: UUID) -> None:
        self.hand.click(page.list.rows[row])
        if page.current() is None or page._current != row:
            raise DeadEnd("没有选中这份附件")

    def show_heading(self, page: ReportPage, key: str) -> None:
        keys = [entry.key for entry in entries_of(page.desk.pack.outline).all]
        for _ in range(len(keys)):
            away = keys.index(key) - keys.index(page.sheet.entry.key)
            if not away:
                break
            self.hand.act("report.after" if away > 0 else "report.before")
        if page.sheet.entry.key != key:
            raise DeadEnd(f"按 Alt PgDn 没有到“{key}”")

    def keyboard_to_options(self, page: WalkPage) -> None:
        if not page._body.hasFocus():
            self.hand.press(K.Key_Escape)

    def choose_folder(self, page: HandinPage, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        choose = self.hand.button(page.export, "选择文件夹")
        self.hand.choose_files([folder], lambda: self.hand.click(choose))
