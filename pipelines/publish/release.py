"""Releases of the data: dated publications that never change, with notes and citation.

`<target>/releases/2026-11/` holds what a publication holds, and NOTES.md, DATA-LICENSE.md, CITATION.cff and
croissant.json.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.errors import MinersError, UsageError
from pipelines.publish.files.arrow_tables import Published
from pipelines.publish.files.changes import Change, changes_since
from pipelines.publish.files.croissant import write_croissant
from pipelines.publish.publication import digest_of, publishing_alone, read_tables, write_files
from pipelines.publish.target import target_at
from pipelines.query.text_tables import trimmed
from pipelines.settings import Settings
from pipelines.warehouse.ready import make_ready

_NAME = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?:\.\d{1,3})?")
_MOST_LINES = 500
_LICENSE = """# License of the data

Figures are facts that companies filed with the U.S. Securities and Exchange Commission or published. The
selection, names, definitions and arithmetic of this data set are under the Apache License 2.0.

Labels (`reported_label`) and sentences (`news_claims`, `deals`) are short quotations from the documents that
the columns `url` and `link` name; their rights stay with the publishers of those documents.

The figures come without warranty. Follow the link of a figure before you rely on it.
"""


def release(engine: sa.Engine, settings: Settings, name: str, target: str | None = None) -> str:
    """Write a release and return its location.

    Args:
        name: A month or day, such as 2026-11, 2026-11-27 or, for a second one, 2026-11.2.
        target: A folder or `s3://bucket/prefix`; None: MINERS_PUBLISH, else `published` in the data folder.

    Raises:
        UsageError: The name is none, or a release of that name exists.
        MinersError: The target cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} names no release. Use a month or day, such as 2026-11 or 2026-11-27.")
    aim = target_at(target or settings.published)
    if aim.has_release(name):
        raise UsageError(
            f"The release {name} exists and never changes. Choose another name, such as {name}.2."
        )
    now = datetime.now(UTC)
    make_ready(engine)
    with publishing_alone(engine):
        tables = read_tables(engine)
        before = aim.release_before(name)
        try:
            with aim.staging(f"release-{name}") as folder:
                write_files(folder, tables, settings, name, now, digest_of(tables), before)
                _write_notes(folder, tables, name, before)
                (folder / "DATA-LICENSE.md").write_text(_LICENSE, "utf-8")
                (folder / "CITATION.cff").write_text(_citation(name, now), "utf-8")
                write_croissant(folder, tables, name, now)
                aim.put_release(folder, name)
        except OSError as error:
            raise MinersError(
                f"Cannot write the release to {target or settings.published} ({error.strerror or error}). "
                "Free space, check permissions, or choose another --target."
            ) from error
    return aim.release_place(name)


def _citation(name: str, now: datetime) -> str:
    return (
        "cff-version: 1.2.0\n"
        "message: If you use this data, please cite it, and the filing of each figure.\n"
        "type: dataset\n"
        'title: "Miners, as disclosed"\n'
        "authors:\n  - name: Contributors of Miners, as disclosed\n"
        f'version: "{name}"\n'
        f"date-released: {now:%Y-%m-%d}\n"
        "license: Apache-2.0\n"
        "keywords: [bitcoin, mining, SEC, EDGAR, disclosure]\n"
    )


def _write_notes(folder: Path, tables: Sequence[Published], name: str, before: Path | None) -> None:
    """Write NOTES.md: the figures that changed since the release before."""
    lines = [f"# Release {name}", ""]
    if before is None:
        lines.append("This is the first release here.")
    else:
        changes = changes_since(before, [t for t in tables if t.name == "figures"]).get("figures", [])
        lines += [f"Changes of figures since the release {before.name}.", "", *_noted(changes)]
    (folder / "NOTES.md").write_text("\n".join(lines).rstrip() + "\n", "utf-8")


def _noted(changes: Sequence[Change]) -> Iterator[str]:
    new = Counter(str(c.key["ticker"]) for c in changes if c.kind == "added")
    values = [c for c in changes if c.kind == "changed" and "value" in c.old]
    if not (new or values or any(c.kind == "removed" for c in changes)):
        yield "No figure changed."
        return
    if new:
        yield f"## New: {sum(new.values()):,}"
        yield ""
        yield ", ".join(f"{ticker} {count:,}" for ticker, count in sorted(new.items())) + "."
        yield ""
    sections = {
        # Another document states another value now; without one the reading changed.
        "Restated": [c for c in values if "accession" in c.old],
        "Corrected": [c for c in values if "accession" not in c.old],
        "Withdrawn": [c for c in changes if c.kind == "removed"],
    }
    for title, found in sections.items():
        if found:
            yield f"## {title}: {len(found):,}"
            yield ""
            yield from (f"- {_line(change)}" for change in found[:_MOST_LINES])
            if len(found) > _MOST_LINES:
                yield f"- … and {len(found) - _MOST_LINES:,} more in changes.json"
            yield ""


def _line(change: Change) -> str:
    key = " ".join(str(v) for v in change.key.values() if v is not None)
    old, new = (_value(row) for row in (change.old, change.new))
    link = change.new.get("link") or change.new.get("url") or change.old.get("link") or change.old.get("url")
    return f"{key}: {old} → {new}" + (f" ({link})" if link else "") if new else f"{key}: {old}"


def _value(row: Mapping[str, Any]) -> str:
    return trimmed(row["value"], thousands=True) if row.get("value") is not None else ""
