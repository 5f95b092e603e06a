"""What is published equals the warehouse, says what it is, and takes the place of the last in one step."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
import s3fs
import sqlalchemy as sa

from pipelines.errors import MinersError
from pipelines.publish.files.superset import expression
from pipelines.publish.publication import publish, published_at, read_tables
from pipelines.query.text_tables import for_json
from pipelines.settings import HOME, Settings
from pipelines.warehouse.marts import MARTS
from pipelines.warehouse.schema import metadata
from tests.command_line import miners
from tests.warehouse_builder import WarehouseBuilder, quarter

TABLES = [f"marts.{m.name}" for m in MARTS] + [
    t.fullname for t in metadata.sorted_tables if t.schema == "warehouse" and t.name != "fact_stated_change"
]


def _rows(engine: sa.Engine, table: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.text(f"select * from {table}")).mappings()]


def _plain(value: Any) -> Any:
    """A value that two readers of one figure give alike: JSON parsed, moments in UTC, decimals by their value."""
    if isinstance(value, str) and value[:1] in "[{":
        return json.loads(value)
    if isinstance(value, Decimal):
        return value.normalize()
    if hasattr(value, "astimezone"):
        return value.astimezone(__import__("datetime").UTC).isoformat()
    return json.loads(json.dumps(value, default=str)) if isinstance(value, (list, dict)) else value


def _sorted(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(
        json.dumps({k: _plain(v) for k, v in row.items()}, sort_keys=True, default=str) for row in rows
    )


def whole_files(folder: Path) -> set[str]:
    """The files that a publication's checksums name; each is whole."""
    lines = [line.split("  ", 1) for line in (folder / "SHA256SUMS").read_text().splitlines()]
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for digest, name in lines)
    return {name for _, name in lines}


@pytest.mark.parametrize("table", TABLES)
def test_parquet_equals_warehouse(samples_engine: sa.Engine, published: Path, table: str) -> None:
    schema, name = table.split(".")
    assert _sorted(pq.read_table(published / "parquet" / schema / f"{name}.parquet").to_pylist()) == _sorted(
        _rows(samples_engine, table)
    )


