"""The same picture twice."""

METHOD = ""
