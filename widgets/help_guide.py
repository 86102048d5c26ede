"""使用指南 in the window: contents at the left, the chapter at the right, and the search."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QTreeWidget, QTreeWidgetItem, QWidget

from app import guide
from app.guide import Chapter
from widgets.reading_pane import ReadingPane

#: Of the contents beside what is read, in px.
CONTENTS = 250
_PLACE = Qt.ItemDataRole.UserRole


class GuideView(QWidget):
    """The guide; `look_for` lists the sections that have some words in the contents' place."""

    def __init__(self) -> None:
        super().__init__()
        self.contents = QTreeWidget()
        self.contents.setHeaderHidden(True)
        self.contents.setFixedWidth(CONTENTS)
        self.contents.setIndentation(14)
        self.contents.setStyleSheet("QTreeWidget { padding: 8px 4px; }")
        self.contents.setAccessibleName("使用指南目录")
        self.pane = ReadingPane(guide.guide_folder(), "使用指南正文")
        self.chapter: Chapter | None = None
        self._words = self._heading = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.contents)
        row.addWidget(self.pane, 1)
        self.contents.currentItemChanged.connect(self._take)
        self.pane.asked.connect(self._follow)
        self._list()

    def begin(self, page: str) -> None:
        """Open at what is about a page of the window; at the beginning where nothing is, unless
        something is open already."""
        found = guide.about(page)
        if found is not None:
            self.open(found[0].file, found[1].heading)
        elif self.chapter is None and guide.chapters():
            self.open(guide.chapters()[0].file)

    def open(self, file: str, heading: str = "") -> None:
        """Show a chapter from one of its headings on; one that is not there is left alone."""
        chapter = next((each for each in guide.chapters() if each.file == file), None)
        if chapter is None:
            return
        if chapter != self.chapter:
            self.chapter = chapter
            self.pane.show_markdown(chapter.markdown)
        self._heading = heading
        self.pane.to_heading(heading)
        self.pane.mark(self._words)
        self._choose(file, heading)

    def look_for(self, words: str) -> None:
        """List the sections that have all the words; the contents where there are none."""
        if words.strip() == self._words:
            return
        self._words = words.strip()
        self._list()
        self.pane.mark(self._words)

    def take_first(self) -> None:
        """Go on to the first of what was found."""
        self.contents.setFocus()
        first = self.contents.topLevelItem(0)
        if self._words and first is not None:
            self.contents.setCurrentItem(first)

    def _list(self) -> None:
        self.contents.blockSignals(True)
        self.contents.clear()
        if self._words:
            for found in guide.find(self._words):
                named = found.section.heading or found.chapter.title
                item = _item(f"{named}\n{found.around}", found.chapter.file, found.section.heading)
                item.setToolTip(0, f"{found.chapter.title}：{found.around}")
                self.contents.addTopLevelItem(item)
            if not self.contents.topLevelItemCount():
                nothing = QTreeWidgetItem([f"没有找到“{self._words}”。"])
                nothing.setFlags(Qt.ItemFlag.NoItemFlags)
                self.contents.addTopLevelItem(nothing)
        else:
            for chapter in guide.chapters():
                top = _item(chapter.title, chapter.file, "")
                for section in chapter.sections[1:]:
                    top.addChild(_item(section.heading, chapter.file, section.heading))
                self.contents.addTopLevelItem(top)
        self.contents.blockSignals(False)
        if self.chapter is not None and not self._words:
            self._choose(self.chapter.file, self._heading)

    def _choose(self, file: str, heading: str) -> None:
        """Mark where one is in the contents, its chapter unfolded alone."""
        self.contents.blockSignals(True)
        for place in range(self.contents.topLevelItemCount()):
            top = self.contents.topLevelItem(place)
            if top is None or top.data(0, _PLACE) is None:
                continue
            lines = [top, *(top.child(each) for each in range(top.childCount()))]
            if not self._words:
                top.setExpanded(top.data(0, _PLACE)[0] == file)
            for line in lines:
                if line is not None and tuple(line.data(0, _PLACE)) == (file, heading):
                    self.contents.setCurrentItem(line)
        self.contents.blockSignals(False)

    def _take(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and item.data(0, _PLACE) is not None:
            self.open(*item.data(0, _PLACE))

    def _follow(self, link: str) -> None:
        file, _, heading = link.partition("#")
        self.open(file, heading)


def _item(text: str, file: str, heading: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem([text])
    item.setData(0, _PLACE, (file, heading))
    item.setToolTip(0, text)
    item.setSizeHint(0, QSize(0, 46 if "\n" in text else 30))
    return item
