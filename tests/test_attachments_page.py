"""The attachments' page on a real store: files kept, described, opened safely, taken back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import Attachment
from grading.finding import Target
from tests.photo_files import photo
from tests.window_kit import child, click, in_front, kept, opened, press, refusing, window
from widgets.controls import Button, Kind
from widgets.field_base import LineEdit
from widgets.pages.attachment_list import size_text
from widgets.pages.attachments import AttachmentsPage, proposed_kind
from widgets.theme import theme
from widgets.thumbnails import thumbnails

K = Qt.Key


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with opened(tmp_path / "data") as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, bench: Workbench) -> AttachmentsPage:
    made = window(qtbot, bench, bench.create("示例・附件页"), "attachments")
    qtbot.waitUntil(lambda: in_front(made))  # until then it has no focus to give
    page = made.page()
    assert isinstance(page, AttachmentsPage)
    return page


def taken(qtbot: QtBot, page: AttachmentsPage, *paths: Path, kind: str = "") -> None:
    """Take files in and wait until they are kept."""
    page.take(list(paths), kind)
    qtbot.waitUntil(lambda: not page.importing.running, timeout=10_000)


def rows(page: AttachmentsPage) -> list[Attachment]:
    return kept(page.desk).dossier.all(Attachment)


def focused(widget: QWidget) -> bool:
    """Ask for the keyboard; a window of an earlier test may still be in front."""
    widget.activateWindow()
    widget.setFocus()
    return widget.hasFocus()


def written(folder: Path, name: str, text: str = "示例") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_files_and_folders_are_kept_under_the_kind_their_names_say(
    qtbot: QtBot, page: AttachmentsPage, tmp_path: Path
) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    written(folder, "培训签到表 0617.pdf")
    written(folder, ".DS_Store")
    missing = tmp_path / "没有.pdf"
    taken(qtbot, page, folder, missing, written(tmp_path, "设备台账.xlsx"))
    assert [(row.name, row.kind) for row in rows(page)] == [
        ("培训签到表 0617", "培训签到表"),
        ("设备台账", "其他材料"),
    ]
    assert "收入附件 2 份" in page.importing.words.text()
    assert len(page.importing.troubles) == 1 and "没有.pdf" in page.importing.troubles[0]
    held, lacking = page.kinds.buttons["培训签到表"], page.kinds.buttons["协议扫描件"]
    assert (held.kind, lacking.kind) == (Kind.CHOSEN, Kind.OUTLINED)
    assert not held.isVisible() and lacking.isVisible(), "what is there is folded away"
    page.kinds.more.click()
    assert held.isVisible() and held.text() == "培训签到表 1"


def test_a_kind_that_was_asked_for_wins_over_the_name(
    qtbot: QtBot, page: AttachmentsPage, tmp_path: Path
) -> None:
    taken(qtbot, page, written(tmp_path, "签到.pdf"), kind="协议扫描件")
    assert [row.kind for row in rows(page)] == ["协议扫描件"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("组织架构图.png", "组织架构图"),
        ("轴套工艺流程.png", "生产工艺流程图"),
        ("合同签章页.pdf", "协议扫描件"),
        ("王示例高级工程师证书.jpg", "职称证书"),
        ("IMG_0001.jpg", "其他材料"),
    ],
)
def test_the_kind_is_proposed_from_the_name(name: str, kind: str) -> None:
    assert proposed_kind(name) == kind


def test_what_is_typed_is_kept_and_the_row_follows(
    qtbot: QtBot, page: AttachmentsPage, tmp_path: Path
) -> None:
    taken(qtbot, page, written(tmp_path, "a.pdf"), written(tmp_path, "b.pdf", "另一份"))
    second = rows(page)[1]
    page.go_to(Target("attachments", second.id, "proves"))
    line = page.form.fields["proves"].findChildren(LineEdit)[0]
    assert page.window().focusWidget() is line
    qtbot.waitUntil(lambda: focused(line))
    press(K.Key_4, K.Key_2, K.Key_Delete, K.Key_Tab)
    assert rows(page)[1].proves == "42" and len(rows(page)) == 2
    qtbot.waitUntil(lambda: "42" in page.list.rows[second.id].accessibleName())


def test_what_is_refused_holds_its_attachment(
    qtbot: QtBot, page: AttachmentsPage, bench: Workbench, tmp_path: Path
) -> None:
    taken(qtbot, page, written(tmp_path, "a.pdf"), written(tmp_path, "b.pdf", "另一份"))
    first, second = rows(page)
    page.choose(first.id)
    line = page.form.fields["proves"].findChildren(LineEdit)[0]
    with refusing(bench):
        line.setFocus()
        QTest.keyClicks(line, "42")
        page.choose(second.id)
        page.go_to(Target("attachments", second.id))
        assert page.current() == first and line.text() == "42" and not page.flush()
        assert page.list.rows[first.id].isChecked() and not page.list.rows[second.id].isChecked()
    page.choose(second.id)
    assert page.current() == rows(page)[1] and rows(page)[0].proves == "42"


def test_the_file_just_added_is_the_chosen_one(
    qtbot: QtBot, page: AttachmentsPage, tmp_path: Path
) -> None:
    taken(qtbot, page, written(tmp_path, "a.pdf"))
    taken(qtbot, page, written(tmp_path, "b.pdf", "另一份"))
    qtbot.waitUntil(lambda: len(page.list.rows) == 2)
    chosen = page.current()
    assert chosen is not None and chosen.filename == "b.pdf"
    assert page.form.fields["name"].findChildren(LineEdit)[0].text() == "b"


def test_a_withdrawn_file_comes_back(qtbot: QtBot, page: AttachmentsPage, tmp_path: Path) -> None:
    taken(qtbot, page, written(tmp_path, "a.pdf"))
    qtbot.waitUntil(lambda: any(row.isVisible() for row in page.list.rows.values()))
    qtbot.waitUntil(lambda: focused(next(iter(page.list.rows.values()))))
    press(K.Key_Delete)
    assert rows(page) == [] and page.current() is None
    click(child(page.toast, Button, "撤销"))
    assert [row.filename for row in rows(page)] == ["a.pdf"]


def test_a_copy_is_opened_never_the_kept_file_and_never_a_program(
    qtbot: QtBot, page: AttachmentsPage, tmp_path: Path
) -> None:
    asked: list[QUrl] = []

    def noted(url: QUrl) -> bool:
        asked.append(url)
        return True

    page._open_url = noted
    taken(qtbot, page, written(tmp_path, "台账.pdf"), written(tmp_path, "setup.exe", "MZ"))
    document, program = rows(page)
    page.open_file(document.id)
    [url] = asked
    copy = Path(url.toLocalFile())
    assert copy.read_text("utf-8") == "示例" and copy.name.endswith("台账.pdf")
    assert not copy.is_relative_to(page.desk.bench.store.home)
    assert "未加密" in page._trouble.text()
    page.open_file(program.id)
    assert len(asked) == 1 and "setup.exe" in page._trouble.text()
    page.desk.put("attachment", document.id, "filename", "../../逃逸.pdf")
    page.open_file(document.id)
    assert Path(asked[-1].toLocalFile()).parent == copy.parent


def test_a_copy_in_clear_is_its_owners_alone_and_wiped(
    qtbot: QtBot, page: AttachmentsPage, tmp_path: Path
) -> None:
    asked: list[QUrl] = []

    def noted(url: QUrl) -> bool:
        asked.append(url)
        return True

    page._open_url = noted
    taken(qtbot, page, written(tmp_path, "台账.pdf"))
    [document] = rows(page)
    page.open_file(document.id)
    copy = Path(asked[0].toLocalFile())
    if os.name == "posix":
        assert copy.stat().st_mode & 0o777 == 0o400
        assert copy.parent.stat().st_mode & 0o777 == 0o700
    page.finish()
    assert not copy.parent.exists()
    # Where the program dies, the next start wipes it.
    page.open_file(document.id)
    left = Path(asked[1].toLocalFile())
    assert left.exists()
    folder = page.desk.bench.store.folder
    page.desk.bench.store.close()
    Workbench.open(folder).close()
    assert not left.exists()


def test_a_file_that_is_not_here_is_said_to_be_missing(qtbot: QtBot, page: AttachmentsPage) -> None:
    made = page.desk.add("attachment", sha256="0" * 64, filename="远方.pdf", kind="其他材料")
    assert made is not None
    page.open_file(made)
    assert "不在本机" in page._trouble.text()


def test_pictures_show_once_they_have_been_read(
    qtbot: QtBot, page: AttachmentsPage, tmp_path: Path
) -> None:
    taken(qtbot, page, photo(tmp_path / "架构图.png"))
    qtbot.waitUntil(lambda: len(page.list.rows) == 1)
    row = next(iter(page.list.rows.values()))
    qtbot.waitUntil(lambda: row._image is not None and not row._image.isNull(), timeout=5_000)
    assert page.picture.isVisible()
    thumbnails().finish()


def test_an_empty_page_says_what_to_do(page: AttachmentsPage) -> None:
    assert page._bare.isVisible() and not page._host.isVisible()
    assert page.hints()[0] == (("Ctrl N",), "添加")
    page.go_to(Target("attachments", None, "kind"))
    assert page.window().focusWidget() is page.kinds.buttons["组织架构图"]


def test_sizes_are_said_in_words() -> None:
    assert [size_text(n) for n in (None, 2, 90_000, 3_500_000)] == [
        "大小未知",
        "2 字节",
        "88 KB",
        "3.3 MB",
    ]
