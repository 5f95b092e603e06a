"""Recognize a full disk behind an error of the system, of PostgreSQL, or of a library."""

import errno
import shutil
from pathlib import Path

MESSAGE = "The disk is full. Free some space, then run again: nothing is fetched or loaded twice."
# PostgreSQL ends if it cannot write, and then frees some megabytes.
_ALMOST_NOTHING = 50_000_000
_WORDS = ("no space left on device", "disk is full", "disk full", "disk quota exceeded")


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or one that caused it, says that the disk is full."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if any(words in str(error).lower() for words in _WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def is_disk_almost_full(folder: Path) -> bool:
    """Whether the disk of a folder has less than 50 MB left."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free < _ALMOST_NOTHING
