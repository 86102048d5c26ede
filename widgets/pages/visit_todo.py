"""The gate check's names as the pages know them; the judgement is `grading.gate_check`'s."""

from grading.gate_check import Todo, When, as_text, before_leaving, request_text, summary, todo

__all__ = ["Todo", "When", "as_text", "before_leaving", "request_text", "summary", "todo"]
