"""The self-assessment: the walk over it, the enterprise's sheet, the platform's pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.progress import Progress
from forms.dossier import Attachment, Enterprise
from forms.evaluation import Stage
from forms.visit import SELF_SHOT
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.file_drop import ask_files, ask_place
from widgets.import_preview import PreviewDialog, Shown
from widgets.pages.attachment_list import IMAGES, ending
from widgets.pages.attachments import attach_work
from widgets.pages.walk import WalkPage
from widgets.surfaces import Rule, ScrollColumn, Toast, empty
from widgets.text import TextLabel, draw_text
from widgets.thumbnails import thumbnails

if TYPE_CHECKING:
    from app.self_sheet import Plan

_SHEETS = "企业自评表 (*.xlsx)"
_HEADS = (("单元格", 90), ("采集项或应用场景", 200))
_BESIDE = 0.4
"""Of the page's width, what the platform's pictures take beside the walk."""
_PICTURES = "图片 (*.png *.jpg *.jpeg *.bmp *.webp)"


class SelfPage(WalkPage):
    """The walk at the stage `self`, with the enterprise's sheet and the pictures beside it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, Stage.SELF, parent)
        self.dialog: PreviewDialog | None = None
        self.shots = Shots(desk)
        self.shots.hide()
        self.toast = Toast(self)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        self.beside.addWidget(self.shots)
        column.insertLayout(0, self._tools())
        column.insertWidget(1, Rule())
        desk.restructured.connect(self._name_shots)
        self._name_shots()

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(24, 8, 16, 8)
        row.setSpacing(8)
        words = TextLabel("可将自评表发给企业填写，再导入核对。", "dense", "ink2", keep=False)
        row.addWidget(words, 1)
        self.show_shots = Button("", Kind.QUIET, icon="camera", height=28)
        self.show_shots.setCheckable(True)
        self.show_shots.toggled.connect(self._toggle)
        add = Button("添加平台截图", icon="clip", height=28)
        add.clicked.connect(self.choose_shots)
        take = Button("导入自评表", icon="folder", height=28)
        take.clicked.connect(self.choose_import)
        give = Button("导出自评表", icon="export", height=28)
        give.clicked.connect(self.choose_export)
        for button in (self.show_shots, add, take, give):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        return row

    def _name_shots(self) -> None:
        count = len(self.shots.held())
        self.show_shots.setVisible(bool(count))
        self.show_shots.setText(f"平台截图 {count}")
        self.show_shots.updateGeometry()
        if not count:
            self.show_shots.setChecked(False)

    def _toggle(self, shown: bool) -> None:
        if shown:  # there is room for one of the two
            self._pictured = False
            self._picture()
        self.shots.setVisible(shown)
        self.shots.setFixedWidth(int(self.width() * _BESIDE))
        self.shots.lay_out()
        # What wraps has settled its height at the other width: it is made anew at this one.
        QTimer.singleShot(0, self, lambda: self.open(self.subject))

    def choose_shots(self) -> None:
        """Ask for pictures of the platform."""
        ask_files(self, "添加平台截图", _PICTURES, self.attach)

    def attach(self, paths: list[Path]) -> None:
        """Keep pictures of the platform, and show them beside the walk."""
        troubles: list[str] = []

        def note(step: Progress) -> None:
            troubles.extend(filter(None, (step.trouble,)))

        def done(_last: object) -> None:
            self.show_shots.setChecked(bool(self.shots.held()))
            if troubles:
                self.desk.refused.emit("\n".join(troubles))

        self._run(attach_work(self.desk, paths, SELF_SHOT), done, note)

    def choose_export(self) -> None:
        """Ask where the sheet is to stand."""
        name = self.desk.dossier.one(Enterprise).name.strip() or "未命名企业"
        ask_place(self, "导出自评表", f"{name}自评表.xlsx", _SHEETS, self.write)

    def write(self, path: Path) -> None:
        """Write the sheet."""
        bench, dossier_id = self.desk.bench, self.desk.dossier_id

        def work() -> Iterator[object]:
            from app import self_sheet  # here: it brings all that writes workbooks along

            yield Progress(0, 1, "正在写入自评表")
            yield self_sheet.export_sheet(bench, dossier_id, path)

        self._run(work, lambda made: self.toast.say(f"已导出：{made.name}", undo=False))

    def choose_import(self) -> None:
        """Ask for a filled sheet."""
        ask_files(self, "导入自评表", _SHEETS, lambda paths: self.bring_in(paths[0]))

    def bring_in(self, path: Path) -> None:
        """Read a filled sheet and show what it would change."""
        if not self.panel.flush():
            return
        bench, dossier_id = self.desk.bench, self.desk.dossier_id

        def work() -> Iterator[object]:
            from app import self_sheet

            yield Progress(0, 1, f"正在读取“{path.name}”")
            yield self_sheet.preview(bench, dossier_id, path)

        self._run(work, lambda made: self._preview(made, path.name))

    def _preview(self, made: object, name: str) -> None:
        from app import self_sheet

        if isinstance(made, self_sheet.Plan) and not self.desk.closed:
            rows = [Shown((row.cells, row.subject), row.state, row.note) for row in made.rows]
            self.dialog = PreviewDialog("导入自评表", name, _HEADS, rows, self)
            self.dialog.accepted.connect(lambda: self._take(made))
            self.dialog.open()

    def _take(self, plan: Plan) -> None:
        bench, dossier_id = self.desk.bench, self.desk.dossier_id

        def work() -> Iterator[object]:
            from app import self_sheet

            yield Progress(0, 1, "正在写入企业自评")
            yield self_sheet.apply(bench, dossier_id, plan)

        self._run(work, lambda count: self.toast.say(f"已导入，写入 {count} 处。", undo=False))

    def _run(
        self,
        work: Callable[[], Iterator[Any]],
        done: Callable[[Any], object],
        note: Callable[[Any], object] = lambda _step: None,
    ) -> None:
        job = self.desk.job(work)
        job.progressed.connect(note)
        job.finished.connect(lambda last: QTimer.singleShot(0, self, lambda: done(last)))
        job.start()


