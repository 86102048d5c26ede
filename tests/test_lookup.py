"""Names are found by characters, pinyin and initials, by any reading, in the promised order."""

from __future__ import annotations

import itertools
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lookup import Named, Names, load_sounds

KEYSTROKE_MS = 50


def found(typed: str, *names: str | Named, recent: tuple[int, ...] = ()) -> list[str]:
    entries = [each if isinstance(each, Named) else Named(each) for each in names]
    return [
        entries[match.place].name for match in Names(entries, load_sounds()).find(typed, 60, recent)
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "产品设计", "chanpinsheji", "chanpin sheji", "ChanPin", "cpsj", "产品sj", "产p设j",
        "chanps", "chpshj", "chanpinshe", "品设", "pinshe", "sj", "sheji chanpin",
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_typed(typed: str) -> None:
    assert found(typed, "仓储物流", "产品设计", "经营管理") == ["产品设计"]


@pytest.mark.parametrize("typed", ["changchun", "zhangchun", "zhchun", "cc", "zc", "长chun"])
def test_every_reading_of_a_character_is_found(typed: str) -> None:
    assert found(typed, "长春示例机械", "吉林示例机械") == ["长春示例机械"]


@pytest.mark.parametrize("typed", ["chongxing", "zhongxing", "cx", "zx", "重xing"])
def test_the_readings_of_another(typed: str) -> None:
    assert found(typed, "重型机床厂") == ["重型机床厂"]


def test_u_with_dots_is_v_as_on_the_keyboard() -> None:
    assert found("lvyuan", "绿园区企业") == found("lüyuan", "绿园区企业") == ["绿园区企业"]


def test_marks_and_spaces_of_a_name_are_not_typed() -> None:
    name = "示例·春城（长春）AI 模具 2 厂"
    for typed in ("例春城", "slcccc", "aimuju", "模具2", "mj2c"):
        assert found(typed, name) == [name], typed


def test_half_a_syllable_is_enough_at_the_end_only() -> None:
    assert found("chanpi", "产品") == ["产品"]
    assert not found("chanpiche", "产品车间") and found("chanpinche", "产品车间")


def test_the_whole_name_then_its_beginning_then_its_middle_then_the_loose_ones() -> None:
    names = ("智能产品设计", "产地在品牌园的设备集团", "产品设计与研发", "产品设计")
    assert found("cpsj", *names) == [names[3], names[2], names[0], names[1]]


def test_what_is_written_so_comes_before_what_sounds_so() -> None:
    assert found("mes", "么额速科", "MES 上线") == ["MES 上线", "么额速科"]
    assert found("es", "智饿速", "MES 上线") == ["MES 上线", "智饿速"]


def test_lately_taken_comes_first_among_equals_only() -> None:
    names = ("导出台账", "导出草稿", "导出终稿", "再导出")
    assert found("daochu", *names, recent=(3, 2)) == [names[2], names[0], names[1], names[3]]
    assert found("", *names, recent=(3, 1)) == [names[3], names[1], names[0], names[2]]


def test_kinds_are_found_by_sound_and_long_texts_as_they_are_written() -> None:
    entry = Named("排程", "企业个性需求", "插单时先看影响")
    for typed in ("排程 xuqiu", "gxxq", "插单", "影响 排程"):
        assert found(typed, entry) == ["排程"], typed
    assert not found("chadan", entry) and not found("排程 物流", entry)


def test_a_match_does_not_run_from_one_name_into_the_next_or_into_its_kind() -> None:
    assert not found("产品设计", "产品", "设计") and not found("cpsj", Named("产品", "设计"))


def test_nothing_is_found_among_nothing_and_marks_alone_find_all() -> None:
    assert found("a") == [] and found("，。", "甲", "乙") == ["甲", "乙"]


def test_without_readings_what_is_written_is_found() -> None:
    names = Names([Named("产品设计"), Named("ERP")])
    assert [m.place for m in names.find("品设", 9)] == [0] and not names.find("cp", 9)
    assert [m.place for m in names.find("er", 9)] == [1]


def _spellings(name: str) -> list[set[str]]:
    """What may be typed for each character: itself, a reading, its initial."""
    readings = load_sounds()
    return [{char} | {r for s in readings(char) for r in (s, s[0])} for char in name]


@given(st.data(), st.lists(st.text("长重行春设产品械区一乐", min_size=1, max_size=6), max_size=8))
def test_every_way_to_type_a_part_of_a_name_finds_it(
    data: st.DataObject, others: list[str]
) -> None:
    name = data.draw(st.text("长重行春设产品械区一乐", min_size=1, max_size=6))
    first = data.draw(st.integers(0, len(name) - 1))
    last = data.draw(st.integers(first + 1, len(name)))
    typed = "".join(data.draw(st.sampled_from(sorted(w))) for w in _spellings(name[first:last]))
    assert name in found(typed, *others, name)


@given(
    st.lists(st.text("长重行春设品", min_size=1, max_size=4), min_size=1, max_size=6),
    st.text("cxzhangsep长春", min_size=1, max_size=5),
)
def test_the_search_answers_as_trying_every_spelling_does(names: list[str], typed: str) -> None:
    def spelt(name: str) -> bool:
        parts = [name[a:b] for a, b in itertools.combinations(range(len(name) + 1), 2)]
        pairs = [
            ways | {w[:2] for w in ways if w.startswith(("zh", "ch", "sh"))}
            for ways in _spellings(name)
        ]
        for part in parts:
            at = name.index(part)
            ways = pairs[at : at + len(part)]
            ends = ways[-1] | {w[:n] for w in ways[-1] for n in range(1, len(w))}
            for way in itertools.product(*ways[:-1], ends):
                if "".join(way) == typed:
                    return True
        return False

    entries = Names(map(Named, names), load_sounds())
    hits = {match.place for match in entries.find(typed, 60) if match.rank < 6}
    assert hits == {n for n, name in enumerate(names) if spelt(name)}


def test_ten_thousand_names_answer_each_key_at_once() -> None:
    chance = random.Random(7)
    syllables = (
        "长春净月高新轨道交通装备智能制造集团汽车零部件精密机械电子光学模具重庆食品包装一汽富维"
    )
    names = [
        Named(
            "长春" + "".join(chance.choices(syllables, k=chance.randint(3, 12))) + "有限公司",
            "净月",
        )
        for _ in range(10_000)
    ]
    index = Names(names, load_sounds())
    worst = 0.0
    for typed in ("ccjmjxyxgs", "zhangchunjingmi", "长春精密jx", "youxiangongsi", "cxyf jingyue"):
        for length in range(1, len(typed) + 1):
            begun = time.thread_time()
            index.find(typed[:length], 60, recent=range(40))
            worst = max(worst, time.thread_time() - begun)
    assert worst * 1000 < KEYSTROKE_MS
