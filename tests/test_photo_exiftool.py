"""exiftool as the reference: time, offset, position, device and turn as it reads them."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags

from app.photo_reading import read_facts
from forms.errors import UserError
from forms.photo_facts import PhotoFacts
from tests.photo_files import Values, at, photo, taken

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "exif-samples"
TAGS = (
    "DateTimeOriginal", "OffsetTimeOriginal", "SubSecTimeOriginal", "GPSLatitude", "GPSLongitude",
    "GPSDateTime", "Make", "Model", "Software", "Orientation",
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    shutil.which("exiftool") is None,
    reason="exiftool is not installed (Debian: libimage-exiftool-perl)",
)


def by_exiftool(paths: Iterable[Path]) -> dict[Path, dict[str, Any]]:
    """What exiftool reads from the EXIF of each, numbers as numbers."""
    wanted = [f"-{'Composite' if tag == 'GPSDateTime' else 'EXIF'}:{tag}" for tag in TAGS]
    signed = ["-Composite:GPSLatitude", "-Composite:GPSLongitude"]
    told = subprocess.run(
        ["exiftool", "-json", "-n", *wanted, *signed, *map(str, paths)],
        capture_output=True,
        check=False,  # its status is 1 where any of the files is broken
    )
    return {Path(entry["SourceFile"]): entry for entry in json.loads(told.stdout)}


def disagreements(facts: PhotoFacts, told: dict[str, Any]) -> list[str]:
    """The facts that exiftool tells differently; what only one of the two reads is none."""
    local, fixed = facts.taken_local, facts.gps_time
    pairs = {
        "time": (local and f"{local:%Y:%m:%d %H:%M:%S}", told.get("DateTimeOriginal")),
        "fraction": (facts.subsec or None, told.get("SubSecTimeOriginal")),
        "offset": (facts.offset, told.get("OffsetTimeOriginal")),
        "fix": (fixed and f"{fixed:%Y:%m:%d %H:%M:%S}", str(told.get("GPSDateTime") or "")[:19]),
        "make": (facts.make, told.get("Make")),
        "model": (facts.model, told.get("Model")),
        "software": (facts.software, told.get("Software")),
        # The decoders of HEIC and TIFF turn the picture themselves.
        "turn": (
            facts.orientation if facts.format not in ("HEIF", "TIFF") else None,
            told.get("Orientation"),
        ),
        "latitude": (facts.latitude, told.get("GPSLatitude")),
        "longitude": (facts.longitude, told.get("GPSLongitude")),
    }
    return [
        f"{name}: {ours!r}, exiftool {theirs!r}"
        for name, (ours, theirs) in pairs.items()
        if ours is not None and theirs not in (None, "") and not _same(ours, theirs)
    ]


def _same(ours: object, theirs: object) -> bool:
    if isinstance(ours, float):
        return ours == pytest.approx(float(str(theirs)), abs=1e-7)
    return str(ours).strip() == str(theirs).strip()


def test_the_public_samples_agree() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the public EXIF sample collection is not beside the project")
    paths = [path for path in SAMPLES.rglob("*") if path.suffix not in (".md", ".json")]
    told = by_exiftool(path for path in paths if path.is_file())
    wrong, read = {}, 0
    for path, entry in told.items():
        try:
            facts = read_facts(path)
        except UserError:
            continue
        read += 1
        if found := disagreements(facts, entry):
            wrong[path.name] = found
    assert wrong == {}
    assert read > 80


MAIN: Values = {
    ExifTags.Base.Make: "SAMPLE",
    ExifTags.Base.Model: "M 1",
    ExifTags.Base.Software: "v1.2.3",
    ExifTags.Base.Orientation: 6,
}
HERE = at((43.0, 53.0, 12.48), "N", (125.0, 19.0, 28.2), "E")
FIXED: Values = {29: "2025:06:16", 7: (23.0, 5.0, 10.0)}
CASES: dict[str, tuple[Values, Values, Values]] = {
    "whole": (MAIN, taken("2025:06:17 07:05:12", "+08:00", "054"), {**HERE, **FIXED}),
    "south": (MAIN, taken("2024:02:29 23:59:59", "-03:30"),
              at((33.0, 30.0, 1.5), "S", (70.0, 15.0, 0.0), "W")),
    "no-letters": ({}, taken("2025:06:17 07:05:12", None), at((43.5, 0.0, 0.0), None,
                   (125.25, 0.0, 0.0), None)),
    "no-offset": (MAIN, taken("2025:06:17 07:05:12", None), {}),
    "no-time": (MAIN, {}, {**HERE, **FIXED}),
    "edited": ({**MAIN, ExifTags.Base.DateTime: "2025:07:01 10:00:00"},
               {ExifTags.Base.OffsetTime: "+03:00", ExifTags.Base.SubsecTime: "9"}, {}),
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".heic"])
def test_generated_files_agree(tmp_path: Path, suffix: str) -> None:
    paths = {}
    for name, (main, detail, gps) in CASES.items():
        paths[photo(tmp_path / f"{name}{suffix}", main=main, detail=detail, gps=gps)] = name
    told = by_exiftool(paths)
    assert set(told) == set(paths)
    for path, name in paths.items():
        facts = read_facts(path)
        assert disagreements(facts, told[path]) == [], name
        # Both have read what is there.
        assert ("DateTimeOriginal" in told[path]) == (facts.taken_local is not None), name
        assert ("GPSLatitude" in told[path]) == (facts.latitude is not None), name
        assert ("Make" in told[path]) == (facts.make is not None), name
    whole = told[tmp_path / f"whole{suffix}"]
    assert set(TAGS) <= set(whole) | ({"Orientation"} if suffix == ".heic" else set())


def test_a_difference_is_seen(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg", main=MAIN, detail=taken("2025:06:17 07:05:12"), gps=HERE)
    (told,) = by_exiftool([path]).values()
    facts = read_facts(path)
    assert disagreements(facts.model_copy(update={"latitude": 43.8}), told)
    assert disagreements(facts.model_copy(update={"offset": "+09:00"}), told)
    assert disagreements(facts.model_copy(update={"orientation": 1}), told)
