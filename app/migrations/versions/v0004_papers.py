"""The papers of annexes 1, 4 and 5, the plan of a visit, signatures, and what a scan is of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TYPES = {
    "text": sa.String,
    "int": sa.Integer,
    "bool": sa.Boolean,
    "date": sa.Date,
    "time": sa.Time,
    "moment": sa.DateTime,
    "uuid": sa.Uuid,
    "json": sa.JSON,
}

# Every form's own columns as they were at this revision; "?" may be null.
_FORMS = {
    "acceptance": (
        "project:text lead:text phone:text opinion:text opinion_on:date? "
        "district_opinion:text district_on:date?"
    ),
    "agendaitem": "start:time? end:time? activity:text place:text people:text",
    "filing": (
        "summary:text revenue:text profit:text insured:int? invested:text base_needs:json "
        "operation_needs:json other_needs:json software:json software_other:json support:json "
        "support_other:text plan_year:text plan_two_years:text cloud:json cloud_other:text "
        "starts_on:date? ends_on:date? total_cost:text target:text content:text before:json "
        "after:json declared_on:date? district_opinion:text district_on:date?"
    ),
    "libraryentry": "scene:text group:text common_need:text own_need:text description:text",
    "partner": "name:text contracted:bool? amount:text contact:text phone:text",
    "plan": (
        "date:date? start:time? end:time? topics:json members:json attendees:text shops:text "
        "papers:text rooms:text remarks:text"
    ),
    "signature": (
        "paper:text subject:uuid? role:text name:text ink:json fingerprint:text signed_at:moment?"
    ),
    "solution": "name:text brief:text price:text vendor:text",
}


def _column(declared: str) -> sa.Column[object]:
    name, kind = declared.split(":")
    return sa.Column(name, _TYPES[kind.rstrip("?")](), nullable=kind.endswith("?"))


def upgrade() -> None:
    """Create the tables, and tell of which paper an attached scan is."""
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
    op.add_column("attachment", sa.Column("visit", sa.Uuid(), nullable=True))
    op.add_column(
        "attachment", sa.Column("paper_print", sa.String(), nullable=False, server_default="")
    )


def downgrade() -> None:
    """Drop them again."""
    for name in ("paper_print", "visit"):
        op.drop_column("attachment", name)
    for form in _FORMS:
        op.drop_index(f"ix_{form}_dossier_id", form)
        op.drop_table(form)
