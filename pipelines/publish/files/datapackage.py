"""`datapackage.json`: the publication as a Frictionless tabular data package."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.publish.files.arrow_tables import Column, Published, foreign_keys

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "date": {"type": "date"},
    "boolean": {"type": "boolean", "trueValues": ["True"], "falseValues": ["False"]},
    "smallint": {"type": "integer"},
    "integer": {"type": "integer"},
    "bigint": {"type": "integer"},
    "numeric": {"type": "number"},
    "text[]": {"type": "array"},
    "jsonb": {"type": "any"},
    "timestamptz": {"type": "datetime", "format": "%Y-%m-%d %H:%M:%SZ"},
}


def _field(column: Column) -> dict[str, Any]:
    unit = {"unit": column.unit} if column.unit else {}
    # How values of several periods are combined: sum, average or last; without it there is no total.
    over_time = {"aggregation": column.aggregation} if column.aggregation else {}
    required = {} if column.nullable else {"constraints": {"required": True}}
    described = {"name": column.name, **_TYPES[column.kind], "description": column.meaning}
    return described | unit | over_time | required


def _resource(folder: Path, table: Published, file: Path, among: Sequence[Published]) -> dict[str, Any]:
    described: dict[str, Any] = {"fields": [_field(c) for c in table.columns], "missingValues": [""]}
    # A primary key must not be empty; if a period has no first day, the description says so.
    if table.primary_key:
        described["primaryKey"] = list(table.primary_key)
    if keys := foreign_keys(table, among):
        described["foreignKeys"] = [
            {
                "fields": column,
                "reference": {"resource": other.name.replace("_", "-"), "fields": other.primary_key[0]},
            }
            for column, other in keys.items()
        ]
    return {
        "name": table.name.replace("_", "-"),
        "path": file.relative_to(folder).as_posix(),
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "title": table.name,
        "description": (f"{table.meaning} Grain: {', '.join(table.grain)}."),
        "bytes": file.stat().st_size,
        "schema": described,
    }


def write_datapackage(
    folder: Path, csvs: Sequence[tuple[Published, Path]], *, publication: str, created: str, source: str
) -> Path:
    """`datapackage.json` for the CSV files; its description names the other files."""
    package = {
        "profile": "tabular-data-package",
        "name": "miners-as-disclosed",
        "id": publication,
        "title": "Miners, as disclosed",
        "description": (
            "What public bitcoin miners disclose, each figure with its source. The same tables, exactly, "
            "lie in parquet/ and miners.duckdb."
        ),
        "created": created,
        "homepage": "https://www.sec.gov/edgar",
        "keywords": ["bitcoin", "mining", "SEC", "EDGAR", "disclosure"],
        "licenses": [
            {
                "name": "Apache-2.0",
                "title": "Apache License 2.0",
                "path": "https://www.apache.org/licenses/LICENSE-2.0",
            }
        ],
        "sources": [{"title": source, "path": "https://www.sec.gov/edgar/search/"}],
        "resources": [_resource(folder, table, file, [t for t, _ in csvs]) for table, file in csvs],
    }
    path = folder / "datapackage.json"
    path.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path
