select distinct on (day)
    day,
    price_usd,
    price_source
from warehouse.fact_bitcoin_price
order by day asc, price_source asc
