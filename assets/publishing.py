"""Published files and report, renewed if anything has changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from assets.resources import markdown
from pipelines.publish.publication import Publication, publish
from pipelines.steps.services import Services
from pipelines.warehouse.marts import MARTS

FILES, REPORT = dg.AssetKey("published_files"), dg.AssetKey("report")
_MARTS = [dg.AssetKey(["marts", mart.name]) for mart in MARTS]


@dg.multi_asset(
    name="publication",
    group_name="published",
    specs=[
        dg.AssetSpec(
            FILES,
            description=(
                "Parquet, one DuckDB file, CSV, Excel and a data package of all marts and the star schema."
            ),
            kinds={"parquet", "duckdb"},
            deps=_MARTS,
        ),
        dg.AssetSpec(
            REPORT,
            description=(
                "Static pages that open offline: the industry, one page per company, findings, sources, "
                "dictionary."
            ),
            kinds={"html"},
            deps=_MARTS,
        ),
    ],
)
def publication(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> Iterator[dg.MaterializeResult[Any]]:
    """Publish files and report in one step, if anything has changed."""
    done = publish(services.engine, services.settings)
    if not done.is_new:
        context.log.info(f"Nothing changed since {done.name}.")
    for key, metadata in metadata_of(done).items():
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)


def metadata_of(done: Publication) -> dict[dg.AssetKey, dict[str, dg.MetadataValue]]:
    """Dagster metadata of a publication: location, size, and the link to the report."""
    common = {"publication": dg.MetadataValue.text(done.name), "is_new": dg.MetadataValue.bool(done.is_new)}
    opens = done.report if "://" in done.report else Path(done.report).resolve().as_uri()
    return {
        FILES: {
            **common,
            "place": dg.MetadataValue.path(done.place),
            "files": dg.MetadataValue.int(done.files),
            "bytes": dg.MetadataValue.int(done.bytes),
            "rows": dg.MetadataValue.md(markdown(["table", "rows"], done.rows.items())),
        },
        REPORT: {**common, "path": dg.MetadataValue.path(done.report), "report": dg.MetadataValue.url(opens)},
    }
