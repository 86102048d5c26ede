"""Starting the window: paint first, then open the data; what goes wrong ends in a sentence."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QLibraryInfo,
    QLocale,
    QObject,
    Qt,
    QThread,
    QTimer,
    QTranslator,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout

from app import durable
from app.log_file import start_log
from forms.errors import UserError
from widgets.controls import Button, Kind
from widgets.focus import FocusRing
from widgets.jobs import Job
from widgets.main_window import MainWindow
from widgets.quiet_job import QuietJob
from widgets.text import TextLabel
from widgets.theme import theme

if TYPE_CHECKING:
    from app.progress import Progress
    from app.salvage import Rescue
    from app.workbench import Workbench

log = logging.getLogger(__name__)

#: What takes long to load and is not needed for the first paint.
_LATER = ("app.workbench", "widgets.pages.home", "widgets.dossier_window")
_SEALING_MS = 600_000
_DAMAGED = (
    "数据库有损坏之处，现有内容仍可查看和导出；请关闭程序后重新打开，程序将提示可恢复的内容。"
)


def start(argv: list[str]) -> int:
    """Open the window and run until it closes; the exit status."""
    program = Program(argv)
    program.begin()
    return QApplication.exec()


class Program(QObject):
    """The running program: the application, its window, and what happens to errors."""

    #: The workbench is open and the list of dossiers shows.
    ready = Signal()

    def __init__(self, argv: list[str]) -> None:
        super().__init__()
        parser = argparse.ArgumentParser(prog="main.py", add_help=False)
        parser.add_argument("--data", type=Path)
        self._data: Path | None = parser.parse_known_args(argv)[0].data
        self.app = _application()
        self.ring = FocusRing(self.app)
        self.log: Path | None = None
        self.crash: CrashDialog | None = None
        sys.excepthook = self._unexpected
        self.window = MainWindow()
        self.window.crashed.connect(self._crashed)
        self.window.retried.connect(self._open)
        self.window.unlocked.connect(self._open)
        self._opening: Job | None = None
        self._secret = ""
        self.app.aboutToQuit.connect(self._leave)
        self._loader = _Loader(self)
        self._loader.finished.connect(self._open)

    def begin(self) -> None:
        """Show the window; the data follow once it has been painted."""
        self.window.show()
        QTimer.singleShot(0, self._loader.start)

    def _open(self, secret: str = "") -> None:
        """Open the data folder, off the main thread: a passphrase is slow by intent, and a store
        from before is sealed first."""
        if self._opening is not None:
            return
        folder, self._secret = self._folder(), secret
        self._begin(lambda: _opening(folder, secret), self._opened)

    def _begin(self, work: Callable[[], Iterator[Any]], then: Callable[[object], None]) -> None:
        self.window.wait()
        self._opening = Job(work, self)
        self._opening.finished.connect(then)
        self._opening.ended.connect(self._opening.deleteLater)
        self._opening.start()

    def _restore(self, rescue: Rescue) -> None:
        """Put a backup in the place of a damaged database, then open that."""
        folder = self._folder()
        self._begin(lambda: _restoring(folder, rescue), self._restored)

    def _restored(self, outcome: object) -> None:
        self._opening = None
        if isinstance(outcome, UserError):
            self.window.refuse(str(outcome))
        elif not self.window.gone:
            self._open(self._secret)

    def _folder(self) -> Path:
        from app.workbench import default_folder

        return self._data or default_folder()

    def _opened(self, outcome: object) -> None:
        from app.keys import LockedError
        from app.salvage import Rescue

        self._opening = None
        if self.window.gone:
            if isinstance(outcome, _Open):
                outcome.bench.close()
        elif isinstance(outcome, LockedError):
            self.window.ask_secret(outcome)
        elif isinstance(outcome, Rescue):
            self.window.offer_rescue(outcome.told, lambda: self._restore(outcome))
        elif isinstance(outcome, UserError):
            self.window.refuse(str(outcome))
        elif isinstance(outcome, Exception):
            self.log = self.log or start_log(self._folder())
            log.error("the data could not be opened", exc_info=outcome)
            self.window.refuse(
                f"数据库不能打开（{type(outcome).__name__}），原文件未动，"
                f"请从 backups 文件夹中的备份恢复，或把日志交给维护人员：{self.log}"
            )
        elif isinstance(outcome, _Open):
            self.log = self.log or start_log(self._folder())
            self.window.attach(outcome.bench)
            if outcome.asked:
                self.window.unlocked_with_secret(outcome.keyring)
            self.ready.emit()
            self._check(outcome.bench)

    def _check(self, bench: Workbench) -> None:
        """Look through the whole database behind the window: a disk fails without saying so."""
        if durable.on_share(bench.store.folder) and self.window.home is not None:
            self.window.home.told.say(durable.ON_A_SHARE)
        job = QuietJob(lambda: _checking(bench), self.window)
        job.finished.connect(self._checked)
        job.start()

    def _checked(self, problems: object) -> None:
        if problems and self.window.home is not None:
            self.window.home.told.say(_DAMAGED)

    def _leave(self) -> None:
        """The program ends: what is being opened, or sealed for the first time, is let be done."""
        if self._opening is not None:
            self._opening.wait(_SEALING_MS)

    def _unexpected(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """An error nobody foresaw, in any slot: logged, and said once."""
        if issubclass(kind, KeyboardInterrupt):
            self.window.close()
            return
        log.critical("unexpected error", exc_info=(kind, error, trace))
        self._tell(error)

    def _crashed(self, error: object) -> None:
        """A job died of a bug; the job runner has logged it."""
        if isinstance(error, BaseException):
            self._tell(error)

    def _tell(self, error: BaseException) -> None:
        if self.crash is not None and self.crash.isVisible():
            return  # one dialog says it; the log has them all
        self.crash = CrashDialog(error, self.log, self.window)
        self.crash.open()


class CrashDialog(QDialog):
    """Says that something went wrong, that all is kept, and where the log is."""

    def __init__(self, error: BaseException, path: Path | None, parent: MainWindow) -> None:
        super().__init__(parent)
        self.setWindowTitle("意外错误")
        self.setFixedWidth(560)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        where = f"日志文件：{path}" if path else "日志文件未能写入。"
        said = TextLabel(
            "程序遇到没有预料到的错误。已填写的内容都已保存，没有丢失；可以继续使用，"
            "如再次出现，请把日志文件交给维护人员。",
            wrap=True,
        )
        place = TextLabel(where, "dense", "ink2", wrap=True)
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(TextLabel("出现意外错误", "title"))
        column.addWidget(said)
        column.addWidget(place)
        column.addWidget(TextLabel(f"错误类型：{type(error).__name__}", "meta", "ink3"))
        row = QHBoxLayout()
        row.addStretch(1)
        if path is not None:
            show = Button("打开日志所在文件夹")
            folder = QUrl.fromLocalFile(str(path.parent))
            show.clicked.connect(lambda: QDesktopServices.openUrl(folder))
            row.addWidget(show)
        if parent.bench is not None:
            pack = Button("支持包")
            pack.clicked.connect(parent.show_support)
            row.addWidget(pack)
        go_on = Button("继续使用", Kind.PRIMARY)
        go_on.clicked.connect(self.accept)
        row.addWidget(go_on)
        column.addLayout(row)
        self.words = f"{said.text()}\n{where}"
        go_on.setFocus()


@dataclass(frozen=True, slots=True)
class _Open:
    """An open workbench; whether a passphrase or recovery key was asked for, and the name of the
    keyring that could hold the key instead."""

    bench: Workbench
    asked: bool
    keyring: str


def _opening(folder: Path, secret: str) -> Iterator[_Open | Rescue | Exception]:
    """Open the folder, or find what can be had back of it; refusals are handed over whole."""
    from app.keys import keyring_name
    from app.salvage import survey
    from app.store import DamagedStoreError
    from app.workbench import Workbench

    made: _Open | Rescue | Exception
    try:
        try:
            bench = Workbench.open(folder, secret)
            made = _Open(bench, bool(secret), keyring_name() if secret else "")
        except DamagedStoreError:
            made = survey(folder, secret)
    except Exception as error:
        made = error
    yield made


def _restoring(folder: Path, rescue: Rescue) -> Iterator[Progress | UserError]:
    """Have the data back; what that is refused for is handed over."""
    from app.salvage import restore

    try:
        yield from restore(folder, rescue)
    except UserError as error:
        yield error


def _checking(bench: Workbench) -> Iterator[list[str]]:
    """The store's problems, which it is looked through for again at the next start."""
    problems = bench.store.integrity()
    if problems:
        bench.store.unsettle()
    yield problems


class _Loader(QThread):
    """Imports off the main thread what the first paint does not need."""

    def run(self) -> None:
        for name in _LATER:
            importlib.import_module(name)


def _application() -> QApplication:
    """Qt's application with the program's look, in Chinese wherever Qt itself speaks."""
    held = QApplication.instance()
    app = held if isinstance(held, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("zhengai")
    app.setApplicationDisplayName("诊改工作台")
    chinese = QLocale(QLocale.Language.Chinese, QLocale.Country.China)
    QLocale.setDefault(chinese)
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(chinese, "qtbase", "_", folder):
        app.installTranslator(translator)
    theme().install(app)
    return app
