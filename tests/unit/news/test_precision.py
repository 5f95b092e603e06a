"""What comes out of labelled articles: nothing that is not claimed, and nearly all that is."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.parse.language.sentences import sentences
from pipelines.parse.news.articles import read_article
from pipelines.parse.news.pages import day_of, read_article_page
from pipelines.settings import HOME
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.unit.news.labels import (
    HELD_OUT,
    NEWS,
    REGISTERS,
    SAMPLES,
    Key,
    Labelled,
    claimed,
    key_of_claim,
    key_of_label,
    labelled,
)

SEED = [
    "CORZ bitcoin_sale_proceeds 208000000 USD 2026Q1",
    "CORZ total_revenue 115200000 USD 2026Q1",
    "CORZ total_revenue 79500000 USD 2025Q1",
    "CORZ segment_revenue/colocation 77500000 USD 2026Q1",
    "CORZ segment_revenue/self_mining 67200000 USD 2025Q1",
    "CORZ segment_revenue/self_mining 30100000 USD 2026Q1",
    "CORZ change:bitcoin_produced -45 percent 2026Q1",
    "CORZ change:bitcoin_price -18 percent 2026Q1",
    'CORZ deal:capacity_target 590 MW - due="early 2027" status=planned',
    'CORZ deal:acquisition 421000000 USD - party="Polaris DS LLC" mw=440 status=closed',
]


def as_text(keys: Iterable[tuple[str, Key]]) -> str:
    return "\n".join(
        f"  {where}: {' '.join(str(k) for k in key if k not in (None, ''))}" for where, key in keys
    )


def _measured(articles: Iterable[Labelled]) -> tuple[int, list[tuple[str, Key]], list[tuple[str, Key]]]:
    """How many claims came out as labelled; those that should not have come, and those that did not."""
    right, wrong, missed = 0, [], []
    for article in articles:
        wanted, found = Counter(article.claims), Counter(claimed(article)[1])
        right += (wanted & found).total()
        wrong += [(article.id, key) for key in (found - wanted).elements()]
        missed += [(article.id, key) for key in (wanted - found).elements()]
    return right, wrong, missed


@pytest.mark.parametrize(
    "files", [(SAMPLES, HELD_OUT), (HELD_OUT,), (REGISTERS,)], ids=["samples", "held out", "registers"]
)
def test_claims_have_precision_one_and_recall_90(
    files: tuple[Path, ...], record_property: Callable[[str, object], None]
) -> None:
    right, wrong, missed = _measured(a for file in files for a in labelled(file))
    recall = right / (right + len(missed))
    report = f"{right} right, recall {recall:.3f}; not claimed but found:\n{as_text(wrong)}\nmissed:\n{as_text(missed)}"
    record_property(
        "report",
        f"articles, {'+'.join(f.stem for f in files)}: precision {right / (right + len(wrong)):.3f}, {report}",
    )
    assert wrong == [], report
    assert recall >= 0.9, report


def test_one_sentence_paragraphs_give_same_claims() -> None:
    """Many publishers set each sentence apart: nothing is claimed that is not claimed where they stand together."""
    apart = []
    for article in (a for file in (SAMPLES, HELD_OUT, REGISTERS) for a in labelled(file)):
        split = [s for p in article.text.paragraphs for _, s in sentences(p)]
        apart.append(replace(article, text=replace(article.text, paragraphs=split)))
    right, wrong, missed = _measured(apart)
    assert wrong == [], as_text(wrong)
    assert right / (right + len(missed)) >= 0.9


def test_seed_article_gives_its_ten_claims() -> None:
    shared = (
        Path(os.environ.get("TEST_EDGAR_MIRROR") or HOME.parent / "shared" / "edgar").parent
        / "seed-article.txt"
    )
    if not shared.exists():
        pytest.skip(f"the seed article is not here ({shared})")
    article = read_article_page(shared.read_bytes())
    assert str(day_of(article)) == "2026-05-07"
    read = read_article(article, load_watchlist(), load_lexicon())
    assert Counter(map(key_of_claim, read.claims)) == Counter(map(key_of_label, SEED))
    for claim in read.claims:
        start = claim.offset
        assert article.text[start : start + len(claim.sentence)] == claim.sentence, (
            "the locator leads to the sentence"
        )


def test_article_pages_give_labeled_claims() -> None:
    """The same articles as pages, with navigation, adverts and repeated dates around them."""
    import yaml

    pages = {
        a["id"]: NEWS / a["host"] / f"{a['path'].lstrip('/')}.html"
        for file in (SAMPLES, HELD_OUT)
        for a in yaml.safe_load(file.read_text("utf-8"))
        if "style" not in a or a["style"] in ("list", "repeated_dates")
    }
    articles = [a for file in (SAMPLES, HELD_OUT) for a in labelled(file) if a.id in pages]
    wrong = []
    for article in articles:
        read = read_article(
            read_article_page(pages[article.id].read_bytes()), load_watchlist(), load_lexicon()
        )
        if Counter(map(key_of_claim, read.claims)) != Counter(claimed(article)[1]):
            wrong.append(article.id)
    assert len(articles) >= 38
    assert wrong == []


def test_claims_have_company_value_unit_and_metric() -> None:
    for file in (SAMPLES, HELD_OUT, REGISTERS):
        for article in labelled(file):
            for claim in claimed(article)[0].claims:
                assert claim.company.ticker
                assert claim.fact
                assert claim.unit
                assert isinstance(claim.value, Decimal)
                assert claim.sentence in (article.text.text + "\n" + article.text.title)
