"""Precedence among documents that state the same figure, as sql/precedence.yaml defines it for Python and SQL."""

import yaml

from pipelines.settings import bundled

DOCUMENT_KINDS: tuple[str, ...] = tuple(
    yaml.safe_load((bundled("sql") / "precedence.yaml").read_text("utf-8"))["document_kinds"]
)


def precedence(document_kind: str | None) -> int:
    """The rank of a kind of document, 0 for the highest precedence; an unknown kind ranks like the last."""
    return DOCUMENT_KINDS.index(document_kind) if document_kind in DOCUMENT_KINDS else len(DOCUMENT_KINDS) - 1
