"""Which statements take, renew and check the leadership?"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from control_plane.database import Tx, insert_or
from control_plane.security.scope import Scope
from control_plane.timers.tables import leadership


def take(tx: Tx, scope: Scope, *, now: datetime, until: datetime) -> int | None:
    """Become the leader, with an epoch of one's own; None while another leads."""
    # SQLite has one process: whoever leads there was this one, before it was started again.
    over = leadership.c.until <= now if tx.dialect == "postgresql" else sa.true()
    new = insert_or(tx.dialect, leadership).values(name=scope.name, epoch=1, until=until)
    epoch: int | None = tx.execute(
        new.on_conflict_do_update(
            index_elements=["name"],
            set_={"epoch": leadership.c.epoch + 1, "until": new.excluded.until},
            where=over,
        ).returning(leadership.c.epoch)
    ).scalar()
    return epoch


def renew(tx: Tx, scope: Scope, *, epoch: int, until: datetime) -> bool:
    """Lead on until then; False when another has led since."""
    renewed = tx.execute(
        sa.update(leadership)
        .where(leadership.c.name == scope.name, leadership.c.epoch == epoch)
        .values(until=until)
    )
    return renewed.rowcount == 1


def leads(tx: Tx, scope: Scope, *, epoch: int, stopped: timedelta) -> bool:
    """Is this epoch the newest, and will be until this transaction ends?

    A process that stops in the midst of it for longer than ``stopped`` loses the transaction.
    """
    found = sa.select(leadership.c.epoch).where(
        leadership.c.name == scope.name, leadership.c.epoch == epoch
    )
    if tx.dialect == "postgresql":
        milliseconds = str(stopped // timedelta(milliseconds=1))
        limited = sa.func.set_config("idle_in_transaction_session_timeout", milliseconds, True)
        found = found.add_columns(limited).with_for_update(read=True)
    return tx.execute(found).one_or_none() is not None
