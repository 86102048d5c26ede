"""An answer corrected after the briefing: the reason is kept, one undo takes both back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app.adoption import follow_up
from app.corrections import Wanted, correct
from app.workbench import Workbench
from forms.dossier import Adoption, Correction, Dossier, Project
from forms.errors import UserError
from forms.evaluation import Stage
from forms.fields import chosen
from tests.rule_cases import case_of, good, rule_ids
from tests.window_kit import opened

SCENE, ITEM = "工艺设计", "网络安全"


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


@pytest.fixture
def case(bench: Workbench) -> UUID:
    return bench.import_mapping(good() | {"correction": []})


def level(dossier: Dossier, subject: str = SCENE) -> int | None:
    return dossier.answer(Stage.DIAGNOSIS, subject).level


def test_a_correction_changes_the_answer_and_keeps_why(bench: Workbench, case: UUID) -> None:
    made = correct(bench, case, Wanted(SCENE, 2, " 查看了系统。 ", "孙"))

    dossier = bench.dossier(case)
    (row,) = dossier.all(Correction)
    assert row.id == made and level(dossier) == 2
    assert (row.before, row.after, row.reason, row.agreed) == ("一级", "二级", "查看了系统。", "孙")
    rows = {(each.form, each.field) for each in bench.whole(case)[1] if each.person == "王示例"}
    assert {("answer", "level"), ("correction", "reason")} <= rows


def test_one_undo_takes_both_back_and_a_redo_does_both_again(bench: Workbench, case: UUID) -> None:
    correct(bench, case, Wanted(SCENE, 0, "查看了系统。", "孙"))

    bench.undo(case)
    assert level(bench.dossier(case)) == 1 and not bench.dossier(case).all(Correction)

    bench.redo(case)
    assert level(bench.dossier(case)) == 0 and len(bench.dossier(case).all(Correction)) == 1


def test_an_items_options_become_what_is_wanted_and_no_other(bench: Workbench, case: UUID) -> None:
    before = set(chosen(bench.dossier(case).answer(Stage.DIAGNOSIS, ITEM).chosen))
    wanted = frozenset({"C", "D"})
    assert before and before != wanted

    correct(bench, case, Wanted(ITEM, wanted, "核对了设备。", "孙"))

    dossier = bench.dossier(case)
    assert set(chosen(dossier.answer(Stage.DIAGNOSIS, ITEM).chosen)) == wanted
    assert dossier.all(Correction)[0].after == "选项C、D"


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        (Wanted(SCENE, 2, "　", "孙"), "更正理由"),
        (Wanted(SCENE, 2, "查看了系统。", ""), "同意更正的人员"),
        (Wanted(SCENE, 1, "查看了系统。", "孙"), "现在就是一级"),
        (Wanted(SCENE, 9, "查看了系统。", "孙"), "无效"),
        (Wanted("没有这一项", 1, "查看了系统。", "孙"), "没有应用场景"),
        (Wanted(ITEM, frozenset({"A", "B"}), "核对了设备。", "孙"), "只保留其一"),
    ],
)
def test_what_may_not_be_is_refused_and_changes_nothing(
    bench: Workbench, case: UUID, wanted: Wanted, word: str
) -> None:
    rows = len(bench.whole(case)[1])

    with pytest.raises(UserError, match=word):
        correct(bench, case, wanted)

    assert len(bench.whole(case)[1]) == rows


def test_an_answer_that_was_changed_since_is_told(bench: Workbench, case: UUID) -> None:
    correct(bench, case, Wanted(SCENE, 2, "查看了系统。", "孙"))
    assert "CORRECTION-UNDONE" not in rule_ids(case_of(bench.dossier(case)))

    bench.answer(case, Stage.DIAGNOSIS, SCENE, "level", 3)
    assert "CORRECTION-UNDONE" in rule_ids(case_of(bench.dossier(case)))

    correct(bench, case, Wanted(SCENE, 2, "复核后恢复。", "孙"))
    assert "CORRECTION-UNDONE" not in rule_ids(case_of(bench.dossier(case)))


def test_the_reports_advice_is_listed_once(bench: Workbench, case: UUID) -> None:
    bench.add(case, "project", name="能源监测")

    assert follow_up(bench, case) == 1 and follow_up(bench, case) == 0

    dossier = bench.dossier(case)
    rows = {row.advice: row.project for row in dossier.all(Adoption)}
    assert rows == {project.name: project.id for project in dossier.all(Project)}


def test_without_projects_the_chosen_routes_measures_are_the_advice(bench: Workbench) -> None:
    more = [{"subject": "设备联网", "key": "C"}]
    mapping = good() | {"project": [], "adoption": []}
    mapping["routemeasure"] += more
    case = bench.import_mapping(mapping)

    assert follow_up(bench, case) == 2 and follow_up(bench, case) == 0
    told = [row.advice for row in bench.dossier(case).all(Adoption)]
    assert sorted(told) == ["产品设计提升至二级", "设备联网达到选项C"]
