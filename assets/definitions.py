"""The code location: assets, checks, jobs, schedules and sensors put together."""

import dagster as dg

from assets import checks, disclosures, edgar, marts, news, prices, publishing, warehouse
from assets.execution import console_logger, described, executor
from assets.jobs import JOBS
from assets.resources import Miners
from assets.schedules import every_morning, every_night, news_of_the_day
from assets.sensors import SENSORS

defs = dg.Definitions(
    assets=described(
        dg.load_assets_from_modules([edgar, disclosures, prices, warehouse, news, marts, publishing])
    ),
    asset_checks=dg.load_asset_checks_from_modules([checks, news]),
    jobs=JOBS,
    schedules=[every_night, news_of_the_day, every_morning],
    sensors=SENSORS,
    resources={"miners": Miners()},
    loggers={"console": console_logger()},
    executor=executor(),
)
