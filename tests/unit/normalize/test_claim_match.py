"""What the filings say of a claim: confirmed, contradicted and by what it would have matched, not told yet, since restated."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.normalize.claim_match import (
    ClaimOutcome,
    ComparedClaim,
    FiledDeal,
    FiledFigure,
    compare_claim,
    with_hint,
)
from pipelines.steps.news_reconciliation import due_on, finding_of, group_deals
from pipelines.watchlist import load_watchlist

Q1, Q1_BEFORE, Q4 = (
    (date(2026, 1, 1), date(2026, 3, 31)),
    (date(2025, 1, 1), date(2025, 3, 31)),
    (date(2025, 10, 1), date(2025, 12, 31)),
)
PUBLISHED = datetime(2026, 5, 7, 9, tzinfo=UTC)
RELEASED, REPORTED = datetime(2026, 5, 6, 12, tzinfo=UTC), datetime(2026, 5, 8, 20, tzinfo=UTC)


def filed(
    value: str,
    metric: str = "total_revenue",
    period: tuple[date | None, date] = Q1,
    segment: str | None = None,
    **more: Any,
) -> FiledFigure:
    values: dict[str, Any] = {
        "rounding": Decimal(500),
        "document_key": 1,
        "document_kind": "report",
        "disclosed_at": REPORTED,
        **more,
    }
    return FiledFigure(metric, segment, *period, Decimal(value), **values)


def asked(
    value: str,
    metric: str = "total_revenue",
    period: tuple[date | None, date | None] = Q1,
    segment: str | None = None,
    **more: Any,
) -> ComparedClaim:
    values: dict[str, Any] = {
        "unit": "USD",
        "rounding": Decimal(50_000),
        "qualifier": "",
        "basis": "",
        "published": PUBLISHED,
        **more,
    }
    return ComparedClaim(metric, segment, *period, Decimal(value), **values)


def judge(
    claim: ComparedClaim,
    *stated: FiledFigure,
    deals: tuple[FiledDeal, ...] = (),
    prices: dict[date, Decimal] | None = None,
) -> ClaimOutcome:
    return with_hint(claim, compare_claim(claim, stated, deals, prices or {}), stated)


# ---------------------------------------------------------------------------------------------- figures


def test_rounded_claim_is_confirmed() -> None:
    verdict = judge(
        asked("208000000", "bitcoin_sale_proceeds", rounding=Decimal(500_000)),
        filed("208300000", "bitcoin_sale_proceeds"),
    )
    assert (verdict.status, verdict.filing_value, verdict.difference) == ("confirmed", 208_300_000, -300_000)


def test_claim_beyond_rounding_is_contradicted() -> None:
    verdict = judge(asked("125100000"), filed("115200000"))
    assert (verdict.status, verdict.filing_value, verdict.difference) == (
        "contradicted",
        115_200_000,
        9_900_000,
    )


def test_claim_without_filing_is_unmatched() -> None:
    assert judge(asked("115200000")) == ClaimOutcome("unmatched")
    assert judge(asked("115200000"), filed("115200000", period=Q4)).status == "unmatched"


@pytest.mark.parametrize(
    ("qualifier", "said", "status"),
    [
        ("more_than", "19000", "confirmed"),
        ("more_than", "19500", "contradicted"),
        ("less_than", "20000", "confirmed"),
        ("less_than", "19000", "contradicted"),
        ("", "19000", "contradicted"),
        ("more_than", "10000", "contradicted"),
    ],
)
def test_qualified_claim_allows_one_side(qualifier: str, said: str, status: str) -> None:
    day = (None, date(2025, 4, 30))
    claim = asked(said, "bitcoin_held", day, unit="BTC", rounding=Decimal("0.5"), qualifier=qualifier)
    assert judge(claim, filed("19211", "bitcoin_held", day, rounding=Decimal("0.5"))).status == status


def test_note_names_matching_period() -> None:
    verdict = judge(
        asked("77500000", "segment_revenue", Q4, "colocation"),
        filed("31300000", "segment_revenue", Q4, "colocation"),
        filed("77500000", "segment_revenue", Q1, "colocation"),
    )
    assert verdict.status == "contradicted"
    assert verdict.note == "another period: it is the figure of 2026-01-01 to 2026-03-31"


def test_note_names_year_ago_column() -> None:
    verdict = judge(asked("79500000"), filed("115200000"), filed("79500000", period=Q1_BEFORE))
    assert verdict.note == "the year-ago column: it is the figure of 2025-01-01 to 2025-03-31"


def test_note_names_matching_unit() -> None:
    quarter = (date(2025, 4, 1), date(2025, 6, 30))
    verdict = judge(
        asked("10576000000", "segment_revenue", quarter, "engineering", rounding=Decimal(500_000)),
        filed("10576000", "segment_revenue", quarter, "engineering"),
    )
    assert verdict.note == "another unit: it is thousand times the filed 10,576,000"


def test_note_names_matching_segment() -> None:
    verdict = judge(
        asked("77500000", "segment_revenue", Q1, "self_mining"),
        filed("30100000", "segment_revenue", Q1, "self_mining"),
        filed("77500000", "segment_revenue", Q1, "colocation"),
    )
    assert verdict.note == "another segment: it is colocation"


def test_restated_figure_is_superseded() -> None:
    first = filed("79500000", disclosed_at=RELEASED, document_key=1)
    again = filed("78100000", disclosed_at=REPORTED, document_key=2)
    verdict = judge(asked("79500000"), first, again)
    assert (verdict.status, verdict.filing_value, verdict.filing_key) == ("superseded", 78_100_000, 1)
    assert verdict.note == "79,500,000 was filed first, 78,100,000 since"


def test_claim_prefers_report_and_filed_figure() -> None:
    release = filed(
        "115000000", document_kind="release", disclosed_at=REPORTED + timedelta(days=1), document_key=2
    )
    derived = filed("114000000", derived=True, document_key=3)
    assert judge(asked("115200000"), release, derived, filed("115200000")).filing_value == 115_200_000


def test_settlement_date_is_kept() -> None:
    """A claim of tonight is confirmed by the 10-Q of next week; the release of the next year changes nothing of that day."""
    early = judge(asked("115200000"), filed("115200000", disclosed_at=REPORTED))
    later = judge(
        asked("115200000"),
        filed("115200000", disclosed_at=REPORTED),
        filed("115200000", disclosed_at=REPORTED + timedelta(days=360), document_key=9),
    )
    assert early.settled_at == later.settled_at == REPORTED
    assert judge(asked("115200000"), filed("115200000", disclosed_at=RELEASED)).settled_at == PUBLISHED


def test_holdings_claim_uses_last_disclosed_day() -> None:
    claim = asked(
        "19211",
        "bitcoin_held",
        (None, date(2025, 5, 6)),
        unit="BTC",
        rounding=Decimal("0.5"),
        published=datetime(2025, 5, 6, tzinfo=UTC),
    )
    april = filed(
        "19211", "bitcoin_held", (None, date(2025, 4, 30)), disclosed_at=datetime(2025, 5, 5, tzinfo=UTC)
    )
    march = filed(
        "19223", "bitcoin_held", (None, date(2025, 3, 31)), disclosed_at=datetime(2025, 4, 3, tzinfo=UTC)
    )
    assert judge(claim, march, april).status == "confirmed"
    assert judge(claim, filed("19211", "bitcoin_held", (None, date(2025, 2, 28)))).status == "unmatched"


# ---------------------------------------------------------------------------------------------- changes


def percent(value: str, metric: str, **more: Any) -> ComparedClaim:
    return asked(value, f"change:{metric}", unit="percent", rounding=Decimal("0.5"), **more)


def test_change_is_compared_with_computed_change() -> None:
    now, before = filed("115200000"), filed("79500000", period=Q1_BEFORE)
    right = judge(percent("45", "total_revenue", basis="year"), now, before)
    assert (right.status, right.filing_value) == ("confirmed", Decimal("44.9"))
    wrong = judge(percent("54", "total_revenue", basis="year"), now, before)
    assert (wrong.status, wrong.difference) == ("contradicted", Decimal("9.1"))


def test_change_without_basis_needs_all_comparisons() -> None:
    now, before = filed("115200000"), filed("79500000", period=Q1_BEFORE)
    assert judge(percent("12", "total_revenue"), now, before).status == "unmatched"
    assert judge(percent("44.4", "total_revenue"), now, filed("79800000", period=Q4)).status == "confirmed"


def test_change_stated_by_company_settles_claim() -> None:
    own = filed("-45", "change:bitcoin_produced", rounding=Decimal("0.5"), basis="year")
    assert judge(percent("-45", "bitcoin_produced"), own).status == "confirmed"
    assert judge(percent("-54", "bitcoin_produced", basis="year"), own).status == "contradicted"
    assert judge(percent("-54", "bitcoin_produced", basis="period"), own).status == "unmatched"


def test_bitcoin_price_claim_uses_daily_prices() -> None:
    prices = {Q1_BEFORE[0] + timedelta(days=i): Decimal(93_000) for i in range(90)}
    prices |= {Q1[0] + timedelta(days=i): Decimal(76_260) for i in range(90)}
    assert judge(percent("-18", "bitcoin_price", basis="year"), prices=prices).status == "confirmed"
    assert judge(percent("-28", "bitcoin_price", basis="year"), prices=prices).status == "contradicted"
    few = dict(list(prices.items())[:100])
    assert judge(percent("-18", "bitcoin_price", basis="year"), prices=few).status == "unmatched"


# ---------------------------------------------------------------------------------------------- deals


def deal(
    kind: str = "acquisition",
    party: str = "Polaris DS LLC",
    amount: str | None = "421000000",
    megawatts: str | None = "440",
    status: str = "agreed",
    on: date = date(2026, 5, 5),
    key: int = 1,
) -> FiledDeal:
    return FiledDeal(
        kind,
        party,
        Decimal(amount) if amount else None,
        Decimal(megawatts) if megawatts else None,
        Decimal(500_000),
        status,
        on,
        key,
        RELEASED,
    )


def test_deal_with_other_status_is_noted() -> None:
    claim = asked(
        "421000000",
        "deal:acquisition",
        (None, None),
        party="Polaris DS",
        megawatts=Decimal(440),
        deal_status="closed",
        rounding=Decimal(500_000),
    )
    verdict = judge(claim, deals=(deal(),))
    assert (verdict.status, verdict.filing_value) == ("confirmed", 421_000_000)
    assert verdict.note == "status: closed in the article, agreed in the filing"


def test_deal_with_other_amounts_is_noted() -> None:
    claim = asked(
        "421000000",
        "deal:acquisition",
        (None, None),
        party="Polaris DS LLC",
        megawatts=Decimal(400),
        deal_status="agreed",
        rounding=Decimal(500_000),
    )
    assert judge(claim, deals=(deal(),)).note == "megawatts: 400 in the article, 440 in the filing"
    wrong = asked(
        "461000000", "deal:acquisition", (None, None), party="Polaris DS LLC", rounding=Decimal(500_000)
    )
    assert (judge(wrong, deals=(deal(),)).status, judge(wrong, deals=(deal(),)).difference) == (
        "contradicted",
        40_000_000,
    )


def test_deal_of_other_party_or_year_differs() -> None:
    claim = asked("421000000", "deal:acquisition", (None, None), party="Enovum", rounding=Decimal(500_000))
    assert judge(claim, deals=(deal(),)).status == "unmatched"
    old = asked(
        "421000000", "deal:acquisition", (None, None), party="Polaris DS LLC", rounding=Decimal(500_000)
    )
    assert judge(old, deals=(deal(on=date(2024, 5, 5)),)).status == "unmatched"


def test_target_is_matched_by_megawatts() -> None:
    claim = asked("590", "deal:capacity_target", (None, None), unit="MW", rounding=Decimal("0.5"))
    assert judge(claim, deals=(deal("capacity_target", "", None, "590", "planned"),)).status == "confirmed"
    assert judge(claim, deals=(deal("capacity_target", "", None, "500", "planned"),)).status == "unmatched"


def test_deal_of_several_sources_has_one_key() -> None:
    values = [
        (10, deal(key=1)),
        (11, deal(party="Polaris DS", megawatts=None, on=date(2026, 5, 7), status="closed", key=2)),
        (12, deal(party="Enovum", amount="46000000", on=date(2026, 5, 7), key=3)),
        (13, deal("lease", "Microsoft", "9700000000", None, key=4)),
        (14, deal("hosting", "Microsoft Corp.", "9700000000", None, key=5)),
    ]
    assert group_deals(values) == {10: 10, 11: 10, 12: 12, 13: 13, 14: 13}


def test_deals_of_other_sizes_with_one_party_are_apart() -> None:
    """Two offerings of notes within two weeks; a price adjusted at closing; a contract enlarged later."""
    banks, customer = "J.P. Morgan Securities LLC", "CoreWeave"
    values = [
        (10, deal("financing", banks, "700000000", None, "planned", date(2024, 11, 18))),
        (11, deal("financing", banks, "1000000000", None, "closed", date(2024, 11, 20))),
        (12, deal("financing", banks, "850000000", None, "closed", date(2024, 12, 4))),
        (13, deal("acquisition", "Bitmain", "100000000", None, "agreed", date(2024, 3, 1))),
        (14, deal("acquisition", "Bitmain", "96500000", None, "closed", date(2024, 4, 15))),
        (15, deal("hosting", customer, None, "200", "agreed", date(2024, 6, 3))),
        (16, deal("hosting", customer, None, "70", "agreed", date(2024, 6, 25))),
    ]
    assert group_deals(values) == {10: 10, 11: 10, 12: 12, 13: 13, 14: 13, 15: 15, 16: 16}


def test_financings_of_other_instruments_or_maturities_are_apart() -> None:
    """Notes due 2030 and 2031 sold within a week, and a loan of the same bank."""
    banks, on = "J.P. Morgan Securities LLC", date(2024, 12, 2)
    notes = deal("financing", banks, "850000000", None, "closed", on)
    values = [
        (10, replace(notes, amount_kind="notes", matures=2030)),
        (11, replace(notes, amount_kind="notes", matures=2031)),
        (12, replace(notes, amount_kind="loan")),
        (13, replace(notes, amount_kind="notes", matures=2031, amount=None, megawatts=None)),
    ]
    assert group_deals(values) == {10: 10, 11: 11, 12: 12, 13: 11}


# ---------------------------------------------------------------------------------------------- findings


def test_due_date_follows_form_and_fiscal_year() -> None:
    watchlist = load_watchlist()
    corz, clsk, iren = (watchlist.by_ticker(t) for t in ("CORZ", "CLSK", "IREN"))
    assert due_on(corz, asked("1")) == date(2026, 5, 15), "a 10-Q, 45 days"
    assert due_on(corz, asked("1", period=Q4)) == date(2026, 3, 31), "a 10-K, 90 days"
    assert due_on(clsk, asked("1", period=(date(2025, 7, 1), date(2025, 9, 30)))) == date(2025, 12, 29)
    assert due_on(iren, asked("1", period=Q1_BEFORE)) == date(2025, 6, 14), "a foreign filer's quarter"
    assert due_on(corz, asked("1", "deal:acquisition", (None, None))) == date(2026, 5, 13)


def test_contradicted_claim_is_a_finding() -> None:
    corz = load_watchlist().by_ticker("CORZ")
    claim = asked("125100000")
    found = finding_of(
        corz,
        claim,
        judge(claim, filed("115200000")),
        "https://n.example/a",
        {1: "https://www.sec.gov/x"},
        [],
        date(2026, 5, 9),
    )
    assert found is not None
    assert (found.check, found.expected, found.found) == ("news_contradicted", 115_200_000, 125_100_000)
    assert found.documents == ("https://n.example/a", "https://www.sec.gov/x")


def test_unconfirmed_claim_is_a_finding_after_ten_days() -> None:
    corz = load_watchlist().by_ticker("CORZ")
    claim, open_ = asked("115200000"), ClaimOutcome("unmatched")
    filings = [
        (date(2026, 3, 2), "report", "https://www.sec.gov/10-K"),
        (date(2026, 5, 6), "other", "https://www.sec.gov/8-K"),
        (date(2026, 5, 6), "report", "https://www.sec.gov/10-Q"),
    ]
    assert finding_of(corz, claim, open_, "https://n.example/a", {}, filings, date(2026, 5, 25)) is None
    found = finding_of(corz, claim, open_, "https://n.example/a", {}, filings, date(2026, 5, 26))
    assert found is not None
    assert (found.check, found.found) == ("news_unconfirmed", 115_200_000)
    assert found.documents == ("https://n.example/a", "https://www.sec.gov/10-Q")


def test_claim_without_filings_is_no_finding() -> None:
    """Cipher's lease of 2025-11-03: no filing of these days is in the samples, so that none is silent."""
    corz = load_watchlist().by_ticker("CORZ")
    earlier = [(date(2026, 3, 2), "report", "https://www.sec.gov/10-K")]
    for claim in (asked("115200000"), asked("421000000", "deal:acquisition", (None, None))):
        found = finding_of(corz, claim, ClaimOutcome("unmatched"), "x", {}, earlier, date(2026, 7, 1))
        assert found is None


# ---------------------------------------------------------------------------------------------- at random


@given(
    st.decimals(1, 10**12, places=0),
    st.decimals(0, 10**6, places=0),
    st.sampled_from(["", "about", "more_than", "less_than"]),
    st.lists(st.decimals(1, 10**12, places=0), max_size=4),
)
def test_status_does_not_depend_on_order(
    value: Decimal, rounding: Decimal, qualifier: str, values: list[Decimal]
) -> None:
    claim = asked(str(value), rounding=rounding, qualifier=qualifier)
    stated = [
        filed(str(v), document_key=i, disclosed_at=REPORTED + timedelta(days=i)) for i, v in enumerate(values)
    ]
    verdict = judge(claim, *stated)
    assert verdict == judge(claim, *stated[::-1])
    assert verdict.status in ("confirmed", "contradicted", "unmatched", "superseded")
    assert (verdict.status == "unmatched") == (not stated)
    if verdict.status == "confirmed" and not qualifier:
        assert verdict.difference is not None
        assert abs(verdict.difference) <= max(rounding, 500)
