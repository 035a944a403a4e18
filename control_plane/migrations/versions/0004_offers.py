"""Offers lease ticket, clerk and booth; changes of rows can be followed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


OPEN = {"ticket": ["ticket_id"], "clerk": ["staff_id"], "booth": ["point", "booth"]}


def upgrade() -> None:
    with op.batch_alter_table("live_subjects", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stamp", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.create_index("live_subjects_by_stamp", ["stamp"])
    with op.batch_alter_table("clerks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("misses", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("offers_after", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("wants_next", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("point", sa.String(length=64), nullable=False),
        sa.Column("booth", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
    )
    op.create_index("ix_offers_ticket_id", "offers", ["ticket_id"])
    op.create_index("offers_by_expiry", "offers", ["state", "expires_at"])
    for name, columns in OPEN.items():
        op.create_index(
            f"offers_open_by_{name}",
            "offers",
            columns,
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )


def downgrade() -> None:
    op.drop_table("offers")
    with op.batch_alter_table("clerks", schema=None) as batch_op:
        batch_op.drop_column("wants_next")
        batch_op.drop_column("offers_after")
        batch_op.drop_column("misses")
    with op.batch_alter_table("live_subjects", schema=None) as batch_op:
        batch_op.drop_index("live_subjects_by_stamp")
        batch_op.drop_column("stamp")
