"""Which rows stand behind messages to devices and from them?"""

import sqlalchemy as sa

from control_plane.database import Instant, metadata

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("device", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),  # the envelope; signed when it is sent
    sa.Column("once", sa.Boolean, nullable=False),
    sa.Column("replaces", sa.String(64), nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("next_at", Instant, nullable=True),  # NULL: nothing more to send
    sa.Column("expires_at", Instant, nullable=True),
    sa.Column("acknowledged_at", Instant, nullable=True),
    sa.Index("outbox_due", "next_at"),
    sa.Index("outbox_replaces", "device", "replaces"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("device", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("answer", sa.Text, nullable=True),
    sa.Column("at", Instant, nullable=False, index=True),
)
