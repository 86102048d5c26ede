"""What `benchmarks/kills.py` kills: workers that say what has returned to them; their stores."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

OLD = "0005"
"""The schema that is migrated from."""
PHOTOS, FIRST_PHOTOS = 8, 3
FIELDS = ("contact", "address", "summary", "honours")

Say = Callable[..., None]


def save(folder: Path, base: dict[str, Any], chance: random.Random, say: Say) -> None:
    """Edits of one row, entries made and withdrawn, without end."""
    from app.workbench import Workbench
    from forms.record import single_id

    bench = Workbench.open(folder)
    dossier = UUID(base["dossier"])
    enterprise = single_id(dossier, "enterprise")
    say(ready=True)
    for number in range(1, 1_000_000):
        name = chance.choice(FIELDS)
        bench.put(dossier, "enterprise", enterprise, name, f"{number}")
        say(put=name, value=number)
        if chance.random() < 0.2:
            bench.seal(dossier)
        if chance.random() < 0.1:
            made = bench.add(dossier, "member", name=f"成员 {number}")
            say(added=str(made))


def take_photos(folder: Path, base: dict[str, Any], chance: random.Random, say: Say) -> None:
    """Photos and attachments."""
    from app.workbench import Workbench

    bench = Workbench.open(folder)
    dossier = UUID(base["dossier"])
    pictures = sorted(Path(base["photos"]).glob("*.jpg"))
    chance.shuffle(pictures)
    say(ready=True)
    for path in pictures[:2]:
        say(attached=str(bench.attach(dossier, path, "其他材料", path.stem, "")))
    for done in bench.import_photos(dossier, pictures):
        if done.record:
            say(photo=str(done.record))
    say(end=True)


def open_only(folder: Path, base: dict[str, Any], chance: random.Random, say: Say) -> None:
    """A start, which migrates or takes over."""
    from app.workbench import Workbench

    say(ready=True)
    Workbench.open(folder)
    say(end=True)


def back_up(folder: Path, base: dict[str, Any], chance: random.Random, say: Say) -> None:
    """Backups to both places, with edits between them."""
    from app import backups
    from app.workbench import Workbench
    from forms.record import single_id

    bench = Workbench.open(folder)
    dossier = UUID(base["dossier"])
    (folder / "stick").mkdir()
    bench.store.set_setting("second-backup-place", str(folder / "stick"))
    say(ready=True)
    for number in range(1, 1_000):
        bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "contact", f"{number}")
        say(put="contact", value=number)
        list(backups.back_up(bench.store))
        say(backup=backups.newest(bench.store)[0].path.name)


def new_keys(folder: Path, base: dict[str, Any], chance: random.Random, say: Say) -> None:
    """One change of keys after another, with edits between them."""
    from app.change_keys import change_keys
    from app.workbench import Workbench
    from forms.record import single_id

    bench = Workbench.open(folder)
    dossier = UUID(base["dossier"])
    say(ready=True)
    for number in range(1, 1_000):
        list(change_keys(bench.store))
        bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "contact", f"{number}")
        say(put="contact", value=number)


def restore(folder: Path, base: dict[str, Any], chance: random.Random, say: Say) -> None:
    """A damaged store had back."""
    from app import salvage

    say(ready=True)
    list(salvage.restore(folder, salvage.survey(folder)))
    say(end=True)


def merge(folder: Path, base: dict[str, Any], chance: random.Random, say: Say) -> None:
    """A colleague's bundles taken in, in any order and some twice, with edits between them."""
    from app.merging import arrived
    from app.workbench import Workbench
    from forms.record import single_id

    bench = Workbench.open(folder)
    dossier = UUID(base["dossier"])
    bundles = sorted(Path(base["bundles"]).glob("*.zip")) * 2
    chance.shuffle(bundles)
    say(ready=True)
    for number, path in enumerate(bundles, 1):
        with arrived(bench, path) as arrival:
            list(arrival.take())
        say(merged=path.name)
        bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "contact", f"{number}")
        say(put="contact", value=number)
    say(end=True)


WORK = {
    "save": save,
    "import": take_photos,
    "migrate": open_only,
    "backup": back_up,
    "keys": new_keys,
    "takeover": open_only,
    "restore": restore,
    "merge": merge,
}


