"""Citations of rows of marts."""

from typing import Any

import pytest

from pipelines.query.citations import NO_SOURCE, citations

FILED = {"form": "10-Q", "accession": "0000000001-26-000001", "url": "https://a.example/a.htm"}
LINK = "https://a.example/a.htm#f1"
CITED = {"form": "10-Q", "accession": "0000000001-26-000001", "link": LINK}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param({**FILED, "link": LINK, "inputs": []}, [CITED], id="as reported"),
        pytest.param({**FILED, "link": None}, [{**CITED, "link": FILED["url"]}], id="no position"),
        pytest.param(
            {**FILED, "link": None, "inputs": [{**FILED, "link": LINK}, {**FILED, "link": LINK}]},
            [CITED],
            id="derived: its inputs, each once",
        ),
        pytest.param(
            {"sources": {"a_usd": {**FILED, "link": LINK}, "b_usd": {"months": [{**FILED, "link": LINK}]}}},
            [{"column": "a_usd", **CITED}, {"column": "b_usd", **CITED}],
            id="wide mart",
        ),
        pytest.param({"documents": ["https://b.example/b"]}, [{"link": "https://b.example/b"}], id="finding"),
        pytest.param(
            {"url": "https://n.example/1", "publisher": "Wire", "filing_accession": "0000000001-26-000001"},
            [{"publisher": "Wire", "link": "https://n.example/1"}, {"accession": "0000000001-26-000001"}],
            id="claim of an article",
        ),
        pytest.param({"ticker": "CORZ"}, NO_SOURCE, id="none"),
        pytest.param({"sources": {}, "revenue_usd": None}, NO_SOURCE, id="quarter without figures"),
    ],
)
def test_row_is_cited(row: dict[str, Any], expected: object) -> None:
    assert citations(row) == expected


def test_wide_row_cites_requested_columns_only() -> None:
    row = {"sources": {"a_usd": {**FILED, "link": LINK}, "b_usd": FILED}}
    assert citations(row, columns=["a_usd"]) == [{"column": "a_usd", **CITED}]


@pytest.mark.parametrize("samples", [["0000000001-26-000001"], ["https://a.example/a.htm"]])
def test_sample_is_marked(samples: list[str]) -> None:
    assert citations({**FILED, "link": LINK}, samples) == [{**CITED, "sample": True}]
    assert citations({**FILED, "link": LINK, "source": "sample"}) == [{**CITED, "sample": True}]
