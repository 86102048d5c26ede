"""The report's advice as rows to follow up: its projects, else the measures of the chosen route."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from app.entry import NewEntry
from app.records import snapshot
from exporters.wording import level_word
from forms.dossier import Adoption, Dossier, Project, RouteMeasure

if TYPE_CHECKING:
    from app.workbench import Workbench


def follow_up(bench: Workbench, dossier_id: UUID) -> int:
    """Add a row for every piece of advice that has none yet, in one transaction; how many."""
    with bench.writing() as (session, log, _):
        log.seal(dossier_id)
        entries = NewEntry(session, bench.store.device, bench.person, dossier_id)
        fresh = list(_unfollowed(snapshot(session, dossier_id, ())))
        for advice, project in fresh:
            entries.write(Adoption, {"advice": advice, "project": project})
    return len(fresh)


def _unfollowed(dossier: Dossier) -> Iterator[tuple[str, UUID | None]]:
    """Advice without a row, with the project that it is."""
    rows = dossier.all(Adoption)
    projects, told = {row.project for row in rows}, {row.advice for row in rows}
    named = [project for project in dossier.all(Project) if project.name.strip()]
    for project in named:
        if project.id not in projects:
            yield project.name.strip(), project.id
    if not named:
        for measure in dossier.all(RouteMeasure):
            words = _words(measure)
            if words not in told:
                yield words, None


def _words(measure: RouteMeasure) -> str:
    """A measure of the route by what it raises."""
    if measure.key.isdecimal():
        return f"{measure.subject}提升至{level_word(int(measure.key))}"
    return f"{measure.subject}达到选项{measure.key}"
