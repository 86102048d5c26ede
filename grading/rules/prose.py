"""The check of the report's prose before it goes out: nothing said twice or left unfinished, no
figure that is not the dossier's, no text that stands in another enterprise's report."""

from collections.abc import Sequence

from forms.dossier import Paragraph, Project, System
from forms.evaluation import Stage
from grading import prose_check
from grading.prose_claims import claims, vocabulary
from grading.prose_facts import Known
from grading.rules.case import Case, Hits, hit
from grading.rules.numbers import listed
from grading.rules.report import section_name


def _written(case: Case) -> list[tuple[Paragraph, str]]:
    """The paragraphs in the report's order, each with where it stands: 企业简介第 2 段."""
    rows = [row for row in case.dossier.all(Paragraph) if row.text.strip()]
    known = case.pack.outline.by_key
    order = {key: place for place, key in enumerate(known)}
    rows.sort(key=lambda row: order.get(row.section, len(order)))
    found, counts = [], dict.fromkeys((row.section for row in rows), 0)
    for row in rows:
        counts[row.section] += 1
        section = known.get(row.section)
        name = section_name(section) if section else row.section
        found.append((row, f"{name}第 {counts[row.section]} 段"))
    return found


def repeats(case: Case) -> Hits:
    """No sentence stands twice: length is not made by repetition."""
    written = _written(case)
    for sentence, one, other in prose_check.repeats([row.text for row, _ in written]):
        places = listed(list(dict.fromkeys((written[one][1], written[other][1]))))
        yield hit(
            "REPORT-REPEAT",
            written[other][0].id,
            "text",
            sentence=prose_check.quoted(sentence),
            places=places,
        )


def unfinished(case: Case) -> Hits:
    """Placeholders, the template's instructions, examples and open questions; one a paragraph."""
    guides = prose_check.guides(case.pack.outline)
    for row, place in _written(case):
        told: dict[str, list[str]] = {}
        for left in prose_check.unfinished(row.text, guides):
            rule = "REPORT-UNFINISHED" if left.sure else "REPORT-EXAMPLE"
            rule = "REPORT-ASKING" if left.question else rule
            told.setdefault(rule, []).append(f"“{prose_check.quoted(left.words)}”")
        for rule, words in told.items():
            yield hit(
                rule, row.id, "text", place=place, words=listed(list(dict.fromkeys(words)), 3)
            )


def figures(case: Case) -> Hits:
    """A level, score, count, amount or day in the text that is not the dossier's."""
    written = _written(case)
    dossier = case.dossier
    names = vocabulary(
        case.pack.instrument,
        case.pack.outline,
        tuple(row.name.strip() for row in dossier.all(Project)),
        tuple(row.name.strip() for row in dossier.all(System)),
    )
    found = [(row, place, claims(row.text, row.section, names)) for row, place in written]
    if not any(said for _, _, said in found):
        return
    known = Known(dossier, case.pack.instrument, case.grades, case.numbers(Stage.DIAGNOSIS))
    for row, place, said in found:
        for claim, fact in known.denied(said):
            yield hit(
                "REPORT-FIGURE",
                row.id,
                "text",
                place=place,
                words=claim.words,
                name=fact.name,
                figure=fact.words,
            )


def shared(case: Case) -> Hits:
    """Text that stands in another dossier's report too; a warning beyond what two can share."""
    rules = ("REPORT-SHARED", "REPORT-SHARED-ALIKE")
    limits = [int(case.limit(rule)) for rule in rules]
    held = prose_check.too_much(case.shared, *limits)
    rule = "REPORT-SHARED-ALIKE" if held is not None and held.alike else "REPORT-SHARED"
    if held is None:
        rule = "REPORT-COMMON"
        held = prose_check.too_much(case.shared, *[int(case.limit(rule))] * 2)
    if held is not None:
        first: Sequence[tuple[Paragraph, str]] = _written(case)[:1]
        record = first[0][0].id if first else None
        yield hit(rule, record, "text", enterprise=held.enterprise, share=held.share)


RULES = (unfinished, figures, repeats, shared)
