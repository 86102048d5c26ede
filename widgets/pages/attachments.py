"""附件与凭据: every file that proves something, with its title, kind and what it proves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.clear_copies import ClearCopies
from app.progress import Progress
from forms.dossier import Attachment, Training
from forms.errors import UserError
from forms.steps import PAGES
from forms.visit import CONSENT, OPINION_SCAN, RECEIPT
from grading.finding import Target
from widgets.actions import bind
from widgets.bars import PageHeader
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.file_drop import FileDrop
from widgets.form_page import ways
from widgets.pages.attachment_kinds import AttachmentKinds
from widgets.pages.attachment_list import IMAGES, AttachmentList, ending, size_text
from widgets.pages.base import KeyHints, Page
from widgets.pages.visit_import import ImportBar
from widgets.photo_view import Picture
from widgets.record_form import RecordForm, Section
from widgets.surfaces import Card, EmptyHint, EmptyState, Rule, ScrollColumn, Toast
from widgets.text import TextLabel
from widgets.thumbnails import thumbnails

_SIDE = 380
_ROW_PX, _LARGE_PX = 192, 1024
_FORM = (
    Section("", ("name", "kind", "visit", "proves"), whole=frozenset({"name", "kind", "visit"})),
)
_MOST = 500
#: What may be handed to the system to open. A dossier comes from other people, and a program or a
#: script in it would be run by a double click.
OPENABLE = IMAGES | frozenset(
    (
        *(".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".dps"),
        *(".ofd", ".txt", ".csv", ".heic", ".heif"),
    )
)
#: Words in a file's name that tell its kind; the first that fits is proposed.
_HINTS = (
    ("组织架构图", ("架构",)),
    ("生产工艺流程图", ("工艺", "流程图")),
    ("评测平台截图", ("截图", "评测")),
    ("培训签到表", ("签到",)),
    ("现场诊断记录表扫描件", ("诊断记录",)),
    ("满意度评价表扫描件", ("满意度",)),
    ("汇报会议纪要扫描件", ("会议纪要", "汇报纪要")),
    (OPINION_SCAN, ("诊断验收",)),
    (RECEIPT, ("回执",)),
    (CONSENT, ("同意",)),
    ("协议扫描件", ("协议", "合同")),
    ("职称证书", ("职称", "证书")),
)


def proposed_kind(filename: str) -> str:
    """The kind that a file's name suggests, else 其他材料."""
    for kind, words in _HINTS:
        if any(word in filename for word in words):
            return kind
    return "其他材料"


def attach_work(desk: Desk, paths: list[Path], kind: str = "") -> Callable[[], Iterator[Progress]]:
    """Keep files one by one; what cannot be kept is named and left out."""

    def work() -> Iterator[Progress]:
        files = list(_files(paths))
        if len(files) > _MOST:
            raise UserError(f"一次添加的文件超过 {_MOST} 个，尚未收入任何一个，请分批添加。")
        for done, path in enumerate(files, 1):
            trouble = ""
            try:
                desk.bench.attach(desk.dossier_id, path, kind or proposed_kind(path.name))
            except UserError as error:
                trouble = str(error)
            except OSError:
                trouble = f"“{path.name}”不能读取，没有收入，请检查权限后重试。"
            yield Progress(done, len(files), path.name, trouble)

    return work


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            for found, item in enumerate(sorted(path.rglob("*"))):
                if found > 20 * _MOST:
                    return
                if item.is_file() and not item.name.startswith("."):
                    yield item
        else:
            yield path


