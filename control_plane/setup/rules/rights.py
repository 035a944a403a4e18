"""Who may change what of the setup? The owner everything, a main user the own agency's part."""

from dataclasses import dataclass

from control_plane.setup.rules.contents import (
    AgencyContent,
    BoothContent,
    Content,
    DeviceContent,
    Kind,
    ServiceContent,
    SwitchesContent,
    Thing,
    differing,
)

# How an agency is told to visitors is its own to say; that there is one, and where, is not.
OF_THE_AGENCY = frozenset({"name", "about"})


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody may set up."""

    everything: bool = False
    agency: str | None = None


def agency_of(thing: Thing, *contents: Content | None) -> str | None:
    """Whose part of the setup a thing is; None: nobody's alone."""
    match thing.kind:
        case Kind.AGENCY | Kind.SWITCHES:
            return thing.key[0]
        case Kind.SERVICE:
            of = (each.agency for each in contents if isinstance(each, ServiceContent))
            return next(of, None)
        case Kind.POINT | Kind.BOOTH | Kind.DEVICE:
            return None


def may_change(part: Part, thing: Thing, before: Content | None, after: Content | None) -> bool:
    """May the thing be brought from one content to the other?"""
    if part.everything:
        return True
    agency = agency_of(thing, before, after)
    if agency is None or agency != part.agency:
        return False
    if thing.kind is Kind.AGENCY:
        there = isinstance(before, AgencyContent) and isinstance(after, AgencyContent)
        return there and set(differing(before, after)) <= OF_THE_AGENCY
    return True


def named_by(thing: Thing, content: Content) -> list[Thing]:
    """What must be there for the thing to stand on."""
    named: list[Thing] = []
    match content:
        case AgencyContent(successor=str() as successor):
            named.append(Thing(Kind.AGENCY, (successor,)))
        case ServiceContent():
            named.append(Thing(Kind.AGENCY, (content.agency,)))
        case DeviceContent():
            named.append(Thing(Kind.POINT, (content.point,)))
            if content.booth is not None:
                named.append(Thing(Kind.BOOTH, (content.point, content.booth)))
        case BoothContent():
            named.append(Thing(Kind.POINT, thing.key[:1]))
        case SwitchesContent():
            named += [Thing(Kind.AGENCY, thing.key[:1]), Thing(Kind.POINT, thing.key[1:])]
        case _:
            pass
    return named
