"""Every file of a dossier's papers that can be written, and how each is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from app.handin_choice import BLANK, SCHEDULE, part_of
from exporters import briefing, papers, schedule
from exporters.blocks import Document
from exporters.docx_renderer import render_docx
from exporters.papers import Sheet
from exporters.pdf_renderer import render_pdf
from exporters.source import Source
from exporters.style import StyleSheet
from forms.dossier import Enterprise, Photo
from grading.rules.case import Case

BRIEFING = "诊断结果汇报"

Write = Callable[[Path, int], tuple[str, ...]]
"""Writes a document with photos of at most so many pixels a side, AS_THEY_ARE for the report's own
size; answers with the characters that no font has."""
AS_THEY_ARE = 0


@dataclass(frozen=True)
class Plan:
    """One file to be written: for which part, its name, of which paper, and how."""

    part: str
    name: str
    write: Write
    sheet: Sheet | None = None


def plans(source: Source, mark: str) -> list[Plan]:
    """Every file, the check sheet first; `mark` stands behind each name."""
    sheets = sorted(
        papers.sheets(source.dossier, source.pack), key=lambda s: s.paper.key != "checksheet"
    )
    found = [plan for sheet in sheets for plan in _both(source, sheet, mark)]

    def slides(path: Path, _px: int) -> tuple[str, ...]:
        briefing.write(source, path)
        return ()

    found.append(Plan("briefing", f"{BRIEFING}{mark}.pptx", slides))
    dated = list(schedule.occasions(Case(source.dossier, source.pack, source.today)))

    def calendar(path: Path, _px: int) -> tuple[str, ...]:
        name = f"诊改日程　{source.dossier.one(Enterprise).name}"
        path.write_bytes(schedule.compose(dated, name, dt.datetime.now(dt.UTC)))
        return ()

    # No paper, so that a draft of it is the same.
    return [*found, Plan(SCHEDULE, f"{schedule.TITLE}.ics", calendar)] if dated else found


def _both(source: Source, sheet: Sheet, mark: str) -> list[Plan]:
    @cache
    def composed(px: int) -> Document:
        return papers.compose(_with_photos(source, px), sheet)

    part = BLANK if sheet.blank else part_of(sheet.paper)
    return [
        Plan(part, f"{sheet.name}{mark}{ending}", write, sheet)
        for ending, write in writers(composed, source.style).items()
    ]


def writers(composed: Callable[[int], Document], style: StyleSheet) -> dict[str, Write]:
    """How a document is written as each kind of file, by its ending."""

    def as_pdf(path: Path, px: int) -> tuple[str, ...]:
        # Opened here, for the renderer leaves a file open that it cannot write.
        with path.open("wb") as stream:
            return render_pdf(composed(px), stream, sheet=style)

    def as_docx(path: Path, px: int) -> tuple[str, ...]:
        render_docx(composed(px), path, sheet=style)
        return ()

    return {".pdf": as_pdf, ".docx": as_docx}


def _with_photos(source: Source, px: int) -> Source:
    if px == AS_THEY_ARE:
        return source
    from app.photo_copies import make_copy  # loaded late, for it brings OpenCV along

    def smaller(photo: Photo) -> Path | bytes | None:
        held = source.photo_file(photo)
        return make_copy(held, photo.filename, 1, px) if isinstance(held, bytes) else held

    return replace(source, photo_file=smaller)
