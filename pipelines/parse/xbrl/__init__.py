"""Facts of inline XBRL documents and XBRL instances."""
