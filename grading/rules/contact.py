"""方案 三（一）2: the enterprise was contacted, its industry looked into, the visit prepared."""

import datetime as dt

from forms.dossier import AgendaItem, Attachment, Background, Contact, Plan, Visit
from forms.preparation import CONFIRMED, DRAFTABLE
from forms.record import specs
from forms.visit import SELF_SHOT
from grading.rules.case import Case, Hits, hit
from grading.rules.numbers import listed

_AGREED = {**DRAFTABLE, "rooms": "场地"}
"""What is agreed with the enterprise, by field: 参会人员、资料、场地 are the plan's own words."""


def _first_visit(case: Case) -> dt.date | None:
    return min((v.date for v in case.dossier.all(Visit) if v.date), default=None)


def contacts(case: Case) -> Hits:
    """There was a contact, and before the first visit."""
    days = [each.date for each in case.dossier.all(Contact) if each.date]
    if not case.dossier.all(Contact):
        yield hit("CONTACT-NONE")
    visit = _first_visit(case)
    if days and visit and min(days) > visit:
        first = next(each for each in case.dossier.all(Contact) if each.date == min(days))
        yield hit("CONTACT-LATE", first.id, "date", first=min(days), visit=visit)


def gathered(case: Case) -> Hits:
    """What is known of the industry; the platform's own picture of the self-assessment."""
    form = case.dossier.one(Background)
    if not form.industry.strip():
        yield hit("INDUSTRY-NONE", form.id, "industry")
    if not any(each.kind == SELF_SHOT for each in case.dossier.all(Attachment)):
        yield hit("SELF-SCREENSHOT")


def plan(case: Case) -> Hits:
    """There is a plan: agreed, confirmed where the program drafted it, sent before the visit."""
    form, agenda = case.dossier.one(Plan), case.dossier.all(AgendaItem)
    texts = [name for name in _AGREED if getattr(form, name).strip()]
    if form.date is None and not texts and not agenda:
        yield hit("PLAN-NONE", form.id, "date")
        return
    drafted = [words for name, words in DRAFTABLE.items() if form.drafted.get(words)]
    waiting = sum(bool(item.drafted) for item in agenda)
    drafted += [f"日程 {waiting} 行"] if waiting else []
    if drafted:
        yield hit("PLAN-DRAFTED", form.id, "attendees", count=len(drafted), names=listed(drafted))
    openly = [name for name in texts if getattr(form, f"{name}_state") != CONFIRMED]
    if openly:
        names = listed([specs(Plan)[name].label for name in openly])
        yield hit("PLAN-AGREED", form.id, f"{openly[0]}_state", names=names)
    visit = _first_visit(case)
    if form.sent_on is None:
        yield hit("PLAN-UNSENT", form.id, "sent_on")
    elif visit and form.sent_on >= visit:
        yield hit("PLAN-LATE", form.id, "sent_on", sent=form.sent_on, visit=visit)


RULES = (contacts, gathered, plan)
