"""The whole road: what stands before the visit, and the plan's steps 8 to 14."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
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
    "servicenote": "purpose:text method:text schedule:text duration:text cooperation:text"
    " wishes:text",
    "briefing": "held_on:date? start:time? end:time? place:text chair:text recorder:text"
    " presenters:json conclusion:text",
    "briefingattendee": "name:text post:text leader:bool?",
    "remark": "speaker:text text:text subject:text reply:text",
    "correction": "subject:text before:text after:text reason:text agreed:text decided_on:date?"
    " remark:uuid?",
    "adoption": "advice:text project:uuid? decision:text decided_on:date? outcome:text",
    "diagnosisacceptance": "organiser:text held_on:date? place:text opinion:text conclusion:text"
    " issued_on:date?",
    "diagnosisexpert": "name:text organisation:text post:text lead:bool?",
    "selection": "decided_on:date? decided_by:text own_choice:bool? reason:text plan:text"
    " evidence:json",
    "plannedproduct": "name:text partner:uuid? purpose:text project:uuid? product:uuid?"
    " measures:json departure:text",
    "contract": "name:text number:text partner:uuid? also:json signed_on:date? starts_on:date?"
    " ends_on:date? amount:text scan:json",
    "contractitem": "name:text kind:text amount:text content:text planned:uuid?",
    "milestone": "name:text planned_on:date? done_on:date? who:text result:text photos:json"
    " attachments:json",
    "trainingsync": "staff:int? plan_on:date? plan_files:json plan_before:text plan_during:text"
    " plan_after:text effect_before_on:date? effect_before:text effect_during_on:date?"
    " effect_during:text effect_after_on:date? effect_after:text effect_files:json",
    "effect": "aspect:text name:text unit:text better:text before:text after:text"
    " before_period:text after_period:text source:text basis:text evidence:json",
    "filingchange": "field:text before:text reason:text",
    "assessment": "assessor:text lead:text phone:text evaluators:text visited_on:date? number:text"
    " reported_on:date? level:text score:text remarks:text",
    "golive": "item:uuid? name:text online_on:date? state:text users:int? seen:text photos:json"
    " attachments:json result:text",
    "examination": "way:text date:date? experts:text plan:text seen:text conclusion:text"
    " photos:json attachments:json",
    "invoice": "number:text date:date? amount:text contract:uuid? kind:text seller:text scan:json",
    "payment": "number:text date:date? amount:text contract:uuid? kind:text payee:text scan:json",
    "audit": "auditor:text number:text date:date? amount:text passed:bool? opinion:text scan:json",
    "subsidyentry": "event:text date:date? amount:text batch:text document:text scan:json",
    "eligibility": "registered:bool? registered_on:date? registered_by:text sme:bool? sme_on:date?"
    " sme_by:text trusted:bool? trusted_on:date? trusted_by:text local:bool? local_on:date?"
    " local_by:text project_from:date? project_to:date? basis:text",
    "contact": "date:date? time:time? way:text who:text counterpart:text counterpart_post:text"
    " said:text agreed:text next_step:text next_on:date?",
    "background": "industry:text source:text gathered_on:date? self_on:date?",
}
# Columns that known forms get.
_ADDED: dict[str, str] = {
    "dossier": "listed_on:date?",
    "acceptance": "conclusion:text",
    "agreement": "filing_number:text",
    "satisfaction": "given_by:text given_post:text way:text",
    "partner": "looked_on:date? offer:text quote:text chosen:bool? reason:text",
    "training": "phase:text",
    "plan": "attendees_state:text shops_state:text papers_state:text rooms_state:text sent_on:date?"
    " drafted:json",
    "agendaitem": "drafted:bool?",
}
# Tables beside the log, of this store alone; the first column is the key.
_TABLES: dict[str, str] = {}


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
    for table, columns in _TABLES.items():
        made = [_column(declared) for declared in columns.split()]
        op.create_table(table, *made, sa.PrimaryKeyConstraint(made[0].name))


def downgrade() -> None:
    """Drop them again."""
    for table in _TABLES:
        op.drop_table(table)
    for table, columns in _ADDED.items():
        for declared in columns.split():
            op.drop_column(table, declared.split(":")[0])
    for form in _FORMS:
        op.drop_index(f"ix_{form}_dossier_id", form)
        op.drop_table(form)
