"""The program's version, which stands in pyproject.toml and nowhere else."""

from __future__ import annotations

import re
import tomllib
from functools import cache

from exporters.style import resource_path

_VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})")


@cache
def version() -> str:
    """This program's version, ``0.1.0``."""
    # The package has the file beside `resources/`, as the source tree does.
    text = (resource_path().parent / "pyproject.toml").read_text("utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def ordered(number: str) -> tuple[int, ...]:
    """A version as what versions are compared by; ValueError for what is none."""
    found = _VERSION.fullmatch(number)
    if found is None:
        raise ValueError(number)
    return tuple(int(part) for part in found.groups())
