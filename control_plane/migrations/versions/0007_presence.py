"""Contact centres say who is busy with them, and hear who is busy with us."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "integration",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False, unique=True),
        sa.Column("rights", sa.String(length=120), nullable=False),
        sa.Column("secret_generation", sa.Integer(), nullable=False),
        sa.Column("secret_made_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_integration_agency", "integration", ["agency"])
    op.create_table(
        "clerk_names",
        sa.Column("integration_id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(length=64), primary_key=True),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
    )
    op.create_index("ix_clerk_names_staff_id", "clerk_names", ["staff_id"])
    with op.batch_alter_table("clerks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("busy_with", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("busy_since", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("busy_until", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("told_state", sa.String(length=20), nullable=False, server_default="offline")
        )
        batch_op.add_column(
            sa.Column("told_at", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("shift_from", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("shift_until", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("may_overrun", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("overdue_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("forgotten", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index("ix_clerks_busy_until", ["busy_until"])
        batch_op.create_index("ix_clerks_overdue_at", ["overdue_at"])
    op.execute("UPDATE clerks SET told_state = state, told_at = since")
    op.create_table(
        "leases",
        sa.Column("integration_id", sa.Uuid(), primary_key=True),
        sa.Column("id", sa.String(length=64), primary_key=True),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.String(length=20), nullable=True),
    )
    op.create_index("leases_by_expiry", "leases", ["ended_at", "expires_at"])
    op.create_index(
        "leases_open_by_clerk",
        "leases",
        ["staff_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "webhook_endpoints",
        sa.Column("integration_id", sa.Uuid(), primary_key=True),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", sa.String(length=200), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("secret_made_at", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_webhook_endpoints_agency", "webhook_endpoints", ["agency"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("integration_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
    )
    op.create_index("webhook_deliveries_due", "webhook_deliveries", ["next_at"])
    op.create_index("webhook_deliveries_of", "webhook_deliveries", ["integration_id", "created_at"])
    op.create_table(
        "told_tickets",
        sa.Column("ticket_id", sa.Uuid(), primary_key=True),
        sa.Column("agency", sa.String(length=64), nullable=False),
    )
    op.create_index("ix_told_tickets_agency", "told_tickets", ["agency"])
    op.create_table(
        "hook_messages",
        sa.Column("integration_id", sa.Uuid(), primary_key=True),
        sa.Column("id", sa.String(length=128), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_hook_messages_at", "hook_messages", ["at"])
    op.create_index("visits_by_end", "visits", ["agency", "ended_at", "id"])


def downgrade() -> None:
    op.drop_index("visits_by_end", "visits")
    for name in ("hook_messages", "told_tickets", "webhook_deliveries", "webhook_endpoints"):
        op.drop_table(name)
    op.drop_table("leases")
    with op.batch_alter_table("clerks", schema=None) as batch_op:
        batch_op.drop_index("ix_clerks_overdue_at")
        batch_op.drop_index("ix_clerks_busy_until")
        for name in ("forgotten", "overdue_at", "may_overrun", "shift_until", "shift_from"):
            batch_op.drop_column(name)
        for name in ("told_at", "told_state", "busy_until", "busy_since", "busy_with"):
            batch_op.drop_column(name)
    op.drop_table("clerk_names")
    op.drop_table("integration")
