"""Publication targets: a folder with a link to the last one, or S3 with a pointer file.

<target>/latest            the last publication (a link); latest.json says the same where there are no links
<target>/publications/…    each publication as a whole
<target>/releases/…        releases, which are never changed nor deleted
"""

import json
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipelines.publish.files.tables import write_checksums

LATEST, ALL, MANIFEST, RELEASES = "latest", "publications", "publication.json", "releases"
Manifest = dict[str, Any]
"""The content of `publication.json`."""

_STALE_SECONDS = 86_400
# Object stores have no folders; creating one would create a bucket with a misspelled name.
_BUCKETS = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"}


def target_at(where: str) -> "Folder | Remote":
    """The target of a path or an fsspec URL (`s3://bucket/prefix`, `file:///…`)."""
    if "://" in where and not where.startswith("file://"):
        return Remote(where.rstrip("/"))
    return Folder(Path(where.removeprefix("file://")).expanduser())


@dataclass(frozen=True, slots=True)
class Folder:
    """A local folder: one folder for each publication, and a link that is replaced atomically."""

    root: Path

    def last(self) -> Manifest | None:
        """`publication.json` of the last publication, or None."""
        return _manifest(lambda: (self.root / LATEST / MANIFEST).read_text("utf-8"))

    def before(self, last: Manifest | None) -> Path | None:
        """The files of the last publication, for comparison."""
        place = self.root / ALL / last["publication"] if last else None
        return place if place is not None and place.is_dir() else None

    def place(self, name: str) -> str:
        """The location of the publication: the link."""
        return str(self.root / LATEST)

    @contextmanager
    def staging(self, name: str) -> Iterator[Path]:
        """A hidden folder to write into, on the same file system; deleted on failure."""
        folder = self.root / ALL / f".{name}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def put(self, folder: Path, name: str, manifest: Manifest) -> None:
        """Replace the last publication."""
        folder.rename(self.root / ALL / name)
        beside = self.root / f".{LATEST}.{uuid.uuid4().hex[:8]}"
        beside.symlink_to(Path(ALL) / name, target_is_directory=True)
        os.replace(beside, self.root / LATEST)
        pointer = self.root / f".{LATEST}.json"
        pointer.write_text(_pointer(manifest), "utf-8")
        pointer.replace(self.root / f"{LATEST}.json")

    def has_release(self, name: str) -> bool:
        """Whether a release of a name exists."""
        return (self.root / RELEASES / name).exists()

    def release_before(self, name: str) -> Path | None:
        """The files of the last release before one, by time of publication."""
        made = {}
        for path in (self.root / RELEASES).glob(f"*/{MANIFEST}"):
            manifest = _manifest(partial(path.read_text, "utf-8"))
            if manifest is not None and path.parent.name != name:
                made[path.parent] = str(manifest["published_at"])
        return max(made, key=made.__getitem__, default=None)

    def release_place(self, name: str) -> str:
        """The location of a release."""
        return str(self.root / RELEASES / name)

    def put_release(self, folder: Path, name: str) -> None:
        """Move a release to its place and take the right to write from its files."""
        write_checksums(folder)
        for path in folder.rglob("*"):
            if path.is_file():
                path.chmod(path.stat().st_mode & ~0o222)
        (self.root / RELEASES).mkdir(parents=True, exist_ok=True)
        folder.rename(self.root / RELEASES / name)

    def prune(self, keep: int, name: str) -> None:
        """Delete old publications (0 keeps all) and leftovers of killed processes."""
        oldest = time.time() - _STALE_SECONDS
        held = sorted(p for p in (self.root / ALL).iterdir() if p.is_dir() and not p.name.startswith("."))
        for path in held[: max(0, len(held) - keep)] if keep else []:
            if path.name != name:
                shutil.rmtree(path, ignore_errors=True)
        for path in (self.root / ALL).glob(".*"):
            if path.is_dir() and path.stat().st_mtime < oldest:
                shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Remote:
    """An fsspec location: files first, the pointer last, so that readers see whole publications."""

    where: str

    def last(self) -> Manifest | None:
        """`publication.json` of the last publication, or None."""
        return _manifest(lambda: (self._root() / f"{LATEST}.json").read_text())

    def before(self, last: Manifest | None) -> Path | None:
        """None: nothing is downloaded for comparison."""
        return None

    def place(self, name: str) -> str:
        """The location of the publication."""
        return f"{self.where}/{ALL}/{name}"

    @contextmanager
    def staging(self, name: str) -> Iterator[Path]:
        """A local folder to write into."""
        with tempfile.TemporaryDirectory(prefix="miners-publish-") as folder:
            yield Path(folder)

    def put(self, folder: Path, name: str, manifest: Manifest) -> None:
        """Upload a whole publication, then point to it."""
        self._upload(folder, f"{ALL}/{name}")
        (self._root() / f"{LATEST}.json").write_text(_pointer(manifest))

    def has_release(self, name: str) -> bool:
        """Whether a release of a name exists."""
        return bool((self._root() / RELEASES / name / MANIFEST).exists())

    def release_before(self, name: str) -> Path | None:
        """None: nothing is downloaded for comparison."""
        return None

    def release_place(self, name: str) -> str:
        """The location of a release."""
        return f"{self.where}/{RELEASES}/{name}"

    def put_release(self, folder: Path, name: str) -> None:
        """Upload a release, its manifest last."""
        write_checksums(folder)
        self._upload(folder, f"{RELEASES}/{name}")

    def _upload(self, folder: Path, place: str) -> None:
        root = self._root()
        files = [p for p in folder.rglob("*") if p.is_file()]
        for path in sorted(files, key=lambda p: (p.name == MANIFEST, p)):
            aim = root / place / path.relative_to(folder).as_posix()
            if root.protocol not in _BUCKETS:
                aim.parent.mkdir(parents=True, exist_ok=True)
            aim.write_bytes(path.read_bytes())

    def prune(self, keep: int, name: str) -> None:
        """Do nothing: retention is up to the rules of the bucket."""

    def _root(self) -> Any:
        from upath import UPath

        return UPath(self.where)


def _pointer(manifest: Manifest) -> str:
    return json.dumps(manifest, indent=1) + "\n"


def _manifest(read: Callable[[], str]) -> Manifest | None:
    """Parse `publication.json`; None if it is missing or not valid."""
    try:
        manifest: Manifest = json.loads(read())
    except (OSError, ValueError):
        return None
    return manifest if "digest" in manifest and "publication" in manifest else None
