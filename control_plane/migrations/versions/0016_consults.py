"""A clerk asks a colleague into a visit: consults, and who else may signal in a room."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.add_column(sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "consults",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("staff_agency", sa.String(length=64), nullable=False),
        sa.Column("handed_on", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("how", sa.String(length=20), nullable=False),
    )
    for name, column in (("visit", "visit_id"), ("clerk", "staff_id")):
        op.create_index(
            f"consults_open_by_{name}",
            "consults",
            [column],
            unique=True,
            sqlite_where=sa.text("state <> 'ended'"),
            postgresql_where=sa.text("state <> 'ended'"),
        )
    op.create_index("consults_by_expiry", "consults", ["state", "expires_at"])
    op.create_table(
        "room_guests",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("participant", sa.String(length=20), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_room_guests_room_id", "room_guests", ["room_id"])
    op.create_index(
        "room_guests_by_seat",
        "room_guests",
        ["room_id", "participant"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("room_guests")
    op.drop_table("consults")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_column("turn")
