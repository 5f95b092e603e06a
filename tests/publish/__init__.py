"""Publishing: asking, files, report, documents."""
