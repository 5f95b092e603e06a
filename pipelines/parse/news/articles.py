"""What an article claims of watched companies: each figure, deal and change with its sentence, company and period.

News never become a company's figure: a claim is what one sentence says, to be held against what the company files.
Nothing is claimed without company, number, unit and metric; what is opinion, forecast or market yields nothing.
"""

import re
from decimal import Decimal

from pipelines.parse.deals.sentences import find_announced, find_deal
from pipelines.parse.deals.tracker import DealsTold
from pipelines.parse.language.annotation import FROM, Told, mask_names, tell
from pipelines.parse.language.changes import changes
from pipelines.parse.language.companies import Names, names_of
from pipelines.parse.language.cues import DAY_METRICS, SOLD, WITH_CUSTOMERS, Before, Cue, speaks_of_coins
from pipelines.parse.language.figures import SMALLEST_REVENUE, FigureReader, segment_code
from pipelines.parse.language.periods import Clock, Span
from pipelines.parse.language.quantities import rounding_of
from pipelines.parse.language.relative_periods import OTHER_SPAN, subject_of
from pipelines.parse.language.sentences import sentences
from pipelines.parse.language.vocabulary import REVENUE
from pipelines.parse.news.claims import Claim, ReadArticle, agreed, deal_claim, each_once
from pipelines.parse.news.comparisons import Comparing, compared_with
from pipelines.parse.news.pages import ArticleText, day_of
from pipelines.parse.news.periods import Times
from pipelines.parse.news.subjects import Spoken, is_others_quarter
from pipelines.watchlist import Company, Lexicon, Watchlist

VERSION = "1"
"""Raised whenever the same article would give other claims."""


def read_article(
    article: ArticleText, watchlist: Watchlist, lexicon: Lexicon, about: Company | None = None
) -> ReadArticle:
    """Every claim of an article. Where it names no watched company, bears no date, or is not in English, it claims nothing; `reason` says so.

    about   whose feed carries it: whom "the company" means where its title names nobody
    """
    out = ReadArticle()
    if article.language not in ("", "en"):
        # "2.385 Bitcoin" are two thousand in Spanish and two in English.
        out.reason = f"its language is {article.language!r}, and only English is read"
        return out
    names = names_of(watchlist)
    whole = f"{article.title}\n{article.text}"
    introduced = names.introduced(whole)
    counts = names.counts(whole, introduced)
    if not counts and about is None:
        out.reason = "it names no watched company"
        return out
    said = day_of(article)
    if said is None:
        out.reason = "nothing tells when it was published"
        return out
    titled = [m.company for m in names.mentions(article.title, introduced) if m.company and not m.subsidiary]
    out.main = titled[0] if titled else about or watchlist.by_ticker(counts.most_common(1)[0][0])
    reader = _Reader(out, names, lexicon, Clock(out.main, said), introduced, several=len(counts) > 1)
    openings = [text for _, text in sentences(" ".join(article.paragraphs[:4]))[:10]]
    out.subject = reader.times.subject = subject_of(
        # "In September CleanSpark mined" names a month, and no "September CleanSpark".
        [mask_names(text, names.mentions(text, introduced)) for text in (article.title, *openings)],
        reader.clock,
        " ".join(article.paragraphs[:12]),
    )
    reader.paragraph(article.title, -len(article.title) - 1)
    offset = 0
    for paragraph in article.paragraphs:
        reader.paragraph(paragraph, offset)
        offset += len(paragraph) + 1
    own = [c for c in reader.claims if c.fact != "bitcoin_produced" or c.value not in reader.with_customers]
    told = each_once(own + [deal_claim(told.company, told.deal) for told in reader.deals.told])
    out.claims, doubtful = agreed(told)
    out.left += [("two values in one article", c.sentence) for c in doubtful]
    return out


def companies_named(article: ArticleText, watchlist: Watchlist) -> frozenset[str]:
    """The tickers of the watched companies that an article names."""
    return frozenset(names_of(watchlist).counts(f"{article.title}\n{article.text}"))


