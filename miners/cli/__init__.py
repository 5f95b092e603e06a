"""The command `miners`."""
