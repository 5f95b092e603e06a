"""Number formats accept, refuse and read what Arelle's do."""

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.parse.xbrl.transforms import IXT_NAMESPACES, XML_SPACE, TransformError, number_reader

REGISTRIES = {number: namespace for namespace, number in IXT_NAMESPACES.items()}
FORMATS = [
    (number, name)
    for number, names in {
        1: "numcommadot numspacedot numdotcomma numspacecomma numcomma numdash",
        2: "numdotdecimal numcommadecimal numunitdecimal zerodash",
        3: "numdotdecimal numcommadecimal numunitdecimal zerodash numdotdecimalin numunitdecimalin",
        4: "num-dot-decimal num-comma-decimal num-unit-decimal numdotdecimalin fixed-zero",
        5: "num-dot-decimal num-dot-decimal-apos num-comma-decimal-apos num-unit-decimal-apos",
    }.items()
    for name in names.split()
]
texts = st.one_of(
    st.decimals(min_value=0, max_value=10**12, places=2).map(lambda value: f"{value:,f}"),
    st.decimals(min_value=0, max_value=10**12, places=2).map(
        lambda value: f"{value:,f}".translate(str.maketrans(",.", ".,"))
    ),
    st.from_regex(r"\A[0-9]{1,3}([,.' \u00a0]?[0-9]{3}){0,3}([.,][0-9]{1,2})?\Z"),
    st.from_regex(r"\A[0-9]{1,3}([,.]?[0-9]{3}){0,2} (dollars|yen)( [0-9]{1,3})?( cents)?\Z"),
    st.text(alphabet="0123456789.,'` \u00a0\u2019\u2013\u2014-dy\uff11\uff0c", max_size=12),
)


@pytest.mark.parametrize(("registry", "name"), FORMATS)
@settings(deadline=None, max_examples=300)
@example("1,234.56")
@example("1.234,56")
@example("1 234.5")
@example(".5")
@example("\u2013")
@example("0\uff110")
@given(texts)
def test_number_format_equals_arelle(registry: int, name: str, text: str) -> None:
    ixt = pytest.importorskip("arelle.FunctionIxt")
    text = text.strip(XML_SPACE)
    try:
        expected = Decimal(getattr(ixt, f"tr{registry}Functions")[name](text))
    except Exception:  # noqa: BLE001 -- Arelle refuses by several types of error, an empty result among them
        expected = None
    try:
        found = number_reader(REGISTRIES[registry], name)(text)
    except TransformError:
        found = None
    assert found == expected
