"""A staff member's pseudonym is the account's, for a shift, and no more a session's own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pseudonym", sa.String(length=64), nullable=True))
    # Their keys were certified under names that nobody knows any more.
    op.execute("DELETE FROM session")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("pseudonym")


def downgrade() -> None:
    op.execute("DELETE FROM session")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pseudonym", sa.String(length=64), nullable=False))
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("pseudonym")
