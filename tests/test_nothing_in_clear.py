"""At rest nothing of a dossier can be read: neither with the store open nor after closing it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.workbench import Workbench
from forms.dossier import Attachment, Photo
from forms.record import single_id
from tests.photo_files import photo, taken

WORDS = ("示例・春城轴套", "绿园区示例路十八号", "车间东门外的配电箱", "入场合影", "保密协议扫描件")
"""Of a name, a field, a photo's caption and file name, and an attachment's name."""
_JPEG = re.compile(rb"\xff\xd8\xff[\xdb\xe0-\xef].{2}(JFIF|Exif|ICC_)", re.S)
"""The first three bytes alone stand by chance in every sixteenth megabyte that is sealed."""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder, for this process and its helpers."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def files(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield path, path.read_bytes()


def legible(words: list[str], pictures: list[bytes], *folders: Path) -> list[str]:
    """What of words and pictures stands in any file, or in its name."""
    spelled = {
        (word, word.encode(coding))
        for word in words
        for coding in ("utf-8", "utf-16-le", "gb18030")
    }
    # Its coded pixels too, wherever in a file they would stand.
    shreds = {data[at : at + 24] for data in pictures for at in range(0, len(data) - 24, 997)}
    found = []
    for path, data in files(*folders):
        found += [f"{path.name}: {word}" for word, code in spelled if code in data]
        found += [f"{path.name}: in its name" for word in words if word in path.name]
        found += [f"{path.name}: a picture" for shred in shreds if shred in data]
        if data.startswith(b"\xff\xd8\xff") or _JPEG.search(data):
            found.append(f"{path.name}: a JPEG")
        if data.startswith((b"SQLite format", b"%PDF", b"PK")):
            found.append(f"{path.name}: {data[:6]!r}")
    return found


def test_the_search_finds_what_lies_in_clear(tmp_path: Path) -> None:
    shot = photo(tmp_path / "a.jpg", size=(64, 48)).read_bytes()
    (tmp_path / "a.jpg").unlink()
    (tmp_path / "1").write_bytes(b"x" * 100 + shot)
    (tmp_path / "2").write_bytes(b"x" * 100 + WORDS[0].encode("gb18030"))
    (tmp_path / f"{WORDS[1]}.x").touch()
    found = legible(list(WORDS), [shot], tmp_path)
    assert {each.partition(":")[0] for each in found} == {"1", "2", f"{WORDS[1]}.x"}
    assert {"1: a JPEG", "1: a picture", f"2: {WORDS[0]}"} <= {*found}


def test_neither_an_open_nor_a_closed_store_can_be_read(
    tmp_path: Path, data_folder: Path, temporary: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    shot = photo(
        outside / f"{WORDS[3]}.jpg", detail=taken("2025:06:17 09:05:00"), size=(1600, 1200)
    )
    proof = outside / "a.pdf"
    proof.write_bytes(b"%PDF-1.4 " + bytes(range(256)) * 40)
    bench = Workbench.open(data_folder)
    dossier = bench.create(WORDS[0])
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "address", WORDS[1])
    list(bench.import_photos(dossier, [shot]))
    (record,) = bench.dossier(dossier).all(Photo)
    bench.put(dossier, "photo", record.id, "caption", WORDS[2])
    bench.attach(dossier, proof, name=WORDS[4])
    bench.store.backup("test")
    bench.review(dossier)
    exported = list(bench.export(dossier, outside / "out", ("blank",), draft=True))
    assert any(step.made for step in exported)
    pictures = [bench.picture(record, size) for size in ("original", "thumb", "report", "full")]
    (held,) = bench.dossier(dossier).all(Attachment)
    pictures.append(bench.attachment(held).read())
    digests = [record.sha256, held.sha256]

    assert all(picture[:3] == b"\xff\xd8\xff" for picture in pictures[:-1])
    assert len(list(files(data_folder))) > 6 and list(data_folder.rglob("*.db-wal"))
    assert legible([*WORDS, *digests], pictures, data_folder, temporary) == []
    bench.close()
    assert not list(data_folder.rglob("*.db-wal"))
    assert legible([*WORDS, *digests], pictures, data_folder, temporary) == []
    # Only what was exported is in clear.
    assert legible([*WORDS, *digests], pictures, outside) != []
