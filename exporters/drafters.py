"""All drafters of the report, by section in the report's order."""

from exporters import (
    draft_inventory,
    draft_organisation,
    draft_plan,
    draft_production,
    draft_profile,
    draft_results,
)
from exporters.draft_replies import replies, with_replies
from exporters.drafting import Drafter
from forms.pack import Pack

_KNOWN: dict[str, Drafter] = {
    **draft_profile.DRAFTERS,
    **draft_organisation.DRAFTERS,
    **draft_production.DRAFTERS,
    **draft_inventory.DRAFTERS,
    **draft_results.DRAFTERS,
    **draft_plan.DRAFTERS,
}
DRAFTERS = {key: with_replies(drafter) for key, drafter in _KNOWN.items()}


def drafters_of(pack: Pack) -> dict[str, Drafter]:
    """The drafters of a pack's sections, in its order; where the pack has the program draft replies
    alone, of those that questions belong to."""
    if pack.drafts:
        return {s.key: DRAFTERS[s.key] for s in pack.outline.writable if s.key in DRAFTERS}
    asked = {question.section for question in pack.questions}
    return {s.key: replies for s in pack.outline.writable if s.key in asked}
