"""How does a report look as a file: for a spreadsheet, or for a program?

No cell is ever a formula: numbers are written as numbers, and a text that a spreadsheet could take
for a formula is quoted in CSV and typed as a text in XLSX. What is hidden is an empty cell in CSV
and Parquet and ``..`` in XLSX, as statistics write it.
"""

import csv
import io
from enum import StrEnum
from typing import assert_never

import xlsxwriter
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from control_plane.reports.rules.cells import SMALLEST_CELL
from control_plane.spreadsheets import guarded
from control_plane.visits.reporting.columns import COLUMNS, HEADS, PARTS, Column, Line, lines
from control_plane.visits.reporting.views import Report
from shared.languages import Language, Text


class Form(StrEnum):
    """The kinds of files."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


MEDIA = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.PARQUET: "application/vnd.apache.parquet",
}
HIDDEN = ".."

SHEET = Text(fi="Raportti", sv="Rapport", en="Report")
ABOUT = Text(fi="Selitteet", sv="Förklaringar", en="Notes")
NOTES = (
    Text(
        fi="Jakso: {since} / {until}. Laskettu {told_at}.",
        sv="Period: {since} / {until}. Räknad {told_at}.",
        en="Period: {since} / {until}. Counted at {told_at}.",
    ),
    Text(
        fi="{hidden} = tietoa ei kerrota. Alle {smallest} asiakkaan luvut on piilotettu, samoin "
        "luvut, joista ne voisi laskea.",
        sv="{hidden} = uppgiften ges inte. Tal om färre än {smallest} kunder är dolda, liksom "
        "tal som de kunde räknas ut av.",
        en="{hidden} = not told. Counts of fewer than {smallest} visitors are hidden, and those "
        "by which they could be worked out.",
    ),
    Text(
        fi="Harjoituspisteet eivät ole mukana.",
        sv="Övningsställen är inte med.",
        en="Training points are not counted.",
    ),
)


def written(report: Report, form: Form, language: Language) -> bytes:
    """The report as a file."""
    table = list(lines(report, language))
    match form:
        case Form.CSV:
            return _csv(table)
        case Form.XLSX:
            return _xlsx(report, table, language)
        case Form.PARQUET:
            return _parquet(report, table)
        case _:
            assert_never(form)


def _csv(table: list[Line]) -> bytes:
    """With a byte order mark, semicolons and decimal commas, as Finnish spreadsheets read it."""
    text = io.StringIO(newline="")
    into = csv.writer(text, delimiter=";", lineterminator="\r\n")
    into.writerow([*(code for code, _ in HEADS), *(column.code for column in COLUMNS)])
    for line in table:
        words = [line.part, guarded(line.code), guarded(line.name)]
        into.writerow([*words, *(_number(column, line) for column in COLUMNS)])
    return text.getvalue().encode("utf-8-sig")


def _number(column: Column, line: Line) -> str:
    value = column.value(line)
    return "" if value is None else str(value).replace(".", ",")


def _xlsx(report: Report, table: list[Line], language: Language) -> bytes:
    """One sheet with the table under titles, and one that says what stands in it."""
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(SHEET.in_(language))
        titles = [title for _, title in HEADS] + [column.title for column in COLUMNS]
        for at, title in enumerate(titles):
            sheet.write_string(0, at, title.in_(language), bold)
        for row, line in enumerate(table, 1):
            words = (PARTS[line.part].in_(language), line.code, line.name)
            for at, word in enumerate(words):
                sheet.write_string(row, at, word)
            for at, column in enumerate(COLUMNS, len(HEADS)):
                value = column.value(line)
                if value is not None:
                    sheet.write_number(row, at, value)
                elif column.untold(line):
                    sheet.write_string(row, at, HIDDEN)
        sheet.freeze_panes(1, len(HEADS))
        sheet.set_column(0, len(HEADS) - 1, 20)
        sheet.set_column(len(HEADS), len(titles) - 1, 11)
        about = book.add_worksheet(ABOUT.in_(language))
        about.set_column(0, 0, 90)
        for at, note in enumerate(NOTES):
            said = note.in_(language).format(
                since=report.since.isoformat(),
                until=report.until.isoformat(),
                told_at=report.told_at.isoformat(timespec="minutes"),
                smallest=SMALLEST_CELL,
                hidden=HIDDEN,
            )
            about.write_string(at, 0, said)
    return into.getvalue()


def _parquet(report: Report, table: list[Line]) -> bytes:
    """Typed columns by their codes, with the period in each line, so that files can be joined."""
    said = {
        "since": [report.since.isoformat()] * len(table),
        "until": [report.until.isoformat()] * len(table),
        "part": [str(line.part) for line in table],
        "code": [line.code for line in table],
        "name": [line.name for line in table],
    }
    arrays = [Array(values, DataType.string()) for values in said.values()]
    arrays += [
        Array(
            [column.value(line) for line in table],
            DataType.int64() if column.whole else DataType.float64(),
        )
        for column in COLUMNS
    ]
    names = [*said, *(column.code for column in COLUMNS)]
    into = io.BytesIO()
    write_parquet(Table.from_arrays(arrays, names=names), into)
    return into.getvalue()
