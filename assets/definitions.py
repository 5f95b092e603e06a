"""The code location: assets, checks, jobs and schedules put together."""

import dagster as dg

from assets import checks, disclosures, edgar, marts, news, prices, warehouse
from assets.jobs import JOBS
from assets.resources import Miners
from assets.schedules import every_night, news_of_the_day

defs = dg.Definitions(
    assets=dg.load_assets_from_modules([edgar, disclosures, prices, warehouse, news, marts]),
    asset_checks=dg.load_asset_checks_from_modules([checks, news]),
    jobs=JOBS,
    schedules=[every_night, news_of_the_day],
    resources={"miners": Miners()},
    loggers={"console": dg.colored_console_logger},
    # A step in a process of its own costs five seconds before it does anything; runs stand side by side instead.
    executor=dg.in_process_executor,
)
