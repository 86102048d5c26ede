"""方案 四（二）: how many consultants, with which titles, led by whom, versed in what."""

from forms import fields as f
from forms.dossier import Member
from forms.service import EXPERTISE, TITLE_LEVELS
from grading.rules.case import Case, Hits, hit
from grading.rules.numbers import listed, written

_MIDDLE = TITLE_LEVELS.index("中级")


def name_of(member: Member) -> str:
    """A consultant's name as sentences give it."""
    return member.name.strip() or "未填姓名者"


def _titled(members: list[Member]) -> list[Member]:
    return [m for m in members if m.title_level in TITLE_LEVELS[_MIDDLE:]]


def size(case: Case) -> Hits:
    """At least three people."""
    count = len(case.dossier.all(Member))
    if count < case.limit("TEAM-SIZE"):
        yield hit("TEAM-SIZE", count=count)


def titles(case: Case) -> Hits:
    """At least one of middle title or above, with its certificate."""
    titled = _titled(case.dossier.all(Member))
    if len(titled) < case.limit("TEAM-TITLE"):
        yield hit("TEAM-TITLE", count=len(titled))
    elif not any(member.certificate.strip() for member in titled):
        names = listed([name_of(member) for member in titled])
        yield hit("TEAM-CERTIFICATE", titled[0].id, "certificate", names=names)


def lead(case: Case) -> Hits:
    """One lead, whose practical experience is told."""
    leads = [member for member in case.dossier.all(Member) if member.lead]
    if not leads:
        yield hit("TEAM-LEAD")
    if len(leads) > 1:
        names = listed([name_of(member) for member in leads])
        yield hit("TEAM-LEAD-MANY", leads[1].id, "lead", count=len(leads), names=names)
    for member in leads:
        told = written(member.experience)
        if told < case.limit("TEAM-LEAD-EXPERIENCE"):
            name = name_of(member)
            yield hit("TEAM-LEAD-EXPERIENCE", member.id, "experience", name=name, count=told)
        # Years left empty are the required field's finding; a nought typed in is this one's.
        if member.years == 0 or not member.projects:
            years, projects = member.years or 0, member.projects or 0
            yield hit(
                "TEAM-LEAD-RECORD",
                member.id,
                "projects",
                name=name_of(member),
                years=years,
                projects=projects,
            )


def expertise(case: Case) -> Hits:
    """Software, hardware, integration and industry are each covered by somebody."""
    members = case.dossier.all(Member)
    covered = {field for member in members for field in f.chosen(member.expertise)}
    missing = [field for field in EXPERTISE if field not in covered]
    if members and missing:
        yield hit("TEAM-FIELDS", members[0].id, "expertise", missing="、".join(missing))


RULES = (size, titles, lead, expertise)
