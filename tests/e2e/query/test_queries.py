"""miners sql, miners query, miners explain: what an analyst types, and what it answers."""

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from pipelines.query.cookbook import query_files, read_question
from tests.command_line import miners

NAMES = [path.stem for path in query_files()]


@pytest.mark.parametrize("name", NAMES)
def test_query_answers_for_all_and_one_company(samples: dict[str, str], name: str) -> None:
    done = miners("query", name, "--format", "csv", **samples)
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert len(rows) > 1 or name == "restatements", "the samples answer it"
    asked = read_question(next(p for p in query_files() if p.stem == name))
    if any(p.name == "ticker" for p in asked.parameters):
        one = miners("query", name, "--ticker", "corz", "--format", "csv", **samples)
        assert one.returncode == 0, one.stderr
        found = list(csv.DictReader(io.StringIO(one.stdout)))
        assert {row["ticker"] for row in found} <= {"CORZ"}


def test_query_lists_questions_and_parameters(samples: dict[str, str]) -> None:
    message = miners("query", **samples).stdout
    assert all(name in message for name in NAMES)
    assert "--ticker" in message
    helped = miners("query", "who_sold_most", "--help", **samples).stdout
    assert "--year INTEGER" in helped
    assert "Calendar year" in helped


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("query", "who_sold"), "Near it: who_sold_most"),
        (("query", "mining_or_ai", "--ticker", "CROZ"), "Near it: CORZ"),
        (
            ("query", "segments_of_a_quarter", "--quarter", "2031Q1"),
            "There is no quarter '2031Q1'.*Near it: .*2026Q1",
        ),
        (("query", "contradicted_news", "--publisher", "Chain Breef"), "Near it: .*Chain Brief"),
        (("query", "who_sold_most", "--year", "last"), "'last' is not a valid integer"),
        (("query", "mining_or_ai", "--since", "2025-13-01"), "is not a valid date"),
        (("sql", "select * from marts.segmentrevenue"), r"at character 15.*There is marts\.segment_revenue"),
        (("sql", "select ticker,\n revenu from marts.segment_revenue"), "in line 2, at character 2"),
        (("sql", "select pg_sleep(5)", "--timeout", "1"), "longer than 1 s"),
        (("explain", "CROZ", "self_mining", "2026Q1"), "Near it: CORZ"),
        (("explain", "CORZ", "selfmining", "2026Q1"), "Near it: self_mining"),
        (("explain", "CORZ", "self_mining", "2036Q1"), "Nearest: 2026Q1"),
        (("explain", "CORZ", "self_mining", "spring"), "is not a valid period. Write it as 2026Q1"),
        (("explain", "CORZ", "fleet_efficiency", "2026Q1"), "discloses no fleet_efficiency"),
    ],
)
def test_wrong_argument_suggests_near_values(
    samples: dict[str, str], arguments: tuple[str, ...], message: str
) -> None:
    done = miners(*arguments, **samples)
    assert done.returncode == 2
    assert re.search(message, done.stderr), done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_parameter_is_bound_not_interpolated(samples: dict[str, str]) -> None:
    done = miners("query", "contradicted_news", "--publisher", "x' or '1'='1", **samples)
    assert done.returncode == 2
    assert "There is no publisher" in done.stderr


QUERY = ("query", "mining_or_ai", "--ticker", "CORZ", "--since", "2026-01-01")


def test_markdown_aligns_columns(samples: dict[str, str]) -> None:
    lines = miners(*QUERY, "--format", "markdown", **samples).stdout.splitlines()
    assert lines[0].startswith("| ticker | quarter | revenue_usd |")
    assert lines[1].startswith("| --- | --- | ---: |")
    assert lines[2].startswith("| CORZ | 2026Q1 | 115,200,000 | 32.7 | 67.3 |")


def test_json_has_numbers(samples: dict[str, str]) -> None:
    (row,) = json.loads(miners(*QUERY, "--format", "json", **samples).stdout)
    assert (row["revenue_usd"], row["ai_hpc_percent"]) == (115200000, 67.3)


def test_parquet_keeps_decimals(samples: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "answer.parquet"
    done = miners(*QUERY, "--format", "parquet", "--output", str(file), **samples)
    assert (done.returncode, done.stdout) == (0, "")
    row = pd.read_parquet(file).iloc[0]
    assert row["revenue_usd"] == Decimal(115200000)
    assert row["mining_percent"] == Decimal("32.7")


def test_unwritable_output_is_refused(samples: dict[str, str], tmp_path: Path) -> None:
    done = miners(*QUERY, "--output", str(tmp_path / "not there" / "x.csv"), **samples)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_explain_shows_all_sources(samples: dict[str, str]) -> None:
    message = miners("explain", "CORZ", "self_mining", "2026Q1", **samples).stdout
    assert "CORZ self_mining, quarter 2026-01-01 to 2026-03-31: 30,100,000 USD" in message
    assert "stated by 2 documents" in message
    assert "10-Q 9999999999-26-000103 (report), as_reported" in message
    assert "core-20260331.htm#f1" in message
    assert "corz-20260506_ex991.htm#:~:text=Digital%20asset%20self%2Dmining%20revenue" in message
    assert "cell '$ 30,100'" in message
    assert "cell '30.1'" in message
    assert re.search(r"checks passed: .*segment_above_total", message)
    assert len(re.findall(r"confirmed +30,100,000", message)) == 2


def test_explain_shows_inputs_of_derived_figure(samples: dict[str, str]) -> None:
    found = miners(
        "sql",
        "select ticker, segment, calendar_quarter from marts.segment_revenue where derivation = 'derived' and calendar_quarter is not null and period_kind = 'quarter' limit 1",
        "--format",
        "json",
        **samples,
    )
    (row,) = json.loads(found.stdout)
    (figure,) = json.loads(
        miners(
            "explain", row["ticker"], row["segment"], row["calendar_quarter"], "--format", "json", **samples
        ).stdout
    )
    assert len(figure["inputs"]) >= 2
    assert figure["statements"][0]["derivation"] == "derived"
    assert (
        "made of"
        in miners("explain", row["ticker"], row["segment"], row["calendar_quarter"], **samples).stdout
    )


def test_explain_accepts_metric_synonyms(samples: dict[str, str]) -> None:
    assert (
        "RIOT bitcoin_held, instant 2025-04-30: 19,211 BTC"
        in miners("explain", "riot", "holdings", "2025-04", **samples).stdout
    )
    sale = json.loads(
        miners("explain", "CORZ", "proceeds_usd", "2026Q1", "--format", "json", **samples).stdout
    )
    assert [(f["metric"], f["value"]) for f in sale] == [("bitcoin_sale_proceeds", 208300000)]
    assert any(s["shown_in_marts"] for s in sale[0]["statements"])
