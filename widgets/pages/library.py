"""供需适配库 (annex 1): its tree at the left, the chosen scene at the right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app import library_xlsx
from app.library import prefill
from app.progress import Progress
from app.review import Review
from forms.dossier import Enterprise, LibraryEntry, NeedStep, Solution
from forms.errors import UserError
from forms.steps import PAGES
from grading.finding import Target
from grading.library import FURTHER, has_need, listed_id, waits
from widgets.actions import bind
from widgets.bars import PageHeader
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.file_drop import ask_files, ask_place
from widgets.form_page import ways
from widgets.import_preview import PreviewDialog, Shown
from widgets.library_overview import OverviewDialog
from widgets.pages.base import KeyHints, Page
from widgets.pages.library_entry import EntryPane
from widgets.pages.library_tree import Leaf, LibraryTree
from widgets.surfaces import Card, Rule, Toast
from widgets.text import TextLabel
from widgets.theme import theme

_TABLES = "供需适配库表格 (*.xlsx)"
_IMPORT_HEADS = (("单元格", 90), ("三级场景", 230), ("产品", 200))


class LibraryPage(Page):
    """The library of one dossier."""

    key = "library"
    own_refusals = True
    findings_beside = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self.head = PageHeader(self.title)
        self.tree, self.pane = LibraryTree(), EntryPane(desk)
        self.trouble = TextLabel("", "dense", "block", wrap=True)
        self.trouble.setContentsMargins(24, 8, 24, 8)
        self.trouble.hide()
        self._leaf: Leaf | None = None
        self._withdrawn: tuple[str, UUID] | None = None
        self._build()
        self.toast = Toast(self)
        self._connect()
        self.lay_out()

    def _build(self) -> None:
        self._draft = Button("按建议库预填", icon="note")
        self._draft.setToolTip(
            "为低于目标等级的应用场景所对应的三级场景，拟写行业共性需求和场景描述"
        )
        bring = Button("导入表格", icon="transfer", height=28)
        write = Button("导出表格", icon="export", height=28)
        survey = Button("各企业需求", icon="list", height=28)
        survey.setToolTip("按行业和场景汇总本机各档案的需求及其状态")
        self.head.add_right(self._draft)
        self.tree.add_tools(bring, write, survey)
        for button, act in (
            (self._draft, self.prefill),
            (bring, self.choose_import),
            (write, self.choose_export),
            (survey, self.survey),
        ):
            button.clicked.connect(lambda _on=False, act=act: act())
        self._level = self._make_level()
        self._stack = QStackedLayout()
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.tree)
        row.addWidget(Rule(upright=True))
        row.addLayout(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.trouble)
        column.addLayout(row, 1)
        for part in (self._level, self.pane):  # the stack on the page: else one shows as a window
            self._stack.addWidget(part)
        column.addWidget(ways(self))

    def _make_level(self) -> QWidget:
        """What stands at the right while no entry is chosen: a level, or a scene without one."""
        self.name = TextLabel("", "title", wrap=True)
        self.words = TextLabel("", "body", "ink2", wrap=True)
        self.begin_entry = Button("填写本场景", Kind.PRIMARY, icon="plus")
        self.add_scene = Button("增补三级场景", icon="plus")
        self.add_group = Button("增补二级场景", icon="plus")
        self.confirm_all = Button("确认本级草稿", icon="check")
        acts: tuple[tuple[Button, Callable[[], object]], ...] = (
            (self.begin_entry, self.begin),
            (self.add_scene, self.add_own),
            (self.add_group, self.add_own),
            (self.confirm_all, self.confirm_level),
        )
        buttons = QHBoxLayout()
        for button, act in acts:
            button.clicked.connect(lambda _on=False, act=act: act())
            buttons.addWidget(button)
        buttons.addStretch(1)
        card = Card((20, 16), 10)
        card.body.addWidget(self.name)
        card.body.addWidget(self.words)
        card.body.addLayout(buttons)
        host = QWidget()
        column = QVBoxLayout(host)
        column.setContentsMargins(20, 14, 20, 20)
        column.addWidget(card)
        column.addStretch(1)
        return host

    def _connect(self) -> None:
        self.tree.picked.connect(self._picked)
        self.pane.confirmed.connect(self.lay_out)
        self.pane.gone.connect(self._gone)
        self.toast.undone.connect(self._undo)
        self.desk.refused.connect(self._say)
        self.desk.saved.connect(lambda _at: self._say(""))
        theme().changed.connect(self.lay_out)  # the rows keep the colours they were made with
        bind(self, "library.add", self.add_own)
        bind(self, "library.confirm", self.pane._confirm)
        bind(self, "library.find", self.tree.finder.setFocus)

    def lay_out(self) -> None:
        entries = self.desk.dossier.all(LibraryEntry)
        used, waiting = sum(map(has_need, entries)), sum(map(waits, entries))
        note = f"在用 {used} 个场景" + (f"，待确认 {waiting} 个" if waiting else "")
        self.head.set_title(self.title, note)
        leaf = self._leaf
        if leaf is not None and leaf.entry is not None:  # its names may have been edited
            self.tree.show_dossier(self.desk.dossier, self.desk.pack, None)
            leaf = self.tree.leaf_of(leaf.entry) or Leaf(leaf.first, leaf.group, leaf.scene)
        self.tree.show_dossier(self.desk.dossier, self.desk.pack, leaf)
        self._leaf = self.tree.leaf() or leaf
        self._show()

    def show_review(self, review: Review) -> None:
        self.pane.refresh()
        self.tree.show_dossier(self.desk.dossier, self.desk.pack, self._leaf)

    def _picked(self, leaf: Leaf) -> None:
        before, self._leaf = self._leaf, leaf
        if not self.pane.flush():
            self._leaf = before
            if before is not None:
                self.tree.choose(before)
            return
        self._show()

    def _show(self) -> None:
        leaf = self._leaf
        entry = self.desk.dossier.find(LibraryEntry, leaf.entry) if leaf and leaf.entry else None
        if leaf is not None and entry is not None:
            self.pane.show_entry(entry, own=leaf.scene not in self._listed())
            self._stack.setCurrentWidget(self.pane)
            return
        self._stack.setCurrentWidget(self._level)
        scene, group = (leaf.scene, leaf.group) if leaf else ("", "")
        self.name.setText(scene or group or (leaf.first if leaf else "供需适配库"))
        if leaf is None:
            self.words.setText("从左侧选择一个场景填写；也可按建议库预填，或导入附件1 的表格。")
        elif scene:
            self.words.setText("本场景尚未填写。企业没有此类需求的，不必填写。")
        else:
            self.words.setText("附件1 注1：二级、三级场景可结合细分行业特点适当增补。")
        drafts = len(self._drafts())
        self.begin_entry.setVisible(bool(scene))
        self.add_scene.setVisible(bool(group) and not scene)
        self.add_group.setVisible(leaf is not None and not group)
        self.confirm_all.setVisible(bool(drafts) and not scene)
        self.confirm_all.setText(f"确认本级 {drafts} 条草稿")
        self.confirm_all.updateGeometry()

    def _listed(self) -> set[str]:
        return {s for f in self.desk.pack.library for g in f.groups for s in g.scenes}

    def begin(self) -> None:
        """A scene without an entry gets one, ready to be filled in."""
        leaf = self._leaf
        if leaf is None or not leaf.scene or leaf.entry is not None:
            return
        wanted = listed_id(self.desk.dossier_id, leaf.scene)
        known = {row.id for row in self.desk.dossier.records.get("libraryentry", ())}
        own: dict[str, Any] = {} if wanted in known else {"record_id": wanted}
        self._open(self.desk.add("libraryentry", None, scene=leaf.scene, **own), "common_need")

    def add_own(self) -> None:
        """A scene of one's own under the level that is chosen."""
        leaf = self._leaf
        if not self.pane.flush():
            return
        names = {"first": leaf.first, "group": leaf.group} if leaf else {}
        values = {name: text for name, text in names.items() if text and text != FURTHER}
        self._open(self.desk.add("libraryentry", None, **values), "scene")

    def _open(self, made: UUID | None, field: str) -> None:
        leaf = self.tree.leaf_of(made) if made else None
        if leaf is None:
            return
        self.tree.show_all()
        self.tree.choose(leaf)
        self._leaf = leaf
        self._show()
        self.pane.form.focus_field(field)

    def _drafts(self) -> list[UUID]:
        """The drafts below the level that is chosen."""
        leaf = self._leaf
        found = []
        for each in self.tree._words:
            inside = leaf is None or (each.first == leaf.first and leaf.group in ("", each.group))
            entry = self.desk.dossier.find(LibraryEntry, each.entry) if each.entry else None
            if inside and entry is not None and waits(entry):
                found.append(entry.id)
        return found

    def confirm_level(self) -> None:
        """Take on all drafts of the chosen level."""
        with self.desk.batch():
            for record in self._drafts():
                self.desk.put("libraryentry", record, "drafted", False)
        self.desk.refresh()

    def prefill(self) -> None:
        """Draft what the pack's advice says of the scenes below the target."""
        if not self.pane.flush():
            return
        try:
            made = prefill(self.desk.bench, self.desk.dossier_id)
        except UserError as error:
            self._say(str(error))
            return
        self.desk.refresh()
        words = f"已预填 {made} 个场景，请逐个核对、确认。"
        none = "没有低于目标等级而又空白的场景，未预填。"
        self.toast.say(words if made else none, undo=False)

    def choose_import(self) -> None:
        """Ask for a table."""
        title = "导入供需适配库表格"
        ask_files(self, title, _TABLES, lambda paths: self.bring_in(paths[0]))

    def bring_in(self, path: Path) -> None:
        """Read a table and show what it would change."""
        if not self.pane.flush():
            return
        bench, dossier_id = self.desk.bench, self.desk.dossier_id

        def work() -> Iterator[object]:
            yield Progress(0, 1, f"正在读取“{path.name}”")
            yield library_xlsx.preview(bench, dossier_id, path)

        self._run(work, lambda made: self._preview(made, path.name))

    def _preview(self, made: object, name: str) -> None:
        if isinstance(made, library_xlsx.Plan) and not self.desk.closed:
            rows = [
                Shown((row.cells, row.scene, row.product), row.state, row.note) for row in made.rows
            ]
            self.dialog = PreviewDialog("导入供需适配库", name, _IMPORT_HEADS, rows, self)
            self.dialog.accepted.connect(lambda: self._take(made))
            self.dialog.open()

    def _take(self, plan: library_xlsx.Plan) -> None:
        bench, dossier_id = self.desk.bench, self.desk.dossier_id

        def work() -> Iterator[object]:
            yield Progress(0, 1, "正在写入供需适配库")
            yield library_xlsx.apply(bench, dossier_id, plan)

        self._run(work, lambda count: self.toast.say(f"已导入，写入 {count} 处。", undo=False))

    def choose_export(self) -> None:
        """Ask where the table is to stand."""
        name = self.desk.dossier.one(Enterprise).name.strip() or "未命名企业"
        ask_place(self, "导出供需适配库", f"{name}供需适配库.xlsx", _TABLES, self.write)

    def write(self, path: Path) -> None:
        """Write the library into a table."""
        bench, dossier_id = self.desk.bench, self.desk.dossier_id
        self._run(lambda: library_xlsx.export_one(bench, dossier_id, path), self._written)

    def _written(self, last: object) -> None:
        if isinstance(last, Progress):
            self.toast.say(last.text, undo=False)

    def survey(self) -> None:
        """Show the needs of all dossiers."""
        self.overview = OverviewDialog(self.desk.bench, self)
        self.overview.open()

    def _run(self, work: Callable[[], Iterator[Any]], done: Callable[[Any], object]) -> None:
        job = self.desk.job(work)
        job.finished.connect(done)
        job.start()

    def go_to(self, target: Target) -> None:
        dossier = self.desk.dossier
        held = [dossier.find(kind, target.record) for kind in (Solution, NeedStep)]
        child = next((each for each in held if each is not None), None)
        record = child.parent_id if child is not None else target.record
        leaf = self.tree.leaf_of(record) if record else None
        if leaf is None or not self.pane.flush():
            self.tree.tree.setFocus()
            return
        self.tree.show_all()
        self.tree.choose(leaf)
        self._leaf = leaf
        self._show()
        special = {"solution": self.pane.offer, "drafted": self.pane.confirm}
        form = self.pane.products.forms.get(child.id) if child is not None else None
        if target.field in special:
            special[target.field].setFocus()
        else:
            focus = (form or self.pane.form).focus_field(target.field)
            if focus is not None:
                self.pane.ensureWidgetVisible(focus, 0, 60)

    def _gone(self, what: tuple[str, UUID]) -> None:
        self._withdrawn = what
        self.toast.say("已撤回")

    def _undo(self) -> None:
        if self._withdrawn is not None:
            self.desk.restore(*self._withdrawn)

    def _say(self, sentence: str) -> None:
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))

    def flush(self) -> bool:
        return self.pane.flush()

    def header(self) -> QWidget:
        return self.head

    def hints(self) -> KeyHints:
        return (
            (("↑", "↓"), "选择场景"),
            (("Ctrl F",), "查找"),
            (("Ctrl N",), "增补场景"),
            (("Ctrl 回车",), "确认本条"),
            (("F6",), "待办问题"),
        )
