"""The pipeline in plain Python, without Dagster."""
