"""Publishing: everything into a folder of its own, then in one step in the place of the last; a half one is never seen.

A publication holds parquet/ csv/ miners.duckdb miners.xlsx datapackage.json CHANGES.md changes.json report/ data_docs/
publication.json SHA256SUMS.
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

from pipelines.errors import MinersError
from pipelines.publish.files.arrow_tables import Published, published_tables
from pipelines.publish.files.changes import changes_since, write_changes
from pipelines.publish.files.datapackage import write_datapackage
from pipelines.publish.files.duckdb_file import write_duckdb
from pipelines.publish.files.tables import write_checksums, write_csv, write_parquet
from pipelines.publish.files.workbook import write_workbook
from pipelines.publish.report.build import write_report
from pipelines.publish.report.data_docs import write_data_docs
from pipelines.publish.target import TOLD, Folder, Remote, Told, target_at
from pipelines.settings import Settings
from pipelines.warehouse.ready import make_ready

log = logging.getLogger("miners.publish")


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication: its name, where it lies, its report, and whether it was made now or was already there.

    rows by table; files and bytes of the whole; seconds that it took.
    """

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
    """Publish what the warehouse has now. Where nothing changed since the last publication that one stands, unless forced.

    target   a folder or `s3://bucket/prefix`; None: MINERS_PUBLISH, else `published` in the data folder
    Raises MinersError where the target cannot be written; the last publication then stays as it is.
    """
    started = time.monotonic()
    where = target or settings.published
    aim = target_at(where)
    # What ends while it is published belongs to the next one.
    now = datetime.now(UTC)
    make_ready(engine)
    with _alone(engine):
        tables = read_tables(engine)
        digest = digest_of(tables)
        last = aim.last()
        if last and last["digest"] == digest and not force:
            return _as_told(last, aim, is_new=False, seconds=time.monotonic() - started)
        name = f"{now:%Y%m%dT%H%M%SZ}-{digest[:8]}-{uuid.uuid4().hex[:4]}"
        try:
            with aim.staging(name) as folder:
                told = _write_all(folder, tables, settings, name, now, digest, aim.before(last))
                aim.put(folder, name, told)
        except MinersError:
            raise
        except Exception as error:
            detail = (
                getattr(error, "strerror", None) or str(error).splitlines()[0][:200] or type(error).__name__
            )
            log.debug("publishing failed", exc_info=error)
            raise MinersError(
                f"{where} cannot be published to ({detail}). The last publication stays as it is. "
                "Make room or give rights there, or name another place with --target."
            ) from error
        aim.prune(settings.keep_publications, name)
    return _as_told(told, aim, is_new=True, seconds=time.monotonic() - started)


def published_at(settings: Settings) -> datetime | None:
    """When was last published to where the settings say; None where never."""
    told = target_at(settings.published).last()
    return datetime.fromisoformat(told["published_at"]) if told else None


def read_tables(engine: sa.Engine) -> list[Published]:
    """All that is published, as it was at one moment."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        return list(published_tables(connection))


def digest_of(tables: Sequence[Published]) -> str:
    """What tells two publications apart: their tables, and the code that writes them."""
    import pyarrow as pa

    told = hashlib.sha256()
    for table in tables:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.data.schema) as writer:
            writer.write_table(table.data.combine_chunks())
        told.update(table.full_name.encode())
        told.update(sink.getvalue())
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".j2", ".js", ".css"):
            told.update(path.read_bytes())
    return told.hexdigest()


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[None]:
    """Nobody else publishes from this warehouse meanwhile."""
    with engine.connect() as connection, connection.begin():
        connection.execute(sa.text("select pg_advisory_xact_lock(hashtextextended('miners:publish', 0))"))
        yield


def _write_all(
    folder: Path,
    tables: Sequence[Published],
    settings: Settings,
    name: str,
    now: datetime,
    digest: str,
    last: Path | None,
) -> dict[str, Any]:
    marts = {t.name: t for t in tables if t.schema == "marts"}
    told = {"told": f"{now:%Y-%m-%d %H:%M} UTC", "source": source_of(marts["sources"])}
    for table in tables:
        write_parquet(folder, table)
    csvs = [(table, write_csv(folder, table)) for table in marts.values()]
    write_duckdb(folder, tables)
    write_workbook(folder, marts, f"Published {told['told']}. {told['source']}")
    write_datapackage(
        folder, csvs, publication=name, created=f"{now:%Y-%m-%dT%H:%M:%SZ}", source=told["source"]
    )
    before = json.loads((last / TOLD).read_text("utf-8"))["publication"] if last else None
    write_changes(folder, changes_since(last, tables), publication=name, since=before)
    write_report(folder, tables, told)
    write_data_docs(folder, settings.validation_dir)
    content = {
        "publication": name,
        "published_at": now.isoformat(),
        "digest": digest,
        "source": told["source"],
        "since": before,
        "rows": {t.full_name: t.data.num_rows for t in tables},
    }
    files = [p for p in folder.rglob("*") if p.is_file()]
    content |= {"files": len(files) + 2, "bytes": sum(p.stat().st_size for p in files)}
    (folder / TOLD).write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    write_checksums(folder)
    return content


def source_of(sources: Published) -> str:
    """Where the figures are from, in a sentence: real filings, or samples, which are not."""
    found = set(sources.data.column("source").to_pylist())
    if "sample" in found:
        return "On samples: figures retyped by us, not filings."
    told = {"edgar": "EDGAR", "mirror": "a folder of filings", "news": "news feeds"}
    return (
        f"From {', '.join(told[s] for s in ('edgar', 'mirror', 'news') if s in found)}."
        if found
        else "Nothing was read yet."
    )


def _as_told(told: Told, aim: Folder | Remote, *, is_new: bool, seconds: float) -> Publication:
    place = aim.place(told["publication"])
    return Publication(
        told["publication"],
        place,
        f"{place}/report/index.html",
        is_new,
        told["rows"],
        told["files"],
        told["bytes"],
        round(seconds, 2),
    )
