"""Publications: files and the report."""
