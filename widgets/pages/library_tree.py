"""The library page's left column: the tree of annex 1, with each scene's state and products."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from forms.dossier import Dossier, LibraryEntry, Solution
from forms.pack import Pack
from grading.library import UNTRACKED, arranged, has_need, state_of, steps_by_entry, waits
from widgets.controls import Segment, SegmentedControl
from widgets.theme import tokens

WIDTH = 380
_ROW = 30
_LEAF = Qt.ItemDataRole.UserRole
WAITING, UNSERVED = "待确认", "缺产品"
VIEWS = ("全部", "在用", WAITING, UNSERVED)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A row of the tree: a level's name, or a scene and its entry, None where there is none yet."""

    first: str
    group: str = ""
    scene: str = ""
    entry: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    leaf: Leaf
    state: str
    products: str
    views: frozenset[str]


class LibraryTree(QFrame):
    """The tree. `picked(leaf)` when another row is current."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.finder = QLineEdit()
        self.finder.setPlaceholderText("查找场景、需求、产品")
        self.finder.setAccessibleName("查找场景")
        self.finder.setClearButtonEnabled(True)
        self.finder.textChanged.connect(lambda _text: self._narrow())
        self.views = SegmentedControl((), "", name="显示哪些场景")
        self.views.chosen.connect(self._view)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("供需适配库的场景")
        self.tree.setHeaderLabels(("场景", "需求状态", "产品"))
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(14)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = self.tree.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, wide in ((1, 76), (2, 48)):
            head.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(place, wide)
        self.tree.currentItemChanged.connect(lambda item, _old: self._pick(item))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 12, 0)
        top.setSpacing(8)
        top.addWidget(self.finder)
        top.addWidget(self.views)
        self._tools = QHBoxLayout()
        self._tools.setContentsMargins(12, 0, 12, 8)
        self._tools.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.tree, 1)
        column.addLayout(self._tools)
        self._words: dict[Leaf, str] = {}
        self._shown: dict[Leaf, frozenset[str]] = {}
        self._quiet = False

    def show_dossier(self, dossier: Dossier, pack: Pack, current: Leaf | None) -> None:
        """Show the entries as they are now; `current` stays the chosen row where it is there."""
        rows = _rows(dossier, pack)
        self._words = {row.leaf: _words(dossier, row.leaf) for row in rows}
        self._quiet = True
        try:
            self._fill(rows)
            counts = {view: sum(view in row.views for row in rows) for view in VIEWS}
            view = self.views.current() or VIEWS[0]
            self.views.set_segments([Segment(v, v, str(counts[v])) for v in VIEWS], view)
            self._shown = {row.leaf: row.views for row in rows}
            self._narrow()
            if current is not None:
                self.choose(current)
        finally:
            self._quiet = False

    def _fill(self, rows: list[_Shown]) -> None:
        scrolled = self.tree.verticalScrollBar().value()
        self.tree.clear()
        parents: dict[tuple[str, str], QTreeWidgetItem] = {}
        for row in rows:
            leaf = row.leaf
            top = parents.get((leaf.first, ""))
            if top is None:
                top = parents[leaf.first, ""] = _item(Leaf(leaf.first), leaf.first, bold=True)
                self.tree.addTopLevelItem(top)
            middle = parents.get((leaf.first, leaf.group))
            if middle is None:
                made = _item(Leaf(leaf.first, leaf.group), leaf.group, bold=True)
                middle = parents[leaf.first, leaf.group] = made
                top.addChild(middle)
            name = leaf.scene or "未命名场景"
            item = _item(leaf, name, row.state, row.products)
            if WAITING in row.views:
                item.setForeground(1, QBrush(tokens().color("draft")))
            if UNSERVED in row.views:
                item.setForeground(2, QBrush(tokens().color("warn")))
            middle.addChild(item)
        self.tree.expandAll()
        self.tree.verticalScrollBar().setValue(scrolled)

    def add_tools(self, *buttons: QWidget) -> None:
        """Put buttons beneath the tree, for what concerns all of it."""
        for button in buttons:
            self._tools.addWidget(button)
        self._tools.addStretch(1)

    def choose(self, leaf: Leaf) -> bool:
        """Make a row the current one; whether it is there."""
        for item in self._items():
            if item.data(0, _LEAF) == leaf:
                self.tree.setCurrentItem(item)
                self.tree.scrollToItem(item)
                return True
        return False

    def leaf(self) -> Leaf | None:
        """The current row."""
        item = self.tree.currentItem()
        found = item.data(0, _LEAF) if item is not None else None
        return found if isinstance(found, Leaf) else None

    def leaf_of(self, entry: UUID) -> Leaf | None:
        """The row of an entry."""
        return next((leaf for leaf in self._words if leaf.entry == entry), None)

    def show_all(self) -> None:
        """Take the filters off."""
        self.finder.clear()
        self.views.set_current(VIEWS[0])
        self._narrow()

    def _view(self, _key: str) -> None:
        self._narrow()

    def _narrow(self) -> None:
        """Show the rows of the chosen view in which all words are found, and what is above them."""
        asked = self.finder.text().lower().split()
        view = self.views.current() or VIEWS[0]
        for top in _children(self.tree.invisibleRootItem()):
            for group in _children(top):
                for item in _children(group):
                    key = item.data(0, _LEAF)
                    words = self._words.get(key, "")
                    kept = view in self._shown.get(key, ()) and all(w in words for w in asked)
                    item.setHidden(not kept)
                group.setHidden(all(each.isHidden() for each in _children(group)))
            top.setHidden(all(each.isHidden() for each in _children(top)))

    def _items(self) -> list[QTreeWidgetItem]:
        found, stack = [], [self.tree.invisibleRootItem()]
        while stack:
            below = _children(stack.pop())
            found += below
            stack += below
        return found

    def _pick(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and not self._quiet:
            self.picked.emit(item.data(0, _LEAF))


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    below = (item.child(place) for place in range(item.childCount()))
    return [each for each in below if each is not None]


def _item(leaf: Leaf, name: str, *more: str, bold: bool = False) -> QTreeWidgetItem:
    item = QTreeWidgetItem([name, *more])
    item.setData(0, _LEAF, leaf)
    item.setToolTip(0, name)
    item.setSizeHint(0, QSize(0, _ROW))
    item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if bold:
        face = item.font(0)
        face.setBold(True)
        item.setFont(0, face)
    return item


def _rows(dossier: Dossier, pack: Pack) -> list[_Shown]:
    """Every scene of the list and every entry, with what is told of it."""
    steps = steps_by_entry(dossier)
    served: dict[UUID | None, int] = {}
    for each in dossier.all(Solution):
        served[each.parent_id] = served.get(each.parent_id, 0) + bool(each.name.strip())
    found = []
    for first, groups in arranged(dossier, pack.library).items():
        for group, scenes in groups.items():
            for scene, entries in scenes.items():
                if not entries:
                    leaf = Leaf(first, group, scene)
                    found.append(_Shown(leaf, "", "", frozenset({VIEWS[0]})))
                for entry in entries:
                    leaf = Leaf(first, group, scene, entry.id)
                    state = state_of(steps.get(entry.id, ()))
                    found.append(_shown(leaf, entry, state, served.get(entry.id, 0)))
    return found


def _shown(leaf: Leaf, entry: LibraryEntry, state: str, served: int) -> _Shown:
    views, used = {VIEWS[0]}, has_need(entry)
    if waits(entry):
        views.add(WAITING)
        return _Shown(leaf, WAITING, str(served or ""), frozenset(views))
    if used:
        views.add(VIEWS[1])
        if not served:
            views.add(UNSERVED)
    words = state if used or state != UNTRACKED else ""
    return _Shown(leaf, words, str(served) if used or served else "", frozenset(views))


def _words(dossier: Dossier, leaf: Leaf) -> str:
    """What a search looks in."""
    texts = [leaf.first, leaf.group, leaf.scene]
    entry = dossier.find(LibraryEntry, leaf.entry) if leaf.entry else None
    if entry is not None:
        texts += [entry.common_need, entry.own_need, entry.description]
        for each in dossier.all(Solution, entry.id):
            texts += [each.name, each.brief, each.vendor]
    return "\n".join(texts).lower()
