"""Claims in an article, each with its sentence, company and period.

News never becomes a company's figure: a claim is compared with the company's filings. A claim needs a
company, a number, a unit and a metric; opinions, forecasts and market figures are skipped.
"""

import re
from decimal import Decimal

from pipelines.parse.deals.sentences import find_announced, find_deal
from pipelines.parse.deals.tracker import DealTracker
from pipelines.parse.language.annotation import FROM, AnnotatedSentence, annotate, mask_names
from pipelines.parse.language.changes import CHANGE_FACTS, changes
from pipelines.parse.language.companies import CompanyNames, company_names
from pipelines.parse.language.cues import (
    DAY_METRICS,
    SOLD,
    WITH_CUSTOMERS,
    Cue,
    PrecedingText,
    mentions_bitcoin,
)
from pipelines.parse.language.figures import SMALLEST_REVENUE, FigureReader, segment_code
from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.language.quantities import rounding_of
from pipelines.parse.language.relative_periods import OTHER_SPAN, subject_of
from pipelines.parse.language.sentences import sentences
from pipelines.parse.language.vocabulary import REVENUE
from pipelines.parse.news.claims import Claim, ReadArticle, consistent_claims, deal_claim, deduplicate
from pipelines.parse.news.comparisons import ComparisonTracker, compared_with
from pipelines.parse.news.pages import ArticleText, day_of
from pipelines.parse.news.periods import PeriodResolver
from pipelines.parse.news.subjects import SubjectTracker, is_others_quarter
from pipelines.watchlist import Company, Lexicon, Watchlist

VERSION = "1"
"""Raised whenever the same article would give other claims."""


def read_article(
    article: ArticleText, watchlist: Watchlist, lexicon: Lexicon, about: Company | None = None
) -> ReadArticle:
    """Extract every claim of an article.

    Args:
        about: The company of the feed: the meaning of "the company" if the title names none.

    Returns:
        No claims, with the `reason`, if the article names no watched company, has no date, or is not in
        English.
    """
    out = ReadArticle()
    if article.language not in ("", "en"):
        # "2.385 Bitcoin" is two thousand in Spanish and two in English.
        out.reason = f"the language is {article.language!r}; only English is supported"
        return out
    names = company_names(watchlist)
    whole = f"{article.title}\n{article.text}"
    introduced = names.introduced(whole)
    counts = names.counts(whole, introduced)
    if not counts and about is None:
        out.reason = "the article names no watched company"
        return out
    disclosed_on = day_of(article)
    if disclosed_on is None:
        out.reason = "the publication date is unknown"
        return out
    titled = [m.company for m in names.mentions(article.title, introduced) if m.company and not m.subsidiary]
    out.main = titled[0] if titled else about or watchlist.by_ticker(counts.most_common(1)[0][0])
    reader = _Reader(
        out, names, lexicon, DisclosureContext(out.main, disclosed_on), introduced, several=len(counts) > 1
    )
    openings = [text for _, text in sentences(" ".join(article.paragraphs[:4]))[:10]]
    out.subject = reader.periods.subject = subject_of(
        # "In September CleanSpark mined" names a month, not a company "September CleanSpark".
        [mask_names(text, names.mentions(text, introduced)) for text in (article.title, *openings)],
        reader.disclosure,
        " ".join(article.paragraphs[:12]),
    )
    reader.paragraph(article.title, -len(article.title) - 1)
    offset = 0
    for paragraph in article.paragraphs:
        reader.paragraph(paragraph, offset)
        offset += len(paragraph) + 1
    own = [c for c in reader.claims if c.fact != "bitcoin_produced" or c.value not in reader.with_customers]
    claims = deduplicate(own + [deal_claim(d.company, d.deal) for d in reader.deals.deals])
    out.claims, doubtful = consistent_claims(claims)
    out.skipped += [("two values in one article", c.sentence) for c in doubtful]
    return out


def companies_named(article: ArticleText, watchlist: Watchlist) -> frozenset[str]:
    """The tickers of the watched companies that an article names."""
    return frozenset(company_names(watchlist).counts(f"{article.title}\n{article.text}"))


# "Of that, $13.0 million": a paragraph that continues the previous one.
_GOES_ON = re.compile(
    r"^(?:that|of (?:that|which|this|the total|it)|this|the (?:rest|remainder|balance)|(?:[^.;]|"
    r"\.(?=\d)){3,60}? of (?:that|which|the total|it)\b)",
    re.IGNORECASE,
)

