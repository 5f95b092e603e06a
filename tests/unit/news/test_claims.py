"""What one sentence claims, trap by trap: whose, which figure, which period; and what must yield nothing."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.parse.news.articles import read_article
from pipelines.parse.news.claims import Claim
from pipelines.parse.news.pages import ArticleText
from pipelines.watchlist import load_lexicon, load_watchlist

Say = Callable[..., list[Claim]]


def say(*paragraphs: str, title: str = "", day: str = "2026-05-07") -> list[Claim]:
    published = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return read_article(
        ArticleText(title, list(paragraphs), published, "metadata"), load_watchlist(), load_lexicon()
    ).claims


def claim_texts(claims: list[Claim]) -> set[str]:
    """Claims as `TICKER fact[/segment] value start..end`."""
    return {
        f"{c.company.ticker} {c.fact}{f'/{c.segment}' if c.segment else ''} {c.value.normalize():f}"
        + ("" if c.deal else f" {c.start or ''}..{c.end}")
        for c in claims
    }


Q1, Q1_BEFORE = "2026-01-01..2026-03-31", "2025-01-01..2025-03-31"

# ---------------------------------------------------------------------------------------------- whose


def test_pronouns_refer_to_subject_of_article() -> None:
    claims = say(
        "Core Scientific reported on Wednesday.",
        "The company's revenue was $115.2 million in the first quarter of 2026.",
        "The miner sold 2,385 bitcoin in the quarter.",
    )
    assert claim_texts(claims) == {f"CORZ total_revenue 115200000 {Q1}", f"CORZ bitcoin_sold 2385 {Q1}"}


def test_market_cap_in_an_aside_does_not_hide_coins() -> None:
    claims = say(
        "CleanSpark, which is one of the largest listed miners by market cap, mined 470 Bitcoin in August, down from 490 in July.",
        day="2024-09-05",
    )
    assert claim_texts(claims) == {
        "CLSK bitcoin_produced 470 2024-08-01..2024-08-31",
        "CLSK bitcoin_produced 490 2024-07-01..2024-07-31",
    }


def test_change_of_revenue_per_coin_is_no_change_of_revenue() -> None:
    claims = say(
        "Iris Energy reported on Wednesday.",
        "Its operating revenue for April 2026 was $6.4 million; revenue per bitcoin fell 14.1%.",
    )
    assert claim_texts(claims) == {"IREN total_revenue 6400000 2026-04-01..2026-04-30"}


def test_claim_says_where_it_stands() -> None:
    body = "It held 19,273 bitcoin at the end of April 2026."
    claims = say("Riot reported in May.", body, title="Riot mines 463 bitcoin in April")
    assert {(c.fact, c.locator) for c in claims} == {
        ("bitcoin_produced", "text of the title"),
        ("bitcoin_held", f"text 22–{22 + len(body)}"),
    }


def test_figures_belong_to_subject_of_sentence() -> None:
    claims = say(
        "Core Scientific, a rival of Riot Platforms, sold 2,385 bitcoin in the first quarter of 2026, more than Riot Platforms did."
    )
    assert claim_texts(claims) == {f"CORZ bitcoin_sold 2385 {Q1}"}


def test_figures_of_others_are_skipped() -> None:
    assert (
        say(
            "Core Scientific has a tenant. CoreWeave reported revenue of $981.6 million for the first quarter of 2026."
        )
        == []
    )
    assert (
        say(
            "Core Scientific's tenant CoreWeave, which reported revenue of $981.6 million for the first quarter of 2026, stays."
        )
        == []
    )
    assert (
        say(
            "Unlike Core Scientific, Strategy bought 3,666 bitcoin in the first quarter of 2026 and holds 636,000."
        )
        == []
    )


def test_pronoun_in_new_paragraph_follows_subject() -> None:
    assert (
        say(
            "Core Scientific has a tenant.",
            "CoreWeave reported on Tuesday.",
            "It earned revenue of $981.6 million in the first quarter of 2026.",
        )
        == []
    )


def test_joint_figure_of_two_companies_is_skipped() -> None:
    assert (
        say("Riot Platforms and MARA Holdings together mined 1,168 bitcoin in April 2025.", day="2025-05-08")
        == []
    )
    assert (
        say("Riot Platforms and MARA Holdings mined 1,168 bitcoin in April 2025 combined.", day="2025-05-08")
        == []
    )


def test_respective_figures_belong_to_their_companies() -> None:
    claims = say(
        "Riot Platforms and MARA Holdings mined 463 and 705 bitcoin in April 2025, respectively.",
        day="2025-05-08",
    )
    assert claim_texts(claims) == {
        "RIOT bitcoin_produced 463 2025-04-01..2025-04-30",
        "MARA bitcoin_produced 705 2025-04-01..2025-04-30",
    }


def test_figure_of_group_is_skipped() -> None:
    assert (
        say(
            "CleanSpark is one of many. Public miners produced 4,000 bitcoin in April 2025.", day="2025-05-08"
        )
        == []
    )


def test_common_word_names_company_in_context() -> None:
    assert (
        say("Riot Games sold $208 million of in-game items in the first quarter, and Pizza Hut sponsored it.")
        == []
    )
    assert (
        say("The core of the audience stayed. A riot broke out near the hut; police held 12 and sold none.")
        == []
    )
    assert say("Bitcoin Core released a version that mined 12 blocks, and Core Scientific took note.") == []
    alone = say(
        "Riot sold 475 bitcoin in April 2025, and the miner held 19,211 at month's end.", day="2025-05-06"
    )
    assert "RIOT bitcoin_sold 475 2025-04-01..2025-04-30" in claim_texts(alone)


def test_former_names_and_tickers_name_company() -> None:
    assert claim_texts(say("Cipher Mining mined 316 bitcoin in March 2024.", day="2024-04-03")) == {
        "CIFR bitcoin_produced 316 2024-03-01..2024-03-31"
    }
    assert claim_texts(say("$CLSK mined 629 bitcoin in September 2025.", day="2025-10-03")) == {
        "CLSK bitcoin_produced 629 2025-09-01..2025-09-30"
    }
    assert (
        say(
            "Bit Digital said that Enovum earned revenue of $1.7 million in the second quarter of 2025.",
            day="2025-08-15",
        )
        == []
    )


def test_customer_coins_are_excluded_from_claims() -> None:
    claims = say(
        "Core Scientific's data centers produced 1,215 bitcoin in March 2024: 906 were self-mined, and 309 went to hosting customers.",
        title="Core Scientific produces 1,215 bitcoin in March",
        day="2024-04-08",
    )
    assert claim_texts(claims) == {"CORZ bitcoin_produced 906 2024-03-01..2024-03-31"}
    assert claim_texts(
        say(
            "BitFuFu's cloud-mining customers produced 1,272 BTC in the second quarter of 2024, more than the 780 BTC that BitFuFu mined for itself.",
            day="2024-09-05",
        )
    ) == {"FUFU bitcoin_produced 780 2024-04-01..2024-06-30"}


# ---------------------------------------------------------------------------------------------- which figure


def test_change_with_both_values_gives_two_claims() -> None:
    claims = say(
        "Core Scientific's self-mining revenue plummeted from $67.2 million to $30.1 million in Q1 2026, year over year."
    )
    assert claim_texts(claims) == {
        f"CORZ segment_revenue/self_mining 30100000 {Q1}",
        f"CORZ segment_revenue/self_mining 67200000 {Q1_BEFORE}",
    }


def test_revenue_continues_in_paragraph() -> None:
    claims = say(
        "Core Scientific reported revenue of $94.9 million for the fourth quarter of 2024.",
        "Self-mining accounted for $79.9 million.",
        day="2025-02-27",
    )
    assert claim_texts(claims) == {
        "CORZ total_revenue 94900000 2024-10-01..2024-12-31",
        "CORZ segment_revenue/self_mining 79900000 2024-10-01..2024-12-31",
    }


def test_segment_revenue_is_not_total() -> None:
    claims = say(
        "Riot Platforms reported for the third quarter of 2025. Riot's engineering business generated revenue of $19.7 million.",
        day="2025-10-31",
    )
    assert claim_texts(claims) == {"RIOT segment_revenue/engineering 19700000 2025-07-01..2025-09-30"}
    assert (
        say(
            "Riot Platforms reported for the third quarter of 2025. Its insurance arm generated revenue of $3.1 million.",
            day="2025-10-31",
        )
        == []
    )


def test_colocation_follows_date() -> None:
    """In Core Scientific's 2023 "colocation" is customers' miners."""
    late = say("Core Scientific's colocation revenue was $77.5 million in the first quarter of 2026.")
    early = say(
        "Core Scientific's colocation revenue was $24.1 million in the second quarter of 2023.",
        day="2023-08-10",
    )
    assert {c.segment for c in late} == {"colocation"}
    assert "colocation" not in {c.segment for c in early}


def test_cloud_mining_is_its_own_segment() -> None:
    claims = say(
        "BitFuFu's revenue from cloud mining solutions grew to $77.0 million in the second quarter of 2024.",
        day="2024-09-05",
    )
    assert {c.segment for c in claims} == {"cloud_mining"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Core Scientific's net loss was $146.7 million in the first quarter of 2026.",
        "Core Scientific's cost of revenue was $81.9 million in the first quarter of 2026.",
        "Core Scientific's adjusted EBITDA on that revenue came to $20 million in the first quarter of 2026.",
        "Core Scientific holds contracts worth more than $10 billion in total revenue over 12 years.",
        "Analysts expected Core Scientific to report first-quarter revenue of $109 million.",
        "Core Scientific could reach $1.2 billion in revenue in 2028.",
        "Core Scientific expects first-quarter revenue of $110 million to $120 million.",
        "Core Scientific's shares fell 3% to $19.80 in the first quarter of 2026, for a market value of $6 billion.",
        "If bitcoin hits $150,000, Core Scientific might earn $2 million for every megawatt.",
        "Core Scientific's annualized revenue run rate reached $460 million.",
        "Bitcoin fell 18% to $70,000 while Core Scientific looked on.",
        "Bit Digital held 122,187 ETH worth $506 million at the end of the first quarter of 2026.",
        "Core Scientific bought 5,000 miners for $20 million in the first quarter of 2026.",
        "Network hash rate reached 1,000 EH/s in the first quarter of 2026, Core Scientific noted.",
        "Core Scientific was founded in 2017 and emerged from bankruptcy with $400 million of debt.",
        "CleanSpark mined 20.21 BTC a day in the first quarter of 2026.",
        "Core Scientific's revenue guidance for the first quarter of 2026 was $110 million.",
        "Core Scientific received $40 million from the sale of equipment in the first quarter of 2026.",
        "Core Scientific sold 5 million shares for $100 million in the first quarter of 2026.",
        "Core Scientific sold its Kentucky site for $25 million in the first quarter of 2026.",
        "Core Scientific's customers paid $12 million for power in the first quarter of 2026.",
        "Core Scientific recorded a $208 million impairment in the first quarter of 2026.",
        "Core Scientific's bitcoin was worth $208 million at the end of March 2026.",
        "Core Scientific's deferred revenue was $300 million at the end of March 2026.",
        "The hash price fell to $38 in the first quarter of 2026, hurting Core Scientific.",
        "Core Scientific's cost to mine one bitcoin was $62,000 in the first quarter of 2026.",
        "Core Scientific spent $310 million on capital expenditures in the first quarter of 2026.",
        "Core Scientific has 1,300 MW of contracted power.",
        "Core Scientific employs 325 people and mined for years.",
        "Core Scientific's adjusted EBITDA was $20 million, or 17% of revenue, in the first quarter of 2026.",
        "Core Scientific's gross margin on colocation was 40% in the first quarter of 2026.",
        "Bitcoin's price rose 10% in April 2026. Core Scientific's stock did too.",
        "Core Scientific would need to sell 3,000 bitcoin to pay for Polaris DS LLC.",
        "Core Scientific's largest customer accounted for 67% of revenue in the first quarter of 2026.",
        "Core Scientific's revenue per megawatt was $1.2 million in the first quarter of 2026.",
        "Core Scientific had $115.2 million in cash at the end of the first quarter of 2026.",
        "Marathon runners covered 42 kilometers and produced 12 records in April 2026.",
        "A hive of 20,000 bees produced 40 pounds of honey.",
        "Core Scientific paid $67.2 million in interest in the first quarter of 2026.",
        "Core Scientific's market value fell $1 billion to $5 billion.",
        "Core Scientific's revenue backlog is $10.2 billion.",
        "Core Scientific was sued for $208 million over bitcoin it sold.",
        "Bernstein sees Core Scientific's colocation revenue at $600 million in 2027.",
        "Core Scientific's bitcoin production cost rose 45% in the first quarter of 2026.",
        "Texas miners used 2,500 MW in March 2026, Core Scientific among them.",
        "Core Scientific's EBITDA rose 45% on revenue of an undisclosed amount in the first quarter of 2026.",
        "Core Scientific expects a 45% fall in BTC production in 2026.",
        "Core Scientific bought back $150 million of its notes in the first quarter of 2026.",
        "Coinbase reported revenue of $2 billion in the first quarter of 2026; Core Scientific followed.",
        "Block, Galaxy and Core Scientific raised $3 billion together in the first quarter of 2026.",
        "Core Scientific's chief executive sold 208,000 shares for $3.4 million.",
        "Core Scientific's operating hash rate could reach 20 EH/s.",
        "Core Scientific's peer Cipher Mining and others sold 2,385 bitcoin in the first quarter of 2026.",
        "Core Scientific's net loss narrowed 45% in the first quarter of 2026.",
        "Under the deal, Core Scientific will receive $208 million if the site opens in time.",
        "About 67.2% of Core Scientific's shareholders voted.",
        "Core Scientific's hosting customers mined 2,385 bitcoin in the first quarter of 2026.",
        "One trader bought $208 million in bitcoin while Core Scientific watched.",
        "Core Scientific transferred 2,385 bitcoin to an exchange, on-chain data show.",
        "Core Scientific borrowed $500 million against 4,000 bitcoin in the first quarter of 2026.",
        "Core Scientific's power contracts cover 590 megawatts through 2036.",
        "The U.S. government seized 2,385 bitcoin; Core Scientific's fell too.",
        "Core Scientific plans to raise $500 million of revenue.",
        "Core Scientific's unaudited pro forma revenue was $140 million in the first quarter of 2026.",
        "Core Scientific's GPU supplier Nvidia sold $44 billion of chips in the first quarter of 2026.",
        "At current prices, Core Scientific's 2,385 bitcoin would fetch $190 million.",
    ],
)
def test_sentence_without_disclosure_has_no_claim(sentence: str) -> None:
    assert claim_texts(say(sentence)) == set()


def test_other_currencies_are_not_converted() -> None:
    assert (
        say(
            "HIVE Digital Technologies reported revenue of C$120 million for the third quarter of 2025.",
            day="2025-11-17",
        )
        == []
    )
    claims = say(
        "Cango Inc. reported total revenue of RMB 1.0 billion ($139.8 million) for the second quarter of 2025.",
        day="2025-09-09",
    )
    assert claim_texts(claims) == {"CANG total_revenue 139800000 2025-04-01..2025-06-30"}


def test_correction_claims_corrected_value_only() -> None:
    claims = say(
        "Core Scientific sold 952 bitcoin in February 2024.",
        "Correction: an earlier version of this article misstated February sales as 1,114 bitcoin.",
        day="2024-03-07",
    )
    assert claim_texts(claims) == {"CORZ bitcoin_sold 952 2024-02-01..2024-02-29"}


def test_rounded_repetition_is_one_claim() -> None:
    claims = say(
        "Core Scientific's revenue was $115.2 million in the first quarter of 2026.",
        title="Core Scientific posts $115 million first-quarter revenue",
    )
    assert claim_texts(claims) == {f"CORZ total_revenue 115200000 {Q1}"}
    held = say(
        "CleanSpark held 13,011 bitcoin as of September 30, 2025, after a month of mining.",
        title="CleanSpark's treasury tops 13,000 BTC",
        day="2025-10-03",
    )
    assert claim_texts(held) == {"CLSK bitcoin_held 13011 ..2025-09-30"}


def test_two_values_in_sentence_are_skipped() -> None:
    assert (
        say("Core Scientific's revenue was $115.2 million or $125.1 million in the first quarter of 2026.")
        == []
    )


def test_two_values_in_article_are_skipped() -> None:
    claims = say(
        "Core Scientific's revenue was $115.2 million in the first quarter of 2026.",
        "Revenue of $125.1 million in the first quarter of 2026 shows it, and the company sold 2,385 bitcoin.",
    )
    assert claim_texts(claims) == {f"CORZ bitcoin_sold 2385 {Q1}"}


def test_qualifier_and_rounding_are_kept() -> None:
    (about,) = say("Core Scientific sold bitcoin for about $208 million in the first quarter of 2026.")
    assert (about.qualifier, about.rounding) == ("about", Decimal(500_000))
    (more,) = say(
        "MARA Holdings held more than 52,000 bitcoin at the end of September 2025.", day="2025-11-04"
    )
    assert (more.qualifier, more.rounding) == ("more_than", Decimal("0.5"))
    (rough,) = say("MARA Holdings held about 52,000 bitcoin at the end of September 2025.", day="2025-11-04")
    assert rough.rounding == 500


# ---------------------------------------------------------------------------------------------- which period


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("a year earlier", "2025-01-01", "2025-03-31"),
        ("the previous year", "2025-01-01", "2025-03-31"),
        ("in the same quarter of 2025", "2025-01-01", "2025-03-31"),
        ("in the prior-year quarter", "2025-01-01", "2025-03-31"),
        ("in the previous quarter", "2025-10-01", "2025-12-31"),
        ("in the fourth quarter of 2025", "2025-10-01", "2025-12-31"),
        ("two quarters earlier", "2025-07-01", "2025-09-30"),
        ("two years ago", "2024-01-01", "2024-03-31"),
    ],
)
def test_relative_period_is_resolved(words: str, start: str, end: str) -> None:
    claims = say(
        f"Core Scientific's revenue was $115.2 million in the first quarter of 2026, compared with $79.5 million {words}."
    )
    assert claim_texts(claims) == {
        f"CORZ total_revenue 115200000 {Q1}",
        f"CORZ total_revenue 79500000 {start}..{end}",
    }


def test_comparison_without_period_is_skipped() -> None:
    claims = say(
        "Core Scientific's revenue was $115.2 million in the first quarter of 2026, compared with $79.5 million."
    )
    assert claim_texts(claims) == {f"CORZ total_revenue 115200000 {Q1}"}


def test_comparison_month_is_not_next_period() -> None:
    claims = say(
        "Riot Platforms produced 428 bitcoin in November 2025, a 2% drop from October, and sold 383.",
        day="2025-12-05",
    )
    assert "RIOT bitcoin_sold 383 2025-11-01..2025-11-30" in claim_texts(claims)


def test_comparison_continues_previous_sentence() -> None:
    claims = say(
        "Riot Platforms mined 463 bitcoin in April 2025. That was down from 533 in March. A year earlier, it was 375.",
        day="2025-05-06",
    )
    assert claim_texts(claims) == {
        "RIOT bitcoin_produced 463 2025-04-01..2025-04-30",
        "RIOT bitcoin_produced 533 2025-03-01..2025-03-31",
        "RIOT bitcoin_produced 375 2024-04-01..2024-04-30",
    }
    assert (
        len(
            say(
                "Core Scientific's revenue was $115.2 million in the first quarter of 2026. A year earlier, it was sued for $20 million."
            )
        )
        == 1
    )


def test_last_month_follows_publication_date() -> None:
    assert claim_texts(say("CleanSpark mined 629 BTC last month.", day="2025-10-04")) == {
        "CLSK bitcoin_produced 629 2025-09-01..2025-09-30"
    }


def test_fiscal_quarter_follows_company() -> None:
    """IREN's third quarter of fiscal 2025 is January to March 2025; Riot's first quarter is the same months."""
    claims = say(
        "IREN said revenue for its fiscal third quarter, ended March 31, climbed to $148.1 million.",
        "Riot Platforms' first-quarter revenue was $161.4 million.",
        day="2025-05-16",
    )
    assert claim_texts(claims) == {
        f"IREN total_revenue 148100000 {Q1_BEFORE}",
        f"RIOT total_revenue 161400000 {Q1_BEFORE}",
    }


def test_bare_year_needs_calendar_fiscal_year() -> None:
    claims = say(
        "Soluna Holdings reported for the first quarter of 2025. In 2024 the company had revenue of $30.0 million.",
        day="2025-05-03",
    )
    assert claim_texts(claims) == {"SLNH total_revenue 30000000 2024-01-01..2024-12-31"}
    assert (
        say(
            "CleanSpark reported for its first quarter of 2025. In 2024 the company had revenue of $379.0 million.",
            day="2025-05-03",
        )
        == []
    )


def test_dateline_is_not_a_period() -> None:
    claims = say("Core Scientific said on May 6 that first-quarter revenue was $115.2 million.")
    assert claim_texts(claims) == {f"CORZ total_revenue 115200000 {Q1}"}


def test_day_is_not_a_month() -> None:
    assert say("Riot Platforms mined for years. On April 12 it sold 200 bitcoin.", day="2025-05-06") == []
    held = say("Bitdeer held 1,502 BTC on June 30.", day="2025-08-18")
    assert claim_texts(held) == {"BTDR bitcoin_held 1502 ..2025-06-30"}


def test_other_periods_are_skipped() -> None:
    for words in (
        "year to date",
        "since January",
        "in the first nine months of 2025",
        "in the past six weeks",
        "last week",
    ):
        assert say(f"CleanSpark mined 6,523 bitcoin {words}.", day="2025-11-06") == [], words


def test_event_named_by_month_is_no_period() -> None:
    claims = say(
        "After the April halving, Core Scientific's revenue declined to $141.1 million in the second quarter of 2024.",
        day="2024-08-08",
    )
    assert claim_texts(claims) == {"CORZ total_revenue 141100000 2024-04-01..2024-06-30"}


def test_article_without_date_has_no_claims() -> None:
    read = read_article(
        ArticleText("", ["Core Scientific's revenue was $115.2 million last quarter."]),
        load_watchlist(),
        load_lexicon(),
    )
    assert (read.claims, read.reason) == ([], "the publication date is unknown")


def test_article_in_other_language_has_no_claims() -> None:
    """ "2.385 bitcoin" are two thousand in Spanish."""
    text = "Core Scientific vendió 2.385 bitcoin en el primer trimestre de 2026, sold 2.385 bitcoin in the first quarter of 2026."
    article = ArticleText("", [text], datetime(2026, 5, 7, tzinfo=UTC), "metadata", language="es")
    read = read_article(article, load_watchlist(), load_lexicon())
    assert (read.claims, read.reason) == ([], "the language is 'es'; only English is supported")


def test_company_feed_sets_subject() -> None:
    corz = load_watchlist().by_ticker("CORZ")
    article = ArticleText(
        "",
        ["The company sold 2,385 bitcoin in the first quarter of 2026."],
        datetime(2026, 5, 7, tzinfo=UTC),
        "feed",
    )
    assert claim_texts(read_article(article, load_watchlist(), load_lexicon(), corz).claims) == {
        f"CORZ bitcoin_sold 2385 {Q1}"
    }
    assert read_article(article, load_watchlist(), load_lexicon()).claims == []


def test_period_that_has_not_ended_has_no_claim() -> None:
    assert say("Core Scientific's revenue was $115.2 million in the fourth quarter of 2026.") == []


# ---------------------------------------------------------------------------------------------- changes


@pytest.mark.parametrize(
    ("words", "fact", "value"),
    [
        (
            "BTC production fell 45% year over year in the first quarter of 2026",
            "change:bitcoin_produced",
            -45,
        ),
        ("A 45% fall in BTC production marked the first quarter of 2026", "change:bitcoin_produced", -45),
        ("It cut its bitcoin output by 45% in the first quarter of 2026", "change:bitcoin_produced", -45),
        ("Revenue rose 45% in the first quarter of 2026", "change:total_revenue", 45),
        ("Self-mining revenue dropped 55% in the first quarter of 2026", "change:segment_revenue", -55),
    ],
)
def test_percent_change_is_signed(words: str, fact: str, value: int) -> None:
    claims = say("Core Scientific reported.", f"{words}.")
    assert [(c.fact, int(c.value), c.unit) for c in claims] == [(fact, value, "percent")]


def test_multiples_and_points_are_no_percent_change() -> None:
    assert (
        say(
            "Core Scientific reported. Its margin on revenue rose 5 percentage points in the first quarter of 2026."
        )
        == []
    )


# ---------------------------------------------------------------------------------------------- deals


def test_deal_has_party_amount_megawatts_and_status() -> None:
    (claim,) = say(
        "Core Scientific has agreed to acquire Polaris DS LLC for approximately $421 million in cash, plus up to $40 million more if power is confirmed.",
        "The transaction would add 440 megawatts of gross power.",
    )
    assert claim.deal is not None
    assert (claim.fact, claim.value, claim.unit) == ("deal:acquisition", 421_000_000, "USD")
    assert (claim.deal.party, claim.deal.megawatts, claim.deal.status) == ("Polaris DS LLC", 440, "agreed")


def test_acquired_is_closed_not_agreed() -> None:
    (claim,) = say("Core Scientific has acquired Polaris DS LLC in a deal worth $421 million.")
    assert claim.deal is not None
    assert claim.deal.status == "closed"


def test_deal_yet_to_close_is_agreed() -> None:
    (claim,) = say(
        "Core Scientific's purchase of Polaris DS LLC for $421 million brings 440 MW.",
        "The acquisition is not expected to close before the third quarter.",
    )
    assert claim.deal is not None
    assert claim.deal.status == "agreed"


def test_deadline_keeps_text_and_range() -> None:
    (claim,) = say("Core Scientific plans to scale colocation capacity to 590 megawatts by early 2027.")
    assert claim.deal is not None
    assert claim.deal.due is not None
    assert (claim.deal.due.words, claim.deal.due.first, claim.deal.due.last) == (
        "early 2027",
        date(2027, 1, 1),
        date(2027, 4, 30),
    )
    assert (claim.fact, claim.value, claim.unit) == ("deal:capacity_target", 590, "MW")


def test_lease_names_counterparty() -> None:
    (lease,) = say(
        "Cipher Mining signed a 15-year lease with Amazon Web Services that it values at $5.5 billion.",
        day="2025-11-03",
    )
    assert (lease.fact, lease.deal and lease.deal.party) == ("deal:lease", "Amazon Web Services")
    (hosting,) = say(
        "IREN signed a five-year GPU cloud services contract with Microsoft worth $9.7 billion.",
        day="2025-11-03",
    )
    assert (hosting.fact, hosting.deal and hosting.deal.party) == ("deal:hosting", "Microsoft")


def test_existing_capacity_is_no_deal() -> None:
    assert (
        say("Core Scientific leases about 590 MW to CoreWeave under contracts worth more than $10 billion.")
        == []
    )


def test_rumor_is_no_deal() -> None:
    for words in (
        "CoreWeave might acquire Core Scientific for $9 billion.",
        "Core Scientific reportedly explored buying Polaris DS LLC for $421 million.",
        "Core Scientific considered acquiring Polaris DS LLC for $421 million.",
        "AMD can expand to 200 MW, Core Scientific was told.",
    ):
        assert say(words) == [], words


@pytest.mark.parametrize("span", ["from November to December", "between October and November"])
def test_sum_over_several_months_is_no_figure_of_one(span: str) -> None:
    assert say(f"MARA Holdings acquired 6,474 bitcoin for $618.3 million {span}.", day="2024-12-05") == []
    assert say(f"MARA Holdings mined 900 bitcoin {span}.", day="2024-12-05") == []


def test_purchase_of_coins_is_no_acquisition() -> None:
    claims = say("MARA Holdings acquired 6,474 bitcoin for $618.3 million in November.", day="2024-12-05")
    assert claim_texts(claims) == {"MARA bitcoin_purchased 6474 2024-11-01..2024-11-30"}
    assert say("CleanSpark bought 26,000 machines from Bitmain for $167.7 million.", day="2024-12-05") == []


def test_deal_belongs_to_target_too() -> None:
    (claim,) = say(
        "CoreWeave has agreed to acquire Core Scientific in an all-stock deal that values the miner at roughly $9 billion.",
        day="2025-07-08",
    )
    assert claim.deal is not None
    assert (claim.company.ticker, claim.deal.party, claim.deal.status) == ("CORZ", "CoreWeave", "agreed")


# ---------------------------------------------------------------------------------------------- anything at all


@given(st.text(max_size=200))
def test_article_of_any_text_is_read(text: str) -> None:
    for claim in say(f"Core Scientific said {text}", title=text[:40]):
        assert claim.sentence


WORDS = st.sampled_from(
    [
        "Core Scientific",
        "Riot Platforms",
        "it",
        "the company",
        "sold",
        "mined",
        "revenue",
        "rose",
        "from",
        "to",
        "by",
        "$115.2 million",
        "2,385 bitcoin",
        "45%",
        "in the first quarter of 2026",
        "a year earlier",
        "and",
        ",",
        "while",
        "colocation",
        "self-mining",
        "held",
        "440 megawatts",
        "agreed to acquire",
        "Polaris DS LLC",
        "by early 2027",
        "analysts",
        "expects",
        "with",
        "CoreWeave",
        "early",
        "average",
        "at",
        "$109,568",
        "per",
        "of",
    ]
)


@given(st.lists(WORDS, min_size=3, max_size=18))
def test_any_word_order_gives_valid_claims(words: list[str]) -> None:
    for claim in say(" ".join(words) + "."):
        assert claim.company.ticker in ("CORZ", "RIOT")
        assert claim.value > 0 or claim.unit == "percent"
        assert claim.deal is not None or (claim.end is not None and claim.end <= date(2026, 5, 7))


@pytest.mark.parametrize(
    "text",
    ["A." * 10_000, "40 MW to " * 500, "Aa " * 3_000, "and sell site to A " * 600, "Riot | 1 | 2 |" * 800],
    ids=["dots", "sizes", "capitals", "sales", "bars"],
)
def test_strange_text_does_not_hang(text: str) -> None:
    """Patterns of names tried each letter of a long word, and roles were looked up for all pairs of quantities."""
    began = time.process_time()
    say(f"CleanSpark agreed to acquire {text} for $30 million.")
    assert time.process_time() - began < 20
