"""Where webhooks may go, and what they tell of."""

from itertools import pairwise

import pytest

from control_plane.presence.rules.deliveries import (
    Event,
    Outcome,
    may_send_to,
    outcome,
    told_of,
)
from control_plane.staff.rules import ClerkState


@pytest.mark.parametrize(
    "url",
    [
        "http://cc.example.fi/hooks",
        "ftp://cc.example.fi/hooks",
        "https://user@cc.example.fi/",
        "https://cc.example.fi/#x",
        "https://127.0.0.1/",
        "https://127.1.2.3/",
        "https://[::1]/",
        "https://localhost/",
        "https://a.localhost:8443/",
        "https://169.254.169.254/latest",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://cc.example.fi:x/",
        "https:///nowhere",
        "//cc.example.fi",
        "https://cc.example.fi/" + "x" * 500,
        "http://[",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    assert not may_send_to(url, secure=True)


@pytest.mark.parametrize(
    "url", ["https://cc.example.fi/hooks?key=1", "https://10.1.2.3:8443/", "https://[2001:db8::1]/"]
)
def test_addresses_that_are_taken(url: str) -> None:
    assert may_send_to(url, secure=True)


def test_only_a_demo_speaks_with_its_own_machine() -> None:
    assert may_send_to("http://127.0.0.1:9000/hooks", secure=False)
    assert not may_send_to("http://10.1.2.3/hooks", secure=False)


def test_a_redirection_is_no_delivery() -> None:
    assert [outcome(status) for status in (200, 204, 302, 410, 429, 503)] == [
        Outcome.DELIVERED,
        Outcome.DELIVERED,
        Outcome.FAILED,
        Outcome.GONE,
        Outcome.FAILED,
        Outcome.FAILED,
    ]


def test_a_visit_from_its_offer_to_its_last_word_is_one_time_of_being_busy() -> None:
    course = [
        ClerkState.AVAILABLE,
        ClerkState.RESERVED,
        ClerkState.PREPARING,
        ClerkState.IN_SESSION,
        ClerkState.HOLD,
        ClerkState.WRAP_UP,
        ClerkState.ON_BREAK,
    ]
    told = [told_of(*step) for step in pairwise(course)]
    assert told == [Event.CLERK_BUSY, None, None, None, None, Event.CLERK_FREE]
