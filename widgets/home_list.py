"""What the home list shows: the query, its dossiers a page at a time, and what a search found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from app import portfolio
from app.portfolio import Entry, Facet, Query, Sort, Value
from app.store import Store
from forms.steps import STEPS
from widgets.dossier_model import DossierRow
from widgets.dossier_table import DossierTable
from widgets.home_filters import Choice
from widgets.home_rows import (
    CONFLICTS,
    EVERY,
    PLAIN,
    SHOWN,
    SORTS,
    STEP_NAMES,
    View,
    row_of,
    step_groups,
    views,
)
from widgets.jobs import Job
from widgets.marks import LEVEL_NAMES
from widgets.step_bars import StepCount

if TYPE_CHECKING:
    from app.search import Hit, Place
    from forms.pack import Pack

_PRESSING = 5
Found = tuple[str, "Mapping[UUID, Place]"]
"""The words that were looked for, and the dossiers they stand in."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands around the list: how many dossiers there are, in each view and at each step, and
    those that press."""

    total: int
    views: list[tuple[View, int]]
    steps: list[tuple[str, list[StepCount]]]
    pressing: list[DossierRow]


class HomeList(QObject):
    """Feeds the table. `shown()` after every change; `crashed(error)` of a search.

    `pack` orders what filters offer, from when it is there.
    """

    shown = Signal()
    crashed = Signal(object)

    def __init__(self, store: Store, table: DossierTable) -> None:
        super().__init__(table)
        self._store, self._table = store, table
        self.pack: Pack | None = None
        self.query = Query()
        self.view = EVERY
        self.count = 0
        self._today = dt.date.today()
        self._found: Found = ("", {})
        self._hits: dict[UUID, Hit] = {}
        self._finished = False
        self._searches: list[Job] = []  # those of earlier words may still be ending
        table.sort_requested.connect(self.sort)

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        kept = Query(sort=self.query.sort, turned=self.query.turned)
        return self.query != kept

    def narrow(self, current: str = "", **changes: Any) -> None:
        """Change the query and show what it leaves; `current` is to be chosen, if it is there."""
        self.query = replace(self.query, **changes)
        if self.query.words != self._found[0]:
            self._found, self._hits = ("", {}), {}
            self.query = replace(self.query, found=frozenset())
            self._begin_search()
        self.show(current)

    def look(self, view: str) -> None:
        """Show one of the views, with no filter but its own."""
        self.view = view
        known = views(self._store.setting("person"))
        changes = next((each.changes for each in known if each.key == view), {})
        self.narrow(**PLAIN | dict(changes))

    def narrow_to(self, query: Query) -> None:
        """Show what a query leaves, in the order there is."""
        self.view = EVERY
        kept = {name: getattr(query, name) for name in ("words", *PLAIN)}
        self.narrow(**kept)

    def choose(self, facet: Facet, values: frozenset[Value]) -> None:
        """Keep the dossiers that have any of these values of a facet; of none: all."""
        chosen = {key: held for key, held in self.query.chosen.items() if key is not facet}
        self.narrow(chosen=chosen | ({facet: values} if values else {}))

    def sort(self, column: int) -> None:
        """Sort by a column; again: the other way round; a third time: the newest first again."""
        by = SORTS[column][0]
        if self.query.sort is not by:
            self.narrow(sort=by, turned=False)
        elif not self.query.turned:
            self.narrow(turned=True)
        else:
            self.narrow(sort=Sort.NEWEST, turned=False)

    def show(self, current: str = "") -> None:
        """Read the list anew."""
        self._today = dt.date.today()
        wanted = current or self._table.current()
        self.count = portfolio.count(self._store, self.query, self._today)
        self._hits = {}
        first = self._rows(0, portfolio.PAGE)
        place = self._place(first, wanted)
        self._table.set_source(self.count, lambda offset, limit: self._rows(offset, limit), place)
        column = next((c for c, (sort, _) in SORTS.items() if sort is self.query.sort), None)
        highest_first = column is not None and SORTS[column][1]
        self._table.set_sorted(column, highest_first != self.query.turned)
        self.shown.emit()

    def hit(self, dossier_id: UUID) -> Hit | None:
        """What a search found in a dossier that is shown."""
        return self._hits.get(dossier_id)

    def counts(self) -> Counts:
        """What stands around the list, whatever it is narrowed to."""
        store, today = self._store, self._today
        near = Query(within=portfolio.NEAR_DAYS, sort=Sort.DUE)
        blocked = Query(blocked=True, sort=Sort.FINDINGS)
        pages = (portfolio.page(store, each, today, 0, _PRESSING) for each in (near, blocked))
        pressing = list(dict.fromkeys(entry for page in pages for entry in page))
        return Counts(
            total=portfolio.count(store, Query(), today),
            views=[
                (view, portfolio.count(store, Query(**view.changes), today))
                for view in views(self._store.setting("person"))
            ],
            steps=step_groups(portfolio.groups(store, Query(), today, Facet.STEP)),
            pressing=[row_of(entry, today) for entry in pressing[:_PRESSING]],
        )

    def choices(self, facet: Facet) -> list[Choice]:
        """The values of a facet, the pack's in its order; what else is chosen is left as it is."""
        counts = portfolio.groups(self._store, self.query, self._today, facet)
        found = [Choice(value, word_of(facet, value), n) for (value,), n in counts.items()]
        orders = {}
        if self.pack is not None:
            orders = {Facet.DISTRICT: self.pack.districts, Facet.INDUSTRY: self.pack.industries}
        order = orders.get(facet)

        def rank(choice: Choice) -> tuple[bool, int, str]:
            value = choice.value
            if isinstance(value, int):
                return False, value, ""
            if order is not None and value in order:
                return False, list(order).index(value), ""
            return not value, 0 if order is None else len(order), choice.text

        return sorted(found, key=rank)

    def first_page(self, dossier_id: UUID) -> str:
        """The first page of the step a dossier stands at; its conflicts, where those are listed."""
        from widgets.dossier_nav import first_page

        if self.view == CONFLICTS:
            return "merge"
        entry = portfolio.entry(self._store, dossier_id)
        number = entry.step if entry is not None else None
        return first_page(next((s for s in STEPS if s.number == number), STEPS[0]))

    def finish(self) -> None:
        """Stop what runs, before the store is closed."""
        self._finished = True
        for job in self._searches:
            job.cancel()
            job.wait()

    def _rows(self, offset: int, limit: int) -> Sequence[DossierRow]:
        if self._finished:
            return ()  # painted once more while the window closes
        entries = portfolio.page(self._store, self.query, self._today, offset, limit)
        self._find_hits(entries)
        return [row_of(entry, self._today, self._hits.get(entry.id)) for entry in entries]

    def _find_hits(self, entries: Sequence[Entry]) -> None:
        places = self._found[1]
        there = [places[entry.id] for entry in entries if entry.id in places]
        if not there:
            return
        from app.search import hits

        for hit in hits(self._store, there, self._found[0]):
            if (hit.form, hit.path) not in SHOWN:
                self._hits.setdefault(hit.dossier, hit)

    def _place(self, first: Sequence[DossierRow], wanted: str) -> int | None:
        """Where the wanted dossier stands, or else the first one."""
        keys = [row.key for row in first]
        if wanted in keys:
            return keys.index(wanted)
        beyond = None
        if wanted and self.count > len(first):
            beyond = portfolio.place(self._store, self.query, self._today, UUID(wanted))
        return beyond if beyond is not None else 0 if keys else None

    def _begin_search(self) -> None:
        """Look for the words in everything typed; the names that have them are shown meanwhile."""
        for job in self._searches:
            job.cancel()
        words, store = self.query.words, self._store
        if not words.split():
            return

        def work() -> Iterator[Found]:
            from app.search import search_of

            yield words, search_of(store).dossiers(words)

        job = Job(work, self)
        self._searches.append(job)
        job.finished.connect(self._take)
        job.crashed.connect(self.crashed)
        job.ended.connect(lambda: self._ended(job))
        job.start()

    def _ended(self, job: Job) -> None:
        self._searches.remove(job)
        job.deleteLater()

    def _take(self, found: object) -> None:
        if self._finished or not isinstance(found, tuple) or found[0] != self.query.words:
            return  # closed, or typed on, meanwhile
        self._found = found
        self.query = replace(self.query, found=frozenset(found[1]))
        self.show()


def word_of(facet: Facet, value: Value) -> str:
    """A facet's value as people read it."""
    if facet is Facet.STEP and isinstance(value, int):
        return f"{value}. {STEP_NAMES.get(value, '')}"
    if facet is Facet.LEVEL:
        return LEVEL_NAMES[value] if isinstance(value, int) else "未评"
    return str(value) if value else "未填"
