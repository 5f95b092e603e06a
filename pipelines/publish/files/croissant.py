"""`croissant.json`: the Parquet files of a release in MLCommons' Croissant format."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.publish.files.arrow_tables import Column, Published

# The context that the Croissant specification 1.0 prescribes.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {
    "boolean": "sc:Boolean",
    "smallint": "sc:Integer",
    "integer": "sc:Integer",
    "bigint": "sc:Integer",
    "numeric": "sc:Float",
    "date": "sc:Date",
    "timestamptz": "sc:DateTime",
}


def write_croissant(folder: Path, tables: Sequence[Published], name: str, now: datetime) -> Path:
    """Write `croissant.json`: one record set for each mart that is one Parquet file."""
    files, records = [], []
    for table in tables:
        path = folder / "parquet" / table.schema / f"{table.name}.parquet"
        if table.schema != "marts" or not path.is_file():
            continue
        where = path.relative_to(folder).as_posix()
        files.append(
            {
                "@type": "cr:FileObject",
                "@id": where,
                "name": path.name,
                "contentUrl": where,
                "encodingFormat": "application/vnd.apache.parquet",
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
        )
        records.append(
            {
                "@type": "cr:RecordSet",
                "@id": table.name,
                "name": table.name,
                "description": table.meaning,
                "field": [_field(table.name, where, column) for column in table.columns],
            }
        )
    content = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "miners-as-disclosed",
        "description": "What public bitcoin miners disclose, each figure with its source.",
        "license": "https://www.apache.org/licenses/LICENSE-2.0",
        "url": "https://www.sec.gov/edgar",
        "version": name.replace("-", ".") if name.count("-") == 2 else f"{name.replace('-', '.')}.0",
        "datePublished": f"{now:%Y-%m-%d}",
        "citeAs": f"Miners, as disclosed, release {name}",
        "creator": {"@type": "sc:Organization", "name": "Contributors of Miners, as disclosed"},
        "distribution": files,
        "recordSet": records,
    }
    path = folder / "croissant.json"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def _field(table: str, file: str, column: Column) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.meaning,
        "dataType": _TYPES.get(column.kind, "sc:Text"),
        "source": {"fileObject": {"@id": file}, "extract": {"column": column.name}},
    }
