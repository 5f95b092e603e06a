-- One row: a filing that a company owed for a period, and whether it is there. What is due later is not in it.
-- Grain: ticker, document_kind, period_end.
create function marts.coverage_as_of(known_at timestamptz)
returns table (
    ticker text,
    period text,
    document_kind text,
    form text,
    period_start date,
    period_end date,
    due date,
    due_rule text,
    filed date,
    days_late integer,
    status text,
    reason text,
    accession text,
    url text,
    calendar_quarter text
)
language sql stable
security definer
set search_path = pg_catalog
as $$
    select
        e.company_id as ticker,
        case when e.document_kind = 'monthly_update' then to_char(e.period_end, 'YYYY-MM') else to_char(e.period_end, 'YYYY-MM-DD') end as period,
        e.document_kind,
        e.form,
        e.period_start,
        e.period_end,
        e.due,
        e.due_rule,
        case when e.filed_on <= known_at then e.filed_on end as filed,
        case when e.filed_on <= known_at then greatest(e.filed_on - e.due, 0) end as days_late,
        case when e.status = 'filled' and e.filed_on > known_at then 'late' else e.status end as status,
        case when coalesce(e.filed_on <= known_at, true) then e.reason end as reason,
        case when e.filed_on <= known_at then e.accession end as accession,
        (
            select
                'https://www.sec.gov/Archives/edgar/data/' || ltrim(min(f.cik), '0') || '/' || replace(e.accession, '-', '') || '/'
                || e.accession || '-index.htm'
            from ops.filing as f
            where f.accession = e.accession and e.filed_on <= known_at
        ) as url,
        marts.calendar_quarter(
            case e.document_kind when 'monthly_update' then 'month' when 'quarterly_report' then 'quarter' else 'year' end, e.period_start, e.period_end
        ) as calendar_quarter
    from ops.expected_filing as e
    where e.status <> 'upcoming' and (known_at = 'infinity' or e.due < known_at or e.filed_on <= known_at)
$$;

comment on function marts.coverage_as_of(timestamptz)
is 'marts.coverage as it stood at a moment: what was filed later was late then, and what was due later is not in it.';

create view marts.coverage as
select * from marts.coverage_as_of('infinity');

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
comment on column marts.coverage.calendar_quarter
is 'Calendar quarter, 2026Q1: of a quarter that is one, or in which a month lies; empty for years and where the fiscal quarter is none.';
