"""Clerks have levels of skills, clearances and a counted day; services say what they ask."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def of_clerks() -> list[sa.Column[Any]]:
    return [
        sa.Column("clearance", sa.String(length=20), nullable=False, server_default="none"),
        sa.Column("last_visit_at", sa.BigInteger(), nullable=True),
        sa.Column("visits_today", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("talk_s", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("counted_until", sa.BigInteger(), nullable=True),
    ]


def of_services() -> list[sa.Column[Any]]:
    return [
        sa.Column("skill_level", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("clearance", sa.String(length=20), nullable=False, server_default="none"),
        sa.Column("priority", sa.String(length=20), nullable=False, server_default=""),
    ]


# Whoever had a skill had it whole, and has its highest level from now on.
WHOLE = ":5"
CLERKS = sa.table("clerks", sa.column("staff_id", sa.Uuid()), sa.column("skills", sa.String()))


def upgrade() -> None:
    with op.batch_alter_table("clerks", schema=None) as batch_op:
        batch_op.alter_column(
            "skills",
            existing_type=sa.String(length=500),
            type_=sa.String(length=1500),
            existing_nullable=False,
        )
        for column in of_clerks():
            batch_op.add_column(column)
    with op.batch_alter_table("services", schema=None) as batch_op:
        for column in of_services():
            batch_op.add_column(column)
    _rewrite(lambda skills: " ".join(f"{each}{WHOLE}" for each in skills))


def downgrade() -> None:
    _rewrite(lambda skills: " ".join(each.partition(":")[0] for each in skills))
    with op.batch_alter_table("services", schema=None) as batch_op:
        for column in reversed(of_services()):
            batch_op.drop_column(column.name)
    with op.batch_alter_table("clerks", schema=None) as batch_op:
        for column in reversed(of_clerks()):
            batch_op.drop_column(column.name)
        batch_op.alter_column(
            "skills",
            existing_type=sa.String(length=1500),
            type_=sa.String(length=500),
            existing_nullable=False,
        )


def _rewrite(written: Any) -> None:
    bind = op.get_bind()
    rows = bind.execute(sa.select(CLERKS).where(CLERKS.c.skills != "")).all()
    for row in rows:
        bind.execute(
            sa.update(CLERKS)
            .where(CLERKS.c.staff_id == row.staff_id)
            .values(skills=written(row.skills.split()))
        )
