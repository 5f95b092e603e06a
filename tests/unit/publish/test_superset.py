"""`superset.zip`: definitions equal the marts' YAML, references inside it resolve, and it never has a password."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from pipelines.publish.files.superset import (
    URI,
    expression,
    label_of,
    number_format,
    superset_files,
    write_superset,
)
from pipelines.publish.files.superset_dashboard import CHARTS
from pipelines.warehouse.columns import Column
from pipelines.warehouse.dimensions import metric_rows
from pipelines.warehouse.marts import MARTS, Mart
from pipelines.watchlist.lexicon import load_lexicon

BY_NAME = {mart.name: mart for mart in MARTS}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every file of the export, read from the ZIP file."""
    with zipfile.ZipFile(write_superset(tmp_path_factory.mktemp("export"))) as file:
        assert file.testzip() is None
        return {name.removeprefix("miners/"): yaml.safe_load(file.read(name)) for name in file.namelist()}


def test_export_is_the_same_in_every_run(tmp_path: Path, files: dict[str, Any]) -> None:
    (tmp_path / "again").mkdir()
    first, again = write_superset(tmp_path), write_superset(tmp_path / "again")
    assert first.read_bytes() == again.read_bytes()
    assert files == superset_files()
    assert files["dashboards/miners.yaml"]["uuid"] == "55becb38-00e4-5225-9944-15e10f417b96"


@pytest.mark.parametrize("mart", MARTS, ids=lambda m: m.name)
def test_dataset_has_the_columns_of_its_mart(files: dict[str, Any], mart: Mart) -> None:
    dataset = files[f"datasets/miners/{mart.name}.yaml"]
    assert (dataset["schema"], dataset["table_name"]) == ("marts", mart.name)
    assert {c["column_name"]: c["description"] for c in dataset["columns"]} == {
        name: column.comment for name, column in mart.columns.items()
    }
    metrics = {m["metric_name"]: m for m in dataset["metrics"] if m["metric_type"] != "count"}
    assert {name: metric["metric_type"] for name, metric in metrics.items()} == {
        name: column.aggregation for name, column in mart.columns.items() if column.aggregation
    }
    certified = {c["column_name"] for c in dataset["columns"] if "extra" in c}
    assert certified == set(metrics)


def test_column_named_as_a_metric_has_its_aggregation() -> None:
    """A column with the name of a metric is combined as marts.metrics says of the metric."""
    stated = {row["metric"]: row["aggregation"] for row in metric_rows(load_lexicon())}
    differing = [
        (mart.name, name)
        for mart in MARTS
        for name, column in mart.columns.items()
        if name in stated and column.type == "numeric" and column.aggregation != stated[name]
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("mart", "column", "sql"),
    [
        ("quarterly", "revenue_usd", "SUM(revenue_usd)"),
        (
            "segment_revenue",
            "revenue_usd",
            "CASE WHEN COUNT(DISTINCT period_kind) = 1 THEN SUM(revenue_usd) END",
        ),
        ("bitcoin_prices", "price_usd", "AVG(price_usd)"),
        (
            "quarterly",
            "ai_hpc_share",
            "SUM(ai_hpc_share * revenue_usd) / NULLIF(SUM(revenue_usd) FILTER (WHERE ai_hpc_share IS NOT NULL), 0)",
        ),
        (
            "monthly",
            "bitcoin_held",
            "CASE WHEN COUNT(DISTINCT ticker) = 1 THEN (ARRAY_AGG(bitcoin_held ORDER BY period_end DESC) "
            "FILTER (WHERE bitcoin_held IS NOT NULL))[1] END",
        ),
        ("quarterly", "revenue_growth_year", None),
    ],
)
def test_metric_follows_the_aggregation(mart: str, column: str, sql: str | None) -> None:
    assert expression(BY_NAME[mart], column) == sql


@pytest.mark.parametrize(
    ("unit", "kind", "shown"),
    [
        ("USD", "numeric", "$,.0f"),
        ("share, 0 to 1", "numeric", ",.1%"),
        ("share", "numeric", ",.1%"),
        ("BTC", "numeric", ",.2~f"),
        (None, "integer", ",d"),
        (None, "numeric", ",.2~f"),
    ],
)
def test_unit_gives_the_number_format(unit: str | None, kind: Any, shown: str) -> None:
    assert number_format(Column(type=kind, meaning="x", unit=unit)) == shown


def test_label_is_for_readers() -> None:
    assert [label_of(name) for name in ("ai_hpc_usd", "bitcoin_held", "capacity_mw", "cik")] == [
        "AI and HPC (USD)",
        "Bitcoin held",
        "Capacity (MW)",
        "CIK",
    ]


def test_references_inside_the_export_resolve(files: dict[str, Any]) -> None:
    """Charts use columns and metrics of their dataset, and layout and filters use charts and datasets of the export."""
    datasets = {c["uuid"]: c for name, c in files.items() if name.startswith("datasets/")}
    charts = {c["uuid"]: c for name, c in files.items() if name.startswith("charts/")}
    database = files["databases/miners.yaml"]
    assert {d["database_uuid"] for d in datasets.values()} == {database["uuid"]}
    for chart in charts.values():
        dataset, params = datasets[chart["dataset_uuid"]], chart["params"]
        columns = {c["column_name"] for c in dataset["columns"]}
        used = {*params.get("all_columns", ()), *params.get("groupby", ())}
        used |= {f["subject"] for f in params["adhoc_filters"]}
        used |= {params["x_axis"]} if "x_axis" in params else set()
        assert used <= columns, chart["slice_name"]
        assert set(params.get("metrics", ())) <= {m["metric_name"] for m in dataset["metrics"]}
    board = files["dashboards/miners.yaml"]
    placed = [p["meta"] for k, p in board["position"].items() if k.startswith("CHART-")]
    assert {meta["uuid"] for meta in placed} == set(charts)
    assert len(placed) == len(CHARTS)
    company, period = board["metadata"]["native_filter_configuration"]
    names = {meta["chartId"]: datasets[charts[meta["uuid"]]["dataset_uuid"]] for meta in placed}
    without_ticker = {
        number for number, d in names.items() if "ticker" not in {c["column_name"] for c in d["columns"]}
    }
    assert set(company["scope"]["excluded"]) == without_ticker
    assert company["targets"][0]["datasetUuid"] in datasets
    assert period["scope"]["excluded"] == []


def test_holdings_are_never_summed(files: dict[str, Any]) -> None:
    """Companies hold bitcoin at different days and scopes: no metric adds them, over time or over companies."""
    metrics = [m for n, c in files.items() if n.startswith("datasets/") for m in c["metrics"]]
    assert [m["expression"] for m in metrics if re.search(r"SUM\([^)]*held", m["expression"])] == []
    assert any("held" in m["metric_name"] for m in metrics)


def test_connection_has_no_password() -> None:
    url = sa.make_url(URI)
    assert (url.username, url.password, url.drivername) == ("analyst", None, "postgresql+psycopg2")
