"""Short press releases of our own words, read whole."""

from datetime import date

from pipelines.normalize.figures import Normalized
from pipelines.query.inspect import figures_of
from pipelines.watchlist import load_lexicon, load_watchlist


def rows(*lines: str) -> str:
    """A table: cells are separated by bars."""
    cells = ("".join(f"<td>{cell.strip()}</td>" for cell in line.split("|")) for line in lines)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def normalized(ticker: str, day: str, title: str, *parts: str) -> Normalized:
    body = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in (title, *parts))
    document = f"<html><body>{body}</body></html>".encode()
    return figures_of(document, load_watchlist(), load_lexicon(), ticker, date.fromisoformat(day)).normalized


def figures(found: Normalized) -> set[str]:
    """Every figure as `fact scope-or-segment end value`."""
    return {f"{f.fact} {f.segment or f.scope or 'company'} {f.end} {f.value:f}" for f in found.figures}


def skipped(found: Normalized) -> list[str]:
    """Every quantity that is not a figure as `reason value`."""
    return sorted(f"{s.rule} {s.value:f}" for s in found.skipped if s.value is not None)


def read(ticker: str, day: str, title: str, *parts: str) -> set[str]:
    """Every figure of a press release."""
    return figures(normalized(ticker, day, title, *parts))
