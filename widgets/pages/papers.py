"""文书与签章: every paper as it will be printed, its signatures, and the scans that come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app import paper_files
from app.review import Review
from forms.dossier import Attachment, Enterprise, Member, Provider, Signature
from forms.papers import Role
from forms.steps import PAGES
from grading.finding import Target
from widgets.actions import bind
from widgets.bars import PageHeader
from widgets.controls import Button
from widgets.desk import Desk
from widgets.file_drop import FileDrop
from widgets.flow_layout import FlowLayout
from widgets.form_page import ways
from widgets.pages.base import KeyHints, Page
from widgets.pages.paper_list import Key, PaperList, PaperState, paper_states
from widgets.pages.paper_scans import ScanFiling
from widgets.paper_view import PaperView
from widgets.signature_pad import SignatureDialog
from widgets.surfaces import Rule, empty

_LIST = 296
_KINDS = "扫描件 (*.pdf *.jpg *.jpeg *.png *.tif *.tiff *.bmp *.webp *.heic)"


class PapersPage(Page):
    """The papers at the left, the chosen one's pages at the right."""

    key = "papers"
    findings_beside = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self.head = PageHeader(self.title)
        self.list, self.view, self.filing = PaperList(), PaperView(desk), ScanFiling(desk)
        self.signers: dict[Role, Button] = {}
        self.signed: list[Button] = []
        self._signing = QWidget()
        self._flow = FlowLayout(gap=(8, 6))
        self._shown: PaperState | None = None
        self._states: list[PaperState] = []
        self._current: Key | None = None
        self._build()
        self._connect()

    def _build(self) -> None:
        scan = Button("归入扫描件", icon="file")
        scan.setToolTip("选择签字盖章后的扫描件，按右上角的识别码自动归入（Ctrl N）")
        scan.clicked.connect(lambda: self.ask())
        folder = Button("归入文件夹", icon="folder")
        folder.setToolTip("选择存放扫描件的文件夹，其中的扫描件逐个自动归入（Ctrl Shift N）")
        folder.clicked.connect(lambda: self.ask_folder())
        self.head.add_right(scan, folder)
        self.list.setFixedWidth(_LIST)
        signing = QVBoxLayout(self._signing)
        signing.setContentsMargins(16, 8, 16, 0)
        signing.addLayout(self._flow)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._signing)
        right.addWidget(self.view, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(Rule(upright=True))
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filing)
        column.addLayout(row, 1)
        column.addWidget(ways(self))

    def _connect(self) -> None:
        self.list.chosen.connect(self.choose)
        FileDrop(self, "松开以归入签字盖章的扫描件").dropped.connect(self.filing.start)
        bind(self, "papers.scan", self.ask)
        bind(self, "papers.folder", self.ask_folder)
        bind(self, "papers.print", self.view.print_paper)

    def header(self) -> QWidget:
        return self.head

    def hints(self) -> KeyHints:
        return (
            (("↑", "↓"), "上一份／下一份"),
            (("Ctrl P",), "打印"),
            (("Ctrl N",), "归入扫描件"),
            (("+", "−"), "放大／缩小"),
        )

    def show_review(self, review: Review) -> None:
        self._states = paper_states(review)
        keys = [state.key for state in self._states]
        if self._current not in keys:
            self.choose(keys[0])
        self.list.show_states(self._states, self._current)
        self._show_signing()

    def choose(self, key: Key) -> None:
        """Show a paper."""
        self._current = key
        state = self.state()
        self.list.set_current(key)
        self.view.show_paper(state.sheet if state else None)
        self._show_signing()

    def state(self) -> PaperState | None:
        """The chosen paper."""
        return next((state for state in self._states if state.key == self._current), None)

    def go_to(self, target: Target) -> None:
        for state in self._states:
            held = {each.id for each in (*state.scans, *state.signed)}
            if target.record in held or (target.field, target.record) == state.key:
                self.choose(state.key)
                self.list.focus_row(state.key)
                return

    def finish(self) -> None:
        self.view.finish()

    def ask(self) -> None:
        """Choose scans to be filed."""
        found, _ = QFileDialog.getOpenFileNames(self, "选择签字盖章的扫描件", "", _KINDS)
        if found:
            self.filing.start([Path(name) for name in found])

    def ask_folder(self) -> None:
        """Choose a folder; all scans in it are filed."""
        found = QFileDialog.getExistingDirectory(self, "选择存放扫描件的文件夹")
        if found:
            self.filing.start([Path(found)])

    def sign(self, role: Role) -> None:
        """Have somebody sign the chosen paper on the screen."""
        state = self.state()
        if state is None:
            return
        dialog = SignatureDialog(self, state.sheet.name, role.value, self._name_of(role, state))
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        self.keep(role, dialog.name.text(), dialog.pad.ink())

    def keep(self, role: Role, name: str, ink: dict[str, object]) -> None:
        """Keep a signature under the chosen paper."""
        if self._current is None:
            return
        (key, visit), bench, dossier_id = self._current, self.desk.bench, self.desk.dossier_id

        def work() -> Iterator[UUID]:  # one step: once begun it is kept, whatever is closed
            yield paper_files.sign(bench, dossier_id, key, visit, role, name, ink)

        job = self.desk.job(work)
        job.ended.connect(job.deleteLater)
        job.start()

    def take_back(self, signature: UUID) -> None:
        """Take a signature off the paper; it stays in the log."""
        self.desk.withdraw("signature", signature)

    def _name_of(self, role: Role, state: PaperState) -> str:
        """Who is likely to sign in a capacity, from what was typed."""
        dossier = self.desk.dossier
        visit = state.sheet.visit
        if role is Role.COUNTERPART and visit is not None:
            return visit.counterpart
        if role is Role.TEAM:
            lead = next((member for member in dossier.all(Member) if member.lead), None)
            return lead.name if lead else ""
        if role is Role.ENTERPRISE:
            return dossier.one(Enterprise).contact
        return dossier.one(Provider).contact if role is Role.PROVIDER else ""

    def _show_signing(self) -> None:
        """Buttons for those who sign the chosen paper, and for the signatures there are; made anew
        only where these changed, for one of them may have the focus."""
        before, self._shown = self._shown, self.state()
        if before == self._shown:
            return
        held = next((role for role, button in self.signers.items() if button.hasFocus()), None)
        empty(self._flow)
        self.signers, self.signed = {}, []
        state = self._shown
        for role in state.sheet.roles if state else ():
            button = self.signers[role] = Button(f"{role.value}签名", icon="pencil", height=28)
            button.clicked.connect(lambda _on=False, role=role: self.sign(role))
            self._flow.addWidget(button)
        for each in state.signed if state else ():
            self.signed.append(self._signed(each))
            self._flow.addWidget(self.signed[-1])
        for scan in state.scans if state else ():
            self._flow.addWidget(self._scan(scan))
        self._signing.setVisible(self._flow.count() > 0)
        if held in self.signers and before and self._shown and before.key == self._shown.key:
            self.signers[held].setFocus()

    def _signed(self, signature: Signature) -> Button:
        at = f"（{signature.signed_at:%Y-%m-%d %H:%M}）" if signature.signed_at else ""
        words = f"撤回{signature.name or signature.role}的签名{at}"
        button = Button(words, icon="withdraw", height=28)
        button.clicked.connect(lambda: self.take_back(signature.id))
        return button

    def _scan(self, scan: Attachment) -> Button:
        button = Button(f"查看扫描件“{scan.filename[:24]}”", icon="file", height=28)
        button.clicked.connect(lambda: self.jump.emit(Target("attachments", scan.id)))
        return button
