"""The reference price of bitcoin."""

import dagster as dg

from assets.resources import column_schema, recorded
from pipelines.steps import reconcile
from pipelines.steps.services import Services
from pipelines.warehouse import schema


@dg.asset(
    group_name="prices", kinds={"python", "postgres"}, metadata=column_schema(schema.fact_bitcoin_price)
)
def fact_bitcoin_price(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """A day's reference price, from BITCOIN_PRICE_URL; where the source fails prices are missing and nothing is stopped."""
    return recorded(context, miners, lambda: reconcile.read_reference_prices(miners), warn=True)
