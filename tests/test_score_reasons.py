"""Why a level is what it is, and the key weakness."""

from fractions import Fraction

import pytest

from grading.score import Grade, grade
from grading.sheet import Sheet
from grading.why import reasons, weakness
from tests.test_score import TABLE, points, scenes


def graded(score: int, judged: dict[str, int]) -> Grade:
    return grade(TABLE, Sheet(points(score), judged))


def test_both_conditions_are_told_with_their_numbers() -> None:
    told = reasons(TABLE, graded(40, scenes(2, 4, 3)))
    assert told.reached == (
        "综合得分 40.000 分，不低于 40 分；达到二级的应用场景 7 个，不少于 6 个，"
        "其中约束性场景 4 个，不少于 3 个：两项条件均满足，为二级（规范级）。"
    )
    assert told.lacking == (
        "未达三级（集成级）：得分 40.000 分，低于 60 分，差 20.000 分；"
        "达到三级的应用场景 0 个，少于 8 个，差 8 个，其中约束性场景 0 个，少于 5 个，差 5 个。"
    )
    assert told.unanswered.startswith("尚有 10 项未作答（网络安全、数据安全、规划实施等）")
    assert told.sentences == (
        told.reached, told.lacking, told.unanswered, told.weakness and told.weakness.sentence,
    )  # fmt: skip


def test_the_part_that_is_met_is_told_as_met() -> None:
    lacking = reasons(TABLE, graded(60, scenes(3, 4, 4))).lacking
    assert "得分 60.000 分，已达 60 分" in lacking
    assert "应用场景 8 个，已达 8 个，其中约束性场景 4 个，少于 5 个，差 1 个" in lacking


def test_no_level_and_the_highest() -> None:
    assert reasons(TABLE, grade(TABLE, Sheet())).reached == (
        "综合得分 0.000 分，未达到一级要求，为无等级。"
    )
    best = reasons(TABLE, graded(100, scenes(4, 10, 6)))
    assert (best.lacking, best.unanswered, best.weakness) == ("", "", None)
    assert best.sentences == (best.reached,)


def test_scenes_alone_make_operation_the_weakness() -> None:
    weak = weakness(TABLE, graded(60, scenes(2, 10, 6)))
    assert weak and (weak.names, weak.share) == (("数字化经营",), None)
    assert weak.sentence == "短板为数字化经营：得分已达三级要求，仅应用场景未达三级要求。"


def test_where_points_lack_too_the_scenes_are_not_the_weakness() -> None:
    weak = weakness(TABLE, graded(40, scenes(1, 10, 6)))
    assert weak and weak.names == ("数字化经营",)  # level two has its points
    weak = weakness(TABLE, graded(40, scenes(2, 10, 6)))
    assert weak and weak.names == ("数字化管理", "数字化成效")  # level three lacks both


@pytest.mark.parametrize(
    ("answers", "names", "share", "says"),
    [
        ({}, ("数字化基础", "数字化管理", "数字化成效"), 0, "并列最低"),
        ({"网络建设": "B", "规划实施": "B"}, ("数字化成效",), 0, "得 0.000 分，满分 20 分"),
        (
            {"信息系统": "D", "规划实施": "B", "市场表现": "C"},
            ("数字化管理",),
            Fraction(5, 100),
            "得分率 5.0%，最低",
        ),
        (  # 8/50, 7.5/30, 3.5/20: 16.0 %, 25.0 %, 17.5 %
            {"网络建设": "BCDE", "规划实施": "F", "绿色低碳": "B"},
            ("数字化基础",),
            Fraction(16, 100),
            "得 8.000 分，满分 50 分，得分率 16.0%",
        ),
        (  # 5/50, 3/30, 3/20: a tie of two
            {"信息系统": "C", "规划实施": "C", "市场表现": "C"},
            ("数字化基础", "数字化管理"),
            Fraction(1, 10),
            "短板为数字化基础、数字化管理",
        ),
    ],
)
def test_the_lowest_share_is_the_weakness(
    answers: dict[str, str], names: tuple[str, ...], share: Fraction, says: str
) -> None:
    sheet = Sheet({name: frozenset(keys) for name, keys in answers.items()}, scenes(4, 10, 6))
    weak = weakness(TABLE, grade(TABLE, sheet))
    assert weak and (weak.names, weak.share) == (names, share)
    assert says in weak.sentence
