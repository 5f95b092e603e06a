"""Make monthly updates from months.yaml: one filing a month, a sentence and a table."""

import calendar
from datetime import date
from decimal import Decimal
from typing import Any

# The fields of a month in the order of the table's rows, and the label of each.
LABELS = {
    "produced": "Bitcoin Produced",
    "sold": "Bitcoin Sold",
    "proceeds": "Proceeds from Bitcoin Sold",
    "held": "Bitcoin Held",
    "operating": "Operating Hash Rate",
    "energized": "Energized Hash Rate",
    "deployed": "Deployed Hash Rate",
}
HASH_RATES = ("operating", "energized", "deployed")


def shown(name: str, value: Any) -> str:
    """A figure as a table shows it: 1,011; $36.9 million; 15.2 EH/s."""
    number = Decimal(str(value))
    if name == "proceeds":
        return f"${(number / 1_000_000).normalize():,f} million" if number else "$0"
    return f"{number:,f} EH/s" if name in HASH_RATES else f"{number:,f}"


def sentence(company: str, month: date, row: dict[str, Any]) -> str:
    """One sentence that states the first figure of a month."""
    name = next(field for field in LABELS if field in row)
    figure = shown(name, row[name])
    if name in ("produced", "sold"):
        return f"{company} {name} {figure} bitcoin in {month:%B %Y}."
    last = calendar.monthrange(month.year, month.month)[1]
    return f"{company} held {figure} bitcoin on {month:%B} {last}, {month.year}."


def release(company: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """One month as an entry of releases.yaml.

    The accession number is a placeholder: 5, the company's number and the month's, counted from December 2022.
    """
    month, filed = date.fromisoformat(f"{row['month']}-01"), row["filed"]
    count = (month.year - 2023) * 12 + month.month
    form = company.get("form", "8-K")
    return {
        "accession": f"9999999999-{filed:%y}-5{company['number']:02d}{count:03d}",
        "single": True,
        "name": f"{company['ticker'].lower()}-{month:%Y%m}",
        "filed": filed,
        "form": form,
        "items": "7.01" if form == "8-K" else "",
        "title": f"{company['name']}: Bitcoin Production and Operations Update for {month:%B %Y}",
        "text": [f"{filed:%B} {filed.day}, {filed.year} – {sentence(company['name'], month, row)}"],
        "tables": [
            {
                "heads": [["Metric", f"{month:%B %Y}"]],
                "rows": [
                    *([label, shown(name, row[name])] for name, label in LABELS.items() if name in row),
                    *(["Source", address] for address in row["source"].split()),
                ],
            }
        ],
    }
