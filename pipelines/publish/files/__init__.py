"""Published files: Parquet, DuckDB, CSV, Excel and a data package."""
