"""A Dagster that several files of tests share."""

from collections.abc import Iterator

import pytest

from tests.e2e.ui.live_stack import SLNH, Held


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """A Dagster whose feed has one filing, and whose nightly tick comes soon."""
    # The minute is cut off: the tick is 45 to 105 seconds away, when Dagster is up also on a busy machine.
    made = Held(tmp_path_factory.mktemp("unattended"), filings=(SLNH,), night_in_seconds=105)
    made.start()
    yield made
    made.stop()
