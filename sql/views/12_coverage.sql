-- One row: a filing that a company owed for a period, and whether it is there. What is due later is not in it.
-- Grain: ticker, document_kind, period_end.
create view marts.coverage as
select
    e.company_id as ticker,
    case when e.document_kind = 'monthly_update' then to_char(e.period_end, 'YYYY-MM') else to_char(e.period_end, 'YYYY-MM-DD') end as period,
    e.document_kind,
    e.form,
    e.period_start,
    e.period_end,
    e.due,
    e.due_rule,
    e.filed_on as filed,
    greatest(e.filed_on - e.due, 0) as days_late,
    e.status,
    e.reason,
    e.accession,
    (
        select
            'https://www.sec.gov/Archives/edgar/data/' || ltrim(min(f.cik), '0') || '/' || replace(e.accession, '-', '') || '/'
            || e.accession || '-index.htm'
        from ops.filing as f
        where f.accession = e.accession
    ) as url
from ops.expected_filing as e
where e.status <> 'upcoming';

comment on view marts.coverage is 'One row: a filing that a company owed for a period, and whether it is there.';
comment on column marts.coverage.ticker is 'Ticker of today.';
comment on column marts.coverage.period is 'The period: its last day, or the month of a monthly update.';
comment on column marts.coverage.document_kind is 'quarterly_report, annual_report or monthly_update.';
comment on column marts.coverage.form is 'Form in which it was filed, or is expected.';
comment on column marts.coverage.period_start is 'First day of the period.';
comment on column marts.coverage.period_end is 'Last day of the period.';
comment on column marts.coverage.due is 'Last day on which it is on time.';
comment on column marts.coverage.due_rule is 'What that day follows from: the SEC''s rule, or the company''s habit.';
comment on column marts.coverage.filed is 'Day of filing; null where it is not there.';
comment on column marts.coverage.days_late is 'Days by which it was filed after it was due; 0 where on time.';
comment on column marts.coverage.status is
'filled; late (due, not there yet); missing (a later one is there, or long ago); explained (it comes later, or no more).';
comment on column marts.coverage.reason is 'Why it is late, missing or explained; how many days late it was filed.';
comment on column marts.coverage.accession is 'Accession number of what was filed.';
comment on column marts.coverage.url is 'Index page of the filing at EDGAR.';
