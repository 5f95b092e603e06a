"""The reference price of bitcoin."""

from typing import Any

import dagster as dg

from assets.resources import column_schema, run_step
from pipelines.steps import reconcile
from pipelines.steps.services import Services
from pipelines.warehouse import schema


@dg.asset(
    group_name="prices", kinds={"python", "postgres"}, metadata=column_schema(schema.fact_bitcoin_price)
)
def fact_bitcoin_price(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Daily reference prices from BITCOIN_PRICE_URL; a failing source is a warning."""
    return run_step(context, services, lambda: reconcile.read_reference_prices(services), warn=True)
