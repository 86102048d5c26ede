"""Bundles of one log, packed and signed as a test asks."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

from nacl.signing import SigningKey

from exporters import bundle
from exporters.bundle import Member
from exporters.bundle_signature import CHANGES, Signing, heads

OURS, THEIRS = SigningKey(b"1" * 32), SigningKey(b"2" * 32)
ROWS = [("d1", 1, "a1"), ("d2", 2, "b2"), ("d1", 3, "a3"), ("d2", 4, "b4")]
JPEG = b"\xff\xd8" + random.Random(1).randbytes(300_000)
PHOTO = Member("照片/001.jpg", JPEG)


def log_of(rows: list[tuple[str, int, str]]) -> bytes:
    return b"\n".join(
        json.dumps({"device": device, "counter": counter, "link": link}).encode()
        for device, counter, link in rows
    )


def packed(
    rows: list[tuple[str, int, str]] = ROWS,
    dossier: str = "one",
    signed: list[tuple[str, int, str]] | None = None,
    key: SigningKey | None = OURS,
    name: str = "王工",
) -> bytes:
    """A bundle of a log; `signed` is the log whose heads are signed where it is another one."""
    log, stream = log_of(rows), io.BytesIO()
    chains, _ = heads(log_of(rows if signed is None else signed).splitlines())
    signing = None if key is None else Signing(
        name, "d1", bytes(key.verify_key), "2025-06-17T09:00:00+08:00", chains,
        lambda message: key.sign(message).signature,
    )  # fmt: skip
    members = [PHOTO, Member("dossier.json", b"{}"), Member(CHANGES, log)]
    list(bundle.write(members, {"dossier": dossier, "draft": False}, stream, signing))
    return stream.getvalue()


def saved(folder: Path, raw: bytes, ending: str = ".zip") -> Path:
    path = folder / f"示例-文件包{ending}"
    path.write_bytes(raw)
    return path
