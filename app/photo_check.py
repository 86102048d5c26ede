"""The `photos` command's core: photos from anywhere, judged against a site and a visit."""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from math import isfinite
from pathlib import Path

from app.photo_worker import Inspected, PhotoWorker, Refused
from forms.errors import UserError
from forms.photo_facts import BEIJING
from grading.finding import Finding
from grading.photo_verdict import DEFAULT_FENCE_M, Site, judge

FILE_COUNT_LIMIT = 20_000
"""Files looked at below one folder; a disk handed in by mistake must come to an end."""


def photos_lines(
    paths: Iterable[Path],
    site: Site | None = None,
    fence_m: float = DEFAULT_FENCE_M,
    visit: tuple[datetime, datetime] | None = None,
    now: datetime | None = None,
) -> Iterator[dict[str, object]]:
    """One JSON-ready object a file, in a stable order, folders opened recursively.

    A file that is no readable image gives `{"file", "error"}` and the rest goes on. `visit` is one
    session's start and end, aware; `now` finds photos from the future.
    """
    window = None if visit is None else [visit]
    with PhotoWorker() as worker:
        for path, problem in _files(paths):
            if problem:
                yield {"file": _shown(path), "error": problem}
                continue
            seen = worker.inspect(path)
            if isinstance(seen, Refused):
                yield {"file": _shown(path), "error": seen.message}
            else:
                yield _line(seen, site, fence_m, window, now)


def parse_site(text: str) -> Site:
    """`LAT,LON` in WGS-84 degrees. Raises UserError for anything else."""
    try:
        latitude, longitude = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        latitude = longitude = float("nan")
    if not (isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise UserError(f"厂址“{text[:60]}”无法识别；请写作“纬度,经度”，如 43.8868,125.3245。")
    return Site(latitude, longitude)


def parse_visit(text: str) -> tuple[datetime, datetime]:
    """`START/END` by ISO 8601, Beijing time unless it says otherwise. Raises UserError."""
    try:
        start, end = (datetime.fromisoformat(part.strip()) for part in text.split("/"))
        start, end = (at if at.tzinfo else at.replace(tzinfo=BEIJING) for at in (start, end))
        ordered = start < end
    except ValueError:
        ordered = False
    if not ordered:
        raise UserError(
            f"诊断时段“{text[:60]}”无法识别；请写作“开始/结束”，"
            "如 2025-03-18T09:00/2025-03-18T12:10，开始在前。"
        )
    return start, end


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Each file to look at, or a path with the sentence that says why it is not."""
    for path in paths:
        if not path.is_dir():
            yield path, ""
            continue
        below = _below(path)
        yield from ((file, "") for file in islice(below, FILE_COUNT_LIMIT))
        if next(below, None) is not None:
            yield path, f"文件夹内的文件超过 {FILE_COUNT_LIMIT:,} 个，其余未检查；请分批检查。"


def _below(folder: Path) -> Iterator[Path]:
    """Files below a folder, sorted; linked folders are not entered, for they may lead in circles.

    A link to a file counts as the file.
    """
    for root, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(root, name) for name in sorted(names))


def _shown(path: Path) -> str:
    """The path as text that can be written as UTF-8, whatever bytes the file's name has."""
    return os.fsencode(path).decode("utf-8", "replace")


def _line(
    seen: Inspected,
    site: Site | None,
    fence_m: float,
    window: Sequence[tuple[datetime, datetime]] | None,
    now: datetime | None,
) -> dict[str, object]:
    facts = seen.facts
    verdict = judge(facts, site, window, fence_m, now=now)
    taken, fixed = facts.taken_at, facts.gps_time
    distance = verdict.distance_m
    return {
        "file": _shown(seen.path),
        "sha256": seen.sha256,
        "width": facts.width,
        "height": facts.height,
        "taken_at": taken.isoformat() if taken else None,
        "taken_at_source": "exif" if taken else None,
        "offset_known": facts.offset_known,
        "latitude": facts.latitude,
        "longitude": facts.longitude,
        "position_source": "exif" if facts.position else None,
        "gps_time": fixed.astimezone(UTC).isoformat().replace("+00:00", "Z") if fixed else None,
        "distance_m": None if distance is None else round(distance, 1),
        "datum": verdict.datum,
        "make": facts.make,
        "model": facts.model,
        "software": facts.software,
        "watermark": None,
        "findings": [_finding(finding) for finding in verdict.findings],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
    }
