"""字数 as Word counts it: the documented examples, and what must hold of any text."""

import re
import unicodedata
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters import report
from exporters.blocks import texts
from grading.wordcount import count
from tests.dossiers import source_of
from tests.sample_cases import sample_case


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
    assert _independent(text) == expected


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


# What 500 texts are made of; some pieces stand beside others without a space between them.
_PIECES = (
    *("企业", "数字化转型", "，", "。", "（", "）", "《", "》", "、", "；", "：", "！", "　", "％"),
    *("Hello", "MES", "3.14", "45.7%", "A+B", "well-known", "don't", "(x)", "a_b/c", "№7", "1,234"),
    *(" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u2003", "\u200b", "\ufeff", "\u2060", "\u00ad"),
    *("こんにちは", "カタカナ", "ｶﾅ", "ー", "한국어", "단어", "中ABC文", "ＭＥＳ", "１２３", "￥"),
    *(
        "😀",
        "👨\u200d👩\u200d👧",
        "👍🏽",
        "🇨🇳",
        "☎️",
        "❤",
        "e\u0301",
        "が",
        "か\u3099",
        "葛\U000e0100",
    ),
    *("“", "”", "‘", "’", "—", "…", "·", "×", "±", "°", "①", "Ⅳ", "㎡", "℃", "□", "☑", "√", "■"),
    *("𬭎", "龘", "𠮷", "ß", "ñ", "Ω", "Ж", "ไทย", "עברית", "العربية", "\x00", "\x07"),
)


def _independent(text: str) -> int:
    """The rule again, as two searches: what is one by itself, and runs of all else between them.

    White space parts words and counts nothing; what has no body of its own is taken away first.
    """
    bodiless = {"Mn", "Me", "Cf"}
    white = "[\\s\x1c-\x1f\x85]"
    seen = "".join(
        char
        for char in text
        if unicodedata.category(char) not in bodiless
        and (re.match(white, char) or unicodedata.category(char) != "Cc")
    )
    alone = {
        char
        for char in set(seen)
        if (
            unicodedata.east_asian_width(char) in "WF"
            and not unicodedata.name(char, "").startswith("HANGUL")
        )
        or unicodedata.name(char, "").startswith("HALFWIDTH ")
    }
    marks = "".join(map(re.escape, sorted(alone - set(re.findall(white, seen)))))
    one = len(re.findall(f"[{marks}]", seen)) if marks else 0
    return one + len(re.split(f"(?:{white}|[{marks}])+" if marks else f"{white}+", f" {seen} ")) - 2


def test_500_texts_of_mixed_scripts_count_as_an_independent_counter_says() -> None:
    random = Random(20250617)
    for _ in range(500):
        text = "".join(random.choices(_PIECES, k=random.randint(0, 120)))
        assert count(text) == _independent(text), text


@pytest.mark.parametrize("name", ["auto-parts", "herbal-pharma", "faulty"])
def test_the_samples_reports_count_as_an_independent_counter_says(name: str) -> None:
    body = report.compose_body(source_of(sample_case(name)))
    found = list(texts(body.blocks))
    assert sum(map(count, found)) == sum(map(_independent, found)) > 1000
