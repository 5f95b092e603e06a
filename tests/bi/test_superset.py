"""The published `superset.zip` in a real Superset: imported, connected as its user does, queried, and opened in Chromium."""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from playwright.sync_api import Response, expect

from pipelines.publish.files.superset import NAME
from pipelines.publish.files.superset_dashboard import CHARTS
from pipelines.settings import HOME
from pipelines.warehouse.marts import MARTS
from tests.e2e.ui.browser import chromium, page
from tests.local_servers import free_port, wait_for_port

PROGRAM = HOME / ".venv-bi" / "bin" / "superset"
LOGIN = {"username": "admin", "password": "admin"}

# What each chart shows, as SQL over its mart: the same rows without the column of the time axis.
SHOWN = {
    "industry_revenue": "select calendar_quarter, mining_usd, ai_hpc_usd, other_usd from marts.industry_quarter",
    "industry_companies": "select calendar_quarter, companies_expected, families_companies from marts.industry_quarter",
    "segment_revenue": "select calendar_quarter, segment, sum(revenue_usd) from marts.segment_revenue"
    " where period_kind = 'quarter' and calendar_quarter is not null group by 1, 2",
    "ai_share": "select ticker, ai_hpc_share from marts.quarterly",
    "bitcoin_produced": "select ticker, bitcoin_produced from marts.monthly",
    "bitcoin_sold": "select ticker, bitcoin_sold from marts.monthly",
    "bitcoin_held": "select ticker, bitcoin_held from marts.monthly",
    "league_table": "select {columns} from marts.league_table where disclosed_at is not null",
    "quarter_coverage": "select status, count(*) from marts.quarter_coverage"
    " group by date_trunc('quarter', period_end), status",
    "coverage": "select {columns} from marts.coverage where status in ('late', 'missing')",
    "open_findings": "select {columns} from marts.open_findings",
}


