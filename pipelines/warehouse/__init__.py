"""The warehouse: tables, engine, migrations, and idempotent loading."""
