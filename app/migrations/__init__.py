"""Alembic migrations of the store, run in the program itself."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def _config(database: Path | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    if database is not None:
        # Alembic reads its options through ConfigParser, to which a percent sign is syntax.
        config.set_main_option("sqlalchemy.url", f"sqlite:///{database}".replace("%", "%%"))
    return config


def known_revisions() -> set[str]:
    """Every revision this program knows."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def upgrade(database: Path, revision: str = "head") -> None:
    """Bring a database (made where it is missing) to a revision."""
    command.upgrade(_config(database), revision)


def downgrade(database: Path, revision: str) -> None:
    """Take a database back to a revision; for tests and for mending by hand."""
    command.downgrade(_config(database), revision)
