-- As of a moment, a filing that came later was late, and one that was due later is left out.
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
