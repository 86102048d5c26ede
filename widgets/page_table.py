"""Which class shows which page; a page's module is loaded when it is first opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from forms.evaluation import Stage
from widgets.desk import Desk
from widgets.pages.base import Page

if TYPE_CHECKING:
    from widgets.dossier_window import DossierWindow


def _form(name: str) -> Callable[[Desk], Page]:
    def make(desk: Desk) -> Page:
        from widgets.pages import forms

        page: Page = getattr(forms, name)(desk)
        return page

    return make


def _retrofit(name: str) -> Callable[[Desk], Page]:
    def make(desk: Desk) -> Page:
        from widgets.pages import retrofit_forms

        page: Page = getattr(retrofit_forms, name)(desk)
        return page

    return make


def _filing(desk: Desk) -> Page:
    from widgets.pages.filing import FilingPage

    return FilingPage(desk)


def _progress(desk: Desk) -> Page:
    from widgets.pages.progress import ProgressPage

    return ProgressPage(desk)


def _service(name: str) -> Callable[[Desk], Page]:
    def make(desk: Desk) -> Page:
        from widgets.pages import service

        page: Page = getattr(service, name)(desk)
        return page

    return make


def _briefing(desk: Desk) -> Page:
    from widgets.pages.briefing import BriefingPage

    return BriefingPage(desk)


def _inspection(desk: Desk) -> Page:
    from widgets.pages.inspection import InspectionPage

    return InspectionPage(desk)


def _assignments(desk: Desk) -> Page:
    from widgets.pages.assignments import AssignmentsPage

    return AssignmentsPage(desk)


def _walk(desk: Desk) -> Page:
    from widgets.pages.walk import WalkPage

    return WalkPage(desk)


def _self(desk: Desk) -> Page:
    from widgets.pages.self_page import SelfPage

    return SelfPage(desk)


def _before(name: str) -> Callable[[Desk], Page]:
    def make(desk: Desk) -> Page:
        from widgets.pages import preparation

        page: Page = getattr(preparation, name)(desk)
        return page

    return make


def _visits(desk: Desk) -> Page:
    from widgets.pages.visits import VisitsPage

    return VisitsPage(desk)


def _results(desk: Desk) -> Page:
    from widgets.pages.results import ResultsPage

    return ResultsPage(desk)


def _route(desk: Desk) -> Page:
    from widgets.pages.route import RoutePage

    return RoutePage(desk)


def _report(desk: Desk) -> Page:
    from widgets.pages.report import ReportPage

    return ReportPage(desk)


def _library(desk: Desk) -> Page:
    from widgets.pages.library import LibraryPage

    return LibraryPage(desk)


def _attachments(desk: Desk) -> Page:
    from widgets.pages.attachments import AttachmentsPage

    return AttachmentsPage(desk)


def _papers(desk: Desk) -> Page:
    from widgets.pages.papers import PapersPage

    return PapersPage(desk)


def _handin(desk: Desk) -> Page:
    from widgets.pages.handin import HandinPage

    return HandinPage(desk)


def _returned(desk: Desk) -> Page:
    from widgets.pages.returned import ReturnedPage

    return ReturnedPage(desk)


def _assessment(name: str) -> Callable[[Desk], Page]:
    def make(desk: Desk) -> Page:
        from widgets.pages import assessment

        page: Page = getattr(assessment, name)(desk)
        return page

    return make


def _regrade(desk: Desk) -> Page:
    from widgets.pages.walk import WalkPage

    return WalkPage(desk, Stage.RETROFIT)


def _comparison(desk: Desk) -> Page:
    from widgets.pages.comparison import ComparisonPage

    return ComparisonPage(desk)


def _subsidy(desk: Desk) -> Page:
    from widgets.pages.subsidy import SubsidyPage

    return SubsidyPage(desk)


def _trail(desk: Desk) -> Page:
    from widgets.pages.trail import TrailPage

    return TrailPage(desk)


def _merge(desk: Desk) -> Page:
    from widgets.pages.merge import MergePage

    return MergePage(desk)


def cover_by_floor(window: DossierWindow) -> None:
    """车间模式, which is a screen over all pages."""
    from widgets.floor_screen import cover

    cover(window)


#: Every page of `forms.steps.PAGES` by its key.
MAKERS: dict[str, Callable[[Desk], Page]] = {
    "enterprise": _form("EnterprisePage"),
    "pilot": _before("PilotPage"),
    "needs": _form("NeedsPage"),
    "library": _library,
    "site": _form("SitePage"),
    "contact": _before("ContactPage"),
    "self": _self,
    "preparation": _before("PreparationPage"),
    "agreement": _service("AgreementPage"),
    "team": _form("TeamPage"),
    "assignments": _assignments,
    "walk": _walk,
    "visits": _visits,
    "trainings": _form("TrainingsPage"),
    "inventory": _form("InventoryPage"),
    "results": _results,
    "route": _route,
    "briefing": _briefing,
    "report": _report,
    "projects": _form("ProjectsPage"),
    "satisfaction": _service("SatisfactionPage"),
    "adoption": _service("AdoptionPage"),
    "attachments": _attachments,
    "papers": _papers,
    "handin": _handin,
    "inspection": _inspection,
    "returned": _returned,
    "providers": _retrofit("ProvidersPage"),
    "selection": _retrofit("SelectionPage"),
    "contracts": _retrofit("ContractsPage"),
    "progress": _progress,
    "milestones": _retrofit("MilestonesPage"),
    "sync": _retrofit("SyncPage"),
    "courses": _retrofit("CoursesPage"),
    "filing": _filing,
    "assessor": _assessment("AssessorPage"),
    "regrade": _regrade,
    "golive": _assessment("GoLivePage"),
    "comparison": _comparison,
    "examination": _assessment("ExaminationPage"),
    "acceptance": _form("AcceptancePage"),
    "subsidy": _subsidy,
}


def _road(desk: Desk) -> Page:
    from widgets.pages.road import RoadPage

    return RoadPage(desk)


#: Those beside the steps, with their names.
ASIDE: dict[str, Callable[[Desk], Page]] = {"road": _road, "merge": _merge, "trail": _trail}
ASIDE_NAMES = {"road": "进程", "merge": "收取与冲突", "trail": "修改记录"}
#: Those at the foot of the navigation; the road stands above all steps.
ASIDE_ICONS = {"merge": "transfer", "trail": "clock"}
