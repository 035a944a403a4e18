"""Which topic is whose? A strange topic is nobody's and never a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import topics
from shared.topics import Down, FromDevice, Up


@pytest.mark.parametrize("channel", list(Up))
def test_what_a_device_writes_is_read_back(channel: Up) -> None:
    topic = topics.up("d-salla-01", channel)
    assert topics.read_up(topic) == FromDevice("d-salla-01", channel)


@pytest.mark.parametrize(
    "topic",
    [
        "rsp/v1/d/+/up/event",
        "rsp/v1/d/#/up/event",
        "rsp/v1/d/svc:control-plane/up/event",
        "rsp/v1/d/d-salla-01/up/command",
        "rsp/v1/d/d-salla-01/down/command",
        "rsp/v2/d/d-salla-01/up/event",
        "rsp/v1/d/d-SALLA/up/event",
        "",
    ],
)
def test_a_strange_topic_is_nobodys(topic: str) -> None:
    assert topics.read_up(topic) is None


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_crash(topic: str) -> None:
    assert topics.read_up(topic) is None
    assert topics.read_down(topic) in {None, *Down}
