"""The nation of a run: three agencies that get their visitors in three ways, and five points."""

from collections.abc import Mapping

from control_plane.clock import SystemClock
from control_plane.database import Store, Tx
from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices
from control_plane.security import accounts
from control_plane.security.accounts import NewAccount
from control_plane.security.scope import Role, Scope
from control_plane.service_points.operations import import_seed
from control_plane.service_points.seed import SeedFile
from provisioning.virtual.asking import plain
from shared.languages import Language
from tests.control_plane.world import PASSWORD_HASH, text
from tests.history.overtaking import Ability, Setting

MODES = {"kela": "pull", "vero": "push", "dvv": "mixed"}
SERVICES = {agency: f"{agency}-asia" for agency in MODES}
# Booths of each point, many more than clerks: some stand free while people wait beside them, so
# that somebody can be overtaken.
POINTS = {"salla": 1, "inari": 6, "utsjoki": 5, "kolari": 7, "pello": 6}
CLERKS = 5  # of each agency; every third speaks no Swedish
LANGUAGES = (Language.FINNISH, Language.SWEDISH)
SYSTEM = Scope.system("history")


def devices() -> dict[tuple[str, str], str]:
    """Which device stands in which booth."""
    return {
        (point, f"{point}-{number}"): f"d-{point}-0{number}"
        for point, count in POINTS.items()
        for number in range(1, count + 1)
    }


def seed() -> SeedFile:
    """Agencies, services, points, booths and devices."""
    return SeedFile.model_validate(
        {
            "agencies": [
                {
                    "code": agency,
                    "name": text(agency),
                    "about": text(agency),
                    "valid_from": "2020-01-01",
                    "services": [{"code": service, "name": text(service), "minutes": 5}],
                }
                for agency, service in SERVICES.items()
            ],
            "points": [
                {
                    "code": point,
                    "name": text(point),
                    "municipality": point.title(),
                    "booths": [
                        {"code": booth, "name": text(booth), "direction": text("oikealla")}
                        for at, booth in devices()
                        if at == point
                    ],
                    "devices": [
                        {"name": device, "booth": booth}
                        for (at, booth), device in devices().items()
                        if at == point
                    ],
                }
                for point in POINTS
            ],
        }
    )


async def found(store: Store, modes: Mapping[str, str] = MODES) -> tuple[dict[str, str], Setting]:
    """Make it; gives each clerk's id by user name, and what does not change in the run."""
    now = SystemClock().now()
    identities: dict[str, str] = {}
    abilities: dict[str, Ability] = {}

    def operation(tx: Tx) -> None:
        import_seed(tx, seed(), now)
        for agency, mode in modes.items():
            offers = {
                "mode": mode,
                "offer_timeout_s": 5,
                "reject_delay_s": 0,
                "no_answer_delay_s": 0,
            }
            choices = Choices.model_validate({"offers": offers})
            routing.choose(tx, SYSTEM, agency, choices, instead_of=0, now=now)
            for number in range(CLERKS):
                languages = LANGUAGES[: 1 if number % 3 == 2 else 2]
                new = NewAccount(
                    username=f"{agency}{number}",
                    display_name=f"{agency} {number}",
                    alias=f"Virkailija {number}",
                    roles=frozenset({Role.CLERK}),
                    agency=agency,
                    languages=languages,
                )
                made = accounts.add(tx, SYSTEM, new, PASSWORD_HASH, now)
                identities[new.username] = plain(made.id)
                abilities[plain(made.id)] = Ability(
                    agency, frozenset(map(str, languages)), frozenset({SERVICES[agency]})
                )

    await store.run(operation)
    return identities, Setting(abilities, devices())
