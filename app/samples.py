"""The bundled samples: fictional dossiers, their photos and figures drawn when opened."""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import yaml

from app.exchange import Reader
from app.progress import Progress
from app.sample_figures import draw_chart
from app.sample_photos import draw
from exporters.style import resource_path
from forms.dossier import Dossier, Enterprise, Photo, Site
from forms.fields import decimal

if TYPE_CHECKING:
    from app.workbench import Workbench

COMPLETE = ("auto-parts", "herbal-pharma", "electronics")
FAULTY = "faulty"
OF_PACK = {"changchun-2024": (*COMPLETE, FAULTY), "yunchuan-2025": ("yunchuan-workshop",)}
"""The samples of each pack."""
EVERY = tuple(slug for slugs in OF_PACK.values() for slug in slugs)
METRES_A_DEGREE = 111_320.0


def load_sample(
    bench: Workbench, slug: str, pictures_most: int | None = None
) -> Iterator[Progress | UUID]:
    """Bring one sample into the store; yields progress, and the dossier's id last.

    A sample has one id everywhere: what is there already stays as it is, what is missing (photos,
    after it was stopped half-way) is added. Drawing takes long: at most `pictures_most` photos and
    as many attachments are brought along, where that is given.
    """
    mapping = {**_read(slug, "dossier.yaml"), "id": f"sample-{slug}"}
    mapping["paragraph"] = [
        {"section": section, "text": paragraph}
        for section, paragraphs in _read(slug, "report.yaml").items()
        for paragraph in paragraphs
    ]
    pictures = _read(slug, "photos.yaml")
    reader = Reader(mapping)
    dossier_id = reader.dossier_id
    if dossier_id not in {summary.id for summary in bench.summaries()}:
        bench.import_mapping(mapping)
    with tempfile.TemporaryDirectory() as folder:
        yield from _attachments(
            bench, reader, pictures.get("attachments", [])[:pictures_most], Path(folder)
        )
        yield from _photos(bench, reader, pictures.get("photos", [])[:pictures_most], Path(folder))
    yield dossier_id


def _read(slug: str, name: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with resource_path("samples", slug, name).open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=loader)


def _attachments(
    bench: Workbench, reader: Reader, entries: list[dict[str, Any]], folder: Path
) -> Iterator[Progress]:
    dossier_id = reader.dossier_id
    there = {record.id for record in bench.dossier(dossier_id).records.get("attachment", ())}
    for done, entry in enumerate(entries, 1):
        record_id = reader.reference("attachment", entry["id"])
        if record_id in there:
            continue
        path = folder / entry["filename"]
        if "chart" in entry["draw"]:
            draw_chart(entry["draw"], path)
        else:
            taken = dt.datetime.fromisoformat(str(entry["taken_at"]))
            _draw(bench.dossier(dossier_id), entry, path, taken)
        visit = entry.get("visit")
        bench.attach(
            dossier_id,
            path,
            entry["kind"],
            entry["name"],
            entry["proves"],
            record_id,
            visit=reader.reference("visit", visit) if visit else None,
        )
        yield Progress(done, len(entries), entry["filename"])
        path.unlink()


def _photos(
    bench: Workbench, reader: Reader, entries: list[dict[str, Any]], folder: Path
) -> Iterator[Progress]:
    """Draw the photos, import them visit by visit, and say what they show.

    What is there without a caption was left by a load that was stopped, and is described now.
    """
    dossier = bench.dossier(reader.dossier_id)
    told: dict[str, dict[str, Any]] = {}
    there = {getattr(photo, "filename", "") for photo in dossier.records.get("photo", ())}
    drawn: dict[str | None, list[Path]] = {}
    for done, entry in enumerate(entries, 1):
        taken = dt.datetime.fromisoformat(str(entry["taken_at"]))
        path = folder / f"IMG_{taken:%Y%m%d_%H%M%S}_{done:02}.jpg"
        told[path.name] = entry
        if path.name in there:
            continue
        _draw(dossier, entry, path, taken)
        drawn.setdefault(entry.get("visit"), []).append(path)
        yield Progress(done, len(entries), path.name)
    for short, group in drawn.items():
        visit = reader.reference("visit", short) if short else None
        yield from bench.import_photos(dossier.id, group, visit)
    for photo in bench.dossier(dossier.id).all(Photo):
        if photo.filename in told and not photo.caption:
            _describe(bench, reader, told[photo.filename], photo.id)


def _draw(dossier: Dossier, entry: dict[str, Any], path: Path, taken: dt.datetime) -> None:
    site, enterprise = dossier.one(Site), dossier.one(Enterprise)
    latitude = float(decimal(site.latitude) or 0)
    longitude = float(decimal(site.longitude) or 0)
    north, east = entry.get("offset_m", [0, 0])
    spec = entry["draw"]
    draw(
        spec["scene"],
        path,
        sign=spec.get("sign", enterprise.name if spec["scene"] == "gate" else ""),
        people=spec.get("people", 0),
        taken_at=taken,
        latitude=latitude + north / METRES_A_DEGREE,
        longitude=longitude + east / (METRES_A_DEGREE * math.cos(math.radians(latitude))),
        place=enterprise.address,
        seed=spec.get("seed", 0),
        strip_exif=spec.get("strip_exif", False),
    )


def _describe(bench: Workbench, reader: Reader, entry: dict[str, Any], photo: UUID) -> None:
    dossier_id = reader.dossier_id
    told = ("kind", "counterpart", "logo")
    values: dict[str, Any] = {name: entry[name] for name in told if name in entry}
    if entry.get("training"):
        values["training"] = reader.reference("training", entry["training"])
    for short in entry.get("people", []):
        values[f"people.{reader.reference('member', short)}"] = True
    values["caption"] = entry.get("caption", "")  # last: with it the photo counts as described
    for name, value in values.items():
        bench.put(dossier_id, "photo", photo, name, value)
    bench.seal(dossier_id)