@pytest.mark.parametrize("table", TABLES)
def test_duckdb_equals_warehouse(samples_engine: sa.Engine, published: Path, table: str) -> None:
    with duckdb.connect(str(published / "miners.duckdb"), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        found = connection.sql(f"select * from {table}").to_arrow_table().to_pylist()
    assert _sorted(found) == _sorted(_rows(samples_engine, table))


def test_pandas_reads_exact_decimals_and_days(published: Path) -> None:
    frame = pd.read_parquet(published / "parquet" / "marts" / "quarterly.parquet")
    row = frame[(frame.ticker == "CORZ") & (frame.calendar_quarter == "2026Q1")].iloc[0]
    assert (row.revenue_usd, row.ai_hpc_usd, row.mining_share) == (
        Decimal("115200000.00"),
        Decimal("77500000.00"),
        Decimal("0.3273"),
    )
    assert str(row.period_end) == "2026-03-31"


def test_excel_equals_warehouse(samples_engine: sa.Engine, published: Path) -> None:
    book = openpyxl.load_workbook(published / "miners.xlsx")
    assert book.sheetnames[:2] == ["read me", "quarterly"]
    assert set(book.sheetnames) == {"read me", "columns", *(mart.name for mart in MARTS)}
    figures = book["figures"]
    heads = [cell.value for cell in figures[1]]
    for name in ("url", "link"):
        cells = [row[heads.index(name)] for row in figures.iter_rows(min_row=2)]
        targets = [(c.value, c.hyperlink) for c in cells if c.value]
        assert targets
        assert all(h and f"{h.target}#{h.location}".removesuffix("#None") == value for value, h in targets)
    sheet = book["quarterly"]
    names = [cell.value for cell in sheet[1]]
    shown = {
        (r[names.index("ticker")], str(r[names.index("period_end")])[:10]): r[names.index("revenue_usd")]
        for r in sheet.iter_rows(min_row=2, values_only=True)
    }
    assert shown == {
        (r["ticker"], str(r["period_end"])): (None if r["revenue_usd"] is None else float(r["revenue_usd"]))
        for r in _rows(samples_engine, "marts.quarterly")
    }
    assert len(shown) > 20


@pytest.mark.parametrize("mart", ["quarterly", "monthly", "bitcoin_sales"])
def test_numbers_of_wide_sheets_link_to_their_filings(published: Path, mart: str) -> None:
    """The cell stays a number; a sum opens the first of the documents that it is made of."""
    sheet = openpyxl.load_workbook(published / "miners.xlsx")[mart]
    heads = [cell.value for cell in sheet[1]]
    cells = [
        row[heads.index(name)]
        for name in ("bitcoin_sold", "proceeds_usd", "average_price_usd")
        for row in sheet.iter_rows(min_row=2)
    ]
    figures = [cell for cell in cells if cell.value is not None]
    assert len(figures) > 10
    assert all(isinstance(cell.value, int | float) for cell in figures)
    assert all(
        cell.hyperlink and cell.hyperlink.target.startswith("https://www.sec.gov/") for cell in figures
    )


def test_datapackage_says_how_periods_are_combined(published: Path) -> None:
    resources = json.loads((published / "datapackage.json").read_text())["resources"]
    fields = {f["name"]: f for r in resources if r["name"] == "quarterly" for f in r["schema"]["fields"]}
    stated = {name: fields[name].get("aggregation") for name in ("revenue_usd", "bitcoin_held", "ticker")}
    assert stated == {"revenue_usd": "sum", "bitcoin_held": "last", "ticker": None}
    assert all(r["schema"].get("primaryKey") for r in resources)


def test_csv_has_every_row(samples_engine: sa.Engine, published: Path) -> None:
    with (published / "csv" / "total_revenue.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(r["revenue_usd"] for r in rows) == sorted(
        f"{r['revenue_usd']:f}" for r in _rows(samples_engine, "marts.total_revenue")
    )


def test_parquet_and_duckdb_carry_comments_and_units(published: Path) -> None:
    field = pq.read_schema(published / "parquet" / "marts" / "quarterly.parquet").field("revenue_usd")
    assert field.metadata == {b"comment": b"Total revenue.", b"unit": b"USD"}
    with duckdb.connect(str(published / "miners.duckdb"), read_only=True) as connection:
        without = connection.execute(
            "select table_name, column_name from duckdb_columns() where comment is null and schema_name in ('marts', 'warehouse')"
        ).fetchall()
        views = {
            row[0]
            for row in connection.execute(
                "select view_name from duckdb_views() where not internal"
            ).fetchall()
        }
        assert connection.execute(
            "select revenue_usd from quarterly where ticker = 'CORZ' and calendar_quarter = '2026Q1'"
        ).fetchall() == [(Decimal("115200000.00"),)]
    assert without == []
    assert views == {mart.name for mart in MARTS}


@pytest.mark.parametrize(
    ("mart", "columns", "group"),
    [
        ("quarterly", ("revenue_usd", "ai_hpc_share", "average_price_usd", "bitcoin_held"), "ticker"),
        ("quarterly", ("revenue_usd", "ai_hpc_share", "bitcoin_held"), "calendar_quarter"),
        ("segment_revenue", ("revenue_usd",), "segment"),
        ("industry_quarter", ("revenue_usd", "bitcoin_held", "families_companies"), "calendar_quarter"),
    ],
)
def test_superset_metrics_are_equal_in_duckdb(
    samples_engine: sa.Engine, published: Path, mart: str, columns: tuple[str, ...], group: str
) -> None:
    """The metrics of superset.zip give the same over the DuckDB file as over the warehouse."""
    described = next(m for m in MARTS if m.name == mart)
    names = ", ".join(f"{expression(described, column)} as {column}" for column in columns)
    query = f"select {group} as member, {names} from marts.{mart} group by 1 order by 1"
    with samples_engine.connect() as connection:
        expected = connection.execute(sa.text(query)).all()
    with duckdb.connect(str(published / "miners.duckdb"), read_only=True) as connection:
        found = connection.execute(query).fetchall()

    def plain(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
        shown = [[v if v is None or isinstance(v, str) else round(float(v), 6) for v in row] for row in rows]
        return sorted(shown, key=lambda row: str(row[0]))

    assert any(value is not None for row in expected for value in row[1:])
    assert plain(found) == plain(expected)


def test_every_superset_metric_runs_in_postgres_and_duckdb(
    samples_engine: sa.Engine, published: Path
) -> None:
    with (
        samples_engine.connect() as warehouse,
        duckdb.connect(str(published / "miners.duckdb"), read_only=True) as file,
    ):
        for mart in MARTS:
            metrics = [sql for name in mart.columns if (sql := expression(mart, name))]
            query = f"select {', '.join(['count(*)', *metrics])} from marts.{mart.name}"
            (ours,) = warehouse.execute(sa.text(query)).all()
            (theirs,) = file.execute(query).fetchall()
            assert ours[0] == theirs[0], mart.name


def test_data_package_is_valid(published: Path) -> None:
    from frictionless import Package, system

    with system.use_context(trusted=True):
        report = Package(str(published / "datapackage.json")).validate()
    assert report.valid, [e for task in report.tasks for e in task.errors][:5]
    warehouse = json.loads((published / "datapackage.json").read_text())
    assert {r["name"].replace("-", "_") for r in warehouse["resources"]} == {mart.name for mart in MARTS}
    assert all(f["description"] for r in warehouse["resources"] for f in r["schema"]["fields"])
    quarterly = next(r for r in warehouse["resources"] if r["name"] == "quarterly")
    assert quarterly["schema"]["primaryKey"] == ["ticker", "period_end"]
    assert warehouse["licenses"][0]["name"] == "Apache-2.0"


def test_checksums_cover_all_files(published: Path) -> None:
    assert whole_files(published) == {
        p.relative_to(published).as_posix() for p in published.rglob("*") if p.is_file()
    } - {"SHA256SUMS"}


def test_publication_names_no_local_path(published: Path) -> None:
    for path in published.rglob("*"):
        if path.suffix in (".html", ".json", ".md", ".csv"):
            assert str(HOME) not in path.read_text("utf-8"), path.name


@pytest.fixture
def small(database: sa.URL, make_settings: Callable[..., Settings]) -> tuple[WarehouseBuilder, Settings]:
    """A warehouse with one figure, and its settings."""
    warehouse = WarehouseBuilder(sa.create_engine(database))
    warehouse.metric(warehouse.document("RIOT", "2025-07-31"), "total_revenue", "152988000", quarter(2025, 2))
    return warehouse, make_settings()


def _json_rows(place: Path, mart: str) -> list[dict[str, Any]]:
    """The rows of a published mart as JSON has them, in a fixed order."""
    rows = pq.read_table(place / "parquet" / "marts" / f"{mart}.parquet").to_pylist()
    return sorted(({name: for_json(name, value) for name, value in row.items()} for row in rows), key=repr)


def _applied(changes: dict[str, Any], before: Path) -> list[dict[str, Any]]:
    """A copy of the last publication's figures, kept up by `changes.json` alone."""
    grain = next(mart.grain for mart in MARTS if mart.name == "figures")
    rows = {repr([row[g] for g in grain]): row for row in _json_rows(before, "figures")}
    for change in changes["changes"]:
        key = repr([change["key"][g] for g in grain])
        if change["change"] == "removed":
            assert rows.pop(key) == change["old"]
            continue
        known = rows.get(key, {})
        assert {name: known[name] for name in change["old"]} == change["old"]
        rows[key] = known | change["new"]
    return sorted(rows.values(), key=repr)


def test_publication_lists_changes(small: tuple[WarehouseBuilder, Settings]) -> None:
    warehouse, settings = small
    first = publish(warehouse.engine, settings)
    assert first.is_new
    assert not publish(warehouse.engine, settings).is_new
    warehouse.metric(warehouse.document("RIOT", "2025-10-30"), "total_revenue", "180230000", quarter(2025, 3))
    warehouse.metric(
        warehouse.document("RIOT", "2025-10-30", form="10-Q/A"),
        "total_revenue",
        "152000000",
        quarter(2025, 2),
    )
    second = publish(warehouse.engine, settings)
    assert second.is_new
    changes = json.loads((Path(second.place) / "changes.json").read_text())
    assert changes["since"] == first.name
    assert {k: changes["marts"]["total_revenue"][k] for k in ("added", "changed", "removed")} == {
        "added": 1,
        "changed": 1,
        "removed": 0,
    }
    assert _applied(
        changes["marts"]["figures"], Path(settings.published) / "publications" / first.name
    ) == _json_rows(Path(second.place), "figures")
    text = (Path(second.place) / "CHANGES.md").read_text()
    assert "revenue_usd 152,988,000, accession 0000000001-25-000001 → revenue_usd 152,000,000" in text
    assert Path(second.place).resolve().name == second.name
    assert published_at(settings) is not None


def test_old_publications_are_deleted(small: tuple[WarehouseBuilder, Settings]) -> None:
    warehouse, settings = small
    settings = settings.model_copy(update={"keep_publications": 2})
    names = [publish(warehouse.engine, settings, force=True).name for _ in range(3)]
    root = Path(settings.published)
    assert len({p.name for p in (root / "publications").iterdir()}) == 2
    assert (root / "latest").resolve().name == names[-1]
    assert json.loads((root / "latest.json").read_text())["publication"] == names[-1]


def test_target_that_is_a_file_is_refused(small: tuple[WarehouseBuilder, Settings], tmp_path: Path) -> None:
    warehouse, settings = small
    place = tmp_path / "a file"
    place.write_text("x")
    with pytest.raises(MinersError, match=r"Cannot publish to .*The last publication is unchanged"):
        publish(warehouse.engine, settings, str(place))


def test_full_disk_keeps_last_publication(small: tuple[WarehouseBuilder, Settings]) -> None:
    """A process that may write no file beyond some kilobytes: as on a full disk, in the middle of it."""
    warehouse, settings = small
    first = publish(warehouse.engine, settings)
    warehouse.metric(warehouse.document("RIOT", "2025-10-30"), "total_revenue", "180230000", quarter(2025, 3))
    code = (
        "import resource, signal, sys\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from miners.cli.main import main\nfrom pipelines.warehouse.engine import connect_engine\nfrom pipelines.settings import load_settings\n"
        "connect_engine(load_settings())\nresource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\nsys.argv = ['miners', 'publish']\nmain()\n"
    )
    environment = {
        **os.environ,
        "WAREHOUSE_URL": str(settings.warehouse_url),
        "MINERS_DATA_DIR": str(settings.data_dir),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=HOME, timeout=120
    )
    assert done.returncode == 1, done.stderr
    assert re.search(r"Cannot publish to .*The last publication is unchanged", done.stderr)
    assert "Traceback" not in done.stderr
    assert Path(first.place).resolve().name == first.name
    assert whole_files(Path(first.place))
    assert [p.name for p in (Path(settings.published) / "publications").iterdir()] == [first.name], (
        "nothing half is left"
    )


def test_publication_to_s3(small: tuple[WarehouseBuilder, Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.server import ThreadedMotoServer
    from upath import UPath

    s3fs.S3FileSystem.clear_instance_cache()
    host = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    host.start()
    try:
        address, port = host.get_host_and_port()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{address}:{port}",
            "AWS_ACCESS_KEY_ID": "t",
            "AWS_SECRET_ACCESS_KEY": "t",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            monkeypatch.setenv(name, value)
        UPath("s3://miners").mkdir()
        warehouse, settings = small
        done = publish(warehouse.engine, settings, "s3://miners/out")
        assert done.place == f"s3://miners/out/publications/{done.name}"
        assert json.loads(UPath("s3://miners/out/latest.json").read_text())["publication"] == done.name
        assert UPath(done.report).read_text().startswith("<!doctype html>")
        assert not publish(warehouse.engine, settings, "s3://miners/out").is_new
        with pytest.raises(MinersError, match="Cannot publish to"):
            publish(warehouse.engine, settings, "s3://nobodys/out", force=True)
    finally:
        host.stop()
        # A file system of this address is kept for whoever asks next.
        s3fs.S3FileSystem.clear_instance_cache()


def test_empty_warehouse_is_published(database: sa.URL, make_settings: Callable[..., Settings]) -> None:
    done = publish(sa.create_engine(database), make_settings())
    assert "The warehouse is empty" in Path(done.report).read_text()
    assert pq.read_table(Path(done.place) / "parquet" / "marts" / "quarterly.parquet").num_rows == 0
    assert "No suite has run" in (Path(done.place) / "data_docs" / "index.html").read_text()


def test_spreadsheet_formula_is_escaped(small: tuple[WarehouseBuilder, Settings]) -> None:
    warehouse, settings = small
    warehouse.document("RIOT", "2025-08-01", title='=HYPERLINK("http://evil.example","x")')
    done = publish(warehouse.engine, settings)
    for name in ("csv/sources.csv", "report/data/sources.csv"):
        with (Path(done.place) / name).open(newline="") as file:
            assert [r["title"] for r in csv.DictReader(file) if r["title"]] == [
                '\'=HYPERLINK("http://evil.example","x")'
            ], name
    sheet = openpyxl.load_workbook(Path(done.place) / "miners.xlsx")["sources"]
    assert {
        cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)
    } <= {"s", "inlineStr"}


def test_control_characters_are_not_published(small: tuple[WarehouseBuilder, Settings]) -> None:
    """Escapes and marks that turn the direction of writing, in a title and in a label."""
    warehouse, settings = small
    attack = "fine\u202eexe.\u2066txt\x1b[2J\x9b31m\u200fend"
    document = warehouse.document("RIOT", "2025-10-30", title=attack)
    warehouse.segment(
        document, "self_mining", "1000", quarter(2025, 3), reported_label=attack, inputs=[{"label": attack}]
    )
    place = Path(publish(warehouse.engine, settings).place)
    with (place / "csv" / "sources.csv").open(newline="") as file:
        assert "fineexe.txt[2J31mend" in [r["title"] for r in csv.DictReader(file)]
    contents = {path.name: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    with zipfile.ZipFile(place / "miners.xlsx") as book:
        contents |= {name: book.read(name) for name in book.namelist()}
    tables = [pq.read_table(path).to_pylist() for path in place.rglob("*.parquet")]
    contents["tables"] = json.dumps(tables, ensure_ascii=False, default=str).encode()
    marks = [mark.encode() for mark in ("\u202e", "\u2066", "\u200f", "\x1b[2J", "\x9b31m")]
    text = (".csv", ".html", ".json", ".md", ".xml", ".js", "tables")
    found = {n for n, c in contents.items() if n.endswith(text) and any(mark in c for mark in marks)}
    assert found == set()


def test_large_table_is_partitioned_by_fiscal_year(
    small: tuple[WarehouseBuilder, Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse, _ = small
    import pipelines.publish.files.tables as files

    warehouse.metric(warehouse.document("RIOT", "2024-10-30"), "total_revenue", "84786000", quarter(2024, 3))
    monkeypatch.setattr(files, "LARGE_ROWS", 1)
    table = next(t for t in read_tables(warehouse.engine) if t.full_name == "marts.total_revenue")
    written = files.write_parquet(tmp_path, table)
    assert {p.parent.name for p in written} == {"fiscal_year=2024", "fiscal_year=2025"}
    assert sorted(
        pq.read_table(tmp_path / "parquet" / "marts" / "total_revenue").column("revenue_usd").to_pylist()
    ) == [Decimal("84786000.00"), Decimal("152988000.00")]


def test_publish_prints_path_of_report(samples: dict[str, str], samples_output: str) -> None:
    done = miners("publish", **samples)
    assert done.returncode == 0, done.stderr
    assert "Nothing has changed since" in done.stdout
    assert re.search(r"report: .*/published/latest/report/index\.html", done.stdout)
    assert "Report (open it in a browser): " in samples_output


def test_duckdb_and_data_package_declare_keys(published: Path) -> None:
    with duckdb.connect(str(published / "miners.duckdb"), read_only=True) as connection:
        declared = connection.execute(
            "select table_name, constraint_type, constraint_text from duckdb_constraints() "
            "where schema_name = 'marts' and constraint_type <> 'NOT NULL'"
        ).fetchall()
    assert ("companies", "PRIMARY KEY", "PRIMARY KEY(ticker)") in declared
    assert ("figures", "FOREIGN KEY", "FOREIGN KEY (metric) REFERENCES marts.metrics(metric)") in declared
    resources = {r["name"]: r for r in json.loads((published / "datapackage.json").read_text())["resources"]}
    assert resources["figures"]["schema"]["foreignKeys"] == [
        {"fields": "ticker", "reference": {"resource": "companies", "fields": "ticker"}},
        {"fields": "metric", "reference": {"resource": "metrics", "fields": "metric"}},
        {"fields": "segment", "reference": {"resource": "segments", "fields": "segment"}},
    ]
