"""Numbers with units: as written in releases, and (property tests) as any number may be written."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.parse.language.periods import DisclosureContext, find_periods
from pipelines.parse.language.quantities import find_quantities, read_cell, rounding_of, scale_in, unit_in
from pipelines.parse.language.sentences import sentences

CELLS = [
    ("$38.8 million", "38800000", "USD", ""),
    ("Appx. $ 51.2 million", "51200000", "USD", "about"),
    ("19,211 BTC", "19211", "BTC", ""),
    ("533.5", "533.5", None, ""),
    ("(15.8)c/kWh", "-15.8", "c/kWh", ""),
    ("3.7 ¢/kWh", "3.7", "c/kWh", ""),
    ("33.7 EH/s", "33.7", "EH/s", ""),
    ("2,300 PH/s", "2.3", "EH/s", ""),
    ("590 MW", "590", "MW", ""),
    ("1.03 GW", "1030", "MW", ""),
    ("21.0 J/TH", "21", "J/TH", ""),
    ("20 W/TH", "20", "J/TH", ""),
    ("~500 MW", "500", "MW", "about"),
    ("approximately 1,000", "1000", None, "about"),
    ("more than 100 BTC", "100", "BTC", "more_than"),
    ("up to 50 EH/s", "50", "EH/s", "up_to"),
    ("(13)%", "-13", "percent", ""),
    ("$81,731", "81731", "USD", ""),
    ("$(1,234)", "-1234", "USD", ""),
    ("US$69.5 million", "69500000", "USD", ""),
    ("RMB1.0 billion", "1000000000", "CNY", ""),
    ("C$21.5 million", "21500000", "CAD", ""),
    ("$21.5 million CAD", "21500000", "CAD", ""),
    ("$0.037/kWh", "3.7", "c/kWh", ""),
    ("$45 per MWh", "4.5", "c/kWh", ""),
    ("67,200 miners", "67200", "count", ""),
    ("98.5%", "98.5", "percent", ""),
    ("19,2113", "19211", None, ""),
    ("29.3 EH/s 4", "29.3", "EH/s", ""),
    ("$208.3M", "208300000", "USD", ""),
    ("463 Bitcoin", "463", "BTC", ""),
    ("-13%", "-13", "percent", ""),
]


@pytest.mark.parametrize(("text", "value", "unit", "qualifier"), CELLS)
def test_cell_with_one_number(text: str, value: str, unit: str | None, qualifier: str) -> None:
    found = read_cell(text)
    assert found is not None
    assert (found.value, found.unit, found.qualifier) == (Decimal(value), unit, qualifier)


@pytest.mark.parametrize("text", ["–", "-", "—", "$ —", "--", "nil", "none"])
def test_dash_is_zero(text: str) -> None:
    found = read_cell(text)
    assert found is not None
    assert found.value == 0


@pytest.mark.parametrize("text", ["N/A", "n/a", "nm", "NM", "N.M.", "not meaningful", "*"])
def test_not_applicable_has_no_value(text: str) -> None:
    found = read_cell(text)
    assert found is not None
    assert found.value is None


@pytest.mark.parametrize("text", ["", "Rockdale", "April 2025 and more", "463 in April", "12 of 15", "10-Q"])
def test_other_text_is_no_number(text: str) -> None:
    assert read_cell(text) is None


def test_numbers_in_sentence() -> None:
    found = find_quantities("sold 445 BTC for approximately $48.7 million at an average of $109,568 per BTC.")
    assert [(q.value, q.unit, q.qualifier) for q in found] == [
        (Decimal(445), "BTC", ""),
        (Decimal(48_700_000), "USD", "about"),
        (Decimal(109_568), "USD", ""),
    ]


def test_machine_names_are_no_numbers() -> None:
    assert find_quantities("S21 and M60S+ machines at Site-B") == []


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Hash rate (EH/s)", "EH/s"),
        ("Power cost, c/kWh", "c/kWh"),
        ("Efficiency (J/TH)", "J/TH"),
        ("($USD)", "USD"),
        ("Bitcoin held (BTC)", "BTC"),
    ],
)
def test_units_of_labels(text: str, unit: str) -> None:
    found = unit_in(text)
    assert found is not None
    assert found[0] == unit


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("(in thousands, except per share data)", 1000),
        ("($ in millions)", 10**6),
        ("Sales proceeds ($000s)", 1000),
        ("Revenue (US$m)", 10**6),
        ("(Expressed in thousands of U.S. dollars)", 1000),
        ("(in billions of RMB)", 10**9),
        ("in units", None),
    ],
)
def test_scales_of_captions(text: str, scale: int | None) -> None:
    assert scale_in(text) == (None if scale is None else Decimal(scale))


@pytest.mark.parametrize(
    ("text", "rounding"),
    [
        ("19,223 BTC", "0.5"),
        ("$38.8 million", "50000"),
        ("33.7 EH/s", "0.05"),
        ("33,700 PH/s", "0.0005"),
        ("about 19,000 BTC", "500"),
        ("about 19,223 BTC", "0.5"),
        ("about 2,000 BTC", "100"),
        ("about 33.7 EH/s", "0.05"),
        ("about 0 BTC", "0.5"),
        ("more than 19,000 BTC", "0.5"),
    ],
)
def test_rounding_is_half_of_the_last_digit(text: str, rounding: str) -> None:
    """A round number that is only about right may be off by more, but by at most a twentieth."""
    [quantity] = find_quantities(text)
    assert rounding_of(quantity) == Decimal(rounding)


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("$1.2 trillion", "$1.2 trillion", "1200000000000"),
        ("$1.2 mm", "$1.2 mm", "1200000"),
        ("$1.2 bn", "$1.2 bn", "1200000000"),
        ("(up 13%)", "13%", "13"),
        ("(see 533 BTC)", "533 BTC", "533"),
        ("(of which 533)", "533", "533"),
        ("$13.2 million year over year", "$13.2 million", "13200000"),
        ("a loss of $(5.1) million", "$(5.1) million", "-5100000"),
        ("in March – 533 bitcoin", "– 533 bitcoin", "533"),
    ],
)
def test_number_ends_where_its_unit_does(text: str, written: str, value: str) -> None:
    [quantity] = find_quantities(text)
    assert (quantity.text, quantity.value) == (written, Decimal(value))


@pytest.mark.parametrize("text", ["at 14:30 BTC traded", "At 10:38:34 bitcoin rose", "a 3:1 bitcoin ratio"])
def test_times_of_day_and_ratios_are_no_quantities(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize("text", ["Bitcoin mined:34 BTC", "In 2024:34 BTC", "8:30: 34 BTC"])
def test_colon_before_a_number_keeps_it(text: str) -> None:
    assert find_quantities(text)[-1].text == "34 BTC"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("($12.9m)", "-12900000", "USD"),
        ("31,900 (30,100 adj)", "31900", None),
        ("11,950 (10,600 adj)3", "11950", None),
        ("19,273 2", "19273", None),
        ("$ —", "0", "USD"),
        ("–%", "0", "percent"),
    ],
)
def test_cell_with_a_second_mark(text: str, value: str, unit: str | None) -> None:
    found = read_cell(text)
    assert found is not None
    assert (found.value, found.unit) == (Decimal(value), unit)


_NUMBERS = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False)
_UNITS = st.sampled_from(
    [
        ("", None, 1),
        (" BTC", "BTC", 1),
        (" EH/s", "EH/s", 1),
        (" MW", "MW", 1),
        (" J/TH", "J/TH", 1),
        (" million", None, 10**6),
        ("%", "percent", 1),
    ]
)


@given(_NUMBERS, _UNITS, st.sampled_from(["", "~", "approximately ", "$"]), st.booleans())
def test_number_is_exact_in_any_context(
    number: Decimal, unit: tuple[str, str | None, int], before: str, grouped: bool
) -> None:
    if before == "$" and unit[1] is not None:
        return
    text = f"{before}{f'{number:,f}' if grouped else f'{number:f}'}{unit[0]}"
    found = read_cell(text)
    assert found is not None, text
    assert found.value == number * unit[2], text
    assert found.unit == ("USD" if before == "$" else unit[1])


@given(_NUMBERS)
def test_brackets_are_negative(number: Decimal) -> None:
    found = read_cell(f"({number:,f})")
    assert found is not None
    assert found.value == -number


@given(st.text(max_size=200))
def test_any_text_is_read_or_none(text: str) -> None:
    read_cell(text)
    for quantity in find_quantities(text):
        assert 0 <= quantity.start <= quantity.end <= len(text)
        assert quantity.value is not None


@given(st.integers(min_value=1000, max_value=10**9), st.integers(min_value=1, max_value=9))
def test_footnote_after_digit_group_is_dropped(number: int, mark: int) -> None:
    found = read_cell(f"{number:,}{mark}")
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It sold 15. 6 bitcoin in May.", []),
        ("Revenue was $15. 6 million, 3% more.", ["3"]),
        ("1. 25 MW at the first site", ["25"]),
        ("It ended 2025. 6 bitcoin were sold later.", ["2025", "6"]),
        ("It sold 15.6 bitcoin. 20 bitcoin remain.", ["15.6", "20"]),
    ],
)
def test_number_split_behind_its_point_is_no_number(text: str, values: list[str]) -> None:
    found = [q for q in find_quantities(text) if q.value is not None]
    assert [f"{q.value:f}" for q in found if not (q.unit is None and q.value == 1)] == values


def test_split_number_ends_no_sentence() -> None:
    assert len(sentences("It sold 15. 6 bitcoin in May. It held 20.")) == 2
    assert len(sentences("It ended the year 2025. 6 bitcoin were sold later.")) == 2


@pytest.mark.parametrize(
    ("text", "unit"),
    [("200 megawatt hydro-powered mine", True), ("200 megawatt hours", False), ("1.2 gigawatt hub", True)],
)
def test_megawatts_before_a_word_with_h(text: str, *, unit: bool) -> None:
    assert [q.unit == "MW" for q in find_quantities(text)] == [unit]


@pytest.mark.parametrize(
    "address", ["https://example.com/2024/12/03/mined-907-btc-november", "www.example.com/a/53-bitcoin"]
)
def test_digits_and_months_of_an_address_are_left_out(address: str) -> None:
    text = f"Bitcoin produced, as {address} says: 400 BTC"
    assert [q.text for q in find_quantities(text)] == ["400 BTC"]
    assert find_periods(text, DisclosureContext(None, date(2024, 12, 5))) == ()
