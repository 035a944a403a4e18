"""What happened, for whoever joins: facts are recorded in the transaction that made them true.

A lower room records a fact; `app` wires which higher rooms listen. Listeners run in the same
transaction, after the operation that recorded the fact, so that cause and consequence are
committed together or not at all; what they record is handed on in turn. Facts stay as rows, for
reports and replay, and hold no personal data.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from control_plane.database import Instant, Store, Tx, metadata
from shared.identifiers import new_uuid

ROUNDS = 100


class Fact(BaseModel):
    """Something that happened. Subclasses have a ``kind`` and ids, codes and numbers only."""

    model_config = ConfigDict(frozen=True)

    kind: ClassVar[str]

    @property
    def subject(self) -> str:
        """What it is about, e.g. ``ticket:0190…``; a subclass says."""
        raise NotImplementedError


F = TypeVar("F", bound=Fact)
Reaction = Callable[[Tx, F, datetime], None]

facts = sa.Table(
    "facts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),  # UUIDv7: in the order of recording
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("kind", sa.String(64), nullable=False, index=True),
    sa.Column("subject", sa.String(100), nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
)


def record(tx: Tx, *happened: Fact, now: datetime) -> None:
    """Store what happened and hand it to whoever listens at the end of the operation."""
    tx.add(
        facts,
        [(new_uuid(), now, fact.kind, fact.subject, fact.model_dump_json()) for fact in happened],
    )
    tx.news.extend((fact, now) for fact in happened)


class Listeners:
    """Who reacts to which fact; `app` fills it and installs it in the Store."""

    def __init__(self) -> None:
        self._reactions: dict[str, list[Reaction[Any]]] = {}

    def on(self, fact: type[F], reaction: Reaction[F]) -> None:
        """Call ``reaction(tx, fact, now)`` for every fact of this type."""
        self._reactions.setdefault(fact.kind, []).append(reaction)

    def install(self, store: Store) -> None:
        """Make every writing operation of ``store`` end with the reactions to its facts."""
        store.before_commit(self.react)

    def react(self, tx: Tx) -> None:
        """Hand on the news of ``tx`` until there are no more."""
        for _ in range(ROUNDS):
            news, tx.news = tx.news, []
            if not news:
                return
            for fact, now in news:
                for reaction in self._reactions.get(fact.kind, ()):
                    reaction(tx, fact, now)
        raise RuntimeError("facts go round in a circle")
