"""附件2 and 方案 四（四）: the agreement and its 30 days, what it explains, the exclusions."""

import datetime as dt

from forms import fields as f
from forms.dossier import Agreement, Attachment, Enterprise, ServiceNote, Visit
from forms.pack import Pack
from forms.visit import CONSENT, RECEIPT
from grading.rules.case import Case, Hits, hit
from grading.rules.fields import missing_fields
from grading.rules.numbers import listed


def last_day(pack: Pack, signed: dt.date) -> dt.date:
    """The last day of the term: the day of signing is not counted (民法典 第二百零一条)."""
    last = min(signed.toordinal() + pack.term_days, dt.date.max.toordinal())
    return dt.date.fromordinal(last)


def signed(case: Case) -> Hits:
    """Signed and filed with the bureau."""
    agreement = case.dossier.one(Agreement)
    if agreement.signed_on is None:
        yield hit("AGREEMENT-SIGNED", agreement.id, "signed_on")
        return
    if agreement.filed_on is None:
        yield hit("AGREEMENT-FILED", agreement.id, "filed_on")
    elif agreement.filed_on < agreement.signed_on:
        yield hit(
            "AGREEMENT-FILED-DAY",
            agreement.id,
            "filed_on",
            filed=agreement.filed_on,
            signed=agreement.signed_on,
        )
    elif not agreement.filing_number.strip() and not _held(case, RECEIPT):
        yield hit("AGREEMENT-RECEIPT", agreement.id, "filing_number")
    if not _held(case, CONSENT):
        yield hit("AGREEMENT-CONSENT", agreement.id)


def _held(case: Case, kind: str) -> bool:
    """Whether an attachment of a kind is there."""
    return any(each.kind == kind for each in case.dossier.all(Attachment))


def explained(case: Case) -> Hits:
    """What step 3 has to explain, once there is an agreement to explain it with."""
    note = case.dossier.one(ServiceNote)
    missing = missing_fields(note)
    if case.dossier.one(Agreement).signed_on is not None and missing:
        names = listed(list(missing.values()))
        yield hit("AGREEMENT-NOTE", note.id, next(iter(missing)), names=names)


def term(case: Case) -> Hits:
    """The report falls within the term; an unfinished one is told when the term is over."""
    agreement = case.dossier.one(Agreement)
    start, end = agreement.signed_on, agreement.reported_on
    if start is None:
        return
    due = last_day(case.pack, start)
    days = case.pack.term_days
    if end is None:
        if case.today > due:
            over = (case.today - due).days
            yield hit(
                "AGREEMENT-OVERDUE", agreement.id, "reported_on", due=due, over=over, days=days
            )
    elif end < start:
        yield hit("AGREEMENT-ORDER", agreement.id, "reported_on", reported=end, signed=start)
    elif end > due:
        taken = (end - start).days
        yield hit(
            "AGREEMENT-TERM",
            agreement.id,
            "reported_on",
            reported=end,
            taken=taken,
            days=days,
            due=due,
        )


def early(case: Case) -> Hits:
    """The report tells of all visits and trainings, so it is not made before the last of them."""
    agreement = case.dossier.one(Agreement)
    start, end = agreement.signed_on, agreement.reported_on
    if end is None or (start is not None and end < start):
        return  # not made yet, or the order of its own two dates is told
    days = [(visit.date, "现场诊断") for visit in case.dossier.all(Visit) if visit.date]
    days += [(each.date, "主题培训") for each in case.dossier.trainings() if each.date]
    last, what = max(days, default=(end, ""))
    if last > end:
        yield hit(
            "AGREEMENT-EARLY", agreement.id, "reported_on", reported=end, what=what, last=last
        )


def window(case: Case) -> Hits:
    """Every visit and training lies between the signing and the last day of the term."""
    start = case.dossier.one(Agreement).signed_on
    if start is None:
        return
    due = last_day(case.pack, start)
    visits = [(v.id, v.date) for v in case.dossier.all(Visit)]
    trainings = [(t.id, t.date) for t in case.dossier.trainings()]
    for rule, held in (("VISIT-WINDOW", visits), ("TRAINING-WINDOW", trainings)):
        for number, (record, day) in enumerate(held, 1):
            if day is not None and not start <= day <= due:
                yield hit(rule, record, "date", number=number, date=day, signed=start, due=due)


def exclusions(case: Case) -> Hits:
    """Neither of the two kinds of enterprise that are not supported again."""
    enterprise = case.dossier.one(Enterprise)
    for field, rule in (("central_funds", "EXCLUDED-FUNDED"), ("pilot_2022", "EXCLUDED-PILOT")):
        answer = getattr(enterprise, field)
        if answer is None:
            yield hit(f"{rule}-OPEN", enterprise.id, field)
        elif answer:
            yield hit(rule, enterprise.id, field)
    giants = "专精特新“小巨人”企业"
    if enterprise.central_funds and giants not in f.chosen(enterprise.quality):
        yield hit("FUNDED-UNTICKED", enterprise.id, "quality")


RULES = (signed, explained, term, early, window, exclusions)
