"""Waits are promised and counted against what came; decisions are kept with their reasons."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("promised_low_min", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("promised_high_min", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("promised_s", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("promised_by", sa.String(length=20), nullable=False, server_default="unknown")
        )
        batch_op.add_column(sa.Column("waited_s", sa.Integer(), nullable=True))
    op.create_table(
        "service_handling",
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("served", sa.Integer(), nullable=False),
        sa.Column("total_s", sa.BigInteger(), nullable=False),
        sa.Column("squares_s2", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("service"),
    )
    op.create_table(
        "promise_counts",
        sa.Column("point", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("off_by_min", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "point", "agency", "service", "day", "method", "verdict", "off_by_min"
        ),
    )
    op.create_table(
        "routing_decisions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("point", sa.String(length=64), nullable=False),
        sa.Column("booth", sa.String(length=64), nullable=False),
        sa.Column("clerk", sa.String(length=64), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
    )
    op.create_index("ix_routing_decisions_at", "routing_decisions", ["at"])
    op.create_index("ix_routing_decisions_ticket_id", "routing_decisions", ["ticket_id"])


def downgrade() -> None:
    op.drop_table("routing_decisions")
    op.drop_table("promise_counts")
    op.drop_table("service_handling")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("waited_s")
        batch_op.drop_column("promised_by")
        batch_op.drop_column("promised_s")
        batch_op.drop_column("promised_high_min")
        batch_op.drop_column("promised_low_min")
