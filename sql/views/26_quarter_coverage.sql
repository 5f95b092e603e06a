-- Total revenue stands for a quarter's report. The quarters are those for which a report is expected, and all others from a
-- company's first figure on, until the report that is not due yet. A report ends within ten days of the nominal end of its quarter (52/53 weeks).
with reports as (
    select *
    from ops.expected_filing
    where document_kind in ('quarterly_report', 'annual_report')
),

quarters as (
    select
        company_id as ticker,
        period_end
    from reports
    where status <> 'upcoming'
    union all
    select
        q.ticker,
        q.period_end
    from marts.quarterly as q
    where
        not exists (
            select from reports as r
            where
                r.company_id = q.ticker
                and (abs(r.period_end - q.period_end) <= 10 or (r.status = 'upcoming' and r.period_end < q.period_end))
        )
),

revenue as (
    select *
    from marts.total_revenue
    where period_kind <> 'month'
),

-- What became of the documents of a filing.
documents as (
    select
        d.accession,
        bool_or(d.status = 'read') as is_read,
        string_agg(distinct d.status_reason, '; ') filter (where d.status <> 'read') as problems,
        sum((select count(*) from quarantine.rejected_row as q where q.document_key = d.document_key and q.status = 'open')) as quarantined,
        sum(
            (
                select sum(n.not_understood_in_text + n.not_understood_in_tables)
                from ops.normalized_document as n
                where n.document_key = d.document_key
            )
        ) as not_understood
    from warehouse.dim_document as d
    where d.accession is not null
    group by d.accession
),

filled as (
    select
        q.ticker,
        q.period_end,
        c.ended_on,
        c.consolidated_by,
        c.accounting,
        r.document_kind,
        r.form,
        r.due,
        r.filed_on,
        r.status as report_status,
        r.reason as report_reason,
        r.accession as report_accession,
        d.is_read,
        d.problems,
        d.quarantined,
        d.not_understood,
        v.derivation,
        v.accession,
        v.url,
        (select count(*) > 0 from warehouse.dim_document as s where s.company_id = q.ticker and s.source = 'sample') as of_samples,
        l.period_kind as longer_kind,
        l.period_end as longer_end
    from quarters as q
    inner join warehouse.dim_company as c on q.ticker = c.company_id and c.is_current
    left join lateral (
        select *
        from reports as e
        where e.company_id = q.ticker and abs(e.period_end - q.period_end) <= 10
        order by abs(e.period_end - q.period_end)
        limit 1
    ) as r on true
    left join documents as d on r.accession = d.accession
    left join lateral (
        select *
        from revenue as t
        where t.ticker = q.ticker and t.period_kind = 'quarter' and abs(t.period_end - q.period_end) <= 10
        order by abs(t.period_end - q.period_end)
        limit 1
    ) as v on true
    left join lateral (
        select *
        from revenue as t
        where t.ticker = q.ticker and t.period_kind <> 'quarter' and q.period_end between t.period_start + 80 and t.period_end + 10
        order by t.period_end - t.period_start
        limit 1
    ) as l on true
),

settled as (
    select
        *,
        case
            when derivation = 'derived' then 'derived'
            when derivation is not null then 'filled'
            when ended_on < period_end or consolidated_by is not null then 'explained'
            when of_samples and report_accession is null and coalesce(report_status, 'missing') = 'missing' then 'explained'
            when report_status in ('explained', 'late', 'missing') then report_status
            when accounting = 'ifrs' and longer_kind is not null then 'explained'
            else 'missing'
        end as status
    from filled
)

select
    ticker,
    period_end,
    marts.calendar_quarter('quarter', (date_trunc('month', period_end) - interval '2 months')::date, period_end) as calendar_quarter,
    status,
    case
        when status in ('filled', 'derived') then null
        when ended_on < period_end then 'acquired or closed on ' || ended_on
        when consolidated_by is not null then 'its figures are in those of ' || consolidated_by
        when of_samples and report_accession is null and coalesce(report_status, 'missing') = 'missing' then 'the samples have no report about it'
        when report_status in ('explained', 'late', 'missing') then report_reason
        when status = 'explained' then 'stated only for the ' || replace(longer_kind, '_', ' ') || ' to ' || longer_end
        when report_accession is null then 'no report about it is listed'
        when is_read is null then 'filed, but the month of its filing has not been read'
        when not is_read then 'filed, but not read: ' || coalesce(problems, 'without a reason')
        when quarantined > 0 then 'filed and read; ' || quarantined || ' rows of it are in quarantine'
        when longer_kind is not null then 'filed and read; stated only for the ' || replace(longer_kind, '_', ' ') || ' to ' || longer_end
        when not_understood > 0 then 'filed and read; ' || not_understood || ' of its quantities were not understood'
        else 'filed and read; it states no total revenue'
    end as reason,
    document_kind,
    form,
    due,
    filed_on as filed,
    coalesce(accession, report_accession) as accession,
    url,
    round(
        count(*) filter (where status in ('filled', 'derived', 'explained')) over (partition by ticker)::numeric
        / count(*) over (partition by ticker), 4
    ) as company_share
from settled
