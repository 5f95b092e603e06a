"""Where publications go: a folder, with a link to the last one, or a place such as S3, with a pointer that is written last.

<target>/latest            the last publication (a link); latest.json says the same where there are no links
<target>/publications/…    each publication as a whole
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
from pathlib import Path
from typing import Any

LATEST, ALL, TOLD = "latest", "publications", "publication.json"
Told = dict[str, Any]
"""What a publication says of itself: `publication.json`."""

_STALE_SECONDS = 86_400
# There are no folders there; to make one would make a bucket of a misspelt name.
_BUCKETS = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"}


def target_at(where: str) -> "Folder | Remote":
    """The target of a folder's path or of an address that fsspec knows (`s3://bucket/prefix`, `file:///…`)."""
    if "://" in where and not where.startswith("file://"):
        return Remote(where.rstrip("/"))
    return Folder(Path(where.removeprefix("file://")).expanduser())


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine: publications are written beside each other, and the link is replaced in one step."""

    root: Path

    def last(self) -> Told | None:
        """What the last publication says of itself; None where there is none."""
        return _told(lambda: (self.root / LATEST / TOLD).read_text("utf-8"))

    def before(self, last: Told | None) -> Path | None:
        """The files of the last publication, to tell what is new."""
        place = self.root / ALL / last["publication"] if last else None
        return place if place is not None and place.is_dir() else None

    def place(self, name: str) -> str:
        """Where a publication is opened: the link, which the next one takes."""
        return str(self.root / LATEST)

    @contextmanager
    def staging(self, name: str) -> Iterator[Path]:
        """A hidden folder to write into, beside the publications so that a move is enough; gone where anything fails."""
        folder = self.root / ALL / f".{name}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def put(self, folder: Path, name: str, told: Told) -> None:
        """Put a whole publication in the place of the last."""
        folder.rename(self.root / ALL / name)
        beside = self.root / f".{LATEST}.{uuid.uuid4().hex[:8]}"
        beside.symlink_to(Path(ALL) / name, target_is_directory=True)
        os.replace(beside, self.root / LATEST)
        pointer = self.root / f".{LATEST}.json"
        pointer.write_text(_pointer(told), "utf-8")
        pointer.replace(self.root / f"{LATEST}.json")

    def prune(self, keep: int, name: str) -> None:
        """Remove publications beyond those that are kept (0: all), and what a killed process left half done."""
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
    """A place that fsspec knows: all files first, the pointer last, so that whoever follows it finds a whole publication."""

    where: str

    def last(self) -> Told | None:
        """What the last publication says of itself; None where there is none."""
        return _told(lambda: (self._root() / f"{LATEST}.json").read_text())

    def before(self, last: Told | None) -> Path | None:
        """None: nothing is fetched back to tell what is new."""
        return None

    def place(self, name: str) -> str:
        """Where a publication is opened."""
        return f"{self.where}/{ALL}/{name}"

    @contextmanager
    def staging(self, name: str) -> Iterator[Path]:
        """A folder of this machine to write into."""
        with tempfile.TemporaryDirectory(prefix="miners-publish-") as folder:
            yield Path(folder)

    def put(self, folder: Path, name: str, told: Told) -> None:
        """Upload a whole publication, then point to it."""
        root = self._root()
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            aim = root / ALL / name / path.relative_to(folder).as_posix()
            if root.protocol not in _BUCKETS:
                aim.parent.mkdir(parents=True, exist_ok=True)
            aim.write_bytes(path.read_bytes())
        (root / f"{LATEST}.json").write_text(_pointer(told))

    def prune(self, keep: int, name: str) -> None:
        """Nothing: what is kept there is the business of the bucket's own rules."""

    def _root(self) -> Any:
        from upath import UPath

        return UPath(self.where)


def _pointer(told: Told) -> str:
    return json.dumps(told, indent=1) + "\n"


def _told(read: Callable[[], str]) -> Told | None:
    """A publication's own words; None where they are not there, or are none."""
    try:
        told: Told = json.loads(read())
    except (OSError, ValueError):
        return None
    return told if "digest" in told and "publication" in told else None
