"""The next night of the schedule."""

from datetime import UTC, datetime

import pytest

from pipelines.operations.status import next_night
from pipelines.settings import Settings


@pytest.mark.parametrize(
    ("now", "tick"),
    [
        ("2026-03-07T12:00", "2026-03-08T01:30"),
        ("2026-03-07T05:00", "2026-03-07T01:30"),
        ("2026-11-01T12:00", "2026-11-02T01:30"),
    ],
)
def test_next_night_uses_time_zone(now: str, tick: str) -> None:
    """In New York clocks change on 2026-03-08 and 2026-11-01."""
    settings = Settings(_env_file=None, miners_nightly_at="1:30")
    found = next_night(settings, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found.replace(tzinfo=None) == datetime.fromisoformat(tick)
    assert str(found.tzinfo) == "America/New_York"
