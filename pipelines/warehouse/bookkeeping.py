"""Names of the tables of quarantine and of the pipeline's own records (ops)."""

from pipelines.warehouse.schema import metadata

rejected_row = metadata.tables["quarantine.rejected_row"]
filing = metadata.tables["ops.filing"]
conditional_request = metadata.tables["ops.conditional_request"]
feed = metadata.tables["ops.feed"]
feed_entry = metadata.tables["ops.feed_entry"]
staged_figure = metadata.tables["ops.staged_figure"]
staged_claim = metadata.tables["ops.staged_claim"]
normalized_document = metadata.tables["ops.normalized_document"]
finding = metadata.tables["ops.finding"]
daily_index = metadata.tables["ops.daily_index"]
expected_filing = metadata.tables["ops.expected_filing"]
alert = metadata.tables["ops.alert"]
verification = metadata.tables["ops.verification"]
unwatched_registrant = metadata.tables["ops.unwatched_registrant"]
mart_change = metadata.tables["ops.mart_change"]
run = metadata.tables["ops.run"]
