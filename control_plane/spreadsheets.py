"""How does a text stand in a sheet so that no spreadsheet takes it for a formula?

With an apostrophe before it (OWASP, CSV injection), as before a text that begins with one: so what
goes out comes back the same.
"""

GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def guarded(text: str) -> str:
    """As it goes out."""
    return f"'{text}" if text.startswith(GUARDED) else text


def opened(cell: str) -> str:
    """As it was before it went out."""
    return cell.removeprefix("'")
