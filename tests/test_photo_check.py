"""The `photos` command's core: one object a file, whatever is handed in."""

import json
import os
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app import photo_check, photo_worker, watermark_reader
from app.commands import run
from app.photo_check import parse_site, parse_visit, photos_lines
from forms.errors import UserError
from tests.app_kit import dies
from tests.photo_files import at, photo, taken
from tests.test_watermark_reader import drawn

pytestmark = pytest.mark.usefixtures("_kept_workers")

KEYS = [
    "file", "sha256", "width", "height", "taken_at", "taken_at_source", "offset_known", "latitude",
    "longitude", "position_source", "gps_time", "distance_m", "datum", "make", "model", "software",
    "watermark", "findings",
]  # fmt: skip
GPS = {**at((43.0, 53.0, 12.48), "N", (125.0, 19.0, 28.2), "E"), 29: "2025:03:18",
       7: (1.0, 12.0, 0.0)}  # fmt: skip
VISIT = "2025-03-18T09:00/2025-03-18T12:10"


def lines(*paths: Path, **more: Any) -> list[dict[str, Any]]:
    return [json.loads(json.dumps(line)) for line in photos_lines(paths, **more)]


def test_a_line_has_the_documented_keys(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg", main={271: "SAMPLE", 272: "M1"},
                 detail=taken("2025:03:18 09:12:00"), gps=GPS)  # fmt: skip
    (line,) = lines(path, site=parse_site("43.8868,125.3245"), visit=parse_visit(VISIT))
    assert list(line) == KEYS
    assert line["file"] == str(path)
    assert line["taken_at"] == "2025-03-18T09:12:00+08:00"
    assert line["gps_time"] == "2025-03-18T01:12:00Z"
    assert (line["taken_at_source"], line["position_source"]) == ("exif", "exif")
    assert (line["latitude"], line["longitude"]) == pytest.approx((43.8868, 125.3245))
    assert (line["distance_m"], line["datum"]) == (pytest.approx(0, abs=0.2), "WGS-84")
    assert (line["watermark"], line["findings"]) == (None, [])


def test_findings_name_rule_severity_and_message(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg", detail=taken("2025:03:18 16:00:00", None), gps=GPS)
    (line,) = lines(path, site=parse_site("43.9868,125.3245"), visit=parse_visit(VISIT))
    assert {(f["rule"], f["severity"]) for f in line["findings"]} == {
        ("PHOTO-OFFSET-NONE", "info"), ("PHOTO-TIME-AFTER", "warn"),
        ("PHOTO-POSITION-STALE", "warn"), ("PHOTO-DEVICE-NONE", "info"),
    }  # fmt: skip
    assert all(set(f) == {"rule", "severity", "message"} for f in line["findings"])
    assert (line["distance_m"], line["datum"]) == (pytest.approx(11_120, rel=1e-3), None)
    photo(path, detail=taken("2025:03:18 09:15:00"), gps=GPS)
    (fresh,) = lines(path, site=parse_site("43.9868,125.3245"), visit=parse_visit(VISIT))
    assert {(f["rule"], f["severity"]) for f in fresh["findings"]} == {
        ("PHOTO-FENCE-OUTSIDE", "warn"), ("PHOTO-DEVICE-NONE", "info"),
    }  # fmt: skip


def test_without_metadata_everything_is_null(tmp_path: Path) -> None:
    (line,) = lines(photo(tmp_path / "a.png"))
    assert list(line) == KEYS
    empty = {key for key, value in line.items() if value is None}
    assert empty == set(KEYS) - {"file", "sha256", "width", "height", "offset_known", "findings"}
    assert line["offset_known"] is False


def test_an_address_in_the_pilot_city_is_no_other_citys(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for number, city in enumerate(("吉林省长春市朝阳区", "辽宁省沈阳市大东区")):
        drawn(tmp_path / "a" / f"{number}.jpg", ["2025-06-22 09:29 星期日", f"{city}样板大街18号"])
    here, elsewhere = lines(tmp_path / "a")
    assert here["watermark"]["address"] == "吉林省长春市朝阳区样板大街18号"
    assert "PHOTO-ADDRESS-CITY" not in {f["rule"] for f in here["findings"]}
    assert "PHOTO-ADDRESS-CITY" in {f["rule"] for f in elsewhere["findings"]}


def test_folders_are_opened_in_order_and_bad_files_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "二" / "深").mkdir(parents=True)
    photo(tmp_path / "二" / "深" / "c.jpg")
    photo(tmp_path / "b.jpg")
    (tmp_path / "a.txt").write_text("不是照片")
    (tmp_path / "二" / "circle").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "void.jpg").symlink_to(tmp_path / "absent")
    result = lines(tmp_path, tmp_path / "nowhere.jpg")
    names = [Path(line["file"]).name for line in result]
    assert names == ["a.txt", "b.jpg", "pipe.jpg", "void.jpg", "c.jpg", "nowhere.jpg"]
    assert [name for name, line in zip(names, result, strict=True) if "error" not in line] == [
        "b.jpg", "c.jpg"
    ]  # fmt: skip
    assert all(set(line) == {"file", "error"} for line in result if "error" in line)


def test_a_folder_without_end_comes_to_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_check, "FILE_COUNT_LIMIT", 2)
    for name in "abc":
        (tmp_path / name).touch()
    result = lines(tmp_path)
    assert len(result) == 3
    assert (result[2]["file"], "超过 2 个" in result[2]["error"]) == (str(tmp_path), True)


@pytest.mark.skipif(os.name == "nt", reason="file names are text on Windows")
def test_a_name_that_is_no_text_can_still_be_printed(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xfe.jpg"
    real = photo(tmp_path / "a.jpg")
    os.rename(os.fsencode(real), name)
    (line,) = lines(tmp_path)
    line["file"].encode("utf-8")
    assert "sha256" in line


@pytest.mark.parametrize("text", ["", "43.8", "a,b", "nan,1", "91,0", "0,181", "1,2,3", "1,inf"])
def test_bad_sites_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="无法识别"):
        parse_site(text)


@pytest.mark.parametrize(
    "text", ["", "2025-03-18T09:00", "2025-03-18T12:00/2025-03-18T09:00", "上午/下午", "1/2/3"]
)
def test_bad_visits_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="无法识别"):
        parse_visit(text)


def test_a_visit_is_in_beijing_time_unless_it_says() -> None:
    start, end = parse_visit("2025-03-18T09:00/2025-03-18T04:10Z")
    assert start == datetime.fromisoformat("2025-03-18T09:00+08:00")
    assert end == datetime.fromisoformat("2025-03-18T12:10+08:00")


@pytest.mark.parametrize("module", [photo_worker, watermark_reader])
def test_programs_that_do_not_start_are_told_in_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    module: ModuleType,
) -> None:
    monkeypatch.setattr(module, "prepare" if module is photo_worker else "_prepare", dies)
    assert run(["photos", str(photo(tmp_path / "a.jpg"))]) == 2
    out, words = capsys.readouterr()
    assert out == "" and words.startswith("读图程序没有启动，") and words.count("\n") == 1
