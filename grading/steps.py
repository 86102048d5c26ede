"""How far the plan's fourteen steps have come: their states, and those of the window's pages.

empty: nothing is filled in; blocked: something stands there that the plan does not allow;
open: begun, with gaps that would stop a final export; done: begun, and nothing stops it. A page is
judged by the blocking findings of its own half, so that whatever a step cannot do without is asked
for by a rule with `severity: block` and `gap: true`.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from forms.dossier import Attachment, Signature
from forms.evaluation import Stage
from forms.papers import SCANS
from forms.steps import PAGES, STEP_OF_PAGE, STEPS, Page
from grading.finding import Finding, Severity
from grading.rules.case import Case
from grading.rules.evaluation import unanswered

#: Nothing has to be attached: what a form needs as proof is asked for there. No rule says how much
#: of the library must be filled in; nothing may ever come back.
_OPTIONAL = ("assignments", "attachments", "library", "route", "returned", "adoption")
#: What comes after other work must not stop it, so that the rules of these pages block nothing, or
#: little: they are open as long as any finding stands there.
_STRICT = ("briefing", "inspection")
#: Papers of every step lie together on one page, which says nothing about the step it stands under.
_OF_ALL_STEPS = "papers"

State = Literal["empty", "open", "done", "blocked"]


def page_states(case: Case, findings: Sequence[Finding]) -> dict[str, State]:
    """The state of every page, by its key in the window's order."""
    states = {
        key: _judged(case, key, [f for f in findings if _page(f) == key])
        for key, page in PAGES.items()
        if page.forms
    }
    if states["self"] == "done" and unanswered(case, Stage.SELF):
        states["self"] = "open"
    for key in _STRICT:
        if states[key] == "done" and any(_page(finding) == key for finding in findings):
            states[key] = "open"
    states["results"] = _results(case, states)
    if states["results"] != "done":  # a route leads from the whole diagnosis
        states["route"] = states["results"]
    states["comparison"] = states["regrade"]
    states["papers"] = _papers(case, states, findings)
    states["handin"] = _handin(states, findings)
    for step in STEPS:  # what a page only shows stands on the step's others
        rest = [page for page in step.pages if page.forms]
        for page in step.pages:
            states.setdefault(page.key, _together(states, rest))
    return {key: states[key] for key in PAGES}


def step_states(case: Case, findings: Sequence[Finding]) -> dict[str, State]:
    """The state of every step, by its key in the plan's order."""
    states = page_states(case, findings)
    return {step.key: _together(states, step.pages) for step in STEPS}


def _page(finding: Finding) -> str:
    return finding.target.page if finding.target else ""


def _judged(case: Case, page: str, findings: Iterable[Finding]) -> State:
    half = STEP_OF_PAGE[page].half
    gaps = [
        case.pack.rules[f.rule].gap if f.rule in case.pack.rules else False
        for f in findings
        if f.severity is Severity.BLOCK and f.half == half
    ]
    if not all(gaps):
        return "blocked"
    if page not in case.filled:
        return "empty"
    return "open" if gaps else "done"


def _papers(case: Case, states: dict[str, State], findings: Iterable[Finding]) -> State:
    """Begun with the first paper that is signed; done when none is missing or changed since."""
    dossier = case.dossier
    scanned = any(each.kind in SCANS for each in dossier.all(Attachment))
    if not scanned and not dossier.all(Signature):
        return states["papers"] if states["papers"] == "empty" else "open"
    return "open" if any(_page(finding) == "papers" for finding in findings) else "done"


def _results(case: Case, states: dict[str, State]) -> State:
    """The results can be told when the diagnosis is answered whole."""
    if states["walk"] in ("empty", "blocked"):
        return "empty" if states["walk"] == "empty" else "open"
    return "open" if unanswered(case, Stage.DIAGNOSIS) else "done"


def _handin(states: dict[str, State], findings: Iterable[Finding]) -> State:
    """Ready to be handed in when nothing blocks; begun when the report is."""
    if not any(each.severity is Severity.BLOCK and each.half == 1 for each in findings):
        return "done"
    return "empty" if states["report"] == "empty" else "open"


def _together(states: dict[str, State], pages: Sequence[Page]) -> State:
    """A step is blocked by any of its pages, and done when all are that have to be."""
    own = [
        states[page.key]
        for page in pages
        if page.key != _OF_ALL_STEPS and (page.key not in _OPTIONAL or states[page.key] != "empty")
    ]
    if "blocked" in own:
        return "blocked"
    if all(state == "empty" for state in own):
        return "empty"
    return "done" if all(state == "done" for state in own) else "open"
