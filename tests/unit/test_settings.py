"""Settings that depend on other settings."""

from pathlib import Path

import pytest

from pipelines.settings import FREE_PRICES, Settings

LIVE = {"EDGAR_USER_AGENT": "A Name a@example.com"}
BASE = {**LIVE, "EDGAR_BASE": "http://127.0.0.1:1"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "bitcoin_daily.csv"),
        ({"BITCOIN_PRICE_URL": "none"}, None),
        (LIVE, FREE_PRICES),
        ({**LIVE, "BITCOIN_PRICE_URL": "none"}, None),
        (
            {**LIVE, "BITCOIN_PRICE_URL": "https://prices.example/daily.csv"},
            "https://prices.example/daily.csv",
        ),
        ({"EDGAR_MIRROR": "another"}, None),
        (BASE, None),
    ],
    ids=["samples", "samples, none", "live", "live, none", "live, set", "another mirror", "another base"],
)
def test_price_source(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, values: dict[str, str], expected: str | None
) -> None:
    """The samples have prices, a live night a free source, another mirror none of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("EDGAR_MIRROR", "EDGAR_BASE", "EDGAR_USER_AGENT", "BITCOIN_PRICE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    source = Settings().price_source
    assert source is None if expected is None else str(source).endswith(expected)
