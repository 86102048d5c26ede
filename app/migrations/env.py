"""Alembic's entry: runs the migrations on the database that the configuration names."""

from alembic import context
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import forms.dossier  # noqa: F401  (declares the tables)

url = context.config.get_main_option("sqlalchemy.url")
engine = create_engine(str(url))
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
