"""Starting the window: paint first, then open the data; what goes wrong ends in a sentence.

Nothing is imported here that the first paint does not need: what follows it loads its own.
"""

from __future__ import annotations

import builtins
import gc
import os
import sys
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from forms.errors import UserError
from widgets import opening
from widgets.main_window import MainWindow
from widgets.rubbish import collector
from widgets.tidy import Tidier, keep_big_apart

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    from app.salvage import Rescue
    from app.store import Store
    from app.workbench import Workbench
    from widgets.crash_dialog import CrashDialog
    from widgets.focus import FocusRing
    from widgets.jobs import Job

_UNSEEN_MS = 500
"""So long is waited for the first paint: a window may start minimised."""
_SEALING_MS = 600_000
_SWITCH_S = 0.0002
"""So long a thread in the background may keep the window waiting each time it has let go of the
interpreter, as it does at every statement of the database; Python's own is 5 ms."""
_DAMAGED = (
    "数据库有损坏之处，现有内容仍可查看和导出；请关闭程序后重新打开，程序将提示可恢复的内容。"
)
_NO_RECOVERY = "尚未生成恢复密钥，口令遗忘后数据不能找回，请在“数据安全”中生成并打印。"


def start(argv: list[str]) -> int:
    """Open the window and run until it closes; the exit status."""
    program = Program(argv)
    spare_rubbish(program)
    program.begin()
    return QApplication.exec()


def spare_rubbish(program: Program) -> None:
    """What the start makes stays: to look through it for rubbish takes a tenth of the start, and
    later the window would stand still for it, a third of a second now and then."""

    def collect_again() -> None:
        gc.freeze()
        collector().paused = False
        keep_big_apart()

    collector().paused = True
    program.tidier.spares = True
    program.ready.connect(collect_again)
    program.stuck.connect(collect_again)


