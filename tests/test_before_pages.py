"""The pages of the first contact: conditions, self-assessment by sheet, the visit's plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.packs import load_advice
from app.workbench import Workbench
from exporters.self_sheet import TICK
from forms.dossier import AgendaItem, Attachment, Contact, Eligibility, Plan
from forms.evaluation import Stage
from forms.fields import chosen
from forms.visit import SELF_SHOT
from grading.finding import Target
from tests.rule_cases import good
from tests.window_kit import click, in_front, opened
from widgets.desk import Desk
from widgets.marks import Tag
from widgets.pages.preparation import ContactPage, PilotPage, PreparationPage
from widgets.pages.self_page import SelfPage
from widgets.text import TextLabel


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("页面") / "data") as made:
        yield made


@pytest.fixture
def dossier(bench: Workbench, request: pytest.FixtureRequest) -> UUID:
    """A good dossier without a plan; another one each time."""
    mapping = {k: v for k, v in good().items() if k not in ("plan", "id", "eligibility", "contact")}
    return bench.import_mapping(mapping)


def test_the_conditions_are_told_as_they_stand(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    desk = Desk(bench, dossier)
    page = PilotPage(desk)
    qtbot.addWidget(page)
    page.show()

    def states() -> list[str]:
        return [tag.accessibleName() for tag in page.card.findChildren(Tag)]

    assert states() == [*["待核实"] * 4, "符合", "符合", "待核实"]
    form = desk.dossier.one(Eligibility)
    page.records[0]._put("trusted", False)
    assert desk.dossier.one(Eligibility).trusted is False
    qtbot.waitUntil(lambda: states()[2] == "不符合")
    page.go_to(Target("pilot", form.id, "local_by"))
    assert desk.put("eligibility", form.id, "local_by", "王")


def test_a_contact_is_noted(qtbot: QtBot, bench: Workbench, dossier: UUID) -> None:
    desk = Desk(bench, dossier)
    page = ContactPage(desk)
    qtbot.addWidget(page)
    page.show()
    page.pane.add()
    (made,) = desk.dossier.all(Contact)
    page.pane.form._put("said", "商定到厂日期。")
    page.go_to(Target("contact", made.id, "counterpart"))
    assert desk.dossier.all(Contact)[0].said == "商定到厂日期。"


def test_a_plan_is_drafted_marked_and_confirmed(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    desk = Desk(bench, dossier)
    page = PreparationPage(desk)
    qtbot.addWidget(page)
    page.resize(1060, 600)
    page.show()
    assert not page.confirm_all.isVisible()
    page.propose()
    plan = desk.dossier.one(Plan)
    items = len(desk.dossier.all(AgendaItem))
    assert chosen(plan.drafted) and items
    assert page.confirm_all.text() == f"确认 {3 + items} 处拟写"
    # What a person types over a draft is that person's.
    page.records["plan"]._put("papers", "设备台账")
    assert "资料" not in desk.dossier.one(Plan).drafted
    page.go_to(Target("preparation", desk.dossier.all(AgendaItem)[1].id, "place"))
    assert page.agenda.table.current() == desk.dossier.all(AgendaItem)[1].id
    page.go_to(Target("preparation", plan.id, "industry"))
    assert page._tab() == "background" and page.hints_card.isVisible()
    industry = good()["enterprise"]["industry"]
    told = load_advice().items["网络建设"].counsel.industries[industry]
    assert told in {label.text() for label in page.hints_card.findChildren(TextLabel)}
    before = len(desk.dossier.all(AgendaItem))
    qtbot.waitUntil(lambda: in_front(page))
    page.records["background"].focus_field("source")
    QTest.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.dossier.all(AgendaItem)) == before + 1)
    assert page._tab() == "agenda"
    click(page.confirm_all)
    assert not chosen(desk.dossier.one(Plan).drafted)
    assert not any(item.drafted for item in desk.dossier.all(AgendaItem))
    assert desk.dossier.one(Plan).papers == "设备台账"
    page.propose()
    assert desk.dossier.one(Plan).papers == "设备台账", "confirmed words are a person's"


def test_without_a_self_assessment_nothing_is_drafted(qtbot: QtBot, bench: Workbench) -> None:
    desk = Desk(bench, bench.create("示例·没有自评"))
    page = PreparationPage(desk)
    qtbot.addWidget(page)
    page.show()
    page.propose()
    assert "企业自评还没有内容" in page.trouble.text() and page.trouble.isVisible()


def test_a_filled_sheet_and_the_platforms_picture_come_in(
    qtbot: QtBot, bench: Workbench, tmp_path: Path
) -> None:
    desk = Desk(bench, bench.create("示例·自评厂"))
    page = SelfPage(desk)
    qtbot.addWidget(page)
    page.resize(1060, 600)
    page.show()
    page.write(tmp_path / "自评表")
    path = tmp_path / "自评表.xlsx"
    qtbot.waitUntil(path.is_file, timeout=10_000)
    book = openpyxl.load_workbook(path)
    assert book.active is not None
    book.active["D8"], book.active["D7"] = TICK, "不是"
    book.save(path)
    page.bring_in(path)
    qtbot.waitUntil(lambda: page.dialog is not None, timeout=10_000)
    assert page.dialog is not None and "有误 1 行" in page.dialog.words.text()
    first = page.dialog
    assert not first.take.isEnabled()
    first.reject()
    book.active["D7"] = None
    book.save(path)
    page.bring_in(path)
    qtbot.waitUntil(lambda: page.dialog is not first, timeout=10_000)
    click(page.dialog.take)
    name = page.subjects[0]
    qtbot.waitUntil(
        lambda: chosen(desk.dossier.answer(Stage.SELF, name).chosen) == ["B"], timeout=10_000
    )
    assert page.show_shots.isHidden()
    Image.new("RGB", (64, 40), "#336699").save(tmp_path / "平台.png")
    page.attach([tmp_path / "平台.png", tmp_path / "没有.png"])
    with qtbot.waitSignal(desk.refused, timeout=10_000) as told:
        pass
    assert "没有.png" in told.args[0]
    assert [a.kind for a in desk.dossier.all(Attachment)] == [SELF_SHOT]
    assert page.shots.isVisible() and page.show_shots.text() == "平台截图 1"
    picture = next(iter(page.shots.pictures.values()))
    qtbot.waitUntil(lambda: not picture._image.isNull(), timeout=10_000)
