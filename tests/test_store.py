"""The data folder: migrations, lock, durability settings, backups."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel, select

import app.log
import app.outbox
import app.portfolio
import app.received
import app.return_file  # noqa: F401  (declares its table)
import forms.dossier
from app import database
from app.engine import engine_of
from app.keys import Keys
from app.migrations import downgrade, known_revisions, upgrade
from app.store import SCHEMA, Store
from forms.errors import UserError
from tests.app_kit import database_of, looked_into

ROOT = Path(__file__).parent.parent


def test_the_migrations_make_the_tables_that_the_forms_declare(tmp_path: Path, keys: Keys) -> None:
    upgrade(tmp_path / "a.db", keys)
    engine = engine_of(tmp_path / "a.db", keys)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
    engine.dispose()


def test_the_schema_constant_is_the_newest_revision() -> None:
    assert SCHEMA in known_revisions()
    assert max(known_revisions()) == SCHEMA


def test_migrations_go_down_and_up_again(tmp_path: Path, keys: Keys) -> None:
    Store(tmp_path).close()
    downgrade(database_of(tmp_path), keys, "base")
    with looked_into(tmp_path) as raw:
        names = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    assert names == {"alembic_version"}
    upgrade(database_of(tmp_path), keys)
    store = Store(tmp_path)
    assert store.integrity() == []
    store.close()


def test_every_connection_is_durable(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.session() as session:
        found = [
            session.connection().execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    store.close()
    assert found == ["wal", 2, 1]


def test_a_second_program_is_told_and_a_crash_leaves_no_lock(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from app.store import Store;"
        "store = Store(Path(sys.argv[1])); print('open', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as other:
        assert other.stdout is not None and other.stdout.readline().strip() == b"open"
        with pytest.raises(UserError, match="另一个诊改工作台窗口"):
            Store(tmp_path)
        other.kill()
    Store(tmp_path).close()


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with looked_into(tmp_path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    before = database_of(tmp_path).read_bytes()
    with pytest.raises(UserError, match="更新版本"):
        Store(tmp_path)
    assert database_of(tmp_path).read_bytes() == before


def test_a_migration_is_preceded_by_a_backup(tmp_path: Path, keys: Keys) -> None:
    Store(tmp_path).close()
    downgrade(database_of(tmp_path), keys, "base")
    with looked_into(tmp_path) as raw:
        raw.execute("CREATE TABLE old (word TEXT)")
        raw.execute("INSERT INTO old VALUES ('旧数据')")
        raw.commit()
    store = Store(tmp_path)
    assert store.integrity() == []
    store.close()
    (backup,) = (store.home / "backups").glob("*.db")
    with closing(database.connect(backup, keys)) as raw:
        assert raw.execute("SELECT word FROM old").fetchone() == ("旧数据",)


def test_a_damaged_database_is_named_and_not_touched(tmp_path: Path) -> None:
    Store(tmp_path).close()
    database_of(tmp_path).write_bytes(b"not a database" * 1000)
    before = database_of(tmp_path).read_bytes()
    with pytest.raises(UserError, match="损坏"):
        Store(tmp_path)
    assert database_of(tmp_path).read_bytes() == before


@pytest.mark.parametrize("after", [0.0, 0.15, 0.3, 0.45, 0.6])
def test_a_kill_during_the_first_start_leaves_a_folder_that_opens(
    after: float, tmp_path: Path
) -> None:
    script = (
        "import sys; from pathlib import Path; import app.migrations, app.log, forms.dossier;"
        "from app.store import Store; print('begin', flush=True); Store(Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as other:
        assert other.stdout is not None and other.stdout.readline().strip() == b"begin"
        time.sleep(after)
        other.kill()
    store = Store(tmp_path)
    assert store.integrity() == []
    store.close()


def test_a_copied_folder_gets_a_name_of_its_own(tmp_path: Path) -> None:
    store = Store(tmp_path / "a")
    first = store.device
    store.close()
    again = Store(tmp_path / "a")
    assert again.device == first
    again.close()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    copy = Store(tmp_path / "b")
    assert copy.device != first
    copy.close()


def test_a_store_of_the_second_revision_opens_with_its_photos(tmp_path: Path, keys: Keys) -> None:
    Store(tmp_path).close()
    downgrade(database_of(tmp_path), keys, "0002")
    key = "0" * 32
    with looked_into(tmp_path) as raw:
        # NULL nowhere but where it may stand: as that revision's own program would have written.
        for table in ("dossier", "photo"):
            known = list(raw.execute(f"PRAGMA table_info({table})"))
            values: dict[str, Any] = {name: "" for _, name, _, needed, _, _ in known if needed}
            values |= {"id": key, "dossier_id": key, "withdrawn": 0}
            if table == "photo":
                values |= {"facts": "{}", "people": "{}", "stated_address": "示例路18号"}
            names = ", ".join(values)
            marks = ", ".join("?" * len(values))
            raw.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))
        raw.commit()
    store = Store(tmp_path)
    with store.session() as session:
        (photo,) = session.exec(select(forms.dossier.Photo)).all()
    store.close()
    assert (photo.stated_address, photo.stated_code, photo.stated_none) == ("示例路18号", "", None)
