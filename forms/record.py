"""The base of all records, and the register of forms by name."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, ClassVar
from uuid import UUID, uuid4, uuid5

from sqlmodel import Field, SQLModel

from forms.fields import KEYED, Spec

#: Fields every record has besides its own; logged like any other.
STRUCTURE = ("parent_id", "position", "withdrawn")


class Record(SQLModel):
    """One entry of a form: a dossier's own part, or one row of a list.

    `position` is a fractional index among its siblings (the 序号 exists only in print);
    `withdrawn` hides the record and its children, nothing is ever deleted.
    """

    title: ClassVar[str] = ""
    clause: ClassVar[str] = ""
    #: One record a dossier; its id follows from the dossier, so that two laptops make the same one.
    single: ClassVar[bool] = False
    #: 1 for the diagnosis (方案 三（一）), 2 for the retrofit (三（二）) with its own papers.
    half: ClassVar[int] = 1

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    dossier_id: UUID = Field(index=True, foreign_key="dossier.id")
    parent_id: UUID | None = None
    position: str = ""
    withdrawn: bool = False


def form_of(record: type[Record] | Record) -> str:
    """The form's name, which is its table's name too."""
    return str(record.__tablename__)


@cache
def forms() -> dict[str, type[Record]]:
    """Every form by name. Importing `forms.dossier` declares them all."""
    found: dict[str, type[Record]] = {}
    stack = list(Record.__subclasses__())
    while stack:
        kind = stack.pop()
        stack.extend(kind.__subclasses__())
        found[form_of(kind)] = kind
    return dict(sorted(found.items()))


@cache
def specs(form: type[Record]) -> dict[str, Spec]:
    """The declared fields of a form, in paper order."""
    found = {}
    for name in form.__annotations__:
        info = form.model_fields.get(name)
        for extra in info.metadata if info else ():
            if isinstance(extra, Spec):
                found[name] = extra
    return found


@lru_cache(maxsize=4096)
def single_id(dossier_id: UUID, form: str, key: str = "") -> UUID:
    """The id of a record of which a dossier can hold only one (for a `key`, e.g. an answer's)."""
    # Half a surrogate pair, which a file from outside may hold, names nothing.
    return uuid5(dossier_id, f"{form}/{key}".encode(errors="replace").decode())


def split_path(path: str) -> tuple[str, str]:
    """A logged field's name and, for a keyed field, its key: ``directions.MES``."""
    name, _, key = path.partition(".")
    return name, key


def paths(record: Record) -> dict[str, Any]:
    """Every logged field of a record with its value; keyed fields entry by entry."""
    found: dict[str, Any] = {}
    for name, spec in specs(type(record)).items():
        value = getattr(record, name)
        if spec.kind in KEYED:
            found.update({f"{name}.{key}": part for key, part in value.items()})
        else:
            found[name] = value
    return found
