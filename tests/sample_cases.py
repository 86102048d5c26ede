"""The bundled samples as cases, with photos as their drawings would say of themselves."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from app.exchange import Reader
from forms.dossier import Attachment, Dossier, Photo, Site
from forms.photo_facts import PhotoFacts
from grading.rules import Case
from tests.rule_cases import case_of, dossier_of, photo_facts, reading_of

SAMPLES = Path(__file__).parent.parent / "resources" / "samples"


def sample_case(slug: str) -> Case:
    """A bundled sample with photos as its drawings would say of themselves."""
    mapping, pictures = _read(slug, "dossier.yaml"), _read(slug, "photos.yaml")
    report: Mapping[str, list[str]] = _read(slug, "report.yaml")
    mapping["paragraph"] = [
        {"section": key, "text": text} for key, texts in report.items() for text in texts
    ]
    reader = Reader(mapping)
    dossier = dossier_of(mapping | {"id": str(reader.dossier_id)})
    place = dossier.one(Site)
    site = (float(place.latitude), float(place.longitude))
    photos = [
        _photo(reader, dossier, entry, site, number)
        for number, entry in enumerate(pictures.get("photos", []))
    ]
    attachments = [
        Attachment(
            id=reader.reference("attachment", entry["id"]),
            dossier_id=dossier.id,
            **{name: entry[name] for name in ("filename", "kind", "name", "proves")},
            visit=reader.reference("visit", entry["visit"]) if "visit" in entry else None,
        )
        for entry in pictures.get("attachments", [])
    ]
    records = dossier.records | {"photo": list(photos), "attachment": list(attachments)}
    body = sum(len(text) for key, texts in report.items() if key[0] in "1234" for text in texts)
    # The drawn watermark stays where the drawn EXIF was taken away.
    marks = {
        photo.sha256: reading_of(_drawn_facts(entry, site))
        for photo, entry in zip(photos, pictures.get("photos", []), strict=True)
    }
    return case_of(Dossier(dossier.id, records, watermarks=marks), body)


def _read(slug: str, name: str) -> Any:
    return yaml.safe_load((SAMPLES / slug / name).read_text(encoding="utf-8"))


def _photo(
    reader: Reader,
    dossier: Dossier,
    entry: dict[str, Any],
    site: tuple[float, float],
    number: int,
) -> Photo:
    stripped = entry["draw"].get("strip_exif")
    facts = photo_facts(None, site, None) if stripped else _drawn_facts(entry, site)
    visit, training = entry.get("visit"), entry.get("training")
    return Photo(
        dossier_id=dossier.id,
        sha256=hashlib.sha256(f"{reader.dossier_id} {number}".encode()).hexdigest(),
        filename=f"IMG_{number:02}.jpg",
        facts=facts.model_dump(mode="json"),
        visit=reader.reference("visit", visit) if visit else None,
        training=reader.reference("training", training) if training else None,
        kind=entry["kind"],
        caption=entry.get("caption", ""),
        people={str(reader.reference("member", name)): True for name in entry.get("people", [])},
        counterpart=entry.get("counterpart"),
        logo=entry.get("logo"),
    )


def _drawn_facts(entry: dict[str, Any], site: tuple[float, float]) -> PhotoFacts:
    taken = dt.datetime.fromisoformat(str(entry["taken_at"]))
    north, east = entry.get("offset_m", (0, 0))
    return photo_facts(taken, site, (north, east))
