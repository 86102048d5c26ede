"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TYPES = {
    "text": sa.String,
    "int": sa.Integer,
    "bool": sa.Boolean,
    "date": sa.Date,
    "time": sa.Time,
    "uuid": sa.Uuid,
    "json": sa.JSON,
}

# Every form's own columns as they were at this revision; "?" may be null.
_FORMS = {
    "agreement": "number:text signed_on:date? filed_on:date? reported_on:date?",
    "answer": (
        "stage:text subject:text chosen:json level:int? figures:json reason:text note:text "
        "photos:json attachments:json"
    ),
    "attachment": "sha256:text filename:text size:int? name:text kind:text proves:text",
    "cloudservice": "business:text service:text vendor:text",
    "dataresource": "scope:text content:text data_type:text source:text method:text use:text",
    "dossier": "pack:text owner:text batch:text target_level:int?",
    "enterprise": (
        "name:text district:text address:text credit_code:text contact:text phone:text "
        "employees:json digital_staff:json summary:text nature:text size:text "
        "above_scale:text quality:json self_level:text industry:text revenue:json profit:json "
        "invested:json budget:json honours:text directions:json directions_other:json "
        "founded_on:date? central_funds:bool? pilot_2022:bool?"
    ),
    "equipment": (
        "name:text model:text maker:text quantity:int? networked:text interface:text deployed:text"
    ),
    "member": (
        "name:text organisation:text post:text duties:text contact:text lead:bool? "
        "title_level:text title_name:text certificate:text years:int? projects:int? "
        "expertise:json experience:text"
    ),
    "need": "kind:text text:text",
    "paragraph": "section:text text:text drafted:bool?",
    "photo": (
        "sha256:text filename:text size:int? facts:json visit:uuid? training:uuid? kind:text "
        "caption:text people:json counterpart:bool? logo:bool?"
    ),
    "product": "name:text scene:text function:text goal:text",
    "project": "name:text content:text period:text cost:text outcome:text",
    "provider": "name:text credit_code:text address:text contact:text phone:text email:text",
    "satisfaction": (
        "filled_on:date? process:text problems:text advice:text skill:text outcome:text "
        "overall:text adoption:text opinion:text sealed:bool?"
    ),
    "site": (
        "latitude:text longitude:text datum:text source:text photo:uuid? confirmed_by:text "
        "fence_m:int?"
    ),
    "stay": "start:time? end:time? absence:text",
    "system": "name:text modules:text vendor:text amount:text deployed:text",
    "training": (
        "topic:text trainer:text date:date? start:time? end:time? attendees:int? "
        "audience:text content:text visit:uuid? sign_in:json"
    ),
    "visit": (
        "date:date? topics:json results:text present:json counterpart:text "
        "counterpart_post:text others:text signed_team:bool? signed_counterpart:bool?"
    ),
}
_LOG = (
    "form:text record_id:uuid field:text value:text? salt:text? payload_hash:text "
    "supersedes:text counter:int device:uuid person:text at:text link:text? live:bool"
)


def _columns(words: str) -> list[sa.Column[object]]:
    found = []
    for word in words.split():
        name, _, kind = word.partition(":")
        found.append(sa.Column(name, _TYPES[kind.removesuffix("?")](), nullable=kind.endswith("?")))
    return found


def upgrade() -> None:
    """Make every table."""
    for name in sorted(_FORMS, key=lambda form: form != "dossier"):
        op.create_table(
            name,
            sa.Column("id", sa.Uuid(), primary_key=True),
            sa.Column("dossier_id", sa.Uuid(), sa.ForeignKey("dossier.id"), nullable=False),
            *_columns("parent_id:uuid? position:text withdrawn:bool"),
            *_columns(_FORMS[name]),
        )
        op.create_index(f"ix_{name}_dossier_id", name, ["dossier_id"])
    op.create_table(
        "log",
        sa.Column("id", sa.Uuid(), primary_key=True),
        *_columns("dossier_id:uuid"),
        *_columns(_LOG),
        sa.UniqueConstraint("dossier_id", "device", "counter"),
    )
    op.create_index("log_field", "log", ["dossier_id", "record_id", "field"])
    op.create_table(
        "meta", sa.Column("key", sa.String(), primary_key=True), *_columns("value:text")
    )
    op.create_table(
        "summary",
        sa.Column("dossier_id", sa.Uuid(), primary_key=True),
        *_columns("mark:text facts:text"),
    )


def downgrade() -> None:
    """Drop every table, the dossiers last."""
    for name in ("summary", "meta", "log", *sorted(_FORMS, key=lambda form: form == "dossier")):
        op.drop_table(name)
