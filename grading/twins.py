"""The same picture in two places, as the store tells the rules."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Twin:
    """Another file (or the same one in another dossier) that shows a photo's picture.

    `sha256` is that file's hash; `dossier` names the other dossier, "" where it is this one, and
    `owner` is that dossier's id.
    """

    sha256: str
    dossier: str = ""
    owner: UUID | None = None