_CHANGE_FACTS = frozenset(
    [
        "bitcoin_price",
        "bitcoin_produced",
        "bitcoin_held",
        "bitcoin_sold",
        "bitcoin_sale_proceeds",
        "total_revenue",
        "segment_revenue",
    ]
)


# "Of that, $13.0 million": a paragraph that goes on with what the one before spoke of.
_GOES_ON = re.compile(
    r"^(?:that|of (?:that|which|this|the total|it)|this|the (?:rest|remainder|balance)|(?:[^.;]|\.(?=\d)){3,60}? of (?:that|which|the total|it)\b)",
    re.IGNORECASE,
)

_TOPS = re.compile(
    r"\b(?:top(?:s|ped|ping)?|pass(?:es|ed|ing)|exceed(?:s|ed|ing)|surpass(?:es|ed|ing)|cross(?:es|ed|ing)|beyond|north of|past)\s+$",
    re.IGNORECASE,
)
_AT_ITS_HEAD = 25
# "Colocation: $77.5M": a line of a list of figures.
_LABELLED = re.compile(r"^\W{0,3}[A-Za-z][\w\s&'’/().-]{1,50}:\s*\W{0,2}(?:US\s?)?[$\d]")


class _Reader:
    """Goes through an article: whom it speaks of, which period it is about, what it compares with."""

    def __init__(
        self,
        out: ReadArticle,
        names: Names,
        lexicon: Lexicon,
        clock: Clock,
        introduced: frozenset[str],
        *,
        several: bool,
    ) -> None:
        self.out, self.names, self.lexicon, self.clock = out, names, lexicon, clock
        self.introduced = introduced
        self.figures = FigureReader(lexicon)
        self.times = Times(clock)
        self.spoken = Spoken(out.main, clock, several=several)
        self.comparing = Comparing()
        self._told_revenue = False
        self._just_claimed: list[Claim] = []
        self._goes_on_comparing = False
        self.with_customers: set[Decimal] = set()
        self.claims: list[Claim] = []
        self.deals = DealsTold()

    def paragraph(self, text: str, offset: int) -> None:
        self.spoken.new_paragraph(text)
        self.times.new_paragraph()
        listed = bool(_LABELLED.match(text))
        # Many publishers give each sentence a paragraph: "Self-mining accounted for $79.9 million."
        earner = self.figures.words.earns.search(text[:100])
        goes_on = (
            listed or bool(_GOES_ON.match(text)) or (earner is not None and earner.start() <= _AT_ITS_HEAD)
        )
        revenue = self._told_revenue and goes_on
        sale = False
        for place, sentence in sentences(text):
            mentions = self.names.mentions(sentence, self.introduced)
            told = tell(sentence, offset + place, mentions, self.spoken.clock_of(mentions))
            self._sentence(told, Before(revenue, sale))
            sale = bool(SOLD.search(sentence)) and (speaks_of_coins(told) or sale)
            revenue = bool(REVENUE.search(sentence)) or (
                revenue and bool(self.figures.words.alone.search(sentence))
            )
        self._told_revenue = revenue

    def _sentence(self, told: Told, before: Before) -> None:
        self.comparing.sentence(told)
        first, self._goes_on_comparing = len(self.claims), False
        if told.quantities:
            self._figures(told, before, self._just_claimed)
        if not self._goes_on_comparing:
            self._just_claimed = self.claims[first:]
        self._deals(told)
        self.spoken.told(told, {c.company for c in self.claims[first:]})

    def _deals(self, told: Told) -> None:
        deal = find_deal(told)
        announced = find_announced(told) if deal is None else None
        told_here = deal or announced
        if told_here is None:
            self.deals.add(told, [m.company for m in told.mentions if m.subject and not m.subsidiary])
            return
        company = self.spoken.owner_of(told, told_here)
        if company is None:
            self.out.left.append(("another company's deal", told.label))
        elif deal is not None:
            self.deals.take(company, deal)
        elif announced is not None:
            self.deals.announce(company, announced)

    def _figures(self, told: Told, before: Before, last: list[Claim]) -> None:
        compared = compared_with(told, last)
        if compared is not None:
            self.claims.append(compared)
            self._goes_on_comparing = True
            return
        cues = self.figures.cues(told, before)
        spans = self.times.spans_of(told, cues, self.comparing.here or self.comparing.basis)
        self.comparing.spans(told, spans)
        first, made = len(self.claims), 0
        for index, cue in cues.items():
            quantity = told.quantities[index]
            if cue.fact == WITH_CUSTOMERS:
                assert quantity.value is not None
                self.with_customers.add(quantity.value)
                self.out.left.append(("customers' coins are in it", told.label))
                continue
            company, reason = self.spoken.company_at(told, told.at[index][0])
            span = spans.get(index)
            if company is None:
                self.out.left.append((reason, told.label))
                continue
            if span is not None and is_others_quarter(told, company, span):
                self.out.left.append(("whose fiscal quarter it is", told.label))
                continue
            claim = None if span is None else self._claim(told, index, cue, company, span)
            if claim is None:
                self.out.left.append(("no period" if span is None else "unclear segment", told.label))
                continue
            if quantity.unit == "USD" and cue.fact.endswith("revenue") and claim.value < SMALLEST_REVENUE:
                continue
            self.claims.append(claim)
            made += 1
        self._unclear(first)
        self._changes(told, cues, spans, made)

    def _unclear(self, first: int) -> None:
        """Two values for one figure in one sentence: which of them is whose is not clear, and neither is claimed."""
        mine = self.claims[first:]
        same: dict[tuple[object, ...], set[Decimal]] = {}
        for claim in mine:
            same.setdefault((claim.company, claim.fact, claim.segment, claim.start, claim.end), set()).add(
                claim.value
            )
        twice = {key for key, values in same.items() if len(values) > 1}
        if twice:
            self.out.left.append(("two values in one sentence", mine[0].sentence))
            self.claims[first:] = [
                c for c in mine if (c.company, c.fact, c.segment, c.start, c.end) not in twice
            ]

    def _claim(self, told: Told, index: int, cue: Cue, company: Company, span: Span) -> Claim | None:
        quantity = told.quantities[index]
        assert quantity.value is not None
        segment = None
        if cue.fact == "segment_revenue":
            segment = segment_code(self.lexicon, cue, company.ticker, span.end)
            if segment is None:
                return None
        metric = self.lexicon.words.by_code.get(cue.fact)
        if metric is not None and (
            quantity.value < metric.least or (metric.most and quantity.value > metric.most)
        ):
            return None
        unit = metric.unit if metric else "USD"
        start = None if cue.fact in DAY_METRICS else span.start
        if cue.fact not in DAY_METRICS and start is None:
            return None
        qualifier = quantity.qualifier or ("more_than" if _TOPS.search(told.around(index)[0]) else "")
        return Claim(
            company,
            cue.fact,
            segment,
            quantity.value,
            unit,
            qualifier,
            rounding_of(quantity),
            start,
            span.end,
            told.label,
            told.offset,
        )

    def _changes(self, told: Told, cues: dict[int, Cue], spans: dict[int, Span], made: int) -> None:
        found = list(changes(told, self.figures, cues))
        about_company = made or any(c.cue.fact != "bitcoin_price" for c in found)
        for change in found:
            if change.cue.fact == "bitcoin_price" and not about_company:
                continue
            if change.cue.fact not in _CHANGE_FACTS:
                continue
            if OTHER_SPAN.search(told.near(change.index)) or told.spans_years(change.index):
                continue
            company, reason = self.spoken.company_at(told, told.at[change.index][0])
            quantity = told.quantities[change.index]
            mains = [
                spans[i]
                for i in cues
                if i in spans and told.role(i) != FROM and cues[i].fact == change.cue.fact
            ]
            span = mains[0] if mains else self.times.span_of_change(told, change.index, cues)
            if company is None or span is None or span.start is None or span.end > self.clock.said:
                self.out.left.append((reason or "no period", told.label))
                continue
            segment = None
            if change.cue.fact == "segment_revenue":
                segment = segment_code(self.lexicon, change.cue, company.ticker, span.end)
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
                    span.start,
                    span.end,
                    told.label,
                    told.offset,
                    change.basis or self.comparing.basis,
                )
            )
