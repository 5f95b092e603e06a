"""Deals and capacity targets in filings and news."""
