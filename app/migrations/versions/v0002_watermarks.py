"""What a person says of a watermark; what was worked out from photos, by hash."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATED = ("stated_address", "stated_latitude", "stated_longitude")


def upgrade() -> None:
    """Add a person's statements to photos, and the tables of readings, prints and likenesses."""
    op.add_column("photo", sa.Column("stated_date", sa.Date(), nullable=True))
    op.add_column("photo", sa.Column("stated_time", sa.Time(), nullable=True))
    for name in _STATED:
        op.add_column("photo", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_table(
        "reading",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("watermark", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
    )
    op.create_table(
        "fingerprint",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("hashes", sa.String(), nullable=False),
    )
    op.create_table(
        "likeness",
        sa.Column("one", sa.String(), primary_key=True),
        sa.Column("other", sa.String(), primary_key=True),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("alike", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    """Take them away again."""
    for name in ("likeness", "fingerprint", "reading"):
        op.drop_table(name)
    for name in ("stated_date", "stated_time", *_STATED):
        op.drop_column("photo", name)
