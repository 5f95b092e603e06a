"""Fetch documents from EDGAR, publishers or a folder, and keep them in the archive."""
