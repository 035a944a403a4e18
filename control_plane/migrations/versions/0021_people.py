"""A person sets an own password by a link that works once; an account may end for good."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("ended_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "password_link",
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False, unique=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_password_link_expires_at", "password_link", ["expires_at"])


def downgrade() -> None:
    op.drop_table("password_link")
    op.drop_column("account", "ended_at")
