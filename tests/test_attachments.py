"""Attachments and what lies beside an imported dossier: kept as it is, found by its bytes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app import intake
from app.exchange import FORMAT
from app.workbench import Workbench
from forms.dossier import Attachment, Photo, Visit
from forms.errors import UserError
from tests.intake_kit import left_by_a_phone, lying, sha


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    made = Workbench.open(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def dossier_id(bench: Workbench) -> UUID:
    return bench.create("示例·甲厂")


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    return left_by_a_phone(tmp_path)


# Attachments


def test_an_attachment_is_kept_as_it_is(bench: Workbench, dossier_id: UUID, tmp_path: Path) -> None:
    source = tmp_path / "协议 扫描件.PDF"
    source.write_bytes(b"%PDF-1.4 " + os.urandom(5000))
    made = bench.attach(dossier_id, source, "协议", proves="已签订协议")
    bench.attach(dossier_id, source, "协议", name="同一文件")
    first, second = bench.dossier(dossier_id).all(Attachment)
    assert (first.id, first.name, first.filename) == (made, "协议 扫描件", "协议 扫描件.PDF")
    assert (first.sha256, first.size) == (sha(source), source.stat().st_size)
    for each in (first, second):
        kept = bench.attachment(each)
        assert (kept.exists(), kept.read(), kept.suffix) == (True, source.read_bytes(), ".pdf")
    assert len(lying(bench)) == 1


def test_a_large_attachment_is_no_photo(bench: Workbench, dossier_id: UUID, tmp_path: Path) -> None:
    large = tmp_path / "录像.mp4"
    with large.open("wb") as stream:
        stream.truncate(90 * 1024 * 1024)
    bench.attach(dossier_id, large)
    with large.open("wb") as stream:
        stream.truncate(intake.ATTACHMENT_CEILING + 1)
    with pytest.raises(UserError, match="超过 200 兆字节"):
        bench.attach(dossier_id, large)
    assert len(bench.dossier(dossier_id).all(Attachment)) == 1


def test_what_is_no_file_is_not_attached(
    bench: Workbench, dossier_id: UUID, tmp_path: Path
) -> None:
    (tmp_path / "空.pdf").touch()
    os.mkfifo(tmp_path / "pipe")
    for name in ("没有.pdf", "空.pdf", "pipe", "."):
        with pytest.raises(UserError, match="没有收入"):
            bench.attach(dossier_id, tmp_path / name)
    with pytest.raises(UserError, match="没有收入"):
        bench.attach(dossier_id, Path("/proc/self/mem"))
    assert bench.dossier(dossier_id).all(Attachment) == []


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_a_hash_from_outside_leads_nowhere(digest: str, bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    bench.add(dossier_id, "photo", sha256=digest, filename="/etc/passwd")
    bench.add(dossier_id, "attachment", sha256=digest, filename="../x")
    dossier = bench.dossier(dossier_id)
    with pytest.raises(UserError, match="指纹不合规定"):
        bench.picture(dossier.all(Photo)[0])
    with pytest.raises(UserError, match="指纹不合规定"):
        bench.attachment(dossier.all(Attachment)[0])


def test_an_ending_from_outside_is_none_that_leads_elsewhere(
    bench: Workbench, dossier_id: UUID
) -> None:
    for name in ("a.../../x", "a.jp\0g", "a." + "长" * 50, "a.JPG ", "无"):
        bench.add(dossier_id, "attachment", sha256="a" * 64, filename=name)
    held = bench.dossier(dossier_id).all(Attachment)
    endings = [bench.attachment(each).suffix for each in held]
    assert endings == ["", ".jpg", ".", ".jpg", ""]
    assert not any(bench.attachment(each).exists() for each in held)


# Files beside an imported dossier


def test_files_beside_a_dossier_are_found_by_their_bytes(
    bench: Workbench, camera: Path, tmp_path: Path
) -> None:
    shot, proof = camera / "a.jpg", tmp_path / "证明.pdf"
    proof.write_bytes(b"%PDF-1.4")
    fake = tmp_path / "假照片.jpg"
    fake.write_bytes(b"no picture at all")
    outside = tmp_path / "外面.pdf"
    outside.write_bytes(b"outside")
    unpacked = tmp_path / "解开"
    (unpacked / "照片").mkdir(parents=True)
    shutil.copy(shot, unpacked / "照片" / "001-入场.jpg")
    shutil.copy(proof, unpacked / "x.pdf")
    shutil.copy(fake, unpacked / "y.jpg")
    (unpacked / "link.pdf").symlink_to(outside)
    (unpacked / "空").touch()
    os.mkfifo(unpacked / "pipe")
    mapping = {
        "format": FORMAT,
        "photo": [
            {"id": "p1", "sha256": sha(shot), "filename": "a.jpg", "size": shot.stat().st_size},
            {"id": "p2", "sha256": sha(fake), "filename": "y.jpg", "size": fake.stat().st_size},
            {"id": "p3", "sha256": "b" * 64, "filename": "没有.jpg"},
        ],
        "attachment": [
            {"id": "a1", "sha256": sha(proof), "filename": "证明.pdf", "name": "证明"},
            {"id": "a2", "sha256": sha(outside), "filename": "外面.pdf", "name": "外面"},
            {"id": "a3", "sha256": sha(shot), "filename": "a.jpg", "name": "同一张"},
        ],
    }
    written = unpacked / "dossier.json"
    written.write_text(json.dumps(mapping), "utf-8")
    dossier = bench.dossier(bench.import_dossier(written))
    vault = bench.store.vault
    kept = {p.filename: vault.path("originals", p.sha256).exists() for p in dossier.all(Photo)}
    assert kept == {"a.jpg": True, "y.jpg": False, "没有.jpg": False}
    attached = {a.name: bench.attachment(a).exists() for a in dossier.all(Attachment)}
    assert attached == {"证明": True, "外面": False, "同一张": True}
    assert not dossier.all(Visit)
