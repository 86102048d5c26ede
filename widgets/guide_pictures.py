"""The pictures of the guide, docs/guide/pictures: which page of which sample each shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from forms.dossier import LibraryEntry, Photo, Visit
from grading.finding import Target
from widgets import help_window

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from widgets.dossier_window import DossierWindow

#: Answers with what is to be seen: the window, or a part of it.
View = Callable[["DossierWindow"], "QWidget"]

_PAGES = (
    *("road", "enterprise", "pilot", "site", "self", "preparation", "agreement"),
    *("team", "assignments", "inventory", "results", "route", "briefing", "report"),
    *("papers", "inspection", "contracts", "sync", "filing", "regrade", "comparison", "subsidy"),
)
"""Pages of the complete sample, each picture by its page's key."""


def _page(key: str) -> View:
    def show(window: DossierWindow) -> QWidget:
        window.show_page(key)
        return window

    return show


def subject(name: str) -> View:
    """The walk at an item or a scene."""

    def show(window: DossierWindow) -> QWidget:
        from widgets.pages.walk import WalkPage

        page = window.show_page("walk")
        assert isinstance(page, WalkPage)
        page.open(name)
        return window

    return show


def visit(window: DossierWindow) -> QWidget:
    """The first visit with its photos."""
    window.jump(Target("visits", window.desk.dossier.all(Visit)[0].id))
    return window


def photo(window: DossierWindow) -> QWidget:
    """The first photo in full, with its watermark beside it."""
    window.jump(Target("visits", window.desk.dossier.all(Photo)[0].id))
    return window


def gate_check(window: DossierWindow) -> QWidget:
    """离场检查 beside the visit."""
    from widgets.pages.visits import VisitsPage

    page = window.show_page("visits")
    assert isinstance(page, VisitsPage)
    page.toggle_check()
    return window


def floor(window: DossierWindow) -> QWidget:
    """车间模式, upright as on a tablet."""
    from widgets.floor_screen import cover

    subject("生产管控")(window)
    made = cover(window)
    made.showNormal()
    made.resize(820, 1180)
    return made


def findings(window: DossierWindow) -> QWidget:
    """What is wrong, laid over the page."""
    window.show_page("team")
    window.frame.pull_out(True)
    return window


def library(window: DossierWindow) -> QWidget:
    """A scene of 供需适配库."""
    window.jump(Target("library", window.desk.dossier.all(LibraryEntry)[0].id))
    return window


def rule(window: DossierWindow) -> QWidget:
    """帮助 at the rule of a finding."""
    review = window.desk.review
    assert review is not None
    found = next(each for each in review.findings if each.rule == "VISIT-HOURS")
    help_window.explain(window, found)
    return help_window.help_for(window)


WHOLE: dict[str, View] = {
    **{key: _page(key) for key in _PAGES},
    "item": subject("设备数字化"),
    "scene": subject("生产管控"),
    "library": library,
    "visit": visit,
    "photo": photo,
}
"""Of the complete sample."""
LACKING: dict[str, View] = {
    "findings": findings,
    "rule": rule,
    "handin": _page("handin"),
    "gate-check": gate_check,
    "floor": floor,
}
"""Of the sample that lacks something everywhere."""
