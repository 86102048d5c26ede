"""All of Qt: the main window, one page a step, the field widgets, the job runner."""

from widgets import loose_items as loose_items  # before any layout is made
