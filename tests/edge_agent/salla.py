"""The point of the agent's tests: Salla with one booth and one agency."""

from shared.languages import Language, Text
from shared.twin import AgencyOffer, BoothPlan, Catalogue, ServiceOffer, TwinDesired

CATALOGUE = Catalogue(
    agencies=(
        AgencyOffer(
            agency="kela",
            name=Text(fi="Kela", sv="FPA", en="Kela"),
            about=Text(fi="tuet, eläkkeet", sv="stöd, pensioner", en="benefits, pensions"),
            services=(
                ServiceOffer(
                    service="kela-tuet",
                    name=Text(fi="Tuet", sv="Stöd", en="Benefits"),
                    minutes=15,
                ),
            ),
        ),
    )
)


def twin(sha256: str, version: int = 1) -> TwinDesired:
    """Salla with one booth."""
    return TwinDesired(
        version=version,
        point="salla",
        point_name=Text(fi="Etäpalvelupiste Salla", sv="Salla", en="Salla"),
        languages=(Language.FINNISH, Language.SWEDISH, Language.ENGLISH),
        booths=(
            BoothPlan(
                booth="salla-1",
                name=Text(fi="Asiointitila 1", sv="Kundservicerum 1", en="Booth 1"),
                direction=Text(fi="oikealla", sv="till höger", en="on the right"),
            ),
        ),
        booth="salla-1",
        catalogue_sha256=sha256,
    )
