"""Do files say what the report says, and is nothing in them a formula or a hidden count?"""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from arro3.io import read_parquet
from pydantic import BaseModel

from control_plane.reports.rules.figures import End as Ends
from control_plane.reports.rules.figures import Level, Number, Result, Tally, figures
from control_plane.reports.rules.periods import Unit
from control_plane.reports.rules.promises import Verdict
from control_plane.security import audit
from control_plane.security.scope import Role
from control_plane.spreadsheets import GUARDED
from control_plane.visits.reporting.answers import PROMISED
from control_plane.visits.reporting.columns import COLUMNS, HEADS, lines
from control_plane.visits.reporting.files import Form, written
from control_plane.visits.reporting.views import (
    Answers,
    BoothRow,
    DayRow,
    FiguresView,
    Report,
    ReportRow,
)
from shared.languages import Language, Text
from tests.control_plane.app.conftest import Api, make_api
from tests.control_plane.visits.steps import SYSTEM
from tests.control_plane.visits.test_reporting import ended, met

DAY = date(2026, 11, 24)
SHEETS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def named(name: str) -> Text:
    return Text(fi=name, sv=f"{name} sv", en=f"{name} en")


def made(name: str = "Salla") -> Report:
    """Seven numbers; of the answers of few nothing is told."""
    tally = Tally()
    for wait in range(100, 800, 100):
        tally.number(Number(Ends.SERVED, wait, 600))
    told = FiguresView.of(figures(tally))
    answers = Answers(
        results=dict.fromkeys(Result),
        levels={Level.WITHIN: 6, Level.BEYOND: 0},
        level_percent=86,
        level_offered_percent=86,
        promises=dict.fromkeys(PROMISED, 0),
        kept_percent=None,
        smileys={1: None, 2: 0, 3: 0, 4: 0, 5: 12},
        rated=14,
        mean_low=4.4,
        mean_high=4.7,
    )
    row = ReportRow(code="salla", name=named(name), figures=told, answers=answers)
    return Report(
        unit=Unit.DAY,
        since=DAY,
        until=DAY,
        told_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        goes_on=True,
        smallest_cell=5,
        agency=None,
        point=None,
        total=row,
        agencies=[],
        services=[],
        points=[row.model_copy(update={"answers": None})],
        days=[DayRow(day=DAY, figures=told)],
        booths=[
            BoothRow(
                point="salla",
                booth="salla-1",
                name=named(name),
                open_s=100,
                down_s=10,
                unknown_s=0,
                failed_checks=2,
            )
        ],
    )


def as_csv(report: Report) -> list[dict[str, str]]:
    body = written(report, Form.CSV, Language.FINNISH)
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


def as_xlsx(report: Report, language: Language = Language.FINNISH) -> list[list[str | float]]:
    """The first sheet's cells, texts as texts and numbers as numbers."""
    with zipfile.ZipFile(io.BytesIO(written(report, Form.XLSX, language))) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file
        shared = ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 - our own file
    assert not list(sheet.iter(f"{SHEETS}f"))
    texts = ["".join(each.itertext()) for each in shared]
    rows: list[list[str | float]] = []
    for row in sheet.iter(f"{SHEETS}row"):
        cells: list[str | float] = [""] * (len(HEADS) + len(COLUMNS))
        for cell in row:
            value = cell.findtext(f"{SHEETS}v", "")
            place = re.sub(r"\d", "", cell.get("r", ""))
            at = sum((ord(sign) - 64) * 26**power for power, sign in enumerate(place[::-1])) - 1
            cells[at] = texts[int(value)] if cell.get("t") == "s" else float(value)
        rows.append(cells)
    return rows


def as_parquet(report: Report) -> dict[str, list[Any]]:
    table = read_parquet(io.BytesIO(written(report, Form.PARQUET, Language.FINNISH))).read_all()
    return {name: table[name].to_pylist() for name in table.schema.names}


def test_every_column_has_a_code_and_words_of_its_own() -> None:
    assert len({each.code for each in COLUMNS}) == len(COLUMNS)
    for language in Language:
        assert len({each.title.in_(language) for each in COLUMNS}) == len(COLUMNS)


def test_every_count_of_a_report_has_a_column() -> None:
    def paths(where: object, path: str) -> set[str]:
        if isinstance(where, dict):
            return {found for key, each in where.items() for found in paths(each, f"{path}.{key}")}
        if isinstance(where, BaseModel):
            names = type(where).model_fields
            return {one for name in names for one in paths(getattr(where, name), f"{path}.{name}")}
        return {path}

    report = made()
    there = paths(report.total.figures, "figures") | paths(report.total.answers, "answers")
    there |= {f"booth.{name}" for name in ("open_s", "down_s", "unknown_s", "failed_checks")}
    assert {each.path for each in COLUMNS} == there


