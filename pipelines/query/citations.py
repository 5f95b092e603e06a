"""Citations of rows: form, accession number and link of each document that states a figure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from pipelines.query.ask import ask

NO_SOURCE = "none: no document states this row itself; it is a definition, or computed from other rows"
SOURCE_COLUMNS = (
    *("accession", "form", "url", "link", "source", "inputs", "sources", "documents", "publisher"),
    *("filing_accession", "filing_form", "filing_url"),
)
"""Columns of marts from which citations are made."""


def sample_documents(engine: sa.Engine) -> frozenset[str]:
    """Accession numbers and URLs of the samples in the warehouse; empty in one of real filings."""
    _, rows = ask(engine, "select accession, url from marts.sources where source = 'sample'")
    return frozenset(value for row in rows for value in row if value)


def citations(
    row: Mapping[str, Any], samples: Collection[str] = (), columns: Collection[str] | None = None
) -> list[dict[str, Any]] | str:
    """Citations of a row of a mart, or NO_SOURCE.

    A figure that is not as reported has those of its inputs. A row of a wide mart has those of its columns,
    with `column`.

    Args:
        samples: Accession numbers and URLs of samples, which are marked.
        columns: Of a wide mart: the columns to cite; all if None.
    """
    found: list[dict[str, Any]] = []
    for part, column in _parts(row, columns):
        link = part.get("link") or part.get("url")
        names = ("form", "accession", "publisher")
        one = {"column": column, **{name: part.get(name) for name in names}, "link": link}
        is_sample = any(part.get(name) in samples for name in ("accession", "url"))
        if is_sample or part.get("source") == "sample":
            one["sample"] = True
        one = {name: value for name, value in one.items() if value}
        if (link or part.get("accession")) and one not in found:
            found.append(one)
    return found or NO_SOURCE


def _parts(
    row: Mapping[str, Any], columns: Collection[str] | None
) -> Iterable[tuple[Mapping[str, Any], str | None]]:
    """Parts of a row with form, accession and link, and the column that each is about."""
    sources = row.get("sources")
    if isinstance(sources, Mapping) and sources:
        for column, source in sources.items():
            if columns is None or column in columns:
                yield from (
                    (part, column) for part in source.get("inputs") or source.get("months") or [source]
                )
        return
    own = [row] if row.get("link") or not row.get("inputs") else row["inputs"]
    yield from ((part, None) for part in own)
    for url in [*(row.get("documents") or ()), *(sources or ())]:
        if url != row.get("url"):
            yield {"url": url}, None
    names = {"form": "filing_form", "accession": "filing_accession", "url": "filing_url"}
    yield {name: row.get(column) for name, column in names.items()}, None
