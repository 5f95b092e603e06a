"""Number formats equal Arelle's."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.parse.xbrl import transforms
from pipelines.parse.xbrl.transforms import number_reader

IXT4 = "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12"


IXT5 = "http://www.xbrl.org/inlineXBRL/transformation/2022-02-16"


IXT3 = "http://www.xbrl.org/inlineXBRL/transformation/2015-02-26"


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**12), st.integers(min_value=0, max_value=99))
def test_number_formats_equal_arelle(whole: int, cents: int) -> None:
    ixt = pytest.importorskip("arelle.FunctionIxt")
    for functions, namespace in (
        (ixt.tr3Functions, IXT3),
        (ixt.tr4Functions, IXT4),
        (ixt.tr5Functions, IXT5),
    ):
        for name in set(functions) & set(transforms._NUMBERS_IXT) - {"fixed-zero"}:
            dotted = f"{whole:,}.{cents:02d}"
            commas = dotted.translate(str.maketrans(",.", ".,"))
            text = (
                commas
                if "comma" in name
                else f"{whole} dollars {cents} cents"
                if "unit" in name
                else "-"
                if "dash" in name
                else dotted
            )
            text = text.replace(",", "") if name.endswith("in") else text
            if name.endswith("apos"):
                text = text.replace(",", "'") if "dot" in name else text
            try:
                expected = Decimal(functions[name](text))
            except Exception:  # noqa: BLE001 -- what Arelle refuses says nothing of ours
                continue
            assert number_reader(namespace, name)(text) == expected, (name, text)
