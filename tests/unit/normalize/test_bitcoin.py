"""Bitcoin sold and held in XBRL: what is a sale, what is a count of coins, and what only looks like one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.normalize.coin_counts import COUNTED, normalize_counts
from pipelines.normalize.holdings import normalize_holdings
from pipelines.parse.xbrl.inline import read_facts

Q1 = "2024-01-01..2024-03-31"

Figures = Callable[..., Any]
Filing = Callable[..., bytes]
BTC = "us-gaap:BitcoinMember"


def _note(*rows: list[Any]) -> dict[str, Any]:
    return {"columns": [Q1], "rows": list(rows)}


def test_cash_and_stablecoin_sales_are_added(normalize_filing: Figures, make_filing: Filing) -> None:
    """Bit Digital 2024: 9,370,000 for cash and 1,787,535 for USDC are sales; 40,267,700 for ether is an exchange."""
    note = _note(
        ["Sales of BTC in exchange of cash", "test:SalesOfBTCInExchangeOfCash", {}, -9370],
        ["Sales of BTC in exchange of USDC", "test:SalesOfBTCInExchangeOfUSDC", {}, -1788],
        ["Sales of BTC in exchange of ETH", "test:SalesOfBTCInExchangeOfETH", {}, -40268],
    )
    read = normalize_filing(make_filing(note=note))
    found = read.one("bitcoin_sale_proceeds")
    assert (int(found.value), found.derivation, len(found.inputs)) == (11_158_000, "summed", 2)
    assert [(item.rule, int(item.value)) for item in read.all.skipped] == [("bitcoin_exchanged", -40_268_000)]


def test_former_concept_is_recognized(normalize_filing: Figures, make_filing: Filing) -> None:
    note = _note(["Sales of BTC in exchange of cash", "test:SalesOfBitcoinsInExchangeOfCash", {}, -4680])
    assert normalize_filing(make_filing(note=note)).value("bitcoin_sale_proceeds") == 4_680_000


def test_payment_for_services_is_no_sale(normalize_filing: Figures, make_filing: Filing) -> None:
    note = _note(
        [
            "Payment of BTC for service charges from mining facilities",
            "test:PaymentOfBTCForServiceCharges",
            {},
            -5754,
        ]
    )
    assert normalize_filing(make_filing(note=note)).one("bitcoin_sale_proceeds") is None


def test_usdc_received_is_no_second_sale(normalize_filing: Figures, make_filing: Filing) -> None:
    """Bit Digital tags the dollars received for bitcoin once more as ReceiptOfUSDCFromOtherIncome, and sells USDC for cash."""
    note = _note(
        ["Sales of BTC in exchange of USDC", "test:SalesOfBTCInExchangeOfUSDC", {}, -1223],
        [
            "Receipt of USDC from sales of other digital assets",
            "test:ReceiptOfUSDCFromSalesOfOtherDigitalAssets",
            {},
            1223,
        ],
        ["Sales of USDC in exchange of cash", "test:SalesOfUSDCInExchangeOfCash", {}, -13450],
    )
    assert normalize_filing(make_filing(note=note)).value("bitcoin_sale_proceeds") == 1_223_000


def test_cash_flow_statement_overrides_note(normalize_filing: Figures, make_filing: Filing) -> None:
    """CleanSpark, nine months to 2025-06: 127,625 in the cash flow, 127,829 in the roll-forward."""
    document = make_filing(
        cash_flow={
            "columns": [Q1],
            "rows": [["Proceeds from sale of bitcoin", "test:ProceedsFromSaleOfBitcoin", {}, 127625]],
        },
        note=_note(["Bitcoin sold for cash", "test:SalesOfBitcoinForCash", {}, -127829]),
    )
    read = normalize_filing(document)
    assert read.value("bitcoin_sale_proceeds") == 127_625_000
    [finding] = read.findings
    assert (finding.check, int(finding.expected), int(finding.found)) == (
        "statement_and_note_differ",
        127_625_000,
        127_829_000,
    )


def _instance(
    unit: str,
    count: str,
    *,
    value: str | None,
    member: str = "",
    axis: str = "srt:CryptoAssetAxis",
    concept: str = "us-gaap:CryptoAssetNumberOfUnits",
) -> bytes:
    """An instance with a count of coins and (where given) the fair value of bitcoin on the day."""
    dimension = (
        f'<xbrli:segment><xbrldi:explicitMember dimension="{axis}">{member}</xbrldi:explicitMember></xbrli:segment>'
        if member
        else ""
    )
    fair = (
        f'<us-gaap:CryptoAssetFairValue contextRef="b" unitRef="usd" decimals="0">{value}</us-gaap:CryptoAssetFairValue>'
        if value
        else ""
    )
    entity = '<xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">0000000001</xbrli:identifier>{}</xbrli:entity><xbrli:period><xbrli:instant>2025-06-30</xbrli:instant></xbrli:period>'
    bitcoin = '<xbrli:segment><xbrldi:explicitMember dimension="srt:CryptoAssetAxis">us-gaap:BitcoinMember</xbrldi:explicitMember></xbrli:segment>'
    return f"""<?xml version="1.0"?><xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"
