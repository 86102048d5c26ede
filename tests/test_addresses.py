"""Addresses compared as text: the same road, another city, a district."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.addresses import district_of, other_city, same_road

DISTRICTS = ("绿园区", "朝阳区", "榆树市", "长春新区")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("吉林省长春市绿园区示例路 18 号", "长春市绿园区示例路18号", True),
        ("示例路18号·示例工业园", "长春市绿园区示例路１８号", True),
        ("长春市绿园区示例路", "长春市绿园区示例路18号", True),
        ("长春市绿园区示例路20号", "长春市绿园区示例路18号", False),
        ("长春市绿园区样板大街18号", "长春市绿园区示例路18号", False),
        ("示例工业园", "长春市绿园区示例路18号", None),
        ("", "长春市绿园区示例路18号", None),
    ],
)
def test_the_same_road(one: str, other: str, same: bool | None) -> None:
    assert same_road(one, other) is same
    assert same_road(other, one) is same


@pytest.mark.parametrize(
    ("address", "city"),
    [
        ("吉林省长春市绿园区示例路18号", ""),
        ("榆树市示例路", ""),
        ("吉林省吉林市昌邑区示例路", "吉林市"),
        ("辽宁省沈阳市大东区", "沈阳市"),
        ("绿园区示例路18号", ""),
    ],
)
def test_another_city(address: str, city: str) -> None:
    assert other_city(address, DISTRICTS, "长春") == city


def test_the_district_an_address_names() -> None:
    assert district_of("长春市 朝阳区样板街", DISTRICTS) == "朝阳区"
    assert district_of("示例路", DISTRICTS) == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_compared(one: str, other: str) -> None:
    assert same_road(one, other) == same_road(other, one)
    assert isinstance(other_city(one, DISTRICTS, "长春"), str)
