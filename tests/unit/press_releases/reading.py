"""Short press releases of our own words, read whole."""

from datetime import date

from pipelines.query.inspect import figures_of
from pipelines.watchlist import load_lexicon, load_watchlist


def rows(*lines: str) -> str:
    """A table: cells are separated by bars."""
    cells = ("".join(f"<td>{cell.strip()}</td>" for cell in line.split("|")) for line in lines)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def read(ticker: str, day: str, title: str, *parts: str) -> set[str]:
    """Every figure as `fact scope-or-segment end value`."""
    body = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in (title, *parts))
    document = f"<html><body>{body}</body></html>".encode()
    found = figures_of(document, load_watchlist(), load_lexicon(), ticker, date.fromisoformat(day))
    return {
        f"{f.fact} {f.segment or f.scope or 'company'} {f.end} {f.value:f}" for f in found.normalized.figures
    }
