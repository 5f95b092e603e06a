"""Figures of reports held against EDGAR's own company facts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.datasets import DATASETS
from pipelines.errors import BadPage
from pipelines.operations.status import status
from pipelines.parse.xbrl.companyfacts import read_companyfacts
from pipelines.query.explain import explain
from pipelines.settings import HOME
from pipelines.steps.services import Services
from tests.pipeline_run import query_rows, run_filings

Q2 = {"start": "2024-04-01", "end": "2024-06-30", "accn": "0001628280-24-035714", "form": "10-Q"}
REAL = HOME.parent / "shared" / "edgar-pages" / "companyfacts-CIK0001640147.json"


def _company_facts(mirror: Path, concepts: dict[str, list[dict[str, Any]]]) -> None:
    units = {name: {"units": {"USD": rows}} for name, rows in concepts.items()}
    path = mirror / "data.sec.gov/api/xbrl/companyfacts/CIK0001839341.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cik": 1839341, "entityName": "Core", "facts": {"us-gaap": units}}))


def _verified(services: Services) -> list[tuple[Any, ...]]:
    return query_rows(
        services,
        "select metric, period_end::text, ours::bigint, theirs::bigint, agrees, concept from marts.verification "
        "where ticker = 'CORZ' order by 1, 2, 3",
    )


def test_agreement_is_counted_and_difference_is_a_finding(
    make_services: Callable[..., Services], samples_copy: Path
) -> None:
    _company_facts(
        samples_copy,
        {
            "Revenues": [
                {**Q2, "val": 141_100_000},
                {**Q2, "start": "2024-01-01", "val": 300_000_000},
                {**Q2, "end": "odd", "val": 1},
            ],
            # A part of the total, which says nothing about it.
            "RevenueFromContractWithCustomerExcludingAssessedTax": [
                {**Q2, "accn": "0001628280-24-045811", "start": "2024-07-01", "end": "2024-09-30", "val": 7}
            ],
        },
    )
    services = make_services(edgar_mirror=samples_copy)
    results = run_filings(services, "CORZ", chosen=DATASETS)
    assert results["verification"].counts["compared"] == 2
    assert _verified(services) == [
        ("total_revenue", "2024-06-30", 141_100_000, 141_100_000, True, "us-gaap:Revenues"),
        ("total_revenue", "2024-06-30", 320_400_000, 300_000_000, False, "us-gaap:Revenues"),
    ]
    findings = query_rows(
        services,
        "select expected::bigint, found::bigint from marts.open_findings where \"check\" = 'companyfacts_differ'",
    )
    assert findings == [(300_000_000, 320_400_000)]
    again = run_filings(services, "CORZ", chosen=DATASETS)["verification"]
    assert again.counts["compared"] == 0, "no figure was loaded since"
    assert len(_verified(services)) == 2
    (figure,) = explain(services.engine, services.settings, "CORZ", "total_revenue", "2024Q2")
    assert "agrees with company facts (us-gaap:Revenues)" in figure.checks


def test_mirror_without_company_facts_says_so(
    make_services: Callable[..., Services], samples_copy: Path
) -> None:
    next(samples_copy.rglob("companyfacts/CIK0001839341.json")).unlink()
    services = make_services(edgar_mirror=samples_copy)
    counts = run_filings(services, "CORZ", chosen=DATASETS)["verification"].counts
    assert (counts["not_in_mirror"], counts["compared"]) == (1, 0)
    assert not [need for need in status(services.engine).needs if "company facts" in need]


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"facts": []}', b'{"cik": 1}'])
def test_page_in_another_shape_is_refused(content: bytes) -> None:
    with pytest.raises(BadPage):
        read_companyfacts(content)


@pytest.mark.skipif(not REAL.is_file(), reason=f"no real page at {REAL}")
def test_real_page_of_company_facts() -> None:
    facts = read_companyfacts(REAL.read_bytes())
    rows = json.loads(REAL.read_bytes())["facts"]["us-gaap"]["AccountsPayableCurrent"]["units"]["USD"]
    found = [
        fact for place in facts.values() for fact in place if fact.concept == "us-gaap:AccountsPayableCurrent"
    ]
    assert sorted(int(fact.value) for fact in found) == sorted(row["val"] for row in rows)
