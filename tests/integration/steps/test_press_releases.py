"""Releases from exhibit to mart: what is shown, what is refused and visible, corrections, prices from a real host."""

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from pipelines.datasets import OPERATING_METRICS
from pipelines.operations.status import status
from pipelines.settings import HOME
from pipelines.steps.services import Services
from tests.integration.conftest import FILED_BY
from tests.pipeline_run import query_rows, run_filings
from tests.snapshot import contents

Make = Callable[..., Services]
SAMPLES = HOME / "samples" / "edgar"


def exhibit(samples_copy: Path, name: str) -> Path:
    return next(samples_copy.rglob(name))


def test_monthly_updates_of_core_scientific_load(with_filings: Services) -> None:
    services = with_filings
    months = query_rows(
        services,
        "select period_end, bitcoin_sold, accession, locator from marts.bitcoin_sales where ticker='CORZ' and period_kind='month' order by period_end",
    )
    assert [(str(r[0]), int(r[1])) for r in months] == [
        ("2023-11-30", 1011),
        ("2023-12-31", 1211),
        ("2024-01-31", 1114),
        ("2024-02-29", 952),
        ("2024-03-31", 981),
    ]
    assert all(r[2] for r in months)
    assert [r[3].split(' "')[0] for r in months] == ["table 1, row 3"] * 2 + ["table 1, row 4"] * 3
    [quarter] = query_rows(
        services,
        "select bitcoin_sold, proceeds_usd, average_price_usd, form, computed, sources from marts.bitcoin_sales where ticker='CORZ' and period_kind='quarter' and period_end='2026-03-31'",
    )
    assert (int(quarter[0]), int(quarter[1]), quarter[3]) == (2385, 208_300_000, "10-Q"), (
        "the count of the release, the proceeds of the report"
    )
    assert quarter[2] == round(Decimal(208_300_000) / 2385, 2)
    assert quarter[4] == ["average_price_usd"]
    assert (quarter[5]["bitcoin_sold"]["form"], quarter[5]["proceeds_usd"]["form"]) == ("8-K", "10-Q")
    [finding] = query_rows(
        services,
        "select expected, found, documents from marts.open_findings where ticker='CORZ' and \"check\" = 'months_do_not_add_up'",
    )
    assert (int(finding[0]), int(finding[1])) == (2888, 3047)


def test_stated_fourth_quarter_replaces_derived(with_filings: Services) -> None:
    services = with_filings
    found = query_rows(
        services,
        "select segment, revenue_usd, derivation, form from marts.segment_revenue where ticker='CORZ' and period_kind='quarter' and period_end='2025-12-31' order by 1",
    )
    assert [(s, int(v), d, f) for s, v, d, f in found] == [
        ("colocation", 31_300_000, "as_reported", "8-K"),
        ("hosted_mining", 6_300_000, "as_reported", "8-K"),
        ("self_mining", 42_200_000, "as_reported", "8-K"),
    ]
    assert query_rows(
        services,
        "select form from marts.total_revenue where ticker='CORZ' and period_kind='quarter' and period_end='2026-03-31'",
    ) == [("10-Q",)], "where both state it the report goes before the release"


