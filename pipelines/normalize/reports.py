"""All figures of a report tagged with XBRL, and metrics of its tables that are not tagged."""

from pipelines.normalize.bitcoin import normalize_bitcoin_sales
from pipelines.normalize.coin_counts import COUNTED, normalize_counts
from pipelines.normalize.figures import Figure, Normalized, Rejected
from pipelines.normalize.holdings import normalize_holdings
from pipelines.normalize.release_figures import candidate_of, normalize_release
from pipelines.normalize.segments import normalize_revenue
from pipelines.normalize.xbrl_records import refused_if_damaged
from pipelines.parse.press_releases.release import Release
from pipelines.parse.xbrl.facts import FactTable
from pipelines.watchlist import Company, Lexicon
from pipelines.watchlist.metrics import MetricWords

VERSION = "1"


def normalize_report(table: FactTable, company: Company | None, lexicon: Lexicon) -> Normalized:
    """Normalize revenue, sales, holdings and counts; a damaged report goes to quarantine."""
    normalized = (
        normalize_revenue(table, company, lexicon)
        .add(normalize_bitcoin_sales(table))
        .add(normalize_holdings(table))
        .add(normalize_counts(table, COUNTED))
    )
    return refused_if_damaged(table, normalized)


def with_tables(tagged: Normalized, read: Release, words: MetricWords) -> Normalized:
    """Tagged figures, and the metrics of the report's tables that are not tagged.

    A figure of a table that is tagged with the same value is left out. Rejected: differs_from_tagged if it is
    tagged with another value; tables_contradict if the report states two values.
    """
    stated = normalize_release(read, words)
    known = {_key(figure): figure for figure in tagged.figures}
    doubtful = {(f.metric, f.start, f.end) for f in stated.findings}
    for figure in stated.figures:
        tag = known.get(_key(figure))
        if (figure.fact, figure.start, figure.end) in doubtful:
            tagged.rejected.append(_refused(figure, "tables_contradict", "the report states two values"))
        elif tag is None:
            tagged.figures.append(figure)
        elif abs(tag.value - figure.value) > tag.rounding + figure.rounding:
            reason = f"{figure.value:,f} in a table, {tag.value:,f} in the tagged fact at {tag.locator}"
            tagged.rejected.append(_refused(figure, "differs_from_tagged", reason))
    tagged.rejected += stated.rejected
    tagged.skipped += stated.skipped
    return tagged


def _key(figure: Figure) -> tuple[object, ...]:
    return figure.fact, figure.scope, figure.start, figure.end


def _refused(figure: Figure, check: str, reason: str) -> Rejected:
    return Rejected(check, f"{figure.fact}: {reason}", candidate_of(figure))
