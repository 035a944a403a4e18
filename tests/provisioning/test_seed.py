"""Is the seed whole: every text, every successor, a clerk for those who serve?"""

import subprocess
import sys
from collections import Counter
from pathlib import Path

from control_plane.security.scope import Role
from provisioning.seed import FOLDER, demo_accounts, demo_seed
from shared.languages import Text

SEED = demo_seed()
TODAY = [agency for agency in SEED.agencies if agency.valid_to is None]
ENDED = [agency for agency in SEED.agencies if agency.valid_to is not None]


def test_twelve_agencies_serve_today() -> None:
    assert len(TODAY) == 12
    assert all(2 <= len(agency.services) <= 4 for agency in TODAY)


def test_whoever_ended_has_a_successor_that_serves_today() -> None:
    assert len(ENDED) == 4
    assert {agency.successor for agency in ENDED} <= {agency.code for agency in TODAY}
    assert all(not agency.services for agency in ENDED)


def test_a_successor_begins_the_day_after() -> None:
    begins = {agency.code: agency.valid_from for agency in TODAY}
    for agency in ENDED:
        assert agency.successor is not None
        assert agency.valid_to is not None
        assert (begins[agency.successor] - agency.valid_to).days == 1


def test_every_text_is_written_in_every_language() -> None:
    texts = [agency.name for agency in SEED.agencies] + [agency.about for agency in SEED.agencies]
    for agency in SEED.agencies:
        for service in agency.services:
            texts += [service.name, *([service.needs] if service.needs else [])]
    assert all(text.fi.strip() and text.sv.strip() and text.en.strip() for text in texts)


def test_points_and_booths_are_named_by_the_words_of_the_screens() -> None:
    (salla,) = SEED.points
    assert salla.name == Text(
        fi="Sallan etäpalvelupiste",
        sv="Salla distansservicepunkt",
        en="Salla remote service point",
    )
    assert [booth.name for booth in salla.booths] == [
        Text(fi="Asiointitila 1", sv="Kundservicerum 1", en="Booth 1")
    ]


def test_codes_of_services_are_unique_over_all_agencies() -> None:
    codes = Counter(service.code for agency in SEED.agencies for service in agency.services)
    assert codes.most_common(1)[0][1] == 1


def test_salla_offers_each_agency_once_and_its_device_owns_the_booth() -> None:
    (salla,) = SEED.points
    assert salla.agencies is not None
    assert Counter(row.agency for row in salla.agencies) == Counter(row.code for row in TODAY)
    assert [(device.name, device.booth) for device in salla.devices] == [("d-salla-01", "salla-1")]


def test_kela_tax_and_dvv_have_two_clerks_each() -> None:
    clerks = Counter(it.agency for it in demo_accounts() if Role.CLERK in it.roles)
    assert [clerks[agency] for agency in ("kela", "verohallinto", "dvv")] == [2, 2, 2]
    assert set(clerks) <= {agency.code for agency in TODAY}


def test_the_files_import_as_one_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    control = {"ETAPISTE_STATE_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    python = [sys.executable, "-m"]
    subprocess.run([*python, "control_plane", "migrate"], env=control, check=True)
    imported = subprocess.run(
        [*python, "provisioning.seed", FOLDER / "agencies.toml", FOLDER / "salla.toml"],
        env=control,
        capture_output=True,
        text=True,
        check=True,
    )
    assert imported.stdout == "16 agencies and 1 points are set up\n"

    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[[agencies]]\ncode = "No Such Code"\n')
    refused = subprocess.run(
        [*python, "provisioning.seed", wrong],
        env=control,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert "agencies.0.code" in refused.stderr