def test_monthly_update_loads_comparatives(with_filings: Services) -> None:
    services = with_filings
    found = query_rows(
        services,
        "select metric, period_end, value, unit, scope, url, locator from marts.operating_metrics where ticker='RIOT' and period_kind in ('month', 'instant')",
    )
    values = {(r[0], str(r[1])): float(r[2]) for r in found}
    assert (
        values
        | {
            ("bitcoin_produced", "2025-04-30"): 463,
            ("bitcoin_held", "2025-04-30"): 19211,
            ("bitcoin_restricted", "2025-04-30"): 1900,
            ("hashrate_deployed", "2025-04-30"): 33.7,
            ("hashrate_average_operating", "2025-04-30"): 29.3,
            ("power_cost_all_in", "2025-04-30"): 3.7,
            ("fleet_efficiency", "2025-04-30"): 21.0,
            ("bitcoin_produced", "2025-03-31"): 533,
            ("bitcoin_held", "2025-03-31"): 19223,
            ("bitcoin_produced", "2024-04-30"): 375,
            ("bitcoin_held", "2024-04-30"): 8872,
        }
        == values
    )
    assert all(r[5].startswith("https://www.sec.gov/") and r[6] for r in found)
    sales = query_rows(
        services,
        "select period_end, bitcoin_sold, proceeds_usd, average_price_usd from marts.bitcoin_sales where ticker='RIOT' and period_kind='month' order by 1",
    )
    assert [(str(d), *(n if n is None else int(n) for n in row)) for d, *row in sales] == [
        ("2023-02-28", 600, 14_200_000, 23_666),
        ("2023-04-30", 600, 17_600_000, 29_333),
        ("2023-05-31", 600, 16_500_000, 27_500),
        ("2023-06-30", 400, 10_600_000, 26_500),
        ("2023-07-31", 400, 12_100_000, 30_250),
        ("2023-08-31", 300, 8_600_000, 28_666),
        ("2023-10-31", 440, 12_500_000, 28_409),
        ("2023-11-30", 540, 19_600_000, 36_296),
        ("2023-12-31", 590, None, None),
        ("2024-02-29", 212, 9_500_000, 44_811),
        ("2024-06-30", 0, 0, None),
        ("2024-07-31", 0, 0, None),
        ("2024-08-31", 0, 0, None),
        ("2024-09-30", 0, None, None),
        ("2024-12-31", 0, None, None),
        ("2025-03-31", 0, 0, None),
        ("2025-04-30", 475, 38_800_000, 81_731),
        ("2025-05-31", None, 51_300_000, None),
        ("2025-06-30", 397, 41_700_000, 105_037),
        ("2025-07-31", None, 54_800_000, None),
        ("2025-10-31", 400, 46_000_000, 115_000),
    ]
    assert query_rows(services, "select * from marts.open_findings where ticker='RIOT'") == [], (
        "19,223 + 463 − 475 is 19,211, and 81,731 was a price of April"
    )


def test_status_lists_images_and_pdfs(make_services: Make, samples_copy: Path) -> None:
    path = exhibit(samples_copy, "lmfa-20250814_ex992.htm")
    (path.parent / "deck.pdf").write_bytes(b"%PDF-1.7 x")
    index = next(path.parent.glob("*-index.htm"))
    index.write_text(
        index.read_text().replace(
            "</table>",
            '<tr><td scope="row">4</td><td scope="row">deck</td><td scope="row"><a href="deck.pdf">deck.pdf</a></td><td scope="row">EX-99.3</td><td scope="row">9</td></tr></table>',
        )
    )
    services = make_services(edgar_mirror=samples_copy)
    run_filings(services, "LMFA", chosen=())
    sections = {title: found for title, _, found in status(services.engine)}
    unread = {row[3]: row[5] for row in sections["documents that could not be read"]}
    assert "image" in unread["lmfa-20250814_ex992.htm"]
    assert "binary" in unread["deck.pdf"]


def test_offering_is_classified_with_reason(with_filings: Services) -> None:
    services = with_filings
    [found] = query_rows(
        services,
        "select status, document_kind, kind_reason from warehouse.dim_document where name = 'mara-20241202_ex991.htm'",
    )
    assert found[:2] == ("no_disclosure", "other")
    assert "offering" in found[2]
    shown = {title: found for title, _, found in status(services.engine)}
    assert any("offering" in str(row[4]) for row in shown["furnished, and neither update nor results"])


def test_corrected_release_replaces_figures(make_services: Make, samples_copy: Path) -> None:
    """8-K/A with another figure: the later one stands, the finding names both, the months are not doubled."""
    _again(samples_copy, "RIOT", "riot-20250505", "9999999999-25-990001", "8-K/A", {"463": "464"})
    services = make_services(edgar_mirror=samples_copy)
    run_filings(services, "RIOT")
    assert query_rows(
        services,
        "select value, form from marts.operating_metrics where ticker='RIOT' and metric='bitcoin_produced' and period_end='2025-04-30'",
    ) == [(464, "8-K/A")]
    [finding] = query_rows(
        services,
        "select expected, found, documents from marts.open_findings where \"check\" = 'release_corrected'",
    )
    assert (int(finding[0]), int(finding[1]), len(finding[2])) == (463, 464, 2)
    repeats = query_rows(
        services,
        "select d.name, e.name from warehouse.dim_document d join warehouse.dim_document e on d.repeats = e.document_key",
    )
    assert len(repeats) == 1
    assert query_rows(
        services,
        "select count(*) from marts.bitcoin_sales where ticker='RIOT' and period_end='2025-04-30' and period_kind='month'",
    ) == [(1,)]
    before = query_rows(
        services,
        "select value from marts.operating_metrics_as_of('2025-05-20') where ticker='RIOT' and metric='bitcoin_produced' and period_end='2025-04-30'",
    )
    assert before == [(463,)], "as it was known before the correction"


