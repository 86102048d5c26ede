"""The outline's guidance: annex 3's own words, and marked where they are not."""

import hashlib

from app.packs import load_pack

HEADINGS = load_pack().outline
OUTLINE, BY_KEY = HEADINGS.sections, HEADINGS.by_key

#: SHA-256 of all guidance that is the template's, a line each, as it was compared with annex 3.
COMPARED = "d0643347a8212dfb9425fb329d66e62292c01167452216dfb3c2d0b10c095473"


def test_the_templates_guidance_is_whole_and_as_it_was_compared() -> None:
    quoted = "\n".join(section.guide for section in OUTLINE if section.guide and not section.own)
    assert hashlib.sha256(quoted.encode()).hexdigest() == COMPARED
    ends = {
        "1.equipment": "（如智能生产装备、智能检测与监控装备、智能物流装备等）应用情况",
        "1.systems": "经营管理、集成应用、网络通信、信息安全等各个领域。",
        "2.analysis": "四个方面评估分析中小企业数字化发展水平情况。",
        "2.pain": "根据企业数字化水平评估结果及现场咨询诊断情况，结合行业现状及特性",
        "3": "包括数字化转型规划建议、业务流程优化建议、软件及信息系统建设建议等",
    }
    assert all(part in BY_KEY[key].guide for key, part in ends.items())


def test_what_the_template_has_no_words_for_is_marked() -> None:
    assert {section.key for section in OUTLINE if section.own} == {
        *("2.level", "5.other"),
        *(f"2.management.{name}" for name in ("规划管理", "要素保障")),
        *(f"2.effect.{name}" for name in ("绿色低碳", "产品质量", "市场效益")),
    }
    assert all(section.guide for section in HEADINGS.writable)


def test_headings_over_tables_and_other_sections_may_stay_empty() -> None:
    optional = {section.key for section in OUTLINE if section.optional}
    assert optional == {"2", "2.level", "2.analysis", "3", "4", "5.other"}
