"""A store in clear, of a version before: sealed whole, then wiped, wherever that is stopped."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from app import database, durable, takeover
from app.keys import KEY_FILE, KeyFile, Keys, LockedError
from app.migrations import downgrade
from app.store import SCHEMA, Store
from app.workbench import Workbench
from forms.dossier import Attachment, Enterprise, Photo
from forms.errors import UserError
from tests.app_kit import looked_into
from tests.keyring_kit import without_keyring
from tests.photo_files import photo

NAME, LATER = "示例・春城轴套", "崩溃前打的字"
BEFORE = "0005"
"""A revision of a version that did not encrypt."""
PHRASE = "一个较长的口令 2025"
PROOF = b"%PDF-1.4 " + bytes(range(256)) * 1200
"""More than one piece of a sealed file."""


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed process, unlike a power cut, loses nothing that it had written."""
    monkeypatch.setattr("os.fsync", lambda _handle: None)


@pytest.fixture(scope="module")
def in_clear(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Path:
    """A store in clear. That its schema is the newest spares each test its migration."""
    return made_in_clear(tmp_path_factory.mktemp("clear"), keys, SCHEMA)


def made_in_clear(made: Path, keys: Keys, revision: str) -> Path:
    """A data folder as a crash of a version before left it: its last edit is in the log alone."""
    shot, proof = photo(made / "a.jpg", size=(800, 600)), made / "证明.pdf"
    proof.write_bytes(PROOF)
    bench = Workbench.open(made / "sealed", keys=keys)
    dossier = bench.create(NAME)
    list(bench.import_photos(dossier, [shot]))
    bench.attach(dossier, proof)
    bench.close()
    downgrade(bench.store.database, keys, revision)
    folder = made / "data"
    (folder / "backups").mkdir(parents=True)
    with closing(database.connect(bench.store.database, keys)) as raw:
        raw.execute("ATTACH ? AS plain KEY ''", (str(made / "plain.db"),))
        raw.execute("SELECT sqlcipher_export('plain')")
        raw.execute("DETACH plain")
    shutil.copyfile(made / "plain.db", folder / "backups" / "20250617-090500-000000-before.db")
    for area, source, ending in (("originals", shot, ".jpg"), ("attachments", proof, ".pdf")):
        digest = sha256(source.read_bytes()).hexdigest()
        (folder / area / digest[:2]).mkdir(parents=True)
        shutil.copyfile(source, folder / area / digest[:2] / f"{digest}{ending}")
    digest = sha256(shot.read_bytes()).hexdigest()
    (folder / "derived").mkdir()
    for size in ("thumb", "report"):
        shutil.copyfile(shot, folder / "derived" / f"{digest}.{size}.jpg")
    with closing(sqlite3.connect(made / "plain.db")) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA wal_autocheckpoint=0")
        raw.execute("UPDATE enterprise SET address = ?", (LATER,))
        raw.commit()
        for ending in ("", "-wal", "-shm"):
            shutil.copyfile(made / f"plain.db{ending}", folder / f"zhengai.db{ending}")
    assert LATER.encode() not in (folder / "zhengai.db").read_bytes()
    return folder


@pytest.fixture
def folder(in_clear: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(in_clear, tmp_path / "data"))


def assert_taken_over(folder: Path) -> None:
    """Everything is in the vault, and nothing in clear stays."""
    bench = Workbench.open(folder)
    try:
        (summary,) = bench.summaries()
        dossier = bench.dossier(summary.id)
        assert (summary.name, dossier.one(Enterprise).address) == (NAME, LATER)
        (record,) = dossier.all(Photo)
        original = bench.picture(record, "original")
        assert sha256(original).hexdigest() == record.sha256
        (held,) = dossier.all(Attachment)
        assert bench.attachment(held).read() == PROOF
        assert bench.store.integrity() == []
        first, *_ = sorted((bench.store.home / "backups").glob("*.db"))
        assert first.name == "20250617-090500-000000-before.db"
        assert database.problems(first, bench.store.keys) == []
        assert bench.store.vault.parts() == []
    finally:
        bench.close()
    assert_nothing_in_clear(folder, original)


def assert_nothing_in_clear(folder: Path, original: bytes) -> None:
    assert {path.name for path in folder.iterdir()} == {"lock", KEY_FILE, KeyFile(folder).vault}
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for word in (b"SQLite format 3", NAME.encode(), LATER.encode(), PROOF[:300], original[:60]):
            assert word not in data, path


def test_a_store_in_clear_is_taken_over_whole(tmp_path: Path, keys: Keys) -> None:
    folder = made_in_clear(tmp_path, keys, BEFORE)
    assert_taken_over(folder)
    assert_taken_over(folder)
    # That of then, and that of before the change of the schema.
    assert len(list((folder / "vault-1" / "backups").glob("*.db"))) == 2


class Killed(BaseException):
    """The end of the process, for all that runs in it."""


class Killer:
    """Ends the process at its n-th step: from then on nothing more is done to the disk."""

    STEPS: tuple[tuple[Any, str], ...] = (
        (takeover, "_quiet"),
        (database, "seal"),
        (durable, "sync"),
        (durable, "sync_folder"),
        (durable, "rename"),
        (shutil, "rmtree"),
        (Path, "mkdir"),
        (Path, "unlink"),
        (KeyFile, "save"),
    )

    def __init__(self, at: int) -> None:
        self.at, self.steps = at, 0

    def __enter__(self) -> Killer:
        self._patch = pytest.MonkeyPatch()
        for owner, name in self.STEPS:
            self._patch.setattr(owner, name, self._step(getattr(owner, name)))
        return self

    def __exit__(self, *_error: object) -> None:
        self._patch.undo()

    def _step(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            if self.steps >= self.at:
                raise Killed
            self.steps += 1
            return real(*given, **named)

        return step


class Opened(Exception):
    """The taking over is done; what comes then is any start's."""


def test_wherever_it_is_killed_the_next_start_finishes(in_clear: Path, tmp_path: Path) -> None:
    def opened(*_given: Any) -> None:
        raise Opened

    with pytest.MonkeyPatch.context() as patch, Killer(1 << 30) as killer, pytest.raises(Opened):
        patch.setattr(Store, "use", opened)
        Store(shutil.copytree(in_clear, tmp_path / "whole"))
    assert killer.steps > 20
    for at in range(killer.steps):
        folder = shutil.copytree(in_clear, tmp_path / str(at))
        with Killer(at), pytest.raises(Killed):
            Store(folder)
        if not (folder / KEY_FILE).exists():
            # Until the keys are kept, all is there as it was.
            for path in in_clear.rglob("*"):
                there = folder / path.relative_to(in_clear)
                assert there.exists() or path.name.startswith("zhengai.db-"), (at, path)
        assert_taken_over(folder)
        shutil.rmtree(folder)


@pytest.mark.parametrize("step", ["seal", "rename", "sync", "save"])
def test_a_full_disk_is_one_sentence_and_the_clear_stays(
    folder: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: Any) -> None:
        if step == "seal":
            raise sqlcipher.OperationalError("database or disk is full")
        raise OSError(28, "No space left on device")

    owner: Any = {"seal": database, "save": KeyFile}.get(step, durable)
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, full)
        with pytest.raises(UserError, match="请检查磁盘空间和权限后重"):
            Store(folder)
    assert (folder / "zhengai.db").exists() and (folder / "originals").exists()
    assert not (folder / KEY_FILE).exists() and not (folder / "vault-1.new").exists()
    assert_taken_over(folder)


def test_a_damaged_store_in_clear_is_told_and_left(folder: Path) -> None:
    data = bytearray((folder / "zhengai.db").read_bytes())
    data[100:] = b"\xa5" * (len(data) - 100)
    (folder / "zhengai.db").write_bytes(data)
    (folder / "zhengai.db-wal").unlink()
    for _ in range(2):
        with pytest.raises(UserError, match=r"没有加密成功（数据库.*数据仍按原样保存"):
            Store(folder)
    assert (folder / "zhengai.db").read_bytes() == data
    assert (folder / "originals").exists() and not (folder / KEY_FILE).exists()


@pytest.mark.allow_log("a damaged backup was not taken over")
def test_what_a_crash_left_beside_hinders_nothing(folder: Path) -> None:
    (folder / "backups" / "20250618-090500-000000-before.db").write_bytes(
        (folder / "zhengai.db").read_bytes()[:5000]
    )
    (folder / "backups" / "20250619-090500-000000-before.db").touch()
    (area,) = (folder / "originals").iterdir()
    (original,) = area.iterdir()
    (area / f"{original.name}.part-0123").write_bytes(b"\xff\xd8\xff")
    (area / ".DS_Store").write_bytes(b"x")
    (area / "Thumbs.db").write_bytes(b"x")
    (folder / "zhengai.new").write_bytes((folder / "zhengai.db").read_bytes())
    (folder / "zhengai.new-journal").write_bytes(NAME.encode())
    assert_taken_over(folder)
    with looked_into(folder) as raw:
        assert raw.execute("SELECT count(*) FROM dossier").fetchone() == (1,)


@pytest.mark.allow_log("that was not taken over")
def test_what_an_older_version_wrote_since_is_not_wiped(folder: Path, in_clear: Path) -> None:
    assert_taken_over(folder)
    with closing(sqlite3.connect(folder / "zhengai.db")) as raw:
        raw.execute("CREATE TABLE dossier (name TEXT)")
        raw.execute("INSERT INTO dossier VALUES ('后来写的')")
        raw.commit()
    (folder / "originals").mkdir()
    Store(folder).close()
    with closing(sqlite3.connect(folder / "zhengai.db")) as raw:
        assert raw.execute("SELECT name FROM dossier").fetchone() == ("后来写的",)
    assert (folder / "originals").exists()


def test_a_throw_away_store_wipes_nothing(folder: Path, keys: Keys) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(takeover.log_to, "disabled", True)
        Store(folder, keys=keys).close()
    shutil.rmtree(folder / "throw-away")
    assert_taken_over(folder)


def test_without_a_keyring_nothing_is_sealed_before_there_is_a_passphrase(folder: Path) -> None:
    with without_keyring():
        with pytest.raises(LockedError) as caught:
            Store(folder)
        assert caught.value.new and not list(folder.glob("vault*"))
        Store(folder, PHRASE).close()
        assert not (folder / "zhengai.db").exists()
        with pytest.raises(LockedError):
            Store(folder)
        Store(folder, PHRASE).close()


def test_keys_that_are_gone_are_not_made_anew_over_a_store(folder: Path) -> None:
    store = Store(folder)
    store.backup("test")
    store.close()
    (folder / KEY_FILE).unlink()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(UserError, match="请从 vault-1 文件夹内的 backups 复制同名文件"):
        Store(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    shutil.copyfile(folder / "vault-1" / "backups" / KEY_FILE, folder / KEY_FILE)
    assert_taken_over(folder)
