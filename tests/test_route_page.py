"""The route page on a real store: compared, made, priced, adopted, taken back, confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app import price_list
from app.workbench import Workbench
from forms.dossier import Answer, File, Need, Product, Project, RouteMeasure
from forms.errors import UserError
from forms.evaluation import Stage
from grading.finding import Target
from tests.route_kit import stored
from tests.window_kit import click, kept, press, window
from widgets.dossier_window import DossierWindow
from widgets.list_page import ListPage
from widgets.pages.route import OWN, RoutePage
from widgets.pages.route_table import PRICE
from widgets.surfaces import EmptyState
from widgets.theme import theme

K, CHECK = Qt.Key, Qt.ItemDataRole.CheckStateRole


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with stored(data_folder) as made:
        yield made


@pytest.fixture
def win(qtbot: QtBot, bench: Workbench) -> DossierWindow:
    return window(qtbot, bench, bench.summaries()[0].id, "route")


def page_of(win: DossierWindow) -> RoutePage:
    page = win.page()
    assert isinstance(page, RoutePage)
    return page


def row_of(page: RoutePage, subject: str, key: str) -> int:
    steps = [row.step for row in page.list.table.steps.rows]
    return steps.index((subject, key))


def tick(page: RoutePage, subject: str, key: str) -> None:
    page.list.table.setFocus()
    page.list.table.selectRow(row_of(page, subject, key))
    QTest.keyClick(page.list.table, K.Key_Space)


def ticked(page: RoutePage) -> set[tuple[str, str]]:
    model = page.list.table.steps
    on = (
        n
        for n in range(len(model.rows))
        if model.data(model.index(n, 0), CHECK) == Qt.CheckState.Checked
    )
    return {model.rows[n].step for n in on}


def test_three_routes_at_least_are_shown_each_with_what_it_reaches(win: DossierWindow) -> None:
    page = page_of(win)
    assert [label.text() for label in page.lack] == ["到二级还差", "5.875 分", "和", "3 个场景"]
    assert 3 <= len(page.cards) <= 4 and "各自都能达到二级" in page.note.text()
    for card in page.cards.values():
        shown = card.shown
        assert float(shown.points) >= 40 and shown.lines and "场景，约束性" in shown.rest
        narrow = float(shown.points) - 40 < 0.5
        assert narrow == any("余量仅" in note for _, _, note in shown.notes)
    assert page.cards["甲"].isChecked() and page.adopt_button.text() == "采用甲，写入表9至表11"


def test_keys_choose_and_the_target_can_be_higher(win: DossierWindow, qtbot: QtBot) -> None:
    page = page_of(win)
    page.cards["甲"].setFocus()
    press(K.Key_2)
    assert page.cards["乙"].isChecked() and not page.cards["甲"].isChecked()
    taken = {(line.subject, line.change) for line in page.cards["乙"].shown.lines}
    assert {subject for subject, _ in taken} == {subject for subject, _ in ticked(page)}
    page.levels._pick("3")
    assert page.lack[0].text() == "到三级还差" and page.cards["甲"].isChecked()
    assert any("→ 三级" in line.change for line in page.cards["甲"].shown.lines)


def test_a_route_of_ones_own_says_at_once_whether_it_leads_there(win: DossierWindow) -> None:
    page = page_of(win)
    subjects = {row.step[0] for row in page.list.table.steps.rows}
    assert not subjects & {"资金保障", "绿色低碳", "产品质量", "市场表现", "价值效益"}
    before = ticked(page)
    scene = next(step for step in sorted(before) if step[1] == "2")
    tick(page, *scene)
    assert page.cards[OWN].isChecked() and scene not in ticked(page)
    assert "尚差 1 个" in page.list.live.text() and not page.adopt_button.isEnabled()
    tick(page, *scene)
    assert ticked(page) == before and page.adopt_button.isEnabled()
    assert page.list.live.text().endswith("达到二级。")


def test_a_higher_step_takes_the_lower_ones_with_it(win: DossierWindow) -> None:
    page = page_of(win)
    page.levels._pick("3")
    steps = [row.step for row in page.list.table.steps.rows if row.step[0] == "设备联网"]
    assert len(steps) > 1
    for step in steps:
        if step in ticked(page):
            tick(page, *step)
    tick(page, *steps[-1])
    assert set(steps) <= ticked(page)
    tick(page, *steps[0])
    assert not set(steps) & ticked(page)


def test_adopting_fills_the_tables_and_can_be_taken_back(win: DossierWindow, qtbot: QtBot) -> None:
    page, desk = page_of(win), win.desk
    typed = len(desk.dossier.all(Need))
    page.start.setText("2026年3月")
    page.months.setText("6")
    page.cards["甲"].setFocus()
    press(K.Key_2, K.Key_Return)
    qtbot.waitUntil(lambda: bool(desk.dossier.all(RouteMeasure)), timeout=10_000)
    dossier = kept(desk).dossier
    assert dossier.one(File).target_level == 2
    projects = dossier.all(Project)
    assert projects and {p.period for p in projects} == {"2026年3月至2026年8月"}
    assert all(p.drafted for p in projects) and len(dossier.all(Need)) > typed
    qtbot.waitUntil(lambda: page.cards["乙"].shown.adopted, timeout=10_000)
    qtbot.waitUntil(lambda: page.toast.isVisible(), timeout=10_000)
    page.toast._undo.click()
    qtbot.waitUntil(lambda: not desk.dossier.all(RouteMeasure), timeout=10_000)
    dossier = kept(desk).dossier
    assert not dossier.all(Project) and not dossier.all(Product)
    assert len(dossier.all(Need)) == typed


def test_a_period_that_is_none_is_refused_in_a_sentence(win: DossierWindow) -> None:
    page = page_of(win)
    page.start.setText("明年春天")
    page.adopt()
    assert "开工月份无法识别" in page.trouble.text() and page.trouble.isVisible()
    page.start.setText("2026-03")
    page.months.setText("六")
    page.adopt()
    assert "工期不是" in page.trouble.text()
    assert not kept(win.desk).dossier.all(RouteMeasure)


def test_what_the_program_wrote_is_marked_until_it_is_confirmed(
    win: DossierWindow, qtbot: QtBot
) -> None:
    desk = win.desk
    page_of(win).adopt()
    qtbot.waitUntil(lambda: bool(desk.dossier.all(Project)), timeout=10_000)
    page = win.show_page("projects")
    assert isinstance(page, ListPage)
    pane = page.pane
    assert pane.draft_tag.isVisible() and pane.confirm_button.isVisible()
    first = desk.dossier.all(Project)[0]
    click(pane.confirm_button)
    assert kept(desk).dossier.find(Project, first.id).drafted is False  # type: ignore[union-attr]
    assert not pane.draft_tag.isVisible()
    if len(desk.dossier.all(Project)) > 2:
        click(pane.confirm_all)
    else:
        pane.confirm(all_=True)
    assert not any(row.drafted for row in kept(desk).dossier.all(Project))
    assert not pane.confirm_all.isVisible()
    copied = desk.dossier.all(Project)[0]
    pane.choose(copied.id)
    pane.duplicate()
    origins = [row.origin for row in kept(desk).dossier.all(Project)]
    assert origins.count(copied.origin) == 1


def test_prices_are_typed_beside_the_measures_and_weigh_the_routes(
    win: DossierWindow, bench: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    page, table = page_of(win), page_of(win).list.table
    page.weighing._pick("price")
    assert not page.cards and "没有可列的路线" in page.note.text()
    assert not page.adopt_button.isEnabled()
    place = row_of(page, "网络安全", table.steps.rows[row_of_subject(page, "网络安全")].step[1])
    table.setFocus()
    table.setCurrentIndex(table.steps.index(place, PRICE))
    press(K.Key_Return)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "3.5")
    QTest.keyClick(editor, K.Key_Return)
    step = table.steps.rows[place].step
    qtbot.waitUntil(lambda: price_list.load(bench.store) == {step: "3.5"}, timeout=5_000)
    page.list.refused.emit("")
    table.steps.setData(table.steps.index(place, PRICE), "很贵")
    assert "不是有效的金额" in page.trouble.text()
    assert price_list.load(bench.store) == {step: "3.5"}
    for number, each in enumerate(price_list.steps(bench.pack.instrument)):
        price_list.put(bench.store, each, str(number + 1))
    page.list.export_prices(tmp_path / "报价.xlsx")
    price_list.put(bench.store, step, "")
    page.list.import_prices(tmp_path / "报价.xlsx")
    assert step in price_list.load(bench.store)
    assert len(page.cards) >= 3 and "按所填报价" in page.note.text()
    prices = [float(card.shown.remark.split()[-2]) for card in page.cards.values()]
    assert prices[0] == min(prices)


def row_of_subject(page: RoutePage, subject: str) -> int:
    return [row.step[0] for row in page.list.table.steps.rows].index(subject)


def test_without_a_whole_diagnosis_no_route_is_offered(qtbot: QtBot, win: DossierWindow) -> None:
    page, desk = page_of(win), win.desk
    answer = next(a for a in desk.dossier.all(Answer) if a.subject == "决策支持" and
                  a.stage == Stage.DIAGNOSIS.value)  # fmt: skip
    desk.put("answer", answer.id, "level", None)
    assert not page._content.isVisible() and not page.adopt_button.isVisible()
    with qtbot.waitSignal(page.jump) as asked:
        page.findChildren(EmptyState)[-1].activated.emit("walk")
    assert asked.args == [Target("walk")]
    with pytest.raises(UserError):
        from app import route

        route.adopt(desk.bench, desk.dossier_id, 4, [("决策支持", "2")])
