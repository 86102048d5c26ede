"""附件4 and 方案 三（二）4: the filing form is filled in, agrees with the contracts, and its first
part is what it was before the retrofit."""

from forms.dossier import Contract, Effect, File, Filing
from forms.record import specs
from forms.retrofit import LESS, MORE, OUTCOMES
from grading.road import begun
from grading.rules.case import Case, Hits, hit
from grading.rules.filing_view import asked, changes, contract_total, offers, partner_lines, term
from grading.rules.numbers import amount, listed, plain
from grading.rules.retrofit_view import labels

_STEP = "filing"
_LEVELS = {2: "二级", 3: "三级", 4: "四级"}


def complete(case: Case) -> Hits:
    """Everything that annex 4 asks for is there, and it was declared to be true."""
    if not begun(case, _STEP):
        return
    form = case.dossier.one(Filing)
    missing = [name for name in asked(case.dossier) if name != "declared_on"]
    if missing:
        names = listed(labels(form, *missing), 8)
        yield hit("FILING-FIELDS", form.id, missing[0], half=2, count=len(missing), names=names)
    if not partner_lines(case.dossier):
        yield hit("FILING-PARTNERS", half=2)
    effects = case.dossier.all(Effect)
    if not effects:
        yield hit("FILING-EFFECTS", form.id, "before", half=2)
    told = {each.aspect for each in effects}
    told |= {each for each in OUTCOMES if form.before.get(each) and form.after.get(each)}
    silent = [each for each in OUTCOMES if each not in told]
    if silent:
        yield hit("FILING-ASPECTS", form.id, "before", half=2, names="、".join(silent))
    if form.declared_on is None:
        yield hit("FILING-DECLARED", form.id, "declared_on", half=2)
    elif form.declared_on > case.today:
        yield hit(
            "FILING-FUTURE", form.id, "declared_on", half=2,
            declared=form.declared_on, today=case.today,
        )  # fmt: skip


def effects(case: Case) -> Hits:
    """Each claimed indicator has both its sides, and goes where it says."""
    for each in case.dossier.all(Effect):
        name = each.name.strip() or "未命名"
        missing = labels(each, "before", "after")
        before, after = amount(each.before), amount(each.after)
        if missing:
            field = "after" if each.before else "before"
            yield hit("EFFECT-SIDES", each.id, field, half=2, name=name, sides="、".join(missing))
        elif before is not None and after is not None:
            worse = (each.better == MORE and after < before) or (
                each.better == LESS and after > before
            )
            if worse:
                yield hit(
                    "EFFECT-DIRECTION", each.id, "better", half=2, name=name,
                    before=plain(before), after=plain(after), better=each.better,
                )  # fmt: skip


def agreeing(case: Case) -> Hits:
    """What the form says of the project is what the contracts say, and the dossier's aim."""
    if not begun(case, _STEP):
        return
    form, (starts, ends) = case.dossier.one(Filing), term(case.dossier)
    for field, own, theirs in (
        ("starts_on", form.starts_on, starts),
        ("ends_on", form.ends_on, ends),
    ):
        if own and theirs and own != theirs:
            label = specs(Filing)[field].label
            yield hit("FILING-TERM", form.id, field, half=2, label=label, own=own, theirs=theirs)
    total, cost = contract_total(case.dossier.all(Contract)), amount(form.total_cost)
    if total is not None and cost is not None and total > cost:
        yield hit(
            "FILING-COST", form.id, "total_cost", half=2, cost=plain(cost), total=plain(total)
        )
    aim = _LEVELS.get(case.dossier.one(File).target_level or 0)
    if aim and form.target and form.target != aim:
        yield hit("FILING-TARGET", form.id, "target", half=2, target=form.target, aim=aim)


def figures(case: Case) -> Hits:
    """The figures of 2023 are those that the dossier has of that year."""
    form = case.dossier.one(Filing)
    for offer in offers(case.dossier):
        if offer.refused or offer.field not in ("revenue", "profit"):
            continue
        own, known = amount(getattr(form, offer.field)), amount(offer.value)
        if own is not None and known is not None and own != known:
            yield hit(
                "FILING-FIGURE", form.id, offer.field, half=2,
                label=specs(Filing)[offer.field].label, own=plain(own),
                known=plain(known), source=offer.source,
            )  # fmt: skip


def frozen(case: Case) -> Hits:
    """What was changed in the first part after the retrofit had begun, and why."""
    for each in changes(case.dossier):
        values = {"label": each.label, "before": each.before, "now": each.now or "空"}
        if each.explained:
            reason = each.change.reason.strip()
            yield hit("FILING-CHANGED", each.change.id, "reason", half=2, reason=reason, **values)
        else:
            yield hit("FILING-UNEXPLAINED", each.change.id, "reason", half=2, **values)


RULES = (complete, effects, agreeing, figures, frozen)
