"""Which contents are taken, and by what is each known?"""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from control_plane.setup.rules.contents import (
    NOTHING,
    AgencyContent,
    BoothContent,
    Kind,
    PointContent,
    SwitchesContent,
    Thing,
    differing,
    digest,
)
from shared.languages import Text

NAME = {"fi": "Salla", "sv": "Salla", "en": "Salla"}
SWITCHES = st.builds(
    SwitchesContent,
    queue=st.booleans(),
    print=st.booleans(),
    scan=st.booleans(),
    position=st.integers(0, 9999),
)
CODES = st.from_regex(r"\A[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}\Z")


@given(SWITCHES, SWITCHES)
def test_a_digest_is_the_contents_own(one: SwitchesContent, other: SwitchesContent) -> None:
    assert (digest(one) == digest(other)) is (one == other)
    assert (differing(one, other) == []) is (one == other)
    assert digest(one) != NOTHING
    again = SwitchesContent.model_validate_json(one.model_dump_json())
    assert digest(again) == digest(one)


@given(st.sampled_from(Kind), st.lists(CODES, min_size=1, max_size=2))
def test_a_things_name_is_read_back(kind: Kind, key: list[str]) -> None:
    thing = Thing(kind, tuple(key))
    assert Thing.read(str(thing)) == thing


@pytest.mark.parametrize(
    "odd",
    [
        {"name": {"fi": "Salla", "sv": " ", "en": "Salla"}},
        {"name": {"fi": "Sal\x00la", "sv": "Salla", "en": "Salla"}},
        {"timezone": "Europe/Salla"},
        {"languages": []},
        {"languages": ["fi", "fi"]},
        {"municipality": "S\x00"},
        {"position": -1},
        {
            "hours": [
                {"weekday": 0, "opens": "08:00", "closes": "12:00"},
                {"weekday": 0, "opens": "11:00", "closes": "16:00"},
            ]
        },
    ],
)
def test_a_point_that_no_screen_could_show_is_refused(odd: dict[str, Any]) -> None:
    assert PointContent.model_validate({"name": NAME}).name.fi == "Salla"
    with pytest.raises(ValidationError):
        PointContent.model_validate({"name": NAME} | odd)


def test_an_agency_ends_after_it_began() -> None:
    told: dict[str, Any] = {"name": NAME, "about": NAME, "valid_from": date(2026, 1, 2)}
    AgencyContent.model_validate(told | {"valid_to": date(2026, 1, 2)})
    with pytest.raises(ValidationError):
        AgencyContent.model_validate(told | {"valid_to": date(2026, 1, 1)})


def test_texts_are_kept_without_spaces_around_them() -> None:
    booth = BoothContent.model_validate(
        {"name": {"fi": " Tila ", "sv": "Rum", "en": "Room"}, "direction": NAME}
    )
    assert booth.name == Text(fi="Tila", sv="Rum", en="Room")
