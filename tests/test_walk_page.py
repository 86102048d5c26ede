"""The evaluation walk under real keys and clicks, over a real store."""

from collections.abc import Callable
from fractions import Fraction
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.packs import load_pack
from forms.evaluation import Stage, answer_id
from forms.figures import Figures
from grading.figures import Proposal, propose
from grading.finding import Target
from tests.walk_kit import KEY, bench, desk, item_panel, letters, press, score, stored, walk
from widgets.desk import Desk
from widgets.pages.walk import WalkPage
from widgets.pages.walk_figure import figure_text
from widgets.walk_strip import CellRow

PACK = load_pack()
DIGITAL = next(
    figure
    for figure in Figures.parse(PACK.figures, PACK.instrument).figures
    if figure.item.name == "设备数字化"
)
OPEN = (Stage.DIAGNOSIS, "设备数字化")


def test_letters_choose_and_the_score_follows_at_once(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="信息系统")
    item = desk.pack.instrument.item("信息系统")
    press("c")
    assert letters(desk, "信息系统") == "C"
    assert f"{item.scores['C'] / 1000:.3f} 分 仅计已答 1 项" in score(page)
    press("B")
    assert letters(desk, "信息系统") == "B"
    press("b")
    assert letters(desk, "信息系统") == ""
    assert "0.000 分" in score(page)


