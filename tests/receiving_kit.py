"""A provider's laptop and an office's: bundles as they are handed in, quickly packed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from app import bundle_files
from app.workbench import Workbench
from exporters import bundle
from exporters.bundle import Member
from tests.rule_cases import good


@contextmanager
def bench_at(folder: Path, person: str) -> Iterator[Workbench]:
    """An open store of somebody's."""
    bench = Workbench.open(folder)
    bench.set_person(person)
    try:
        yield bench
    finally:
        bench.close()


def a_dossier(**changes: Any) -> dict[str, Any]:
    """A mapping of a dossier that is all right but for `changes`, and that nothing was sent back
    on."""
    mapping = good()
    del mapping["returnopinion"], mapping["returnpoint"]
    found: dict[str, Any] = json.loads(
        json.dumps({**mapping, "id": "sent", **changes}, default=str)
    )
    return found


def packed(
    bench: Workbench,
    dossier_id: UUID,
    path: Path,
    *,
    more: tuple[Member, ...] = (),
    signed: bool = True,
    instead: dict[str, bytes] | None = None,
    **facts: Any,
) -> Path:
    """A dossier's bundle with its data and `more`, without the papers, which take long to write;
    `instead` are members with other bytes than the dossier's, listed and signed all the same."""
    data = bundle_files.data(bench, dossier_id)
    signing = bundle_files.signing(bench, data[-1]) if signed else None
    members = [
        Member(each.name, (instead or {}).get(each.name, each.source)) for each in (*more, *data)
    ]
    manifest: dict[str, Any] = {
        "dossier": str(dossier_id),
        "enterprise": "示例·测试机械有限公司",
        "pack": bench.pack.id,
        "draft": False,
        **facts,
    }
    with path.open("wb") as stream:
        for _ in bundle.write(members, manifest, stream, signing):
            pass
    return path
