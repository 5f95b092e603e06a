"""The reference price of bitcoin."""

import dagster as dg

from assets.resources import column_schema, told
from pipelines.load import schema
from pipelines.steps import reconcile, runs
from pipelines.steps.services import Services


@dg.asset(
    group_name="prices", kinds={"python", "postgres"}, metadata=column_schema(schema.fact_bitcoin_price)
)
def fact_bitcoin_price(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """A day's reference price, from BITCOIN_PRICE_URL; where the source fails prices are missing and nothing is stopped."""
    result = reconcile.read_reference_prices(miners)
    runs.record_step(miners.engine, context.run_id, context.job_name, result)
    for note in result.notes:
        context.log.warning(note)
    return dg.MaterializeResult(metadata=told(result))
