"""All of Qt: the main window, one page a step, the field widgets, the job runner."""
