"""Column definitions from the YAML files of sql/, and the keys of rows.

Keys are 63-bit hashes of natural keys: the same row has the same key in every run and every warehouse, so
that loading needs no look-ups and two writers produce the same key.
"""

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from pipelines.errors import MinersError
from pipelines.settings import bundled

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def key_of(*parts: object) -> int:
    """The key of a row: 63 bits of the hash of its natural key."""
    natural = "\x1f".join("" if part is None else str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(natural.encode()).digest()[:8], "big") >> 1


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Strict):
    """A column: PostgreSQL's type, meaning, unit, constraints on values, and aggregation.

    Args:
        aggregation: The way to combine several periods; None: there is no total.
        weight: The column by which an average is weighted.
    """

    type: Literal[
        "text",
        "bigint",
        "integer",
        "smallint",
        "numeric",
        "boolean",
        "date",
        "timestamptz",
        "jsonb",
        "text[]",
    ]
    meaning: str
    unit: str | None = None
    aggregation: Literal["sum", "last", "average"] | None = None
    weight: str | None = None
    nullable: bool = False
    values: tuple[str, ...] | None = None
    pattern: str | None = None
    minimum: int | None = None
    default: str | None = None
    identity: bool = False
    volatile: bool = False

    @property
    def explanation(self) -> str:
        """The meaning, followed by the accepted values."""
        return f"{self.meaning} One of: {', '.join(self.values)}." if self.values else self.meaning

    @property
    def comment(self) -> str:
        """The explanation and the unit, as the database shows them."""
        return f"{self.explanation} Unit: {self.unit}." if self.unit else self.explanation


class Described(_Strict):
    """Common parts of tables and marts: name, meaning of one row, and columns in order."""

    name: str
    description: str
    columns: dict[str, Column]
    nullable: tuple[str, ...] = ()

    @field_validator("description")
    @classmethod
    def _states_the_row(cls, text: str) -> str:
        if not text.startswith("One row per "):
            raise ValueError('must begin with "One row per "')
        return text

    @model_validator(mode="after")
    def _names_its_own_columns(self) -> Self:
        unknown = sorted(set(self.column_names()) - set(self.columns))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: not among its columns")
        return self

    def column_names(self) -> Iterable[str]:
        """Every column that is named outside `columns`."""
        return self.nullable


D = TypeVar("D", bound=Described)


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file whose top level is a mapping."""
    content = yaml.load(path.read_text("utf-8"), _LOADER)  # noqa: S506
    if not isinstance(content, dict):
        raise MinersError(f"{path}: not a mapping. Write `key: value` lines.")
    return content


@lru_cache(maxsize=1)
def column_dictionary() -> dict[str, dict[str, Any]]:
    """Shared columns by name, from sql/columns.yaml."""
    return read_yaml(bundled("sql") / "columns.yaml")


def read_described(path: Path, model: type[D], **more: Any) -> D:
    """Read the YAML of a table or mart. Raises MinersError with file, column and reason."""
    content = read_yaml(path)
    columns = {}
    for name, own in (content.get("columns") or {}).items():
        given = {"meaning": own} if isinstance(own, str) else own or {}
        nullable = {"nullable": True} if name in (content.get("nullable") or ()) else {}
        columns[name] = {**column_dictionary().get(name, {}), **given, **nullable}
    try:
        return model.model_validate({**content, **more, "columns": columns})
    except ValidationError as error:
        raise MinersError(f"{path}: {_first_problem(error.errors()[0])}") from error


def _first_problem(error: Mapping[str, Any]) -> str:
    place = [str(part) for part in error["loc"]]
    where = f"column {place[1]}, {'.'.join(place[2:])}" if place[:1] == ["columns"] else ".".join(place)
    return f"{where}: {error['msg']}" if where else str(error["msg"])