def test_repeated_release_is_no_finding(make_services: Make, samples_copy: Path) -> None:
    _again(samples_copy, "RIOT", "riot-20250505", "9999999999-25-990002", "8-K", {})
    services = make_services(edgar_mirror=samples_copy)
    run_filings(services, "RIOT")
    assert query_rows(services, "select count(*) from warehouse.dim_document where repeats is not null") == [
        (1,)
    ]
    assert query_rows(services, "select * from marts.open_findings where ticker='RIOT'") == []


def _again(
    samples_copy: Path, ticker: str, stem: str, accession: str, form: str, changed: dict[str, str]
) -> None:
    """Furnish a sample release a second time, under another accession number."""
    import json

    source = exhibit(samples_copy, f"{stem}_ex991.htm").parent
    target = source.parent / accession.replace("-", "")
    shutil.copytree(source, target)
    old = next(target.glob("*-index.htm"))
    (target / f"{accession}-index.htm").write_text(old.read_text().replace(source.name, target.name))
    old.unlink()
    page = target / f"{stem}_ex991.htm"
    text = page.read_text()
    for before, after in changed.items():
        text = text.replace(before, after)
    page.write_text(text)
    cik = {"RIOT": "0001167419"}[ticker]
    listing = next(samples_copy.rglob(f"submissions/CIK{cik}.json"))
    content = json.loads(listing.read_text())
    recent = content["filings"]["recent"]
    place = recent["primaryDocument"].index(f"{stem}.htm")
    for column in recent.values():
        column.insert(0, column[place])
    recent["accessionNumber"][0], recent["form"][0], recent["filingDate"][0] = accession, form, "2025-06-02"
    recent["acceptanceDateTime"][0] = "2025-06-02T08:00:00.000Z"
    listing.write_text(json.dumps(content))


def test_truncated_release_does_not_stop_others(make_services: Make, samples_copy: Path) -> None:
    path = exhibit(samples_copy, "riot-20250505_ex991.htm")
    path.write_bytes(path.read_bytes()[:900])
    services = make_services(edgar_mirror=samples_copy)
    results = run_filings(services, "RIOT")
    assert all(step.failures == {} for step in results.values())
    assert query_rows(
        services, "select status from warehouse.dim_document where name = 'riot-20250505_ex991.htm'"
    )[0][0] in ("unreadable", "refused")
    assert query_rows(
        services,
        "select value from marts.operating_metrics where ticker='RIOT' and metric='bitcoin_held' and period_end='2025-03-31'",
    ) == [(19223,)]


def test_ambiguous_label_is_quarantined(make_services: Make, samples_copy: Path) -> None:
    path = exhibit(samples_copy, "cang-20250805_ex991.htm")
    path.write_text(
        path.read_text().replace("</table>", "<tr><td>Hash Rate</td><td>50 EH/s</td></tr></table>")
    )
    services = make_services(edgar_mirror=samples_copy)
    run_filings(services, "CANG", chosen=[OPERATING_METRICS])
    [(reason, row)] = query_rows(
        services,
        "select reason, row_content from quarantine.rejected_row where check_name = 'ambiguous_label'",
    )
    assert "Hash Rate" in reason
    assert row["locator"].startswith("table 1, row 4")
    assert query_rows(
        services,
        "select value from marts.operating_metrics where ticker='CANG' and metric='bitcoin_produced' and period_end='2025-07-31'",
    ) == [(Decimal("650.5"),)]


def test_second_run_of_releases_changes_nothing(with_filings: Services) -> None:
    services = with_filings
    before = contents(services.engine)
    assert len(before["warehouse.fact_operating_metric"]) > 50
    results = run_filings(services, *FILED_BY)
    assert contents(services.engine) == before
    assert results["release_figures"].counts["documents"] == 0
