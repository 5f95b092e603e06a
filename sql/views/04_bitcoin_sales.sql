-- Count, proceeds and price rarely appear in one document: a 10-Q states the proceeds, a press release the count. Each
-- comes from the highest-precedence document that states it, and `sources` shows which; the document of the row is the
-- first of them. A price that no document states is proceeds divided by count and cites both.
with ranked as (
    select
        f.fact_key,
        f.period_key,
        f.document_key,
        f.bitcoin_sold,
        f.proceeds_usd,
        f.average_price_usd,
        f.completed,
        f.fiscal_year,
        f.fiscal_quarter,
        f.reported_label,
        f.derivation,
        f.locator,
        f.disclosed_at,
        marts.cited(f.inputs, d.accession, d.form, d.url) as inputs,
        c.company_id,
        d.form,
        d.accession,
        d.url,
        d.source,
        row_number() over (
            partition by c.company_id, f.period_key
            order by
                (f.derivation = 'derived'),
                marts.precedence(d.document_kind),
                f.disclosed_at desc,
                d.is_amendment desc,
                f.document_key asc
        ) as rank
    from warehouse.fact_bitcoin_sale as f
    inner join warehouse.dim_company as c on f.company_key = c.company_key
    inner join warehouse.dim_document as d on f.document_key = d.document_key
    where f.disclosed_at <= known_at and (only_ticker is null or c.company_id = only_ticker)
),

parts as (
    select
        r.company_id,
        r.period_key,
        v.part,
        v.value,
        (r.completed is not distinct from v.part) as is_computed,
        row_number() over (
            partition by r.company_id, r.period_key, v.part
            order by (r.completed is not distinct from v.part), r.rank
        ) as place,
        count(*) filter (where r.derivation <> 'derived') over same as stated_times,
        max(v.value - v.rounding) filter (where r.derivation <> 'derived' and r.completed is distinct from v.part) over same as stated_over,
        min(v.value + v.rounding) filter (where r.derivation <> 'derived' and r.completed is distinct from v.part) over same as stated_under,
        v.rounding,
        marts.source_ref(
            r.accession, r.form, r.url,
            case when r.completed is distinct from v.part then coalesce(o.input ->> 'locator', r.locator) end,
            coalesce(o.input ->> 'label', r.reported_label),
            r.inputs
        )
        || jsonb_build_object('label', coalesce(o.input ->> 'label', r.reported_label), 'derivation', r.derivation) as source_ref
    from ranked as r
    cross join
        lateral (
            values
            ('bitcoin_sold', r.bitcoin_sold, marts.half_unit(r.bitcoin_sold)),
            ('proceeds_usd', r.proceeds_usd, marts.half_unit(r.proceeds_usd)),
            ('average_price_usd', r.average_price_usd, marts.half_unit(r.average_price_usd))
        ) as v (part, value, rounding)
    -- If a document states several parts in different places, each input has a column.
    left join lateral (
        select e.input
        from jsonb_array_elements(r.inputs) with ordinality as e (input, place)
        where e.input ->> 'column' = v.part
        order by e.place
        limit 1
    ) as o on true
    where v.value is not null
    window same as (partition by r.company_id, r.period_key, v.part)
),

chosen as (
    select
        company_id,
        period_key,
        max(value) filter (where part = 'bitcoin_sold') as bitcoin_sold,
        max(value) filter (where part = 'proceeds_usd') as proceeds_usd,
        max(value) filter (where part = 'average_price_usd' and not is_computed) as average_price_usd,
        coalesce(array_agg(part order by part) filter (where is_computed), '{}') as computed,
        jsonb_object_agg(part, source_ref) as sources,
        max(stated_times) as stated_times,
        bool_or(coalesce(not is_computed and (stated_over > value + rounding or stated_under < value - rounding), false)) as is_restated
    from parts
    where place = 1
    group by company_id, period_key
)

select
    k.company_id as ticker,
    r.fiscal_year,
    r.fiscal_quarter,
    p.period_kind,
    p.period_start,
    p.period_end,
    k.bitcoin_sold,
    k.proceeds_usd,
    coalesce(k.average_price_usd, round(k.proceeds_usd / nullif(k.bitcoin_sold, 0), 2)) as average_price_usd,
    'USD' as currency,
    r.reported_label,
    r.derivation,
    r.form,
    r.accession,
    r.url,
    r.locator,
    r.disclosed_at,
    r.source,
    r.inputs,
    case
        when
            k.average_price_usd is null and k.proceeds_usd is not null and k.bitcoin_sold <> 0
            and not 'average_price_usd' = any(k.computed)
            then k.computed || 'average_price_usd'::text
        else k.computed
    end as computed,
    k.sources
    || case
        when k.average_price_usd is null and k.proceeds_usd is not null and k.bitcoin_sold <> 0
            then
                jsonb_build_object(
                    'average_price_usd',
                    marts.source_ref(
                        b.document ->> 'accession', b.document ->> 'form', b.document ->> 'url', null, null,
                        jsonb_build_array(k.sources -> 'bitcoin_sold', k.sources -> 'proceeds_usd')
                    ) || '{"derivation": "computed"}'
                )
        else '{}'
    end as sources,
    marts.calendar_quarter(p.period_kind, p.period_start, p.period_end) as calendar_quarter,
    k.is_restated,
    k.stated_times::integer as stated_times,
    r.fact_key,
    marts.link(r.url, r.locator, r.reported_label) as link
from chosen as k
inner join ranked as r on k.company_id = r.company_id and k.period_key = r.period_key and r.rank = 1
inner join warehouse.dim_period as p on k.period_key = p.period_key
left join lateral (
    select k.sources -> 'bitcoin_sold' as document
    where k.sources -> 'bitcoin_sold' ->> 'url' = k.sources -> 'proceeds_usd' ->> 'url'
) as b on true
