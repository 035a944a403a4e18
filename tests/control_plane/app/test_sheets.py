"""People come in and go out in sheets: line by line, whole or not at all."""

import httpx
import pytest

from control_plane.database import Tx
from control_plane.security import accounts, audit
from control_plane.security.scope import Role, Scope
from tests.control_plane.app.conftest import Api
from tests.control_plane.plane import Page, sign_in

SYSTEM = Scope.system("test")
HEAD = "username;display_name;alias;roles;agency;languages;skills;clearance;state"


async def page_of(api: Api) -> Page:
    await api.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    await api.world.clerk()
    return await api.page("paakayttaja")


async def preview(page: Page, *lines: str) -> list[tuple[int, str, str, str]]:
    text = "\r\n".join((HEAD, *lines))
    answer = await page.post("/staff/sheet/preview", {"text": text})
    assert answer.status_code == 200, answer.text
    return [
        (each["line"], each["outcome"], each["why"], each["column"])
        for each in answer.json()["lines"]
    ]


async def bring(page: Page, *lines: str) -> httpx.Response:
    return await page.post("/staff/sheet", {"text": "\r\n".join((HEAD, *lines))})


async def usernames(api: Api) -> list[str]:
    def listed(tx: Tx) -> list[str]:
        return [each.username for each in accounts.listed(tx, SYSTEM)]

    return await api.world.store.read(listed)


GOOD = (
    "maija;Maija Virtanen;Maija;clerk;kela;fi sv;pensions:3 tax;standard;active",
    "aino;Aino Uusi;Aino;clerk supervisor;;;;;",
)


async def test_a_look_tells_every_line_and_changes_nothing(api: Api) -> None:
    page = await page_of(api)
    before = await usernames(api)
    assert await preview(
        page,
        *GOOD,
        "paakayttaja;paakayttaja Nimi;Paakayttaja;agency_admin;kela;;;;",
        "Väärä;X Y;X;clerk;;;;;",
        "x1;X Y;X;chief;;;;;",
        "x2;X Y;X;clerk;;fi xx;;;",
        "x3;X Y;X;clerk;;;pensions:9;;",
        "x4;X Y;X;clerk;;;;;gone",
        "x5;;X;clerk;;;;;",
        "maija;Toinen Maija;M;clerk;;;;;",
        "x6;X Y;X;owner;;;;;",
        "x7;X Y;X;clerk;vero;;;;",
        "aino2;X Y;X;clerk;olematon;;;;",
    ) == [
        (2, "new", "", ""),
        (3, "changed", "", ""),
        (4, "same", "", ""),
        (5, "wrong", "unreadable", "username"),
        (6, "wrong", "unreadable", "roles"),
        (7, "wrong", "unreadable", "languages"),
        (8, "wrong", "unreadable", "skills"),
        (9, "wrong", "unreadable", "state"),
        (10, "wrong", "unreadable", "display_name"),
        (11, "wrong", "twice", "username"),
        (12, "wrong", "role_not_yours", "roles"),
        (13, "wrong", "not_allowed", "agency"),
        (14, "wrong", "unknown_agency", "agency"),
    ]
    assert await usernames(api) == before


async def test_the_whole_sheet_comes_in_with_a_link_for_each_new_person(api: Api) -> None:
    page = await page_of(api)
    answer = await bring(page, *GOOD)
    assert answer.status_code == 200, answer.text
    assert [each["outcome"] for each in answer.json()["lines"]] == ["new", "changed"]
    [link] = answer.json()["links"]
    assert link["username"] == "maija"
    http = api.stranger()
    body = {"token": link["token"], "password": "my own long password"}
    assert (await http.post("/api/v1/password-link/use", json=body)).status_code == 204
    await sign_in(http, "maija", "my own long password")
    people = {each["username"]: each for each in (await page.get("/staff")).json()["people"]}
    maija, aino = people["maija"], people["aino"]
    assert maija["skills"] == [{"skill": "pensions", "level": 3}, {"skill": "tax", "level": 5}]
    assert (maija["clearance"], maija["languages"]) == ("standard", ["fi", "sv"])
    # What a line leaves empty stays.
    assert (aino["display_name"], aino["languages"]) == ("Aino Uusi", ["fi", "sv", "en"])
    again = await bring(page, *GOOD)
    assert [each["outcome"] for each in again.json()["lines"]] == ["same", "same"]
    assert again.json()["links"] == []
    rows = await api.world.store.read(lambda tx: audit.rows(tx, SYSTEM))
    assert [row.entry.detail for row in rows if row.entry.action == "staff.imported"] == [
        '{"changed":1,"new":1}',
        '{"changed":0,"new":0}',
    ]


async def test_one_wrong_line_undoes_all_of_them(api: Api) -> None:
    page = await page_of(api)
    before = await usernames(api)
    answer = await bring(page, *GOOD, "x6;X Y;X;admin;;;;;")
    assert (answer.status_code, answer.json()["code"]) == (409, "sheet_wrong")
    assert answer.json()["detail"]["lines"] == [
        {"line": 4, "why": "role_not_yours", "column": "roles"}
    ]
    assert await usernames(api) == before
    assert "Aino Uusi" not in (await page.get("/staff")).text


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("paakayttaja;P N;P;clerk;;;;;", "own_account"),
        ("paakayttaja;P N;P;agency_admin;;;;;suspended", "own_account"),
        ("vieras;V N;V;clerk;;;;;", "username_taken"),
        ("mennyt;M N;M;clerk;;;;;", "account_ended"),
        ("aino;Aino;Aino;clerk;vero;;;;", "other_agency"),
    ],
)
async def test_a_sheet_does_nothing_that_a_single_change_may_not(
    api: Api, line: str, why: str
) -> None:
    page = await page_of(api)
    await api.world.clerk("vieras", "vero")
    gone = await api.world.clerk("mennyt")
    assert (await page.post(f"/staff/{gone.name}/end")).status_code == 200
    assert [told[2] for told in await preview(page, line)] == [why]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("test", "column"),
        (HEAD, "empty"),
        ("username;roles\naino;clerk", "column_missing"),
        (f"{HEAD};password\n", "column"),
        (f'{HEAD}\n"aino;x', "quotes"),
        (f"{HEAD}\n{';' * 20}x", "too_many_cells"),
        (HEAD + "\na;A B;A;clerk;;;;;" * 2001, "too_long"),
    ],
)
async def test_what_is_no_sheet_is_refused(api: Api, text: str, why: str) -> None:
    page = await page_of(api)
    answer = await page.post("/staff/sheet/preview", {"text": text})
    assert (answer.status_code, answer.json()["code"]) == (422, "sheet_broken")
    assert answer.json()["detail"]["why"] == why


async def test_what_goes_out_comes_in_the_same_and_stands_in_the_log(api: Api) -> None:
    page = await page_of(api)
    await api.world.clerk("vieras", "vero")
    await bring(page, *GOOD, "kaava;=1+1;'-5;clerk;;;;;")
    out = await page.get("/staff/sheet")
    assert out.headers["content-type"] == "text/csv; charset=utf-8"
    assert out.content.startswith(b"\xef\xbb\xbfusername;display_name")
    assert "vieras" not in out.text
    assert ";'=1+1;'-5;" in out.text
    back = await page.post("/staff/sheet/preview", {"text": out.text})
    assert {each["outcome"] for each in back.json()["lines"]} == {"same"}
    rows = await api.world.store.read(lambda tx: audit.rows(tx, SYSTEM))
    assert [row.entry.detail for row in rows if row.entry.action == "staff.exported"] == [
        '{"count":4}'
    ]
