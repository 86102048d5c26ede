"""What the writing desk keeps: replies to its questions, the chosen route, the library's states."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TYPES = {
    "text": (sa.String, "''"),
    "int": (sa.Integer, None),
    "bool": (sa.Boolean, None),
    "date": (sa.Date, None),
    "time": (sa.Time, None),
    "moment": (sa.DateTime, None),
    "uuid": (sa.Uuid, None),
    "json": (sa.JSON, "'{}'"),
}

# New forms' own columns as they were at this revision; "?" may be null.
_FORMS: dict[str, str] = {
    "reply": "question:text text:text unneeded:bool?",
    "routemeasure": "subject:text key:text price:text",
    "needstep": "state:text date:date? remark:text",
}
# Columns that known forms get.
_ADDED: dict[str, str] = {
    "need": "drafted:bool? origin:text proposed:text",
    "project": "drafted:bool? origin:text proposed:text",
    "product": "drafted:bool? origin:text proposed:text",
    "libraryentry": "first:text drafted:bool?",
    "solution": "kind:text",
}


def _column(declared: str) -> sa.Column[object]:
    name, kind = declared.split(":")
    made, empty = _TYPES[kind.rstrip("?")]
    nullable = kind.endswith("?")
    default = sa.text(empty) if empty and not nullable else None
    return sa.Column(name, made(), nullable=nullable, server_default=default)


def upgrade() -> None:
    """Create the tables and add the columns."""
    for form, columns in _FORMS.items():
        op.create_table(
            form,
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("dossier_id", sa.Uuid(), nullable=False),
            sa.Column("parent_id", sa.Uuid(), nullable=True),
            sa.Column("position", sa.String(), nullable=False),
            sa.Column("withdrawn", sa.Boolean(), nullable=False),
            *map(_column, columns.split()),
            sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"]),
            sa.PrimaryKeyConstraint("id"),
        )
        op.create_index(f"ix_{form}_dossier_id", form, ["dossier_id"])
    for table, columns in _ADDED.items():
        for column in map(_column, columns.split()):
            op.add_column(table, column)


def downgrade() -> None:
    """Drop them again."""
    for table, columns in _ADDED.items():
        for declared in columns.split():
            op.drop_column(table, declared.split(":")[0])
    for form in _FORMS:
        op.drop_index(f"ix_{form}_dossier_id", form)
        op.drop_table(form)
