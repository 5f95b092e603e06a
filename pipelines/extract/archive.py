"""The archive of raw documents: content-addressed, so that what was filed is kept once and can be checked.

`objects/ab/abcd…` holds the bytes under their sha256; `urls/…` remembers which bytes a URL had, so that a new
warehouse over an old archive asks for nothing again. Any fsspec location does: a folder, `s3://bucket/prefix`.
"""

import hashlib
import logging
import uuid

from upath import UPath

from pipelines.errors import MinersError

log = logging.getLogger("miners.archive")


class ArchiveDamaged(MinersError):  # noqa: N818
    """Archived bytes are not those that were archived."""


class Archive:
    """Documents by their sha256, and URLs by the sha256 of what they last had."""

    def __init__(self, location: str) -> None:
        self.root = UPath(location)

    def _object(self, sha256: str) -> UPath:
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise ArchiveDamaged(f"{sha256!r} is not a sha256.")
        return self.root / "objects" / sha256[:2] / sha256

    def _address(self, url: str) -> UPath:
        digest = hashlib.sha256(url.encode()).hexdigest()
        return self.root / "urls" / digest[:2] / digest

    @staticmethod
    def _write(path: UPath, content: bytes) -> None:
        """Written beside its place and moved there, so that a killed process leaves no half document."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.parent / f".{path.name}.{uuid.uuid4().hex}"
        beside.write_bytes(content)
        beside.rename(path)

    def put(self, url: str, content: bytes) -> str:
        """Keep a document; returns its sha256."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._object(sha256)
        if not path.exists():
            self._write(path, content)
        self._write(self._address(url), sha256.encode())
        return sha256

    def known(self, url: str) -> str | None:
        """The sha256 of what a URL had when it was archived, where those bytes are still there."""
        address = self._address(url)
        if not address.exists():
            return None
        sha256 = address.read_bytes().decode("ascii", "replace").strip()
        try:
            return sha256 if self._object(sha256).exists() else None
        except ArchiveDamaged:
            return None

    def get(self, sha256: str) -> bytes:
        """The bytes of a document. Raises ArchiveDamaged where they are gone or no longer those of the sha256."""
        path = self._object(sha256)
        if not path.exists():
            raise ArchiveDamaged(
                f"The archive has lost {sha256[:12]}…; a run with --force asks for it again."
            )
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ArchiveDamaged(
                f"The archived document {sha256[:12]}… is damaged: its bytes do not have its sha256. "
                "A run with --force asks for it again."
            )
        return content

    def forget(self, url: str, sha256: str) -> None:
        """Remove a damaged object and its address, so that it is asked for again."""
        for path in (self._object(sha256), self._address(url)):
            if path.exists():
                path.unlink()

    def forget_addresses(self) -> None:
        """Forget which documents were had under which URL; the documents themselves stay under their sha256."""
        addresses = self.root / "urls"
        if addresses.exists():
            addresses.fs.rm(addresses.path, recursive=True)

    def size(self) -> int:
        """Bytes of all objects."""
        objects = self.root / "objects"
        return sum(p.stat().st_size for p in objects.glob("*/*")) if objects.exists() else 0
