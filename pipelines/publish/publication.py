"""Publish files and report into a new folder that replaces the last one atomically.

A publication holds parquet/ csv/ miners.duckdb miners.xlsx superset.zip datapackage.json CHANGES.md
changes.json report/ data_docs/ publication.json SHA256SUMS.
"""

import hashlib
import json
import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.disk import is_disk_full
from pipelines.errors import MinersError
from pipelines.publish.files.arrow_tables import Published, published_tables
from pipelines.publish.files.changes import changes_since, write_changes
from pipelines.publish.files.datapackage import write_datapackage
from pipelines.publish.files.duckdb_file import write_duckdb
from pipelines.publish.files.superset import write_superset
from pipelines.publish.files.tables import write_checksums, write_csv, write_parquet
from pipelines.publish.files.workbook import write_workbook
from pipelines.publish.report.build import write_report
from pipelines.publish.report.data_docs import write_data_docs
from pipelines.publish.target import MANIFEST, Folder, Manifest, Remote, target_at
from pipelines.settings import Settings
from pipelines.warehouse.ready import make_ready

log = logging.getLogger("miners.publish")


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication: name, location, report, sizes, and whether it is new."""

    name: str
    place: str
    report: str
    is_new: bool
    rows: dict[str, int]
    files: int
    bytes: int
    seconds: float


def publish(
    engine: sa.Engine, settings: Settings, target: str | None = None, *, force: bool = False
) -> Publication:
    """Publish the warehouse; if nothing has changed, keep the last publication, unless forced.

    Raises MinersError if the target cannot be written; the last publication is then unchanged.

    Args:
        target: A folder or `s3://bucket/prefix`; None: MINERS_PUBLISH, else `published` in the data folder.
    """
    started = time.monotonic()
    where = target or settings.published
    aim = target_at(where)
    # A run that ends during publication belongs to the next one.
    now = datetime.now(UTC)
    make_ready(engine)
    with publishing_alone(engine):
        tables = read_tables(engine)
        digest = digest_of(tables)
        last = aim.last()
        if last and last["digest"] == digest and not force:
            return _to_publication(last, aim, is_new=False, seconds=time.monotonic() - started)
        name = f"{now:%Y%m%dT%H%M%SZ}-{digest[:8]}-{uuid.uuid4().hex[:4]}"
        try:
            with aim.staging(name) as folder:
                manifest = write_files(folder, tables, settings, name, now, digest, aim.before(last))
                aim.put(folder, name, manifest)
        except MinersError:
            raise
        except Exception as error:
            detail = (
                ("the disk is full" if is_disk_full(error) else "")
                or getattr(error, "strerror", None)
                or str(error).splitlines()[0][:200]
                or type(error).__name__
            )
            log.debug("publishing failed", exc_info=error)
            raise MinersError(
                f"Cannot publish to {where} ({detail}). The last publication is unchanged. "
                "Free space, check permissions, or choose another --target."
            ) from error
        aim.prune(settings.keep_publications, name)
    return _to_publication(manifest, aim, is_new=True, seconds=time.monotonic() - started)


def published_at(settings: Settings) -> datetime | None:
    """Time of the last publication to the configured target, or None."""
    manifest = target_at(settings.published).last()
    return datetime.fromisoformat(manifest["published_at"]) if manifest else None


def read_tables(engine: sa.Engine) -> list[Published]:
    """All published tables, in one snapshot."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        return list(published_tables(connection))


def digest_of(tables: Sequence[Published]) -> str:
    """Hash of the tables and of the code that writes them."""
    import pyarrow as pa

    digest = hashlib.sha256()
    for table in tables:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.data.schema) as writer:
            writer.write_table(table.data.combine_chunks())
        digest.update(table.full_name.encode())
        digest.update(sink.getvalue())
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".j2", ".js", ".css"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def publishing_alone(engine: sa.Engine) -> Iterator[None]:
    """Hold a lock, so that only one process publishes from this warehouse."""
    with engine.connect() as connection, connection.begin():
        connection.execute(sa.text("select pg_advisory_xact_lock(hashtextextended('miners:publish', 0))"))
        yield


def write_files(
    folder: Path,
    tables: Sequence[Published],
    settings: Settings,
    name: str,
    now: datetime,
    digest: str,
    last: Path | None,
) -> dict[str, Any]:
    """Write all files of a publication and return its manifest.

    Args:
        last: The publication that CHANGES.md compares with, if any.
    """
    marts = {t.name: t for t in tables if t.schema == "marts"}
    provenance = {"published": f"{now:%Y-%m-%d %H:%M} UTC", "source": source_of(marts["sources"])}
    for table in tables:
        write_parquet(folder, table)
    csvs = [(table, write_csv(folder, table)) for table in marts.values()]
    write_duckdb(folder, tables)
    write_workbook(folder, marts, f"Published {provenance['published']}. {provenance['source']}")
    write_superset(folder)
    write_datapackage(
        folder, csvs, publication=name, created=f"{now:%Y-%m-%dT%H:%M:%SZ}", source=provenance["source"]
    )
    before = json.loads((last / MANIFEST).read_text("utf-8"))["publication"] if last else None
    write_changes(folder, changes_since(last, tables), publication=name, since=before)
    write_report(folder, tables, provenance)
    write_data_docs(folder, settings.validation_dir)
    content = {
        "publication": name,
        "published_at": now.isoformat(),
        "digest": digest,
        "source": provenance["source"],
        "since": before,
        "rows": {t.full_name: t.data.num_rows for t in tables},
    }
    files = [p for p in folder.rglob("*") if p.is_file()]
    content |= {"files": len(files) + 2, "bytes": sum(p.stat().st_size for p in files)}
    (folder / MANIFEST).write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    write_checksums(folder)
    return content


def source_of(sources: Published) -> str:
    """A sentence on the source: real filings, or samples."""
    found = set(sources.data.column("source").to_pylist())
    if "sample" in found:
        return "On samples: figures retyped by us, not filings."
    names = {"edgar": "EDGAR", "mirror": "a folder of filings", "news": "news feeds"}
    return (
        f"From {', '.join(names[s] for s in ('edgar', 'mirror', 'news') if s in found)}."
        if found
        else "Nothing was read yet."
    )


def _to_publication(manifest: Manifest, aim: Folder | Remote, *, is_new: bool, seconds: float) -> Publication:
    place = aim.place(manifest["publication"])
    return Publication(
        manifest["publication"],
        place,
        f"{place}/report/index.html",
        is_new,
        manifest["rows"],
        manifest["files"],
        manifest["bytes"],
        round(seconds, 2),
    )