def test_the_three_files_say_the_same() -> None:
    report = made()
    table = list(lines(report, Language.FINNISH))
    texts, sheet, parquet = as_csv(report), as_xlsx(report)[1:], as_parquet(report)
    assert len(texts) == len(sheet) == len(parquet["part"]) == len(table) == 4
    for at, line in enumerate(table):
        for place, column in enumerate(COLUMNS, len(HEADS)):
            value = column.value(line)
            assert parquet[column.code][at] == value
            assert texts[at][column.code] == ("" if value is None else f"{value}".replace(".", ","))
            untold = ".." if column.untold(line) else ""
            assert sheet[at][place] == (untold if value is None else value)


def test_what_is_hidden_is_in_no_file() -> None:
    report = made()
    [total, point, *_] = as_xlsx(report)[1:]
    code = {each.code: at for at, each in enumerate(COLUMNS, len(HEADS))}
    assert (total[code["smileys_1"]], total[code["smileys_5"]]) == ("..", 12)
    assert (point[code["rated"]], point[code["numbers"]]) == ("..", 7)
    assert point[code["open_s"]] == ""
    assert as_csv(report)[0]["results_done"] == ""
    assert as_parquet(report)["results_done"] == [None] * 4
    assert Verdict.UNKNOWN not in {each.path.rpartition(".")[2] for each in COLUMNS}


@pytest.mark.parametrize("begins", GUARDED)
def test_no_name_becomes_a_formula(begins: str) -> None:
    name = f'{begins}HYPERLINK("x")'
    for line in as_csv(made(name))[:2]:
        assert line["name"] == f"'{name}"
    # A carriage return is written as the format writes it, in a cell that is a text.
    assert as_xlsx(made(name))[1][2] == name.replace("\r", "_x000D_")


def test_titles_are_in_the_readers_language() -> None:
    assert [as_xlsx(made(), each)[0][3] for each in Language] == [
        "Vuoronumeroita",
        "Könummer",
        "Queue numbers",
    ]
    assert as_xlsx(made(), Language.SWEDISH)[1][2] == "Salla sv"


# --- over HTTP ---------------------------------------------------------------------------------


@pytest.fixture
async def api(store: Any, clock: Any, tmp_path: Any) -> Api:
    return await make_api(store, clock, tmp_path)


async def test_a_file_is_that_of_the_page_and_its_export_is_in_the_audit_log(api: Api) -> None:
    world = api.world
    await world.device_up()
    aino = await world.clerk()
    for _ in range(2):
        await ended(world, aino, await met(world, aino))
    await world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    page = await api.page("paakayttaja")
    report = (await page.http.get("/api/v1/reports/visits?unit=week")).json()
    assert report["total"]["figures"]["visits"] == 2
    answer = await page.http.get("/api/v1/reports/visits/file?unit=week&form=csv&language=sv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="etapiste-week-2026-11-23.csv"'
    )
    text = answer.content.decode("utf-8-sig")
    [total, *_] = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    assert (total["part"], total["name"], total["visits"]) == ("total", "Totalt", "2")
    rows = await world.store.read(lambda tx: audit.rows(tx, SYSTEM, actions=("report.exported",)))
    [row] = rows
    assert '"form":"csv"' in row.entry.detail
    assert '"since":"2026-11-23"' in row.entry.detail
    assert row.entry.agency == "kela"
    for form, begins in (("xlsx", b"PK"), ("parquet", b"PAR1")):
        made_file = await page.http.get(f"/api/v1/reports/visits/file?form={form}")
        assert made_file.content.startswith(begins)


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADVISER, Role.OPERATOR])
async def test_whoever_leads_nobody_gets_no_report(api: Api, role: Role) -> None:
    await api.world.account("joku", role, agency="kela" if role is Role.CLERK else None)
    page = await api.page("joku")
    for path in ("visits", "visits/file"):
        answer = await page.http.get(f"/api/v1/reports/{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_a_day_that_no_calendar_has_is_refused(api: Api) -> None:
    await api.world.account("omistaja", Role.OWNER)
    page = await api.page("omistaja")
    for query in ("day=1999-12-31", "day=3000-01-01", "day=x", "unit=year", "agency=%00"):
        assert (await page.http.get(f"/api/v1/reports/visits?{query}")).status_code == 422, query
