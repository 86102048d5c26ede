"""The window's edges: the top bar, the key bar, and the head of a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from widgets.controls import Button, Hovered, Kind, SegmentedControl
from widgets.icons import draw
from widgets.marks import Tag, box, cap_width, draw_cap
from widgets.surfaces import Rule, empty, laid, taken
from widgets.text import TextLabel, draw_text, text_width
from widgets.theme import KEY_BAR, PAGE_HEADER, TOP_BAR, tokens


@dataclass(frozen=True, slots=True)
class KeyHint:
    """Keys and what they do: ("←", "→"), 上一项／下一项; `span` puts a dash between two (A – E)."""

    keys: tuple[str, ...]
    text: str
    span: bool = False


class _Band(QWidget):
    """A surface strip across the window with a rule below (or above)."""

    def __init__(self, height: int, *, above: bool = False, ground: str = "surface") -> None:
        super().__init__()
        self.setFixedHeight(height)
        self._above, self._ground = above, ground
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(16, 0, 16, 0)
        self.row.setSpacing(12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color(self._ground))
        y = 0 if self._above else self.height() - 1
        painter.fillRect(0, y, self.width(), 1, tokens().color("line"))
        painter.end()


class StatusNote(QWidget):
    """A glyph and a short sentence in the colour of its tone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._icon, self._token = "", "", "ink2"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_note(self, text: str, icon: str, token: str = "ink2") -> None:
        """Show `text` behind `icon`; an empty text hides it."""
        self._text, self._icon, self._token = text, icon, token
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(20 + text_width(self._text, "meta"), 20)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._icon:
            return
        painter = QPainter(self)
        draw(painter, self._icon, QRectF(0, 3, 14, 14), self._token)
        spot = QRectF(20, 0, self.width() - 20, 20)
        draw_text(painter, spot, self._text, "meta", self._token)
        painter.end()


class TopBar(_Band):
    """48 px: back, whose dossier this is, saved or not, days left, search, and the page's buttons.

    `back()` on 一企一档, `search()` on the search box.
    """

    back = Signal()
    search = Signal()

    def __init__(self) -> None:
        super().__init__(TOP_BAR)
        self._back = Button("一企一档", Kind.PLAIN, icon="chevron-left")
        self._back.clicked.connect(self.back)
        self._rule = Rule(upright=True)
        self._rule.setFixedHeight(20)
        self._name = TextLabel("诊改工作台", "identity", keep=False)
        self._named: tuple[str, tuple[str, ...], bool] | None = None
        self._tags = QHBoxLayout()
        self._tags.setSpacing(12)
        self._saved, self._due = StatusNote(), StatusNote()
        self._search = SearchBox()
        self._search.clicked.connect(self.search)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(12)
        for part in (self._back, self._rule, self._name):
            self.row.addWidget(part)
        self.row.addLayout(self._tags)
        self.row.addStretch(1)
        for note in (self._saved, self._due):
            note.hide()
            self.row.addWidget(note)
        self.row.addWidget(self._search)
        self.row.addLayout(self._buttons)

    def set_identity(self, name: str, tags: Sequence[str] = (), *, back: bool = True) -> None:
        """Name the dossier (or the program) with grey tags behind it."""
        named = (name, tuple(tags), back)
        if named == self._named:
            return  # as after most edits
        self._named = named
        self._name.setText(name)
        self._name.setToolTip(name)
        self._name.updateGeometry()
        self._back.setVisible(back)
        self._rule.setVisible(back)
        empty(self._tags)
        for tag in tags:
            self._tags.addWidget(Tag(tag))

    def set_saved(self, text: str, *, ok: bool = True) -> None:
        """Say when it was last saved, or in red what could not be."""
        self._saved.set_note(text, "check" if ok else "block", "ok" if ok else "block")

    def set_due(self, text: str, token: str = "ink2") -> None:
        """Say how much of the agreement's time is left."""
        self._due.set_note(text, "clock", token)

    def set_search(self, prompt: str) -> None:
        """What the search box promises to find; "" hides it."""
        self._search.set_prompt(prompt)
        self._search.setVisible(bool(prompt))

    def set_buttons(self, *buttons: QWidget) -> None:
        """Buttons at the right end; on the home page the search box then stands in the middle."""
        for widget in taken(self._buttons):
            widget.setParent(None)
        for button in buttons:
            self._buttons.addWidget(button)
        self.row.removeWidget(self._search)
        at = self.row.count() - 1
        self.row.insertWidget(at, self._search)
        if buttons:
            self.row.insertStretch(at + 1, 1)
        self._search.setFixedWidth(420 if buttons else 248)

    def compact(self, on: bool) -> None:
        """Give up what a narrow window has no room for: the tags, and half of a wide search box."""
        if self._buttons.count():
            self._search.setFixedWidth(248 if on else 420)
        for widget in laid(self._tags):
            if isinstance(widget, QWidget):
                widget.setVisible(not on)


