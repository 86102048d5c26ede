"""Exporting: which documents, into which folder, how far it is, and what was made."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app import handin_choice, house_style
from app.closing import OPEN
from app.progress import Progress
from app.review import Review
from forms.errors import UserError
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.flow_layout import FlowLayout
from widgets.jobs import Job
from widgets.pages.handin_closing import ClosingChoice
from widgets.pages.handin_packing import PackingChoice
from widgets.pages.walk_parts import reveal
from widgets.surfaces import Card, Rule, empty
from widgets.text import TextLabel

FOLDER_SETTING = "export-folder"


class ExportCard(Card):
    """Makes the documents. Refusals stand where the buttons are. `moved()` says that papers are
    exported to another folder from now on."""

    exported = Signal()
    moved = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__((20, 16), 10, parent)
        self.desk = desk
        self._job: Job | None = None
        self._focus: QWidget | None = None
        self._made: list[Path] = []
        self._troubles: list[str] = []
        kept = desk.bench.store.setting(FOLDER_SETTING)
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        self.folder = Path(kept or documents)
        self._target = self.folder
        self._where = TextLabel(str(self.folder), "body", wrap=True)
        self.boxes = {
            part: QCheckBox(name) for part, name in handin_choice.parts(desk.pack).items()
        }
        self._ticked = False
        for box in self.boxes.values():
            box.clicked.connect(self._tick)
        self.final = Button("导出终稿", Kind.PRIMARY, icon="export")
        self.draft = Button("导出草稿", icon="file")
        self.stop = Button("取消")
        self.standard = Button("恢复国标版式", height=28)
        self._style = TextLabel("", "body", wrap=True)
        self.status = TextLabel("", "body", wrap=True)
        self._files = QVBoxLayout()
        self.closing, self.packing = ClosingChoice(desk), PackingChoice(desk)
        self._lay_out()
        self.final.clicked.connect(lambda: self.export(draft=False))
        self.draft.clicked.connect(lambda: self.export(draft=True))
        self.stop.clicked.connect(self._cancel)

    def _lay_out(self) -> None:
        choose = Button("选择文件夹", icon="folder", height=28)
        choose.clicked.connect(self._choose)
        self.body.addWidget(TextLabel("导出", "section"))
        place = QHBoxLayout()
        place.setSpacing(12)
        place.addWidget(TextLabel("导出到", "dense", "ink2"), 0, Qt.AlignmentFlag.AlignTop)
        place.addWidget(self._where, 1)
        place.addWidget(choose, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(place)
        self.body.addLayout(self._style_row())
        boxes = QWidget()
        flow = FlowLayout(boxes, (20, 6))
        for box in self.boxes.values():
            flow.addWidget(box)
        self.body.addWidget(boxes)
        self.body.addWidget(Rule())
        self.body.addWidget(self.closing)
        self.body.addWidget(self.packing)
        self.body.addWidget(Rule())
        act = QHBoxLayout()
        act.setSpacing(12)
        for button in (self.final, self.draft, self.stop):
            act.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        act.addWidget(self.status, 1, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(act)
        self._files.setSpacing(4)
        self.body.addLayout(self._files)
        self.stop.hide()

    def _style_row(self) -> QHBoxLayout:
        """Which layout the papers have, and the buttons that change it."""
        choose = Button("选择版式文件", icon="file", height=28)
        choose.setToolTip("本单位的 .docx 模板：取其中各级标题、正文、表格的样式和页边距")
        choose.clicked.connect(self._choose_style)
        self.standard.clicked.connect(self.use_standard)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(TextLabel("版式", "dense", "ink2"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._style, 1)
        row.addWidget(self.standard, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(choose, 0, Qt.AlignmentFlag.AlignTop)
        self._show_style()
        return row

    def _choose_style(self) -> None:
        found, _ = QFileDialog.getOpenFileName(
            self, "选择版式文件", str(self.folder), "Word 文档 (*.docx)"
        )
        if found:
            self.use_style(Path(found))

    def use_style(self, path: Path) -> None:
        """Have papers look as a file of the provider's says."""
        try:
            house_style.choose(self.desk.bench.store, path)
        except UserError as error:
            self.say(str(error), "block")
            return
        self._show_style()
        self.say(f"已采用“{path.name}”的版式。")

    def use_standard(self) -> None:
        """Have papers look as the standard says again."""
        house_style.forget(self.desk.bench.store)
        self._show_style()
        self.say("已恢复国标版式。")

    def _show_style(self) -> None:
        """Which layout is used, and what of the provider's own is not followed, if anything."""
        store = self.desk.bench.store
        name = house_style.name(store)
        kept = f"采用“{name}”。{''.join(house_style.current(store).notes)}"
        self._style.setText(kept if name else "GB/T 9704—2012《党政机关公文格式》")
        self._style.updateGeometry()
        self.standard.setVisible(bool(name))

    def show_review(self, review: Review) -> None:
        """Tick what the dossier has something for, until somebody ticks otherwise."""
        self.closing.show_consent(review.dossier)
        if not self._ticked:
            for part, box in self.boxes.items():
                box.setChecked(part in handin_choice.ready(review))
        self.packing.show_review(review, self._documents())

    def _tick(self) -> None:
        self._ticked = True
        if self.desk.review is not None:
            self.packing.show_review(self.desk.review, self._documents())

    def _documents(self) -> frozenset[str]:
        """What is ticked of what can lie in a bundle."""
        ticked = {part for part, box in self.boxes.items() if box.isChecked()}
        return frozenset(ticked & handin_choice.PACKABLE)

    def set_folder(self, folder: Path) -> None:
        """Export into `folder` from now on, also after the next start."""
        self.folder = folder
        self._where.setText(str(folder))
        self._where.updateGeometry()
        self.desk.bench.store.set_setting(FOLDER_SETTING, str(folder))
        self.moved.emit()

    def _choose(self) -> None:
        found = QFileDialog.getExistingDirectory(self, "选择导出文件夹", str(self.folder))
        if found:
            self.set_folder(Path(found))

    def export(self, *, draft: bool) -> None:
        """Begin, unless something stands in the way that is known already."""
        if self._job is not None:
            return
        parts = tuple(part for part, box in self.boxes.items() if box.isChecked())
        if not parts:
            self.say("没有勾选任何文档，没有导出，请至少勾选一种。", "block")
            return
        if draft and parts == ("mail",):
            self.say("邮件草稿只随终稿生成，没有导出，请另勾选一种文档。", "block")
            return
        packing = bool({"bundle", "mail"} & set(parts))
        blocked = self.desk.review is not None and bool(self.desk.review.blocking)
        if packing and (refusal := self.closing.refusal(unsent=draft or blocked)):
            self.say(refusal, "block")
            return
        closing = self.closing.closing() if packing else OPEN
        packed = self.packing.packed(self._documents())
        self._made, self._troubles = [], []
        self._list_files()
        self.say("正在检查档案。")
        bench, dossier_id, folder = self.desk.bench, self.desk.dossier_id, self.folder
        self._target = folder
        job = self._job = self.desk.job(
            lambda: bench.export(dossier_id, folder, parts, draft, closing, packed)
        )
        job.progressed.connect(self._progressed)
        job.refused.connect(lambda sentence: self.say(sentence, "block"))
        job.cancelled.connect(self._cancelled)
        job.finished.connect(lambda _last: self._finished())
        job.crashed.connect(lambda _error: self.say("导出没有完成，档案未受影响。", "block"))
        job.ended.connect(self._ended)
        for button in (self.final, self.draft):
            button.setEnabled(False)
        self.stop.setEnabled(True)
        self.stop.show()
        self._focus = QApplication.focusWidget()
        job.start()

    def say(self, sentence: str, token: str = "ink2") -> None:
        """Say beside the buttons how it stands."""
        self.status.set_token(token)
        self.status.setText(sentence)
        self.status.updateGeometry()
        self.status.setAccessibleName(sentence)
        if token == "block" and self.isVisible():
            reveal(self.status)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.stop.setEnabled(False)
            self.say("正在停止，当前一份写完即止。")

    def _progressed(self, step: Progress) -> None:
        if step.trouble:
            self._troubles.append(step.trouble)
        if step.made is not None:
            self._made.append(step.made)
        elif self.stop.isEnabled():
            self.say(f"{step.text}（{step.done + 1}/{step.total}）。")

    def _cancelled(self) -> None:
        self.say("已取消，原有文件未变。")
        self._list_files()

    def _finished(self) -> None:
        self.say(f"已导出 {len(self._made)} 个文件。" + "".join(self._troubles), "ok")
        self._list_files()
        self._offer_folder()
        self.exported.emit()

    def _offer_folder(self) -> None:
        """Have 空格 open what was made, for who waited for it and went nowhere else meanwhile."""
        line = self.findChild(FileLine)
        if line is not None and self.isVisible() and QApplication.focusWidget() is self._focus:
            line.show()  # at once, for only what shows takes the keyboard
            line.button.setFocus(Qt.FocusReason.OtherFocusReason)
            reveal(line)

    def _ended(self) -> None:
        self._job = None
        self.stop.hide()
        for button in (self.final, self.draft):
            button.setEnabled(True)

    def _list_files(self) -> None:
        empty(self._files)
        if not self._made:
            return
        home = next(p for p in self._made[0].parents if p.parent == self._target)
        self._files.addWidget(Rule())
        self._files.addWidget(FileLine(str(home), home, "打开文件夹", icon="folder"))
        for path in self._made:
            self._files.addWidget(FileLine(str(path.relative_to(home)), path, "打开"))


class FileLine(QWidget):
    """A file that was made, or its folder, with the button that opens it."""

    def __init__(self, name: str, path: Path, action: str, icon: str = "") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(TextLabel(name, "dense", wrap=True), 1, Qt.AlignmentFlag.AlignVCenter)
        self.button = Button(action, Kind.QUIET, icon=icon, height=28)
        self.button.setAccessibleName(f"{action}：{name}")
        url = QUrl.fromLocalFile(str(path))
        self.button.clicked.connect(lambda: QDesktopServices.openUrl(url))
        row.addWidget(self.button)
