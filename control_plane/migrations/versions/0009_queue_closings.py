"""Agencies close their queues; supervisors write to desks; points have regions."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "queue_closings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("point", sa.String(length=64), nullable=True),
        sa.Column("service", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("instead", sa.String(length=20), nullable=False),
        sa.Column("instead_service", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("queue_closings_in_force", "queue_closings", ["ended_at", "agency"])
    op.create_table(
        "desk_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("sender", sa.String(length=100), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("desk_messages_by_agency", "desk_messages", ["agency", "ends_at"])
    op.create_table(
        "desk_messages_read",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "staff_id"),
    )
    # A contingent's numbers are counted in the same statement as the point's.
    op.execute("ALTER TABLE ticket_series RENAME COLUMN point TO name")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_by", sa.String(length=36), nullable=True))
        batch_op.create_index("tickets_by_day", ["day", "agency"])
    with op.batch_alter_table("service_points", schema=None) as batch_op:
        batch_op.add_column(sa.Column("region", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("service_points", schema=None) as batch_op:
        batch_op.drop_column("region")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index("tickets_by_day")
        batch_op.drop_column("closed_by")
    op.execute("ALTER TABLE ticket_series RENAME COLUMN name TO point")
    op.drop_table("desk_messages_read")
    op.drop_table("desk_messages")
    op.drop_table("queue_closings")
