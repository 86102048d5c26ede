"""Rows of the change log from outside: read strictly, and their chains checked, before any is kept.

`changes.jsonl` holds one row a line, in the form of `app.log.LogRow` without what is derived.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.log import canonical, check_rows
from exporters.bundle_signature import LINE_CEILING, LOG_CEILING
from forms.errors import UserError

ROWS_CEILING = 500_000
_COUNTER_MOST = 1 << 48
log_to = logging.getLogger(__name__)

_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]


class ForeignRow(BaseModel):
    """A row, by type and size; one with anything else in it is none. See `app.log.LogRow`.

    Light, for tens of thousands come at once; what is kept of them is written by `Log.unite`.
    """

    model_config = ConfigDict(extra="forbid")

    id: UUID
    dossier_id: UUID
    form: _Name
    record_id: UUID
    field: Annotated[str, Field(min_length=1, max_length=400)]
    value: str | None
    salt: Annotated[str, Field(max_length=64)] | None
    payload_hash: _Hash
    supersedes: str
    counter: Annotated[int, Field(ge=1, le=_COUNTER_MOST)]
    device: UUID
    person: Annotated[str, Field(max_length=40)]
    at: Annotated[str, Field(max_length=40)]
    link: str | None = Field(pattern=r"^[0-9a-f]{64}$")

    @property
    def seen(self) -> list[str]:
        """The ids of the rows this one supersedes."""
        return [str(item) for item in json.loads(self.supersedes)]

    def payload(self) -> Any:
        """The value as JSON; None where it was purged."""
        return None if self.value is None else json.loads(self.value)

    @property
    def rank(self) -> tuple[int, str]:
        """Which of several live rows shows."""
        return self.counter, str(self.device)


def read_rows(pieces: Iterable[bytes], dossier_id: UUID, name: str) -> list[ForeignRow]:
    """The rows of a dossier's whole log. `name` is what people call the bundle.

    Raises UserError, and nothing is kept, where a line is no row, the log is beyond all bounds, a
    chain is broken or a value is not what was written.
    """
    rows: list[ForeignRow] = []
    trouble = ""
    try:
        for line in _lines(pieces):
            rows.append(_read(line))
            if len(rows) > ROWS_CEILING:
                raise ValueError("too many rows")
    except (ValueError, RecursionError) as error:  # ValidationError is one, UnicodeError another
        # Its words hold what stands in the line, which is confidential.
        kind = type(error).__name__
        trouble = f"line {len(rows) + 1}: {kind if isinstance(error, ValidationError) else error}"
    trouble = trouble or check_rows(rows, dossier_id)
    if trouble:
        log_to.warning("a foreign log was refused: %s", trouble)
        raise UserError(
            f"“{name}”的修改记录不合规定或已被改动，没有收入，本机内容未变，请让对方重新导出。"
        )
    return rows


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, each and all of them bounded, without the empty ones."""
    held, total = b"", 0
    for piece in pieces:
        total += len(piece)
        *whole, held = (held + piece).split(b"\n")
        if total > LOG_CEILING or max(map(len, [held, *whole])) > LINE_CEILING:
            raise ValueError("too long a log")
        yield from filter(None, whole)
    if held:
        yield held


def checked(columns: Mapping[str, Any]) -> ForeignRow:
    """A row that came as a database's columns. ValueError where it is none."""
    return _sound(ForeignRow.model_validate(columns))


def _read(line: bytes) -> ForeignRow:
    return _sound(ForeignRow.model_validate_json(line))


def _sound(row: ForeignRow) -> ForeignRow:
    """The row itself. ValueError where it is spelled as no program of ours spells it."""
    if row.link is None:
        raise ValueError("a row that is still being typed")
    if (row.value is None) != (row.salt is None):
        raise ValueError("a value without its salt")
    if row.value is not None and canonical(json.loads(row.value)) != row.value:
        raise ValueError("a value that is spelled otherwise")
    if row.supersedes != "[]":
        seen = json.loads(row.supersedes)
        if row.supersedes != canonical(sorted(str(UUID(str(item))) for item in list(seen))):
            raise ValueError("superseded rows that are spelled otherwise")
    for text in (row.value, row.person, row.at, row.field):
        (text or "").encode()  # no half of a surrogate pair can be kept
        if "\0" in (text or ""):
            raise ValueError("a NUL")
    return row
