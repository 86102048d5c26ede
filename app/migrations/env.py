"""Alembic's entry: runs the migrations on the engine that the configuration carries."""

from alembic import context
from sqlmodel import SQLModel

import forms.dossier  # noqa: F401  (declares the tables)

with context.config.attributes["engine"].connect() as connection:
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()
