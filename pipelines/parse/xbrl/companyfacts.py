"""EDGAR's company facts: undimensioned facts of all filings of a company, as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.errors import BadPage
from pipelines.limits import is_figure, iso_day

Place = tuple[str, date | None, date]
"""Accession number, first day (None for an instant) and last day of a fact."""


@dataclass(frozen=True, slots=True)
class CompanyFact:
    """A fact as company facts have it: `us-gaap:Revenues`, its unit and exact value."""

    concept: str
    unit: str
    value: Decimal


def read_companyfacts(content: bytes) -> dict[Place, list[CompanyFact]]:
    """The facts of standard concepts by filing and period. A row in another shape is left out.

    Raises:
        BadPage: It is not a page of company facts.
    """
    try:
        page = json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise BadPage(f"The company facts are not JSON ({error.__class__.__name__}).") from error
    taxonomies = page.get("facts") if isinstance(page, dict) else None
    if not isinstance(taxonomies, Mapping):
        raise BadPage("The company facts have no facts; EDGAR may have changed their shape.")
    out: dict[Place, list[CompanyFact]] = {}
    for taxonomy, concepts in taxonomies.items():
        for name, concept in _items(concepts):
            for unit, rows in _items(concept.get("units") if isinstance(concept, Mapping) else None):
                for row in rows if isinstance(rows, list) else ():
                    _add(out, f"{taxonomy}:{name}", unit, row)
    return out


def _items(value: Any) -> Any:
    return value.items() if isinstance(value, Mapping) else ()


def _add(out: dict[Place, list[CompanyFact]], concept: str, unit: str, row: Any) -> None:
    try:
        start = iso_day(row["start"]) if "start" in row else None
        place = (str(row["accn"]), start, iso_day(row["end"]))
        value = Decimal(row["val"])
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return
    if is_figure(value):
        out.setdefault(place, []).append(CompanyFact(concept, unit, value))
