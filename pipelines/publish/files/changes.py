"""Changes since the last publication: rows added, changed and removed, by mart."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.publish.files.arrow_tables import Published
from pipelines.query.text_tables import for_json, trimmed

# Marts of CHANGES.md, and the columns whose difference a person wants to know of.
_WATCHED = {
    "segment_revenue": ("revenue_usd", "accession"),
    "total_revenue": ("revenue_usd", "accession"),
    "bitcoin_sales": ("bitcoin_sold", "proceeds_usd", "average_price_usd", "accession"),
    "operating_metrics": ("value", "accession"),
    "deals": ("amount_usd", "megawatts", "due", "status"),
    "news_claims": ("status", "filing_value"),
    "coverage": ("status", "filed"),
}
_MOST_LINES = 200
_WORDS = {"added": "new", "changed": "changed", "removed": "gone"}


@dataclass(frozen=True, slots=True)
class Change:
    """One row that was added, changed or removed.

    Args:
        old, new: The columns that differ, with their values; all columns of a row that was added or removed.
    """

    kind: str
    key: dict[str, Any]
    old: dict[str, Any]
    new: dict[str, Any]


def changes_since(last: Path | None, tables: Sequence[Published]) -> dict[str, list[Change]]:
    """Changes of each mart against the last publication's Parquet files, if any.

    Columns are compared that both have, and new ones; those that differ from run to run are left out.
    """
    if last is None:
        return {}
    import pyarrow.parquet as pq

    out = {}
    for table in tables:
        before = last / "parquet" / "marts" / f"{table.name}.parquet"
        folder = before.with_suffix("")
        if table.schema != "marts" or not (before.exists() or folder.is_dir()):
            continue
        old = pq.read_table(str(before if before.exists() else folder))
        columns = [c.name for c in table.columns if not c.volatile]
        # Most marts are the same in the next publication: their rows are not unpacked.
        same = old.equals(table.data)
        out[table.name] = (
            [] if same else list(_compared(table.grain, columns, old.to_pylist(), table.data.to_pylist()))
        )
    return out


def _compared(
    grain: Sequence[str], columns: Sequence[str], old: list[dict[str, Any]], new: list[dict[str, Any]]
) -> Iterator[Change]:
    def by_key(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {repr([row.get(g) for g in grain]): row for row in rows}

    before, now = by_key(old), by_key(new)
    for key, row in now.items():
        known = before.get(key)
        if known is None:
            yield Change("added", _part(grain, row), {}, row)
        elif differing := [c for c in columns if known.get(c) != row[c]]:
            yield Change("changed", _part(grain, row), _part(differing, known), _part(differing, row))
    for key, row in before.items():
        if key not in now:
            yield Change("removed", _part(grain, row), row, {})


def _part(names: Sequence[str], row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in names}


def _told(name: str, changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    """The changes of a mart that CHANGES.md lists: the word for the change, and a line on it."""
    watched = _WATCHED.get(name, ())
    for change in changes:
        shown = [w for w in watched if w in change.old or w in change.new]
        if shown:
            values = [_words(shown, row) for row in (change.old, change.new) if row]
            yield _WORDS[change.kind], f"{_words(list(change.key), change.key)}: {' → '.join(values)}"


def _words(names: Sequence[str], row: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {trimmed(row[name], thousands=True)}" for name in names if row[name] is not None
    )


def write_changes(
    folder: Path, changes: Mapping[str, list[Change]], *, publication: str, since: str | None
) -> None:
    """`CHANGES.md` for people, and `changes.json` for programs.

    `changes.json` has every changed row of every mart with its key, old and new values: applied to a copy of
    the last publication's marts, they give this one's.
    """
    told = {name: list(_told(name, mart)) for name, mart in changes.items()}
    lines = [f"# What is new in {publication}", ""]
    if since is None:
        lines.append("This is the first publication here.")
    elif not any(told.values()):
        lines.append(f"Nothing since {since}.")
    else:
        lines += [f"Since {since}:", ""]
        for name, of_mart in told.items():
            if of_mart:
                number = Counter(word for word, _ in of_mart)
                counts = ", ".join(f"{number[word]:,} {word}" for word in _WORDS.values())
                left = len(of_mart) - _MOST_LINES
                lines += [
                    f"## {name}: {counts}",
                    "",
                    *(f"- {w}: {text}" for w, text in of_mart[:_MOST_LINES]),
                ]
                lines += [f"- … and {left:,} more", ""] if left > 0 else [""]
    (folder / "CHANGES.md").write_text("\n".join(lines).rstrip() + "\n", "utf-8")
    content = {
        "publication": publication,
        "since": since,
        "marts": {
            name: {
                **{kind: sum(c.kind == kind for c in mart) for kind in _WORDS},
                "changes": [
                    {"change": c.kind, "key": _json(c.key), "old": _json(c.old), "new": _json(c.new)}
                    for c in mart
                ],
            }
            for name, mart in changes.items()
        },
    }
    (folder / "changes.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: for_json(name, value) for name, value in row.items()}
