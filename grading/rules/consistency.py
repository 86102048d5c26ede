"""一致性核对: the same fact in two forms. No clause demands it; a reader of the papers does."""

from decimal import Decimal

from forms.dossier import Enterprise, Equipment, Project, System
from forms.enterprise import LEVELS
from forms.evaluation import Stage
from grading.rules.case import Case, Hits, hit
from grading.rules.numbers import amount, plain


def equipment(case: Case) -> Hits:
    """Table 2 adds up to the figures beside 设备数字化 and 设备联网."""
    rows = case.dossier.all(Equipment)
    typed = case.numbers(Stage.DIAGNOSIS)
    for rule, key, kept in (
        ("EQUIPMENT-TOTAL", "equipment_total", rows),
        ("EQUIPMENT-NETWORKED", "equipment_networked", [r for r in rows if r.networked == "是"]),
    ):
        listed_sum = sum(row.quantity or 0 for row in kept)
        figure = amount(typed.get(key))
        if rows and figure is not None and figure != listed_sum:
            item = next(i.item for i in case.figures.inputs if i.key == key)
            yield hit(
                rule,
                case.dossier.answer(Stage.DIAGNOSIS, item).id,
                "figures",
                table=listed_sum,
                figure=plain(figure),
                gap=plain(abs(figure - listed_sum)),
            )


def profile(case: Case) -> Hits:
    """The profile's level, heads and money against the evaluation's."""
    form = case.dossier.one(Enterprise)
    grade = case.grades.get(Stage.SELF)
    if form.self_level in LEVELS and grade is not None and grade.complete:
        reached = LEVELS[grade.level]
        if form.self_level != reached:
            yield hit("SELF-LEVEL", form.id, "self_level", typed=form.self_level, reached=reached)
    staff, digital = amount(form.employees.get("value")), amount(form.digital_staff.get("value"))
    if staff is not None and digital is not None and digital > staff:
        yield hit("STAFF-DIGITAL", form.id, "digital_staff", digital=digital, staff=staff)
    typed = case.numbers(Stage.DIAGNOSIS)
    same_year = form.employees.get("year") == form.revenue.get("year")
    pairs = [("PROFILE-REVENUE", "revenue", form.revenue, "revenue_last")]
    if same_year:
        pairs.append(("PROFILE-STAFF", "employees", form.employees, "staff_last"))
    for rule, field, figure, key in pairs:
        here, there = amount(figure.get("value")), amount(typed.get(key))
        if here is not None and there is not None and here != there:
            yield hit(rule, form.id, field, here=plain(here), there=plain(there))


def money(case: Case) -> Hits:
    """What tables 3 and 10 add up to fits into what the profile gives as spent and planned."""
    form = case.dossier.one(Enterprise)
    spent = [amount(row.amount) for row in case.dossier.all(System)]
    planned = [amount(row.cost) for row in case.dossier.all(Project)]
    for rule, field, parts, figure in (
        ("MONEY-INVESTED", "invested", spent, form.invested),
        ("MONEY-BUDGET", "budget", planned, form.budget),
    ):
        total = sum((part for part in parts if part is not None), Decimal(0))
        whole = amount(figure.get("value"))
        if whole is not None and total > whole:
            yield hit(rule, form.id, field, total=plain(total), whole=plain(whole))


RULES = (equipment, profile, money)
