"""Getting documents: from EDGAR, from a folder in its tree, and from the archive."""
