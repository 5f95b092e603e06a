"""The steps of a run: index, fetch, read, normalize, check, load.

Each works on companies and days of filing. A company's failure is recorded and never stops the others.
"""