class Superset:
    """A running Superset with the imported dashboard."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        token = self.ask("post", "security/login", {**LOGIN, "provider": "db"})["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, verb: str, path: str, content: Any = None) -> Any:
        """The JSON of a request to the API."""
        answer = self.session.request(verb, f"{self.base}/api/v1/{path}", json=content, timeout=60)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text[:1000]}"
        return answer.json()

    @cache  # noqa: B019
    def all(self, kind: str) -> list[dict[str, Any]]:
        """Everything of one kind: dataset, chart."""
        listed = self.ask("get", f"{kind}/?q=(page_size:100)")["result"]
        return [self.ask("get", f"{kind}/{item['id']}")["result"] for item in listed]


@pytest.fixture(scope="module")
def superset(samples: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    """Superset with SQLite for its metadata, and the publication's ZIP file connected to the samples."""
    if not PROGRAM.exists():
        pytest.skip("Superset is not installed; `make test-bi` installs it")
    folder = tmp_path_factory.mktemp("superset")
    (folder / "superset_config.py").write_text(
        f"SECRET_KEY = '{'test' * 12}'\nSQLALCHEMY_DATABASE_URI = 'sqlite:///{folder}/superset.db'\n"
        "WTF_CSRF_ENABLED = False\nTALISMAN_ENABLED = False\n"
    )
    environment = os.environ | {
        "SUPERSET_CONFIG_PATH": str(folder / "superset_config.py"),
        "SUPERSET_HOME": str(folder),
        "FLASK_APP": "superset.app:create_app()",
        "SCARF_ANALYTICS": "false",
    }
    published = Path(samples["MINERS_DATA_DIR"]) / "published" / "latest" / NAME
    names = ("--firstname", "A", "--lastname", "B", "--email", "a@example.com")
    for command in (
        ("db", "upgrade"),
        ("fab", "create-admin", "--username", "admin", "--password", "admin", *names),
        ("init",),
        ("import-dashboards", "--path", str(published), "--username", "admin"),
    ):
        done = subprocess.run(
            [PROGRAM, *command], env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr[-2000:]
    port = free_port()
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [PROGRAM, "run", "--port", str(port), "--with-threads"],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for_port(port, 120)
            opened = Superset(f"http://127.0.0.1:{port}")
            analyst = sa.make_url(samples["WAREHOUSE_URL"]).set(
                drivername="postgresql+psycopg2", username="analyst"
            )
            (database,) = opened.ask("get", "database/")["result"]
            address = {"sqlalchemy_uri": analyst.render_as_string(hide_password=False)}
            opened.ask("put", f"database/{database['id']}", address)
            yield opened
        finally:
            server.terminate()
            server.wait(30)


def test_datasets_have_the_columns_of_the_warehouse(superset: Superset, samples_engine: sa.Engine) -> None:
    with samples_engine.connect() as connection:
        stated = connection.execute(
            sa.text(
                "select table_name, column_name from information_schema.columns where table_schema = 'marts'"
            )
        ).all()
    columns = {mart.name: {column for name, column in stated if name == mart.name} for mart in MARTS}
    datasets = superset.all("dataset")
    assert {d["table_name"]: {c["column_name"] for c in d["columns"]} for d in datasets} == columns
    assert {d["table_name"] for d in datasets if len(d["metrics"]) > 2} >= {
        "quarterly",
        "monthly",
        "industry_quarter",
    }


def _query(params: dict[str, Any]) -> dict[str, Any]:
    """The query of a chart, as Superset's page makes it of the chart's parameters."""
    filters = [
        {"col": f["subject"], "op": f["operator"], "val": f["comparator"]} for f in params["adhoc_filters"]
    ]
    common = {"filters": filters, "row_limit": params["row_limit"]}
    if params["viz_type"] == "table":
        order = [json.loads(item) for item in params["order_by_cols"]]
        return {**common, "columns": params["all_columns"], "orderby": order}
    axis: Any = params["x_axis"]
    if grain := params.get("time_grain_sqla"):
        axis = {
            "label": axis,
            "sqlExpression": axis,
            "expressionType": "SQL",
            "timeGrain": grain,
            "columnType": "BASE_AXIS",
        }
    return {**common, "columns": [axis, *params["groupby"]], "metrics": params["metrics"]}


def _plain(value: Any) -> str:
    """A value in one spelling: numbers with six decimals; days of the API are milliseconds."""
    if value is None or isinstance(value, str):
        return str(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return f"{float(value):.6f}"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda c: c.name)
def test_chart_shows_the_rows_of_its_mart(superset: Superset, samples_engine: sa.Engine, chart: Any) -> None:
    stored = next(c for c in superset.all("chart") if c["slice_name"] == chart.title)
    params = json.loads(stored["params"])
    source = {"id": int(params["datasource"].split("__")[0]), "type": "table"}
    answer = superset.ask(
        "post", "chart/data", {"datasource": source, "queries": [_query(params)], "force": True}
    )
    rows = answer["result"][0]["data"]
    # Days of raw rows are compared by the other columns of the row.
    hidden = {"period_end", "due"}
    columns = [c for c in answer["result"][0]["colnames"] if c not in hidden]
    sql = SHOWN[chart.name].format(columns=", ".join(f'"{c}"' for c in columns))
    with samples_engine.connect() as connection:
        expected = Counter(tuple(map(_plain, row)) for row in connection.execute(sa.text(sql)))
    assert rows
    assert Counter(tuple(_plain(row[c]) for c in columns) for row in rows) == expected


def test_dashboard_opens_in_chromium(superset: Superset, tmp_path: Path) -> None:
    """Every chart asks for its rows, the filter by company reaches all but the industry's, and no page shows an error."""
    chromium()
    company = (
        "(NATIVE_FILTER-company:(id:NATIVE_FILTER-company,ownState:(),filterState:(value:!(CLSK)),"
        "extraFormData:(filters:!((col:ticker,op:IN,val:!(CLSK))))))"
    )
    with page(tmp_path / "profile") as tab:
        # Superset loads the charts in sight only.
        tab.set_viewport_size({"width": 1280, "height": 3600})
        answers: list[Response] = []
        problems: list[str] = []
        tab.on("response", lambda r: answers.append(r) if "chart/data?form_data" in r.url else None)
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.goto(f"{superset.base}/login/")
        tab.locator("#username").fill(LOGIN["username"])
        tab.locator("#password").fill(LOGIN["password"])
        tab.keyboard.press("Enter")
        expect(tab).not_to_have_url(f"{superset.base}/login/", timeout=60_000)
        tab.goto(f"{superset.base}/superset/dashboard/miners/?native_filters={company}")
        drawn = tab.locator(".slice_container").filter(has=tab.locator("canvas, table"))
        expect(drawn).to_have_count(len(CHARTS), timeout=90_000)
        expect(tab.locator("[data-test='loading-indicator']")).to_have_count(0, timeout=60_000)
        expect(tab.get_by_role("alert")).to_have_count(0)
        assert problems == []
        results = [answer.json()["result"][0] for answer in answers]
        if folder := os.environ.get("SCREENSHOTS"):
            tab.screenshot(path=Path(folder) / "superset.png")
    assert {answer.status for answer in answers} == {200}
    assert len(results) == len(CHARTS)
    of_company = [{"column": "ticker"} in result["applied_filters"] for result in results]
    assert of_company.count(False) == sum(chart.mart == "industry_quarter" for chart in CHARTS)