class Program(QObject):
    """The running program: the application, its window, and what happens to errors.

    `listed` once the list of dossiers was painted and answers, `ready` once
    the workbench is loaded, with which all else works; `stuck(sentence)` where nothing opens.
    """

    listed = Signal()
    ready = Signal()
    stuck = Signal(str)

    def __init__(self, argv: list[str]) -> None:
        super().__init__()
        self._argv = argv
        self.app = _application()
        self.ring: FocusRing | None = None
        self.log: Path | None = None
        self.crash: CrashDialog | None = None
        sys.excepthook = self._unexpected
        self.window = MainWindow()
        self.tidier = Tidier(self.window)
        self.window.crashed.connect(self._crashed)
        self.window.retried.connect(self._open)
        self.window.unlocked.connect(self._open)
        self._opening: Job | None = None
        self._store: Store | None = None
        self._secret = ""
        self._unseen = QTimer(self)
        self._unseen.setSingleShot(True)
        self.app.aboutToQuit.connect(self.leave)

    def begin(self) -> None:
        """Show the window; the data follow once it has been painted."""
        self._unseen.timeout.connect(self._load)
        self._unseen.start(_UNSEEN_MS)
        self.window.painted.connect(lambda: self._unseen.start(0))
        self.window.show()

    def _load(self) -> None:
        self._unseen.stop()
        self.window.painted.disconnect()
        _import_plainly()
        options = _options(self._argv)
        self._data: Path | None = options.data
        self._brought: list[Path] = options.bundles
        if options.measure_start:
            from widgets.start_watch import StartWatch

            StartWatch(self)
        # Two threads that import wait for each other. What unlocks the store comes first, so that
        # its key, slow to come by on purpose, is worked on while the rest is imported here.
        import app.keys  # noqa: F401

        self._open(_secret_of(options) if options.measure_start else "")
        opening.ready()
        from widgets.theme import theme

        theme().install(self.app)
        import widgets.pages.home  # noqa: F401

    def _open(self, secret: str = "") -> None:
        """Open the data folder, off the main thread: a passphrase is slow by intent, and a store
        from before is sealed first."""
        if self._opening is not None:
            return
        named, self._secret = self._data, secret
        self._begin(lambda: opening.opening(named, secret), self._opened)

    def _begin(self, work: Callable[[], Iterator[Any]], then: Callable[[object], None]) -> None:
        from widgets.jobs import Job

        self.window.wait()
        self._run(Job(work, self), then)

    def _run(self, job: Job, then: Callable[[object], None]) -> None:
        self._opening = job
        job.finished.connect(then)
        job.ended.connect(job.deleteLater)
        job.start()

    def _restore(self, rescue: Rescue) -> None:
        """Put a backup in the place of a damaged database, then open that."""
        folder = self._folder()
        self._begin(lambda: opening.restoring(folder, rescue), self._restored)

    def _restored(self, outcome: object) -> None:
        self._opening = None
        if isinstance(outcome, UserError):
            self.window.refuse(str(outcome))
        elif not self.window.gone:
            self._open(self._secret)

    def _folder(self) -> Path:
        from app.data_folder import default_folder

        return self._data or default_folder()

    def _opened(self, outcome: object) -> None:
        """The store is open, which is enough for the list; or it is not."""
        from app.store import Store

        self._opening = None
        if not isinstance(outcome, Store):
            self._failed(outcome)
        elif self.window.gone:
            outcome.close()
        else:
            self._store = outcome
            self.window.show_list(outcome)
            assert self.window.home is not None
            from widgets.after_paint import AfterPaint

            AfterPaint(self.window.home, lambda: self._listed(outcome))

    def _listed(self, store: Store) -> None:
        """The list can be worked with: now what opens a dossier is loaded behind it."""
        from widgets.jobs import Job

        self.listed.emit()
        sys.setswitchinterval(_SWITCH_S)
        self._dress()
        if not self.window.gone:
            self._run(Job(lambda: opening.loading(store, self._secret), self), self._loaded)

    def _dress(self) -> None:
        """What the window can do without until there is something to look at."""
        from PySide6.QtGui import QIcon

        from exporters.style import resource_path
        from widgets.focus import FocusRing

        if self.ring is None:
            _speak_chinese(self.app)
            self.app.setWindowIcon(QIcon(str(resource_path("zhengai.svg"))))
            self.ring = FocusRing(self.app)
            if os.environ.get("ZHENGAI_STALLS"):
                from widgets.stall_watch import StallWatch

                self.app.aboutToQuit.connect(StallWatch(self, tell=True).stop)

    def _loaded(self, outcome: object) -> None:
        from app.log_file import start_log
        from app.workbench import Workbench

        self._opening = self._store = None
        if not isinstance(outcome, tuple):
            self._failed(outcome)
            return
        bench, keyring = outcome
        assert isinstance(bench, Workbench)
        if self.window.gone:
            bench.close()
            return
        self.log = self.log or start_log(self._folder())
        self.window.attach(bench)
        if self._secret:
            self._offer_keeping(bench, keyring)
        self.ready.emit()
        if self._brought:
            self.window.take_in(self._brought)
            self._brought = []
        self._check(bench)

    def _offer_keeping(self, bench: Workbench, keyring: str) -> None:
        """Offer to keep the key in this machine's keyring, so that it is not asked for again; where
        there is none, say that a recovery key is lacking."""
        from widgets.security_work import remember

        home = self.window.home
        if home is None:
            return
        if keyring:
            home.told.ask(
                f"本机的系统密钥环（{keyring}）可以保存这份数据的密钥，存入后在本机打开时不再询问。",
                "存入密钥环",
                lambda: home.run(lambda: remember(bench), home.tell_step),
            )
        elif not bench.store.key_file.has_recovery:
            home.told.ask(_NO_RECOVERY, "打开数据安全", self.window.open_security)

    def _failed(self, outcome: object) -> None:
        """Say why there are no data, and offer what helps."""
        from app.keys import LockedError
        from app.salvage import Rescue

        if self.window.gone:
            return
        self._dress()
        self.window.drop_list()
        if isinstance(outcome, LockedError):
            self.window.ask_secret(outcome)
        elif isinstance(outcome, Rescue):
            self.window.offer_rescue(outcome.told, lambda: self._restore(outcome))
        elif isinstance(outcome, UserError):
            self.window.refuse(str(outcome))
        elif isinstance(outcome, Exception):
            import logging

            from app.log_file import start_log

            self.log = self.log or start_log(self._folder())
            logging.getLogger(__name__).error("the data could not be opened", exc_info=outcome)
            self.window.refuse(
                f"数据库不能打开（{type(outcome).__name__}），原文件未动，"
                f"请从 backups 文件夹中的备份恢复，或把日志交给维护人员：{self.log}"
            )
        self.stuck.emit(getattr(outcome, "told", str(outcome)))

    def _check(self, bench: Workbench) -> None:
        """Look through the whole database behind the window: a disk fails without saying so."""
        from app import durable
        from widgets.quiet_job import QuietJob

        if durable.on_share(bench.store.folder) and self.window.home is not None:
            self.window.home.told.say(durable.ON_A_SHARE)
        job = QuietJob(lambda: opening.checking(bench), self.window)
        job.finished.connect(self._checked)
        job.start()

    def _checked(self, problems: object) -> None:
        if problems and self.window.home is not None:
            self.window.home.told.say(_DAMAGED)

    def leave(self) -> None:
        """The program ends: what is being opened, or sealed for the first time, is let be done."""
        from widgets.jobs import Job, settle

        for job in self.findChildren(Job):
            job.wait(_SEALING_MS)
        settle()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _unexpected(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """An error nobody foresaw, in any slot: logged, and said once."""
        import logging

        if issubclass(kind, KeyboardInterrupt):
            self.window.close()
            return
        logging.getLogger(__name__).critical("unexpected error", exc_info=(kind, error, trace))
        self._tell(error)

    def _crashed(self, error: object) -> None:
        """A job died of a bug; the job runner has logged it."""
        if isinstance(error, BaseException):
            self._tell(error)

    def _tell(self, error: BaseException) -> None:
        from widgets.crash_dialog import CrashDialog

        if self.crash is not None and self.crash.isVisible():
            return  # one dialog says it; the log has them all
        self.crash = CrashDialog(error, self.log, self.window)
        self.crash.open()


def _options(argv: list[str]) -> argparse.Namespace:
    import argparse
    from pathlib import Path

    parser = argparse.ArgumentParser(prog="main.py", add_help=False)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--measure-start", action="store_true")
    parser.add_argument("--passphrase-file", type=Path)
    parser.add_argument("bundles", type=Path, nargs="*")
    # Bad usage went to the commands.
    return parser.parse_known_args(argv)[0]


def _secret_of(options: argparse.Namespace) -> str:
    """The passphrase, where nobody sits in front of the window; "" where none can be had."""
    from app.command_line import secret_of

    try:
        return secret_of(options)
    except UserError as error:
        print(error, file=sys.stderr)
        return ""


def _import_plainly() -> None:
    """Import from here on without PySide, which reads the source of whatever is imported in search
    of its `__feature__`, which is not used here: a sixth of the time."""
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None:
        builtins.__import__ = plain


def _application() -> QApplication:
    """Qt's application under the program's name."""
    if os.environ.get("QT_IM_MODULE", "").startswith("fcitx"):
        # Its plug-in fits the one Qt that it was built for. Without it fcitx answers as the portal
        # of IBus does, which Qt asks, where no IBus is installed, only if it is told to.
        os.environ.setdefault("QT_IM_MODULES", f"{os.environ['QT_IM_MODULE']};ibus")
        os.environ.setdefault("IBUS_USE_PORTAL", "1")
    held = QApplication.instance()
    app = held if isinstance(held, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("zhengai")
    app.setDesktopFileName("zhengai")
    app.setApplicationDisplayName("诊改工作台")
    return app


def _speak_chinese(app: QApplication) -> None:
    """Have Qt itself speak Chinese wherever it does."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(), "qtbase", "_", folder):
        app.installTranslator(translator)
