select distinct on (day)
    day,
    network_source,
    hashrate_eh,
    issued_btc,
    fees_btc,
    (issued_btc + fees_btc) / hashrate_eh as earned_per_eh
from warehouse.fact_network_day
order by day asc, network_source asc
