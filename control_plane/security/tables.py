"""Which rows does security keep: accounts, sessions, answers, claims, certificates, the log?"""

import sqlalchemy as sa

from control_plane.database import Instant, metadata

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("username", sa.String(64), nullable=False, unique=True),  # lower case
    sa.Column("password_hash", sa.String(255), nullable=False),  # empty: none was set yet
    sa.Column("display_name", sa.String(100), nullable=False),
    sa.Column("alias", sa.String(64), nullable=False),  # as visitors see it
    sa.Column("roles", sa.String(120), nullable=False),  # words of `Role`, spaces between
    sa.Column("agency", sa.String(64), nullable=True, index=True),
    sa.Column("language", sa.String(8), nullable=False),  # of the pages
    sa.Column("languages", sa.String(40), nullable=False),  # of service, spaces between
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("signed_in_at", Instant, nullable=True),
    sa.Column("pseudonym", sa.String(64), nullable=True),  # in key statements, for one shift
    sa.Column("ended_at", Instant, nullable=True),  # for good; its username is never given again
)

# Lets one person set a new password, once.
password_link = sa.Table(
    "password_link",
    metadata,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, index=True),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("key_statement", sa.Text, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, index=True),
)

# That an account has a second factor; what makes its codes stands in no table (see `Keyring`).
second_factor = sa.Table(
    "second_factor",
    metadata,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("generation", sa.Integer, nullable=False),  # grows with each new secret
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("confirmed_at", Instant, nullable=True),  # NULL: not in force
    sa.Column("last_step", sa.BigInteger, nullable=False),  # whose code was used last
)

recovery_code = sa.Table(
    "recovery_code",
    metadata,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("code_hash", sa.String(64), primary_key=True),
)

# An account of a machine: a contact centre of an agency.
integration = sa.Table(
    "integration",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.String(64), nullable=False, index=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("rights", sa.String(120), nullable=False),  # words of `Right`, spaces between
    # Grows with each new secret for what the contact centre posts to us; see `Keyring`.
    sa.Column("secret_generation", sa.Integer, nullable=False),
    sa.Column("secret_made_at", Instant, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=True),
    sa.Column("revoked_at", Instant, nullable=True),
)

# The answer that a request of this key was given; digests, since a request may hold a password.
request_answer = sa.Table(
    "request_answer",
    metadata,
    sa.Column("account_id", sa.Uuid, primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("asked", sa.String(64), nullable=False),  # what was asked, under the key
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("refused", sa.Boolean, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

sign_in_tries = sa.Table(
    "sign_in_tries",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),  # a digest of account name or address
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", Instant, nullable=False, index=True),
)

device_claim = sa.Table(
    "device_claim",
    metadata,
    sa.Column("id", sa.String(8), primary_key=True),
    sa.Column("device", sa.String(64), nullable=False, index=True),
    sa.Column("secret_hash", sa.String(64), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("used_at", Instant, nullable=True),
)

device_certificate = sa.Table(
    "device_certificate",
    metadata,
    sa.Column("serial", sa.String(40), primary_key=True),
    sa.Column("device", sa.String(64), nullable=False, index=True),
    # A public key is accepted once in the fleet.
    sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("claim_id", sa.String(8), nullable=True),  # NULL: renewed
    sa.Column("pem", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("not_after", Instant, nullable=False),
    sa.Column("revoked_at", Instant, nullable=True),
    sa.Column("revoked_reason", sa.String(40), nullable=True),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("asker", sa.String(16), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),  # an account's id, a device, a machine
    sa.Column("agency", sa.String(64), nullable=True),
    sa.Column("action", sa.String(64), nullable=False, index=True),
    sa.Column("subject", sa.String(100), nullable=False, index=True),
    sa.Column("detail", sa.Text, nullable=False),  # JSON without personal data
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

# PostgreSQL only: one row, whose lock puts writers in line.
audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
