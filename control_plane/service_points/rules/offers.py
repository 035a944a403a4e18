"""What is offered where, and how does a device hear of it?"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.languages import Text
from shared.twin import AgencyOffer, Catalogue, ServiceOffer


def is_valid(day: date, valid_from: date, valid_to: date | None) -> bool:
    """Does an agency exist on ``day``?"""
    return valid_from <= day and (valid_to is None or day <= valid_to)


def serves(service_area: Iterable[str], municipality: str) -> bool:
    """Does an agency with this area serve a point of ``municipality``? No area: everywhere."""
    area = set(service_area)
    return not area or municipality in area


@dataclass(frozen=True, slots=True)
class Offer:
    """One service of one agency at a point, as the catalogue needs it."""

    agency: str
    agency_name: Text
    about: Text
    service: str
    service_name: Text
    minutes: int
    needs: Text | None
    needs_print: bool


def catalogue(offers: Iterable[Offer]) -> Catalogue:
    """What a point offers; ``offers`` come in the order of use there."""
    agencies: dict[str, AgencyOffer] = {}
    services: dict[str, list[ServiceOffer]] = {}
    for offer in offers:
        agencies.setdefault(
            offer.agency,
            AgencyOffer(
                agency=offer.agency, name=offer.agency_name, about=offer.about, services=()
            ),
        )
        services.setdefault(offer.agency, []).append(
            ServiceOffer(
                service=offer.service,
                name=offer.service_name,
                minutes=offer.minutes,
                needs=offer.needs,
                needs_print=offer.needs_print,
            )
        )
    return Catalogue(
        agencies=tuple(
            agency.model_copy(update={"services": tuple(services[code])})
            for code, agency in agencies.items()
        )
    )


def canonical(value: Catalogue) -> str:
    """The one JSON text of a catalogue: sorted keys, no spaces (in the manner of RFC 8785)."""
    return json.dumps(
        value.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def digest(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
