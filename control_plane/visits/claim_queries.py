"""Which statements claim tickets, booths and clerks together, for many offers at once?

On PostgreSQL one statement takes all that is still free and writes the offers; what another
transaction holds is passed over, and so is a clerk whose step at the desk is under way. SQLite has
one writer: what is free there stays free until it is taken.

Each row is looked up by its key. Joined, a plan that PostgreSQL made while few waited and then kept
walked over everybody who waits, for each offer.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from control_plane.database import Instant, Tx, insert_or, instant
from control_plane.fleet.rules import BoothState
from control_plane.fleet.tables import booth_uses
from control_plane.routing.rules.offers import OfferState
from control_plane.security.scope import Scope
from control_plane.staff.rules import ClerkState
from control_plane.tickets.rules import TicketState
from control_plane.visits.offer_queries import Offer

_STATES = {
    "waiting": str(TicketState.WAITING),
    "offered": str(TicketState.OFFERED),
    "available": str(ClerkState.AVAILABLE),
    "reserved": str(ClerkState.RESERVED),
    "free": str(BoothState.FREE),
    "kept": str(BoothState.KEPT),
    "leased": str(BoothState.RESERVED),
    "open": str(OfferState.OPEN),
}

_CLAIM_POSTGRESQL = sa.text(
    """
    WITH wanted AS MATERIALIZED (
      SELECT * FROM unnest(CAST(:offers AS uuid[]), CAST(:tickets AS uuid[]),
          CAST(:clerks AS uuid[]), CAST(:agencies AS text[]), CAST(:points AS text[]),
          CAST(:booths AS text[]), CAST(:ends AS bigint[]))
        AS asked(offer, ticket, clerk, agency, point, booth, ends)
      WHERE pg_try_advisory_xact_lock(hashtextextended('clerk:' || clerk, 0))),
    taken AS (
      SELECT wanted.* FROM wanted,
      LATERAL (SELECT FROM tickets WHERE tickets.id = wanted.ticket AND tickets.state = :waiting
        FOR UPDATE SKIP LOCKED) AS ticket,
      LATERAL (SELECT FROM clerks WHERE clerks.staff_id = wanted.clerk
        AND clerks.state = :available FOR UPDATE SKIP LOCKED) AS clerk,
      LATERAL (SELECT FROM booth_uses WHERE booth_uses.point = wanted.point
        AND booth_uses.booth = wanted.booth AND (booth_uses.state = :free
          OR booth_uses.state = :kept AND booth_uses.kept_for = wanted.ticket)
        FOR UPDATE SKIP LOCKED) AS booth),
    ticket AS (
      UPDATE tickets SET state = :offered FROM taken WHERE tickets.id = taken.ticket),
    clerk AS (
      UPDATE clerks SET state = :reserved, reason = '' FROM taken
      WHERE clerks.staff_id = taken.clerk),
    booth AS (
      UPDATE booth_uses SET state = :leased, since = :now, visit_id = taken.offer,
        distrusted_for = '', distrusted_until = NULL
      FROM taken WHERE booth_uses.point = taken.point AND booth_uses.booth = taken.booth),
    made AS (
      INSERT INTO offers (id, state, ticket_id, staff_id, agency, point, booth, created_at,
        expires_at, reason)
      SELECT offer, :open, ticket, clerk, agency, point, booth, :now, ends, '' FROM taken)
    SELECT offer FROM taken
    """
).bindparams(sa.bindparam("now", type_=Instant))

_FREE_SQLITE = sa.text(
    """
    SELECT key FROM json_each(:asked)
    JOIN tickets ON tickets.id = value ->> 'ticket' AND tickets.state = :waiting
    JOIN clerks ON clerks.staff_id = value ->> 'clerk' AND clerks.state = :available
    JOIN booth_uses ON booth_uses.point = value ->> 'point'
      AND booth_uses.booth = value ->> 'booth'
      AND (booth_uses.state = :free
        OR booth_uses.state = :kept AND booth_uses.kept_for = tickets.id)
    """
)
_FREE = ("asked", "waiting", "available", "free", "kept")
# Each with the names that stand in it.
_TAKE_SQLITE = (
    (
        sa.text(
            """
            UPDATE tickets SET state = :offered
            WHERE id IN (SELECT value ->> 'ticket' FROM json_each(:asked))
            """
        ),
        ("asked", "offered"),
    ),
    (
        sa.text(
            """
            UPDATE clerks SET state = :reserved, reason = ''
            WHERE staff_id IN (SELECT value ->> 'clerk' FROM json_each(:asked))
            """
        ),
        ("asked", "reserved"),
    ),
    (
        sa.text(
            """
            UPDATE booth_uses SET state = :leased, since = :now, visit_id = value ->> 'offer',
              distrusted_for = '', distrusted_until = NULL
            FROM json_each(:asked) WHERE point = value ->> 'point' AND booth = value ->> 'booth'
            """
        ).bindparams(sa.bindparam("now", type_=Instant)),
        ("asked", "leased", "now"),
    ),
    (
        sa.text(
            """
            INSERT INTO offers (id, state, ticket_id, staff_id, agency, point, booth, created_at,
              expires_at, reason)
            SELECT value ->> 'offer', :open, value ->> 'ticket', value ->> 'clerk',
              value ->> 'agency', value ->> 'point', value ->> 'booth', :now, value ->> 'ends', ''
            FROM json_each(:asked)
            """
        ).bindparams(sa.bindparam("now", type_=Instant)),
        ("asked", "now", "open"),
    ),
)


def claim(tx: Tx, _scope: Scope, wanted: Sequence[Offer], now: datetime) -> list[Offer]:
    """Lease ticket, clerk and booth of each offer together, and store it; gives those that came.

    A booth that is kept for the ticket is free for it, and is kept again if nothing comes of it.
    For one ticket, clerk and booth there may be one offer only in ``wanted``.
    """
    if tx.dialect == "postgresql":
        return _claim_postgresql(tx, wanted, now)
    asked = [_as_json(each) for each in wanted]
    values = {"asked": json.dumps(asked), "now": now} | _STATES
    keys = list(tx.execute(_FREE_SQLITE, _only(values, _FREE)).scalars())
    if not keys:
        return []
    values["asked"] = json.dumps([asked[key] for key in keys])
    for statement, names in _TAKE_SQLITE:
        tx.execute(statement, _only(values, names))
    return [wanted[key] for key in keys]


def make_free(tx: Tx, _scope: Scope, wanted: Sequence[Offer], now: datetime) -> bool:
    """Write down that booths that were never used are free; False when all had been used."""
    rows = tx.execute(
        insert_or(tx.dialect, booth_uses)
        .values(
            [
                {
                    "point": each.point,
                    "booth": each.booth,
                    "state": str(BoothState.FREE),
                    "since": now,
                    "distrusted_for": "",
                }
                for each in wanted
            ]
        )
        .on_conflict_do_nothing()
        .returning(booth_uses.c.booth)
    )
    return bool(rows.all())


def _claim_postgresql(tx: Tx, wanted: Sequence[Offer], now: datetime) -> list[Offer]:
    taken = tx.execute(
        _CLAIM_POSTGRESQL,
        _STATES
        | {
            "offers": [each.id for each in wanted],
            "tickets": [each.ticket_id for each in wanted],
            "clerks": [each.staff_id for each in wanted],
            "agencies": [each.agency for each in wanted],
            "points": [each.point for each in wanted],
            "booths": [each.booth for each in wanted],
            "ends": [instant(each.expires_at) for each in wanted],
            "now": now,
        },
    ).scalars()
    by_id = {each.id: each for each in wanted}
    return [by_id[each] for each in taken]


def _as_json(offer: Offer) -> dict[str, str | int]:
    return {
        "offer": offer.id.hex,
        "ticket": offer.ticket_id.hex,
        "clerk": offer.staff_id.hex,
        "agency": offer.agency,
        "point": offer.point,
        "booth": offer.booth,
        "ends": instant(offer.expires_at),
    }


def _only(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: values[name] for name in names}
