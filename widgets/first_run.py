"""首次使用: in an empty store, three steps to the first dossier, and the sample to play with."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from widgets.controls import Button, Kind
from widgets.icons import draw
from widgets.marks import box
from widgets.surfaces import Card, ScrollColumn
from widgets.text import TextLabel, draw_text

NAME_LIMIT, ENTERPRISE_LIMIT = 40, 80
"""Characters of who works here and of an enterprise's name."""
_WIDE, _FIELD, _BADGE = 760, 340, 28


class FirstRun(QWidget):
    """`named(name)` and `begun(enterprise)` with what was typed, `asked(action)` for another way
    (an action of the list), `left()` on Esc and 直接进入列表."""

    named = Signal(str)
    begun = Signal(str)
    asked = Signal(str)
    left = Signal()

    def __init__(self, person: str) -> None:
        super().__init__()
        self.name = _field("您的姓名", NAME_LIMIT)
        self.enterprise = _field("企业名称", ENTERPRISE_LIMIT)
        self.begin = Button("建立第一份档案", Kind.PRIMARY, height=36)
        self._badges = [_Badge(number) for number in (1, 2, 3)]
        self._person = person
        scroll = ScrollColumn((24, 20, 24, 16), 0)
        middle = QWidget()
        middle.setMaximumWidth(_WIDE)
        self._column = QVBoxLayout(middle)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(middle, 100)
        row.addStretch(1)
        scroll.column.addLayout(row)
        scroll.column.addStretch(1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)
        self._head()
        self._steps()
        self._sample()
        self.name.setText(person)
        self.name.returnPressed.connect(self.enterprise.setFocus)
        self.name.editingFinished.connect(self._keep_name)
        self.enterprise.returnPressed.connect(self._begin)
        self.enterprise.textChanged.connect(lambda _text: self._mark())
        self.begin.clicked.connect(self._begin)
        self._mark()

    def ask_name(self, typed: str = "") -> None:
        """Wait for who works here; `typed` stands again where it could not be kept."""
        if typed:
            self.name.setText(typed)
            self._person = ""
        self._mark()
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def ask_enterprise(self, typed: str = "") -> None:
        """Wait for an enterprise's name, likewise."""
        if typed:
            self.enterprise.setText(typed)
        self.enterprise.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _head(self) -> None:
        self._column.addWidget(TextLabel("三步建立第一份档案", "title"))
        said = "一家试点企业一份档案，由征集需求到专项资金拨付共十四个步骤。数据只存在本机。"
        self._column.addWidget(TextLabel(said, "body", "ink2", wrap=True))

    def _steps(self) -> None:
        why = "记在您的每处改动旁，同事收到档案时据此知道由谁填写。"
        self._step(0, "您的姓名", why, self.name)
        ways = [self._way("import", "从名单表格导入"), self._way("bring", "收取同事的文件包")]
        why = "输入一家企业的名称；已有企业名单的，整表导入；同事已建档案的，收取其文件包。"
        self._step(1, "试点企业", why, self.enterprise, *ways)
        why = "建立后打开“企业基本情况”。左侧为各步骤，右侧为待办问题，内容随填随存。"
        self._step(2, "开始", why, self.begin)

    def _step(self, place: int, title: str, why: str, *parts: QWidget) -> None:
        card = Card((16, 14), 6)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(TextLabel(title, "section"))
        words.addWidget(TextLabel(why, "dense", "ink2", wrap=True))
        line = QHBoxLayout()
        line.setSpacing(8)
        for part in parts:
            line.addWidget(part, 3 if isinstance(part, QLineEdit) else 0)
        line.addStretch(2)
        words.addSpacing(4)
        words.addLayout(line)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._badges[place], 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        card.body.addLayout(row)
        self._column.addWidget(card)

    def _sample(self) -> None:
        card = Card((16, 14), 4)
        card.body.addWidget(TextLabel("想先看看？", "section"))
        said = (
            "样例档案已填写完整，企业、人员和照片均为虚构，名称以“示例”开头，"
            "可随意改动；看完后在列表中右键移除，或按 Ctrl K 查找“移除样例档案”。"
        )
        card.body.addWidget(TextLabel(said, "dense", "ink2", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._way("sample", "打开样例档案"))
        row.addWidget(self._way("help", "使用指南", key="F1"))
        row.addStretch(1)
        leave = Button("直接进入列表", Kind.QUIET, key="Esc")
        leave.clicked.connect(self.left)
        row.addWidget(leave)
        card.body.addSpacing(4)
        card.body.addLayout(row)
        self._column.addWidget(card)

    def _way(self, action: str, text: str, key: str = "") -> Button:
        button = Button(text, key=key)
        button.clicked.connect(lambda: self.asked.emit(action))
        return button

    def _keep_name(self) -> None:
        name = self.name.text().strip()
        if name and name != self._person:
            self._person = name
            self.named.emit(name)
        self._mark()

    def _begin(self) -> None:
        self._keep_name()
        enterprise = self.enterprise.text().strip()
        if not self._person:
            self.name.setFocus()
        elif not enterprise:
            self.enterprise.setFocus()
        else:
            self.begun.emit(enterprise)

    def _mark(self) -> None:
        """Which steps are done."""
        self._badges[0].set_done(bool(self._person))
        self._badges[1].set_done(bool(self.enterprise.text().strip()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class _Badge(QWidget):
    """A step's number, or a tick."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number, self._done = number, False
        self.setFixedSize(_BADGE, _BADGE)
        self.set_done(False)

    def set_done(self, on: bool) -> None:
        """Whether the step is done."""
        self._done = on
        self.setAccessibleName(f"第 {self._number} 步{'，已完成' if on else ''}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self._done:
            draw(painter, "done", rect.adjusted(3, 3, -3, -3), "ok")
        else:
            box(painter, rect, "accent_bg", "accent", _BADGE / 2)
            middle = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, rect, str(self._number), "strong", "accent", align=middle)
        painter.end()


def _field(name: str, limit: int) -> QLineEdit:
    field = QLineEdit()
    field.setMaxLength(limit)
    field.setAccessibleName(name)
    field.setPlaceholderText(name)
    field.setMinimumHeight(34)
    field.setMinimumWidth(180)
    field.setMaximumWidth(_FIELD)
    field.setSizePolicy(field.sizePolicy().Policy.Expanding, field.sizePolicy().verticalPolicy())
    return field
