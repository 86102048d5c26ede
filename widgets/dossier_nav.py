"""The navigation of a dossier: the plan's steps with their state, each page with its figure."""

from __future__ import annotations

from uuid import UUID

from app.review import Review
from forms.dossier import Assignment, Attachment, Dossier, Member, Training, Visit
from forms.fields import chosen
from forms.pack import Pack
from forms.places import PAGE_OF_STAGE, page_in
from forms.record import Record, forms, split_path
from forms.steps import BY_KEY, HALVES, STEPS, Page, Step
from grading.finding import Target
from widgets.nav import NavEntry, NavGroup, StepState

STATES = {
    "empty": StepState.EMPTY,
    "open": StepState.HALF,
    "done": StepState.DONE,
    "blocked": StepState.BLOCKED,
}
_STAGES = {page: stage for stage, page in PAGE_OF_STAGE.items()}
_COUNTED: dict[str, tuple[type[Record], str]] = {
    "team": (Member, "人"),
    "visits": (Visit, "次"),
    "trainings": (Training, "次"),
}


def nav_groups(dossier: Dossier, pack: Pack, review: Review | None) -> tuple[NavGroup, ...]:
    """The rows of the navigation; states are empty until the first review is there."""
    states = review.steps if review is not None else {}
    entries = [
        NavEntry(
            step.key,
            step.name,
            number=step.number,
            state=STATES[states.get(step.key, "empty")],
            pages=tuple(
                NavEntry(_row_key(page), page.name, _note(page, dossier, pack, review))
                for page in step.pages
            ),
        )
        for step in STEPS
    ]
    done = sum(states.get(step.key) == "done" for step in STEPS)
    road = NavEntry(row_of_page("road"), "进程", f"{done}/{len(STEPS)}", icon="list")
    return NavGroup("", (road,)), *(
        NavGroup(
            name,
            tuple(e for e, step in zip(entries, STEPS, strict=True) if step.half == half),
        )
        for half, name in HALVES.items()
    )


def _row_key(page: Page) -> str:
    """A page's row; two steps share their key with a page, and a row's key must be its own."""
    return f"page:{page.key}"


def page_of_row(row: str) -> str:
    """The page that a row leads to; a step leads to its first page."""
    if row.startswith("page:"):
        return row.removeprefix("page:")
    return first_page(BY_KEY[row])


def first_page(step: Step) -> str:
    """The page on which a step begins."""
    return step.pages[0].key


def row_of_page(key: str) -> str:
    """The row of a page."""
    return f"page:{key}"


def _note(page: Page, dossier: Dossier, pack: Pack, review: Review | None) -> str:
    stage = _STAGES.get(page.key)
    if stage is not None:
        instrument = pack.instrument
        items = {item.name for item in instrument.items}
        scenes = {scene.name for scene in instrument.scenes}
        answered = sum(
            bool(chosen(answer.chosen)) if answer.subject in items else answer.level is not None
            for answer in dossier.answers(stage)
            if answer.subject in items | scenes
        )
        return f"{answered}/{len(items) + len(scenes)}"
    if page.key in _COUNTED:
        form, unit = _COUNTED[page.key]
        count = len(dossier.all(form))
        return f"{count} {unit}" if count else ""
    if page.key == "assignments":
        count = sum(bool(each.person) for each in dossier.all(Assignment))
        return f"{count} 项" if count else ""
    if page.key == "attachments":
        count = len(dossier.all(Attachment))
        return f"{count} 件" if count else ""
    if page.key == "returned":
        count = sum(not point.closed for point in dossier.points())
        return f"{count} 条" if count else ""
    if page.key == "report" and review is not None and review.words.get("body"):
        return f"{review.words['body']:,} 字"
    return ""


def target_of(dossier: Dossier, form: str, record_id: UUID, path: str) -> Target | None:
    """Where a field of a record is filled in; None where the record is not in view."""
    kind = forms().get(form)
    record = dossier.find(kind, record_id) if kind is not None else None
    page = page_in(dossier, record) if record is not None else ""
    if record is None or not page:
        return None
    return Target(page, None if record.single else record_id, split_path(path)[0])
