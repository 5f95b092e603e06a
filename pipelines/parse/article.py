"""What an article claims of watched companies: each figure, deal and change with its sentence, company and period.

News never become a company's figure: a claim is what one sentence says, to be held against what the company files.
Nothing is claimed without company, number, unit and metric; what is opinion, forecast or market yields nothing.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pipelines.parse.article_changes import basis_of, changes
from pipelines.parse.article_figures import DAY_METRICS, SMALLEST_REVENUE, Cue, FigureReader, segment_code
from pipelines.parse.article_page import ArticleText, day_of
from pipelines.parse.article_periods import OTHER_SPAN, period_before, resolve, subject_of, year_before
from pipelines.parse.article_sentence import FROM, Told, place_of, tell
from pipelines.parse.article_words import MIXED, REVENUE
from pipelines.parse.deal_sentences import TARGET, Deal, find_addition, find_deal, merged, same_party
from pipelines.parse.mentions import Mention, Names, names_of, refers_back
from pipelines.parse.sentences import sentences
from pipelines.parse.spans import Clock, Span
from pipelines.watchlist import Company, Lexicon, Watchlist

VERSION = "1"
"""Raised whenever the same article would give other claims."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of one article.

    fact       a metric, `deal:acquisition` …, or `change:bitcoin_produced` … (percent, signed)
    value      exact, in `unit`; rounding: half the unit it was written in
    start, end the period, `start` None for what stands on a day; both None for a deal without a date
    basis      of a change: against a year or a period before, where the article says so
    party, megawatts, due, deal_status   of a deal
    sentence, offset   where it stands in the article's text
    """

    company: Company
    fact: str
    segment: str | None
    value: Decimal
    unit: str
    qualifier: str
    rounding: Decimal
    start: date | None
    end: date | None
    sentence: str
    offset: int
    basis: str = ""
    deal: Deal | None = None

    @property
    def locator(self) -> str:
        return f"text {self.offset}–{self.offset + len(self.sentence)}"


@dataclass(slots=True)
class ReadArticle:
    """The claims of an article, what it is about, and what was left with the reason."""

    claims: list[Claim] = field(default_factory=list)
    main: Company | None = None
    subject: Span | None = None
    left: list[tuple[str, str]] = field(default_factory=list)
    reason: str = ""


def read_article(article: ArticleText, watchlist: Watchlist, lexicon: Lexicon) -> ReadArticle:
    """Every claim of an article. Where it names no watched company, or bears no date, it claims nothing; `reason` says so."""
    names = names_of(watchlist)
    out = ReadArticle()
    whole = f"{article.title}\n{article.text}"
    counts = names.counts(whole)
    if not counts:
        out.reason = "it names no watched company"
        return out
    said = day_of(article)
    if said is None:
        out.reason = "nothing tells when it was published"
        return out
    titled = [m.company for m in names.mentions(article.title, names.introduced(whole)) if m.company and not m.subsidiary]  # fmt: skip
    out.main = titled[0] if titled else watchlist.by_ticker(counts.most_common(1)[0][0])
    reader = _Reader(
        out, names, lexicon, Clock(out.main, said), names.introduced(whole), several=len(counts) > 1
    )
    openings = [text for _, text in sentences(" ".join(article.paragraphs[:4]))[:10]]
    out.subject = reader.subject = subject_of([article.title, *openings], reader.clock)
    reader.paragraph(article.title, -len(article.title) - 1)
    offset = 0
    for paragraph in article.paragraphs:
        reader.paragraph(paragraph, offset)
        offset += len(paragraph) + 1
    out.claims = _once(reader.claims + reader.deals())
    return out


def companies_named(article: ArticleText, watchlist: Watchlist) -> frozenset[str]:
    """The tickers of the watched companies that an article names."""
    return frozenset(names_of(watchlist).counts(f"{article.title}\n{article.text}"))


class _Reader:
    """Goes through an article: whom it speaks of, which period it is about, what it compares with."""

    def __init__(
        self, out: ReadArticle, names: Names, lexicon: Lexicon, clock: Clock, introduced: frozenset[str], *, several: bool
    ) -> None:  # fmt: skip
        self.out, self.names, self.lexicon, self.clock = out, names, lexicon, clock
        self.introduced, self.several = introduced, several
        self.figures = FigureReader(lexicon)
        self.subject: Span | None = None
        self.basis = ""
        self.focus: Company | None = out.main
        self.claims: list[Claim] = []
        self._deals: list[tuple[Company, Deal]] = []

    def paragraph(self, text: str, offset: int) -> None:
        if not self.several or self.focus is None:
            self.focus = self.out.main
        self._period: Span | None = None
        revenue = False
        for place, sentence in sentences(text):
            mentions = self.names.mentions(sentence, self.introduced)
            told = tell(sentence, offset + place, mentions, self.clock)
            self._sentence(told, revenue_before=revenue)
            revenue = bool(REVENUE.search(sentence)) or (
                revenue and bool(self.figures.words.alone.search(sentence))
            )

    def _sentence(self, told: Told, *, revenue_before: bool) -> None:
        self._own_basis = basis_of(told.masked)
        self.basis = self._own_basis or self.basis
        if any(p.relative is not None and p.relative["year_ago"] for p in told.periods):
            self.basis = self.basis or "year"
        if told.quantities:
            self._figures(told, revenue_before)
            self._deal(told)
        subjects = [m for m in told.mentions if m.subject]
        if subjects:
            self.focus = subjects[-1].company if not subjects[-1].subsidiary else None

    def company_at(self, told: Told, position: int) -> tuple[Company | None, str]:
        """Whose figure stands at a place: the last subject named before it in its clause, else in those before, else who was spoken of."""
        watched = {m.company.ticker for m in told.mentions if m.company}
        if MIXED.search(told.masked) and (len(watched) > 1 or self.several):
            return None, "two companies in one figure"
        places = [(place_of(told, i), m) for i, m in enumerate(told.mentions)]
        clause = told.statement_of(position)
        inside = [m for p, m in places if clause.start <= p < position and m.subject]
        before = [m for p, m in places if p < clause.start and m.subject]
        by = told.masked[position : clause.end]
        agent = next(
            (m for p, m in places if p > position and told.masked[:p].endswith(" by ") and p - position < 40),
            None,
        )
        chosen: Mention | None = agent or (inside[-1] if inside else before[-1] if before else None)
        if chosen is not None:
            if chosen.subsidiary:
                return None, "a subsidiary's figure"
            return chosen.company, "" if chosen.company else "another company's"
        later = [m for p, m in places if p >= position and m.subject]
        if later and not refers_back(told.masked[:position]) and by:
            # "In April, production at Riot": the one company that the sentence names.
            named = {m.company.ticker if m.company else "" for m in told.mentions}
            if len(named) == 1 and later[0].company is not None and not later[0].subsidiary:
                return later[0].company, ""
        objects = [m for p, m in places if p < position and not m.subject and m.company and not m.subsidiary]
        if (
            objects
            and not refers_back(told.masked[:position])
            and len({m.company for m in objects}) == 1
            and not [m for m in told.mentions if m.company is None]
        ):
            return objects[-1].company, ""
        return self.focus, "" if self.focus else "another company's"

    def _figures(self, told: Told, revenue_before: bool) -> None:
        cues = self.figures.cues(told, revenue_before=revenue_before)
        spans = self._spans(told, cues)
        first, made = len(self.claims), 0
        for index, cue in cues.items():
            quantity = told.quantities[index]
            company, reason = self.company_at(told, told.at[index][0])
            span = spans.get(index)
            if company is None:
                self.out.left.append((reason, told.label))
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
        return Claim(company, cue.fact, segment, quantity.value, unit, quantity.qualifier, quantity.step / 2, start, span.end, told.label, told.offset)  # fmt: skip

    def _spans(self, told: Told, cues: dict[int, Cue]) -> dict[int, Span]:
        """The period of each figure of a sentence: its own, the sentence's, else that of the article."""
        cues = {i: c for i, c in cues.items() if not OTHER_SPAN.search(told.near(i))}
        context = self._period or self.subject
        own = {i: told.own_period(i) for i in cues}
        claimed = {p.start for i, p in own.items() if p is not None}
        out: dict[int, Span] = {}
        mains = [i for i in cues if not told.is_before(i, list(cues))]
        shared = [
            s for i in mains if own[i] is not None and (s := self._resolved(own[i], context)) is not None
        ]
        for index in mains:
            day = cues[index].fact in DAY_METRICS
            named = own[index] or told.leading_period(index, claimed)
            if named is not None:
                span = self._resolved(named, context)
            elif len(set(shared)) == 1:
                span = shared[0]
            elif len(set(shared)) > 1:
                span = None
            else:
                span = context or (Span(None, self.clock.said) if day else None)
            if span is not None and span.end <= self.clock.said:
                out[index] = Span(None, span.end) if day else span
        for index in (i for i in cues if i not in mains):
            main = next((m for m in sorted(mains, key=lambda m: abs(m - index)) if m in out and cues[m].fact == cues[index].fact), None)  # fmt: skip
            reference = out[main] if main is not None else context
            named = own[index] or self._before(told, index, claimed)
            if named is not None:
                span = self._resolved(named, reference)
            elif reference is not None and (basis := self._own_basis or self.basis):
                span = year_before(reference) if basis == "year" else period_before(reference)
            else:
                span = None
            if (
                span is not None
                and span.end <= self.clock.said
                and span != out.get(main if main is not None else -1)
            ):
                day = cues[index].fact in DAY_METRICS
                out[index] = Span(None, span.end) if day else span
        first = [out[i] for i in mains if i in out and (own[i] is not None)]
        if first and first[-1].start is not None and first[-1] != self.subject:
            self._period = first[-1] if self.subject is None else self._period
        return out

    @staticmethod
    def _before(told: Told, index: int, claimed: set[int]):  # type: ignore[no-untyped-def]
        """A period between "from" and its amount: "from the first quarter's $179.3 million"."""
        start = told.at[index][0]
        return next((p for p in told.periods if p.end <= start and start - p.end < 30 and p.start not in claimed and "⟦" not in told.masked[p.end : start] and told.role(index) == FROM and any(w in told.masked[max(0, p.start - 25) : p.start].lower() for w in ("from", "than", "with", "to", "versus", "against"))), None)  # fmt: skip

    def _resolved(self, named, reference: Span | None) -> Span | None:  # type: ignore[no-untyped-def]
        return named.span if named.span is not None else resolve(named.relative, reference, self.clock)

    def _changes(self, told: Told, cues: dict[int, Cue], spans: dict[int, Span], made: int) -> None:
        found = list(changes(told, self.figures, cues))
        about_company = made or any(c.cue.fact != "bitcoin_price" for c in found)
        for change in found:
            if change.cue.fact == "bitcoin_price" and not about_company:
                continue
            if change.cue.fact not in (
                "bitcoin_price",
                "bitcoin_produced",
                "bitcoin_held",
                "bitcoin_sold",
                "total_revenue",
                "segment_revenue",
                "bitcoin_sale_proceeds",
            ):
                continue
            if OTHER_SPAN.search(told.near(change.index)):
                continue
            company, reason = self.company_at(told, told.at[change.index][0])
            quantity = told.quantities[change.index]
            mains = [
                spans[i]
                for i in cues
                if i in spans and told.role(i) != FROM and cues[i].fact == change.cue.fact
            ]
            claimed = {p.start for i in cues if (p := told.own_period(i)) is not None}
            named = told.own_period(change.index) or told.leading_period(change.index, claimed)
            explicit = (
                self._resolved(named, self.subject)
                if named is not None
                and (named.span is not None or named.relative["this"] or named.relative["absolute"])
                else None
            )  # type: ignore[index]
            span = mains[0] if mains else explicit or self._period or self.subject
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
            self.claims.append(Claim(
                company, f"change:{change.cue.fact}", segment, value, "percent", quantity.qualifier, quantity.step / 2, span.start, span.end,
                told.label, told.offset, change.basis or self.basis,
            ))  # fmt: skip

    def _deal(self, told: Told) -> None:
        deal = find_deal(told)
        if deal is None:
            self._addition(told)
            return
        if deal.owner is not None:
            company = told.mentions[deal.owner].company
        else:
            index = next(
                (i for i, q in enumerate(told.quantities) if q.value in (deal.amount, deal.megawatts)), 0
            )
            company = self._dealer(told, told.at[index][0])
        if company is None:
            self.out.left.append(("another company's deal", told.label))
            return
        for place, (owner, known) in enumerate(self._deals):
            if (
                owner == company
                and known.kind == deal.kind
                and (not known.party or not deal.party or same_party(known.party, deal.party))
            ):
                if deal.kind == TARGET and known.megawatts != deal.megawatts:
                    continue
                if (
                    deal.kind != TARGET
                    and not same_party(known.party, deal.party)
                    and known.amount != deal.amount
                ):
                    continue
                self._deals[place] = (owner, merged(known, deal))
                return
        self._deals.append((company, deal))

    def _dealer(self, told: Told, position: int) -> Company | None:
        """Whose deal it is: the first watched company of the sentence that is its subject, else who was spoken of."""
        first = next((m for m in told.mentions if m.subject), None)
        if first is not None and place_of(told, told.mentions.index(first)) < position:
            return first.company
        return self.company_at(told, position)[0]

    def _addition(self, told: Told) -> None:
        """ "This acquisition … 440 megawatts": what is said of the deal told last."""
        added = find_addition(told)
        if added is None or not self._deals:
            return
        company, deal = self._deals[-1]
        _, amount, megawatts, _, _ = added
        subject = next((m for m in told.mentions if m.subject), None)
        if subject is not None and subject.company != company:
            return
        extra = Deal(
            deal.kind, "", amount.value if amount else None, amount.step / 2 if amount else Decimal(0),
            megawatts.value if megawatts else None, megawatts.step / 2 if megawatts else Decimal(0), "", None, deal.status, told.label, told.offset,
        )  # fmt: skip
        if deal.kind != TARGET:
            self._deals[-1] = (company, merged(deal, extra))

    def deals(self) -> list[Claim]:
        """The article's deals as claims: in dollars, or in megawatts where no amount is stated."""
        out = []
        for company, deal in self._deals:
            in_money = deal.amount is not None
            value = deal.amount if in_money else deal.megawatts
            assert value is not None
            due = deal.due
            out.append(Claim(
                company, f"deal:{deal.kind}", None, value, "USD" if in_money else "MW", deal.qualifier,
                deal.amount_rounding if in_money else deal.megawatts_rounding, due.first if due else None, due.last if due else None,
                deal.sentence, deal.offset, "", deal,
            ))  # fmt: skip
        return out


def _once(claims: list[Claim]) -> list[Claim]:
    """Each claim once: what is said again more roughly ("$115 million") is the same claim as the exact one."""
    kept: list[Claim] = []
    for claim in sorted(claims, key=lambda c: c.rounding):
        same = [
            k for k in kept
            if (k.company, k.fact, k.segment, k.start, k.end) == (claim.company, claim.fact, claim.segment, claim.start, claim.end)
            and k.deal is None and abs(k.value - claim.value) <= claim.rounding + k.rounding
        ]  # fmt: skip
        if not same:
            kept.append(claim)
    return sorted(kept, key=lambda c: (c.offset, c.fact, c.segment or "", -c.value))
