"""From the bytes of a document to what it states: XBRL facts, tables, quantities."""
