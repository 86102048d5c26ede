"""What `benchmarks/kills.py` looks for in a store after its worker was killed."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID


def examine(folder: Path, base: dict[str, Any], said: list[dict[str, Any]]) -> list[str]:
    """Open the store as the program does; what is wrong with it, in English."""
    from app import salvage
    from app.database import DamagedStoreError
    from app.workbench import Workbench

    try:
        bench = Workbench.open(folder)
    except DamagedStoreError:
        if not (folder / "restore-me").exists():
            raise
        list(salvage.restore(folder, salvage.survey(folder)))
        bench = Workbench.open(folder)
    try:
        wrong = [f"integrity: {each}" for each in bench.store.integrity()]
        wrong += list(_rows(bench, base, said))
        wrong += list(_files(bench, base))
        wrong += list(_backups(bench, said))
    finally:
        bench.close()
    wrong += [f"left: {path.relative_to(folder)}" for path in _left(folder, bench.store.home)]
    return wrong


def _rows(bench: Any, base: dict[str, Any], said: list[dict[str, Any]]) -> Iterator[str]:
    from app.log import check_rows
    from forms.dossier import Enterprise

    dossier, rows = bench.whole(UUID(base["dossier"]))
    if told := check_rows(rows, dossier.id):
        yield told
    links = {str(row.id): row.link for row in rows}
    for each, link in base["rows"].items():
        if links.get(each) != link:
            yield f"row {each} of before is gone"
    for name in [each["merged"] for each in said if "merged" in each]:
        yield from (
            f"row {row} of {name} is gone" for row in base["brought"][name] if row not in links
        )
    enterprise = dossier.one(Enterprise)
    for name, value in {each["put"]: each["value"] for each in said if "put" in each}.items():
        # Of an edit that was killed before it could say so, the next value may be there.
        if not (now := getattr(enterprise, name)).isdigit() or int(now) < value:
            yield f"{name} is {now!r}, acknowledged was {value}"
    there = {str(record.id) for records in dossier.records.values() for record in records}
    for each in said:
        for word in ("added", "attached", "photo"):
            if word in each and each[word] not in there:
                yield f"{word} {each[word]} is gone"


def _files(bench: Any, base: dict[str, Any]) -> Iterator[str]:
    """Every photo whole and every file named."""
    from forms.dossier import Attachment, Photo

    dossier, vault = bench.dossier(UUID(base["dossier"])), bench.store.vault
    photos, attachments = dossier.all(Photo), dossier.all(Attachment)
    for gone in set(base["held"]) - {photo.sha256 for photo in photos}:
        yield f"photo {gone} of before is gone"
    for photo in photos:
        if sha256(bench.picture(photo, "original")).hexdigest() != photo.sha256:
            yield f"photo {photo.id} is another"
        if not bench.picture(photo, "thumb") or not photo.facts:
            yield f"photo {photo.id} is half"
    for held in attachments:
        if sha256(bench.attachment(held).read()).hexdigest() != held.sha256:
            yield f"attachment {held.id} is another"
    named = {vault.path(area, p.sha256) for p in photos for area in ("originals", "copies")}
    named |= {vault.path("attachments", held.sha256) for held in attachments}
    yield from (f"orphan {path.name}" for path in vault.paths() - named)


def _backups(bench: Any, said: list[dict[str, Any]]) -> Iterator[str]:
    """What was said to be a backup is one, and so is whatever else bears the name of one."""
    from app import backups

    found = backups.newest(bench.store)
    names = {each.path.name for each in found}
    told = [each["backup"] for each in said if "backup" in each]
    yield from (f"backup {name} is gone" for name in told if name not in names)
    for each in found[:3]:
        proof = backups.prove(each.path, bench.store.keys, bench.store.vault)
        if proof.problems or proof.gone:
            yield f"backup {each.path.name}: {proof}"


def _left(folder: Path, home: Path) -> Iterator[Path]:
    """What is half-made, or was to be cleared away."""
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        if inside.parts[0] == "stick" or any(part.startswith("damaged-") for part in inside.parts):
            continue
        half = ".part" in path.name or ".new" in path.name or path.name.startswith(".work-")
        if half or "restored" in path.name or path.name in ("open", "originals", "derived"):
            yield path
        if path.parent == folder and path.name.startswith("vault-") and path != home:
            yield path
    if (folder / "zhengai.db").exists():
        yield folder / "zhengai.db"
