"""The satisfaction form on the screen turned round: large, alone, and only left on purpose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.workbench import Workbench
from forms.dossier import Satisfaction
from forms.record import specs
from tests.rule_cases import good
from tests.window_kit import click, kept, opened, refusing, window
from widgets.big_buttons import HOLD_MS
from widgets.desk import Desk
from widgets.pages.service import SatisfactionPage
from widgets.survey_screen import QUESTIONS, SurveyScreen
from widgets.theme import theme

K = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("survey") / "data") as made:
        yield made


@pytest.fixture
def screen(bench: Workbench) -> Iterator[SurveyScreen]:
    """The survey over a dossier whose form was filled in from paper before."""
    mapping = {name: good()[name] for name in ("format", "enterprise", "provider", "satisfaction")}
    desk = Desk(bench, bench.import_mapping(mapping))
    made = SurveyScreen(desk)
    made.begin()
    yield made
    if isValid(made):
        made.give_back()
    desk.close()


def answer_all(screen: SurveyScreen) -> None:
    """Everything up to the check, by clicks and keys."""
    click(screen.name)
    QTest.keyClicks(screen.name, "Qian")
    click(screen.next)
    for name in QUESTIONS[:3]:
        click(screen.options[name]["较好"])
        click(screen.next)
    for _ in QUESTIONS[3:]:
        QTest.keyClick(screen, K.Key_3)
        QTest.keyClick(screen, K.Key_Return)
    QTest.keyClicks(screen.opinion, "OK")
    click(screen.next)


def form(screen: SurveyScreen) -> Satisfaction:
    return kept(screen.desk).dossier.one(Satisfaction)


def test_everything_that_is_touched_is_large(screen: SurveyScreen) -> None:
    touched = [*screen.findChildren(QAbstractButton), *screen.findChildren(QLineEdit)]

    assert len(touched) > 25
    assert (
        min(each.minimumSizeHint().height() for each in screen.findChildren(QAbstractButton)) >= 48
    )
    assert min(max(each.minimumHeight(), each.sizeHint().height()) for each in touched) >= 48


def test_the_answers_go_into_the_form_with_whose_they_are(screen: SurveyScreen) -> None:
    assert form(screen).sealed and form(screen).process == "很好"
    answer_all(screen)
    assert form(screen).process == "很好"  # nothing before it is handed in

    click(screen.next)

    held = form(screen)
    assert [getattr(held, name) for name in QUESTIONS[:5]] == ["较好"] * 3 + ["一般"] * 2
    assert (held.overall, held.adoption, held.opinion) == ("不满意", "不采纳", "OK")
    assert (held.given_by, held.way) == ("Qian", "企业在屏幕上填写")
    assert held.filled_on == dt.date.today() and held.sealed is None
    assert not screen.next.isVisible() and not screen.back.isVisible()


def test_nobody_goes_on_without_a_name_or_an_answer(screen: SurveyScreen) -> None:
    QTest.keyClick(screen, K.Key_Return)
    assert screen.place == 0 and not screen.next.isEnabled()

    screen.name.setText("Qian")
    click(screen.next)
    QTest.keyClick(screen, K.Key_Right)
    assert screen.place == 1

    QTest.keyClick(screen, K.Key_5)  # there are four
    assert not screen.given
    QTest.keyClick(screen, K.Key_4)
    QTest.keyClick(screen, K.Key_Right)
    QTest.keyClick(screen, K.Key_Left)
    assert screen.place == 1 and screen.given == {"process": "较差"}


def test_neither_esc_nor_closing_leads_back(screen: SurveyScreen) -> None:
    QTest.keyClick(screen, K.Key_Escape)
    screen.close()

    assert screen.isVisible() and screen.isFullScreen()
    assert screen.windowModality() is Qt.WindowModality.ApplicationModal


def test_only_a_button_held_down_leads_back(qtbot: QtBot, screen: SurveyScreen) -> None:
    told: list[bool] = []
    screen.closed.connect(lambda: told.append(True))
    click(screen.leave)
    qtbot.wait(100)
    assert not told

    middle = QPointF(screen.leave.rect().center())
    press = QMouseEvent(
        QEvent.Type.MouseButtonPress,
        middle,
        screen.leave.mapToGlobal(middle),
        LEFT,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(screen.leave, press)
    qtbot.waitUntil(lambda: bool(told), timeout=HOLD_MS + 5000)


def test_a_survey_that_is_broken_off_leaves_the_form_as_it_was(screen: SurveyScreen) -> None:
    before = form(screen).model_dump()
    answer_all(screen)
    desk = screen.desk

    screen.give_back()

    assert kept(desk).dossier.one(Satisfaction).model_dump() == before


def test_what_cannot_be_kept_is_said_on_the_screen(bench: Workbench, screen: SurveyScreen) -> None:
    answer_all(screen)

    with refusing(bench):
        click(screen.next)
        assert "没有存上" in screen.trouble.text() and screen.place == len(QUESTIONS) + 2

    click(screen.next)
    assert screen.place == len(QUESTIONS) + 3 and not screen.trouble.text()
    assert form(screen).given_by == "Qian"


def test_the_page_turns_the_screen_round_and_takes_it_back(qtbot: QtBot, bench: Workbench) -> None:
    page = window(qtbot, bench, bench.create("示例"), "satisfaction").page()
    assert isinstance(page, SatisfactionPage)
    click(page.ask)
    made = page.survey
    assert made is not None and made.isFullScreen()
    answer_all(made)
    click(made.next)
    made.give_back()
    assert page.survey is None
    held = page.records[0].fields["given_by"]
    assert [line.text() for line in held.findChildren(QLineEdit)] == ["Qian"]


def test_the_questions_are_the_forms_own(screen: SurveyScreen) -> None:
    for name in QUESTIONS:
        assert tuple(screen.options[name]) == specs(Satisfaction)[name].choices
