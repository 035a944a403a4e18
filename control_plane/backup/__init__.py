"""How is an installation copied, and stood up again on an empty machine?

A backup is one file, encrypted to public keys in the age format: the database as its own tool
dumps it, the keys and issuers of the state directory, and a manifest to hold the result against.
"""

from control_plane.backup.archive import Recipients, identities_of, new_identity, recipients_of
from control_plane.backup.making import make, note_made
from control_plane.backup.refusals import BackupRefused
from control_plane.backup.restoring import Restored, restore

__all__ = [
    "BackupRefused",
    "Recipients",
    "Restored",
    "identities_of",
    "make",
    "new_identity",
    "note_made",
    "recipients_of",
    "restore",
]
