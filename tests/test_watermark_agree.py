"""One answer out of several readings: what two say alike is sure, the rest is a person's."""

from collections.abc import Sequence
from datetime import date, time

from app.watermark_agree import Reading, agree
from app.watermark_text import parse
from forms.watermark import Watermark
from tests.watermark_lines import block

ADDRESS = "吉林省长春市绿园区锦程大街1888号"


def heard(*spellings: Sequence[str], score: float = 0.99) -> Watermark:
    """Readings of a block, in turn of narrow and wide cuts, put together."""
    return agree(
        [
            Reading(parse(block(texts, score=score)), wide=number % 2 == 1)
            for number, texts in enumerate(spellings)
        ]
    )


def test_two_readings_alike_are_sure() -> None:
    mark = heard(["2025-06-22 09:29", ADDRESS], ["2025-06-2209:29", f"{ADDRESS} "])
    assert (mark.day, mark.clock, mark.address) == (date(2025, 6, 22), time(9, 29), ADDRESS)
    assert mark.unsure == frozenset()


def test_a_single_reading_is_unsure() -> None:
    assert heard(["2025-06-22 09:29", ADDRESS]).unsure == {"day", "clock", "address"}


def test_readings_that_differ_are_unsure() -> None:
    mark = heard(["2025-06-22 09:29", ADDRESS], ["2025-06-22 09:28", ADDRESS])
    assert mark.clock == time(9, 28)
    assert mark.unsure == {"clock"}


def test_cuts_of_one_width_do_not_confirm_each_other() -> None:
    """They lose the same characters: a day cut to one digit was read alike twice."""
    mark = heard(
        [ADDRESS, "N43.886841 E125.324461"],
        ["2025/6/1 09:29", ADDRESS, "N43.886841 E125.324461"],
        [ADDRESS, "N43.886841 E125.324461"],
        ["2025/6/1 09:29", ADDRESS, "N43.886841 E125.324461"],
    )
    assert mark.day == date(2025, 6, 1)
    assert mark.unsure == {"day", "clock"}


def test_three_outvote_one() -> None:
    mark = heard(["N43.886841 E125.3244 09:29", ADDRESS], *3 * [["N43.886841 E125.324461 09:29"]])
    assert mark.position == (43.886841, 125.324461)
    assert "position" not in mark.unsure


def test_two_against_two_stay_unsure() -> None:
    one, other = ["2025-06-22 09:29", ADDRESS], ["2025-06-23 09:29", ADDRESS]
    assert heard(one, one, other, other).unsure == {"day"}


def test_what_is_doubted_once_and_plain_once_is_sure() -> None:
    mark = heard(
        ["2025-06-22 09:29", '43°4848"N 125°19\'28"E'],
        ["2025-06-22 09:29", "43°48'48\"N 125°19'28\"E"],
    )
    assert mark.unsure == frozenset()


def test_a_day_and_a_weekday_of_different_readings_that_contradict() -> None:
    mark = heard(
        ["2025-06-22 09:29", ADDRESS], ["2025-06-22 09:29", "星期三", ADDRESS], ["星期三", "09:29"]
    )
    assert mark.weekday == 2
    assert {"day", "weekday"} <= mark.unsure


def test_an_impossible_date_in_one_reading_leaves_the_other_unsure() -> None:
    mark = heard(["2025-02-30 09:29", ADDRESS], ["2025-02-20 09:29", ADDRESS])
    assert mark.day == date(2025, 2, 20)
    assert {"day", "clock"} <= mark.unsure
    mark = heard(["2025-02-30 09:29", ADDRESS], ["2025-02-30 09:29", ADDRESS])
    assert (mark.day, mark.impossible) == (None, "2025-02-30")


def test_each_statement_names_the_lines_it_was_read_from() -> None:
    first = parse(block(["2025-06-22 09:29", ADDRESS]))
    second = parse(block(["2025-06-22 09:29"], bottom=0.928))
    mark = agree([Reading(first, wide=False), Reading(second, wide=True)])
    assert [mark.lines[number].text for number in mark.seen_in["address"]] == [ADDRESS]
    assert [mark.lines[number].text for number in mark.seen_in["day"]] == ["2025-06-22 09:29"]


def test_nothing_read_is_nothing_stated() -> None:
    mark = agree([Reading(Watermark(), wide=False)])
    assert not mark.states_anything


def test_a_name_that_one_reading_spells_otherwise_is_unsure() -> None:
    """A misread character is as sure as the right one: 自 for 白."""
    one = ["2025-06-22 09:29", ADDRESS, "长自水印相机"]
    other = ["2025-06-22 09:29", ADDRESS, "长白水印相机"]
    assert heard(one, one, other, one).unsure == {"brand"}
    assert heard(one, one, one, one).unsure == frozenset()


def test_a_date_is_unsure_that_two_readings_spell_otherwise_with_reserve() -> None:
    one, other = ["2025-06-22 09:29", ADDRESS], ["2025-06-23 09:29", "长春市绿园区锦程大街18号"]
    readings = [Reading(parse(block(one)), wide=number % 2 == 1) for number in range(3)]
    doubted = parse(block(other, score=0.5))
    readings += [Reading(doubted, wide=False), Reading(doubted, wide=True)]
    assert "day" in agree(readings).unsure
