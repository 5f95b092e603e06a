"""Reference prices, and tie-outs between documents."""

from collections.abc import Sequence

from pipelines.errors import TransferFailed, UnreadableDocument
from pipelines.extract.price_formats import read_prices
from pipelines.extract.prices import fetch_prices
from pipelines.normalize.reconcile import reconcile_documents
from pipelines.steps.results import StepResult, for_each_company
from pipelines.steps.services import Services
from pipelines.warehouse import staging
from pipelines.warehouse.filings import Slice
from pipelines.warehouse.known import known_figures, mark_repeats, stated_rows
from pipelines.warehouse.prices import load_prices, prices_between
from pipelines.watchlist import Company

DATASET = "tie_outs"


def read_reference_prices(services: Services) -> StepResult:
    """Load daily prices from the configured source; a failing source is a note.

    counts: days, inserted, updated; failed if the source could not be read
    """
    result = StepResult("bitcoin_prices")
    if services.settings.miners_offline:
        result.notes.append("No prices are read: offline.")
        return result
    try:
        fetched = fetch_prices(services.settings)
        if fetched is None:
            result.notes.append(
                "No prices are read: BITCOIN_PRICE_URL names no source. "
                "Sales are not compared with the market."
            )
            return result
        source, body = fetched
        prices = read_prices(body)
    except (TransferFailed, UnreadableDocument) as error:
        result.counts["failed"] = 1
        result.notes.append(f"Prices are missing: {error}")
        return result
    with services.engine.begin() as connection:
        changed = load_prices(connection, source, prices)
    result.counts["days"] = len(prices)
    result.counts["inserted"], result.counts["updated"] = changed.inserted, changed.updated
    for day, price in sorted(prices.items())[-5:]:
        result.show(("day", "price_usd"), (day, price))
    return result


def tie_out_documents(services: Services, slices: Sequence[Slice]) -> StepResult:
    """Compare a company's documents with each other and with market prices.

    counts: findings, changed
    """

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        with services.engine.begin() as connection:
            rows = stated_rows(connection, company)
            known = known_figures(rows)
            days = [f.end for f in known] + [f.start for f in known if f.start]
            prices = prices_between(connection, min(days), max(days)) if days else {}
            findings = mark_repeats(connection, company, rows) + reconcile_documents(known, prices)
            changed = staging.record_findings(connection, DATASET, company.ticker, None, findings, [])
        result.counts["findings"] += len(findings)
        result.counts["changed"] += changed.total
        for finding in findings:
            result.show(
                ("company", "check", "until", "expected", "found"),
                (company.ticker, finding.check, finding.end, finding.expected, finding.found),
            )

    return for_each_company(services, DATASET, slices, work)
