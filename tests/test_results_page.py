"""The results page over a real store: what it says agrees with the grade, and its rows lead on."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.evaluation import Stage, answer_id
from grading.finding import Target
from grading.why import reasons
from widgets.controls import Button
from widgets.desk import Desk
from widgets.pages.results import ResultsPage
from widgets.theme import theme

LEFT = Qt.MouseButton.LeftButton
HALF = {"信息系统": ["C"], "设备数字化": ["D"], "网络安全": ["B", "C"]}
Answers = list[dict[str, Any]]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    opened = Workbench.open(tmp_path_factory.mktemp("数据"))
    yield opened
    opened.close()


@pytest.fixture
def results(
    qtbot: QtBot, qapp: QApplication, bench: Workbench
) -> Iterator[Callable[..., ResultsPage]]:
    theme().install(qapp)
    desks: list[Desk] = []

    def show(answers: Answers, width: int = 1240) -> ResultsPage:
        table = {"format": "zhengai-dossier/1", "id": str(uuid4()), "dossier": {}}
        desks.append(Desk(bench, bench.import_mapping({**table, "answer": answers})))
        page = ResultsPage(desks[-1])
        qtbot.addWidget(page)
        qtbot.addWidget(page.header())
        page.resize(width, 900)
        with qtbot.waitExposed(page):
            page.show()
        return page

    yield show
    for desk in desks:
        desk.close()


def answered(bench: Workbench, stage: str, scene: int, best: bool = True) -> Answers:
    """Every item at its best (or worst), every scene at one level."""
    pick = max if best else min
    rows: Answers = [
        {
            "stage": stage,
            "subject": item.name,
            "chosen": [pick(item.options, key=lambda option: option.score).key],
        }
        for item in bench.pack.instrument.items
    ]
    rows += [
        {"stage": stage, "subject": s.name, "level": scene} for s in bench.pack.instrument.scenes
    ]
    return rows


def words(page: ResultsPage) -> str:
    return " ".join(label.text() for label in page.lack if not label.isHidden())


def test_level_and_reasons_are_those_of_the_grade(
    bench: Workbench, results: Callable[..., ResultsPage]
) -> None:
    page = results(answered(bench, "diagnosis", 1))
    grade = page.desk.grade(Stage.DIAGNOSIS)
    why = reasons(bench.pack.instrument, grade)
    assert grade.level == 1
    assert page.level_title.text() == "一级（初始级）"
    shown = [line.text() for line in page._why]
    assert why.weakness is not None
    assert shown == ["", why.reached, why.weakness.sentence]
    assert page.lack_note.text() == why.lacking
    table = page.table.accessibleName()
    assert "一级：≥20 分" in table
    assert "≥6 场景，约束性 ≥3，16，约束性 10" in table


def test_what_the_next_level_lacks_in_points_and_scenes(
    bench: Workbench, results: Callable[..., ResultsPage]
) -> None:
    poor = results(answered(bench, "diagnosis", 1, best=False))
    assert words(poor) == "到一级还差 20.000 分"
    assert [gap.lacks for gap in poor.levels.rows()] == []
    rich = results(answered(bench, "diagnosis", 0))
    assert words(rich) == "到一级还差 6 个场景"
    rows = rich.levels.rows()
    assert [gap.tag for gap in rows] == ["约束性"] * 8
    assert {(gap.stands, gap.lacks) for gap in rows} == {("无等级", "→ 一级")}
    more = next(b for b in rich.levels.findChildren(Button) if b.text() == "其余 8 项")
    QTest.mouseClick(more, LEFT)
    assert [gap.tag for gap in rich.levels.rows()] == ["约束性"] * 10 + [""] * 6


def test_items_are_listed_by_what_they_can_still_earn(
    bench: Workbench, results: Callable[..., ResultsPage]
) -> None:
    page = results(answered(bench, "diagnosis", 1, best=False))
    listed = [gap.subject for gap in page.points.rows()]
    most = sorted(bench.pack.instrument.items, key=lambda item: -item.points)[:8]
    assert listed == [item.name for item in most]


def test_the_unanswered_are_named_and_lead_to_the_walk(
    qtbot: QtBot, results: Callable[..., ResultsPage]
) -> None:
    page = results([{"stage": "diagnosis", "subject": k, "chosen": v} for k, v in HALF.items()])
    assert page.level_title.text() == "等级待定"
    assert page.open_note.accessibleName() == "28 项未作答，作答后结果仍会变化"
    assert [bool(line.text()) for line in page._why] == [True, True, False]
    first = page.open.rows()[0]
    row = next(w for w in page.open.findChildren(QWidget) if getattr(w, "gap", None) is first)
    with qtbot.waitSignal(page.jump) as caught:
        QTest.mouseClick(row, LEFT)
    record = answer_id(page.desk.dossier_id, Stage.DIAGNOSIS, "网络建设")
    assert caught.args == [Target("walk", record)]


def test_a_scene_leads_to_the_walk(
    bench: Workbench, qtbot: QtBot, results: Callable[..., ResultsPage]
) -> None:
    page = results(answered(bench, "diagnosis", 2))
    with qtbot.waitSignal(page.jump) as caught:
        page.scenes.activated.emit("生产管控")
    record = answer_id(page.desk.dossier_id, Stage.DIAGNOSIS, "生产管控")
    assert caught.args == [Target("walk", record)]


def test_each_stage_shows_its_own_result(
    bench: Workbench, qtbot: QtBot, results: Callable[..., ResultsPage]
) -> None:
    both = [*answered(bench, "self", 3), *answered(bench, "diagnosis", 2)]
    page = results(both)
    assert page.level_title.text() == "二级（规范级）"
    assert "虚线 自评" in page._legend.text()
    assert {gap.stands for gap in page.open.rows()} == {"三级 → 二级"}
    assert {gap.lacks for gap in page.open.rows()} == {"去写理由"}
    button = page.stages.findChildren(QWidget)[0]
    QTest.mouseClick(button, LEFT)
    assert page.level_title.text() == "三级（集成级）"
    assert "虚线" not in page._legend.text()
    page.switch(Stage.RETROFIT)
    hint = page.empty[Stage.RETROFIT]
    assert hint.isVisible() and not page._content.isVisible()
    with qtbot.waitSignal(page.jump) as caught:
        QTest.mouseClick(hint.findChildren(Button)[0], LEFT)
    record = answer_id(page.desk.dossier_id, Stage.RETROFIT, "网络建设")
    assert caught.args == [Target("regrade", record)]


def test_the_highest_level_lacks_nothing(
    bench: Workbench, results: Callable[..., ResultsPage]
) -> None:
    rows = answered(bench, "diagnosis", 4)
    for row, item in zip(rows, bench.pack.instrument.items, strict=False):
        row["chosen"] = (
            [o.key for o in item.options if o.score] if item.kind == "multi" else (row["chosen"])
        )
    page = results(rows)
    assert page.level_title.text() == "四级（协同级）"
    assert words(page) == "已达最高等级"
    assert page.points.rows() == page.levels.rows() == page.open.rows() == []


def test_an_answer_elsewhere_shows_at_once(
    bench: Workbench, results: Callable[..., ResultsPage]
) -> None:
    page = results(answered(bench, "diagnosis", 1))
    for scene in bench.pack.instrument.scenes:
        page.desk.answer(Stage.DIAGNOSIS, scene.name, "level", 2)
    assert page.level_title.text() == "二级（规范级）"


@pytest.mark.parametrize("width", [820, 920, 1068, 1240])
def test_nothing_is_cut_at_any_width(
    bench: Workbench, results: Callable[..., ResultsPage], width: int
) -> None:
    page = results(answered(bench, "diagnosis", 1), width)
    QApplication.processEvents()
    for card in (page._level, page._indicators, page._sixteen, page.points, page.levels, page.open):
        assert card.width() >= card.minimumSizeHint().width()
        assert card.geometry().right() <= page.width() - 20
