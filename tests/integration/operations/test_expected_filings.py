"""Expected filings in the warehouse."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from pipelines.normalize.filing_calendar import ANNUAL, QUARTERLY, Filed
from pipelines.operations import coverage
from pipelines.operations.status import status
from pipelines.steps import documents
from pipelines.steps.services import Services
from tests.pipeline_run import fetch_filings, query_rows


def day(text: str) -> date:
    return date.fromisoformat(text)


def quarterly(end: str, filed: str, form: str = "10-Q") -> Filed:
    return Filed(QUARTERLY, form, day(end), day(filed), f"acc {end}")


def annual(end: str, filed: str, form: str = "10-K") -> Filed:
    return Filed(ANNUAL, form, day(end), day(filed), f"acc {end}")


# Core Scientific as it filed: 10-Qs within 40 days since 2024, the 10-K within 60.
CORZ = (
    quarterly("2024-03-31", "2024-05-08"),
    quarterly("2024-06-30", "2024-08-07"),
    quarterly("2024-09-30", "2024-11-06"),
    annual("2024-12-31", "2025-02-26"),
    quarterly("2025-03-31", "2025-05-07"),
    quarterly("2025-06-30", "2025-08-08"),
)


def test_samples_have_no_late_filings(make_services: Callable[..., Services]) -> None:
    services = make_services()
    documents.index_filings(
        services, [(t, day("2018-01-01"), day("2026-12-31")) for t in services.watchlist.tickers()]
    )
    result = coverage.expect_filings(services, services.watchlist.tickers(), day("2026-11-24"))
    assert result.failures == {}
    assert (result.counts["late"], result.counts["filled"] > 20) == (0, True)
    with services.engine.connect() as connection:
        row = connection.execute(
            sa.text(
                "select due, filed, status, form, accession, url from marts.coverage where ticker = 'CORZ' and period_end = '2025-09-30'"
            )
        ).one()
        assert tuple(row) == (
            day("2025-11-10"),
            day("2025-10-24"),
            "filled",
            "10-Q",
            "0001628280-25-046272",
            "https://www.sec.gov/Archives/edgar/data/1839341/000162828025046272/0001628280-25-046272-index.htm",
        )
        statuses = set(connection.execute(sa.text("select distinct status from marts.coverage")).scalars())
    assert statuses <= {"filled", "late", "missing", "explained"}
    assert (
        coverage.expect_filings(services, services.watchlist.tickers(), day("2026-11-24")).counts["changed"]
        == 0
    )


def test_filed_report_that_could_not_be_read_is_missing(
    make_services: Callable[..., Services], samples_copy: Path
) -> None:
    """A report that is listed and not served, or holds no XBRL, is a gap and not "filled"."""
    next(samples_copy.rglob("core-20240630.htm")).unlink()
    next(samples_copy.rglob("core-20240930.htm")).write_text("<html><body>Nothing tagged</body></html>")
    services = make_services(edgar_mirror=samples_copy)
    fetch_filings(services, "CORZ")
    documents.read_documents(services, [("CORZ", day("2018-01-01"), day("2026-12-31"))])
    coverage.expect_filings(services, ["CORZ"], day("2026-11-24"))
    missing = query_rows(
        services,
        "select period_end::text, reason from marts.coverage where ticker = 'CORZ' and status = 'missing' order by 1",
    )
    assert [end for end, _ in missing] == ["2024-06-30", "2024-09-30"]
    assert all(reason.startswith("filed, but not read: ") for _, reason in missing)
    assert "2 reports are filed and could not be read" in "; ".join(status(services.engine).needs)


def test_late_filing_is_a_finding_until_filed(make_services: Callable[..., Services]) -> None:
    services = make_services(edgar_base="http://127.0.0.1:1", edgar_user_agent="Test t@example.com")
    insert = sa.text(
        "insert into ops.filing values (:a, '0001839341', 'CORZ', '10-Q', '', :filed, now(), :end, 'x.htm', true, true, 'edgar', 'indexed', null)"
    )
    with services.engine.begin() as connection:
        for item in CORZ:
            if item.form == "10-Q":
                connection.execute(
                    insert, {"a": str(item.period_end), "filed": item.filed_on, "end": item.period_end}
                )
    coverage.expect_filings(services, ["CORZ"], day("2025-11-12"))
    findings = sa.text(
        "select ticker, period_end, detail from marts.open_findings where \"check\" = 'late_filing' order by 2"
    )
    with services.engine.begin() as connection:
        assert [tuple(r) for r in connection.execute(findings)] == [
            (
                "CORZ",
                day("2025-09-30"),
                "10-Q for the period to 2025-09-30 was due on 2025-11-10 (10-Q: 40 days) and is not filed",
            )
        ]
        assert coverage.late_filings(services.engine) == [
            ("CORZ", QUARTERLY, day("2025-09-30"), day("2025-11-10"))
        ]
        connection.execute(insert, {"a": "new", "filed": day("2025-11-12"), "end": day("2025-09-30")})
    coverage.expect_filings(services, ["CORZ"], day("2025-11-13"))
    with services.engine.connect() as connection:
        assert connection.execute(findings).all() == []
