"""A day on which one visitor was served, for the tests of the auditor to go on with."""

import pytest

from tests.history.stories import Story, one_visit


@pytest.fixture
def story() -> Story:
    return one_visit()
