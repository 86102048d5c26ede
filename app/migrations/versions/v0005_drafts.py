"""Which paragraphs were drafted, from what text and on what facts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a drafted paragraph knows of itself."""
    for name in ("origin", "proposed"):
        op.add_column("paragraph", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("paragraph", sa.Column("cites", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Drop it again."""
    for name in ("cites", "proposed", "origin"):
        op.drop_column("paragraph", name)
