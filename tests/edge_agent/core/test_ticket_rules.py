"""Is a visit's order what the visitor chose?"""

from edge_agent.core.ticket_rules import further
from shared.tickets import FurtherErrand


def test_in_order_no_other_errand_is_called_before_the_first_is_done() -> None:
    assert further("a", ("b", "c"), in_order=True) == (
        FurtherErrand(service="b", after="a"),
        FurtherErrand(service="c", after="a"),
    )
    assert further("a", ("b",), in_order=False) == (FurtherErrand(service="b"),)
    assert further("a", (), in_order=True) == ()
