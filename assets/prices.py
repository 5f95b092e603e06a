"""The reference price of bitcoin, and the hash rate and reward of its network."""

from typing import Any

import dagster as dg

from assets.resources import column_schema, run_step
from pipelines.steps import market
from pipelines.steps.services import Services
from pipelines.warehouse import schema


@dg.asset(
    group_name="prices", kinds={"python", "postgres"}, metadata=column_schema(schema.fact_bitcoin_price)
)
def fact_bitcoin_price(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Daily reference prices from BITCOIN_PRICE_URL; a failing source is a warning."""
    return run_step(context, services, lambda: market.read_reference_prices(services), warn=True)


@dg.asset(group_name="prices", kinds={"python", "postgres"}, metadata=column_schema(schema.fact_network_day))
def fact_network_day(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """The network's days from BITCOIN_NETWORK_URL; a failing source is a warning."""
    return run_step(context, services, lambda: market.read_network_days(services), warn=True)
