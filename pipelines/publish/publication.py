"""Publishing: everything into a folder of its own, then in one step in the place of the last; a half one is never seen.

<target>/latest            the last publication (a link); latest.json says the same where there are no links (S3)
<target>/publications/…    each publication as a whole: parquet/ csv/ miners.duckdb miners.xlsx datapackage.json
                           CHANGES.md changes.json report/ data_docs/ publication.json SHA256SUMS
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
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
from pipelines.load.ready import make_ready
from pipelines.publish.arrow_tables import Published, published_tables
from pipelines.publish.changes import changes_since, write_changes
from pipelines.publish.data_docs import write_data_docs
from pipelines.publish.datapackage import write_datapackage
from pipelines.publish.duckdb_file import write_duckdb
from pipelines.publish.files import write_checksums, write_csv, write_parquet
from pipelines.publish.report import write_report
from pipelines.publish.workbook import write_workbook
from pipelines.settings import Settings

log = logging.getLogger("miners.publish")

LATEST, ALL, TOLD = "latest", "publications", "publication.json"
_STALE_SECONDS = 86_400
# There are no folders there; to make one would make a bucket of a misspelt name.
_BUCKETS = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"}


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
    is_remote = "://" in where and not where.startswith("file://")
    root = Path(where.removeprefix("file://")).expanduser()
    # What ends while it is published belongs to the next one.
    now = datetime.now(UTC)
    make_ready(engine)
    with _alone(engine):
        tables = read_tables(engine)
        digest = digest_of(tables)
        last = _last_remote(where) if is_remote else _last_local(root)
        if last and last["digest"] == digest and not force:
            return _as_told(last, where, is_remote, is_new=False, seconds=time.monotonic() - started)
        name = f"{now:%Y%m%dT%H%M%SZ}-{digest[:8]}-{uuid.uuid4().hex[:4]}"
        try:
            with _staging(None if is_remote else root, name) as folder:
                told = _write_all(
                    folder, tables, settings, name, now, digest, _folder_of(last, root, is_remote)
                )
                if is_remote:
                    _upload(folder, where, name, told)
                else:
                    _put_in_place(folder, root, name, told)
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
        if not is_remote:
            _prune(root, settings.keep_publications, name)
    return _as_told(told, where, is_remote, is_new=True, seconds=time.monotonic() - started)


def published_at(settings: Settings, target: str | None = None) -> datetime | None:
    """When was last published to a place; None where never."""
    where = target or settings.published
    told = _last_remote(where) if "://" in where else _last_local(Path(where).expanduser())
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


@contextmanager
def _staging(root: Path | None, name: str) -> Iterator[Path]:
    """A folder to write into: beside the publications, so that a move is enough; gone where anything fails."""
    if root is None:
        with tempfile.TemporaryDirectory(prefix="miners-publish-") as made:
            yield Path(made)
        return
    folder = root / ALL / f".{name}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_all(
    folder: Path, tables: Sequence[Published], settings: Settings, name: str, now: datetime, digest: str, last: Path | None
) -> dict[str, Any]:  # fmt: skip
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
    write_data_docs(folder, settings.data_dir / "validation")
    content = {
        "publication": name, "published_at": now.isoformat(), "digest": digest, "source": told["source"], "since": before,
        "rows": {t.full_name: t.data.num_rows for t in tables},
    }  # fmt: skip
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


def _put_in_place(folder: Path, root: Path, name: str, told: dict[str, Any]) -> None:
    folder.rename(root / ALL / name)
    beside = root / f".{LATEST}.{uuid.uuid4().hex[:8]}"
    beside.symlink_to(Path(ALL) / name, target_is_directory=True)
    os.replace(beside, root / LATEST)
    pointer = root / f".{LATEST}.json"
    pointer.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    pointer.replace(root / f"{LATEST}.json")


def _upload(folder: Path, where: str, name: str, told: dict[str, Any]) -> None:
    """All files first, the pointer last: whoever follows the pointer finds a whole publication."""
    from upath import UPath

    place = UPath(where)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        aim = place / ALL / name / path.relative_to(folder).as_posix()
        if place.protocol not in _BUCKETS:
            aim.parent.mkdir(parents=True, exist_ok=True)
        aim.write_bytes(path.read_bytes())
    (place / f"{LATEST}.json").write_text(json.dumps(told, indent=1) + "\n")


def _last_local(root: Path) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = json.loads((root / LATEST / TOLD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told if "digest" in told and "publication" in told else None


def _last_remote(where: str) -> dict[str, Any] | None:
    from upath import UPath

    try:
        told: dict[str, Any] = json.loads((UPath(where) / f"{LATEST}.json").read_text())
    except (OSError, ValueError):
        return None
    return told if "digest" in told and "publication" in told else None


def _folder_of(last: dict[str, Any] | None, root: Path, is_remote: bool) -> Path | None:
    """The last publication, to tell what is new; of a remote one nothing is fetched back."""
    return (
        root / ALL / last["publication"]
        if last and not is_remote and (root / ALL / last["publication"]).is_dir()
        else None
    )


def _as_told(
    told: dict[str, Any], where: str, is_remote: bool, *, is_new: bool, seconds: float
) -> Publication:
    root = where.rstrip("/")
    place = (
        f"{root}/{ALL}/{told['publication']}"
        if is_remote
        else str(Path(root.removeprefix("file://")).expanduser() / LATEST)
    )
    return Publication(
        told["publication"], place, f"{place}/report/index.html", is_new, told["rows"], told["files"], told["bytes"], round(seconds, 2)
    )  # fmt: skip


def _prune(root: Path, keep: int, name: str) -> None:
    """Remove publications beyond those that are kept, and what a killed process left half done."""
    oldest = time.time() - _STALE_SECONDS
    held = sorted(p for p in (root / ALL).iterdir() if p.is_dir() and not p.name.startswith("."))
    for path in held[: max(0, len(held) - keep)] if keep else []:
        if path.name != name:
            shutil.rmtree(path, ignore_errors=True)
    for path in (root / ALL).glob(".*"):
        if path.is_dir() and path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)
