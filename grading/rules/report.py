"""方案 三（一）6 and 附件3: the report's length, its sections, its figures."""

import re

from forms.dossier import Attachment, Paragraph
from forms.outline import Section
from grading.cites import Facts, read
from grading.questions import open_questions
from grading.rules.case import Case, Hits, hit
from grading.rules.numbers import listed


def words(case: Case) -> Hits:
    """15,000 字 in chapters 一 to 四; a margin, since counters differ."""
    body = case.words.get("body") if case.words is not None else None
    if body is None:
        return
    limit = case.limit("REPORT-WORDS")
    if body < limit:
        yield hit("REPORT-WORDS", count=body, lacking=limit - body)
        return
    if body < case.limit("REPORT-MARGIN"):
        yield hit("REPORT-MARGIN", count=body, floor=limit)
    prose = case.words.get("prose") if case.words is not None else None
    if prose is not None and prose < case.limit("REPORT-PROSE"):
        yield hit("REPORT-PROSE", count=prose)


def section_name(section: Section) -> str:
    """A heading without its number; what stands under a heading of others goes by its subject."""
    if section.heading:
        return re.sub(r"^(（.+?）|\d+\.|.、)", "", section.heading)
    tail = section.key.rpartition(".")[2]
    return section.guide.split("，")[0].removeprefix("描述") if tail.isascii() else tail


def sections(case: Case) -> Hits:
    """Every section that asks for prose has some, a finding a chapter."""
    written = {p.section for p in case.dossier.all(Paragraph) if p.text.strip()}
    empty: dict[str, list[Section]] = {}
    outline = case.pack.outline
    for section in outline.writable:
        if section.key not in written and not section.optional:
            empty.setdefault(section.chapter, []).append(section)
    for chapter, missing in empty.items():
        yield hit(
            "REPORT-SECTION",
            field=missing[0].key,
            chapter=outline.by_key[chapter].heading,
            count=len(missing),
            names=listed([section_name(section) for section in missing]),
        )


def drafted(case: Case) -> Hits:
    """What the program proposed is not the consultant's word until somebody confirms it."""
    waiting = [p for p in case.dossier.all(Paragraph) if p.drafted and p.text.strip()]
    if waiting:
        yield hit("REPORT-DRAFTED", waiting[0].id, "drafted", count=len(waiting))


def pictures(case: Case) -> Hits:
    """图1 and 图2 are the enterprise's own charts."""
    kinds = {attachment.kind for attachment in case.dossier.all(Attachment)}
    for kind, rule in (("组织架构图", "REPORT-CHART"), ("生产工艺流程图", "REPORT-FLOW")):
        if kind not in kinds:
            yield hit(rule)


def stale(case: Case) -> Hits:
    """A paragraph rests on facts that were changed since it was drafted, and was not looked at."""
    facts = Facts(case.dossier)
    known = case.pack.outline.by_key
    for paragraph in case.dossier.all(Paragraph):
        gone = facts.changed(read(paragraph.cites)) if paragraph.cites else []
        if gone and paragraph.text.strip():
            names = list(dict.fromkeys(map(facts.where, gone)))
            yield hit(
                "REPORT-STALE",
                paragraph.id,
                "text",
                section=section_name(known[paragraph.section])
                if paragraph.section in known
                else paragraph.section,
                count=len(names),
                names=listed(names),
            )


def questions(case: Case) -> Hits:
    """What only a person knows is asked where the program drafted; who wrote alone has said it."""
    told = {p.section for p in case.dossier.all(Paragraph) if p.origin and p.text.strip()}
    left = [q for q in open_questions(case.dossier, case.pack) if q.section in told]
    if left:
        yield hit("REPORT-REPLY", field=left[0].section, count=len(left), ask=left[0].ask)


RULES = (words, sections, drafted, questions, stale, pictures)
