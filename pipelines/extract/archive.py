"""Content-addressed archive of raw documents, in a folder or any other fsspec location.

`objects/ab/abcd….gz` holds each document under the sha256 of its content, once and verifiable, compressed
to about a tenth; documents of earlier versions are uncompressed and have no suffix. `urls/…` maps a
URL to the sha256 of its last content, so that a new warehouse over an existing archive needs no network.
"""

import gzip
import hashlib
import logging
import uuid
import zlib

from upath import UPath

from pipelines.errors import ArchiveDamaged

log = logging.getLogger("miners.archive")


class Archive:
    """Documents by sha256, and the last sha256 of each URL."""

    def __init__(self, location: str) -> None:
        self.root = UPath(location)

    def _object(self, sha256: str) -> UPath:
        """The file of a document, existing or to be written."""
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise ArchiveDamaged(f"{sha256!r} is not a sha256.")
        folder = self.root / "objects" / sha256[:2]
        plain = folder / sha256
        return plain if plain.exists() else folder / f"{sha256}.gz"

    def _address(self, url: str) -> UPath:
        digest = hashlib.sha256(url.encode()).hexdigest()
        return self.root / "urls" / digest[:2] / digest

    @staticmethod
    def _write(path: UPath, content: bytes) -> None:
        """Write to a temporary file and rename it: a killed process leaves no partial document."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.parent / f".{path.name}.{uuid.uuid4().hex}"
        beside.write_bytes(content)
        beside.rename(path)

    def put(self, url: str, content: bytes) -> str:
        """Store a document and return its sha256."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._object(sha256)
        if not path.exists():
            # Without the time, so that the same document gives the same bytes.
            self._write(path, gzip.compress(content, mtime=0))
        self._write(self._address(url), sha256.encode())
        return sha256

    def known(self, url: str) -> str | None:
        """Return the sha256 of a URL's archived content, None if it has none."""
        address = self._address(url)
        if not address.exists():
            return None
        sha256 = address.read_bytes().decode("ascii", "replace").strip()
        try:
            return sha256 if self._object(sha256).exists() else None
        except ArchiveDamaged:
            return None

    def get(self, sha256: str) -> bytes:
        """Return a document. Raises ArchiveDamaged if it is missing or does not match its sha256."""
        path = self._object(sha256)
        if not path.exists():
            raise ArchiveDamaged(
                f"The archived document {sha256[:12]}… is missing. A run with --force fetches it again."
            )
        content = path.read_bytes()
        if path.suffix == ".gz":
            try:
                content = gzip.decompress(content)
            except (OSError, EOFError, zlib.error):
                content = b""
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ArchiveDamaged(
                f"The archived document {sha256[:12]}… is damaged: it does not match its sha256. "
                "A run with --force fetches it again."
            )
        return content

    def forget(self, url: str, sha256: str) -> None:
        """Remove a damaged document and its URL, so that it is fetched again."""
        for path in (self._object(sha256), self._address(url)):
            if path.exists():
                path.unlink()

    def forget_addresses(self) -> None:
        """Remove all URLs; documents stay under their sha256."""
        addresses = self.root / "urls"
        if addresses.exists():
            addresses.fs.rm(addresses.path, recursive=True)

    def size(self) -> int:
        """Return the size of all documents in bytes, as they are stored."""
        objects = self.root / "objects"
        return sum(p.stat().st_size for p in objects.glob("*/*")) if objects.exists() else 0