_TOPS = re.compile(
    r"\b(?:top(?:s|ped|ping)?|pass(?:es|ed|ing)|exceed(?:s|ed|ing)|surpass(?:es|ed|ing)|cross(?:es|"
    r"ed|ing)|beyond|north of|past)\s+$",
    re.IGNORECASE,
)
_AT_ITS_HEAD = 25
# "Colocation: $77.5M": an item in a list of figures.
_LABELLED = re.compile(r"^\W{0,3}[A-Za-z][\w\s&'’/().-]{1,50}:\s*\W{0,2}(?:US\s?)?[$\d]")


class _Reader:
    """Reads an article sentence by sentence, tracking subject, period and comparisons."""

    def __init__(
        self,
        out: ReadArticle,
        names: CompanyNames,
        lexicon: Lexicon,
        disclosure: DisclosureContext,
        introduced: frozenset[str],
        *,
        several: bool,
    ) -> None:
        self.out, self.names, self.lexicon, self.disclosure = out, names, lexicon, disclosure
        self.introduced = introduced
        self.figures = FigureReader(lexicon)
        self.periods = PeriodResolver(disclosure)
        self.subjects = SubjectTracker(out.main, disclosure, several=several)
        self.comparisons = ComparisonTracker()
        self._revenue_mentioned = False
        self._just_claimed: list[Claim] = []
        self._goes_on_comparing = False
        self.with_customers: set[Decimal] = set()
        self.claims: list[Claim] = []
        self.deals = DealTracker()

    def paragraph(self, text: str, offset: int) -> None:
        self.subjects.new_paragraph(text)
        self.periods.new_paragraph()
        listed = bool(_LABELLED.match(text))
        # Many publishers put each sentence in its own paragraph: "Self-mining accounted for $79.9 million."
        earner = self.figures.words.earns.search(text[:100])
        goes_on = (
            listed or bool(_GOES_ON.match(text)) or (earner is not None and earner.start() <= _AT_ITS_HEAD)
        )
        revenue = self._revenue_mentioned and goes_on
        sale = False
        for place, label in sentences(text):
            mentions = self.names.mentions(label, self.introduced)
            sentence = annotate(label, offset + place, mentions, self.subjects.disclosure_of(mentions))
            self._sentence(sentence, PrecedingText(revenue, sale))
            sale = bool(SOLD.search(label)) and (mentions_bitcoin(sentence) or sale)
            revenue = bool(REVENUE.search(label)) or (
                revenue and bool(self.figures.words.alone.search(label))
            )
        self._revenue_mentioned = revenue

    def _sentence(self, sentence: AnnotatedSentence, before: PrecedingText) -> None:
        self.comparisons.start_sentence(sentence)
        first, self._goes_on_comparing = len(self.claims), False
        if sentence.quantities:
            self._figures(sentence, before, self._just_claimed)
        if not self._goes_on_comparing:
            self._just_claimed = self.claims[first:]
        self._deals(sentence)
        self.subjects.end_sentence(sentence, {c.company for c in self.claims[first:]})

    def _deals(self, sentence: AnnotatedSentence) -> None:
        deal = find_deal(sentence)
        announced = find_announced(sentence) if deal is None else None
        found = deal or announced
        if found is None:
            self.deals.add(sentence, [m.company for m in sentence.mentions if m.subject and not m.subsidiary])
            return
        company = self.subjects.owner_of(sentence, found)
        if company is None:
            self.out.skipped.append(("another company's deal", sentence.label))
        elif deal is not None:
            self.deals.take(company, deal)
        elif announced is not None:
            self.deals.announce(company, announced)

    def _figures(self, sentence: AnnotatedSentence, before: PrecedingText, last: list[Claim]) -> None:
        compared = compared_with(sentence, last)
        if compared is not None:
            self.claims.append(compared)
            self._goes_on_comparing = True
            return
        cues = self.figures.cues(sentence, before)
        periods = self.periods.periods_of(sentence, cues, self.comparisons.here or self.comparisons.basis)
        self.comparisons.add_periods(sentence, periods)
        first, made = len(self.claims), 0
        for index, cue in cues.items():
            quantity = sentence.quantities[index]
            if cue.fact == WITH_CUSTOMERS:
                assert quantity.value is not None
                self.with_customers.add(quantity.value)
                self.out.skipped.append(("includes customers' coins", sentence.label))
                continue
            company, reason = self.subjects.company_at(sentence, sentence.at[index][0])
            period = periods.get(index)
            if company is None:
                self.out.skipped.append((reason, sentence.label))
                continue
            if period is not None and is_others_quarter(sentence, company, period):
                self.out.skipped.append(("unclear fiscal year", sentence.label))
                continue
            claim = None if period is None else self._claim(sentence, index, cue, company, period)
            if claim is None:
                self.out.skipped.append(
                    ("no period" if period is None else "unclear segment", sentence.label)
                )
                continue
            if quantity.unit == "USD" and cue.fact.endswith("revenue") and claim.value < SMALLEST_REVENUE:
                continue
            self.claims.append(claim)
            made += 1
        self._unclear(first)
        self._changes(sentence, cues, periods, made)

    def _unclear(self, first: int) -> None:
        """Discard figures that have two values in one sentence."""
        mine = self.claims[first:]
        same: dict[tuple[object, ...], set[Decimal]] = {}
        for claim in mine:
            same.setdefault((claim.company, claim.fact, claim.segment, claim.start, claim.end), set()).add(
                claim.value
            )
        twice = {key for key, values in same.items() if len(values) > 1}
        if twice:
            self.out.skipped.append(("two values in one sentence", mine[0].sentence))
            self.claims[first:] = [
                c for c in mine if (c.company, c.fact, c.segment, c.start, c.end) not in twice
            ]

    def _claim(
        self, sentence: AnnotatedSentence, index: int, cue: Cue, company: Company, period: Period
    ) -> Claim | None:
        quantity = sentence.quantities[index]
        assert quantity.value is not None
        segment = None
        if cue.fact == "segment_revenue":
            segment = segment_code(self.lexicon, cue, company.ticker, period.end)
            if segment is None:
                return None
        metric = self.lexicon.words.by_code.get(cue.fact)
        if metric is not None and (
            quantity.value < metric.least or (metric.most and quantity.value > metric.most)
        ):
            return None
        unit = metric.unit if metric else "USD"
        start = None if cue.fact in DAY_METRICS else period.start
        if cue.fact not in DAY_METRICS and start is None:
            return None
        qualifier = quantity.qualifier or ("more_than" if _TOPS.search(sentence.around(index)[0]) else "")
        return Claim(
            company,
            cue.fact,
            segment,
            quantity.value,
            unit,
            qualifier,
            rounding_of(quantity),
            start,
            period.end,
            sentence.label,
            sentence.offset,
        )

    def _changes(
        self, sentence: AnnotatedSentence, cues: dict[int, Cue], periods: dict[int, Period], made: int
    ) -> None:
        found = list(changes(sentence, self.figures, cues))
        about_company = made or any(c.cue.fact != "bitcoin_price" for c in found)
        for change in found:
            if change.cue.fact == "bitcoin_price" and not about_company:
                continue
            if change.cue.fact not in CHANGE_FACTS:
                continue
            if OTHER_SPAN.search(sentence.near(change.index)) or sentence.spans_years(change.index):
                continue
            company, reason = self.subjects.company_at(sentence, sentence.at[change.index][0])
            quantity = sentence.quantities[change.index]
            mains = [
                periods[i]
                for i in cues
                if i in periods and sentence.role(i) != FROM and cues[i].fact == change.cue.fact
            ]
            period = mains[0] if mains else self.periods.period_of_change(sentence, change.index, cues)
            if (
                company is None
                or period is None
                or period.start is None
                or period.end > self.disclosure.disclosed_on
            ):
                self.out.skipped.append((reason or "no period", sentence.label))
                continue
            segment = None
            if change.cue.fact == "segment_revenue":
                segment = segment_code(self.lexicon, change.cue, company.ticker, period.end)
                if segment is None:
                    continue
            assert quantity.value is not None
            value = -abs(quantity.value) if change.falls else abs(quantity.value)
            self.claims.append(
                Claim(
                    company,
                    f"change:{change.cue.fact}",
                    segment,
                    value,
                    "percent",
                    quantity.qualifier,
                    quantity.step / 2,
                    period.start,
                    period.end,
                    sentence.label,
                    sentence.offset,
                    change.basis or self.comparisons.basis,
                )
            )
