"""从手机导入: the phones and cards that are connected, their photos to choose from, in place."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout

from app.intake import FILES_CEILING
from app.phone_folders import Found, Listing, PhoneFolder, phone_folders, photos_of
from app.progress import Progress
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.pages.visit_days import PhotoChoice, day_words
from widgets.pages.visit_import import Panel
from widgets.quiet_job import QuietJob
from widgets.text import TextLabel

_COPY = "将照片复制到一个文件夹，再选择该文件夹导入，或设为监视文件夹。"
_HELP = {
    "win32": f"存储卡和有盘符的设备可直接读取；手机没有盘符的，请在资源管理器中{_COPY}",
    "darwin": f"存储卡和相机可直接读取；手机请用“图像捕捉”{_COPY}",
}.get(sys.platform, f"请用数据线连接并解锁手机，在手机上选择“传输文件”；仍没有显示的，请{_COPY}")

#: Files by name and size: what tells a photo that is in the dossier already, without reading it.
Known = Collection[tuple[str, int | None]]


class PhonePanel(Panel):
    """`chosen(paths, several)` names the photos wanted, and whether they are of several days;
    `folder_wanted()` and `watch_wanted()` lead to the other ways; `closed()`; `crashed(error)`
    carries a bug.

    `roots` is where devices are looked for, None for the system's own places.
    """

    chosen = Signal(list, bool)
    folder_wanted = Signal()
    watch_wanted = Signal()
    closed = Signal()
    crashed = Signal(object)

    def __init__(self, known: Callable[[], Known]) -> None:
        super().__init__((16, 10), 8)
        self._known = known
        self.roots: Sequence[Path] | None = None
        self._job: QuietJob | None = None
        self._day: dt.date | None = None
        self._listing = Listing((), True)
        self._left_out = 0
        self.phones: tuple[PhoneFolder, ...] = ()
        self.words = TextLabel("", "dense", "ink2", wrap=True)
        self.devices = SegmentedControl((), height=28, name="手机和存储卡")
        self.choice = PhotoChoice()
        self.take = Button("", Kind.PRIMARY, height=28)
        self.again = Button("重新查找", height=28)
        self.folder = Button("选择文件夹…", height=28)
        self.watch = Button("监视文件夹…", height=28)
        self.shut = Button("收起", Kind.QUIET, height=28)
        self._build()
        self._connect()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(TextLabel("从手机导入", "section"))
        head.addWidget(self.devices)
        head.addStretch(1)
        head.addWidget(self.shut)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in (self.take, self.again, self.folder, self.watch):
            foot.addWidget(button)
        foot.addStretch(1)
        self.body.addLayout(head)
        self.body.addWidget(self.words)
        self.body.addWidget(self.choice)
        self.body.addLayout(foot)

    def _connect(self) -> None:
        self.devices.chosen.connect(lambda key: self._list(self.phones[int(key)]))
        self.choice.changed.connect(self._summarise)
        self.take.clicked.connect(self._take)
        self.again.clicked.connect(self.search)
        self.folder.clicked.connect(self.folder_wanted)
        self.watch.clicked.connect(self.watch_wanted)
        self.shut.clicked.connect(self.close_panel)

    def open_for(self, day: dt.date | None) -> None:
        """Show, and look for devices; the photos of `day` are chosen beforehand."""
        self._day = day
        self.show()
        self.search()
        self.shut.setFocus(Qt.FocusReason.OtherFocusReason)

    def search(self) -> None:
        """Look for phones and cards anew."""
        self.phones = ()
        self.devices.hide()
        job = QuietJob(partial(phone_folders, self.roots), self)
        self._begin("正在查找手机和存储卡。", job, self._found)

    def close_panel(self) -> None:
        """Leave it; what is being read is given up."""
        self._stop()
        self.hide()
        self.closed.emit()

    # -- looking ------------------------------------------------------------------------------

    def _begin(self, words: str, job: QuietJob, done: Callable[[Any], None]) -> None:
        self._stop()
        self._show(words)
        self.again.hide()
        self._job = job
        job.progressed.connect(self._progress)
        job.finished.connect(done)
        job.refused.connect(self._refused)
        job.crashed.connect(self._crashed)
        job.start()

    def _stop(self) -> None:
        """What a job that was given up still says is not heard."""
        if self._job is not None:
            job = self._job
            for signal in (job.progressed, job.finished, job.refused, job.crashed):
                signal.disconnect()
            job.cancel()
        self._job = None

    def _progress(self, step: Progress) -> None:
        self.words.setText(f"{step.text}。")

    def _refused(self, sentence: str) -> None:
        self._job = None
        self._show(sentence)

    def _crashed(self, error: object) -> None:
        self._refused("读取时出错，没有读取照片，请重新查找。")
        self.crashed.emit(error)

    def _found(self, found: Found) -> None:
        self._job = None
        self.phones = found.phones
        names = [Segment(str(n), phone.name) for n, phone in enumerate(found.phones)]
        self.devices.set_segments(names, "0")
        self.devices.setVisible(len(names) > 1)
        if self.phones:
            self._list(self.phones[0])
            return
        silent = f"“{'、'.join(found.silent)}”没有回应。" if found.silent else ""
        self._show(f"{silent}没有找到可以读取的手机或存储卡。{_HELP}", ways=True)

    def _list(self, phone: PhoneFolder) -> None:
        words = f"正在读取“{phone.name}”的照片目录。"
        self._begin(words, QuietJob(partial(photos_of, phone), self), self._listed)

    def _listed(self, listing: Listing) -> None:
        self._job = None
        known = self._known()
        fresh = [each for each in listing.photos if (each.path.name, each.size) not in known]
        self._listing, self._left_out = listing, len(listing.photos) - len(fresh)
        if not fresh:
            self._show(f"没有可以导入的照片{self._already()}。", ways=True)
            return
        self._show("")
        self.choice.show_photos(fresh, self._day)
        self.take.show()
        self._summarise()
        if self.isAncestorOf(QApplication.focusWidget() or self):
            where = self.take if self.take.isEnabled() else next(iter(self.choice.days.values()))
            where.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- what shows ---------------------------------------------------------------------------

    def _show(self, words: str, *, ways: bool = False) -> None:
        """Words alone, and with `ways` the other ways of importing."""
        self.words.setText(words)
        self.choice.hide()
        self.take.hide()
        self.again.show()
        for button in (self.folder, self.watch):
            button.setVisible(ways)

    def _summarise(self) -> None:
        """Say what is chosen, and let it be taken."""
        count, days = len(self.choice.selection()), self.choice.chosen_days()
        self.take.setText(f"导入 {count:,} 张")
        self.take.setAccessibleName(self.take.text())
        self.take.updateGeometry()
        self.take.setEnabled(0 < count <= FILES_CEILING)
        whole = len(self._listing.photos) - self._left_out
        words = f"共有照片 {whole:,} 张{self._already()}，已选 {count:,} 张。"
        if not self._listing.whole:
            words += "照片过多或读取过慢，没有全部列出。"
        if count > FILES_CEILING:
            words += f"一次最多导入 {FILES_CEILING:,} 张，请减少日期或相册。"
        elif len(days) > 1:
            words += (
                "多个日期的照片，按拍摄日期归入各次现场诊断；没有拍摄信息的，读出水印日期后归入，"
                "仍不能确定的列在“未归入”，请自行归入。"
            )
        elif not days and self._day is not None:
            words += f"没有本次现场诊断当天（{day_words(self._day)}）的照片的，请选择其他日期。"
        self.words.setText(words)

    def _already(self) -> str:
        return f"（另有 {self._left_out:,} 张已收入本档案）" if self._left_out else ""

    def _take(self) -> None:
        photos, days = self.choice.selection(), self.choice.chosen_days()
        self.close_panel()
        self.chosen.emit([photo.path for photo in photos], len(days) > 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves; no other key goes on to the page, where it would change a photo."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
