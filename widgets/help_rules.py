"""规则与依据: every rule with its clause as it stands, what to do and where."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from app import guide
from app.explain import WEIGHS, Explanation, explain_all, explain_finding
from forms.pack import Pack
from forms.steps import PAGES
from grading.finding import Finding
from widgets.help_guide import CONTENTS
from widgets.icons import SEVERITY_WORDS, icon
from widgets.reading_pane import ReadingPane
from widgets.text import text_height
from widgets.theme import font

_RULE = Qt.ItemDataRole.UserRole
_GO = "page:"


class RulesView(QWidget):
    """The rules of a pack at the left, in the order of the pages, one in full at the right.

    `page_asked(key)` when the way to where it is mended was taken.
    """

    page_asked = Signal(str)

    def __init__(self, pack: Pack) -> None:
        super().__init__()
        self.pack = pack
        self.rules = {each.rule: each for each in explain_all(pack)}
        self.list = QListWidget()
        self.list.setFixedWidth(CONTENTS + 70)
        self.list.setWordWrap(True)
        self.list.setStyleSheet("QListWidget { padding: 8px 4px 8px 12px; }")
        self.list.setIconSize(QSize(15, 15))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("规则")
        self.pane = ReadingPane(guide.guide_folder(), "规则与依据")
        #: Whether there is a dossier in which one can go where a rule is mended.
        self.can_go = False
        self.shown: Explanation | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self.pane, 1)
        self._list()
        self.list.currentItemChanged.connect(self._take)
        self.pane.asked.connect(lambda link: self.page_asked.emit(link.removeprefix(_GO)))

    def begin(self) -> None:
        """Show the first rule where none shows."""
        if self.shown is None:
            self.take_first()

    def show_finding(self, finding: Finding) -> None:
        """A finding's rule, and above it what the finding itself says."""
        self.look_for("")
        self._choose(finding.rule)
        self._show(explain_finding(self.pack, finding))

    def look_for(self, words: str) -> None:
        """Keep those in view that have all the words, in their clauses too."""
        wanted, head, any_below = words.casefold().split(), None, False
        for place in range(self.list.count()):
            item = self.list.item(place)
            rule = item.data(_RULE)
            if rule is None:
                if head is not None:
                    head.setHidden(not any_below)
                head, any_below = item, False
            else:
                text = self.rules[rule].text.casefold()
                item.setHidden(not all(word in text for word in wanted))
                any_below = any_below or not item.isHidden()
        if head is not None:
            head.setHidden(not any_below)
        self.pane.mark(words)

    def in_view(self) -> list[str]:
        """The ids of the rules that the search left in view."""
        items = (self.list.item(place) for place in range(self.list.count()))
        return [item.data(_RULE) for item in items if item.data(_RULE) and not item.isHidden()]

    def take_first(self) -> None:
        """Choose the first that is in view."""
        if found := self.in_view():
            self._choose(found[0])
            self._show(self.rules[found[0]])
            self.list.setFocus()

    def _list(self) -> None:
        page = None
        for each in self.rules.values():
            if each.page != page:
                page = each.page
                head = QListWidgetItem(PAGES[page].name)
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                head.setSizeHint(QSize(0, 34))
                head.setFont(font("strong"))
                self.list.addItem(head)
            item = QListWidgetItem(icon(each.severity.value, each.severity.value), each.what)
            item.setData(_RULE, each.rule)
            word = SEVERITY_WORDS[each.severity]
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{word}：{each.what} {each.cite}")
            tall = text_height(each.what, "body", CONTENTS + 12)
            item.setSizeHint(QSize(0, int(tall) + 14))
            self.list.addItem(item)

    def _choose(self, rule: str) -> None:
        self.list.blockSignals(True)
        self.list.clearSelection()
        for place in range(self.list.count()):
            if self.list.item(place).data(_RULE) == rule:
                self.list.setCurrentRow(place)
                self.list.scrollToItem(
                    self.list.item(place), QListWidget.ScrollHint.PositionAtCenter
                )
        self.list.blockSignals(False)

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_RULE) is not None:
            self._show(self.rules[item.data(_RULE)])

    def _show(self, each: Explanation) -> None:
        self.shown = each
        self.pane.show_html(page_of(each, can_go=self.can_go))


def page_of(each: Explanation, *, can_go: bool) -> str:
    """A rule or finding as a page: what is wrong, why, what to do, where to go."""
    weigh = escape(WEIGHS[each.severity])
    parts = [f"<h1>{escape(each.what)}</h1>", f"<p>{weigh}</p>"]
    if each.limit:
        parts.append(f"<p><b>限值</b>　{escape(each.limit)}</p>")
    parts.append(f"<h2>依据　{escape(each.cite)}</h2>")
    for clause in each.clauses:
        parts.append(f"<p>{escape(clause.document)}</p>")
        if clause.text:
            parts.append(f"<blockquote><p>{escape(clause.text)}</p></blockquote>")
        if clause.note:
            parts.append(f"<p>{escape(clause.note)}</p>")
    parts += ["<h2>怎么办</h2>", f"<p>{escape(each.remedy)}</p>"]
    if each.place:
        parts += ["<h2>到哪里办</h2>", f"<p>{escape(each.place)}</p>"]
        if can_go:
            parts.append(
                f'<p><a href="{_GO}{each.page}">去“{escape(PAGES[each.page].name)}”</a></p>'
            )
    parts.append(f"<p>规则编号　{escape(each.rule)}</p>")
    return "".join(parts)
