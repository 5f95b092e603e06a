"""Parse a document from standard input, and exit with 3 if that takes too much memory.

Usage: python markup_probe.py MEGABYTES
"""

import os
import sys
import threading
import time

import psutil
from lxml import etree

TOO_LARGE = 3


def _watch(megabytes: float) -> None:
    """End this process once it has grown too much: lxml lets other threads run while it parses."""
    process = psutil.Process()
    most = process.memory_info().rss + megabytes * 1e6
    while True:
        if process.memory_info().rss > most:
            os._exit(TOO_LARGE)
        time.sleep(0.01)


def main() -> None:
    """Parse as XML and as HTML. Whether the document can be read is not the question here."""
    markup = sys.stdin.buffer.read()
    threading.Thread(target=_watch, args=(float(sys.argv[1]),), daemon=True).start()
    for parser in (
        etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True),
        etree.HTMLParser(no_network=True, huge_tree=True),
    ):
        try:
            etree.fromstring(markup, parser)
        except (etree.ParseError, ValueError):
            continue


if __name__ == "__main__":
    main()
