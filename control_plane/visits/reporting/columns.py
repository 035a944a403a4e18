"""Which columns has a report as a table, and how are they called?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from control_plane.visits.reporting.views import Answers, BoothRow, FiguresView, Report, ReportRow
from shared.languages import Language, Text

Value = str | int | float | None


class Part(StrEnum):
    """Of what a line tells."""

    TOTAL = "total"
    AGENCY = "agency"
    SERVICE = "service"
    POINT = "point"
    DAY = "day"
    BOOTH = "booth"


PARTS = {
    Part.TOTAL: Text(fi="yhteensä", sv="totalt", en="total"),
    Part.AGENCY: Text(fi="virasto", sv="ämbetsverk", en="agency"),
    Part.SERVICE: Text(fi="asia", sv="ärende", en="service"),
    Part.POINT: Text(fi="etäpalvelupiste", sv="distansserviceställe", en="service point"),
    Part.DAY: Text(fi="päivä", sv="dag", en="day"),
    Part.BOOTH: Text(fi="asiointitila", sv="kundservicerum", en="booth"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; of what it does not tell it has nothing."""

    part: Part
    code: str
    name: str
    figures: FiguresView | None = None
    answers: Answers | None = None
    booth: BoothRow | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where its value stands in a line, and what it is called."""

    path: str
    title: Text

    @property
    def code(self) -> str:
        """As files for machines call it; it never changes its meaning."""
        return self.path.partition(".")[2].replace(".", "_")

    @property
    def whole(self) -> bool:
        """Are its values whole numbers?"""
        return not self.path.startswith("answers.mean_")

    def value(self, line: Line) -> int | float | None:
        """Its value; None where the line tells nothing of it, or it is hidden."""
        where: Any = line
        for name in self.path.split("."):
            where = _step(where, name)
        found: int | float | None = where
        return found

    def untold(self, line: Line) -> bool:
        """Is there something to tell in this line that is not told?"""
        of = line.booth if self.path.startswith("booth.") else line.figures
        return of is not None and self.value(line) is None


def _step(where: Any, name: str) -> Any:
    if isinstance(where, Mapping):
        return where[int(name) if name.isdigit() else name]
    return None if where is None else getattr(where, name)


def lines(report: Report, language: Language) -> Iterator[Line]:
    """Every line of a report, the total first."""
    yield _line(Part.TOTAL, report.total, language)
    for part, rows in (
        (Part.AGENCY, report.agencies),
        (Part.SERVICE, report.services),
        (Part.POINT, report.points),
    ):
        yield from (_line(part, row, language) for row in rows)
    for day in report.days:
        yield Line(Part.DAY, day.day.isoformat(), day.day.isoformat(), day.figures)
    for booth in report.booths:
        code = f"{booth.point}/{booth.booth}"
        yield Line(Part.BOOTH, code, booth.name.in_(language), booth=booth)


def _line(part: Part, row: ReportRow, language: Language) -> Line:
    return Line(part, row.code, row.name.in_(language), row.figures, row.answers)


def _spread(path: str, fi: str, sv: str, en: str) -> tuple[tuple[str, str, str, str], ...]:
    return (
        (f"{path}.count", f"{fi}: lukumäärä", f"{sv}: antal", f"{en}: count"),
        (f"{path}.median", f"{fi}: mediaani", f"{sv}: median", f"{en}: median"),
        (f"{path}.p90", f"{fi}: 90 %", f"{sv}: 90 %", f"{en}: 90 %"),
    )


_TITLES = (
    ("figures.numbers", "Vuoronumeroita", "Könummer", "Queue numbers"),
    ("figures.ends.served", "palveltu", "betjänade", "served"),
    ("figures.ends.given_up", "luopunut", "gav upp", "given up"),
    ("figures.ends.mistaken", "otettu vahingossa", "tagna av misstag", "taken by mistake"),
    ("figures.ends.no_show", "ei tullut", "kom inte", "did not come"),
    ("figures.ends.sent_away", "jono suljettu", "kön stängdes", "queue was closed"),
    ("figures.ends.open", "kesken", "pågår", "still open"),
    ("figures.missed", "Kutsu jäi vastaamatta", "Missade kallelsen", "Missed the call"),
    ("figures.returned", "palasi jonoon", "kom tillbaka till kön", "came back to the queue"),
    ("figures.visits", "Asiointeja", "Besök", "Visits"),
    ("figures.ways.queue", "jonosta", "från kön", "from the queue"),
    ("figures.ways.booking", "ajanvarauksella", "med tidsbokning", "with a booking"),
    ("figures.ways.link", "avoimeen yhteyteen", "till öppen förbindelse", "to an open link"),
    ("figures.ways.straight_in", "suoraan sisään", "direkt in", "straight in"),
    ("figures.courses.concluded", "loppuun asti", "till slutet", "concluded"),
    ("figures.courses.moved_on", "jatkui muualla", "fortsatte annanstans", "moved on"),
    ("figures.courses.broken_off", "katkesi", "avbröts", "broken off"),
    ("figures.courses.goes_on", "meneillään", "pågår nu", "goes on"),
    ("figures.sent_on", "Siirretty eteenpäin", "Hänvisade vidare", "Sent on"),
    ("figures.not_prepared", "Tila ei ollut valmis", "Rummet var inte klart", "Booth not ready"),
    *_spread("figures.wait_s", "Odotus (s)", "Väntan (s)", "Wait (s)"),
    *_spread("figures.way_s", "Matka tilaan (s)", "Väg till rummet (s)", "Way to the booth (s)"),
    *_spread("figures.talk_s", "Keskustelu (s)", "Samtal (s)", "Talk (s)"),
    *_spread("figures.wrap_up_s", "Jälkityö (s)", "Efterarbete (s)", "Wrap-up (s)"),
    *_spread(
        "figures.off_by_min", "Arvion virhe (min)", "Fel i prognos (min)", "Estimate off (min)"
    ),
    ("answers.levels.within_target", "Odotus tavoitteessa", "Väntan inom målet", "Wait in target"),
    ("answers.levels.beyond_target", "odotus yli tavoitteen", "över målet", "wait beyond target"),
    (
        "answers.level_percent",
        "Palvelutaso, kutsutut (%)",
        "Servicenivå, kallade (%)",
        "Service level, called (%)",
    ),
    (
        "answers.level_offered_percent",
        "Palvelutaso, kaikki (%)",
        "Servicenivå, alla (%)",
        "Service level, all (%)",
    ),
    ("answers.results.done", "Asia hoidettu", "Ärendet skött", "Matter done"),
    ("answers.results.posted", "paperit postitse", "papper per post", "papers by post"),
    ("answers.results.not_able", "ei voitu hoitaa", "kunde inte skötas", "could not be done"),
    ("answers.results.not_said", "ei kirjattu", "inte antecknat", "not said"),
    ("answers.promises.within", "Arvio piti", "Prognosen höll", "Estimate was right"),
    ("answers.promises.above", "odotti pidempään", "väntade längre", "waited longer"),
    ("answers.promises.below", "kutsuttiin aiemmin", "kallades tidigare", "was called earlier"),
    ("answers.kept_percent", "Arvio piti (%)", "Prognosen höll (%)", "Estimate was right (%)"),
    ("answers.smileys.5", "Hymiö 5 (paras)", "Smiley 5 (bäst)", "Smiley 5 (best)"),
    ("answers.smileys.4", "hymiö 4", "smiley 4", "smiley 4"),
    ("answers.smileys.3", "hymiö 3", "smiley 3", "smiley 3"),
    ("answers.smileys.2", "hymiö 2", "smiley 2", "smiley 2"),
    ("answers.smileys.1", "hymiö 1 (huonoin)", "smiley 1 (sämst)", "smiley 1 (worst)"),
    ("answers.rated", "Arvioita", "Omdömen", "Ratings"),
    ("answers.mean_low", "keskiarvo vähintään", "medelvärde minst", "mean at least"),
    ("answers.mean_high", "keskiarvo enintään", "medelvärde högst", "mean at most"),
    ("booth.open_s", "Aukioloa (s)", "Öppettid (s)", "Opening hours (s)"),
    ("booth.down_s", "laite poissa (s)", "apparaten borta (s)", "device away (s)"),
    ("booth.unknown_s", "tuntematonta (s)", "okänt (s)", "unknown (s)"),
    ("booth.failed_checks", "tarkastus epäonnistui", "kontroll misslyckades", "failed checks"),
)
COLUMNS = tuple(Column(path, Text(fi=fi, sv=sv, en=en)) for path, fi, sv, en in _TITLES)
HEADS = (
    ("part", Text(fi="Rivi", sv="Rad", en="Line")),
    ("code", Text(fi="Tunnus", sv="Kod", en="Code")),
    ("name", Text(fi="Nimi", sv="Namn", en="Name")),
)
