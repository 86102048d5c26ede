"""The `photos` command's core: photos from anywhere, judged against a site and a visit."""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from math import isfinite
from pathlib import Path

from app.packs import load_pack
from app.photo_worker import Inspected, PhotoWorker, Refused, starting
from app.watermark_reader import WatermarkReader
from forms.errors import UserError
from forms.photo_facts import BEIJING
from forms.watermark import Watermark
from grading.finding import Finding, Severity
from grading.photo_verdict import DEFAULT_FENCE_M, PhotoVerdict, Premises, Site, judge
from grading.photo_words import told

FILE_COUNT_LIMIT = 20_000
"""Files looked at below one folder; a disk handed in by mistake must come to an end."""


def photos_lines(
    paths: Iterable[Path],
    site: Site | None = None,
    fence_m: float = DEFAULT_FENCE_M,
    visit: tuple[datetime, datetime] | None = None,
    now: datetime | None = None,
    *,
    ocr: bool = True,
) -> Iterator[dict[str, object]]:
    """One JSON-ready object a file, in a stable order, folders opened recursively.

    A file that is no readable image gives `{"file", "error"}` and the rest goes on. `visit` is one
    session's start and end, aware; `now` finds photos from the future; without `ocr` no watermark
    is read. Raises UserError where the programs that read photos do not start.
    """
    window = None if visit is None else [visit]
    pack = load_pack()
    premises = Premises(districts=pack.districts, city=pack.city)
    kept = "已列出的照片检查完毕，其余尚未检查"
    with starting(kept), PhotoWorker() as worker, WatermarkReader() as reader:
        for path, problem in _files(paths):
            if problem:
                yield {"file": _shown(path), "error": problem}
                continue
            seen = worker.inspect(path)
            if isinstance(seen, Refused):
                yield {"file": _shown(path), "error": seen.message}
                continue
            read = reader.read(path) if ocr else None
            mark = None if isinstance(read, Refused) else read
            verdict = judge(
                seen.facts,
                site,
                window,
                fence_m,
                watermark=mark,
                premises=premises,
                now=now,
                filename=path.name,
                size=seen.size,
            )
            unread = [_unread(read.message)] if isinstance(read, Refused) else []
            yield _line(seen, verdict, mark, unread)


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
    verdict: PhotoVerdict,
    mark: Watermark | None,
    unread: list[Finding],
) -> dict[str, object]:
    facts = seen.facts
    taken, fixed, position = verdict.taken_at, facts.gps_time, verdict.position
    distance = verdict.distance_m
    return {
        "file": _shown(seen.path),
        "sha256": seen.sha256,
        "width": facts.width,
        "height": facts.height,
        "taken_at": taken.isoformat() if taken else None,
        "taken_at_source": verdict.time_source or None,
        "offset_known": facts.offset_known,
        "latitude": position[0] if position else None,
        "longitude": position[1] if position else None,
        "position_source": verdict.position_source or None,
        "gps_time": fixed.astimezone(UTC).isoformat().replace("+00:00", "Z") if fixed else None,
        "distance_m": None if distance is None else round(distance, 1),
        "datum": verdict.datum,
        "make": facts.make,
        "model": facts.model,
        "software": facts.software,
        "watermark": _watermark(mark) if mark and mark.states_anything else None,
        "findings": [_finding(finding) for finding in (*verdict.findings, *unread)],
    }


def _watermark(mark: Watermark) -> dict[str, object]:
    """What the watermark states; `unsure` names what a person has to look at first."""
    local = mark.taken_local
    taken = local.replace(tzinfo=BEIJING).isoformat() if local else None
    return {
        "lines": [line.text for line in mark.lines],
        "taken_at": taken,
        "latitude": mark.latitude,
        "longitude": mark.longitude,
        "address": mark.address or None,
        "place": mark.place or None,
        "weekday": None if mark.weekday is None else mark.weekday + 1,
        "brand": mark.brand or None,
        "code": mark.code or None,
        "impossible": mark.impossible or None,
        "unsure": [_NAMES.get(name, name) for name in sorted(mark.unsure)],
    }


#: What the line calls the statements of a watermark.
_NAMES: dict[str, str] = {"day": "date", "clock": "time"}


def _unread(message: str) -> Finding:
    return told("PHOTO-WATERMARK-UNREAD", Severity.INFO, message, "请对照原图核对水印。")


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
    }