# -- what is worked on ----------------------------------------------------------------------------


def prepare(folder: Path) -> dict[str, Any]:
    """A store of each kind under `folder`, and the facts that none of them may lose."""
    from app import backups, database
    from app.keys import KeyFile
    from app.migrations import downgrade
    from app.workbench import Workbench
    from forms.dossier import Photo
    from forms.record import single_id

    photos = folder / "photos"
    photos.mkdir(parents=True)
    drawn = [draw(photos / f"{number}.jpg", number) for number in range(PHOTOS)]
    whole = folder / "whole"
    bench = Workbench.open(whole)
    dossier = bench.create("示例厂")
    record = single_id(dossier, "enterprise")
    for number in range(20):
        bench.put(dossier, "enterprise", record, "district", f"示例区 {number}")
        bench.seal(dossier)
    list(bench.import_photos(dossier, drawn[:FIRST_PHOTOS]))
    list(backups.back_up(bench.store))
    _, rows = bench.whole(dossier)
    held = [photo.sha256 for photo in bench.dossier(dossier).all(Photo)]
    bench.close()
    keys = KeyFile(whole).unlock()
    for kind in WORK:
        shutil.copytree(whole, folder / kind)
    brought = bundles(folder, dossier, drawn)
    downgrade(folder / "migrate" / "vault-1" / "zhengai.db", keys, OLD)
    shutil.rmtree(folder / "migrate" / "vault-1" / "backups")
    in_clear(folder / "takeover", whole, drawn[:FIRST_PHOTOS])
    spoilt = folder / "restore" / "vault-1" / "zhengai.db"
    spoilt.write_bytes(bytes(4096) + spoilt.read_bytes()[4096:])
    assert database.problems(whole / "vault-1" / "zhengai.db", keys) == []
    return {
        "dossier": str(dossier),
        "photos": str(photos),
        "rows": {str(row.id): row.link for row in rows},
        "held": held,
        "bundles": str(folder / "bundles"),
        "brought": brought,
    }


def bundles(folder: Path, dossier: UUID, drawn: list[Path]) -> dict[str, list[str]]:
    """What a colleague sends, day by day: by the bundle's name, the rows that are in it."""
    from app.handing_out import pack
    from app.workbench import Workbench

    colleague, out = folder / "colleague", folder / "bundles"
    shutil.copytree(folder / "merge", colleague)
    out.mkdir()
    bench = Workbench.open(colleague)
    brought = {}
    for day, shot in enumerate(drawn[FIRST_PHOTOS:], 1):
        bench.add(dossier, "member", name=f"成员 {day}")
        bench.attach(dossier, shot, "其他材料", f"材料 {day}", "")
        list(bench.import_photos(dossier, [shot]))
        made = list(pack(bench, dossier, out, to=f"{day}"))[-1].made
        assert made is not None
        brought[made.name] = [str(row.id) for row in bench.whole(dossier)[1]]
    bench.close()
    shutil.rmtree(colleague)
    return brought


def draw(path: Path, number: int) -> Path:
    """A small photo like no other."""
    from PIL import Image

    Image.effect_noise((160 + number, 120), 60).convert("RGB").save(path)
    return path


def in_clear(folder: Path, whole: Path, photos: list[Path]) -> None:
    """A store as the version before wrote it: everything in clear, and no keys."""
    import sqlite3

    from sqlcipher3 import dbapi2

    from app.keys import KeyFile

    key = KeyFile(whole).unlock().database
    shutil.rmtree(folder)
    (folder / "backups").mkdir(parents=True)
    with closing(dbapi2.connect(whole / "vault-1" / "zhengai.db")) as raw:
        raw.execute(f"PRAGMA key = \"x'{key}'\"").close()
        raw.execute("ATTACH ? AS clear KEY ''", (str(folder / "zhengai.db"),)).close()
        raw.execute("SELECT sqlcipher_export('clear')").close()
        raw.execute("DETACH clear").close()
    with closing(sqlite3.connect(folder / "zhengai.db")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    shutil.copyfile(folder / "zhengai.db", folder / "backups" / "20250101-000000-000000-auto.db")
    for photo in photos:
        digest = sha256(photo.read_bytes()).hexdigest()
        kept = folder / "originals" / digest[:2] / f"{digest}.jpg"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(photo, kept)
