"""What a bundle's sealing leaves behind where the disk stops it."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.keys import new_keys
from app.quarantine import _Keeping
from app.vault import Vault


def test_nobody_reads_the_archive_on_when_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who read ahead is gone before whoever asked goes on with the same stream."""
    taken: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(8):
            taken.append(number)
            yield bytes(1 << 18)

    def full(_piece: bytes) -> bytes:
        raise OSError(errno.ENOSPC, "no space")

    keeping = _Keeping(Vault(tmp_path / "files", new_keys()))
    monkeypatch.setattr(
        Vault, "_sealed", lambda _self, _label, found: (full(piece) for piece in found)
    )
    coming = pieces()
    keeping.keep({"name": "照片/a.jpg", "sha256": "0" * 64}, coming)
    assert keeping.failed is not None and keeping.failed.errno == errno.ENOSPC
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("bundle")]
    begun = len(taken)
    assert next(coming) and len(taken) == begun + 1  # the rest is the caller's alone
