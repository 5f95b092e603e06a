"""Print precision and recall of press releases or articles in labeled folders, with every fault."""

import csv
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from pipelines.errors import UnreadableDocument
from pipelines.normalize.figures import Figure, Normalized
from pipelines.query.inspect import figures_of
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.evaluation.labels import Label, Score, read_labels, score
from tests.evaluation.news import judged, read_articles, score_article
from tests.unit.news.labels import Key, key_of_claim


def _trace(label: Label, normalized: Normalized) -> str:
    """What became of a missing figure: its reason, or `silent`."""
    found = [
        f"{s.rule}: {s.concept}"
        for s in normalized.skipped
        if s.value is not None and label.value in (s.value, s.value * 1000)
    ]
    found += [
        f"rejected {r.check}: {r.reason}"
        for r in normalized.rejected
        if getattr(r.record, "value", None) == label.value
    ]
    found += [
        f"read as {f.fact} {f.scope} {f.start} {f.end}" for f in normalized.figures if f.value == label.value
    ]
    return " // ".join(found)[:260] or "silent"


def write(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")


def of_articles(folders: list[Path]) -> None:
    """Print the scores of articles by folder and kind."""
    totals: dict[tuple[str, str], Score[Key, Key]] = {}
    for folder in folders:
        for article in read_articles(folder / "articles.yaml"):
            read, scores = score_article(article)
            for kind, score_of_kind in scores.items():
                for key in ((folder.name, kind), ("all", kind)):
                    totals[key] = totals.get(key, Score()) + score_of_kind
                sentences = {key_of_claim(c): c.sentence for c in read.claims}
                for wrong in score_of_kind.wrong:
                    write(f"{folder.name}/{article.id} WRONG   {_shown(wrong)} | {sentences[wrong][:200]}")
                for missing in score_of_kind.missing:
                    value = f"{missing[3]:,f}"
                    reasons = {f"{reason}: {text[:120]}" for reason, text in read.skipped if value in text}
                    write(
                        f"{folder.name}/{article.id} missing {_shown(missing)} | {'; '.join(sorted(reasons))}"
                    )
    for (name, kind), total in totals.items():
        write(f"{name:10} {kind:7} {total}")


def of_evidence(folders: list[Path]) -> None:
    """Print how often claims of each kind of evidence are right: the lines of lexicon/confidence.yaml."""
    counts: dict[str, list[int]] = {}
    for folder in folders:
        for article in read_articles(folder / "articles.yaml"):
            for evidence, is_right in judged(article):
                counts.setdefault(evidence, [0, 0])[not is_right] += 1
    for evidence, (right, wrong) in sorted(counts.items()):
        write(f"  {evidence}: {{right: {right}, wrong: {wrong}}}")


def _shown(key: Key) -> str:
    return " ".join(
        f"{part:f}" if isinstance(part, Decimal) else str(part) for part in key if part not in (None, "")
    )


def main(folders: list[str]) -> None:
    if folders[:1] == ["--confidence"]:
        of_evidence([Path(folder) for folder in folders[1:]])
        return
    articles = [Path(folder) for folder in folders if (Path(folder) / "articles.yaml").exists()]
    if articles:
        of_articles(articles)
        return
    watchlist, lexicon = load_watchlist(None), load_lexicon(None)
    tickers = {company.ticker for company in watchlist.companies}
    totals: dict[str, Score[Label, Figure]] = {}
    for folder in map(Path, folders):
        labels = read_labels(folder / "labels.csv")
        with (folder / "docs.csv").open(encoding="utf-8", newline="") as lines:
            documents = list(csv.DictReader(lines))
        for document in documents:
            name = document["file"]
            company = document["ticker"] if document["ticker"] in tickers else None
            day = date.fromisoformat(document["published"]) if document["published"] else None
            content = (folder / name).read_bytes()
            try:
                read = figures_of(content, watchlist, lexicon, company, day)
                normalized, kind = read.normalized, read.kind
            except UnreadableDocument as error:
                normalized, kind = Normalized(), f"unreadable: {error.reason}"
            result = score(normalized.figures, labels.get(name, []))
            for key in (folder.name, document["layout"], "all"):
                totals[key] = totals.get(key, Score()) + result
            if result.wrong or result.missing:
                write(f"\n{folder.name}/{name} ({company}, {kind})")
            for figure in result.wrong:
                write(
                    f"  WRONG   {figure.fact} {figure.segment or figure.scope} {figure.start} {figure.end} "
                    f"{figure.value:f} {figure.unit} | {figure.label[:150]} | {figure.locator[:60]}"
                )
            for label in result.missing:
                write(
                    f"  missing {label.fact} {label.segment or label.scope} {label.start} {label.end} "
                    f"{label.value:f} {label.unit} | {_trace(label, normalized)}"
                )
    write()
    for key, total in totals.items():
        write(f"{key:14} {total}")


main(sys.argv[1:])
