"""No text of ours is a formula in somebody's spreadsheet, and none is changed by the guard."""

from hypothesis import given
from hypothesis import strategies as st

from control_plane.spreadsheets import guarded, opened

STARTS_A_FORMULA = "=+-@\t\r\n"


@given(st.text(), st.sampled_from(["", *STARTS_A_FORMULA]))
def test_a_text_goes_out_as_no_formula_and_comes_back_the_same(text: str, begins: str) -> None:
    out = guarded(begins + text)
    assert not out.startswith(tuple(STARTS_A_FORMULA))
    assert opened(out) == begins + text
