"""Keep the pipeline running: status, health, alerts, backup, retention and filing coverage."""
