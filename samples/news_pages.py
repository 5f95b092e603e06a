"""Make samples/news: the pages of articles.yaml and held_out.yaml, and the feeds that announce them, host by host.

The pages have what pages have around an article: navigation, adverts, related headlines, repeated dates, scripts.
"""

import json
import shutil
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import yaml

# publisher, kind, format of the feed, whether the full text may be fetched
HOSTS = {
    "dailyhash.example": ("The Daily Hash", "press", "rss"),
    "chainbrief.example": ("Chain Brief", "aggregator", "atom"),
    "coinledger.example": ("Coin Ledger", "press", "json"),
    "wirepost.example": ("Wirepost", "wire", "rss"),
    "deskofopinion.example": ("Desk of Opinion", "blog", "atom"),
    "minerwatch.example": ("Minerwatch", "blog", "rdf"),
    "gamesdesk.example": ("Games Desk", "press", "rss"),
    "newsmap.example": ("Newsmap", "press", "sitemap"),
    "repost.example": ("Repost", "aggregator", "rss"),
    "prwire.example": ("PR Wire", "wire", "rss"),
}
_FEED_NAME = {
    "rss": "feed.xml",
    "atom": "atom.xml",
    "json": "feed.json",
    "rdf": "index.rdf",
    "sitemap": "news-sitemap.xml",
}
_RELATED = ["Five sites where power is cheap", "How a halving works", "The week in hash rate"]


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def read(folder: Path) -> list[dict[str, Any]]:
    """The articles of both files, with the texts of copies and of companies' own releases filled in."""
    articles = [
        a
        for name in ("articles.yaml", "held_out.yaml")
        for a in yaml.safe_load((folder / name).read_text("utf-8"))
    ]
    by_id = {a["id"]: a for a in articles}
    for article in articles:
        if "copy_of" in article:
            source = by_id[article["copy_of"]]
            article |= {
                "title": source["title"],
                "body": source["body"],
                "summary": source.get("summary", ""),
            }
            article["byline"] = f"This story was first published by {HOSTS[source['host']][0]}."
        if "release_of" in article:
            article["body"] = _release_text(folder, article["release_of"])
        article["url"] = f"https://{article['host']}{article['path']}.html"
        article["published"] = _moment(article["published"])
    return articles


def _release_text(folder: Path, accession: str) -> list[str]:
    """The paragraphs of a sample release, as a wire carries them."""
    for company in yaml.safe_load((folder.parent / "releases.yaml").read_text("utf-8")).values():
        for release in company["releases"]:
            if release["accession"] == accession:
                return [text.lstrip("#* ") for text in release["text"]]
    raise KeyError(accession)


def page(article: dict[str, Any]) -> str:
    """One article as its publisher shows it."""
    style, published = article.get("style", "plain"), article["published"]
    publisher = HOSTS[article["host"]][0]
    title, body = escape(article["title"]), [f"<p>{escape(text)}</p>" for text in article["body"]]
    if "byline" in article:
        body.append(f"<p><i>{escape(article['byline'])}</i></p>")
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article["title"],
        "datePublished": published.isoformat(),
        "author": {"@type": "Person", "name": article.get("author", publisher)},
        "publisher": {"@type": "Organization", "name": publisher},
    }
    metas = [
        f'<meta property="og:title" content="{title}">',
        f'<meta property="og:site_name" content="{escape(publisher)}">',
        f'<link rel="canonical" href="{article["url"]}">',
    ]
    dates = f'<time class="published" datetime="{published.isoformat()}">{published:%B %d, %Y}</time>'
    if style == "plain":
        metas.append(f'<meta property="article:published_time" content="{published.isoformat()}">')
    if style == "repeated_dates":
        dates = "".join(f"<p>{published:%b %d, %Y} |</p>" for _ in range(4))
        told = {}
    if style == "paywall":
        told["isAccessibleForFree"] = False
        body = [body[0][:60] + "…</p>", "<p>Subscribe now to continue reading.</p>"]
    if style == "scripted":
        body = [
            '<div id="app"></div><script src="/a.js"></script><script src="/b.js"></script><script>render()</script><noscript>Please enable JavaScript.</noscript>'
        ]
    if style == "list":
        body = [
            body[0],
            "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in article["body"][1:]) + "</ul>",
        ]
    linked = f'<script type="application/ld+json">{json.dumps(told)}</script>' if told else ""
    related = "".join(f'<li><a href="/r/{i}">{escape(text)}</a></li>' for i, text in enumerate(_RELATED))
    author = f'<p class="byline">By {escape(article["author"])}</p>' if "author" in article else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title} | {escape(publisher)}</title>{"".join(metas)}{linked}</head>\n'
        f'<body><nav><ul><li><a href="/">Home</a></li><li><a href="/markets">Markets</a></li><li><a href="/about">About</a></li></ul></nav>\n'
        f"<main><article><h1>{title}</h1>{author}{dates}\n{chr(10).join(body)}\n</article></main>\n"
        f'<aside><h2>Related</h2><ul>{related}</ul><div class="ad">Advertisement: mine from home, earn 12% a year!</div></aside>\n'
        f"<footer>A sample: our own words around real figures. © {escape(publisher)}. All rights reserved.</footer></body></html>\n"
    )


