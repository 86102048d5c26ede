"""What the palette finds: in the open dossier, and from everywhere in the window."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import starmap
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid
from sqlalchemy.exc import OperationalError

from app import lookup, portfolio
from app.store import Store
from forms.evaluation import Stage, answer_id
from forms.steps import PAGES, STEP_OF_PAGE
from grading.finding import Target
from widgets import help_window, look
from widgets.actions import ACTIONS, Action, bind, live, place_name, trigger
from widgets.controls import Button
from widgets.jobs import Job
from widgets.page_table import ASIDE_NAMES
from widgets.palette import Entry, Lot, Palette

if TYPE_CHECKING:
    from widgets.dossier_window import DossierWindow
    from widgets.main_window import MainWindow
    from widgets.pages.home import HomePage
    from widgets.pages.receiving import ReceivingPage
    from widgets.pages.security import SecurityPage
    from widgets.pages.statistics import StatisticsPage

    Served = HomePage | SecurityPage | StatisticsPage | ReceivingPage

_OVER = ("security", "statistics", "receiving")
"""The pages over the list, as the window and the guide name them."""
_RECENT, _KEPT = "palette_recent", 40
_PROMPT = "查找页面、采集项、问题、操作和档案，汉字、拼音、首字母均可"
_PROMPT_OUTSIDE = "查找档案和操作，汉字、拼音、首字母均可"


class Finder(QObject):
    """Opens the palette wherever one is in the window, with all dossiers and what the list does.

    The dossiers' names are read behind the palette each time it opens; until then it finds those of
    the time before. What was taken lately is a setting of this store.
    """

    def __init__(self, window: MainWindow, store: Store) -> None:
        super().__init__(window)
        self._window, self._store = window, store
        self._recent: list[str] = json.loads(store.setting(_RECENT) or "[]")
        self._named: list[tuple[UUID, str, str, str]] = []
        self._dossiers = Lot(())
        self._reading: Job | None = None
        self.palette: Palette | None = None

    def serve(self, page: Served) -> None:
        """Give a page of the window its keys for the palette and the key page."""
        page.top.set_search("查找企业、操作")
        page.top.search.connect(lambda: self.open(page))
        bind(page, "window.search", lambda: self.open(page))
        over = (name for name in _OVER if getattr(self._window, name) is page)
        name = next(over, "home")
        bind(page, "window.help", lambda: help_window.show_help(page, name))
        bind(page, "window.keys", lambda: help_window.show_keys(page))

    def open(self, host: QWidget, near: Sequence[Entry] = ()) -> None:
        """Show the palette over `host`; `near` is what is found there before all else."""
        entries = [*near, *self._of_page(host, near), *map(self._from_list, _of_list())]
        entries += starmap(entry_of, look.choices(self._store))
        last = None if self._window.home is None else self._search_all
        prompt = _PROMPT if near else _PROMPT_OUTSIDE
        palette = Palette(host, entries, prompt, recent=self._recent, last=last)
        palette.add(self._dossiers)
        palette.entry_taken.connect(self._take)
        self.palette = palette
        palette.open_over(host)
        self._read()

    def close(self) -> None:
        """The store is about to be closed: end what reads in it."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading.wait()

    def _of_page(self, host: QWidget, near: Sequence[Entry]) -> list[Entry]:
        """What can be done on a page over the list; a dossier names all of it itself."""
        if near or host is self._window.home:
            return []
        return [*bound(host, lambda action: action.place != "window"), *buttons(host)]

    def _from_list(self, action: Action) -> Entry:
        """Something that the list of dossiers does, from wherever one is."""
        act = partial(self._leave_for, partial(self._at_list, action.key))
        return entry_of(action, act)

    def _at_list(self, key: str) -> None:
        self._window.go_home(lambda: trigger(self._window, key))

    def _search_all(self, typed: str) -> Entry:
        def look() -> None:
            self._window.go_home(lambda: home.look_for(typed) if home else None)

        home = self._window.home
        return Entry("全部档案", f"在填写的内容中查找“{typed}”", partial(self._leave_for, look))

    def _leave_for(self, act: Callable[[], object]) -> None:
        """Leave the page over the list, which may ask first; then go on."""
        window = self._window
        if (page := window.over_list()) is not None:
            page.leave()
        if window.over_list() is None:
            act()

    def _take(self, entry: Entry) -> None:
        if entry.key:
            self._recent = [entry.key, *(k for k in self._recent if k != entry.key)][:_KEPT]
            with suppress(OperationalError):  # a store that cannot be written says so elsewhere
                self._store.set_setting(_RECENT, json.dumps(self._recent))
        if isinstance(entry.target, UUID):
            self._leave_for(partial(self._window.open_dossier, entry.target))
        elif callable(entry.target):
            entry.target()

    def _read(self) -> None:
        if self._reading is None:
            job = self._reading = Job(lambda: _reading(self._store, self._named), self)
            job.finished.connect(self._came)
            job.ended.connect(self._ended)
            job.start()

    def _came(self, read: object) -> None:
        if isinstance(read, tuple):
            self._named, self._dossiers = read
            if self.palette is not None and isValid(self.palette):
                self.palette.add(self._dossiers)

    def _ended(self) -> None:
        if self._reading is not None:
            self._reading.deleteLater()
        self._reading = None


