"""Expectations on rows before they load. Great Expectations is imported only where they run."""
