"""Agencies say at which hours their queues are open, and what kinds of days they have at points."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_hours",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agencies.code"]),
        sa.PrimaryKeyConstraint("agency"),
    )
    op.create_table(
        "agency_days",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("point", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agencies.code"]),
        sa.ForeignKeyConstraint(["point"], ["service_points.code"]),
        sa.PrimaryKeyConstraint("agency", "point"),
    )


def downgrade() -> None:
    op.drop_table("agency_days")
    op.drop_table("agency_hours")
