"""The solution library: scenes in use without a product, drafts that wait to be confirmed."""

from forms.dossier import LibraryEntry
from grading.library import home, unserved, waits
from grading.rules.case import Case, Hits, hit


def products(case: Case) -> Hits:
    """Note 2 of the annex: for every 三级场景 and its needs, what serves them."""
    for entry in unserved(case.dossier):
        scene = home(case.pack.library, entry)[2] or "未命名场景"
        yield hit("LIBRARY-PRODUCT", entry.id, "solution", scene=scene[:40])


def drafted(case: Case) -> Hits:
    """What the program filled in is not the consultant's word until somebody confirms it."""
    waiting = [entry for entry in case.dossier.all(LibraryEntry) if waits(entry)]
    if waiting:
        yield hit("LIBRARY-DRAFTED", waiting[0].id, "drafted", count=len(waiting))


RULES = (products, drafted)
