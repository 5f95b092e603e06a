"""Deals, targets and changes that filings and articles state in prose."""
