"""Figures that public bitcoin miners disclose: `connect`, `read`, `explain`, and a command."""

from typing import Any

__all__ = ["connect", "explain", "read"]


def __getattr__(name: str) -> Any:
    """Import `miners.api` when it is first used, so that the command starts fast."""
    if name in __all__:
        from miners import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
