"""Facts and statements of a document as figures, and comparisons between documents."""
