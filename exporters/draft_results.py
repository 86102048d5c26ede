"""Chapter 二's drafters by section."""

from __future__ import annotations

from functools import partial

from exporters import draft_effect, draft_items, draft_overview
from exporters.draft_level import level
from exporters.draft_pain import pain
from exporters.draft_scenes import operation
from exporters.drafting import Drafter
from forms.outline import WRITABLE

_OVERVIEWS = {
    "2.base": partial(draft_overview.overview, name="数字化基础"),
    "2.management": partial(draft_overview.overview, name="数字化管理"),
    "2.effect": partial(draft_overview.overview, name="数字化成效"),
}


def _drafters() -> dict[str, Drafter]:
    found: dict[str, Drafter] = {
        "2.level": level,
        "2.operation": operation,
        "2.pain": pain,
        **_OVERVIEWS,
    }
    for section in WRITABLE:
        head, _, name = section.key.rpartition(".")
        if head in _OVERVIEWS:
            module = draft_effect if head == "2.effect" else draft_items
            found[section.key] = partial(module.indicator, name=name)
    order = [section.key for section in WRITABLE]
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0])))


DRAFTERS: dict[str, Drafter] = _drafters()
