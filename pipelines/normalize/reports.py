"""All figures of a report tagged with XBRL."""

from pipelines.normalize.bitcoin import normalize_bitcoin_sales
from pipelines.normalize.coin_counts import COUNTED, normalize_counts
from pipelines.normalize.figures import Normalized
from pipelines.normalize.holdings import normalize_holdings
from pipelines.normalize.segments import normalize_revenue
from pipelines.normalize.xbrl_records import refused_if_damaged
from pipelines.parse.xbrl.facts import FactTable
from pipelines.watchlist import Company, Lexicon


def normalize_report(table: FactTable, company: Company | None, lexicon: Lexicon) -> Normalized:
    """Normalize revenue, sales, holdings and counts; a damaged report goes to quarantine."""
    normalized = (
        normalize_revenue(table, company, lexicon)
        .add(normalize_bitcoin_sales(table))
        .add(normalize_holdings(table))
        .add(normalize_counts(table, COUNTED))
    )
    return refused_if_damaged(table, normalized)
