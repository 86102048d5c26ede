"""What documents are composed from: a dossier, its judgements, and where its pictures lie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from exporters.style import STANDARD, StyleSheet
from forms.dossier import Attachment, Dossier, Photo
from forms.evaluation import Stage
from forms.pack import Pack
from grading.finding import Finding
from grading.photo_verdict import PhotoVerdict
from grading.rules.view import Judged
from grading.score import Grade


def _nowhere(_record: Photo | Attachment) -> Path | bytes | None:
    return None


@dataclass(frozen=True)
class Source:
    """Everything a composer may say comes from here.

    `photo_file` and `attachment_file` answer with a picture file or its bytes, or None; for
    counting words they answer None throughout, and `drawn` False says that pictures need not be
    drawn. `words` is the 字数 by chapter and under "body", once counted. `outdated` are the ids of
    signatures and scans of another state of their paper. `style` is what the papers are rendered
    with, on which the page numbers depend that one names of another.
    """

    dossier: Dossier
    pack: Pack
    grades: Mapping[Stage, Grade]
    photos: Mapping[UUID, Judged] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    words: Mapping[str, int] = field(default_factory=dict)
    today: dt.date = dt.date.min
    draft: bool = False
    outdated: frozenset[UUID] = frozenset()
    drawn: bool = True
    style: StyleSheet = STANDARD
    photo_file: Callable[[Photo], Path | bytes | None] = _nowhere
    attachment_file: Callable[[Attachment], Path | bytes | None] = _nowhere

    @property
    def verdicts(self) -> Mapping[UUID, PhotoVerdict]:
        """What is thought of each photo of which facts were kept."""
        return {key: each.verdict for key, each in self.photos.items() if each.verdict is not None}
