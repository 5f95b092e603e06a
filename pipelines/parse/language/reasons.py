"""Reasons for skipping a quantity: a closed list."""

PLAN = "plan_or_guidance"
RATE = "rate_or_average_per_day"
ANOTHER_COMPANY = "another_company"
OTHER_PERIOD = "other_period"
SITE = "site_beside_a_total"
MARKET = "market_or_network"
NOT_OURS = "not_ours"
NOT_UNDERSTOOD = "not_understood"

REASONS = (PLAN, RATE, ANOTHER_COMPANY, OTHER_PERIOD, SITE, MARKET, NOT_OURS, NOT_UNDERSTOOD)
