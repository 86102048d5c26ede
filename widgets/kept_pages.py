"""The pages of a dossier that were seen, as far as they are worth their room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from widgets.pages.base import Page

#: So many plain pages stay out of view.
PLAIN_KEPT = 6


class KeptPages(dict[str, Page]):
    """Pages by their key, the one seen last at the end."""

    def seen(self, key: str) -> Page | None:
        """A page that is gone to again; None where it must be made."""
        page = self.pop(key, None)
        if page is not None:
            self[key] = page
        return page

    def let_go(self, current: str, beside: Sequence[dict[str, Any]]) -> None:
        """A page takes some 3 MB: of the plain ones the last stay as they
        stood, and those on which something was refused; with a page goes what stands `beside` it
        under the same key."""
        plain = [key for key, page in self.items() if page.plain and key != current]
        for key in plain[:-PLAIN_KEPT]:
            if self[key].flush():
                page = self.pop(key)
                page.finish()
                for part in (page, *(held.pop(key, None) for held in beside)):
                    if part is not None:
                        part.deleteLater()
