-- One row: something that does not tie out. Grain: ticker, check, period_end, documents.
create view marts.open_findings as
select
    company_id as ticker,
    check_name as "check",
    period_start,
    period_end,
    expected,
    found,
    found - expected as difference,
    detail,
    documents,
    found_at,
    marts.calendar_quarter(
        case
            when period_start is null or period_start = period_end then 'instant'
            when period_end - period_start < 31 then 'month'
            else 'quarter'
        end, period_start, period_end
    ) as calendar_quarter
from ops.finding;

comment on view marts.open_findings is 'One row: something that does not tie out.';
comment on column marts.open_findings.ticker is 'Ticker of today.';
comment on column marts.open_findings."check" is 'Name of the check.';
comment on column marts.open_findings.period_start is 'First day of the period.';
comment on column marts.open_findings.period_end is 'Last day of the period.';
comment on column marts.open_findings.expected is 'What it should be.';
comment on column marts.open_findings.found is 'What it is.';
comment on column marts.open_findings.difference is 'found less expected.';
comment on column marts.open_findings.detail is 'In words.';
comment on column marts.open_findings.documents is 'URLs of the documents.';
comment on column marts.open_findings.found_at is 'When it was found first.';
comment on column marts.open_findings.calendar_quarter
is 'Calendar quarter, 2026Q1: of a quarter that is one, or in which a month or day lies; empty for any other span.';
