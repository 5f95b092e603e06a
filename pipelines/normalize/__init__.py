"""From facts in a company's own words to canonical segments, periods and units, each by a rule with a name."""
