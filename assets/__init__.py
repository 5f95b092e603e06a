"""Dagster, and nothing else: what exists, in which order, how it is checked, and when it runs."""

import warnings

from dagster import BetaWarning

# BackfillPolicy.single_run is what makes a backfill one run a company; that it is still called beta is known.
warnings.filterwarnings("ignore", category=BetaWarning)
