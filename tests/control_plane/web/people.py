"""People as the page shows them."""

from tests.control_plane.web.plane import Json, at


def person(name: str, *roles: str, **changes: object) -> Json:
    """Somebody of Kela's, who has a password."""
    username = name.split(maxsplit=1)[0].lower()
    return {
        "id": f"0190d0c2-0000-7000-8000-{abs(hash(username)) % 10**12:012d}",
        "username": username,
        "display_name": name,
        "alias": name.split(maxsplit=1)[0],
        "roles": list(roles) or ["clerk"],
        "agency": "kela",
        "languages": ["fi", "sv"],
        "skills": [{"skill": "pensions", "level": 3}, {"skill": "housing", "level": 5}],
        "clearance": "standard",
        "disabled": False,
        "ended": False,
        "has_password": True,
        "has_factor": False,
        "link_until": None,
        "signed_in_at": at(-3600),
        "yours": True,
        **changes,
    }


def everybody() -> Json:
    """One of each standing."""
    return {
        "people": [
            person("Aino Mäkelä", "clerk", "supervisor", has_factor=True),
            person("Bertta Lax", has_password=False, link_until=at(3600), signed_in_at=None),
            person("Cecilia Niemi", disabled=True, skills=[], clearance="none"),
            person("Daniel Koski", disabled=True, ended=True, yours=False),
            person("Eeva Ylinen", "admin", yours=False),
        ],
        "may_give": ["clerk", "supervisor", "agency_admin"],
    }


def looked(*lines: tuple[str, str, str]) -> Json:
    """What lines of a sheet would do: outcome, why, column."""
    return {
        "lines": [
            {
                "line": number,
                "username": f"henkilo{number}",
                "outcome": outcome,
                "why": why,
                "column": column,
                "changes": ["skills", "roles"] if outcome == "changed" else [],
            }
            for number, (outcome, why, column) in enumerate(lines, 2)
        ]
    }
