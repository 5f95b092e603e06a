"""Inspecting one document without a warehouse."""

from pathlib import Path

from pipelines.query.inspect import figures_of
from pipelines.settings import HOME

SAMPLES = HOME / "samples" / "edgar"


def exhibit(tree: Path, name: str) -> Path:
    return next(tree.rglob(name))


def test_inspect_finds_company_of_release() -> None:
    from pipelines.watchlist import load_lexicon, load_watchlist

    document = exhibit(SAMPLES, "riot-20250505_ex991.htm").read_bytes()
    read = figures_of(document, load_watchlist(), load_lexicon())
    assert (read.ticker, read.kind) == ("RIOT", "update"), "found by its listing"
    assert {f.fact for f in read.normalized.figures} >= {
        "bitcoin_produced",
        "bitcoin_sold",
        "bitcoin_sale_proceeds",
        "average_sale_price",
    }
    chosen = figures_of(
        document.replace(b"NASDAQ: RIOT", b"").replace(b"Riot Platforms, Inc.", b"The company"),
        load_watchlist(),
        load_lexicon(),
        "RIOT",
    )
    assert chosen.ticker == "RIOT"


def test_inspect_finds_no_figures_in_offering(shared_edgar: Path) -> None:
    from pipelines.watchlist import load_lexicon, load_watchlist

    read = figures_of(
        next(shared_edgar.rglob("mara-20241204.htm")).read_bytes(), load_watchlist(), load_lexicon()
    )
    assert (read.ticker, read.normalized.figures) == ("MARA", [])
