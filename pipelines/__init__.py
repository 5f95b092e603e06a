"""How each step is done: extract, parse, normalize, validate, load, publish. Never imports dagster."""
