"""Alembic migrations of the store, run in the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from app.engine import engine_of
from app.keys import Keys


def _config(engine: Engine | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["engine"] = engine
    return config


@contextmanager
def _on(path: Path, keys: Keys) -> Iterator[Engine]:
    engine = engine_of(path, keys)
    try:
        yield engine
    finally:
        engine.dispose()


def known_revisions() -> set[str]:
    """Every revision this program knows."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def upgrade(path: Path, keys: Keys, revision: str = "head") -> None:
    """Bring a database (made where it is missing) to a revision."""
    with _on(path, keys) as engine:
        upgrade_engine(engine, revision)


def downgrade(path: Path, keys: Keys, revision: str) -> None:
    """Take a database back to a revision; for tests and for mending by hand."""
    with _on(path, keys) as engine:
        downgrade_engine(engine, revision)


def upgrade_engine(engine: Engine, revision: str = "head") -> None:
    """The same of any database, also of PostgreSQL's."""
    command.upgrade(_config(engine), revision)


def downgrade_engine(engine: Engine, revision: str) -> None:
    """The same of any database."""
    command.downgrade(_config(engine), revision)
