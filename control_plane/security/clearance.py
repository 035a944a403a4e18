"""How far has somebody's background been checked, and how far must it be?

The three checks of the Security Clearance Act (726/2014, chapters 4 and 5); whoever has passed a
wider one has passed the narrower ones.
"""

from enum import StrEnum


class Clearance(StrEnum):
    """A security clearance of a person."""

    NONE = "none"
    CONCISE = "concise"  # suppea, begränsad
    STANDARD = "standard"  # perusmuotoinen, normal
    COMPREHENSIVE = "comprehensive"  # laaja, omfattande

    @property
    def degree(self) -> int:
        """0 to 3: the wider one covers the narrower."""
        return tuple(Clearance).index(self)
