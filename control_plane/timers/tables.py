"""Which row says who leads, and since which change of leaders?"""

import sqlalchemy as sa

from control_plane.database import Instant, metadata

leadership = sa.Table(
    "leadership",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("epoch", sa.BigInteger, nullable=False),  # grows with every leader
    sa.Column("until", Instant, nullable=False),  # then another may lead
)
