"""All drafters of the report, by section in the report's order."""

from exporters import (
    draft_inventory,
    draft_organisation,
    draft_plan,
    draft_production,
    draft_profile,
    draft_results,
)
from exporters.draft_replies import with_replies
from exporters.drafting import Drafter
from forms.outline import WRITABLE

_KNOWN: dict[str, Drafter] = {
    **draft_profile.DRAFTERS,
    **draft_organisation.DRAFTERS,
    **draft_production.DRAFTERS,
    **draft_inventory.DRAFTERS,
    **draft_results.DRAFTERS,
    **draft_plan.DRAFTERS,
}
DRAFTERS = {
    section.key: with_replies(_KNOWN.get(section.key))
    for section in WRITABLE
    if section.key in _KNOWN
}
