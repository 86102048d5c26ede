"""A paper as it will be printed, with what can be done with it: print, open, look nearer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app import paper_files
from app.progress import Progress
from app.review import Review
from exporters.papers import Sheet
from widgets import printing
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.jobs import Job
from widgets.page_preview import PagePreview
from widgets.text import TextLabel

_WAIT = "正在编排页面……"


class PaperView(QWidget):
    """Shows one paper and keeps up with the dossier: it is composed anew after every judgement.

    Above the pages it says what could not be printed of them, and how opening or printing went;
    what a job was refused for is told by the window.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.sheet: Sheet | None = None
        self._job: Job | None = None
        self._again = False
        self._shown: tuple[str, UUID | None] | None = None
        self._lacking, self._said, self._token = "", "", "warn"
        self._notes, self.note = QWidget(), TextLabel("", "dense", "warn", wrap=True)
        self._tools = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._rows = QHBoxLayout(), QHBoxLayout()
        self.preview = PagePreview()
        self.page = TextLabel("", "dense", "ink2")
        self.print = Button("打印", Kind.PRIMARY, icon="print", height=32)
        self.word = Button("用 Word 或 WPS 打开", height=32)
        self.pdf = Button("打开 PDF", height=32)
        self._open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl
        self._lay_out()
        self.preview.turned.connect(self._turned)
        self.print.clicked.connect(lambda: self.print_paper())
        self.word.clicked.connect(lambda: self.open_as("docx"))
        self.pdf.clicked.connect(lambda: self.open_as("pdf"))
        desk.reviewed.connect(self._reviewed)

    def _lay_out(self) -> None:
        nearer, further, wide = (Button(words, height=32) for words in ("＋", "－", "整宽"))
        for button, words, by in (
            (further, "缩小（−）", 0.8),
            (nearer, "放大（+）", 1.25),
            (wide, "与窗同宽（0）", 0.0),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(lambda _on=False, by=by: self.preview.zoom(by))
        acts, looks = self._rows
        for button in (self.print, self.word, self.pdf):
            acts.addWidget(button)
        acts.addStretch(1)
        looks.addStretch(1)
        for part in (self.page, further, nearer, wide):
            looks.addWidget(part)
        self._tools.setContentsMargins(16, 8, 16, 8)
        self._tools.setSpacing(8)
        for row in self._rows:
            row.setSpacing(8)
            self._tools.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._tools)
        note = QVBoxLayout(self._notes)
        note.setContentsMargins(16, 0, 16, 8)
        note.addWidget(self.note)
        column.addWidget(self._notes)
        self._notes.hide()
        column.addWidget(self.preview, 1)

    def show_paper(self, sheet: Sheet | None) -> None:
        """Show another paper, or none."""
        self.sheet = sheet
        if sheet is None or self._shown != self._key():
            self.preview.clear(_WAIT if sheet else "")
            self._shown = None
            self._lacking = self._said = ""
            self._show_note()
        for button in (self.print, self.word, self.pdf):
            button.setEnabled(sheet is not None)
        self.refresh()

    def refresh(self) -> None:
        """Compose the paper anew, unless nobody sees it; one composing at a time."""
        if self.sheet is None or not self.isVisible() or self.desk.closed:
            return
        if self._job is not None:
            self._again = True
            return
        bench, dossier_id, key = self.desk.bench, self.desk.dossier_id, self._key()
        if key is None:
            return
        job = self._job = Job(lambda: paper_files.picture(bench, dossier_id, *key), self)
        job.progressed.connect(lambda step: self._lacks(key, step.trouble))
        job.finished.connect(lambda data: self._composed(key, data))
        job.refused.connect(self.preview.clear)
        job.crashed.connect(self.desk.crashed)
        job.ended.connect(self._over)
        job.start()

    def showEvent(self, event: object) -> None:
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_tools()

    def _fit_tools(self) -> None:
        """Two rows of tools where one has no room for them."""
        for row in self._rows:
            row.invalidate()  # Qt does so later, when the words are laid out anew
        needed = sum(row.sizeHint().width() for row in self._rows) + 40  # with margins and gap
        way, fits = QBoxLayout.Direction, needed <= self.width()
        self._tools.setDirection(way.LeftToRight if fits else way.TopToBottom)

    def finish(self) -> None:
        """Wait for the composing and drawing that run, before the dossier is closed."""
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
        self.preview.clear()

    def open_as(self, ending: str) -> None:
        """Have the system's own program open the paper."""
        self._make(ending, self._opened)

    def print_paper(self) -> None:
        """Ask for a printer, then print."""
        if self.sheet is None:
            return
        printer = printing.ask_printer(self, self.sheet.name)
        if printer is not None:
            self._make("pdf", lambda path: self._run(lambda: printing.print_pdf(path, printer)))

    def _make(self, ending: str, then: Callable[[Path], object]) -> None:
        key = self._key()
        if key is None:
            return
        bench, dossier_id = self.desk.bench, self.desk.dossier_id

        def done(last: Progress) -> None:
            if last.made is not None and not self.desk.closed:
                self._lacks(key, last.trouble)
                then(last.made)

        self._run(lambda: paper_files.make(bench, dossier_id, *key, ending), done)

    def _run(
        self,
        work: Callable[[], Iterator[Progress]],
        done: Callable[[Progress], object] = lambda _last: None,
    ) -> None:
        self.say("")
        job = self.desk.job(work)
        job.finished.connect(done)
        job.ended.connect(job.deleteLater)
        job.start()

    def _opened(self, path: Path) -> None:
        if self._open_url(QUrl.fromLocalFile(str(path))):
            self.say("已打开副本，供查看和另存；在副本中的修改不会回到档案。", "ink2")
        else:
            self.say(f"没有程序可以打开“{path.name}”，文书未变，请安装 Word、WPS 或 PDF 阅读器。")

    def say(self, sentence: str, token: str = "warn") -> None:
        """Say above the pages how something went; "" takes it away."""
        self._said, self._token = sentence, token
        self._show_note()

    def _lacks(self, key: tuple[str, UUID | None], trouble: str) -> None:
        """What could not be printed of the paper, until it is composed anew."""
        if key == self._key():
            self._lacking = trouble
            self._show_note()

    def _show_note(self) -> None:
        words = "\n".join(filter(None, (self._lacking, self._said)))
        self.note.set_token("warn" if self._lacking else self._token)
        self.note.setText(words)
        self.note.setAccessibleName(words)
        self._notes.setVisible(bool(words))

    def _key(self) -> tuple[str, UUID | None] | None:
        return None if self.sheet is None else self.sheet.key

    def _reviewed(self, _review: Review) -> None:
        self.refresh()

    def _composed(self, key: tuple[str, UUID | None], data: bytes | None) -> None:
        if data is not None and key == self._key() and not self.desk.closed:
            self._shown = key
            self.preview.show_pdf(data)

    def _over(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        if self._again:
            self._again = False
            self.refresh()

    def _turned(self, page: int, count: int) -> None:
        self.page.setText(f"第 {page} 页，共 {count} 页" if count else "")
        self.page.updateGeometry()
        self._fit_tools()
