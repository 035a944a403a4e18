"""One visit has several errands: a ticket for each, with one number."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0014"
branch_labels = None
depends_on = None

# As PostgreSQL names what has no name, so that SQLite's can be named too.
NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}


def upgrade() -> None:
    with op.batch_alter_table("tickets", schema=None, naming_convention=NAMES) as batch_op:
        batch_op.add_column(sa.Column("plan_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column("plan_step", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("plan_after", sa.Integer(), nullable=True))
        batch_op.drop_constraint("tickets_point_day_number_key", type_="unique")
        batch_op.create_unique_constraint(
            "tickets_point_day_number_plan_step_key", ["point", "day", "number", "plan_step"]
        )
        batch_op.create_index("tickets_by_plan", ["plan_id"])


def downgrade() -> None:
    with op.batch_alter_table("tickets", schema=None, naming_convention=NAMES) as batch_op:
        batch_op.drop_index("tickets_by_plan")
        batch_op.drop_constraint("tickets_point_day_number_plan_step_key", type_="unique")
        batch_op.create_unique_constraint(
            "tickets_point_day_number_key", ["point", "day", "number"]
        )
        batch_op.drop_column("plan_after")
        batch_op.drop_column("plan_step")
        batch_op.drop_column("plan_id")
