"""Claims in an article, each with its sentence, company and period.

News never becomes a company's figure: a claim is compared with the company's filings. A claim needs a
company, a number, a unit and a metric; opinions, forecasts and market figures are skipped. Sentences are read
by the labeller that reads press releases; an article adds whose figure it is.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from pipelines.parse.deals.deal import same_party
from pipelines.parse.deals.tracker import DealTracker
from pipelines.parse.language.annotation import AnnotatedSentence, annotate
from pipelines.parse.language.changes import BITCOIN_PRICE, CHANGE_FACTS, Change, basis_of, find_changes
from pipelines.parse.language.companies import CompanyNames, Mention, company_names
from pipelines.parse.language.counted import COIN
from pipelines.parse.language.labeller import OUR_UNITS, Labeller, Reading
from pipelines.parse.language.meanings import REVENUE
from pipelines.parse.language.periods import DisclosureContext, Period, find_periods
from pipelines.parse.language.quantities import rounding_of
from pipelines.parse.language.quantity_times import opening_period
from pipelines.parse.language.reasons import ANOTHER_COMPANY, MARKET, NOT_OURS, NOT_UNDERSTOOD, PLAN
from pipelines.parse.language.revenue_labels import is_total
from pipelines.parse.language.sentences import sentences
from pipelines.parse.language.setting import Setting
from pipelines.parse.language.times import RESPECTIVELY
from pipelines.parse.news.claims import Claim, ReadArticle, consistent_claims, deal_claim, deduplicate
from pipelines.parse.news.confidence import evidence_of_change, evidence_of_figure
from pipelines.parse.news.pages import ArticleText, day_of
from pipelines.parse.news.subject_period import is_fresh, subject_of
from pipelines.parse.news.subjects import SubjectTracker, is_others_quarter, is_stale
from pipelines.parse.news.tables import Cell, TableReader, is_row
from pipelines.watchlist import Company, Lexicon, Watchlist
from pipelines.watchlist.metrics import COMPANY, TOTAL

VERSION = "10"
"""Raised whenever the same article would give other claims."""

CLAIMED = frozenset(
    [
        "total_revenue",
        "segment_revenue",
        "bitcoin_produced",
        "bitcoin_sold",
        "bitcoin_sale_proceeds",
        "average_sale_price",
        "bitcoin_held",
        "bitcoin_purchased",
        "hashrate_deployed",
        "hashrate_energized",
        "hashrate_operating",
        "hashrate_average_operating",
        "fleet_efficiency",
        "power_cost",
        "power_cost_all_in",
    ]
)
"""Facts that are claimed."""

# A stock of a period that ended longer ago is not what an article calls the latest.
_LATEST_STOCK = timedelta(days=75)
UNCLEAR_YEAR = "unclear fiscal year"
NO_PERIOD = "no period"

_SALES = ("bitcoin_sold", "bitcoin_sale_proceeds", "average_sale_price", "bitcoin_purchased")
_RECENTLY = re.compile(
    r"\b(?:\w+day|weekend|this week|last week|today)\b(?!['’]s (?:update|report))", re.IGNORECASE
)
# "It sold 7,202 coins in June. Meanwhile, it mined only 1,106": of the same month.
_MEANWHILE = re.compile(r"\W*(?:meanwhile|at the same time|in the meantime)\b", re.IGNORECASE)
_RESULTS = re.compile(r"\b(?:results?|report(?:s|ed)?|update|figures|quarter|year|earnings)\b", re.IGNORECASE)
# Words without which a sentence names no comparison.
_MAY_COMPARE = re.compile(r"year|month|quarter|period|annual|sequential|\b[yqm]o[yqm]\b", re.IGNORECASE)
_OLD = timedelta(days=400)
_LONGEST_HEADING = 90
# "$93,000 in revenue" is for one bitcoin.
_LEAST_REVENUE = Decimal(200_000)
_LINK = re.compile(
    r"\W*(?:related|read more|read also|also read|see also|more on|recommended|you may also like|"
    r"don['’]t miss)"
    r"(?:\s+\w+)?\s*:",
    re.IGNORECASE,
)
# "Its mining capacity segment accounted for 94% of revenues".
_OF_A_PART = re.compile(
    r"\b[\w-]+ (?:segment|division|arm)(?:['’]s)?\s+"
    r"(?:(?:accounted|contributed|made up|generated|brought|earned)\b[^.;]*|[^.;⟦]*)$",
    re.IGNORECASE,
)
_PER_SHARE = re.compile(
    r"\b(?:loss|earnings|income|profit|gain)\b[^.;]{0,40}?\b(?:per|a) share\b", re.IGNORECASE
)
# "(NASDAQ: RIOT)".
_MARKET_RECORD = re.compile(
    r"^(?!.*\b(?:its|their|our|company|firm|miner['’]s)\b).*\bmining revenues?\b.*\b"
    r"(?:(?:one|two|three|multi|\d)[- ]year|all[- ]time) (?:low|high)\b",
    re.IGNORECASE,
)
_PARTIAL = re.compile(
    r"\W*(?:year[- ]to[- ]date|ytd|(?:six|nine)[- ]months?|first half|half[- ]year)\b[^.⟦]{0,20}[.:]?\s*",
    re.IGNORECASE,
)
_LISTING = re.compile(r"\s*\((?:[\w\s]{2,20}:\s*)?the company\)")
# "Rival Riot mined": what it is called says nothing of the figure.
# "Marathon Digital (MARA) and Riot Blockchain (RIOT) produced".
# "CleanSpark (NASDAQ: CLSK )".
_TICKER = re.compile(r"(?<=the company)\s+\((?:[A-Za-z]{3,8}\s?:\s?)?[A-Z]{2,5}\s?\)")
_PEER = re.compile(
    r"\b(?:rivals?|peers?|fellow (?:bitcoin )?miners?|competitors?)\s+(?=the company)", re.IGNORECASE
)
_COMPANY = re.compile(
    r"\b(?:(?:[Tt]he )?(?:company|firm)|[Tt]he (?:miner|business|bitcoin miner))(?:['’]s)?\b"
)
# "**$62.1 million**", "[declined from $78.3 million](https://…)".
_MARKDOWN = re.compile(r"\*\*(?=\S)|(?<=\S)\*\*|\[([^\[\]]{1,300})\]\(https?://[^\s()]*\)")
_TOPS = re.compile(
    r"\b(?:top(?:s|ped|ping)?|pass(?:es|ed|ing)|exceed(?:s|ed|ing)|surpass(?:es|ed|ing)|cross(?:es|"
    r"ed|ing)|beyond|north of|past)\s+$",
    re.IGNORECASE,
)


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
    if _MARKDOWN.search(article.text):
        # Some pages show the marks of the text that they are made from.
        article = replace(article, paragraphs=[_MARKDOWN.sub(r"\1", p) for p in article.paragraphs])
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
    in_title = names.mentions(article.title, introduced)
    titled = [m.company for m in in_title if m.company and not m.subsidiary]
    # A company of the title is in the text too: "Big Crypto Mining Shop" is none.
    others = [
        m
        for m in in_title
        if m.company is None and m.subject and article.title[m.start : m.end] in article.text
    ]
    out.main = titled[0] if titled else about or watchlist.by_ticker(counts.most_common(1)[0][0])
    disclosure = DisclosureContext(out.main, disclosed_on)
    openings = [text for _, text in sentences(" ".join(article.paragraphs[:4]))[:10]]
    out.subject = subject_of(
        article.title,
        [
            # "In September CleanSpark mined" names a month, not a company "September CleanSpark".
            anonymous(text, mentions)
            for text, mentions in ((t, names.mentions(t, introduced)) for t in (article.title, *openings))
            if _is_about(out.main, mentions)
        ],
        disclosure,
        " ".join(article.paragraphs[:12]),
    )
    reader = _Reader(out, names, lexicon, disclosure, introduced, several=len(counts) > 1)
    if others and not titled:
        # "Argo Blockchain mined more": a company that is not watched is what the article is about.
        reader.subjects.main = reader.subjects.focus = None
    reader.paragraph(article.title, -len(article.title) - 1)
    offset, above = 0, [article.title]
    for tabular, lines in itertools.groupby(article.paragraphs, is_row):
        paragraphs = list(lines)
        if tabular:
            reader.table(paragraphs, above, offset)
        for paragraph in paragraphs:
            if not tabular:
                reader.paragraph(paragraph, offset)
                above.append(paragraph)
            offset += len(paragraph) + 1
    # "Cango sells 4,451 bitcoin", and below it "over the weekend": not in the month of the headline.
    days = {
        c.sentence for c in reader.claims if not c.dated and c.fact in _SALES and c.value in reader.undatable
    }
    reader.claims = [c for c in reader.claims if c.dated or c.sentence not in days]
    out.skipped += [(NO_PERIOD, sentence) for sentence in sorted(days)]
    own = [c for c in reader.claims if c.fact != "bitcoin_produced" or c.value not in reader.with_customers]
    claims = deduplicate(own + [deal_claim(d.company, d.deal) for d in reader.deals.deals])
    out.claims, doubtful = consistent_claims(claims)
    for sentence in reader.deals.used:
        _not_skipped(out.skipped, sentence)
    out.skipped += [("two values in one article", c.sentence) for c in doubtful]
    return out


def _not_skipped(skipped: list[tuple[str, str]], sentence: str) -> None:
    """Remove a deal's amount or a change from what is skipped: the labeller knows only figures."""
    for reason in (NOT_UNDERSTOOD, NOT_OURS, PLAN):
        if (reason, sentence) in skipped:
            skipped.remove((reason, sentence))
            return


