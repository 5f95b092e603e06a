"""Telling articles from filings."""

from pipelines.query.inspect_article import looks_like_article
from pipelines.settings import HOME
from pipelines.watchlist import load_watchlist

NEWS = HOME / "samples" / "news"


PIVOT = NEWS / "chainbrief.example" / "2026" / "05" / "core-scientific-pivot.html"


EXHIBIT = next((HOME / "samples" / "edgar").rglob("corz-20260506_ex991.htm"))


def _article(document: bytes, source: str = "") -> bool:
    return looks_like_article(document, load_watchlist(), source)


def test_article_is_recognized() -> None:
    assert not _article(EXHIBIT.read_bytes(), str(EXHIBIT))
    assert _article(PIVOT.read_bytes(), str(PIVOT))
    bare = b"<html><body><h1>Riot sells</h1><p>Riot Platforms sold 475 bitcoin in April 2025, the miner told investors.</p></body></html>"
    assert _article(bare)
    own = b"<html><body><p>CASTLE ROCK, Colo., May 5, 2025 - Riot Platforms, Inc. today announced its production for April 2025.</p></body></html>"
    assert not _article(own)
    assert not _article(
        b"FORM 8-K\nItem 1.01 Entry into a Material Definitive Agreement.\nThe registrant agreed to buy."
    )
    assert not _article(b"")


def test_sample_filings_are_not_articles() -> None:
    folder = HOME / "samples" / "edgar" / "www.sec.gov"
    taken = [p for p in folder.rglob("*.htm") if _article(p.read_bytes(), str(p))]
    assert taken == []
