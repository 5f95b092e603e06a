"""Labels of articles, and how claims are scored against them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from pipelines.parse.deals.deal import same_party
from pipelines.parse.news.articles import read_article
from pipelines.parse.news.claims import ReadArticle
from pipelines.parse.news.pages import ArticleText
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.evaluation.labels import Score
from tests.unit.news.labels import Key, key_of_claim, key_of_label

# Ticker, fact, segment, value and unit of a label; the places of a deal's party and deadline.
_SIZE, _PARTY, _DUE = 5, 7, 9
KINDS = ("figure", "change", "deal")


@dataclass(frozen=True)
class LabeledArticle:
    """An article with the claims that should come out of it, and those that may."""

    id: str
    text: ArticleText
    claims: list[Key]
    may: list[Key]


def kind_of(key: Key) -> str:
    """Whether a claim is a figure, a change in percent or a deal."""
    fact = str(key[1])
    return "deal" if fact.startswith("deal:") else "change" if fact.startswith("change:") else "figure"


def read_articles(path: Path) -> Iterator[LabeledArticle]:
    """The articles of a file in the form of registers.yaml; a label after `may` is optional."""
    for item in yaml.safe_load(path.read_text("utf-8")):
        published = item["published"]
        moment = published if isinstance(published, datetime) else datetime.fromisoformat(str(published))
        text = ArticleText(
            item["title"],
            list(item["body"]),
            moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC),
            "metadata",
        )
        labels = item["claims"]
        yield LabeledArticle(
            item["id"],
            text,
            [key_of_label(c) for c in labels if not c.startswith("may ")],
            [key_of_label(c.removeprefix("may ")) for c in labels if c.startswith("may ")],
        )


def score_article(article: LabeledArticle) -> tuple[ReadArticle, dict[str, Score[Key, Key]]]:
    """What is read from an article, and its scores by kind; a claim counts once.

    A deal is right if it is read as its label or as one of the variants that the labels allow.
    """
    read = read_article(article.text, load_watchlist(None), load_lexicon(None))
    found, wanted = set(map(key_of_claim, read.claims)), set(article.claims)
    scores: dict[str, Score[Key, Key]] = {kind: Score() for kind in KINDS}
    taken: set[Key] = set()
    for key in wanted:
        variants = [key, *(v for v in article.may if kind_of(key) == "deal" and v[:_SIZE] == key[:_SIZE])]
        same = {f for f in found for v in variants if _is_same(f, v)}
        taken |= same
        (scores[kind_of(key)].right if same else scores[kind_of(key)].missing).append(key)
    for key in found - taken:
        if any(_is_same(key, v) for v in article.may):
            scores[kind_of(key)].optional += 1
        else:
            scores[kind_of(key)].wrong.append(key)
    return read, scores


def judged(article: LabeledArticle) -> Iterator[tuple[str, bool]]:
    """The evidence of each claim that is read, and whether it is right; what is optional counts as right."""
    read = read_article(article.text, load_watchlist(None), load_lexicon(None))
    for claim in read.claims:
        key = key_of_claim(claim)
        yield claim.evidence, any(_is_same(key, label) for label in (*article.claims, *article.may))


def _is_same(found: Key, label: Key) -> bool:
    """Whether a claim is what a label says.

    A party may be named in full or in short, and a deal may have a party or a deadline that its label leaves
    out.
    """
    sided = not label[_PARTY] or same_party(found[_PARTY], label[_PARTY])
    dated = not label[_DUE] or found[_DUE] == label[_DUE]
    others = (i for i in range(len(label)) if i not in (_PARTY, _DUE))
    return sided and dated and all(found[i] == label[i] for i in others)
