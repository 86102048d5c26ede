"""Addresses compared as text: the same road, another city, a district."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.addresses import district_of, other_city, same_road

DISTRICTS = ("绿园区", "朝阳区", "榆树市", "公主岭市", "长春新区")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("吉林省长春市绿园区示例路 18 号", "长春市绿园区示例路18号", True),
        ("示例路18号·示例工业园", "长春市绿园区示例路１８号", True),
        ("长春市绿园区示例路", "长春市绿园区示例路18号", True),
        ("长春市绿园区示例路20号", "长春市绿园区示例路18号", False),
        ("长春市绿园区样板大街18号", "长春市绿园区示例路18号", False),
        ("中国吉林省长春市绿园区示例路18号", "长春市绿园区示例路18号", True),
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
        ("中国吉林省长春市朝阳区样板街", ""),
        ("吉林长春市朝阳区样板街", ""),
        ("长春市朝阳区样板街", ""),
        ("朝阳区南湖大路新天地超市", ""),
        ("二道区吉林大路亚泰超市", ""),
        ("净月区新城大街市政管理所", ""),
        ("宽城区菜市街10号", ""),
        ("吉林市场街5号", ""),
        ("吉林市政公司", ""),
        ("重庆路商业城", ""),
        ("吉林省四平市公主岭市样板街", ""),
        ("中国辽宁省沈阳市大东区", "沈阳市"),
        ("辽宁沈阳市大东区", "沈阳市"),
        ("沈阳市政府广场", "沈阳市"),
        ("北京市朝阳区样板街", "北京市"),
        ("沈阳市长春路", "沈阳市"),
        ("吉林省延边朝鲜族自治州延吉市样板街", "延吉市"),
        ("内蒙古自治区通辽市", "通辽市"),
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


words = st.text("长春吉林沈阳朝区市省路街场政超菜大新1号", max_size=20)


@given(
    st.sampled_from(["", "中国", "吉林", "吉林省", "中国吉林省"]),
    st.sampled_from(["长春", "长春市", "长春市长春市", *DISTRICTS, "宽城区", "净月区"]),
    words,
)
def test_no_address_that_begins_at_home_is_another_citys(above: str, here: str, rest: str) -> None:
    assert other_city(above + here + rest, DISTRICTS, "长春") == ""


@given(words, words)
def test_no_address_that_names_a_county_of_the_pilot_is_another_citys(one: str, rest: str) -> None:
    assert other_city(f"{one}榆树市{rest}", DISTRICTS, "长春") == ""


@given(st.text("长春区市省路街场政超菜大新天地都城集1号", max_size=24))
def test_without_the_name_of_a_city_no_other_city_is_heard(text: str) -> None:
    assert other_city(text, DISTRICTS, "长春") == ""


@given(
    st.sampled_from(["", "中国", "辽宁省", "中国辽宁省", "辽宁"]),
    st.text("长春朝阳区路街超菜新1号", max_size=20),
)
def test_an_address_that_begins_with_another_city_always_names_it(above: str, rest: str) -> None:
    assert other_city(f"{above}沈阳市{rest}", DISTRICTS, "长春") == "沈阳市"
