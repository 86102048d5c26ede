"""Where photos come from: files, a folder, a phone, a folder that is watched; shown in place."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.intake import FILES_CEILING
from app.watched_folder import FOLDER_SETTING, HOME_SETTING, OWNER_SETTING, unfit
from forms.dossier import Photo
from grading.photo_route import shown_name
from widgets.controls import Button, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.folder_watch import FolderWatch
from widgets.marks import Tag
from widgets.pages.visit_import import Batch, ImportBar, Panel, photo_work
from widgets.pages.visit_phone import PhonePanel
from widgets.text import TextLabel

_FILTER = "照片 (*.jpg *.jpeg *.png *.heic *.heif *.webp *.tif *.tiff *.bmp);;所有文件 (*)"
#: Where what the watched folder brings goes: to the visit in view, or to the visit of its day.
IN_VIEW, BY_DAY = "view", "day"
#: How the watching goes: a word with its tone and glyph.
_STATES = {
    "on": ("监视中", "ok", "check"),
    "gone": ("已断开", "warn", "warn"),
    "trouble": ("未监视", "warn", "warn"),
    "elsewhere": ("未监视", "info", "folder"),
}


class Sources(QWidget):
    """Takes photos in from every side. `left()` when its panel was closed by the person.

    The watched folder is a setting of this computer, for one dossier: another one asks before its
    photos go there. It is watched while this exists.
    """

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._visit: UUID | None = None
        self._day: dt.date | None = None
        self.importing = ImportBar(desk, "照片", "张")
        self.phone = PhonePanel(self._known)
        self.watch = FolderWatch(self)
        self.line = WatchLine(desk.bench.store.setting(HOME_SETTING) or IN_VIEW)
        self._taken = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for panel in (self.line, self.phone, self.importing):
            column.addWidget(panel)
        self._connect()
        self._resume()

    def _connect(self) -> None:
        self.phone.chosen.connect(self._take_from_phone)
        self.phone.folder_wanted.connect(self.choose_folder)
        self.phone.watch_wanted.connect(self.choose_watched)
        self.phone.closed.connect(self.left)
        for part in (self.phone, self.watch):
            part.crashed.connect(self._desk.crashed)
        self.watch.arrived.connect(self._arrived)
        self.watch.changed.connect(self._show_watch)
        self.line.stopped.connect(self.stop_watching)
        self.line.taken.connect(self._take_before)
        self.line.declined.connect(self.watch.forget_before)
        self.line.home_chosen.connect(self._keep_home)

    def show_visit(self, visit: UUID | None, day: dt.date | None) -> None:
        """The visit in view and its day, for what is taken in from now on."""
        self._visit, self._day = visit, day
        self._show_homes()

    def take(self, paths: list[Path]) -> None:
        """Import files and folders into the visit in view; where there is none, by their day."""
        if paths:
            self.importing.start(photo_work(self._desk, paths, self._visit))

    # -- the ways -----------------------------------------------------------------------------

    def choose_photos(self) -> None:
        """Choose photos in a dialog."""
        found, _ = QFileDialog.getOpenFileNames(self, "导入照片", "", _FILTER)
        self.take([Path(name) for name in found])

    def choose_folder(self) -> None:
        """Choose a folder in a dialog; all photos in it are taken."""
        found = QFileDialog.getExistingDirectory(self, "选择存放照片的文件夹")
        if found:
            self.phone.close_panel()
            self.take([Path(found)])

    def find_phone(self) -> None:
        """Open the panel that looks for phones and cards."""
        self.phone.open_for(self._day)

    def choose_watched(self) -> None:
        """Choose the folder to be watched in a dialog."""
        start = self._desk.bench.store.setting(FOLDER_SETTING)
        found = QFileDialog.getExistingDirectory(self, "选择要监视的文件夹", start)
        if found:
            self.phone.close_panel()
            self.watch_folder(Path(found))

    def watch_folder(self, folder: Path) -> None:
        """Watch this folder from now on, also after the next start."""
        store = self._desk.bench.store
        if sentence := unfit(folder, store.folder):
            self.line.refuse(sentence)
            return
        store.set_setting(FOLDER_SETTING, str(folder))
        store.set_setting(OWNER_SETTING, str(self._desk.dossier_id))
        self._taken = 0
        self.watch.begin(folder)

    def _resume(self) -> None:
        """Watch on as before the last start; ask where it was for another dossier."""
        store = self._desk.bench.store
        folder, owner = store.setting(FOLDER_SETTING), store.setting(OWNER_SETTING)
        if not folder:
            return
        if owner == str(self._desk.dossier_id):
            self.watch.begin(Path(folder))
            return
        names = (each.name for each in self._desk.bench.summaries() if str(each.id) == owner)
        whose = f"“{name}”的" if (name := next(names, "")) else "其他"
        words = f"文件夹“{shown_name(Path(folder).name or folder)}”是为{whose}档案监视的，"
        self.line.ask(f"{words}其中的新照片没有收入本档案。", folder)

    def stop_watching(self) -> None:
        """Watch no folder any more; or put the line away that said why one is not watched."""
        if self.line.refusing:
            self._show_watch()
            return
        self._desk.bench.store.set_setting(FOLDER_SETTING, "")
        self.watch.stop()

    def look_again(self) -> None:
        """The page shows again: a folder of the network may not have told of what came."""
        self.watch.look_again()

    # -- what comes ---------------------------------------------------------------------------

    def _take_from_phone(self, paths: list[Path], several: bool) -> None:
        visit = None if several else self._visit
        self.importing.start(photo_work(self._desk, paths, visit))

    def _arrived(self, paths: list[Path]) -> None:
        if self._desk.closed:
            return
        visit = self._visit if self.line.homes.current() == IN_VIEW else None
        for first in range(0, len(paths), FILES_CEILING):
            batch = Batch(self._desk, tuple(paths[first : first + FILES_CEILING]), visit)
            self.importing.start(batch.work, partial(self._settle, batch))

    def _take_before(self) -> None:
        if not self.watch.on:  # the folder was for another dossier
            self.watch_folder(Path(self._desk.bench.store.setting(FOLDER_SETTING)))
            return
        paths = self._unknown()[:FILES_CEILING]
        self.watch.claim(paths)
        self._arrived(paths)

    def _settle(self, batch: Batch) -> None:
        self._taken += len(batch.new)
        self.watch.settle(batch.taken, batch.refused, batch.left)

    def _known(self) -> set[tuple[str, int | None]]:
        """The photos of the dossier by name and size."""
        return {(photo.filename, photo.size) for photo in self._desk.dossier.all(Photo)}

    def _unknown(self) -> list[Path]:
        """What lay in the watched folder before, and is not in the dossier."""
        known = self._known()
        found = self.watch.before.items()
        return sorted(path for path, (size, _) in found if (path.name, size) not in known)

    def _keep_home(self, key: str) -> None:
        self._desk.bench.store.set_setting(HOME_SETTING, key)

    def _show_homes(self) -> None:
        self.line.homes.setVisible(self.watch.on and self._visit is not None)

    def _show_watch(self) -> None:
        watch = self.watch
        self._show_homes()
        if watch.folder is None:
            self.line.hide()
            return
        name = shown_name(watch.folder.name or str(watch.folder))
        if watch.trouble:
            words = watch.trouble
        elif not watch.there:
            words = f"监视的文件夹“{name}”不在原处，可能已移走或断开；恢复后自动继续监视。"
        else:
            count = f"已收入 {self._taken:,} 张。" if self._taken else "新照片自动收入。"
            words = f"正在监视文件夹“{name}”，{count}"
        state = "trouble" if watch.trouble else "on" if watch.there else "gone"
        self.line.show_state(state, words, str(watch.folder))
        self.line.offer(len(self._unknown()))


class WatchLine(Panel):
    """Says what is watched and how it goes. `stopped()`, `home_chosen(key)`; `taken()` and
    `declined()` answer what was asked: of what lay in the folder before, or of the folder itself.
    """

    stopped = Signal()
    taken = Signal()
    declined = Signal()
    home_chosen = Signal(str)

    def __init__(self, home: str) -> None:
        super().__init__((16, 8), 6)
        self.refusing = False
        self.mark = Tag("")
        self.words = TextLabel("", "dense", wrap=True)
        self.homes = SegmentedControl(
            (Segment(IN_VIEW, "收入本次"), Segment(BY_DAY, "按拍摄日期")),
            home,
            height=28,
            name="监视到的照片归入何处",
        )
        self.stop = Button("停止", height=28)
        self.count = TextLabel("", "dense", "ink2")
        self.take, self.decline = Button("", height=28), Button("不导入", height=28)
        self.stop.clicked.connect(self.stopped)
        self.take.clicked.connect(self.taken)
        self.decline.clicked.connect(self.declined)
        self.homes.chosen.connect(self.home_chosen)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.mark)
        head.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.homes)
        head.addWidget(self.stop)
        self._before = QWidget()
        row = QHBoxLayout(self._before)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.count, self.take, self.decline):
            row.addWidget(part)
        row.addStretch(1)
        self.body.addLayout(head)
        self.body.addWidget(self._before)
        self._before.hide()

    def show_state(self, state: str, words: str, where: str) -> None:
        """Say how the watching goes, by a key of `_STATES`; `where` is the folder's whole path."""
        self.mark.set(*_STATES[state])
        self.words.setText(words)
        self.words.setToolTip(where)
        self._name_stop("停止", "停止监视文件夹")
        self.refusing = False
        self.show()

    def refuse(self, sentence: str) -> None:
        """Say why a folder is not watched."""
        self.show_state("trouble", sentence, "")
        self._name_stop("收起", "收起")
        self.refusing = True

    def ask(self, sentence: str, where: str) -> None:
        """Say for whom a folder is watched, and ask whether it shall be for this dossier."""
        self.show_state("elsewhere", sentence, where)
        self._name_stop("收起", "收起")
        self.refusing = True
        self._ask("改为本档案监视后，新照片收入本档案，不再收入原档案。", "改为本档案监视")
        self.decline.hide()

    def _name_stop(self, word: str, name: str) -> None:
        self.stop.setText(word)
        self.stop.setAccessibleName(name)

    def offer(self, count: int) -> None:
        """Offer what lay in the folder before; nothing for 0."""
        words = f"文件夹内已有 {count:,} 张没有收入本档案，是否导入？"
        self._ask(words, f"导入 {min(count, FILES_CEILING):,} 张")
        self._before.setVisible(count > 0)

    def _ask(self, words: str, word: str) -> None:
        self.count.setText(words)
        self.take.setText(word)
        self.take.setAccessibleName(word)
        self.take.updateGeometry()
        self.decline.show()
        self._before.show()
