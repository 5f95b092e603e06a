"""Hash rate, issued bitcoin and fees of the network by day, from a CSV or from charts."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from pipelines.errors import UnreadableDocument
from pipelines.extract.price_formats import read_daily

# The first days of each subsidy per block. Each lasts 210,000 blocks, about four years; the next one begins
# in April 2028, on a day that is not known before.
_SUBSIDIES = (
    (date(2016, 7, 10), Decimal("12.5")),
    (date(2020, 5, 12), Decimal("6.25")),
    (date(2024, 4, 20), Decimal("3.125")),
)
_UNKNOWN_FROM = date(2028, 3, 15)
# Blocks a day at the pace that the difficulty is set for, one in ten minutes.
_BLOCKS = 144
# Hashes for one block at difficulty 1, and hashes of one exahash.
_HASHES, _EXA = Decimal(2**32), Decimal(10**18)

# Columns: ours, and those of Coin Metrics, whose hash rate is in TH/s. It counts the blocks that were found.
_COLUMNS = (
    (("date", "hashrate_eh", "issued_btc", "fees_btc"), Decimal(1)),
    (("time", "HashRate", "IssTotNtv", "FeeTotNtv"), Decimal("1e-6")),
)


@dataclass(frozen=True, slots=True)
class NetworkDay:
    """A day of the network: mean hash rate in EH/s, bitcoin issued, and fees in bitcoin."""

    hashrate_eh: Decimal
    issued_btc: Decimal
    fees_btc: Decimal

    @property
    def is_possible(self) -> bool:
        """Whether hash rate, issued bitcoin and fees are possible since 2016."""
        return (
            Decimal("0.5") < self.hashrate_eh < 100_000
            and 100 < self.issued_btc < 4_000
            and 0 <= self.fees_btc < 5_000
        )


def read_network(content: bytes) -> dict[date, NetworkDay]:
    """The days of a CSV.

    Its columns are date, hashrate_eh, issued_btc and fees_btc, or those of Coin Metrics.
    Lines without one of the numbers, or with impossible ones, are left out. Raises UnreadableDocument
    (not_network) if no day is left.
    """
    found = dict(_days_of_csv(content.decode("utf-8-sig", "replace")))
    if not found:
        raise UnreadableDocument("not_network", "no day with hash rate, issued bitcoin and fees in it")
    return found


def _days_of_csv(text: str) -> Iterator[tuple[date, NetworkDay]]:
    reader = csv.DictReader(io.StringIO(text))
    try:
        names = set(reader.fieldnames or ())
        columns, factor = next(((c, f) for c, f in _COLUMNS if names.issuperset(c)), ((), Decimal(1)))
        if not columns:
            return
        for row in reader:
            try:
                day = date.fromisoformat(str(row[columns[0]])[:10])
                hashrate, issued, fees = (Decimal(str(row[name])) for name in columns[1:])
            except (ValueError, InvalidOperation):
                continue
            if all(number.is_finite() for number in (hashrate, issued, fees)):
                found = NetworkDay(hashrate * factor, issued, fees)
                if found.is_possible:
                    yield day, found
    except csv.Error as error:
        raise UnreadableDocument("not_network", f"the CSV breaks off: {error}") from error


def read_charts(difficulty: bytes, fees: bytes) -> dict[date, NetworkDay]:
    """The days of two charts, of the difficulty and of the fees in bitcoin.

    A block takes ten minutes at the hash rate that is given, and 144 subsidies are issued a day. Days of one
    chart only are left out. Raises UnreadableDocument (not_network) if none is left.
    """
    paid = dict(read_daily(fees))
    found = {}
    for day, value in read_daily(difficulty):
        subsidy = next((coins for first, coins in reversed(_SUBSIDIES) if day >= first), None)
        if subsidy is not None and day < _UNKNOWN_FROM and day in paid:
            network = NetworkDay(value * _HASHES / 600 / _EXA, _BLOCKS * subsidy, paid[day])
            if network.is_possible:
                found[day] = network
    if not found:
        raise UnreadableDocument("not_network", "no day with both a difficulty and fees")
    return found
