"""Why can a backup not be made or restored?"""


class BackupRefused(Exception):
    """Nothing was written, or everything that was written has been taken back; says why."""
