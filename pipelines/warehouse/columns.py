"""What the warehouse's tables are described with: the MetaData of all of them, and columns that say what they hold.

`info` of a column holds what an expectation needs beyond its type: `minimum`, `pattern`, `values`.

Keys are 63-bit hashes of natural keys: the same row has the same key in every run and every warehouse, so that
loading needs no look-ups and two writers never invent two keys for one thing.
"""

import hashlib

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
SCHEMAS = ("warehouse", "quarantine", "ops")

ACCESSION = r"^\d{10}-\d{2}-\d{6}$"
URL = r"^https?://[^\s<>\"]+$"


def key_of(*parts: object) -> int:
    """The key of a row: 63 bits of the hash of its natural key."""
    natural = "\x1f".join("" if part is None else str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(natural.encode()).digest()[:8], "big") >> 1


def key(name: str, comment: str, target: str | None = None, *, primary: bool = False) -> sa.Column[int]:
    """A key, or (target) a foreign key that is checked at the transaction's end."""
    args = [sa.ForeignKey(target, deferrable=True, initially="DEFERRED")] if target else []
    return sa.Column(
        name, sa.BigInteger, *args, primary_key=primary, autoincrement=False, nullable=False, comment=comment
    )


def text(
    name: str, comment: str, *, null: bool = False, pattern: str | None = None, values: tuple[str, ...] = ()
) -> sa.Column[str]:
    """Text, of a pattern or of a few values."""
    info: dict[str, object] = {}
    if pattern:
        info["pattern"] = pattern
    if values:
        info["values"] = values
    return sa.Column(name, sa.Text, nullable=null, comment=comment, info=info)


def day(name: str, comment: str, *, null: bool = False) -> "sa.Column[object]":
    """A date."""
    return sa.Column(name, sa.Date, nullable=null, comment=comment)


def moment(name: str, comment: str, *, null: bool = False) -> "sa.Column[object]":
    """A moment, with its time zone."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null, comment=comment)


def number(name: str, comment: str, *, null: bool = False, minimum: int | None = None) -> "sa.Column[object]":
    """An exact number, not below a minimum."""
    info = {} if minimum is None else {"minimum": minimum}
    return sa.Column(name, sa.Numeric, nullable=null, comment=comment, info=info)


def flag(name: str, comment: str) -> sa.Column[bool]:
    """True or false."""
    return sa.Column(name, sa.Boolean, nullable=False, comment=comment)


def table(schema: str, name: str, comment: str, *items: sa.schema.SchemaItem) -> sa.Table:
    """A table with what one row of it is."""
    return sa.Table(name, metadata, *items, schema=schema, comment=comment)
