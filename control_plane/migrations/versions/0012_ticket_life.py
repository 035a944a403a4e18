"""A ticket is sent on, parked, kept seated, and lets others pass."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def added() -> list[sa.Column[Any]]:
    return [
        sa.Column("queued_at", sa.BigInteger(), nullable=True),
        sa.Column("priority", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("for_staff", sa.Uuid(), nullable=True),
        sa.Column("for_staff_until", sa.BigInteger(), nullable=True),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("parked_for", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("kept_booth", sa.String(length=64), nullable=True),
        sa.Column("kept_until", sa.BigInteger(), nullable=True),
        sa.Column("avoids_booth", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("transfers", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("passes", sa.Integer(), nullable=False, server_default="0"),
    ]


def upgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        for column in added():
            batch_op.add_column(column)
        batch_op.create_index("ix_tickets_for_staff", ["for_staff"])
        batch_op.create_index("tickets_by_seat", ["kept_until"])
    op.execute(sa.text("UPDATE tickets SET queued_at = arrived_at"))
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.alter_column("queued_at", existing_type=sa.BigInteger(), nullable=False)
    with op.batch_alter_table("booth_uses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept_for", sa.Uuid(), nullable=True))
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("seated", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_column("seated")
    with op.batch_alter_table("booth_uses", schema=None) as batch_op:
        batch_op.drop_column("kept_for")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index("tickets_by_seat")
        batch_op.drop_index("ix_tickets_for_staff")
        for column in reversed(added()):
            batch_op.drop_column(column.name)
