-- One row: a day's reference price of bitcoin. Grain: day.
create view marts.bitcoin_prices as
select distinct on (day)
    day,
    price_usd,
    price_source
from warehouse.fact_bitcoin_price
order by day asc, price_source asc;

comment on view marts.bitcoin_prices is 'One row: a day''s reference price of bitcoin.';
comment on column marts.bitcoin_prices.day is 'The day.';
comment on column marts.bitcoin_prices.price_usd is 'Price of one bitcoin in US dollars.';
comment on column marts.bitcoin_prices.price_source is 'Where the price is from; on samples there are only the last days of months.';
