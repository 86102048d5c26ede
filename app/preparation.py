"""A visit's plan drafted from the self-assessment into a dossier, never over a person's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.entry import NewEntry
from app.packs import load_advice
from app.records import snapshot
from forms.dossier import AgendaItem, Dossier, Enterprise, Plan
from forms.errors import UserError
from forms.evaluation import Stage
from forms.pack import Pack
from forms.preparation import DRAFTABLE
from forms.record import form_of, single_id, specs
from grading.preparation import Line, focuses, proposal

if TYPE_CHECKING:
    from app.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was drafted: the texts by their labels, and how many lines of the agenda."""

    texts: tuple[str, ...]
    lines: int

    @property
    def sentence(self) -> str:
        """It in words."""
        parts = [f"“{label}”" for label in self.texts]
        parts += [f"日程 {self.lines} 行"] if self.lines else []
        if not parts:
            return "各栏和日程均已由人填写，没有改动。"
        return f"已按企业自评拟写{'、'.join(parts)}，请逐处核对、修改、确认。"


def propose(bench: Workbench, dossier_id: UUID) -> Drafted:
    """Draft the texts that are empty or still drafts, and the agenda where no line is a person's.

    UserError where the self-assessment says nothing yet.
    """
    with bench.writing() as (session, log, records):
        log.seal(dossier_id)
        dossier = snapshot(session, dossier_id, ())
        limits = {name: specs(Plan)[name].limit for name in DRAFTABLE}
        found = proposal(dossier, bench.pack, limits)
        if found is None:
            raise UserError(
                "企业自评还没有内容，没有拟写，原有内容未变，请先填写企业自评，或导入企业填好的自评表。"
            )
        plan, form = dossier.one(Plan), form_of(Plan)
        record = single_id(dossier_id, form)
        texts = []
        for name, mark in DRAFTABLE.items():
            own = getattr(plan, name).strip() and not plan.drafted.get(mark)
            if own or getattr(plan, name) == found.texts[name]:
                continue
            records.edit(dossier_id, form, record, name, found.texts[name])
            records.edit(dossier_id, form, record, f"drafted.{mark}", True)
            texts.append(specs(Plan)[name].label)
        lines = 0
        agenda = dossier.all(AgendaItem)
        if all(item.drafted for item in agenda) and not _same(agenda, found.lines):
            for item in agenda:
                seen = log.heads(dossier_id, item.id)
                records.edit(dossier_id, form_of(item), item.id, "withdrawn", True, seen)
            log.seal(dossier_id)
            entries = NewEntry(session, bench.store.device, bench.person, dossier_id)
            for line in found.lines:
                entries.write(AgendaItem, {**_values(line), "drafted": True})
            lines = len(found.lines)
        log.seal(dossier_id)
    return Drafted(tuple(texts), lines)


def industry_hints(dossier: Dossier, pack: Pack) -> list[tuple[str, str]]:
    """What the pack's advice says of the enterprise's industry, by the item or scene that is a gap
    of the self-assessment, the heaviest first; none where the industry is not known."""
    industry, advice = dossier.one(Enterprise).industry, load_advice(pack.id)
    found = []
    for focus in focuses(dossier, pack):
        item = advice.items.get(focus.subject)
        level = dossier.answer(Stage.SELF, focus.subject).level or 0
        step = advice.steps.get((focus.subject, level + 1))
        counsel = item.counsel if item else step.counsel if step else None
        if counsel is not None and industry in counsel.industries:
            found.append((focus.subject, counsel.industries[industry]))
    return found


def _values(line: Line) -> dict[str, Any]:
    limits = {name: specs(AgendaItem)[name].limit for name in ("activity", "place", "people")}
    words = {name: getattr(line, name)[:limit] for name, limit in limits.items()}
    return {**words, "start": line.start, "end": line.end}


def _same(agenda: list[AgendaItem], lines: tuple[Line, ...]) -> bool:
    """Whether the agenda is what would be drafted now."""
    held = [{name: getattr(item, name) for name in _values(lines[0])} for item in agenda]
    return held == [_values(line) for line in lines]
