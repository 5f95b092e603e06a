"""XBRL facts of filed documents: inline XBRL and instances."""
