"""The assessor's pages over a real store: comparison, check of systems, examinations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import ContractItem, Effect, Examination, GoLive, ReturnPoint
from forms.evaluation import Stage, answer_id
from grading.finding import Target
from grading.rules.assessment import systems
from tests.assess_cases import mapping_of
from tests.subsidy_cases import Spoil, without
from tests.walk_kit import press
from tests.window_kit import opened, window
from widgets.controls import Button
from widgets.desk import Desk
from widgets.page_table import MAKERS
from widgets.pages.assessment import ExaminationPage, GoLivePage
from widgets.pages.base import Page
from widgets.pages.comparison import ComparisonPage
from widgets.pages.walk import WalkPage
from widgets.theme import theme

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("数据") / "s") as bench:
        yield bench


@pytest.fixture
def show(qtbot: QtBot, qapp: QApplication, bench: Workbench) -> Iterator[Show]:
    """A page over the sample that runs the whole road, or over it spoilt."""
    theme().install(qapp)
    desks: list[Desk] = []

    def made(key: str, spoil: Spoil = lambda _: None, width: int = 1068) -> Page:
        mapping = mapping_of(spoil) | {"id": str(uuid4())}
        desks.append(Desk(bench, bench.import_mapping(mapping)))
        page = MAKERS[key](desks[-1])
        qtbot.addWidget(page)
        if (head := page.header()) is not None:
            qtbot.addWidget(head)
        page.resize(width, 640)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        return page

    yield made
    for desk in desks:
        desk.close()


def comparison(page: Page) -> ComparisonPage:
    assert isinstance(page, ComparisonPage)
    return page


def table(page: ComparisonPage) -> list[list[str]]:
    shown = page.effects
    return [
        [item.text() for column in range(shown.columnCount()) if (item := shown.item(row, column))]
        for row in range(shown.rowCount())
    ]


def test_the_comparison_says_what_rose_what_fell_and_what_is_borne_out(
    qtbot: QtBot, show: Show
) -> None:
    page = comparison(show("comparison"))
    assert page.level.text() == "二级 → 三级"
    assert page.words[0].text() == "综合得分由诊断的49.7分到改造后的78.325分，上升28.625分。"
    assert page.verdict.accessibleName() == "已达到二级及以上"
    rose = {gap.name: gap.lacks for gap in page.rose.rows()}
    assert rose["设备联网"] == "+3" and len(page._compared().rose) == 23
    (fell,) = page.fell.rows()
    assert (fell.name, fell.stands, fell.lacks) == ("人力资源", "二级 → 一级", "降1级，已写原因")
    rows = {row[1]: row for row in table(page)}
    network = ["增效", "设备联网率", "30 → 65 %", "+35", "30 → 65 %", "+35", "数据支持"]
    assert rows["设备联网率"] == network
    assert rows["在制品资金"][4:] == ["没有对应的评测数据", "", "无数据可核"]
    with qtbot.waitSignal(page.jump) as caught:
        page.fell.activated.emit("人力资源")
    record = answer_id(page.desk.dossier_id, Stage.RETROFIT, "人力资源")
    assert caught.args == [Target("regrade", record)]


def test_it_compares_with_the_self_assessment_too(show: Show) -> None:
    page = comparison(show("comparison"))
    page.stages.chosen.emit(Stage.SELF.value)
    # 自评 59.225: 78.325 - 59.225 = 19.1.
    assert page.words[0].text() == "综合得分由自评的59.225分到改造后的78.325分，上升19.1分。"
    assert "虚线 自评" in page._legends[1].text()


def test_an_edit_of_the_assessors_shows_at_once_and_a_denied_claim_is_found(show: Show) -> None:
    page = comparison(show("comparison"))
    page.desk.answer(Stage.RETROFIT, "设备联网", "figures.equipment_networked", "44")
    rows = {row[1]: row for row in table(page)}
    # 44 of 80 are 55 %: 25 more than before, where 35 are claimed.
    assert rows["设备联网率"][4:] == ["30 → 55 %", "+25", "数据不支持"]
    effect = next(e for e in page.desk.dossier.all(Effect) if e.name == "设备联网率")
    page.go_to(Target("comparison", effect.id))
    assert table(page)[page.effects.currentRow()][1] == "设备联网率"
    for scene in page.desk.pack.instrument.scenes:
        page.desk.answer(Stage.RETROFIT, scene.name, "level", 1)
    assert page.verdict.accessibleName() == "未达到二级及以上"


def test_before_the_assessor_answers_it_leads_to_where_that_is_done(
    qtbot: QtBot, show: Show
) -> None:
    def unanswered(mapping: dict[str, object]) -> None:
        rows = mapping["answer"]
        assert isinstance(rows, list)
        mapping["answer"] = [row for row in rows if row["stage"] != "retrofit"]

    page = comparison(show("comparison", unanswered))
    assert not page._content.isVisible()
    with qtbot.waitSignal(page.jump) as caught:
        page.empty.findChildren(Button)[0].click()
    assert caught.args == [Target("regrade")]


@pytest.mark.parametrize("width", [820, 1068, 1240])
def test_nothing_of_it_is_cut(show: Show, width: int) -> None:
    page = comparison(show("comparison", width=width))
    QApplication.processEvents()
    for card in (page._summary, page._wheel, page._steps, page.rose, page.fell, page._claims):
        assert card.width() >= card.minimumSizeHint().width()
        assert card.geometry().right() <= page.width() - 20


def test_the_diagnosis_stands_beside_what_the_assessor_answers(show: Show) -> None:
    page = show("regrade")
    assert isinstance(page, WalkPage) and page.stage is Stage.RETROFIT
    page.open("设备联网")
    before = page.panel.before
    assert before is not None and before.isVisible()
    assert before.answer.text() == "C (20%,40%]（3 分）"
    assert before.figures.text() == "实现联网的生产设备数量 24 台"
    assert before.note.text().startswith("采集软件在线列表与实物核对一致")
    page.open("质量管理")
    assert page.panel.before is not None and page.panel.before.answer.text() == "一级"
    assert not page.panel.reason.isVisible()
    press("0")
    assert "诊断为一级，改造后为无等级，低于诊断。" in page.panel.reason._why.text()
    page.open(page.subjects[-1])
    assert "改造前后对比" in [each.text() for each in page.footer.findChildren(Button)]


def test_every_system_of_the_contracts_gets_a_row_at_once(qtbot: QtBot, bench: Workbench) -> None:
    mapping = mapping_of(without("golive")) | {"id": str(uuid4())}
    page = window(qtbot, bench, bench.import_mapping(mapping), "golive").page()
    assert isinstance(page, GoLivePage)
    assert page.left.accessibleName() == "合同中的系统 8 个，8 个未核查"
    item = next(i for i in page.desk.dossier.all(ContractItem) if i.name == "示例质联QMS")
    page.go_to(Target("golive", item.id))
    assert page.list_all.hasFocus()
    page.list_all.click()
    assert page.left.accessibleName() == "合同中的系统 8 个，均已核查"
    assert not page.list_all.isVisible()
    rows = page.desk.dossier.all(GoLive)
    assert [row.item for row in rows] == [item.id for item, _ in systems(page.desk.dossier)]
    page.desk.withdraw("golive", rows[3].id)
    assert page.left.accessibleName() == "合同中的系统 8 个，1 个未核查"
    assert page.list_all.isVisible()


def test_a_point_of_an_examination_is_closed_with_its_day(show: Show) -> None:
    page = show("examination")
    assert isinstance(page, ExaminationPage)
    site = next(e for e in page.desk.dossier.all(Examination) if e.way == "现场核查")
    (point,) = page.desk.dossier.all(ReturnPoint, site.id)
    page.go_to(Target("examination", point.id, "state"))
    assert page.pane is page.points and page.points.table.current() == point.id
    for value, closed in (("待处理", False), ("已整改", True)):
        page.desk.put("returnpoint", point.id, "state", value)
        page.points.form.edited.emit("state")
        found = page.desk.dossier.find(ReturnPoint, point.id)
        assert found is not None and (found.closed_on is not None) is closed
