"""Precedence among documents that state the same figure.

Defined in sql/precedence.yaml for Python and SQL.
"""

import yaml

from pipelines.settings import bundled

DOCUMENT_KINDS: tuple[str, ...] = tuple(
    yaml.safe_load((bundled("sql") / "precedence.yaml").read_text("utf-8"))["document_kinds"]
)


def precedence(document_kind: str | None) -> int:
    """The rank of a kind of document, from 0 for the highest; the last for an unknown kind."""
    return DOCUMENT_KINDS.index(document_kind) if document_kind in DOCUMENT_KINDS else len(DOCUMENT_KINDS) - 1