class AttachmentsPage(Page):
    """The list at the left; the chosen file's picture and fields at the right."""

    key = "attachments"
    own_refusals = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self._current: UUID | None = None
        self._withdrawn: UUID | None = None
        self._known: frozenset[UUID] = frozenset()
        self._copies = ClearCopies(desk.bench.store)
        self._open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl
        self.head = PageHeader(self.title)
        self.kinds = AttachmentKinds()
        self.list = AttachmentList()
        self.form = RecordForm(desk, Attachment, _FORM)
        self.picture = Picture()
        self.importing = ImportBar(desk, "附件", "份", 24)
        self.toast = Toast(self)
        self.drop = FileDrop(self, "松开鼠标，添加附件")
        self._facts = TextLabel("", "meta", "ink2", wrap=True)
        self._used = TextLabel("", "meta", "ink2", wrap=True)
        self._trouble = TextLabel("", "dense", "block", wrap=True)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._build()
        self._connect()
        self.lay_out()

    def _build(self) -> None:
        add = Button("添加附件", icon="plus")
        add.setToolTip("添加附件（Ctrl N）")
        add.clicked.connect(lambda: self.ask())
        self.head.add_right(add)
        self._empty = EmptyState(
            [EmptyHint("还没有附件", "添加，或将文件、文件夹拖到本页", "Ctrl N", "add", "选择文件")]
        )
        self._empty.activated.connect(lambda _action: self.ask())
        self._host = QWidget()
        row = QHBoxLayout(self._host)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list, 1)
        row.addWidget(Rule(upright=True))
        row.addWidget(self._side())
        empty = QWidget()
        inside = QVBoxLayout(empty)
        inside.setContentsMargins(24, 12, 24, 20)
        inside.addWidget(self._empty)
        inside.addStretch(1)
        self._bare = empty
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.kinds)
        column.addWidget(self.importing)
        column.addWidget(self._host, 1)
        column.addWidget(self._bare, 1)
        column.addWidget(ways(self))

    def _side(self) -> QWidget:
        open_file = Button("打开文件", icon="file", height=28)
        remove = Button("撤回附件", Kind.QUIET, icon="withdraw", height=28)
        open_file.clicked.connect(lambda: self.open_file())
        remove.clicked.connect(self.withdraw)
        tools = QHBoxLayout()
        tools.addWidget(open_file)
        tools.addStretch(1)
        tools.addWidget(remove)
        self.picture.setFixedHeight(220)
        card = Card((12, 12), 8)
        card.body.addWidget(self.picture)
        card.body.addWidget(self._facts)
        card.body.addWidget(self._used)
        card.body.addLayout(tools)
        card.body.addWidget(self._trouble)
        side = ScrollColumn((14, 12, 16, 16), 12)
        side.setFixedWidth(_SIDE)
        side.column.addWidget(card)
        side.column.addWidget(self.form)
        side.column.addStretch(1)
        return side

    def _connect(self) -> None:
        self.kinds.asked.connect(self.ask)
        self.list.chosen.connect(self.choose)
        self.list.opened.connect(self.open_file)
        self.drop.dropped.connect(self.take)
        self.toast.undone.connect(self._restore)
        self.form.edited.connect(lambda _path: self._late.start(0))
        self._late.timeout.connect(self._refresh)
        # The loader outlives the page; only a bound method is let go of with it.
        thumbnails().loaded.connect(self._picture_read)
        bind(self, "attachments.add", lambda: self.ask())

    def current(self) -> Attachment | None:
        """The chosen attachment."""
        return self.desk.dossier.find(Attachment, self._current)

    def lay_out(self) -> None:
        rows = self.desk.dossier.all(Attachment)
        ids = [row.id for row in rows]
        fresh = [key for key in ids if key not in self._known] if self._known else []
        if fresh and self.form.flush():
            self._current = fresh[0]  # what came in last wants its title and what it proves
        elif self._current not in ids:
            self._current = ids[0] if ids else None
        self._known = frozenset(ids)
        self._host.setVisible(bool(rows))
        self._bare.setVisible(not rows)
        self._refresh()
        self.hints_changed.emit()

    def _refresh(self) -> None:
        rows = self.desk.dossier.all(Attachment)
        self.list.show_rows(rows, self._current)
        self.head.set_title(self.title, f"{len(rows)} 份" if rows else "")
        self.kinds.show_counts(Counter(row.kind for row in rows))
        self._show_current()
        self._fill_images()

    def _show_current(self) -> None:
        row = self.current()
        if row is None:
            return
        self.form.show_record(row)
        self._trouble.setVisible(bool(self._trouble.text()))
        self._facts.setText(f"{row.filename} ・ {size_text(row.size)}")
        trainings = [
            t for t in self.desk.dossier.all(Training) if t.sign_in.get(str(row.id)) is True
        ]
        names = "、".join(t.topic or "未填主题" for t in trainings)
        self._used.setText(f"用作主题培训“{names}”的签到表。" if names else "")
        self._used.setVisible(bool(names))
        self.picture.setVisible(ending(row) in IMAGES)
        self.picture.show_image(self._image(row, _LARGE_PX), row.name)

    def _image(self, row: Attachment, within: int) -> QImage | None:
        if ending(row) not in IMAGES:
            return None
        bench = self.desk.bench
        return thumbnails().get(
            f"{row.sha256}.{within}", lambda: bench.attachment(row).read(), within
        )

    def _picture_read(self, key: str, image: QImage) -> None:
        for row in self.desk.dossier.all(Attachment):
            if key == f"{row.sha256}.{_ROW_PX}":
                self.list.set_images({row.id: image})
            elif key == f"{row.sha256}.{_LARGE_PX}" and row.id == self._current:
                self.picture.show_image(image, row.name)

    def _fill_images(self) -> None:
        rows = self.desk.dossier.all(Attachment)
        images = {row.id: image for row in rows if (image := self._image(row, _ROW_PX)) is not None}
        self.list.set_images(images)
        shown = self.current()
        if shown is not None:
            self.picture.show_image(self._image(shown, _LARGE_PX), shown.name)

    def choose(self, key: UUID) -> None:
        """Make an attachment the chosen one, unless something typed of this one is refused."""
        if not self.flush():
            self.list.set_current(self._current)
            return
        self._current = key
        self._say("")
        self.list.set_current(key)
        self._show_current()

    def flush(self) -> bool:
        if self.form.flush():
            return True
        self.form.focus_field(self.form.refused_field())
        return False

    def ask(self, kind: str = "") -> None:
        """Choose files in a dialog."""
        found, _ = QFileDialog.getOpenFileNames(self, f"添加{kind or '附件'}", "", "所有文件 (*)")
        self.take([Path(name) for name in found], kind)

    def take(self, paths: list[Path], kind: str = "") -> None:
        """Keep files and the files of folders, as `kind` or as their names suggest."""
        if paths:
            self.importing.start(attach_work(self.desk, paths, kind))

    def withdraw(self) -> None:
        """Take the chosen attachment out of sight, with 撤销."""
        row = self.current()
        if row is None:
            return
        self.form.flush()
        if self.desk.withdraw("attachment", row.id):
            self._withdrawn = row.id
            self.toast.say(f"已撤回附件“{row.name[:30]}”")

    def _restore(self) -> None:
        if self._withdrawn is not None:
            self.desk.restore("attachment", self._withdrawn)

    def open_file(self, key: UUID | None = None) -> None:
        """Hand a copy to the system's program for it; the kept file itself stays as it is."""
        if key is not None:
            self.choose(key)
        row = self.current()
        if row is None:
            return
        if ending(row) not in OPENABLE:
            self._say(f"“{row.filename}”不是文档或图片，为安全起见没有打开，请核实来源后另行查看。")
            return
        copy = self._copies.copy(row)
        if copy is None:
            self._say(f"“{row.filename}”不在本机数据文件夹中，没有打开，请重新添加该文件。")
        elif not self._open_url(QUrl.fromLocalFile(str(copy))):
            self._say(f"本机没有可以打开“{row.filename}”的程序，文件未受影响，请先安装。")
        else:
            self._say(
                f"“{row.filename}”的副本已打开，副本未加密，关闭本档案时删除，其中的修改不会回到档案。",
                "ink2",
            )

    def finish(self) -> None:
        self._copies.wipe()

    def _say(self, sentence: str, token: str = "block") -> None:
        self._trouble.set_token(token)
        self._trouble.setText(sentence)
        self._trouble.setVisible(bool(sentence))
        self._trouble.updateGeometry()

    def go_to(self, target: Target) -> None:
        if self.desk.dossier.find(Attachment, target.record) is None or target.record is None:
            self.kinds.focus_missing()
            return
        self.choose(target.record)
        if self._current != target.record:
            return
        if target.field:
            self.form.focus_field(target.field)
        else:
            self.list.rows[target.record].setFocus()

    def header(self) -> QWidget | None:
        return self.head

    def hints(self) -> KeyHints:
        if not self._known:
            return ((("Ctrl N",), "添加"), (("F6",), "待办问题"))
        return (
            (("↑", "↓"), "逐份"),
            (("回车",), "选中、打开文件"),
            (("Ctrl N",), "添加"),
            (("Delete",), "撤回"),
            (("F6",), "待办问题"),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Delete):
            self.withdraw()
        else:
            event.ignore()
