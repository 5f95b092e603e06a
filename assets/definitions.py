"""The code location: assets, checks, jobs, schedules and sensors put together."""

import dagster as dg

from assets import datasets, edgar, marts, news, prices, publishing, warehouse
from assets.execution import console_logger, described, executor
from assets.jobs import JOBS
from assets.resources import ServicesResource
from assets.schedules import every_month, every_morning, every_night, news_of_the_day
from assets.sensors import SENSORS

defs = dg.Definitions(
    assets=described(
        [
            *dg.load_assets_from_modules([edgar, prices, warehouse, news, marts, publishing]),
            *(datasets.defs.assets or ()),
        ]
    ),
    asset_checks=[*dg.load_asset_checks_from_modules([warehouse, news]), *(datasets.defs.asset_checks or ())],
    jobs=JOBS,
    schedules=[every_night, news_of_the_day, every_morning, every_month],
    sensors=SENSORS,
    resources={"services": ServicesResource()},
    loggers={"console": console_logger()},
    executor=executor(),
)