def test_none_excludes_the_others_and_they_exclude_it(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    walk(subject="数据采集")
    none = desk.pack.instrument.item("数据采集").none_key
    assert none == "A"
    press("c", "o", "e")
    assert letters(desk, "数据采集") == "CEO"
    press("a")
    assert letters(desk, "数据采集") == "A"
    press("d")
    assert letters(desk, "数据采集") == "D"


def test_digits_judge_a_scene_and_take_the_judgement_back(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    walk(subject="生产管控")
    press("3")
    assert stored(desk, Stage.DIAGNOSIS, "生产管控").level == 3
    press("0")
    assert stored(desk, Stage.DIAGNOSIS, "生产管控").level == 0
    press("0")
    assert stored(desk, Stage.DIAGNOSIS, "生产管控").level is None
    press("5")
    assert stored(desk, Stage.DIAGNOSIS, "生产管控").level is None


def test_the_ladder_shows_the_criteria_verbatim(desk: Desk, walk: Callable[..., WalkPage]) -> None:
    page = walk(subject="生产管控")
    shown = [row.accessibleName() for row in page.panel.ladder.findChildren(QWidget)]
    scene = desk.pack.instrument.scene("生产管控")
    for level, text in enumerate(scene.criteria, 1):
        assert any(name.startswith(str(level)) and name.endswith(text) for name in shown)
    none = next(name for name in shown if name.startswith("0"))
    assert "未达到一级要求；企业无此项业务的，注明原因" in none
    assert "非指标原文" in none


def test_arrows_move_and_space_goes_to_the_next_unanswered(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="网络建设")
    press("b", KEY.Key_Right, KEY.Key_Right)
    assert page.subject == "设备联网"
    press(KEY.Key_Left)
    assert page.subject == "设备数字化"
    press("a", KEY.Key_Left)
    assert page.subject == "网络建设"
    press(KEY.Key_Space)
    assert page.subject == "设备联网"
    page.open("决策支持")
    press("1", KEY.Key_Space)
    assert page.subject == "设备联网"


def test_right_of_the_last_scene_lie_the_results(
    qtbot: QtBot, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="决策支持")
    with qtbot.waitSignal(page.jump) as caught:
        press(KEY.Key_Right)
    assert caught.args == [Target("results")]


def test_a_focused_button_keeps_its_space_and_the_mouse_leaves_the_keyboard(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="信息系统")
    row = page.panel.ladder.findChildren(QWidget)[1]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert letters(desk, "信息系统") == "B"
    press(KEY.Key_Space)
    assert (page.subject, letters(desk, "信息系统")) == ("网络安全", "B")
    page.open("信息系统")
    page.panel.ladder.findChildren(QWidget)[2].setFocus()
    press(KEY.Key_Space)
    assert (page.subject, letters(desk, "信息系统")) == ("信息系统", "C")
    press(KEY.Key_Right)
    assert page.subject == "网络安全"


def test_counts_propose_their_bracket_and_enter_takes_it(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="设备数字化")
    card = item_panel(page).card
    assert card is not None
    press(KEY.Key_Tab)
    assert QApplication.focusWidget() is card.fields["equipment_total"]
    press("4x6ABC d")
    assert card.fields["equipment_total"].text() == "46"
    assert letters(desk, "设备数字化") == ""
    assert "尚缺实现数字化的生产设备数量" in card._explained.text()
    press(KEY.Key_Tab, "21")
    assert "21 ÷ 46 × 100% = 45.652…%" in card._explained.text()
    press(KEY.Key_Return)
    assert letters(desk, "设备数字化") == "D"
    answer = stored(desk, Stage.DIAGNOSIS, "设备数字化")
    assert answer.figures == {"equipment_total": "46", "equipment_digital": "21"}
    assert "4.500 分" in score(page)
    press(KEY.Key_Space)
    assert page.subject == "设备联网"


def test_another_option_than_proposed_asks_for_a_reason(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    for key, number in (("equipment_total", "46"), ("equipment_digital", "21")):
        desk.answer(Stage.DIAGNOSIS, "设备数字化", f"figures.{key}", number)
    page = walk(subject="设备数字化")
    reason = page.panel.reason
    assert not reason.field.isVisible()
    press("c")
    assert reason.field.isVisible()
    assert "建议 D" in reason._why.text()
    page.go_to(Target("walk", answer_id(desk.dossier_id, *OPEN), "reason"))
    assert QApplication.focusWidget() is page.panel.reason.field
    press("2 idle")
    page.setFocus()
    page._body.setFocus()
    assert stored(desk, Stage.DIAGNOSIS, "设备数字化").reason == "2 idle"
    assert letters(desk, "设备数字化") == "C"


def test_a_shared_count_is_kept_with_the_item_that_owns_it(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="设备联网")
    page.go_to(Target("walk", answer_id(desk.dossier_id, Stage.DIAGNOSIS, "设备联网"), "figures"))
    press("80", KEY.Key_Tab, "24", KEY.Key_Return)
    assert letters(desk, "设备联网") == "C"
    assert stored(desk, Stage.DIAGNOSIS, "设备联网").figures == {"equipment_networked": "24"}
    assert stored(desk, Stage.DIAGNOSIS, "设备数字化").figures == {"equipment_total": "80"}


def test_the_reading_for_enterprises_not_yet_retrofitted(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    note = "企业尚未实施数字化改造的"
    for stage, there in ((Stage.SELF, True), (Stage.DIAGNOSIS, True), (Stage.RETROFIT, False)):
        page = walk(stage)
        for subject in ("绿色低碳", "产品质量"):
            page.open(subject)
            texts = [label.text() for label in page.panel.findChildren(QLabel)]
            assert any(note in text for text in texts) is there, (stage, subject)


def test_the_level_is_open_until_nothing_can_raise_it(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk()
    badge = page.strip._badge
    assert badge.accessibleName() == "等级待定"
    scenes = [scene.name for scene in desk.pack.instrument.scenes]
    full: list[dict[str, object]] = [
        {
            "stage": "diagnosis",
            "subject": item.name,
            "chosen": [max(item.options, key=lambda option: option.score).key],
        }
        for item in desk.pack.instrument.items
    ]
    full += [{"stage": "diagnosis", "subject": name, "level": 1} for name in scenes[:10]]
    page.desk.dossier_id = desk.bench.import_mapping(
        {"format": "zhengai-dossier/1", "id": str(uuid4()), "dossier": {}, "answer": full}
    )
    desk.refresh()
    assert badge.accessibleName() == "至少一级"
    for name in scenes[10:]:
        page.open(name)
        press("1")
    assert badge.accessibleName() == "一级"
    rows = page.strip.findChildren(CellRow)
    assert [row.accessibleName() for row in rows] == ["采集项 15/15", "应用场景 16/16"]


def test_each_stage_keeps_its_own_answer(
    qtbot: QtBot, desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    desk.answer(Stage.SELF, "生产管控", "level", 3)
    page = walk(subject="生产管控")
    press("2")
    assert "自评为三级，诊断为二级" in page.panel.reason._why.text()
    rows = page.panel.ladder.findChildren(QWidget)
    assert "企业自评" in rows[3].accessibleDescription()
    later = answer_id(desk.dossier_id, Stage.RETROFIT, "生产管控")
    with qtbot.waitSignal(page.jump) as caught:
        page.switch(Stage.RETROFIT)
    assert caught.args == [Target("regrade", later)]
    again = walk(Stage.RETROFIT)
    again.go_to(Target("regrade", later))
    press("4")
    page = walk(subject="生产管控")
    levels = {stage: stored(desk, stage, "生产管控").level for stage in Stage}
    assert levels == {Stage.SELF: 3, Stage.DIAGNOSIS: 2, Stage.RETROFIT: 4}
    with qtbot.waitSignal(page.jump) as caught:
        page.panel.head.stage_chosen.emit(Stage.SELF.value)
    record = answer_id(desk.dossier_id, Stage.SELF, "生产管控")
    assert caught.args == [Target("self", record)]
    own = walk(Stage.SELF)
    own.go_to(Target("self", record))
    assert (own.key, own.title, own.subject) == ("self", "企业自评", "生产管控")


def test_a_refused_number_keeps_its_text_and_says_why(
    desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="设备数字化")
    press(KEY.Key_Tab, "1.5", KEY.Key_Tab, "1")
    card = item_panel(page).card
    assert card is not None
    assert "应为整数" in card._explained.text()
    assert card.fields["equipment_total"].text() == "1.5"


@settings(max_examples=40)
@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_a_shown_figure_never_lies_in_another_bracket(part: int, whole: int) -> None:
    figure = DIGITAL
    part, whole = sorted((part, whole))
    typed = {"equipment_total": str(whole), "equipment_digital": str(part)}
    proposal: Proposal = propose(figure, typed)
    shown = Fraction(figure_text(figure, proposal).removesuffix("%"))
    bracket = next(b for b in figure.brackets if b.key == proposal.option_key)
    assert bracket.holds(shown)
