"""The steps of a run, each for some companies and days of filing: what an asset calls, and nothing of Dagster.

index → fetch → read → normalize → check → load. One company's failure is recorded and never stops the others.
"""