class Shots(ScrollColumn):
    """The pictures of the platform that are attached, one under the other, as wide as the view."""

    def __init__(self, desk: Desk) -> None:
        super().__init__((12, 12, 12, 12), 12)
        self.desk = desk
        self.pictures: dict[str, _Picture] = {}
        thumbnails().loaded.connect(self._read)
        desk.restructured.connect(self.lay_out)

    def held(self) -> list[Attachment]:
        """The attachments of that kind, the newest first."""
        return [a for a in self.desk.dossier.all(Attachment) if a.kind == SELF_SHOT][::-1]

    def lay_out(self) -> None:
        """Show what is attached now; nothing is read while nobody looks."""
        if self.isHidden():
            return
        empty(self.column)
        self.pictures = {}
        for row in self.held():
            key = f"self-shot/{row.sha256}"
            picture = self.pictures[key] = _Picture(row.name or row.filename)
            self.column.addWidget(picture)
            if ending(row) in IMAGES:
                kept = self.desk.bench.attachment(row)
                image = thumbnails().get(key, kept.read)
                if image is not None:
                    picture.show_image(image)
        self.column.addStretch(1)

    def _read(self, key: str, image: QImage) -> None:
        if key in self.pictures:
            self.pictures[key].show_image(image)


class _Picture(QWidget):
    """One picture, with its file's name until it has been read."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._image = name, QImage()
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_image(self, image: QImage) -> None:
        """Show the picture."""
        self._image = image
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._image.isNull():
            return 40
        return max(int(width * self._image.height() / self._image.width()), 1)

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(max(self.width(), 240)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self._image.isNull():
            draw_text(painter, rect, self._name, "dense", "ink2")
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(rect, self._image)
        painter.end()
