"""The receiving window: bundles are dropped, looked at, sent back; it needs no dossier."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.closing import Closing
from app.handin_choice import Packing
from app.return_file import read, take_in
from app.signers import Signers, Standing
from app.workbench import Workbench
from exporters.bundle import Member
from exporters.bundle_parts import numbered
from forms.dossier import ReturnPoint
from tests.receiving_kit import a_dossier, bench_at, packed
from tests.window_kit import child, click, in_front, opened, press, started
from widgets.controls import Button
from widgets.marks import Tag
from widgets.pages.receiving import ReceivingPage
from widgets.theme import theme

SLOW = 20_000
PASSPHRASE = "correct-horse-battery"
K = Qt.Key


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Workbench]:
    with bench_at(tmp_path / "provider", "王示例") as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, data_folder: Path) -> Iterator[ReceivingPage]:
    with opened(data_folder) as bench:
        made = ReceivingPage(bench)
        qtbot.addWidget(made)
        made.resize(1440, 900)
        with qtbot.waitExposed(made):
            made.show()
        qtbot.waitUntil(lambda: in_front(made), timeout=10_000)
        yield made
        made.finish()


def brought(page: ReceivingPage, qtbot: QtBot, *paths: Path) -> None:
    """Drop files, and wait until all were looked through and told."""
    page.bring_in(list(paths))
    qtbot.waitUntil(lambda: not page.jobs.busy(), timeout=SLOW)
    qtbot.wait(20)


def rows(page: ReceivingPage) -> list[list[str]]:
    model = page.table.model()
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def words(widget: QWidget) -> str:
    """All that can be read in it, once what was laid out a moment ago is shown."""
    QTest.qWait(20)
    return "\n".join(
        each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget)
    )


def button(widget: QWidget, text: str) -> QPushButton:
    return child(widget, Button, text)


def test_without_any_dossier_it_says_what_to_do(page: ReceivingPage, qtbot: QtBot) -> None:
    assert page.bench.summaries() == [] and page.empty.isVisible()
    assert "拖到此处" in words(page) and not page.send.isVisible()
    with qtbot.waitSignal(page.closed):
        QTest.keyClick(page, K.Key_Escape)
    page.bring_in([page.bench.store.folder])
    assert "所选文件夹里没有文件包" in page.notice.text() and not page.jobs.busy()


def test_many_files_each_by_itself(
    page: ReceivingPage, provider: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier(training=[]))
    folder = tmp_path / "sent"
    folder.mkdir()
    packed(provider, dossier_id, folder / "a.zip")
    packed(provider, dossier_id, folder / "b.zip", draft=True, signed=False)
    (folder / "c.zip").write_bytes(b"no bundle")
    (folder / "readme.txt").write_text("x")
    brought(page, qtbot, folder)
    name = "示例·测试机械有限公司"
    assert [row[:2] for row in rows(page)] == [[name, "完整"], [name, "草稿"], ["c.zip", "未通过"]]
    assert int(rows(page)[0][2]) > 0 and int(rows(page)[0][3]) > 0
    page.table.setFocus()
    press(K.Key_Down, K.Key_Down)
    assert "不是可读的文件包" in words(page.detail)
    QTest.keyClick(page, K.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert "不能据以写退回意见" in page.notice.text() and not page.send.isVisible()
    press(K.Key_Delete)
    assert len(rows(page)) == 2
    page.choose(next(iter(page.groups())))
    told = words(page.detail)
    for part in ("本机尚未核实此人", "主题培训", "缺少的材料", "文书", "核验单", "没有核验单"):
        assert part in told, part
    tags = {each.accessibleName() for each in page.detail.findChildren(Tag)}
    assert {"签名：王示例", "终稿", "不符合", "符合"} <= tags


def test_a_round_by_the_window_sends_back_what_was_ticked_and_typed(
    page: ReceivingPage, provider: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier(training=[]))
    brought(page, qtbot, packed(provider, dossier_id, tmp_path / "a.zip"))
    ticked = next(box for each, box in page.detail.boxes if each.rule == "TRAINING-COUNT")
    box = next(box for each, box in page.detail.boxes if each.rule != "TRAINING-COUNT")
    for each in (ticked, box):
        each.click()
    assert "退回意见 2 条" in [b.text() for b in page.tabs.findChildren(QPushButton)]
    QTest.keyClick(page, K.Key_R, Qt.KeyboardModifier.ControlModifier)
    form = page.form
    assert form is not None and page.send.isVisible() and len(form.findings()) == 2
    gone = [b for b in form.findChildren(QPushButton) if b.text() == "去掉这一条"]
    click(gone[1])
    assert [each.rule for each in form.findings()] == ["TRAINING-COUNT"]
    click(form.add)
    page.write(tmp_path)
    assert "没有写内容" in page.notice.text()
    QTest.keyClicks(form.focusWidget(), "money")
    page.write(tmp_path)
    assert "没有填写退回单位" in page.notice.text()
    form.opinion.editors["office"].focus_editor()
    QTest.keyClicks(form.focusWidget(), "Bureau")
    (tmp_path / "out").mkdir()
    page.write(tmp_path / "out")
    qtbot.waitUntil(lambda: "已写入" in page.told.text(), timeout=SLOW)
    (path,) = (tmp_path / "out").glob("*.zip")
    came = read(provider.store, path)
    assert [each.text for each in came.returned.points][1:] == ["money"]
    assert came.returned.opinion.office == "Bureau" and came.returned.provider == "示例服务商"
    assert page.bench.store.setting("return-office") == "Bureau"
    # Back at what was found, the dropped one is ticked no more.
    QTest.keyClick(page, K.Key_Escape)
    assert [each.rule for each in page.detail.chosen()] == ["TRAINING-COUNT"]

    take_in(provider, came)
    for point in provider.dossier(dossier_id).all(ReturnPoint):
        for field, value in (("state", "已整改"), ("reply", "已补。"), ("shown", "报告")):
            provider.put(dossier_id, "returnpoint", point.id, field, value)
    training = a_dossier()["training"][0]
    values = {k: v for k, v in training.items() if k not in ("id", "visit", "sign_in")}
    provider.add(dossier_id, "training", **values)
    brought(page, qtbot, packed(provider, dossier_id, tmp_path / "b.zip"))
    page.choose(list(page.groups())[1])
    told = words(page.detail)
    assert "退回意见的办理" in told and "2 条已办结" in told and "已改正" in told


def test_a_closed_bundle_and_a_signer_to_remember(
    page: ReceivingPage, provider: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    dossier_id = provider.create("示例企业")
    sheet = Packing(frozenset({"checksheet"}))
    list(provider.export(dossier_id, tmp_path, ("bundle",), True, Closing(PASSPHRASE), sheet))
    (path,) = tmp_path.rglob("*（保密）.zip")
    brought(page, qtbot, path)
    assert rows(page)[0][1] == "已加密"
    field = child(page.detail, QLineEdit, "文件包口令")
    QTest.keyClicks(field, PASSPHRASE)
    QTest.keyClick(field, K.Key_Return)
    qtbot.waitUntil(lambda: rows(page)[0][:2] == ["示例企业", "草稿"], timeout=SLOW)
    click(button(page.detail, "核对指纹并记住此人"))
    click(button(page.detail, "已核对一致，记住"))
    qtbot.waitUntil(lambda: "本机已核实其指纹" in words(page.detail), timeout=SLOW)
    key = Signers(provider.store).own().key
    assert Signers(page.bench.store).standing(key, "王示例") is Standing.KNOWN


def test_parts_share_a_row_and_an_opinion_is_taken_in(
    page: ReceivingPage, provider: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    mapping = a_dossier()
    dossier_id = provider.import_mapping(mapping)
    papers = [Member("文档/咨询诊断报告.pdf", b"%PDF"), Member("核验单.pdf", b"%PDF")]
    parts = [
        packed(provider, dossier_id, tmp_path / f"{n}.zip", more=(paper,), **part.fact)
        for n, (part, paper) in enumerate(zip(numbered(2), papers, strict=True))
    ]
    brought(page, qtbot, parts[1])
    assert "分卷 1 件：第 1 卷" in words(page.detail)
    brought(page, qtbot, parts[0])
    assert len(rows(page)) == 1 and "分卷" not in words(page.detail)

    # The same window at the provider's: an opinion is no bundle, and is offered to be taken in.
    own = page.bench.import_mapping(mapping)
    page.turn("return")
    assert page.form is not None
    page.form.add_point()
    QTest.keyClicks(page.form.focusWidget(), "point")
    page.form.opinion.editors["office"].focus_editor()
    QTest.keyClicks(page.form.focusWidget(), "Bureau")
    page.write(tmp_path)
    qtbot.waitUntil(lambda: "已写入" in page.told.text(), timeout=SLOW)
    (path,) = tmp_path.glob("*退回意见.zip")
    brought(page, qtbot, path)
    assert len(rows(page)) == 1 and "共 1 条" in page.intake.words.text()
    with qtbot.waitSignal(page.opened) as told:
        click(page.intake.take)
        click(page.told.act)
    assert told.args == [own] and len(page.bench.dossier(own).all(ReturnPoint)) == 1


def test_cancelling_keeps_what_was_looked_through(
    page: ReceivingPage, provider: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier())
    one = packed(provider, dossier_id, tmp_path / "0.zip")
    several = [one, *(tmp_path / f"{n}.zip" for n in range(1, 6))]
    for path in several[1:]:
        path.write_bytes(one.read_bytes())
    page.bring_in(several)
    qtbot.waitUntil(lambda: len(page.received) >= 1, timeout=SLOW)
    page.bring_in(several)
    assert "另有核验正在进行" in page.notice.text()
    page.leave()
    assert "请等待其完成" in page.notice.text()
    page.jobs.cancel()
    qtbot.waitUntil(lambda: not page.jobs.busy(), timeout=SLOW)
    assert 1 <= len(page.received) < 6


def test_the_way_there_and_back_in_the_real_window(qtbot: QtBot, data_folder: Path) -> None:
    with started(data_folder) as program:
        window = program.window
        qtbot.waitUntil(lambda: window.bench is not None, timeout=SLOW)
        home = window.home
        assert home is not None
        qtbot.waitUntil(lambda: in_front(window), timeout=10_000)
        home.nav.opened.emit("receiving")
        page = window.receiving
        assert page is not None and window.stack.currentWidget() is page
        QTest.keyClick(page, K.Key_Escape)
        assert window.receiving is None and window.stack.currentWidget() is home
        home.nav.opened.emit("receiving")  # and closed with the window
