"""Who is watched and what their words mean: all companies of the field, and clear errors for wrong entries."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import UsageError
from pipelines.parse.language.companies import company_names
from pipelines.warehouse.dimensions import company_rows
from pipelines.watchlist import load_lexicon, load_watchlist
from pipelines.watchlist.lexicon import words_of


def test_watchlist_has_companies_and_ciks() -> None:
    ciks = {
        "CORZ": 1839341,
        "RIOT": 1167419,
        "MARA": 1507605,
        "CLSK": 827876,
        "CIFR": 1819989,
        "WULF": 1083301,
        "HUT": 1964789,
        "ABTC": 1755953,
        "IREN": 1878848,
        "KEEL": 1812477,
        "BTDR": 1899123,
        "HIVE": 1720424,
        "BTBT": 1710350,
        "FUFU": 1921158,
        "CANG": 1725123,
        "GREE": 1844971,
        "SLNH": 64463,
        "LMFA": 1640384,
        "SDIG": 1856028,
    }
    only_filings = {
        "ARBK": 1841675,
        "MIGI": 1218683,
        "ANY": 1591956,
        "APLD": 1144879,
        "GLXY": 1859392,
        "SLAI": 1517496,
        "DGXX": 1854368,
        "CAN": 1780652,
        "EBON": 1799290,
        "ICG": 1895597,
        "BMNR": 1829311,
        "NCTY": 1296774,
        "SOS": 1346610,
        "BTOG": 1735556,
        "BTCT": 1796514,
        "SGLY": 1422892,
        "MFH": 1527762,
        "GPUS": 896493,
        "BTCS": 1436229,
        "RHDM": 1874985,
        "HUT-MINING": 1731805,
    }
    watchlist = load_watchlist()
    assert {c.ticker: int(c.ciks[0].cik) for c in watchlist.companies if c.in_news} == ciks
    assert {c.ticker: int(c.ciks[0].cik) for c in watchlist.companies if not c.in_news} == only_filings
    assert watchlist.by_cik("0001710350").ticker == "BTBT"
    assert watchlist.by_ticker("bitf").ticker == "KEEL"
    assert watchlist.by_ticker("BTCM").ticker == "SLAI"
    every = [span.cik for company in watchlist.companies for span in company.ciks]
    assert len(every) == len(set(every))


def test_company_mined_for_a_time() -> None:
    """Applied Digital gave up its own machines in March 2022, before it hosted others'."""
    applied = load_watchlist().by_ticker("APLD")
    assert [applied.mined_on(date(2022, 3, 1)), applied.mined_on(date(2023, 3, 1))] == [True, False]
    assert load_watchlist().by_ticker("RIOT").mined_on(date(2023, 3, 1))


@pytest.mark.parametrize("text", ["Canaan Inc. mined 45 bitcoin.", "Any miner can sell.", "BTC fell; SOS."])
def test_company_read_from_filings_alone_is_unknown_to_articles(text: str) -> None:
    """What articles claim was measured on the others; "any" and "can" are words."""
    assert company_names(load_watchlist()).counts(text) == {}
    own = company_names(load_watchlist(), load_watchlist().by_ticker("CAN"))
    assert set(own.counts("Canaan Inc. mined 45 bitcoin.")) == {"CAN"}


def test_unknown_ticker_suggests_nearest() -> None:
    with pytest.raises(UsageError, match="CORZ"):
        load_watchlist().by_ticker("CORX")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("DigitalAssetSelfMiningServiceMember", "digital asset self mining"),
        ("Hosting revenue from customers (1)", "hosting"),
        ("Other revenue (a)", "other"),
        ("Total revenue", ""),
        ("AICloudServicesRevenueMember", "ai cloud"),
        ("ETH staking", "eth staking"),
        ("High Performance Computing – Colocation and Cloud", "hpc colocation cloud"),
    ],
)
def test_words_of_label(text: str, words: str) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "company", "day", "segment"),
    [
        ("colocation", "CORZ", "2023-06-30", "hosted_mining"),
        ("colocation", "CORZ", "2025-06-30", "colocation"),
        ("DatacenterHostingMember", "GREE", "2024-09-30", "hosted_mining"),
        ("Cloud-mining solutions", None, "2024-06-30", "cloud_mining"),
        ("Cloud services", "BTBT", "2025-06-30", "cloud"),
        ("Energy Operations", "SDIG", "2022-09-30", "energy"),
        ("Specialty Finance", "LMFA", "2025-06-30", "other"),
        ("Specialty Finance", None, "2025-06-30", None),
        ("Sundry things", "CORZ", "2025-06-30", None),
    ],
)
def test_segment_of_label(text: str, company: str | None, day: str, segment: str | None) -> None:
    assert load_lexicon().segment_of(text, company, date.fromisoformat(day)) == segment


def test_user_folder_adds_and_replaces(tmp_path: Path) -> None:
    (tmp_path / "companies.yaml").write_text(
        'NEWC:\n  name: New Coin\n  ciks: [{cik: 99}]\n  fiscal_year_ends: [{month_day: "12-31"}]\n'
    )
    (tmp_path / "lexicon.yaml").write_text(
        "aliases:\n  - {segment: energy, company: GREE, phrases: [LinesNotToldApartMember]}\n"
    )
    assert load_watchlist(tmp_path).by_ticker("NEWC").ciks[0].cik == "0000000099"
    assert load_watchlist(tmp_path).by_ticker("CORZ").name == "Core Scientific, Inc."
    assert load_lexicon(tmp_path).segment_of("LinesNotToldApartMember", "GREE", date(2024, 9, 30)) == "energy"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("companies.yaml", "CORZ: [", "YAML"),
        ("companies.yaml", "- a", "mapping"),
        (
            "companies.yaml",
            'X:\n  name: X\n  ciks: [{cik: abc}]\n  fiscal_year_ends: [{month_day: "12-31"}]\n',
            "X: ciks",
        ),
        ("lexicon.yaml", "aliases:\n  - {segment: gold, phrases: [gold]}\n", "gold"),
    ],
)
def test_invalid_entry_is_refused_in_one_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=message) as error:
        (load_watchlist if name == "companies.yaml" else load_lexicon)(tmp_path)
    assert "\n" not in str(error.value)


def test_renamed_company_has_period_for_each_name() -> None:
    rows = company_rows(load_watchlist().by_ticker("KEEL"))
    assert [(r["ticker"], r["name"], str(r["valid_from"])) for r in rows][-2:] == [
        ("BITF", "Bitfarms Ltd.", "1900-01-01"),
        ("KEEL", "Keel Infrastructure Corp.", "2026-04-01"),
    ]
    assert [r["is_current"] for r in rows] == [False, True]
