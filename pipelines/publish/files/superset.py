"""`superset.zip`: datasets, metrics, charts and a dashboard for Apache Superset.

All definitions come from the YAML of the marts: columns and descriptions as they are, and a metric for each
column with `aggregation`. Import it with `superset import-dashboards` or on Superset's page of dashboards.
"""

import uuid
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from pipelines.publish.files.superset_dashboard import CHARTS, Chart, dashboard
from pipelines.warehouse.columns import Column
from pipelines.warehouse.marts import MARTS, Mart

NAME = "superset.zip"
# Without a password: Superset stores it when its user enters it.
URI = "postgresql+psycopg2://analyst@localhost/miners"
VERSION = "1.0.0"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://www.sec.gov/edgar#miners-as-disclosed")
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
# The day or time by which rows are filtered: the first of these that a mart has.
_TIMES = ("period_end", "day", "announced_on", "published_at", "filed_on", "found_at")
_FORMATS = {"USD": "$,.0f", "BTC": ",.2~f", "EH/s": ",.2~f", "J/TH": ",.1f", "MW": ",.0f", "share": ",.1%"}
_NAMES = {"families_companies": "Companies with segment revenue"}
_OTHER_FORMAT = ",.2~f"
_LABELS = {
    "ai": "AI",
    "hpc": "HPC",
    "cik": "CIK",
    "url": "URL",
    "ttm": "TTM",
    "mw": "MW",
    "eh": "EH/s",
    "usd": "USD",
}
_CERTIFICATION = {
    "certified_by": "Miners, as disclosed",
    "details": "Defined with the mart; see the data dictionary.",
}


def uuid_of(kind: str, name: str) -> str:
    """The UUID of a database, dataset, chart or dashboard: the same in every export."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}:{name}"))


def number_format(column: Column) -> str:
    """The d3 format of a column's unit: dollars, percent, or a number with its decimals."""
    if column.unit is None:
        return ",d" if column.type in ("integer", "bigint", "smallint") else _OTHER_FORMAT
    return _FORMATS.get(column.unit.split(",")[0], _OTHER_FORMAT)


def label_of(name: str) -> str:
    """A column's name for readers: `ai_hpc_usd` is "AI and HPC (USD)"."""
    if name in _NAMES:
        return _NAMES[name]
    *words, last = [_LABELS.get(word, word) for word in name.split("_")]
    if words and last in ("USD", "EH/s", "MW"):
        last = f"({last})"
    text = " ".join([*words, last]).replace("AI HPC", "AI and HPC")
    return text[:1].upper() + text[1:]


def time_of(mart: Mart) -> str | None:
    """The column by which a mart's rows are ordered in time, or None."""
    return next((name for name in _TIMES if name in mart.columns), None)


def expression(mart: Mart, name: str) -> str | None:
    """The SQL of a column's metric by its `aggregation`; None if it has none.

    The metric is empty if a group mixes periods of several lengths, which overlap. The last value is also
    empty if a group has several companies: they state it for different days.
    """
    column = mart.columns[name]
    one = ["period_kind"] if "period_kind" in mart.columns else []
    match column.aggregation:
        case "sum":
            sql = f"SUM({name})"
        case "average" if column.weight:
            weight = f"SUM({column.weight}) FILTER (WHERE {name} IS NOT NULL)"
            sql = f"SUM({name} * {column.weight}) / NULLIF({weight}, 0)"
        case "average":
            sql = f"AVG({name})"
        case "last":
            sql = f"(ARRAY_AGG({name} ORDER BY {time_of(mart)} DESC) FILTER (WHERE {name} IS NOT NULL))[1]"
            one += ["ticker"] if "ticker" in mart.columns else []
        case _:
            return None
    only = " AND ".join(f"COUNT(DISTINCT {each}) = 1" for each in one)
    return f"CASE WHEN {only} THEN {sql} END" if only else sql


def _metric(mart: Mart, name: str, sql: str) -> dict[str, Any]:
    column = mart.columns[name]
    how = {
        "sum": "Sum over periods.",
        "average": f"Average over periods, weighted by {column.weight}."
        if column.weight
        else "Average over periods.",
        "last": "Last value; no total over time.",
    }[str(column.aggregation)]
    return {
        "metric_name": name,
        "verbose_name": label_of(name),
        "metric_type": column.aggregation,
        "expression": sql,
        "description": f"{column.comment} {how}",
        "d3format": number_format(column),
        "extra": {"certification": _CERTIFICATION},
    }


