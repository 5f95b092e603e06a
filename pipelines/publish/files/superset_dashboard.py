"""Charts, filters and layout of the dashboard in `superset.zip`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.publish.report.charts import COLOURS

TITLE = "Miners, as disclosed"
_LINE, _BAR, _TABLE = "echarts_timeseries_line", "echarts_timeseries_bar", "table"
_DOLLARS = {"y_axis_format": "SMART_NUMBER", "currency_format": {"symbol": "USD", "symbolPosition": "prefix"}}
_NOTE = (
    "**What public bitcoin miners disclose.** Industry charts sum the companies that disclosed a quarter; "
    "their number changes from quarter to quarter and is shown beside them. Holdings are shown for each "
    "company and never summed. An empty cell is a figure that no document states. The data dictionary and "
    "the source of each figure are in the marts."
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: a mart, what is drawn of it, and its place in the layout.

    Rows without a figure are not left out of lines, so that a line does not join the figures beside a gap.

    Args:
        x: Column of the horizontal axis of a line or bar chart.
        metrics: Metrics of the dataset.
        columns: Columns of a table, or those whose values are the series of a chart.
        where: Accepted values of columns; None: the column is not empty.
        order: Columns by which a table is sorted, with whether ascending.
        time: Column to which the filter by period applies.
        width: Of 12 columns of the layout.
        more: Further parameters of the chart type.
    """

    name: str
    title: str
    description: str
    kind: str
    mart: str
    columns: tuple[str, ...] = ()
    x: str = ""
    metrics: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    order: tuple[tuple[str, bool], ...] = ()
    time: str = "period_end"
    width: int = 12
    height: int = 50
    more: Mapping[str, Any] = field(default_factory=dict)

    def params(self) -> dict[str, Any]:
        """The form data that Superset stores for the chart."""
        common = {
            "viz_type": self.kind,
            "adhoc_filters": [_filter(self.time, "TEMPORAL_RANGE", "No filter"), *self._filters()],
            "row_limit": 10_000,
            "extra_form_data": {},
        }
        return {**common, **(self._table() if self.kind == _TABLE else self._series()), **self.more}

    def _filters(self) -> list[dict[str, Any]]:
        return [
            _filter(name, "IS NOT NULL", None) if values is None else _filter(name, "IN", list(values))
            for name, values in self.where.items()
        ]

    def _table(self) -> dict[str, Any]:
        return {
            "query_mode": "raw",
            "all_columns": list(self.columns),
            "order_by_cols": [f'["{name}", {str(up).lower()}]' for name, up in self.order],
            "server_pagination": False,
            "page_length": 10,
            "include_search": True,
            "show_cell_bars": False,
            "table_timestamp_format": "%Y-%m-%d",
        }

    def _series(self) -> dict[str, Any]:
        temporal = {"time_grain_sqla": "P1M", "x_axis_time_format": "%Y-%m"} if self.x == "period_end" else {}
        return {
            "x_axis": self.x,
            "x_axis_sort": self.x,
            "x_axis_sort_asc": True,
            **temporal,
            "metrics": list(self.metrics),
            "groupby": list(self.columns),
            "show_legend": True,
            "legendType": "scroll",
            "legendOrientation": "right" if "ticker" in self.columns else "top",
            "rich_tooltip": True,
            "truncateYAxis": False,
            "y_axis_format": "SMART_NUMBER",
            "markerEnabled": True,
            "markerSize": 4,
        }


def _filter(subject: str, operator: str, comparator: Any) -> dict[str, Any]:
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "subject": subject,
        "operator": operator,
        "comparator": comparator,
    }


