"""Every changing request is answered once for its key; timers are kept under an epoch."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_answer",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key"),
    )
    op.create_index("ix_request_answer_at", "request_answer", ["at"])
    op.create_table(
        "leadership",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    # What stood there were keys of the last week: a page that waits for an answer asks anew.
    op.drop_index("ix_visit_requests_at", "visit_requests")
    op.drop_table("visit_requests")


def downgrade() -> None:
    op.create_table(
        "visit_requests",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "key"),
    )
    op.create_index("ix_visit_requests_at", "visit_requests", ["at"])
    op.drop_table("leadership")
    op.drop_index("ix_request_answer_at", "request_answer")
    op.drop_table("request_answer")
