"""Feeds, article pages and the claims that articles make."""
