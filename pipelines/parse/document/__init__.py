"""One model of a page: blocks of text and tables with their cells."""