def search_in(window: DossierWindow) -> None:
    """Open the palette over a dossier; where no window is around it, with that alone."""
    near = of_dossier(window)
    if window.finder is not None:
        window.finder.open(window, near)
    else:
        palette = Palette(window, near, _PROMPT)
        palette.taken.connect(lambda act: act())
        palette.open_over(window)


def of_dossier(window: DossierWindow) -> list[Entry]:
    """What is found in an open dossier: pages, items and scenes, findings, and what can be done
    there; what another page does is done after going there."""
    desk = window.desk

    def go(kind: str, name: str, target: Target, key: str = "") -> Entry:
        return Entry(kind, name, partial(window.jump, target), key=key)

    found = [
        go(f"{STEP_OF_PAGE[key].number}. {STEP_OF_PAGE[key].name}", page.name, Target(key), key)
        for key, page in PAGES.items()
    ]
    found += [go("档案", name, Target(key), key) for key, name in ASIDE_NAMES.items()]
    acts = [
        *bound(window, lambda action: action.place not in PAGES),
        *(
            entry_of(action, partial(perform, window, action))
            for action in ACTIONS.values()
            if action.place in PAGES
        ),
    ]
    found += acts
    named = {entry.name for entry in found}
    found += [entry for entry in buttons(window) if entry.name not in named]
    instrument = desk.pack.instrument
    subjects = [("采集项", item.name) for item in instrument.items]
    subjects += [("应用场景", scene.name) for scene in instrument.scenes]
    for kind, name in subjects:
        place = answer_id(desk.dossier_id, Stage.DIAGNOSIS, name)
        found.append(go(kind, name, Target("walk", place), f"walk:{name}"))
    findings = desk.review.findings if desk.review is not None else ()
    found += [go("待办问题", each.message, each.target) for each in findings if each.target]
    return found


def perform(window: DossierWindow, action: Action) -> None:
    """Do what a page of the dossier does, on that page."""
    window.show_page(action.place)
    if window.key == action.place:
        trigger(window, action.key)


def bound(root: QWidget, wanted: Callable[[Action], bool]) -> list[Entry]:
    """What is bound to something in view within `root`."""
    return [
        entry_of(ACTIONS[key], made.trigger)
        for key, made in live(root).items()
        if wanted(ACTIONS[key]) and key != "window.search"
    ]


def buttons(root: QWidget) -> list[Entry]:
    """The buttons in view, except those of which there are several alike."""
    seen = [
        each
        for each in root.findChildren(Button)
        if each.text() and each.isEnabled() and each.isVisible()
    ]
    names = [each.text() for each in seen]
    return [
        Entry("本页", each.text(), each.click, each.toolTip())
        for each in seen
        if names.count(each.text()) == 1
    ]


def entry_of(action: Action, act: Callable[[], object]) -> Entry:
    """An action's row."""
    return Entry(
        place_name(action.place), action.name, act, "", action.key, action.caps, action.words
    )


def _of_list() -> list[Action]:
    return [action for action in ACTIONS.values() if action.place == "home"]


def _reading(
    store: Store, held: list[tuple[UUID, str, str, str]]
) -> Iterator[tuple[list[tuple[UUID, str, str, str]], Lot] | None]:
    """All dossiers' names with the index over them; None where they are what was held."""
    ready = lookup.sounds() is not None
    lookup.load_sounds()
    named = portfolio.names(store)
    if ready and named == held:
        yield None
        return
    yield (
        named,
        Lot(
            [
                Entry(
                    district or "未填县区",
                    name or "未命名企业",
                    each,
                    key=str(each),
                    words=industry,
                )
                for each, name, district, industry in named
            ]
        ),
    )
