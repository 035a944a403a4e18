"""What is set up is set up in the browser: changes with undo, steps to an open point, trainings."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "agencies",
        sa.Column("training", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "setup_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("thing", sa.String(length=160), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("setup_changes_by_thing", "setup_changes", ["thing", "id"])
    op.create_index("ix_setup_changes_agency", "setup_changes", ["agency"])
    op.create_table(
        "point_steps",
        sa.Column("point", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["point"], ["service_points.code"]),
        sa.PrimaryKeyConstraint("point", "step"),
    )


def downgrade() -> None:
    op.drop_table("point_steps")
    op.drop_table("setup_changes")
    op.drop_column("agencies", "training")