def _counts(mart: Mart) -> Iterator[dict[str, Any]]:
    counts = {"rows": ("COUNT(*)", mart.description)}
    if "ticker" in mart.columns:
        counts["companies"] = ("COUNT(DISTINCT ticker)", "Number of companies in the group.")
    for name, (sql, meaning) in counts.items():
        yield {
            "metric_name": f"number_of_{name}",
            "verbose_name": label_of(f"number_of_{name}"),
            "metric_type": "count",
            "expression": sql,
            "description": meaning,
            "d3format": ",d",
        }


def _column(name: str, column: Column) -> dict[str, Any]:
    is_dimension = column.type in ("text", "date", "boolean", "smallint", "timestamptz")
    certified = {"extra": {"certification": _CERTIFICATION}} if column.aggregation else {}
    return {
        "column_name": name,
        "verbose_name": label_of(name),
        "description": column.comment,
        "type": column.type.upper(),
        "is_dttm": column.type in ("date", "timestamptz"),
        "groupby": is_dimension,
        "filterable": column.type not in ("jsonb", "text[]"),
        "is_active": True,
        **certified,
    }


def dataset(mart: Mart) -> dict[str, Any]:
    """A mart as a dataset: its columns, and a metric for each column with `aggregation`."""
    metrics = [_metric(mart, name, sql) for name in mart.columns if (sql := expression(mart, name))]
    return {
        "table_name": mart.name,
        "schema": "marts",
        "description": f"{mart.description} Grain: {', '.join(mart.grain)}.",
        "main_dttm_col": time_of(mart),
        "filter_select_enabled": True,
        "extra": {"certification": _CERTIFICATION},
        "columns": [_column(name, column) for name, column in mart.columns.items()],
        "metrics": [*_counts(mart), *metrics],
        "uuid": uuid_of("dataset", mart.name),
        "database_uuid": uuid_of("database", "miners"),
        "version": VERSION,
    }


def _database() -> dict[str, Any]:
    return {
        "database_name": "Miners, as disclosed",
        "sqlalchemy_uri": URI,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_file_upload": False,
        "extra": {"allows_virtual_table_explore": True},
        "uuid": uuid_of("database", "miners"),
        "version": VERSION,
    }


def _chart(chart: Chart, mart: Mart) -> dict[str, Any]:
    formats = {
        name: {"d3NumberFormat": number_format(column)}
        for name, column in mart.columns.items()
        if name in chart.columns and column.type in ("numeric", "integer", "bigint")
    }
    return {
        "slice_name": chart.title,
        "description": chart.description,
        "viz_type": chart.kind,
        "params": {**chart.params(), "column_config": formats},
        "certified_by": _CERTIFICATION["certified_by"],
        "dataset_uuid": uuid_of("dataset", chart.mart),
        "uuid": uuid_of("chart", chart.name),
        "version": VERSION,
    }


def superset_files() -> Mapping[str, dict[str, Any]]:
    """The content of every YAML file of the export, by its path in the ZIP file."""
    by_name = {mart.name: mart for mart in MARTS}
    board = dashboard({c.name: uuid_of("chart", c.name) for c in CHARTS}, uuid_of("dataset", "companies"))
    return {
        "metadata.yaml": {"version": VERSION, "type": "Dashboard"},
        "databases/miners.yaml": _database(),
        **{f"datasets/miners/{mart.name}.yaml": dataset(mart) for mart in MARTS},
        **{f"charts/{chart.name}.yaml": _chart(chart, by_name[chart.mart]) for chart in CHARTS},
        "dashboards/miners.yaml": {**board, "uuid": uuid_of("dashboard", "miners"), "version": VERSION},
    }


def write_superset(folder: Path) -> Path:
    """Write `superset.zip`; the bytes depend on nothing but the definitions."""
    path = folder / NAME
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in superset_files().items():
            text = yaml.dump(content, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=1000)
            file.writestr(zipfile.ZipInfo(f"miners/{name}"), text, zipfile.ZIP_DEFLATED)
    return path
