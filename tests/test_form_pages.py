"""The pages that are forms, on a real store: what is typed is kept, what is wrong is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import AgendaItem, Agreement, Enterprise, Plan
from forms.inventory import OWN, PLANNED
from forms.record import forms, specs
from forms.steps import PAGES
from grading.finding import Target
from tests.window_kit import child, click, form_page, kept, opened, page_of, press, refusing
from widgets.field_base import LineEdit
from widgets.field_choice import ChoicesField
from widgets.field_text import FigureField
from widgets.list_page import ListPage
from widgets.pages import (
    assessment,
    briefing,
    filing,
    inspection,
    preparation,
    retrofit_forms,
    service,
    subsidy,
)
from widgets.pages import forms as pages
from widgets.theme import theme

FORM_PAGES = (
    pages.EnterprisePage,
    preparation.PilotPage,
    pages.SitePage,
    service.AgreementPage,
    service.SatisfactionPage,
    retrofit_forms.SelectionPage,
    retrofit_forms.SyncPage,
    assessment.AssessorPage,
    pages.AcceptancePage,
)
LIST_PAGES = (
    pages.NeedsPage,
    preparation.ContactPage,
    pages.TeamPage,
    pages.TrainingsPage,
    pages.InventoryPage,
    pages.ProjectsPage,
    service.AdoptionPage,
    retrofit_forms.ProvidersPage,
    retrofit_forms.ContractsPage,
    retrofit_forms.MilestonesPage,
    retrofit_forms.CoursesPage,
    assessment.GoLivePage,
    assessment.ExaminationPage,
)
TABBED_PAGES = (
    preparation.PreparationPage,
    briefing.BriefingPage,
    inspection.InspectionPage,
    subsidy.SubsidyPage,
)
K = Qt.Key


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


def test_every_declared_field_stands_on_exactly_one_page() -> None:
    placed: dict[str, list[str]] = {}
    for form_kind in (*FORM_PAGES, *TABBED_PAGES):
        for kind, sections in form_kind.forms:
            placed[kind.__name__] = [name for section in sections for name in section.fields]
    parts = [section for _, sections in filing.PARTS.values() for section in sections]
    placed["Filing"] = [name for section in parts for name in section.fields]
    placed["Effect"] = [name for section in filing.EFFECTS.sections for name in section.fields]
    made = {"Correction", "ReturnPoint"}  # by the program, and in part by an office
    for list_kind in (*LIST_PAGES, *TABBED_PAGES):
        for listed in list_kind.lists:
            if listed.kind.__name__ in made:
                continue
            names = [name for section in listed.sections for name in section.fields]
            placed[listed.kind.__name__] = names
            assert set(listed.columns) <= set(specs(listed.kind))
    for each in forms().values():
        if each.__name__ in placed:
            own = placed[each.__name__]
            # The pack is chosen by the program, not typed; nor does anybody type what was drafted.
            unseen = set(OWN) if each in PLANNED else {"pack"} if each.__name__ == "File" else set()
            unseen |= {"drafted"} if each in (Plan, AgendaItem) else set()
            wanted = set(specs(each)) - unseen
            assert len(own) == len(set(own)) and set(own) == wanted
    elsewhere = {"Visit", "Stay", "Photo", "Attachment", "Answer", "Paragraph", "Signature"}
    elsewhere |= {"RouteMeasure", "Reply", "Sending", "ReturnOpinion", "ReturnPoint"}
    elsewhere |= {"Assignment", "Correction", "FilingChange"}
    elsewhere |= {"LibraryEntry", "Solution", "NeedStep"}
    assert {kind.__name__ for kind in forms().values()} == set(placed) | elsewhere


@pytest.mark.parametrize("key", [page.key for page in (*FORM_PAGES, *LIST_PAGES)])
def test_a_page_opens_on_an_empty_dossier_and_says_what_to_do(
    qtbot: QtBot, bench: Workbench, key: str
) -> None:
    _, page = page_of(qtbot, bench, key)
    assert page.title == PAGES[key].name and page.hints()
    if isinstance(page, ListPage):
        assert page.pane.count() == 0
        assert page.pane._empty is not None and page.pane._empty.isVisible()
        assert not page.pane.table.isVisible()


def test_typing_is_kept_and_reads_back(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = form_page(qtbot, bench, "enterprise")
    edit = child(page, LineEdit, "企业联系人")
    click(edit)
    QTest.keyClicks(edit, "Zhou")
    press(K.Key_Tab)
    assert kept(desk).dossier.one(Enterprise).contact == "Zhou"


def test_revenue_a_head_follows_from_what_is_typed(qtbot: QtBot, bench: Workbench) -> None:
    _, page = form_page(qtbot, bench, "enterprise")
    assert isinstance(page, pages.EnterprisePage)
    assert "填写" in page.derived.text()
    for name, text in (("employees", "126"), ("revenue", "7,560.00")):
        field = page.records[0].fields[name]
        assert isinstance(field, FigureField)
        field.focus_editor()
        QTest.keyClicks(field.parts["value"], text)
        press(K.Key_Tab)
    assert "60.00 万元" in page.derived.text() and "126 人" in page.derived.text()


def test_a_credit_code_is_checked_and_kept_all_the_same(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = form_page(qtbot, bench, "enterprise")
    field = page.records[0].fields["credit_code"]
    field.focus_editor()
    QTest.keyClicks(child(field, LineEdit, "企业信用代码"), "91220106MA0EXAMP18")
    press(K.Key_Tab)
    assert "校验位应为 7" in field.wrong.text() and field.wrong.isVisible()
    assert kept(desk).dossier.one(Enterprise).credit_code == "91220106MA0EXAMP18"
    field.focus_editor()
    QTest.keyClicks(child(field, LineEdit, "企业信用代码"), "91220106MA0EXAMP17")
    press(K.Key_Tab)
    assert not field.wrong.isVisible()


def test_what_is_no_number_is_refused_beside_its_field(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = form_page(qtbot, bench, "site")
    field = page.records[0].fields["latitude"]
    field.focus_editor()
    edit = child(field, LineEdit, "纬度")
    QTest.keyClicks(edit, "north")
    press(K.Key_Tab)
    assert "应为数字" in field.wrong.text() and edit.text() == "north"
    desk.refresh()
    assert edit.text() == "north"
    field.focus_editor()
    QTest.keyClicks(edit, "43.88")
    press(K.Key_Tab)
    assert not field.wrong.isVisible()


def test_wu_and_another_are_not_both_kept(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = form_page(qtbot, bench, "enterprise")
    field = page.records[0].fields["quality"]
    assert isinstance(field, ChoicesField)
    for word in ("创新型中小企业", "无"):
        field.boxes[word].click()
    assert kept(desk).dossier.one(Enterprise).quality == {"无": True}


def test_a_finding_leads_to_its_field(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = form_page(qtbot, bench, "agreement")
    agreement = desk.dossier.one(Agreement)
    page.go_to(Target("agreement", agreement.id, "signed_on"))
    assert child(page, LineEdit, "签订日期").hasFocus()
    QTest.keyClicks(child(page, LineEdit, "签订日期"), "2025-6-10")
    press(K.Key_Tab)
    assert kept(desk).dossier.one(Agreement).signed_on == dt.date(2025, 6, 10)


def test_a_kept_part_does_not_cover_up_a_refused_one(qtbot: QtBot, bench: Workbench) -> None:
    desk, page = form_page(qtbot, bench, "enterprise")
    field = page.records[0].fields["revenue"]
    assert isinstance(field, FigureField)
    with refusing(bench):
        field.focus_editor()
        QTest.keyClicks(field.parts["value"], "7560")
        press(K.Key_Tab)
    QTest.keyClicks(field.parts["year"], "2024")
    press(K.Key_Tab)
    desk.refresh()
    assert field.parts["value"].text() == "7560" and field.refused
    assert "没有存上" in field.wrong.text()
    assert page.flush() and not field.wrong.isVisible()
    assert kept(desk).dossier.one(Enterprise).revenue == {"value": "7560", "year": "2024"}