xmlns:us-gaap="http://fasb.org/us-gaap/2024" xmlns:srt="http://fasb.org/srt/2024" xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:t="http://t.invalid/20250630">
<xbrli:context id="a">{entity.format(dimension)}</xbrli:context><xbrli:context id="b">{entity.format(bitcoin)}</xbrli:context>
<xbrli:unit id="u"><xbrli:measure>{unit}</xbrli:measure></xbrli:unit><xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<{concept} contextRef="a" unitRef="u" decimals="0">{count}</{concept}>{fair}</xbrli:xbrl>""".encode()


def _held(document: bytes) -> tuple[dict[str, float], set[str]]:
    read = normalize_holdings(read_facts(document))
    return {f.fact: float(f.value) for f in read.figures}, {r.check for r in read.rejected}


def test_count_confirmed_by_fair_value_is_held() -> None:
    figures, refused = _held(
        _instance("t:Bitcoin", "741.9", value="61300000", member="us-gaap:BitcoinMember")
    )
    assert figures == {"bitcoin_held": 741.9, "bitcoin_fair_value": 61_300_000}
    assert refused == set()


def test_machines_sold_are_not_bitcoin_held() -> None:
    """4,828 miners sold are tagged CryptoAssetNumberOfUnits in the unit Bitcoins (Bit Digital, 10-Q for 2025-06-30)."""
    figures, refused = _held(
        _instance(
            "t:Bitcoins",
            "4828",
            value="30051600",
            member="t:SalesOfMinersMember",
            axis="us-gaap:PropertyPlantAndEquipmentByTypeAxis",
        )
    )
    assert (figures, refused) == ({}, set())


def test_bitcoin_tagged_in_thousands_of_dollars() -> None:
    """CleanSpark tags 9,952 bitcoin as 9,952,000 USD; its fair value says which it is."""
    figures, _ = _held(
        _instance("iso4217:USD", "9952000", value="929080000", concept="t:NumberOfBitcoinsHeld")
    )
    assert figures["bitcoin_held"] == 9952


def test_ether_is_not_bitcoin() -> None:
    assert _held(_instance("t:ETH", "21568", value=None, member="t:NativeStakingMember"))[0] == {}


def test_unconfirmed_count_is_rejected() -> None:
    """917 BTC on 2022-12-31, undimensioned, in Bit Digital's 10-K for 2024: what it counts is not said."""
    assert _held(_instance("t:BTC", "917", value=None)) == ({}, {"holdings_not_confirmed"})


def test_impossible_price_rejects_count() -> None:
    assert _held(_instance("t:BTC", "917", value="917"))[0] == {}


@pytest.mark.parametrize(
    ("name", "held"),
    [
        # On 2024-09-30 about 1,230 more were collateral, a receivable of 77.8 million dollars.
        ("clsk-20241231.htm", {("2024-12-31", "company"): 9952, ("2024-09-30", "unencumbered"): 6819}),
        ("btbt-20250630.htm", {}),
        ("btbt-20241231.htm", {}),
    ],
)
def test_holdings_of_real_filings(shared_edgar: Path, name: str, held: dict[tuple[str, str], int]) -> None:
    read = normalize_holdings(read_facts(next(shared_edgar.rglob(name)).read_bytes()))
    found = {(str(f.end), f.scope): int(f.value) for f in read.figures if f.fact == "bitcoin_held"}
    assert found == held


def _rollforward(rows: list[tuple[str, str, str]]) -> bytes:
    """An instance with facts over the first quarter of 2025: concept, unit (u bitcoin, usd), value."""
    facts = "".join(
        f'<t:{name} contextRef="q" unitRef="{unit}" decimals="0">{value}</t:{name}>'
        for name, unit, value in rows
    )
    return f"""<?xml version="1.0"?><xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:t="http://t.invalid/20250331">
<xbrli:context id="q"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">0000000001</xbrli:identifier></xbrli:entity><xbrli:period><xbrli:startDate>2025-01-01</xbrli:startDate><xbrli:endDate>2025-03-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:unit id="u"><xbrli:measure>t:Bitcoin</xbrli:measure></xbrli:unit><xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>{facts}</xbrli:xbrl>""".encode()


def test_rollforward_confirmed_by_amounts() -> None:
    table = read_facts(
        _rollforward(
            [
                ("BitcoinMined", "u", "1530"),
                ("BitcoinMiningRevenue", "usd", "142900000"),
                ("BitcoinSold", "u", "-475"),
                ("ProceedsFromSaleOfBitcoin", "usd", "38800000"),
            ]
        )
    )
    read = normalize_counts(table, COUNTED)
    assert {f.fact: int(f.value) for f in read.figures} == {"bitcoin_produced": 1530, "bitcoin_sold": 475}
    assert read.rejected == []


def test_rollforward_count_needs_amount() -> None:
    table = read_facts(
        _rollforward(
            [
                ("BitcoinSold", "u", "475"),
                ("BitcoinMinersSold", "u", "4828"),
                ("BitcoinPledgedAsCollateral", "u", "100"),
            ]
        )
    )
    read = normalize_counts(table, COUNTED)
    assert read.figures == []
    assert [(r.check, r.record.value) for r in read.rejected] == [("count_not_confirmed", 475)]


def test_real_filings_gain_no_counts(shared_edgar: Path) -> None:
    for path in shared_edgar.rglob("*.htm"):
        if "index" not in path.name:
            read = normalize_counts(read_facts(path.read_bytes()), COUNTED)
            assert (read.figures, read.rejected) == ([], []), path.name
