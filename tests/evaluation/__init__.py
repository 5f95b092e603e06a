"""Score extraction against labels: `python -m tests.evaluation FOLDER…`.

A folder holds documents, docs.csv (file, ticker, published, …) and labels.csv, with the columns of LABELS.
"""
