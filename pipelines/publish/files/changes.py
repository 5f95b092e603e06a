"""Changes since the last publication: rows added, changed and removed, by mart."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.publish.files.arrow_tables import Published
from pipelines.query.text_tables import trimmed

# Compared marts, and the columns whose difference counts as a change.
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


@dataclass(slots=True)
class Changes:
    """Changes of one mart: counts, and up to 200 of each as text."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    lines: list[str] = field(default_factory=list)


def changes_since(last: Path | None, tables: Sequence[Published]) -> dict[str, Changes]:
    """Changes of each compared mart against the last publication's Parquet files, if any."""
    if last is None:
        return {}
    import pyarrow.parquet as pq

    out = {}
    for table in tables:
        watched = _WATCHED.get(table.name) if table.schema == "marts" else None
        before = last / "parquet" / "marts" / f"{table.name}.parquet"
        folder = before.with_suffix("")
        if watched is None or not (before.exists() or folder.is_dir()):
            continue
        columns = [*table.grain, *watched]
        old = pq.read_table(str(before if before.exists() else folder))
        if any(name not in old.column_names for name in columns):
            continue
        out[table.name] = _compared(
            table.grain, watched, old.select(columns).to_pylist(), table.data.select(columns).to_pylist()
        )
    return out


def _compared(
    grain: Sequence[str], watched: Sequence[str], old: list[dict[str, Any]], new: list[dict[str, Any]]
) -> Changes:
    def by_key(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
        return {tuple(row[g] for g in grain): row for row in rows}

    before, now = by_key(old), by_key(new)
    out = Changes()
    for key, row in now.items():
        known = before.get(key)
        if known is None:
            out.added += 1
            _tell(out, f"new: {_words(grain, row)}: {_words(watched, row)}")
        elif differing := [w for w in watched if known[w] != row[w]]:
            out.changed += 1
            _tell(
                out, f"changed: {_words(grain, row)}: {_words(differing, known)} → {_words(differing, row)}"
            )
    for key, row in before.items():
        if key not in now:
            out.removed += 1
            _tell(out, f"gone: {_words(grain, row)}: {_words(watched, row)}")
    return out


def _tell(changes: Changes, line: str) -> None:
    if len(changes.lines) < _MOST_LINES:
        changes.lines.append(line)


def _words(names: Sequence[str], row: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {trimmed(row[name], thousands=True)}" for name in names if row[name] is not None
    )


def write_changes(
    folder: Path, changes: Mapping[str, Changes], *, publication: str, since: str | None
) -> None:
    """`CHANGES.md` for people and `changes.json` for programs."""
    lines = [f"# What is new in {publication}", ""]
    if since is None:
        lines.append("This is the first publication here.")
    elif not any(c.added or c.changed or c.removed for c in changes.values()):
        lines.append(f"Nothing since {since}.")
    else:
        lines += [f"Since {since}:", ""]
        for name, mart in changes.items():
            if mart.added or mart.changed or mart.removed:
                lines += [
                    f"## {name}: {mart.added:,} new, {mart.changed:,} changed, {mart.removed:,} removed",
                    "",
                ]
                lines += [f"- {line}" for line in mart.lines]
                left = mart.added + mart.changed + mart.removed - len(mart.lines)
                lines += [f"- … and {left:,} more", ""] if left else [""]
    (folder / "CHANGES.md").write_text("\n".join(lines).rstrip() + "\n", "utf-8")
    content = {
        "publication": publication,
        "since": since,
        "marts": {
            n: {"added": c.added, "changed": c.changed, "removed": c.removed, "lines": c.lines}
            for n, c in changes.items()
        },
    }
    (folder / "changes.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