def _summary(article: dict[str, Any]) -> str:
    return str(article.get("summary") or (article["body"][0][:200] if article["body"] else ""))


def feed(host: str, articles: list[dict[str, Any]]) -> str:
    """A host's feed, in its format."""
    publisher, _, kind = HOSTS[host]
    items = sorted(articles, key=lambda a: a["published"], reverse=True)
    if kind == "json":
        return (
            json.dumps(
                {
                    "version": "https://jsonfeed.org/version/1.1",
                    "title": publisher,
                    "home_page_url": f"https://{host}/",
                    "items": [
                        {
                            "id": a["url"],
                            "url": a["url"] + "?utm_source=feed",
                            "title": a["title"],
                            "summary": _summary(a),
                            "date_published": a["published"].isoformat(),
                        }
                        for a in items
                    ],
                },
                indent=1,
            )
            + "\n"
        )
    if kind == "atom":
        entries = "".join(
            f'<entry><id>{a["url"]}</id><title>{escape(a["title"])}</title><link href="{a["url"]}"/><published>{a["published"].isoformat()}</published><updated>{a["published"].isoformat()}</updated><summary>{escape(_summary(a))}</summary></entry>\n'
            for a in items
        )
        return f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><id>https://{host}/</id><title>{escape(publisher)}</title>\n{entries}</feed>\n'
    if kind == "sitemap":
        entries = "".join(
            f"<url><loc>{a['url']}</loc><news:news><news:publication><news:name>{escape(publisher)}</news:name><news:language>en</news:language></news:publication><news:publication_date>{a['published'].isoformat()}</news:publication_date><news:title>{escape(a['title'])}</news:title></news:news></url>\n"
            for a in items
        )
        return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{entries}</urlset>\n'
    if kind == "rdf":
        entries = "".join(
            f'<item rdf:about="{a["url"]}"><title>{escape(a["title"])}</title><link>{a["url"]}</link><description>{escape(_summary(a))}</description><dc:date>{a["published"].isoformat()}</dc:date></item>\n'
            for a in items
        )
        return f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel rdf:about="https://{host}/"><title>{escape(publisher)}</title><link>https://{host}/</link></channel>\n{entries}</rdf:RDF>\n'
    entries = "".join(
        f"<item><title>{escape(a['title'])}</title><link>{a['url']}</link><guid>{a['url']}</guid><description>{escape(_summary(a))}</description><pubDate>{a['published']:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>\n"
        for a in items
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{escape(publisher)}</title><link>https://{host}/</link><description>A sample feed</description>\n{entries}</channel></rss>\n'


def build(folder: Path) -> int:
    """Write pages, feeds and feeds.yaml below a folder that holds the two files; how many articles."""
    articles = read(folder)
    feeds: dict[str, Any] = {}
    for host, (publisher, kind, form) in HOSTS.items():
        shutil.rmtree(folder / host, ignore_errors=True)
        mine = [a for a in articles if a["host"] == host]
        for article in mine:
            path = folder / host / (article["path"].lstrip("/") + ".html")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page(article), "utf-8")
        name = _FEED_NAME[form]
        (folder / host / name).write_text(feed(host, mine), "utf-8")
        code = "sample-" + host.split(".")[0]
        feeds[code] = {"url": f"https://{host}/{name}", "publisher": publisher, "kind": kind}
        if form == "sitemap":
            feeds[code]["format"] = "sitemap"
        if host == "prwire.example":
            feeds[code]["company"] = "CORZ"
    text = "# The feeds of the samples; made by samples/build.py.\n" + yaml.safe_dump(
        feeds, sort_keys=False, allow_unicode=True
    )
    (folder / "feeds.yaml").write_text(text, "utf-8")
    return len(articles)
