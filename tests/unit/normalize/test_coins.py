"""Which coin a filing's line is about, and counts that an amount beside them bears out."""

import pytest

from pipelines.normalize.bitcoin import normalize_bitcoin_sales
from pipelines.normalize.coin_counts import COUNTED, normalize_counts
from pipelines.normalize.holdings import normalize_holdings
from pipelines.parse.xbrl.inline import read_facts
from tests.unit.normalize.inline_document import Row, inline

YEAR = "2023-01-01..2023-12-31"
SALE: list[Row] = [
    ("Proceeds from sale of digital assets", f"own:ProceedsFromSaleOfDigitalAssets usd {YEAR} 64,800,000"),
    ("Net cash", f"us-gaap:NetCashProvidedByUsedInOperatingActivities usd {YEAR} 9"),
]
ROLLFORWARD: list[Row] = [
    (
        "Balance as of January 1, 2023",
        "own:CryptocurrencyQuantityBalance item 2022-12-31 6,974",
        "own:CryptocurrenciesCurrent usd 2022-12-31 109,420,000",
    ),
    (
        "Revenue recognized from Bitcoin mined",
        f"own:QuantityOfCryptoCurrencyFromMining item {YEAR} 6,626",
        f"own:RevenueRecognizedFromCryptocurrenciesMined usd {YEAR} 188,996,000",
    ),
    (
        "Proceeds from sale of Bitcoin",
        f"own:QuantityOfCryptoCurrencySold item {YEAR} -6,185",
        f"own:SaleOfCryptocurrencies usd {YEAR} -176,219,000",
    ),
    (
        "Balance as of December 31, 2023",
        "own:CryptocurrencyQuantityBalance item 2023-12-31 7,362",
        "own:CryptocurrenciesCurrent usd 2023-12-31 311,178,000",
    ),
]


@pytest.mark.parametrize(
    ("table", "text", "sold"),
    [
        ([], "", None),
        ([], "We bought ether and solana; bitcoin is mentioned once.", None),
        ([], "Our digital assets are bitcoin.", 64_800_000),
        ([("Bitcoin", "own:Bitcoin usd 2023-12-31 1,000,000")], "", 64_800_000),
        ([("Ether", "own:Ether usd 2023-12-31 1,000,000")], "All about bitcoin, bitcoin, bitcoin.", None),
    ],
)
def test_digital_assets_are_bitcoin_only_where_the_filing_shows_it(
    table: list[Row], text: str, sold: int | None
) -> None:
    read = normalize_bitcoin_sales(read_facts(inline(SALE, table, text=text)))
    assert [int(f.value) for f in read.figures] == ([sold] if sold else [])
    assert [r.check for r in read.rejected] == ([] if sold else ["coins_not_told_apart"])


def test_unit_named_bitcoin_alone_shows_nothing() -> None:
    """The unit is declared in the header of every document of some filers."""
    assert normalize_bitcoin_sales(read_facts(inline(SALE))).figures == []


def test_counts_in_unit_item_are_read_with_the_amount_in_their_row() -> None:
    """Riot's roll-forward, 10-K for 2023."""
    table = read_facts(inline(ROLLFORWARD))
    counts = normalize_counts(table, COUNTED)
    assert {f.fact: int(f.value) for f in counts.figures} == {"bitcoin_produced": 6626, "bitcoin_sold": 6185}
    held = normalize_holdings(table)
    assert {str(f.end): int(f.value) for f in held.figures} == {"2022-12-31": 6974, "2023-12-31": 7362}
    assert {f.fact for f in held.figures} == {"bitcoin_held"}
    assert normalize_bitcoin_sales(table).figures[0].value == 176_219_000


def test_count_in_unit_item_without_an_amount_beside_it_is_rejected() -> None:
    """An amount elsewhere says nothing of a number whose unit could be anything."""
    apart: list[Row] = [(label, cell) for label, *cells in ROLLFORWARD for cell in cells]
    read = normalize_counts(read_facts(inline(apart)), COUNTED)
    assert read.figures == []
    assert {r.check for r in read.rejected} == {"count_not_confirmed"}


def test_carrying_amount_confirms_a_count_and_is_no_fair_value() -> None:
    read = normalize_holdings(
        read_facts(
            inline(
                [
                    ("Bitcoin (Note 2)", "own:Bitcoin usd 2023-09-30 54,700,000"),
                    ("Number of bitcoin held", "own:NumberOfBitcoinHeld Bitcoin 2023-09-30 2,190"),
                ]
            )
        )
    )
    assert [(f.fact, int(f.value), f.rules) for f in read.figures] == [
        ("bitcoin_held", 2190, ("count_times_price_is_carrying_amount",))
    ]


def test_fair_value_is_the_sum_of_current_and_noncurrent_bitcoin() -> None:
    """CleanSpark, 10-Q for 2025-06-30: 877,067 of 1,079,754 thousand are current."""
    bitcoin = "srt:CryptoAssetAxis=us-gaap:BitcoinMember"
    read = normalize_holdings(
        read_facts(
            inline(
                [
                    (
                        "Bitcoin – current",
                        f"us-gaap:CryptoAssetFairValueCurrent usd 2025-06-30 877,067,000 {bitcoin}",
                    ),
                    (
                        "Bitcoin – noncurrent",
                        f"us-gaap:CryptoAssetFairValueNoncurrent usd 2025-06-30 202,687,000 {bitcoin}",
                    ),
                    ("Bitcoin held", f"us-gaap:CryptoAssetNumberOfUnits Bitcoin 2025-06-30 10,075 {bitcoin}"),
                ]
            )
        )
    )
    value = next(f for f in read.figures if f.fact == "bitcoin_fair_value")
    assert (int(value.value), value.derivation, len(value.inputs)) == (1_079_754_000, "summed", 2)


def test_amount_of_another_coin_confirms_no_count() -> None:
    """Bit Digital, 10-K for 2024: 917 BTC in a sentence, and an opening balance of ether of that day."""
    read = normalize_holdings(
        read_facts(
            inline(
                [
                    (
                        "Opening balance",
                        "own:AdditionalInformationAboutBitcoinAndETH usd 2022-12-31 11,791,181",
                    ),
                    ("", "us-gaap:CryptoAssetNumberOfUnits Bitcoin 2022-12-31 917"),
                ]
            )
        )
    )
    assert read.figures == []
    assert [r.check for r in read.rejected] == ["holdings_not_confirmed"]


@pytest.mark.parametrize(
    ("receivable", "scope"), [("77,827,000", "unencumbered"), ("0", "company")], ids=["posted", "returned"]
)
def test_holdings_without_collateral_have_their_own_scope(receivable: str, scope: str) -> None:
    """CleanSpark's balance sheet of 2024-09-30: bitcoin posted as collateral is a receivable, and not counted."""
    read = normalize_holdings(
        read_facts(
            inline(
                [
                    ("Number of bitcoin held", "own:NumberOfBitcoinHeld item 2024-09-30 6,819"),
                    ("Fair value of bitcoin", "own:FairValueOfBitcoin usd 2024-09-30 431,661,000"),
                    (
                        "Receivable from bitcoin collateral",
                        f"own:ReceivableForBitcoinCollateralPledged usd 2024-09-30 {receivable}",
                    ),
                ]
            )
        )
    )
    assert {(f.fact, int(f.value), f.scope) for f in read.figures} == {
        ("bitcoin_held", 6819, scope),
        ("bitcoin_fair_value", 431_661_000, scope),
    }
