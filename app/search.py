"""Search in everything typed: the live text values of all dossiers' records that are in view.

`search_of(store)` answers by the store's own means: an index of characters where the store is
SQLite's (`app.search_index`), LIKE over the log elsewhere (`app.search_like`). Both find the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from app.search_index import IndexSearch
from app.search_like import Hit, LikeSearch, Place, hits
from app.store import Store

if TYPE_CHECKING:
    from app.workbench import Workbench

__all__ = ["Hit", "Place", "Search", "hits", "search_of"]


class Search(Protocol):
    """A term is looked for as it stands, but for the case of A to Z; words are parted by blanks."""

    def places(self, term: str) -> list[Place]:
        """The records in which a term stands, each once."""

    def dossiers(self, words: str) -> dict[UUID, Place]:
        """The dossiers in which each of the words stands, each with a record that has the first."""

    def catch_up(self, bench: Workbench) -> Iterator[int]:
        """Take in what was edited since; yields how many records wait still."""


def search_of(store: Store) -> Search:
    """The search that the store's database can do."""
    return IndexSearch(store) if store.engine.dialect.name == "sqlite" else LikeSearch(store)