def _is_about(main: Company | None, mentions: Iterable[Mention]) -> bool:
    """Whether a sentence is not only about another company."""
    subjects = [m.company for m in mentions if m.subject]
    return not subjects or main in subjects


def companies_named(article: ArticleText, watchlist: Watchlist) -> frozenset[str]:
    """The tickers of the watched companies that an article names."""
    return frozenset(company_names(watchlist).counts(f"{article.title}\n{article.text}"))


def is_heading(text: str) -> bool:
    """Whether a paragraph is a heading: short, no list item, and no sentence."""
    return (
        len(text) <= _LONGEST_HEADING
        and text.strip()[:1] not in tuple("-•*–●▪")
        and text.rstrip()[-1:] not in ".!?,;”\"'’"
    )


def anonymous(text: str, mentions: Iterable[Mention]) -> str:
    """A sentence in which each company is "the company", so that no rule depends on names."""
    pieces, last = [], 0
    for mention in mentions:
        pieces += [text[last : mention.start], "the company"]
        last = mention.end
    named = _TICKER.sub("", "".join([*pieces, text[last:]]))
    return _PEER.sub("", _LISTING.sub("", named))


class _Reader:
    """Reads an article sentence by sentence, tracking subject and period."""

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
        self.subjects = SubjectTracker(out.main, disclosure, several=several)
        self.with_customers: set[Decimal] = set()
        self.claims: list[Claim] = []
        self.deals = DealTracker()
        self._setting = Setting(disclosure, out.subject, out.subject)
        self._section: Period | None = None
        self._flow: Period | None = None
        self._partial = False
        self._compares: set[str] = set()
        self._planned: frozenset[tuple[str | None, Decimal]] = frozenset()
        self.undatable: set[Decimal] = set()
        """Sales of days that no period covers, such as "over the weekend"."""

    @property
    def _basis(self) -> str:
        """The only comparison in the article so far; empty if there is none or several."""
        return next(iter(self._compares)) if len(self._compares) == 1 else ""

    def paragraph(self, text: str, offset: int) -> None:
        if _LINK.match(text):
            # Another article's headline.
            return
        self.subjects.new_paragraph(text, self.names.mentions(text, self.introduced))
        if is_heading(text) or _PARTIAL.fullmatch(text):
            self._section = self._named(text)
            self._partial = bool(_PARTIAL.fullmatch(text))
        subject = None if self._partial else self.out.subject
        setting = replace(self._setting, context=self._section or subject, subject=subject)
        for place, label in sentences(text):
            mentions = self.names.mentions(label, self.introduced)
            disclosure = self.subjects.disclosure_of(mentions)
            setting = replace(setting, disclosure=disclosure, basis=self._basis, planned=self._planned)
            if _PARTIAL.fullmatch(label):
                # "Year-to-date (9 mo)." over the sentences that follow it.
                setting = replace(setting, context=None, subject=None)
            opening = opening_period(label, setting)
            setting = setting if opening is None else replace(setting, context=opening)
            sentence = annotate(label, offset + place, mentions, disclosure)
            before = len(self.claims)
            setting, others = self._figures(sentence, setting)
            setting = self._carried(sentence, setting)
            self._deals(sentence)
            self.subjects.end_sentence(sentence, {c.company for c in self.claims[before:]})
            if others:
                self.subjects.skip_others()
        self._setting = setting

    def table(self, rows: Sequence[str], above: Sequence[str], offset: int) -> None:
        """Read the rows of a table below some paragraphs."""
        reader = TableReader(self.names, self.lexicon, self.subjects.focus)
        setting = replace(self._setting, subject=self.out.subject)
        for cell in reader.read(rows, above, setting):
            place = offset + sum(len(row) + 1 for row in rows[: rows.index(cell.row)])
            reason = self._take_cell(cell, place)
            if reason:
                self.out.skipped.append((reason, cell.row))
        self.out.skipped += reader.skipped

    def _take_cell(self, cell: Cell, offset: int) -> str:
        """Claim a figure or change of a table, or return the reason why not."""
        quantity, period = cell.change or cell.reading.quantity, cell.reading.period
        assert quantity.value is not None
        assert period is not None
        fact, segment = cell.reading.metric, None
        if fact == REVENUE:
            fact, segment = self._line(cell.reading.label, cell.company, period)
        metric = self.lexicon.words.by_code.get(fact)
        if (
            fact not in CLAIMED
            or cell.reading.scope != COMPANY
            or (fact == "segment_revenue" and not segment)
        ):
            return NOT_OURS
        if fact.endswith("_revenue") and not cell.change and quantity.value < _LEAST_REVENUE:
            return NOT_OURS
        low, high = (metric.least, metric.most) if metric and not cell.change else (quantity.value, None)
        if quantity.value < low or (high and quantity.value > high):
            return NOT_UNDERSTOOD
        self.claims.append(
            Claim(
                cell.company,
                f"change:{fact}" if cell.change else fact,
                segment,
                quantity.value,
                "percent" if cell.change else metric.unit if metric else "USD",
                quantity.qualifier,
                rounding_of(quantity),
                period.start,
                period.end,
                cell.row,
                offset,
                cell.basis,
                evidence=evidence_of_change(cell.basis)
                if cell.change
                else evidence_of_figure(fact, dated=True, named=True, of_subject=period == self.out.subject),
            )
        )
        return ""

    def _carried(self, sentence: AnnotatedSentence, setting: Setting) -> Setting:
        """The setting after a sentence without a figure that names what the next ones are about.

        "It published its results for the fourth quarter. It mined 1,299 bitcoin."
        """
        if any(q.unit in OUR_UNITS for q in sentence.quantities) or not _RESULTS.search(sentence.label):
            return setting
        named = {
            n.period for n in find_periods(sentence.label, sentence.disclosure) if n.period.start is not None
        }
        past = [p for p in named if p.end <= self.disclosure.disclosed_on]
        return replace(setting, context=past[0]) if len(named) == 1 and past else setting

    def _named(self, heading: str) -> Period | None:
        """The period that a heading names for the text below it, what it compares with left out."""
        own = re.split(r"\b(?:compared|versus|vs)\b", heading, flags=re.IGNORECASE)[0]
        day = self.disclosure.disclosed_on
        named = {
            n.period
            for n in find_periods(own, self.disclosure)
            if n.period.start is not None and not is_stale(n, day)
        }
        return named.pop() if len(named) == 1 and all(p.end <= day for p in named) else None

    def _figures(self, sentence: AnnotatedSentence, setting: Setting) -> tuple[Setting, bool]:
        """Read a sentence's figures and changes.

        Returns:
            The setting of the next sentence, and whether a figure is another company's.
        """
        text = anonymous(sentence.label, sentence.mentions)
        if not sentence.quantities and not _MAY_COMPARE.search(text):
            return replace(setting, after_revenue=False, after_coins=bool(COIN.search(text))), False
        here = replace(setting, context=self._flow) if self._flow and _MEANWHILE.match(text) else setting
        labeller = Labeller(text, here, self.lexicon.frames, self.lexicon.words)
        readings = labeller.read()
        first = len(self.claims)
        self._planned |= {
            (r.quantity.unit, r.quantity.value)
            for r in readings
            if r.reason == PLAN and r.quantity.value and r.quantity.unit != "percent"
        }
        undated: list[Reading] = []
        of_days = False
        for reading in readings:
            reason = reading.reason or self._take(sentence, labeller, reading)
            if reason:
                self.out.skipped.append((reason, sentence.label))
            if reason == UNCLEAR_YEAR:
                undated.append(reading)
            if reason == NO_PERIOD and reading.metric in _SALES and reading.quantity.value is not None:
                self.undatable.add(reading.quantity.value)
                of_days = True
        self._unclear(first)
        changes = list(find_changes(labeller))
        for change in changes:
            # The labeller has skipped it as a percentage.
            _not_skipped(self.out.skipped, sentence.label)
            made = len(self.claims) > first
            reason = NO_PERIOD if of_days else self._change(sentence, labeller, change, made=made)
            if reason:
                self.out.skipped.append((reason, sentence.label))
        self._compares |= {basis_of(labeller), *(change.basis for change in changes)} - {""}
        figures = [r for r in readings if not r.reason]
        flows = [
            r.period
            for r in figures
            if r.dated and r.period is not None and r.period.start is not None and r not in undated
        ]
        self._flow = labeller.period_of_all()
        flows = [period for period in flows if is_fresh(period, setting.disclosure)]
        if flows and self.out.subject is None:
            self.out.subject = flows[0]
            setting = replace(setting, context=flows[0], subject=flows[0])
        other = any(r.quantity.unit in OUR_UNITS and r.quantity.unit != "percent" for r in readings)
        after = replace(
            setting,
            after_revenue=any(r.metric == REVENUE for r in figures),
            # "This is a 57% drop": of the last figure, unless that was of something else.
            before=setting.before if undated else labeller.last() or (None if other else setting.before),
            after_coins=bool(COIN.search(text)),
        )
        return after, bool(figures) and len(self.claims) == first

    def _is_background(self, sentence: AnnotatedSentence) -> bool:
        """Whether all times of a sentence are long past: "it bought the site in 2021"."""
        day = self.disclosure.disclosed_on
        years = [
            int(year) for year in re.findall(r"\b(?:in|since|during|back in) (20[12]\d)\b", sentence.label)
        ]
        named = [n.period.end for n in find_periods(sentence.label, sentence.disclosure)]
        ends = [*(date(year, 12, 31) for year in years), *named]
        return bool(ends) and all(end < day - _OLD for end in ends)

    def _deals(self, sentence: AnnotatedSentence) -> None:
        if self._is_background(sentence):
            return
        subjects = (m for m in sentence.mentions if m.subject and not m.subsidiary)
        party = self.deals.last_party
        # "Each GRIID share is turned into": the bought company's sentence is about the deal.
        own = [m.company for m in subjects if not same_party(sentence.label[m.start : m.end], party)]
        others = self.deals.read(sentence, own, lambda deal: self.subjects.owner_of(sentence, deal))
        self.out.skipped += [("another company's deal", sentence.label)] * bool(others)

    def _company(
        self, sentence: AnnotatedSentence, labeller: Labeller, ref: int
    ) -> tuple[Company | None, str]:
        """The company of a quantity, or the reason why there is none."""
        if ref >= len(sentence.quantities) or len(labeller.sentence.quantities) != len(sentence.quantities):
            return self.subjects.focus, "" if self.subjects.focus else ANOTHER_COMPANY
        listed = labeller.sentence.run(labeller.sentence.at[ref])
        if len(listed) > 1 and RESPECTIVELY.search(sentence.masked):
            place = listed.index(labeller.sentence.at[ref])
            first = labeller.sentence.tokens[listed[0]].ref
            return self.subjects.respective(sentence, sentence.at[first][0], place, len(listed))
        return self.subjects.company_at(sentence, sentence.at[ref][0])

    def _take(self, sentence: AnnotatedSentence, labeller: Labeller, reading: Reading) -> str:
        """Claim a figure, or return the reason why not."""
        quantity, period = reading.quantity, reading.period
        assert quantity.value is not None
        assert period is not None
        ref = next((r for r, x in labeller.done.items() if x is reading), None)
        money = quantity.unit in ("USD", "percent")
        if ref is not None and self._is_opinion(labeller, labeller.sentence.at[ref], money=money):
            return PLAN
        company, reason = (
            self.subjects.company_at(sentence, max(0, sentence.masked.find(quantity.text)))
            if ref is None
            else self._company(sentence, labeller, ref)
        )
        if company is None:
            return reason
        if reading.metric == "bitcoin_produced" and reading.scope == TOTAL:
            self.with_customers.add(quantity.value)
            return "includes customers' coins"
        fact, segment = reading.metric, None
        if fact == REVENUE:
            fact, segment = self._line(reading.label, company, period)
            if fact == "segment_revenue" and segment is None:
                return "unclear segment"
            if fact == "total_revenue" and ref is not None and self._is_of_a_part(labeller, ref):
                return "unclear segment"
            if quantity.value < _LEAST_REVENUE:
                return NOT_OURS
            if not sentence.mentions and _MARKET_RECORD.search(sentence.label):
                # "In July, bitcoin mining revenue dropped to a one-year low": of all miners.
                return MARKET
        metric = self.lexicon.words.by_code.get(fact)
        if fact not in CLAIMED or reading.scope != COMPANY:
            return NOT_OURS if reading.scope == COMPANY else ANOTHER_COMPANY
        if metric is not None and (
            quantity.value < metric.least or (metric.most and quantity.value > metric.most)
        ):
            return NOT_UNDERSTOOD
        if is_others_quarter(sentence, company, period):
            return UNCLEAR_YEAR
        day = metric is not None and metric.covers == "day"
        if not day and period.start is None:
            return NO_PERIOD
        if not reading.dated and fact in _SALES and _RECENTLY.search(labeller.sentence.masked):
            # "Confirmed on Monday that it has sold": not of the month before.
            return NO_PERIOD
        before = labeller.sentence.before(labeller.sentence.at[ref]) if ref is not None else ""
        self.claims.append(
            Claim(
                company,
                fact,
                segment,
                quantity.value,
                metric.unit if metric else "USD",
                quantity.qualifier or ("more_than" if _TOPS.search(before) else ""),
                rounding_of(quantity),
                None if day else period.start,
                period.end,
                sentence.label,
                sentence.offset,
                dated=reading.dated,
                evidence=evidence_of_figure(
                    fact,
                    dated=reading.dated,
                    named=any(m.company == company for m in sentence.mentions),
                    of_subject=period == self.out.subject,
                ),
            )
        )
        return ""

    def _line(self, label: str, company: Company, period: Period) -> tuple[str, str | None]:
        """The fact of a label of revenue, and its segment; None if the segment is unclear."""
        label = _COMPANY.sub(" ", label).strip()
        if is_total(label):
            return "total_revenue", None
        segment = self.lexicon.segment_of(label, company.ticker, period.end)
        return "segment_revenue", None if segment in ("other", "eliminations") else segment

    def _is_of_a_part(self, labeller: Labeller, ref: int) -> bool:
        """Whether revenue is of a segment without a known name: "its mining capacity segment"."""
        place = labeller.sentence.at[ref]
        start = labeller.sentence.clause_start(labeller.sentence.tokens[place].start)
        return bool(
            _OF_A_PART.search(labeller.sentence.masked[start : labeller.sentence.tokens[place].start])
        )

    def _is_opinion(self, labeller: Labeller, i: int, *, money: bool) -> bool:
        # "A net loss of $0.52 a share on total revenue of $17 million" is not an opinion.
        near = _PER_SHARE.sub(" ", labeller.near(i))
        frames = self.lexicon.frames
        return frames.matches("opinion", near) or (money and frames.matches("market_value", near))

    def _unclear(self, first: int) -> None:
        """Discard figures that have two values in one sentence, unless one is a part of the other."""
        clear, doubtful = consistent_claims(self.claims[first:])
        if doubtful:
            self.out.skipped += [("two values in one sentence", c.sentence) for c in doubtful]
            self.claims[first:] = clear

    def _change(self, sentence: AnnotatedSentence, labeller: Labeller, change: Change, *, made: bool) -> str:
        """Claim a change in percent, or return the reason why not."""
        if change.metric == BITCOIN_PRICE and not made:
            return NOT_OURS
        company, reason = self._company(sentence, labeller, change.ref)
        period = change.period
        if company is None:
            return reason
        if period is None or period.end > self.disclosure.disclosed_on:
            return NO_PERIOD
        fact, segment = change.metric, None
        if fact == REVENUE:
            fact, segment = self._line(change.label, company, period)
            if fact == "segment_revenue" and segment is None:
                return "unclear segment"
        if fact not in CHANGE_FACTS:
            return NOT_OURS
        if is_others_quarter(sentence, company, period):
            return UNCLEAR_YEAR
        metric = self.lexicon.words.by_code.get(fact)
        stock = metric is not None and metric.covers == "day"
        if stock and self.disclosure.disclosed_on - period.end > _LATEST_STOCK:
            # "Its reserves rose by 30%", in January below a sentence about the third quarter.
            return NO_PERIOD
        if period.start is None:
            subject = self.out.subject
            if subject is None or subject.start is None or subject.end != period.end:
                return NO_PERIOD
            period = subject
        quantity = change.quantity
        assert quantity.value is not None
        value = -abs(quantity.value) if change.falls else abs(quantity.value)
        self.claims.append(
            Claim(
                company,
                f"change:{fact}",
                segment,
                value,
                "percent",
                quantity.qualifier,
                quantity.step / 2,
                period.start,
                period.end,
                sentence.label,
                sentence.offset,
                change.basis or self._basis,
                evidence=evidence_of_change(change.basis or self._basis),
            )
        )
        return ""
