"""What goes out and comes in: bundles taken in, work handed out, papers sent and sent back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
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
    "assignment": "kind:text subject:text person:text due:date? note:text state:text",
    "returnopinion": "number:text office:text date:date? due:date? remarks:text bundle:text"
    " signer:text fingerprint:text",
    "returnpoint": "text:text basis:text place:text asked:text due:date? rule:text target:text"
    " state:text reply:text photos:json attachments:json shown:text closed_on:date?",
    "sending": "way:text sent_at:moment? recipient:text files:text handler:text message_id:text"
    " answer:text remark:text content:text",
}
# Columns that known forms get.
_ADDED: dict[str, str] = {
    "summary": "number:int? withdrawn:bool? words:text name:text code:text district:text"
    " industry:text size:text consultant:text provider:text batch:text step:int?"
    " own_level:int? level:int?"
    " target:int? score:int? due:date? handed:bool? block:int? warn:int? info:int? conflicts:int?"
    " judged_on:date?",
}
# Tables beside the log, of this store alone; the first column is the key.
_TABLES: dict[str, str] = {
    "search_stale": "record_id:uuid dossier_id:uuid",
    "issued": "id:uuid dossier_id:uuid at:text key:text opinion:text",
    "received": "sha256:text dossier_id:uuid at:text name:text draft:bool findings:text",
    "outgoing": "id:uuid dossier_id:uuid made:text state:text subject:text sender:text"
    " recipients:text message_id:text sha256:text size:int files:text tries:int due:text"
    " answer:text done:text handler:text device:text",
    "taken": "id:uuid dossier_id:uuid at:text name:text sha256:text signer:text"
    " rows:text undone:text",
}

# Columns that are looked for by themselves.
_INDEXES: tuple[tuple[str, str], ...] = (("visit", "date"),)
# Summaries as lists filter and sort them. They are disposable: what was judged is judged again.
_LISTED = (
    *("number", "withdrawn", "step", "own_level", "level", "target", "score", "due", "handed"),
    *("block", "warn", "info", "conflicts", "judged_on", "district", "industry", "size"),
    *("consultant", "provider", "batch", "code", "name", "words", "dossier_id"),
)
_SUMMARIES = (
    "INSERT INTO summary (dossier_id, mark, facts) SELECT id, '', '{}' FROM dossier "
    "WHERE id NOT IN (SELECT dossier_id FROM summary)",
    "UPDATE summary SET mark = '', step = 1, number = d.rowid, withdrawn = d.withdrawn, "
    "batch = d.batch, "
    "consultant = coalesce(nullif(d.owner, ''), (SELECT m.name FROM member m "
    " WHERE m.dossier_id = d.id AND m.lead AND NOT m.withdrawn ORDER BY m.position LIMIT 1), '') "
    "FROM dossier d WHERE d.id = summary.dossier_id",
    "UPDATE summary SET name = e.name, code = e.credit_code, district = e.district, "
    "industry = e.industry, size = e.size FROM enterprise e "
    "WHERE e.dossier_id = summary.dossier_id",
    "UPDATE summary SET provider = p.name FROM provider p WHERE p.dossier_id = summary.dossier_id",
    "UPDATE summary SET words = lower(name || char(10) || code || char(10) || district || char(10) "
    "|| industry || char(10) || consultant)",
    # Nothing was taken into the search index yet.
    "INSERT INTO search_stale SELECT record_id, min(dossier_id) FROM log GROUP BY record_id",
)


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
    for table, column_name in _INDEXES:
        op.create_index(f"ix_{table}_{column_name}", table, [column_name])
    # PostgreSQL indexes no row of over 2,700 bytes, and names are as long as somebody types.
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_index("summary_list", "summary", _LISTED if sqlite else ["number"])
    unsealed = sa.text("link IS NULL")
    op.create_index(
        "log_open", "log", ["dossier_id"], sqlite_where=unsealed, postgresql_where=unsealed
    )
    if sqlite:  # no other store is as old
        for statement in _SUMMARIES:
            op.execute(statement)


def downgrade() -> None:
    """Drop them again."""
    op.drop_index("log_open", "log")
    op.drop_index("summary_list", "summary")
    for table, column_name in _INDEXES:
        op.drop_index(f"ix_{table}_{column_name}", table)
    for table in _TABLES:
        op.drop_table(table)
    for table, columns in _ADDED.items():
        for declared in columns.split():
            op.drop_column(table, declared.split(":")[0])
    for form in _FORMS:
        op.drop_index(f"ix_{form}_dossier_id", form)
        op.drop_table(form)
