"""Roll-forwards of bitcoin in the tables of a release."""

import pytest

from tests.unit.press_releases.reading import figures, normalized, rows

TITLE = "Bit Digital Announces Second Quarter 2024 Financial Results"
NEWS = "New York, August 19, 2024 – Results for the three and six months ended June 30, 2024."
BY_COUNT = (
    " | Number of bitcoins | Amount",
    "Balance at December 31, 2023 | 642.4 | $ 19,818,980",
    "Receipt of BTC from mining services | 654.9 | 37,971,653",
    "Exchange of BTC into ETH | (639.5) | (40,267,700)",
    "Exchange of BTC into USDC | (15.0) | (1,049,818)",
    "Balance at June 30, 2024 | 585.6 | $ 36,707,215",
)


def _read(caption: str, *lines: str) -> set[str]:
    found = normalized("BTBT", "2024-08-19", TITLE, NEWS, caption, rows(*lines))
    return {f for f in figures(found) if f.startswith("bitcoin")}


def test_rollforward_by_count_and_value() -> None:
    """An exchange into a stablecoin is a sale, an exchange into ether is not."""
    assert _read("The table shows our bitcoin for the six months ended June 30, 2024:", *BY_COUNT) == {
        "bitcoin_produced company 2024-06-30 654.9",
        "bitcoin_sold company 2024-06-30 15",
        "bitcoin_sale_proceeds company 2024-06-30 1049818",
        "bitcoin_held company 2024-06-30 585.6",
    }


def test_row_that_mixes_sales_and_payments_states_no_sale() -> None:
    mixed = (*BY_COUNT[:5], "Sales of and payments made in BTC | (57.2) | (3,297,239)", BY_COUNT[5])
    assert _read("Our bitcoin:", *mixed) == {
        "bitcoin_produced company 2024-06-30 654.9",
        "bitcoin_held company 2024-06-30 585.6",
    }


def test_rollforward_by_value_with_the_period_as_heading() -> None:
    """Sales for cash and for a stablecoin are added; the carrying amount is no fair value."""
    found = normalized(
        "BTBT",
        "2024-08-19",
        TITLE,
        NEWS,
        "Roll-forward of BTC under the cost-impairment model:",
        rows(
            " | For the Year Ended December 31, 2023",
            "Opening balance | $ 15,796,147",
            "Receipt of BTC from mining services | 44,240,418",
            "Sales of BTC in exchange of cash | (4,679,714)",
            "Sales of BTC in exchange of USDC | (17,251,504)",
            "Sales of BTC in exchange of ETH | (11,756,006)",
            "Impairment of BTC | (4,519,692)",
            "Ending balance | $ 19,818,980",
        ),
    )
    assert figures(found) == {"bitcoin_sale_proceeds company 2023-12-31 21931218"}
    assert [len(f.inputs) for f in found.figures] == [2]


def test_fair_value_of_the_last_balance() -> None:
    lines = (
        " | Fair value",
        "BTC as of December 31, 2023 | $ 19,818,980",
        "Receipt of BTC from mining services | 37,971,653",
        "BTC as of June 30, 2024 | $ 36,707,215",
    )
    assert _read("Roll-forward of BTC:", *lines) == {"bitcoin_fair_value company 2024-06-30 36707215"}


@pytest.mark.parametrize(
    "caption", ["Roll-forward of ETH for the six months ended June 30, 2024:", "Roll-forward of USDC:"]
)
def test_rollforward_of_another_coin_states_no_bitcoin(caption: str) -> None:
    lines = [line.replace("BTC", "ETH").replace("bitcoins", "coins") for line in BY_COUNT]
    assert _read(caption, *lines) == set()


def test_amounts_in_thousands_are_told_by_the_price() -> None:
    thousands = tuple(line.replace(",980", "").replace(",215", "").replace(",818", "") for line in BY_COUNT)
    assert "bitcoin_sale_proceeds company 2024-06-30 1049000" in _read("Our bitcoin:", *thousands)
