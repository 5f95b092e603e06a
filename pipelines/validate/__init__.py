"""Expectations on records before they load. Great Expectations is imported lazily."""