class SearchBox(Hovered):
    """Looks like a field and opens the command palette."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prompt = "查找页面、采集项、问题"
        self.setFixedSize(248, 30)
        self.set_prompt(self._prompt)

    def set_prompt(self, prompt: str) -> None:
        """The grey words in it."""
        self._prompt = prompt
        self.setAccessibleName(f"{prompt}（Ctrl K）")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        box(painter, rect, "hover" if self.hovered else "surface", "ctl")
        draw(painter, "search", QRectF(12, 7, 16, 16), "ink2")
        wide = cap_width("Ctrl K")
        inside = rect.adjusted(35, 0, -wide - 20, 0)
        role = "meta" if self.width() < 300 else "dense"
        draw_text(painter, inside, self._prompt, role, "ink3")
        draw_cap(painter, rect.width() - wide - 10, rect.height() / 2, "Ctrl K")
        painter.end()


class KeyBar(_Band):
    """30 px: what the keys do on this page, and one remark at the right."""

    def __init__(self) -> None:
        super().__init__(KEY_BAR, above=True)
        self._hints: tuple[KeyHint, ...] = ()
        self._note = ""

    def set_hints(self, hints: Sequence[KeyHint], note: str = "") -> None:
        """Show these keys; hints that no longer fit are left out whole, the note comes first."""
        self._hints, self._note = tuple(hints), note
        said = "；".join(f"{'、'.join(hint.keys)} {hint.text}" for hint in hints)
        self.setAccessibleName(said)
        self.update()

    def hints(self) -> tuple[KeyHint, ...]:
        """What it says, all of it."""
        return self._hints

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        middle = (self.height() + 1) / 2
        end = self.width() - 16 - text_width(self._note, "meta")
        x = 16.0
        for hint in self._hints:
            if x + self._wide(hint) > end - 16:
                break
            for place, key in enumerate(hint.keys):
                if place and hint.span:
                    draw_text(painter, QRectF(x, 0, 12, self.height()), "–", "meta", "ink3")
                    x += 11
                draw_cap(painter, x, middle, key)
                x += cap_width(key) + 4
            spot = QRectF(x + 1, 1, text_width(hint.text, "meta"), self.height())
            draw_text(painter, spot, hint.text, "meta", "ink2")
            x += spot.width() + 21
        right = QRectF(0, 1, self.width() - 16, self.height())
        draw_text(painter, right, self._note, "meta", "ink3", align=Qt.AlignmentFlag.AlignRight)
        painter.end()

    def _wide(self, hint: KeyHint) -> float:
        caps = sum(cap_width(key) + 4 for key in hint.keys) + (11 if hint.span else 0)
        return caps + text_width(hint.text, "meta")


class PageHeader(_Band):
    """60 px: the page's title, remarks and tags behind it, buttons at the right.

    Where there is no room for all of it, buttons show their icon alone, from the left and the
    primary one last, then tabs stand closer together: the title is never cut first.
    """

    def __init__(self, title: str, note: str = "") -> None:
        super().__init__(PAGE_HEADER)
        self.row.setContentsMargins(24, 0, 16, 0)
        self._title = TextLabel(title, "title", keep=False)
        self._note = TextLabel(note, "dense", "ink2", keep=False)
        self._note.setVisible(bool(note))
        self.row.addWidget(self._title)
        self.row.addWidget(self._note)
        self._middle, self._right = QHBoxLayout(), QHBoxLayout()
        for part in (self._middle, self._right):
            part.setSpacing(10)
        self.row.addLayout(self._middle)
        self.row.addStretch(1)
        self.row.addLayout(self._right)
        self.setAccessibleName(title)

    def set_title(self, title: str, note: str = "") -> None:
        """Change the title and the remark behind it."""
        self._title.setText(title)
        self._title.setToolTip(title)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.setAccessibleName(title)

    def add_middle(self, *widgets: QWidget) -> None:
        """Put tags or a segmented control behind the title."""
        for widget in widgets:
            self._middle.addWidget(widget)

    def add_right(self, *widgets: QWidget) -> None:
        """Put buttons at the right end."""
        for widget in widgets:
            self._right.addWidget(widget)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._give_way()
        return done

    def _give_way(self) -> None:
        # Summed up here: the layout's own hint lags behind while parts come, go and change.
        sides = self.row.contentsMargins()
        over = self._title.sizeHint().width() + sides.left() + sides.right() - self.width()
        if not self._note.isHidden():  # a remark may be cut
            over += self.row.spacing() + self._note.minimumSizeHint().width()
        shown: list[Button] = []
        joined: list[SegmentedControl] = []
        for row in (self._middle, self._right):
            for part in laid(row):
                if not isinstance(part, QWidget) or part.isHidden():
                    continue
                hint = part.sizeHint().expandedTo(part.minimumSize()).boundedTo(part.maximumSize())
                over += row.spacing() + hint.width()
                if isinstance(part, Button) and part.has_icon():
                    shown.append(part)
                    over += part.spared()
                elif isinstance(part, SegmentedControl):
                    joined.append(part)
                    over += part.spared()
        over += self.row.spacing()  # about the stretch
        shown.sort(key=lambda button: button.kind is Kind.PRIMARY)
        for button in shown:
            button.shorten(over > 0)
            over -= button.spared()
        for control in joined:
            control.squeeze(over > 0)
            over -= control.spared()


class PageFooter(_Band):
    """51 px: the way on. `back()` and `forward()` on the two buttons."""

    back = Signal()
    forward = Signal()

    def __init__(self) -> None:
        super().__init__(51, above=True)
        self.row.setContentsMargins(24, 0, 24, 0)
        self._back = Button("", icon="chevron-left")
        self._forward = Button("", Kind.PRIMARY, trailing="chevron-right")
        self._back.clicked.connect(self.back)
        self._forward.clicked.connect(self.forward)
        self.row.addWidget(self._back)
        self.row.addStretch(1)
        self.row.addWidget(self._forward)

    def add_middle(self, *widgets: QWidget) -> None:
        """Put something between the two."""
        for place, widget in enumerate(widgets, 2):
            self.row.insertWidget(place, widget)
        self.row.insertStretch(2 + len(widgets), 1)

    def set_ways(self, back: str, forward: str) -> None:
        """Name where the two buttons lead; an empty name hides its button."""
        for button, text in ((self._back, back), (self._forward, forward)):
            button.setText(text)
            button.setAccessibleName(text)
            button.setVisible(bool(text))
            button.updateGeometry()