CHARTS = (
    Chart(
        "industry_revenue",
        "Industry revenue by segment family and quarter",
        "Sum over the companies that disclosed the quarter and whose segments add up to the total; see the "
        "chart beside it for their number. Subsidiaries that their parent consolidates are not added.",
        _BAR,
        "industry_quarter",
        x="calendar_quarter",
        metrics=("mining_usd", "ai_hpc_usd", "other_usd"),
        width=7,
        more={"stack": "Stack", **_DOLLARS},
    ),
    Chart(
        "industry_companies",
        "Companies in the industry's revenue",
        "Companies that were expected to disclose the quarter, and those in the sums of the chart beside it.",
        _LINE,
        "industry_quarter",
        x="calendar_quarter",
        metrics=("companies_expected", "families_companies"),
        width=5,
        more={"y_axis_format": ",d"},
    ),
    Chart(
        "segment_revenue",
        "Revenue by segment and quarter, selected companies",
        "Sum over the selected companies that disclosed the quarter, calendar quarters only. A parent's "
        "revenue includes its subsidiary's: select one of the two.",
        _BAR,
        "segment_revenue",
        ("segment",),
        x="calendar_quarter",
        metrics=("revenue_usd",),
        where={"period_kind": ("quarter",), "calendar_quarter": None},
        width=7,
        more={"stack": "Stack", **_DOLLARS},
    ),
    Chart(
        "ai_share",
        "Share of AI and HPC in revenue",
        "By company and quarter, for companies whose segments add up to the total.",
        _LINE,
        "quarterly",
        ("ticker",),
        x="period_end",
        metrics=("ai_hpc_share",),
        width=5,
        more={"y_axis_format": ",.0%", "time_grain_sqla": "P3M"},
    ),
    *(
        Chart(
            name,
            f"{title} by company and month",
            description,
            _LINE,
            "monthly",
            ("ticker",),
            x="period_end",
            metrics=(name,),
            width=width,
        )
        for name, title, description, width in (
            ("bitcoin_produced", "Bitcoin produced", "As each company states it for the month.", 6),
            ("bitcoin_sold", "Bitcoin sold", "As each company states it for the month.", 6),
            (
                "bitcoin_held",
                "Bitcoin held",
                "The latest statement of the month. Not summed: companies state different days and scopes.",
                12,
            ),
        )
    ),
    Chart(
        "league_table",
        "League table by month",
        "Latest month first. Ranks are among the companies that publish monthly figures.",
        _TABLE,
        "league_table",
        (
            "month",
            "ticker",
            "produced_rank",
            "bitcoin_produced",
            "sold_rank",
            "bitcoin_sold",
            "held_rank",
            "bitcoin_held",
            "hashrate_rank",
            "hashrate_eh",
            "produced_companies",
        ),
        where={"disclosed_at": None},
        order=(("period_end", False), ("produced_rank", True)),
        height=60,
    ),
    Chart(
        "quarter_coverage",
        "Coverage of revenue by quarter",
        "Quarters of companies: total revenue is filled (a document states it), derived, explained, late or "
        "missing.",
        _BAR,
        "quarter_coverage",
        ("status",),
        x="period_end",
        metrics=("number_of_rows",),
        width=5,
        more={"stack": "Stack", "time_grain_sqla": "P3M"},
    ),
    Chart(
        "coverage",
        "Filings that are late or missing",
        "Expected filings that are due and not in the warehouse, with the reason.",
        _TABLE,
        "coverage",
        ("ticker", "document_kind", "period", "due", "status", "reason"),
        where={"status": ("late", "missing")},
        order=(("due", False),),
        width=7,
    ),
    Chart(
        "open_findings",
        "Open findings",
        "Discrepancies between documents, or between documents and market prices.",
        _TABLE,
        "open_findings",
        ("ticker", "check", "metric", "segment", "period_end", "expected", "found", "difference", "detail"),
        order=(("period_end", False), ("ticker", True)),
        height=72,
    ),
)
# By metric or by value; those of segments as in the report.
_COLOURS = {
    **{name: light for name, (light, _) in COLOURS.items()},
    "mining_usd": COLOURS["mining"][0],
    "ai_hpc_usd": COLOURS["AI and HPC"][0],
    "other_usd": COLOURS["other"][0],
    "filled": "#166534",
    "derived": "#4ade80",
    "explained": "#6b7280",
    "late": "#facc15",
    "missing": "#c2410c",
}


def dashboard(charts: Mapping[str, str], companies: str) -> dict[str, Any]:
    """The dashboard with its layout and filters.

    Args:
        charts: UUID of each chart by name.
        companies: UUID of the dataset whose tickers the filter by company lists.
    """
    ids = {chart.name: number for number, chart in enumerate(CHARTS, 1)}
    industry = [ids[chart.name] for chart in CHARTS if chart.mart == "industry_quarter"]
    return {
        "dashboard_title": TITLE,
        "description": "Segment revenue, bitcoin, the pivot to AI, and coverage of public bitcoin miners.",
        "slug": "miners",
        "published": True,
        "certified_by": TITLE,
        "position": _layout(ids, charts),
        "metadata": {
            "native_filter_configuration": [
                _native_filter("company", "Company", "filter_select", industry, companies),
                _native_filter("period", "Period", "filter_time", []),
            ],
            "filter_bar_orientation": "HORIZONTAL",
            "cross_filters_enabled": True,
            "label_colors": _COLOURS,
            "color_scheme": "supersetColors",
        },
    }


def _native_filter(
    code: str, name: str, kind: str, excluded: list[int], dataset: str | None = None
) -> dict[str, Any]:
    return {
        "id": f"NATIVE_FILTER-{code}",
        "type": "NATIVE_FILTER",
        "name": name,
        "filterType": kind,
        "targets": [{"column": {"name": "ticker"}, "datasetUuid": dataset}] if dataset else [{}],
        "controlValues": {"multiSelect": True, "enableEmptyFilter": False} if dataset else {},
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": excluded},
    }


def _layout(ids: Mapping[str, int], uuids: Mapping[str, str]) -> dict[str, Any]:
    """Rows of charts from top to bottom, each filled up to 12 columns, below a note."""
    note = {
        "id": "MARKDOWN-note",
        "type": "MARKDOWN",
        "children": [],
        "meta": {"width": 12, "height": 10, "code": _NOTE},
    }
    rows: list[list[str]] = [["MARKDOWN-note"]]
    items: dict[str, Any] = {"MARKDOWN-note": note}
    free = 0
    for chart in CHARTS:
        if chart.width > free:
            rows.append([])
            free = 12
        free -= chart.width
        rows[-1].append(f"CHART-{chart.name}")
        items[f"CHART-{chart.name}"] = {
            "id": f"CHART-{chart.name}",
            "type": "CHART",
            "children": [],
            "meta": {
                "width": chart.width,
                "height": chart.height,
                "chartId": ids[chart.name],
                "sliceName": chart.title,
                "uuid": uuids[chart.name],
            },
        }
    names = [f"ROW-{number}" for number in range(len(rows))]
    for name, children in zip(names, rows, strict=True):
        items[name] = {
            "id": name,
            "type": "ROW",
            "children": children,
            "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for child in children:
            items[child]["parents"] = ["ROOT_ID", "GRID_ID", name]
    return {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": names, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": TITLE}},
        **items,
    }
