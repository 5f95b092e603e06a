"""Articles a second on one core, from the page's bytes to its claims."""

import time
from datetime import date, timedelta
from html import escape

import yaml

from benchmarks.measure import Line
from pipelines.normalize.stories import fingerprint
from pipelines.parse.news.articles import read_article
from pipelines.parse.news.pages import read_article_page
from pipelines.settings import HOME
from pipelines.watchlist import load_lexicon, load_watchlist

_GOAL = 20
_WARM_UP, _PAGES = 10, 70


# What most sentences of an article are: about the subject, and without a figure.
_PROSE = (
    (
        "The shift has been discussed for years, and those who run the sites say that it was never a "
        "matter of taste but of power contracts."
    ),
    (
        "Executives told investors that tenants ask for more than space, and that cooling is what decides "
        "which halls can be converted at all."
    ),
    (
        "Not everybody is convinced, and some of those who financed the first machines would rather see "
        "the coins kept than sold in a weak market."
    ),
    (
        "The company's neighbours, who once complained about the noise of fans, now complain about the "
        "trucks that bring transformers."
    ),
    (
        "Whether the demand for computing holds is a question that nobody on the call was willing to "
        "answer in so many words."
    ),
    (
        "Lenders have grown more cautious since the spring, which is one reason why long leases with "
        "well-known names are worth so much."
    ),
    (
        "Observers of the industry point out that every such conversion takes hashing power off the "
        "network and leaves more for those who stay."
    ),
    (
        "In the end, as one of them put it, electricity goes to whoever pays most for it, and for now that "
        "is not the miner."
    ),
)


def _pages() -> list[bytes]:
    """Article pages in the style of publishers, made from the samples' texts."""
    folder = HOME / "samples" / "news"
    bodies = [
        a["body"]
        for name in ("articles.yaml", "held_out.yaml")
        for a in yaml.safe_load((folder / name).read_text("utf-8"))
        if a.get("body")
    ]
    menu = "".join(f"<li><a href='/section/{i}'>Section {i} of the paper</a></li>" for i in range(300))
    script = "<script>" + "var a=[1,2,3];function f(x){return x*2};" * 800 + "</script>"
    out = []
    for number in range(_PAGES):
        chosen = [bodies[(number + step) % len(bodies)] for step in (0, 7, 19)]
        told = [p for body in chosen for p in body]
        prose = [
            f"{_PROSE[(number + i) % len(_PROSE)]} {_PROSE[(number + i + 3) % len(_PROSE)]}"
            for i in range(len(told))
        ]
        text = "".join(f"<p>{escape(p)}</p><p>{escape(q)}</p>" for p, q in zip(told, prose, strict=True))
        day = date(2026, 5, 1) + timedelta(days=number)
        out.append(
            (
                f"<html lang='en'><head><title>Miners, {day}</title><meta "
                "property='article:published_time' "
                f"content='{day}T08:00:00Z'>{script}</head><body><nav><ul>{menu}</ul></nav><article><h1>Miners "
                f"on {day}</h1>{text}</article><footer>{menu}</footer></body></html>"
            ).encode()
        )
    return out


def run() -> list[Line]:
    """One line: extraction, fingerprint and claims of each page, processor time of one core."""
    watchlist, lexicon = load_watchlist(), load_lexicon()
    pages = _pages()
    # Patterns are compiled when they are first used.
    for page in pages[:_WARM_UP]:
        read_article(read_article_page(page), watchlist, lexicon)
    pages = pages[_WARM_UP:]
    started, claims, words = time.process_time(), 0, 0
    for page in pages:
        article = read_article_page(page)
        fingerprint(article.text)
        claims += len(read_article(article, watchlist, lexicon).claims)
        words += len(article.text.split())
    seconds = time.process_time() - started
    speed = len(pages) / seconds
    size = sum(map(len, pages)) / len(pages) / 1000
    average = f"{size:.0f} KB and {words // len(pages)} words on average"
    detail = f"{len(pages)} pages of {average}, {claims} claims; {seconds:.2f} s"
    return [
        Line(
            "articles read, extraction included, a second on one core",
            f"{speed:.0f}",
            f"≥ {_GOAL}",
            speed >= _GOAL,
            detail,
        )
    ]
