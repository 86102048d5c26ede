"""Drafts of the report's prose in a dossier: proposed, proposed anew, and looked at again.

What a person wrote, edited, confirmed or took out is never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.packs import load_advice
from app.progress import Progress
from exporters.draft_replies import PREFIX, replies
from exporters.drafters import drafters_of
from exporters.drafting import Draft, draft
from exporters.source import Source
from forms.dossier import Dossier
from forms.evaluation import Paragraph
from grading.cites import kept

if TYPE_CHECKING:
    from app.workbench import Workbench


def propose(bench: Workbench, dossier_id: UUID, sections: Sequence[str] = ()) -> Iterator[Progress]:
    """Draft the sections (all where none is named) from what the dossier holds now.

    A paragraph that still is as it was drafted is drafted anew, or taken out where it follows no
    more; each section is safe when it was yielded.
    """
    wanted = {
        key: each
        for key, each in drafters_of(bench.pack).items()
        if not sections or key in sections
    }
    source = bench.review(dossier_id).source(True)
    for done, (key, drafter) in enumerate(wanted.items()):
        heading = bench.pack.outline.by_key[key].heading or key
        yield Progress(done, len(wanted), f"正在拟写{heading}")
        found = draft(source, load_advice(bench.pack.id), {key: drafter})
        _place(bench, bench.dossier(dossier_id), key, found)
    yield Progress(len(wanted), len(wanted), "已拟写完毕")


def redrafted(source: Source, section: str) -> dict[str, Draft]:
    """The paragraphs that a section's facts make now, by their origin; the dossier stays as is."""
    drafter = drafters_of(source.pack).get(section)
    found = draft(source, load_advice(source.pack.id), {section: drafter}) if drafter else []
    return {_origin(each): each for each in found}


def propose_replies(bench: Workbench, dossier_id: UUID, section: str) -> Iterator[Progress]:
    """Draft only what the replies to a section's questions say, whoever wrote the rest of it."""
    yield Progress(0, 1, "正在写入答复")
    dossier = bench.dossier(dossier_id)
    source = Source(dossier, bench.pack, {}, draft=True)
    found = draft(source, load_advice(bench.pack.id), {section: replies})
    _place(bench, dossier, section, found, PREFIX)
    yield Progress(1, 1, "答复已写入报告")


def untouched(paragraph: Paragraph) -> bool:
    """Whether a paragraph still is as the program drafted it, and nobody confirmed it."""
    return bool(paragraph.drafted) and paragraph.text == paragraph.proposed


def _place(
    bench: Workbench, dossier: Dossier, section: str, drafts: list[Draft], prefix: str = ""
) -> None:
    """Bring one section's drafts into the dossier, which may have been edited since it was read.

    Paragraphs whose key does not begin with `prefix` stay as they are.
    """
    rows = [r for r in dossier.records.get("paragraph", ()) if isinstance(r, Paragraph)]
    own = f"{section}/{prefix}"
    known = {r.origin: r for r in rows if r.origin.startswith(own) and r.section == section}
    last: UUID | None = None
    for each in drafts:
        origin = _origin(each)
        held = known.pop(origin, None)
        if held is None:
            last = _add(bench, dossier.id, origin, each, last)
        elif not held.withdrawn:
            last = held.id
            if (held.text, held.cites) != (each.text, kept(each.cites)):
                _edit_untouched(bench, held, _values(origin, each))
    for left in known.values():
        if not left.withdrawn:
            _edit_untouched(bench, left, {"withdrawn": True})


def _edit_untouched(bench: Workbench, held: Paragraph, values: dict[str, Any]) -> None:
    """Edit a paragraph if nobody has touched it: looked at and edited in one transaction, for a
    person may be typing in it meanwhile."""
    with bench.writing() as (session, log, records):
        now = session.get(Paragraph, held.id)
        if now is None or now.withdrawn or not untouched(now):
            return
        log.seal(held.dossier_id)
        for field, value in values.items():
            seen = log.heads(held.dossier_id, held.id) if field == "withdrawn" else None
            records.edit(held.dossier_id, "paragraph", held.id, field, value, seen)
        log.seal(held.dossier_id)


def _origin(each: Draft) -> str:
    return f"{each.section}/{each.key}"


def _add(bench: Workbench, dossier_id: UUID, origin: str, each: Draft, after: UUID | None) -> UUID:
    values: dict[str, Any] = {"section": each.section, "drafted": True, **_values(origin, each)}
    return bench.add(dossier_id, "paragraph", after=after, **values)


def _values(origin: str, each: Draft) -> dict[str, Any]:
    return {
        "text": each.text,
        "origin": origin,
        "proposed": each.text,
        "cites": kept(each.cites),
    }
