"""Chapter 二's drafters by section."""

from __future__ import annotations

from functools import partial

from exporters import draft_effect, draft_items, draft_overview
from exporters.draft_level import level
from exporters.draft_pain import pain
from exporters.draft_scenes import operation
from exporters.drafting import Drafter

_OVERVIEWS = {
    "2.base": partial(draft_overview.overview, name="数字化基础"),
    "2.management": partial(draft_overview.overview, name="数字化管理"),
    "2.effect": partial(draft_overview.overview, name="数字化成效"),
}


_INDICATORS = {
    "2.base": ("设备系统", "数据采集", "信息系统", "信息安全"),
    "2.management": ("规划管理", "要素保障"),
    "2.effect": ("绿色低碳", "产品质量", "市场效益"),
}


def _under(head: str) -> dict[str, Drafter]:
    """A dimension's overview, then its indicators one by one."""
    module = draft_effect if head == "2.effect" else draft_items
    found: dict[str, Drafter] = {head: _OVERVIEWS[head]}
    for name in _INDICATORS[head]:
        found[f"{head}.{name}"] = partial(module.indicator, name=name)
    return found


DRAFTERS: dict[str, Drafter] = {
    "2.level": level,
    **_under("2.base"),
    "2.operation": operation,
    **_under("2.management"),
    **_under("2.effect"),
    "2.pain": pain,
}
