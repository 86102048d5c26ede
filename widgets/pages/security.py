"""数据安全: where the key is kept, what else opens the data, and the backups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.change_keys import change_keys
from app.progress import Progress
from app.workbench import Workbench
from exporters import recovery_page
from widgets import printing, security_work
from widgets.bars import KeyBar, PageHeader, TopBar
from widgets.job_bar import JobBar, Notice
from widgets.jobs import Job
from widgets.security_cards import (
    ConfirmForm,
    CopiesList,
    PassphraseForm,
    RecoveryForm,
    StateCard,
)
from widgets.security_office import OfficeCard, save, synchronise
from widgets.security_work import Safety
from widgets.surfaces import CardColumns, ScrollColumn
from widgets.text import TextLabel
from widgets.tokens import RAIL_BELOW

_WIDE = 1532
_BUSY = "正在处理，尚未完成，请等待完成或者取消后再离开。"
_LEAVING = "恢复密钥尚未确认已保存，离开后不能再次查看，请先打印或者抄写。"
_ANEW = "重新生成后，原来打印的恢复密钥随即失效，需以新打印的一页替换。"
_CHANGING = (
    "更换后，档案、照片、附件和备份全部以新密钥重新加密，期间需要与现有数据相同的磁盘空间；"
    "原来的恢复密钥和口令随即失效。"
)
_PASSPHRASE_FOR = "口令用于在没有密钥环的电脑上打开数据和备份，不随数据保存，遗忘后不能找回。"
_RECOVERY_FOR = (
    "恢复密钥是打开数据和备份的备用钥匙，打印一页存入保险柜，"
    "供更换电脑、密钥环丢失或者忘记口令时使用。"
)
_BACKUP_FOR = "备份与数据同样加密；照片和附件不作改动，不重复存入本机备份，只复制到第二备份位置。"
_HELP_FOR = "程序出错时供维护人员查找问题，不含姓名、填写内容和文件位置，先看过内容再保存。"
_SEALED_ONLY_HERE = (
    "备份只有本机的密钥环能够打开，本机损坏后不能恢复，请先设定口令或者生成恢复密钥。"
)


class SecurityPage(QWidget):
    """Over the list of dossiers. `closed()` when the person goes back.

    `alone` makes sure that nothing else writes, and says whether it could.
    """

    closed = Signal()
    crashed = Signal(object)
    support_asked = Signal()

    def __init__(self, bench: Workbench, alone: Callable[[], bool]) -> None:
        super().__init__()
        self.bench, self._alone = bench, alone
        self._recovery = ""
        self._finished = False
        self._looking: Job | None = None
        self.state: Safety | None = None
        self.top, self.head, self.keys = TopBar(), PageHeader("数据安全"), KeyBar()
        self.notice, self.told, self.jobs = Notice(), Notice(tone="info"), JobBar()
        self.master, self.passphrase = StateCard("主密钥"), StateCard("口令")
        self.recovery, self.backups = StateCard("恢复密钥"), StateCard("备份")
        self.copies, self.place = CopiesList(), TextLabel("", "dense", wrap=True)
        self.office = OfficeCard(bench)
        self.help = StateCard("日志与支持包")
        self.help.say("只在本机", "quiet", _HELP_FOR)
        self.help.add("查看支持包", self.support_asked.emit)
        self._cards = CardColumns(
            (self.master, self.passphrase, self.recovery), (self.backups, self.office, self.help)
        )
        self._add_buttons()
        self._lay_out()
        self.top.back.connect(self.leave)
        self._cards.hide()
        self._look()

    def _add_buttons(self) -> None:
        bench = self.bench
        self.keep = self.master.add(
            "存入密钥环", lambda: self._run(lambda: security_work.remember(bench), self._tell)
        )
        self.change = self.master.add("更换主密钥", self._ask_change)
        self.choose = self.passphrase.add("设定口令", self._ask_passphrase)
        self.make = self.recovery.add("生成恢复密钥", self._ask_recovery)
        self.now = self.backups.add(
            "立即备份", lambda: self._run(lambda: security_work.back_up(bench), self._tell)
        )
        self.second = self.backups.add("选择第二备份位置", self._ask_second)
        self.drop = self.backups.add("停用第二备份位置", lambda: self.use_second(None))
        self.office.save_asked.connect(
            lambda address, folder: self._run(lambda: save(bench, address, folder), self._tell)
        )
        self.office.sync_asked.connect(
            lambda whole: self._run(lambda: synchronise(bench, whole), self._tell)
        )

    def _lay_out(self) -> None:
        self.top.set_identity("诊改工作台")
        self.top.set_search("")
        self.keys.set_hints((), "数据保存在本机")
        self.backups.content.addWidget(self.copies)
        self.backups.content.addWidget(self.place)
        self._cards.setMaximumWidth(_WIDE)
        scroll = ScrollColumn((24, 20, 24, 20), 12)
        line = QHBoxLayout()
        line.addWidget(self._cards, 1)
        line.addStretch(0)
        scroll.column.addLayout(line)
        scroll.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.top, self.head, self.notice, self.told):
            column.addWidget(part)
        column.addWidget(scroll, 1)
        column.addWidget(self.jobs)
        column.addWidget(self.keys)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cards.turn(beside=self.width() >= RAIL_BELOW)

    # -- how things stand -------------------------------------------------------------------------

    def _show(self, state: Safety) -> None:
        self.state = state
        self._cards.show()
        self._show_master(state)
        self.keep.setVisible(bool(state.keyring) and not state.remembered)
        self.passphrase.say(
            "已设定" if state.passphrase else "未设定",
            "ok" if state.passphrase else "quiet",
            _PASSPHRASE_FOR,
        )
        _name(self.choose, "更改口令" if state.passphrase else "设定口令")
        self.recovery.say(
            "已生成" if state.recovery else "未生成",
            "ok" if state.recovery else "warn",
            _RECOVERY_FOR,
        )
        _name(self.make, "重新生成恢复密钥" if state.recovery else "生成并打印恢复密钥")
        self._show_backups(state)
        self.office.look()

    def _show_master(self, state: Safety) -> None:
        number = f"数据编号 {self.bench.store.key_file.short}。"
        if state.remembered:
            words = f"密钥存于本机的系统密钥环（{state.keyring}），在本机打开时不询问口令。"
            self.master.say("存于密钥环", "ok", words + number)
        elif state.passphrase:
            words = "密钥以口令加密后存于数据文件夹，每次打开时输入口令。"
            self.master.say("以口令加密", "ok", words + number)
        else:
            words = "本机没有保存密钥，每次打开时输入恢复密钥，请存入密钥环或者设定口令。"
            self.master.say("未保存", "warn", words + number)

    def _show_backups(self, state: Safety) -> None:
        alarming = not state.elsewhere
        words = _BACKUP_FOR + (_SEALED_ONLY_HERE if alarming else "")
        if not state.copies:
            self.backups.say("尚无备份", "warn", words)
        elif alarming:
            self.backups.say("仅本机可打开", "warn", words)
        else:
            total = len(state.copies) + state.more
            self.backups.say(f"{total} 份", "ok", words)
        self.copies.show_copies(state.copies, state.more)
        self.copies.setVisible(bool(state.copies))
        where = str(state.second) if state.second else "未设，可选用优盘或者共享盘中的文件夹"
        self.place.setText(f"第二备份位置：{where}")
        self.place.updateGeometry()
        self.drop.setVisible(state.second is not None)

    # -- what can be done -------------------------------------------------------------------------

    def _ask_passphrase(self) -> None:
        form = PassphraseForm("", self.choose.text())
        form.cancelled.connect(self.passphrase.close_form)
        form.given.connect(self._set_passphrase)
        self.passphrase.open_form(form)
        form.secret.ask()

    def _set_passphrase(self, passphrase: str) -> None:
        self.passphrase.close_form()
        self._run(lambda: security_work.set_passphrase(self.bench, passphrase), self._tell)

    def _ask_recovery(self) -> None:
        if self.state is None or not self.state.recovery:
            self._make_recovery()
            return
        form = ConfirmForm(_ANEW, "重新生成")
        form.cancelled.connect(self.recovery.close_form)
        form.agreed.connect(self._make_recovery)
        self.recovery.open_form(form)
        form.stop.setFocus()

    def _make_recovery(self) -> None:
        self.recovery.close_form()
        self._run(lambda: security_work.make_recovery(self.bench), self.show_recovery)

    def show_recovery(self, key: str) -> None:
        """Show a key, which is kept nowhere, until it is said to be on paper."""
        self._recovery = key
        form = RecoveryForm(key)
        form.print_wanted.connect(self.print_recovery)
        form.kept.connect(self._recovery_kept)
        self.recovery.open_form(form)
        form.done.setFocus()

    def _recovery_kept(self) -> None:
        self._recovery = ""
        self.recovery.close_form()
        self.notice.say("")

    def print_recovery(self) -> None:
        """Ask for a printer, then print the page for the safe."""
        printer = printing.ask_printer(self, recovery_page.TITLE)
        key = self._recovery
        if printer is not None and key:
            self._run(lambda: security_work.print_recovery(self.bench, key, printer), self._tell)

    def _ask_change(self) -> None:
        if self.state is None:
            return
        form = PassphraseForm(_CHANGING, "更换主密钥", optional=bool(self.state.keyring))
        form.cancelled.connect(self.master.close_form)
        form.given.connect(self._change)
        self.master.open_form(form)
        form.secret.ask()

    def _change(self, passphrase: str) -> None:
        self.master.close_form()
        if not self._alone():
            self.notice.say("另有任务正在进行，主密钥没有更换，请等待其完成后重试。")
            return
        self._run(lambda: change_keys(self.bench.store, passphrase), self._changed)

    def _changed(self, last: Progress) -> None:
        self._recovery_kept()  # one that still shows opens nothing any more
        self.told.say(f"主密钥已更换，请重新生成恢复密钥。{last.trouble}")

    def _ask_second(self) -> None:
        dialog = QFileDialog(self, "选择第二备份位置")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.use_second(Path(name)))
        dialog.open()

    def use_second(self, place: Path | None) -> None:
        """Use a folder for backups besides; None uses none any more."""
        self._run(lambda: security_work.choose_second(self.bench, place), self._tell)

    # -- jobs and leaving -------------------------------------------------------------------------

    def _run(self, work: Callable[[], Iterator[Any]], done: Callable[[Any], object]) -> None:
        """Run a job, nothing else being begun meanwhile, and look afterwards how things stand."""
        self.notice.say("")
        self.told.say("")
        job = self._job(work, done)
        self.jobs.follow(job)
        job.ended.connect(self._look)
        job.start()

    def _look(self) -> None:
        """Look how things stand; keyrings answer slowly at times."""
        if self._looking is None and not self._finished:
            self._looking = self._job(lambda: security_work.look(self.bench), self._show)
            self._looking.ended.connect(self._looked)
            self._looking.start()

    def _looked(self) -> None:
        self._looking = None
        self._cards.setEnabled(True)

    def _job(self, work: Callable[[], Iterator[Any]], done: Callable[[Any], object]) -> Job:
        job = Job(work, self)
        self._cards.setEnabled(False)
        job.finished.connect(done)
        job.refused.connect(self.notice.say)
        job.crashed.connect(self.crashed)
        job.ended.connect(job.deleteLater)
        return job

    def _tell(self, last: Progress) -> None:
        self.told.say(last.text)

    def may_leave(self) -> bool:
        """Whether nothing is lost by leaving; where a key that shows would be, it asks."""
        if self._recovery:
            self.notice.ask(_LEAVING, "仍然离开", self._leave_anyway)
        return not self._recovery

    def _leave_anyway(self) -> None:
        self._recovery_kept()
        self.leave()

    def leave(self) -> None:
        """Back to the list, unless something is running or would be lost."""
        if self.jobs.busy():
            self.notice.say(_BUSY)
        elif self.may_leave():
            self.finish()
            self.closed.emit()

    def finish(self) -> None:
        """The page closes: stop what runs, and wait for it."""
        self._finished = True
        self.jobs.wait()
        if self._looking is not None:
            self._looking.wait()


def _name(button: Any, words: str) -> None:
    button.setText(words)
    button.setAccessibleName(words)
    button.updateGeometry()
