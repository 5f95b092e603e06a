"""Documents as blocks of text and tables of cells."""
