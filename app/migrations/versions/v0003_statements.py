"""What else a person says of a watermark: its names and code, or that there is none."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATED = ("stated_place", "stated_brand", "stated_code")


def upgrade() -> None:
    """Add the statements to photos."""
    for name in _STATED:
        op.add_column("photo", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("photo", sa.Column("stated_none", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Drop them again."""
    for name in ("stated_none", *_STATED):
        op.drop_column("photo", name)
