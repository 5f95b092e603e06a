"""Dagster definitions: assets, checks, jobs, schedules and sensors."""

import warnings

from dagster import BetaWarning

# BackfillPolicy.single_run makes a backfill one run for each company. It is still marked as beta.
warnings.filterwarnings("ignore", category=BetaWarning)
