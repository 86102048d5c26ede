"""字数 as Word counts it: the documented examples, and what must hold of any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.wordcount import count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello Python World. 3.14.", 4),
        ("Hello 世界", 3),
        ("こんにちは世界。", 8),
        ("", 0),
        (" \t\r\n\u3000\u00a0", 0),
        ("本次诊断2小时50分，少于3小时。", 16),
        ("设备数字化率45.7%", 7),
        ("使用MES、ERP系统", 7),
        ("A+B类(20台)", 5),  # A+B, 类, (20, 台 and )
        ("ＭＥＳ", 3),  # full-width letters are full-width symbols
        ("ｶﾅ", 2),
        ("한국어 단어", 2),  # Korean counts by words
        ("𠮷野家", 3),  # outside the basic plane
        ("葛\U000e0100城", 2),  # a variation selector belongs to its character
        ("e\u0301tude", 1),
        ("Hel\u200blo\ufeff", 1),
        ("\x00", 0),
        ("“智改数转”", 6),
        ("——", 1),  # the lower of what counters say
    ],
)
def test_examples(text: str, expected: int) -> None:
    assert count(text) == expected


@given(st.lists(st.text()))
def test_paragraphs_add_up(paragraphs: list[str]) -> None:
    assert count("\n".join(paragraphs)) == sum(count(paragraph) for paragraph in paragraphs)


@given(st.text(alphabet=" \t\n\r\u3000\u00a0\u2003\v\f"), st.text())
def test_white_space_never_counts(space: str, text: str) -> None:
    assert count(space) == 0
    assert count(space + text + space) == count(text)


@given(st.text(), st.text())
def test_joining_saves_one_word_at_most(one: str, other: str) -> None:
    assert count(one) + count(other) - 1 <= count(one + other) <= count(one) + count(other)


@given(st.text(alphabet="数字化转型，。（）《》、；："), st.text(alphabet="abc 123.%"))
def test_every_chinese_character_counts(chinese: str, latin: str) -> None:
    assert count(chinese) == len(chinese)
    assert count(latin + chinese) == count(latin) + len(chinese)
